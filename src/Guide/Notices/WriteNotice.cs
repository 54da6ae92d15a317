using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Guide.NeedsSeen;
using Tambo.Guide.Staff;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Notices;

/// <summary>One notice in the list of staff.</summary>
/// <param name="Id">The notice.</param>
/// <param name="Line">What it says.</param>
/// <param name="Area">Where, in words.</param>
/// <param name="StartsOn">Its first day.</param>
/// <param name="EndsOn">Its last.</param>
/// <param name="Mine">True when the reader may change it.</param>
public sealed record NoticeInList(Guid Id, NoticeLine Line, string Area, DateOnly StartsOn, DateOnly EndsOn, bool Mine);

/// <summary>The form of a notice.</summary>
public sealed record NoticeForm
{
    /// <summary>The notice; null for a new one.</summary>
    public Guid? Id { get; init; }

    /// <summary>The answers.</summary>
    public required FormValues Values { get; init; }

    /// <summary>The areas for which the reader may write.</summary>
    public required IReadOnlyList<Choice> Areas { get; init; }
}

/// <summary>
/// Staff write what readers of an area should know for some days: a closed road, a queue that moved, a storm shelter. It is
/// shown on lists, pages and sheets of that area, on wall screens, and in packs, in each language in which it was written.
/// </summary>
internal static class WriteNotice
{
    public const string Root = "/staff/guide/notices";
    public const int LongestTitle = 120;
    public const int LongestText = 500;
    private const int MostDays = 366;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, ListAsync).Needs(GuideScope.Edit).ExcludeFromDescription();
        routes.MapGet(Root + "/new", (HttpContext context, NodeDb db, LiveOffers offers, CancellationToken cancellationToken) =>
            FormAsync(context, db, offers, null, cancellationToken)).Needs(GuideScope.Edit).ExcludeFromDescription();
        routes.MapGet(Root + "/{id:guid}", (HttpContext context, NodeDb db, LiveOffers offers, Guid id, CancellationToken cancellationToken) =>
            FormAsync(context, db, offers, id, cancellationToken)).Needs(GuideScope.Edit).ExcludeFromDescription();
        routes.MapPost(Root + "/new", (HttpContext context, NodeDb db, LiveOffers offers, TextCatalog catalog, CancellationToken cancellationToken) =>
            SaveAsync(context, db, offers, catalog, null, cancellationToken)).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
        routes.MapPost(Root + "/{id:guid}", (HttpContext context, NodeDb db, LiveOffers offers, TextCatalog catalog, Guid id, CancellationToken cancellationToken) =>
            SaveAsync(context, db, offers, catalog, id, cancellationToken)).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
        routes.MapPost(Root + "/{id:guid}/take-back", TakeBackAsync).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
    }

    /// <summary>True when somebody may write for an area: they edit all of it, or the whole node.</summary>
    public static bool MayWrite(Actor actor, string area) => actor.May(GuideScope.Edit, new RecordPlace { Areas = NeedAreas.Around(area) });

    private static async Task<IResult> ListAsync(HttpContext context, NodeDb db, string? done, CancellationToken cancellationToken)
    {
        var texts = context.PageTexts();
        var all = await LiveNotices.ReadAsync(db, db.Time.GetUtcNow(), cancellationToken);
        return context.Staff<NoticesPage>(
            null,
            ("Notices", all.Select(notice => new NoticeInList(
                notice.Id, notice.For(texts), AreaName(notice.Area, texts), notice.StartsOn, notice.EndsOn, MayWrite(context.Actor(), notice.Area))).ToList()),
            ("MayAdd", WritesSomewhere(context.Actor())),
            ("Done", texts.Knows("notice.done." + done) ? texts["notice.done." + done] : ""));
    }

    private static async Task<IResult> FormAsync(HttpContext context, NodeDb db, LiveOffers offers, Guid? id, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(db.Time.GetUtcNow().UtcDateTime);
        var notice = id is { } key ? await FindAsync(context, db, key, cancellationToken)
            : new AreaNotice { StartsOn = today, EndsOn = today.AddDays(7), Language = context.Texts().Code };
        if (id is null && !WritesSomewhere(context.Actor()))
            throw GuideProblems.NoSuchRecord.With();
        return await PageAsync(context, offers, id, ValuesOf(notice), null, cancellationToken);
    }

    private static async Task<IResult> SaveAsync(HttpContext context, NodeDb db, LiveOffers offers, TextCatalog catalog, Guid? id, CancellationToken cancellationToken)
    {
        var values = await StaffAnswers.FormAsync(context, cancellationToken);
        var before = id is { } key ? await FindAsync(context, db, key, cancellationToken) : null;
        if (before is not null && before.Version != values.Version())
            throw PlatformProblems.Changed.With();
        var form = new FormReading(values);
        var notice = Read(form, before, catalog, db.Time.GetUtcNow());
        if (!MayWrite(context.Actor(), notice.Area))
            form.Refuse("area", FormProblems.Missing);
        if (form.Refusal is { } refusal)
            return await PageAsync(context, offers, id, values, refusal, cancellationToken);
        await WriteAsync(db, context.Actor(), before, notice, cancellationToken);
        return Results.Redirect(Root + "?done=saved");
    }

    private static async Task<IResult> TakeBackAsync(HttpContext context, NodeDb db, Guid id, CancellationToken cancellationToken)
    {
        var values = await StaffAnswers.FormAsync(context, cancellationToken);
        var before = await FindAsync(context, db, id, cancellationToken);
        await WriteAsync(db, context.Actor(), before with { Version = values.Version() }, before with { TakenBack = true }, cancellationToken);
        return Results.Redirect(Root + "?done=taken_back");
    }

    /// <summary>What a form says.</summary>
    internal static AreaNotice Read(FormReading form, AreaNotice? before, TextCatalog catalog, DateTimeOffset now)
    {
        var id = before?.Id ?? Guid.CreateVersion7(now);
        var texts = new List<NoticeText>();
        foreach (var language in catalog.Languages.Select(language => language.Code))
        {
            var (title, words) = (form.Text("title-" + language, LongestTitle), form.Text("words-" + language, LongestText));
            if (title.Length > 0)
                texts.Add(new NoticeText { NoticeId = id, Language = language, Title = title, Words = words });
            else if (words.Length > 0)
                form.Refuse("title-" + language, FormProblems.Missing);
        }

        // Written in one language, it may be translated into others; what was written first is shown where there is nothing else.
        var first = before?.Language ?? (catalog.Has(form.Values["language"]) ? form.Values["language"] : "");
        if (!texts.Exists(text => text.Language == first))
            form.Refuse("title-" + (first.Length > 0 ? first : catalog.Languages[0].Code), FormProblems.Missing);
        var (starts, ends) = (form.Date("starts_on"), form.Date("ends_on"));
        if (starts is null)
            form.Refuse("starts_on", FormProblems.Missing);
        if (ends is null || ends < starts || ends > starts?.AddDays(MostDays))
            form.Refuse("ends_on", GuideProblems.DateUnfit);
        return new AreaNotice
        {
            Id = id,
            Area = form.Values["area"] == Everywhere ? "" : form.Values["area"],
            StartsOn = starts ?? default,
            EndsOn = ends ?? default,
            Urgent = form.Values.Ticked("urgent"),
            Language = first,
            Texts = texts,
        };
    }

    private const string Everywhere = "everywhere";

    private static async Task WriteAsync(NodeDb db, Actor actor, AreaNotice? before, AreaNotice notice, CancellationToken cancellationToken)
    {
        var code = before is null ? "guide.notice.added" : notice.TakenBack ? "guide.notice.taken_back" : "guide.notice.edited";
        await using var change = await db.BeginAsync(actor, code, $"notice:{notice.Id:D}", cancellationToken);
        change.Describe(new { notice.Area, notice.StartsOn, notice.EndsOn, notice.Urgent, languages = notice.Texts.Select(text => text.Language) });
        var row = new { notice.Id, notice.Area, notice.StartsOn, notice.EndsOn, notice.Urgent, notice.Language, notice.TakenBack, Version = before?.Version ?? 1, At = db.Time.GetUtcNow() };
        if (before is null)
        {
            await change.ExecuteAsync(
                """
                insert into guide_notices (id, area, starts_on, ends_on, urgent, language, version, changed_at, taken_back)
                values (@Id, @Area, @StartsOn, @EndsOn, @Urgent, @Language, @Version, @At, @TakenBack)
                """,
                row);
        }
        else if (await change.ExecuteAsync(
            """
            update guide_notices set area = @Area, starts_on = @StartsOn, ends_on = @EndsOn, urgent = @Urgent, taken_back = @TakenBack,
                changed_at = @At, version = version + 1
            where id = @Id and version = @Version
            """,
            row) == 0)
        {
            throw PlatformProblems.Changed.With();
        }

        await change.ExecuteAsync("delete from guide_notice_texts where notice_id = @Id", row);
        await change.ExecuteAsync("insert into guide_notice_texts (notice_id, language, title, words) values (@NoticeId, @Language, @Title, @Words)", notice.Texts);
        // What was taken back or corrected is on no kept page any more.
        change.Touch("guide");
        await change.CommitAsync(cancellationToken);
    }

    private static async Task<AreaNotice> FindAsync(HttpContext context, NodeDb db, Guid id, CancellationToken cancellationToken) =>
        (await LiveNotices.ReadAsync(db, db.Time.GetUtcNow(), cancellationToken)).FirstOrDefault(notice => notice.Id == id && MayWrite(context.Actor(), notice.Area))
        ?? throw GuideProblems.NoSuchRecord.With();

    private static FormValues ValuesOf(AreaNotice notice)
    {
        var values = new FormValues
        {
            ["version"] = notice.Version.ToString(CultureInfo.InvariantCulture),
            ["area"] = notice.Version > 0 && notice.Area.Length == 0 ? Everywhere : notice.Area,
            ["starts_on"] = notice.StartsOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["ends_on"] = notice.EndsOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["urgent"] = notice.Urgent ? "true" : "",
            ["language"] = notice.Language,
        };
        foreach (var text in notice.Texts)
            (values["title-" + text.Language], values["words-" + text.Language]) = (text.Title, text.Words);
        return values;
    }

    private static async Task<IResult> PageAsync(HttpContext context, LiveOffers offers, Guid? id, FormValues values, Problem? problem, CancellationToken cancellationToken) =>
        context.Staff<NoticePage>(problem, ("Form", new NoticeForm
        {
            Id = id,
            Values = values,
            Areas = AreasFor(context.Actor(), await offers.GetAsync(cancellationToken), values["area"], context.PageTexts()),
        }));

    // Where there are services, and what was chosen before; those who look after an area also all of it.
    private static IReadOnlyList<Choice> AreasFor(Actor actor, Offers all, string chosen, Texts texts)
    {
        var areas = all.All.Select(NeedAreas.Of).Concat(actor.Grants.Where(grant => grant.Permission == GuideScope.Edit && grant.Scope.Kind == "place").Select(grant => grant.Scope.Id))
            .Append(chosen == Everywhere ? "" : chosen).Where(area => area.Length > 0)
            .SelectMany(NeedAreas.Around).Distinct(StringComparer.Ordinal).Where(area => MayWrite(actor, area))
            .Select(area => new Choice(area, AreaName(area, texts))).OrderBy(choice => choice.Label, StringComparer.CurrentCultureIgnoreCase);
        return MayWrite(actor, "") ? [new Choice(Everywhere, texts["notice.everywhere"]), .. areas] : [.. areas];
    }

    private static string AreaName(string area, Texts texts) => area.Length == 0 ? texts["notice.everywhere"] : NeedAreas.NameOf(area, texts.Code) ?? area;

    // Those who look after an agency alone read what is told, and write of their services on the pages of these.
    private static bool WritesSomewhere(Actor actor) =>
        MayWrite(actor, "") || actor.Grants.Any(grant => grant.Permission == GuideScope.Edit && grant.Scope.Kind == "place");
}
