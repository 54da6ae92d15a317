using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Guide.NeedsSeen;
using Tambo.Guide.Staff;
using Tambo.Guide.Translating;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;

namespace Tambo.Guide.Notices;

/// <summary>One notice in the list of staff.</summary>
/// <param name="Id">The notice.</param>
/// <param name="Line">What it says.</param>
/// <param name="Area">Where, in words.</param>
/// <param name="StartsOn">Its first day.</param>
/// <param name="EndsOn">Its last.</param>
/// <param name="Mine">True when the reader may change it.</param>
public sealed record NoticeInList(Guid Id, NoticeLine Line, string Area, DateOnly StartsOn, DateOnly EndsOn, bool Mine)
{
    /// <summary>The languages whose text belongs to an older one of the first language, in words.</summary>
    public string Outdated { get; init; } = "";

    /// <summary>True when it was taken back.</summary>
    public bool TakenBack { get; init; }
}

/// <summary>
/// Staff write what readers of an area should know for some days: a closed road, a queue that moved, a storm shelter. It is
/// shown on lists, pages and sheets of that area, on wall screens, and in packs, in each language in which it was written.
/// </summary>
internal static class WriteNotice
{
    public const string Root = "/staff/guide/notices";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, ListAsync).Needs(GuideScope.Edit).ExcludeFromDescription();
        routes.MapGet(Root + "/new", (HttpContext context, NodeDb db, LiveOffers offers, CancellationToken cancellationToken) =>
            FormAsync(context, db, offers, null, null, cancellationToken)).Needs(GuideScope.Edit).ExcludeFromDescription();
        routes.MapGet(Root + "/{id:guid}", (HttpContext context, NodeDb db, LiveOffers offers, Guid id, string? done, CancellationToken cancellationToken) =>
            FormAsync(context, db, offers, id, done, cancellationToken)).Needs(GuideScope.Edit).ExcludeFromDescription();
        routes.MapPost(Root + "/new", (HttpContext context, NodeDb db, LiveOffers offers, TextCatalog catalog, CancellationToken cancellationToken) =>
            SaveAsync(context, db, offers, catalog, null, cancellationToken)).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
        routes.MapPost(Root + "/{id:guid}", (HttpContext context, NodeDb db, LiveOffers offers, TextCatalog catalog, Guid id, CancellationToken cancellationToken) =>
            SaveAsync(context, db, offers, catalog, id, cancellationToken)).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
        routes.MapPost(Root + "/{id:guid}/take-back", (HttpContext context, NodeDb db, Guid id, CancellationToken cancellationToken) =>
            TurnAsync(context, db, id, takeBack: true, cancellationToken)).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
        routes.MapPost(Root + "/{id:guid}/restore", (HttpContext context, NodeDb db, Guid id, CancellationToken cancellationToken) =>
            TurnAsync(context, db, id, takeBack: false, cancellationToken)).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
    }

    /// <summary>True when somebody may write for an area: they edit all of it, or the whole node.</summary>
    public static bool MayWrite(Actor actor, string area) => actor.May(GuideScope.Edit, new RecordPlace { Areas = NeedAreas.Around(area) });

    private static async Task<IResult> ListAsync(HttpContext context, NodeDb db, string? done, CancellationToken cancellationToken)
    {
        var texts = context.PageTexts();
        var all = await LiveNotices.ReadAsync(db, db.Time.GetUtcNow(), cancellationToken);
        return context.Staff<NoticesPage>(
            null,
            ("Notices", all.OrderBy(notice => notice.TakenBack).Select(notice => new NoticeInList(
                notice.Id, notice.For(texts), NoticeForm.NameOf(notice.Area, texts), notice.StartsOn, notice.EndsOn, MayWrite(context.Actor(), notice.Area))
            {
                Outdated = string.Join(texts.Comma, OutdatedIn(notice).Select(language => SpokenLanguages.Name(language, texts))),
                TakenBack = notice.TakenBack,
            }).ToList()),
            ("MayAdd", WritesSomewhere(context.Actor())),
            ("Done", DoneIn(texts, done)));
    }

    private static async Task<IResult> FormAsync(HttpContext context, NodeDb db, LiveOffers offers, Guid? id, string? done, CancellationToken cancellationToken)
    {
        if (id is { } key)
        {
            var notice = await FindAsync(context, db, key, cancellationToken);
            return await PageAsync(context, db, offers, notice, NoticeForm.ValuesOf(notice), null, done, cancellationToken);
        }

        if (!WritesSomewhere(context.Actor()))
            throw GuideProblems.NoSuchRecord.With();
        // The day that it is where the services are.
        var now = db.Time.GetUtcNow();
        var today = DateOnly.FromDateTime((AreaClocks.Of((await offers.GetAsync(cancellationToken)).All).Usual?.Local(now) ?? now.ToUniversalTime()).DateTime);
        var empty = new AreaNotice { StartsOn = today, EndsOn = today.AddDays(7), Language = context.Texts().Code };
        return await PageAsync(context, db, offers, null, NoticeForm.ValuesOf(empty), null, null, cancellationToken);
    }

    private static async Task<IResult> SaveAsync(HttpContext context, NodeDb db, LiveOffers offers, TextCatalog catalog, Guid? id, CancellationToken cancellationToken)
    {
        var values = await StaffAnswers.FormAsync(context, cancellationToken);
        var before = id is { } key ? await FindAsync(context, db, key, cancellationToken) : null;
        if (before is not null && (before.TakenBack || before.Version != values.Version()))
            throw PlatformProblems.Changed.With();
        var form = new FormReading(values);
        var areas = NoticeForm.AreasFor(context.Actor(), await offers.GetAsync(cancellationToken), before is null ? "" : NoticeForm.ValuesOf(before)["area"], context.PageTexts());
        var notice = NoticeForm.Read(form, before, areas, catalog, context.Actor().DisplayName, db.Time.GetUtcNow());
        if (form.Refusal is { } refusal)
            return await PageAsync(context, db, offers, before, values, refusal, null, cancellationToken);
        await NoticeStore.WriteAsync(db, context.Actor(), before is null ? NoticeStore.Added : NoticeStore.Edited, before, notice, cancellationToken);
        // What readers are not shown any more is asked about at once.
        return Results.Redirect(OutdatedIn(notice).Count > 0 ? $"{Root}/{notice.Id:D}?done=outdated" : Root + "?done=saved");
    }

    private static async Task<IResult> TurnAsync(HttpContext context, NodeDb db, Guid id, bool takeBack, CancellationToken cancellationToken)
    {
        var values = await StaffAnswers.FormAsync(context, cancellationToken);
        var before = await FindAsync(context, db, id, cancellationToken);
        var what = takeBack ? NoticeStore.TakenBack : NoticeStore.Restored;
        await NoticeStore.WriteAsync(db, context.Actor(), what, before with { Version = values.Version() }, before with { TakenBack = takeBack }, cancellationToken);
        return Results.Redirect(Root + "?done=" + what);
    }

    private static async Task<AreaNotice> FindAsync(HttpContext context, NodeDb db, Guid id, CancellationToken cancellationToken) =>
        (await LiveNotices.ReadAsync(db, db.Time.GetUtcNow(), cancellationToken)).FirstOrDefault(notice => notice.Id == id && MayWrite(context.Actor(), notice.Area))
        ?? throw GuideProblems.NoSuchRecord.With();

    private static async Task<IResult> PageAsync(
        HttpContext context, NodeDb db, LiveOffers offers, AreaNotice? notice, FormValues values, Problem? problem, string? done, CancellationToken cancellationToken)
    {
        var texts = context.PageTexts();
        var versions = notice is null ? [] : await NoticeStore.VersionsAsync(db, notice.Id, cancellationToken);
        return context.Staff<NoticePage>(
            problem,
            ("Done", DoneIn(texts, done)),
            ("Form", new NoticeForm
            {
                Id = notice?.Id,
                Values = values,
                Areas = NoticeForm.AreasFor(context.Actor(), await offers.GetAsync(cancellationToken), notice is null ? "" : NoticeForm.ValuesOf(notice)["area"], texts),
                Made = notice?.Texts.Where(text => text.Language != notice.Language).ToDictionary(text => text.Language, text => text.AsTranslation(), StringComparer.Ordinal) ?? [],
                Outdated = notice is null ? new Dictionary<string, IReadOnlyList<Piece>>() : notice.Texts.Where(notice.IsOutdated).ToDictionary(text => text.Language, text => ChangesOf(notice, text, versions)),
                TakenBack = notice?.TakenBack ?? false,
                Versions = versions,
                Names = await ActorNames.OfAsync(db, versions.Select(version => version.Actor), cancellationToken),
            }));
    }

    private static List<string> OutdatedIn(AreaNotice notice) => [.. notice.Texts.Where(notice.IsOutdated).Select(text => text.Language)];

    private static IReadOnlyList<Piece> ChangesOf(AreaNotice notice, NoticeText text, IEnumerable<RecordVersion> versions) =>
        versions.Select(NoticeStore.SaidIn).FirstOrDefault(said => said.Hash == text.SourceHash) is { } earlier ? WordDiff.Of(earlier.Whole, notice.First.Whole) : [];

    private static string DoneIn(Texts texts, string? done) => texts.Knows("notice.done." + done) ? texts["notice.done." + done] : "";

    // Those who look after an agency alone read what is told, and write of their services on the pages of these.
    private static bool WritesSomewhere(Actor actor) =>
        MayWrite(actor, "") || actor.Grants.Any(grant => grant.Permission == GuideScope.Edit && grant.Scope.Kind == "place");
}
