using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Desk;
using Tambo.Cases.Persons;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Glass;

/// <summary>A line of the queue.</summary>
/// <param name="Address">Where it is judged.</param>
/// <param name="Who">Who opened the file.</param>
/// <param name="Ref">Whose.</param>
/// <param name="When">From when to when, in words.</param>
/// <param name="State">How it stands, in words.</param>
/// <param name="Tone">How that is marked.</param>
/// <param name="Due">By when it is to be judged, in words; empty once it was.</param>
/// <param name="Overdue">True when that is past.</param>
public sealed record DeskGlass(string Address, string Who, string Ref, string When, string State, NoticeTone Tone, string Due, bool Overdue);

/// <summary>One that is looked at.</summary>
public sealed record DeskGlassDetails
{
    /// <summary>Its line.</summary>
    public required DeskGlass Line { get; init; }

    /// <summary>What is known of it, as names and values.</summary>
    public required IReadOnlyList<(string Name, string Value)> Facts { get; init; }

    /// <summary>Every look at the file: when, and what was open.</summary>
    public required IReadOnlyList<(string At, string What)> Views { get; init; }

    /// <summary>True when the reader may judge it.</summary>
    public required bool MayJudge { get; init; }

    /// <summary>True when the reader opened it.</summary>
    public required bool Own { get; init; }

    /// <summary>The judgements that can be given now.</summary>
    public required IReadOnlyList<Choice> Judgements { get; init; }
}

/// <summary>The pages of emergencies: to open a file, and to look at what was opened.</summary>
internal static class GlassDesk
{
    public const string Root = CasesDesk.Root + "/emergencies";
    public const string Break = Root + "/new";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Break, IResult (HttpContext context, NodeSettings settings, string? person) => BreakPage(context, settings, person, null))
            .Needs(CasesRights.BreakGlass).ExcludeFromDescription();
        routes.MapPost(Break, BreakAsync).Needs(CasesRights.BreakGlass).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapPost(Root + "/{id:guid}/end", EndAsync).Needs(CasesRights.BreakGlass).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapGet(Root, QueueAsync).Needs(CasesRights.ReviewGlass).ExcludeFromDescription();
        routes.MapGet(Root + "/{id:guid}", (HttpContext context, Guid id, ReviewGlass review, NodeDb db, CancellationToken cancellationToken) =>
            OneAsync(context, id, review, db, null, cancellationToken)).Needs(CasesRights.ReviewGlass).ExcludeFromDescription();
        routes.MapPost(Root + "/{id:guid}/review", JudgeAsync).Needs(CasesRights.ReviewGlass).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    /// <summary>Where one is ended early.</summary>
    public static string EndOf(Guid id) => $"{Root}/{id:D}/end";

    /// <summary>The way to an emergency from a file that is not wholly open.</summary>
    public static IReadOnlyList<(string Address, string Text)> NextSteps(OpenedFile opened, Actor actor, Texts texts) =>
        opened.Glass is null && opened.Seen.Row.Status == PersonRow.Active && opened.Seen.Open.Count < Compartments.All.Count && actor.May(CasesRights.BreakGlass)
            ? [($"{Break}?person={opened.Seen.Row.PublicRef}", texts["glass.break"])]
            : [];

    private static PageResult<BreakGlassPage> BreakPage(HttpContext context, NodeSettings settings, string? person, Problem? problem) =>
        StaffForm.Page<BreakGlassPage>(context, problem, ("Ref", person is null ? null : PublicRef.Read(person)), ("Hours", settings.BreakGlassHours));

    private static async Task<IResult> BreakAsync(HttpContext context, BreakTheGlass glass, NodeSettings settings, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        var said = new SentGlass
        {
            Person = form.Text("person", required: true),
            Purpose = form.Text("purpose", required: true),
            Reason = form.Words("reason", BreakTheGlass.LongestReason, CasesProblems.TextTooLong),
            Hours = form.Whole("hours", CasesProblems.ValueUnfit),
        };
        if (form.Refusal is { } unfit)
            return BreakPage(context, settings, null, unfit);
        try
        {
            var broken = await glass.RunAsync(said, [], context.Actor(), context.Features.Get<User>()?.AgencyId, cancellationToken);
            return Results.Redirect(CasesDesk.PersonAddress(broken.Person));
        }
        catch (Problem problem) when (problem.Kind.Status is 409 or 422)
        {
            return BreakPage(context, settings, null, problem);
        }
    }

    private static async Task<IResult> EndAsync(HttpContext context, Guid id, BreakTheGlass glass, CancellationToken cancellationToken)
    {
        await StaffForm.ReadAsync(context, cancellationToken);
        await glass.EndAsync(id, context.Actor(), cancellationToken);
        return Results.Redirect(CasesDesk.Root);
    }

    private static async Task<IResult> QueueAsync(HttpContext context, ReviewGlass review, NodeDb db, CancellationToken cancellationToken)
    {
        var (texts, now) = (context.PageTexts(), db.Time.GetUtcNow());
        var queue = await review.QueueAsync(context.Actor(), texts, cancellationToken);
        var figures = queue.Figures;
        return StaffForm.Page<GlassQueuePage>(
            context,
            null,
            ("Reviews", queue.Reviews.Select(one => Line(one, now, texts)).ToList()),
            ("Figures", new (string, int)[]
            {
                ("glass.figure.all", figures.All), ("glass.figure.open", figures.Open), ("glass.figure.waiting", figures.Waiting), ("glass.figure.overdue", figures.Overdue),
                ("glass.judgement.justified", figures.Justified), ("glass.judgement.not_justified", figures.NotJustified), ("glass.judgement.follow_up", figures.FollowUp),
            }.Select(one => (texts[one.Item1], one.Item2.ToString("N0", texts.Culture))).ToList()));
    }

    private static async Task<IResult> OneAsync(HttpContext context, Guid id, ReviewGlass review, NodeDb db, Problem? problem, CancellationToken cancellationToken)
    {
        var (texts, now) = (context.PageTexts(), db.Time.GetUtcNow());
        var shown = await review.ShowAsync(id, context.Actor(), texts, cancellationToken);
        string[] judgements = shown.Open ? ["not_justified"] : ["justified", "not_justified", "follow_up"];
        var facts = new List<(string, string)> { (texts["glass.field.who"], shown.Who), (texts["glass.field.when"], When(shown, now, texts)) };
        if (shown.Purpose is { } purpose)
            facts.Add((texts["glass.field.purpose"], texts["glass.purpose." + purpose]));
        facts.Add((texts["glass.field.reason"], shown.Reason ?? texts["glass.reason.gone"]));
        if (shown.Note is { } note)
            facts.Add((texts["glass.field.note"], note));
        return StaffForm.Page<GlassReviewPage>(context, problem, ("One", new DeskGlassDetails
        {
            Line = Line(shown, now, texts),
            Facts = facts,
            Views = [.. (shown.Views ?? []).Select(view => (DeskViews.At(view.At, texts), string.Join(texts.Comma, view.Compartments.Select(one => texts["cases.compartment." + one]))))],
            MayJudge = !shown.Own && shown.Judgement is null or "follow_up",
            Own = shown.Own,
            Judgements = [.. judgements.Select(one => new Choice(one, texts["glass.judgement." + one], shown.Open ? texts["glass.judgement.ends"] : null))],
        }));
    }

    private static async Task<IResult> JudgeAsync(HttpContext context, Guid id, ReviewGlass review, NodeDb db, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        var said = new SentJudgement { Judgement = form.Text("judgement", required: true), Note = form.Words("note", BreakTheGlass.LongestReason, CasesProblems.TextTooLong) };
        if (form.Refusal is { } unfit)
            return await OneAsync(context, id, review, db, unfit, cancellationToken);
        try
        {
            await review.JudgeAsync(id, said, [], context.Actor(), cancellationToken);
            return Results.Redirect(Root);
        }
        catch (Problem problem) when (problem.Kind.Status is 409 or 412 or 422)
        {
            return await OneAsync(context, id, review, db, problem, cancellationToken);
        }
    }

    private static string When(ShownGlass shown, DateTimeOffset now, Texts texts) => texts.Format(
        "glass.when", ("from", DeskViews.At(shown.BeganAt, texts)), ("until", shown.Open ? texts.Due(shown.Until, now) : DeskViews.At(shown.EndedAt ?? shown.Until, texts)));

    private static DeskGlass Line(ShownGlass shown, DateTimeOffset now, Texts texts)
    {
        var (state, tone) = shown switch
        {
            { Judgement: { } judgement } => ("glass.judgement." + judgement, judgement switch { "justified" => NoticeTone.Success, "not_justified" => NoticeTone.Danger, _ => NoticeTone.Warning }),
            { Open: true } => ("glass.figure.open", NoticeTone.Danger),
            _ => ("glass.figure.waiting", NoticeTone.Warning),
        };
        return new DeskGlass(
            $"{Root}/{shown.Id:D}", shown.Who, shown.Ref, When(shown, now, texts), texts[state], tone,
            shown.Judgement is null ? texts.Format("glass.due", ("at", texts.Due(shown.ReviewDueAt, now))) : "", shown.Overdue);
    }
}
