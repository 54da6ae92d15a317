using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Desk;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Screening;

/// <summary>A screening in the list of a person.</summary>
/// <param name="Address">Where it is; null where a part of it is closed to the reader.</param>
/// <param name="At">When, in words.</param>
/// <param name="Urgency">Its code.</param>
public sealed record DeskScreening(string? Address, string At, string Urgency);

/// <summary>Locks that somebody asked to lift.</summary>
/// <param name="Line">Which, who and why.</param>
/// <param name="State">How it stands, in words.</param>
/// <param name="Decide">Where a second person decides; null where the reader does not.</param>
public sealed record DeskLift(string Line, string State, string? Decide);

/// <summary>A screening with what stands beside it.</summary>
public sealed record DeskScreeningDetails
{
    /// <summary>Where it is.</summary>
    public required string Address { get; init; }

    /// <summary>The list of the person's screenings.</summary>
    public required string Back { get; init; }

    /// <summary>When, in words.</summary>
    public required string At { get; init; }

    /// <summary>The code of the urgency that counts.</summary>
    public required string Urgency { get; init; }

    /// <summary>What counts and what was computed, as names and values.</summary>
    public required IReadOnlyList<(string Name, string Value)> Facts { get; init; }

    /// <summary>What has to be known of the answers.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The locks that stand, with those that stand by a claim for asylum alone.</summary>
    public required IReadOnlyList<Choice> Locks { get; init; }

    /// <summary>The profiles that show.</summary>
    public required IReadOnlyList<Choice> Profiles { get; init; }

    /// <summary>The profiles that do not, as far as their compartment is open.</summary>
    public required IReadOnlyList<Choice> Others { get; init; }

    /// <summary>What was asked and answered, in the words of then.</summary>
    public required IReadOnlyList<(string Question, string Answer)> Answers { get; init; }

    /// <summary>What the rules of then said.</summary>
    public required IReadOnlyList<string> Rules { get; init; }

    /// <summary>What was decided later, each a line.</summary>
    public required IReadOnlyList<string> Decisions { get; init; }

    /// <summary>What was asked to be lifted.</summary>
    public required IReadOnlyList<DeskLift> Lifts { get; init; }

    /// <summary>True when the reader may ask to lift locks.</summary>
    public required bool MayLift { get; init; }
}

/// <summary>What differs under the rules of today.</summary>
/// <param name="Fields">Each field with what it said then and says now.</param>
/// <param name="NotCarried">Questions that have to be asked again.</param>
/// <param name="Versions">Instruments that are of another version.</param>
/// <param name="NeedsReview">True when somebody should look first.</param>
public sealed record DeskReplay(IReadOnlyList<(string Field, string Before, string After)> Fields, IReadOnlyList<string> NotCarried, IReadOnlyList<string> Versions, bool NeedsReview);

/// <summary>The pages of kept screenings: what was found, what was decided beside it, locks to lift, and what the rules of today say.</summary>
internal sealed class ScreeningsDesk(NodeDb db, ShowScreening show, ScreeningFiles screenings, DecideScreening decide, ReplayScreening replay, StandingLocks locks)
{
    private const string List = CasesDesk.Persons + "/{id:guid}/screenings";
    private const string One = List + "/{screening:guid}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(List, (HttpContext context, Guid id, ScreeningsDesk desk, CancellationToken cancellationToken) => desk.ListAsync(context, id, cancellationToken))
            .Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapGet(One, (HttpContext context, Guid id, Guid screening, ScreeningsDesk desk, CancellationToken cancellationToken) => desk.OneAsync(context, id, screening, null, cancellationToken))
            .Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(One + "/decisions", (HttpContext context, Guid id, Guid screening, ScreeningsDesk desk, CancellationToken cancellationToken) => desk.DecideAsync(context, id, screening, cancellationToken))
            .Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapPost(One + "/lifts", (HttpContext context, Guid id, Guid screening, ScreeningsDesk desk, CancellationToken cancellationToken) => desk.LiftAsync(context, id, screening, cancellationToken))
            .Needs(CasesRights.LiftLocks).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapPost(One + "/lifts/{lift:guid}", (HttpContext context, Guid id, Guid screening, Guid lift, ScreeningsDesk desk, CancellationToken cancellationToken) => desk.DecideLiftAsync(context, id, screening, lift, cancellationToken))
            .Needs(CasesRights.LiftLocks).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapGet(One + "/replay", (HttpContext context, Guid id, Guid screening, ScreeningsDesk desk, CancellationToken cancellationToken) => desk.ReplayAsync(context, id, screening, cancellationToken))
            .Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(One + "/replay", (HttpContext context, Guid id, Guid screening, ScreeningsDesk desk, CancellationToken cancellationToken) => desk.KeepReplayAsync(context, id, screening, cancellationToken))
            .Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    /// <summary>Where the screenings of a person are.</summary>
    public static string AddressOf(Guid person) => CasesDesk.PersonAddress(person) + "/screenings";

    private static string AddressOf(Guid person, Guid screening) => $"{AddressOf(person)}/{screening:D}";

    private async Task<IResult> ListAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        var texts = context.PageTexts();
        return StaffForm.Page<ScreeningsPage>(
            context,
            null,
            ("Back", CasesDesk.PersonAddress(id)),
            ("Screenings", (await show.ListAsync(id, context.Actor(), Purposes.Assistance, cancellationToken))
                .Select(one => new DeskScreening(one.Screening is null ? null : AddressOf(id, one.Id), DeskViews.At(one.At, texts), one.Urgency)).ToList()));
    }

    private async Task<IResult> OneAsync(HttpContext context, Guid id, Guid screening, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts) = (context.Actor(), context.PageTexts());
        var open = await screenings.OpenAsync(id, screening, null, actor, cancellationToken);
        var (kept, standing) = (open.Kept, open.Kept.Standing);
        var then = InstrumentSet.Of(kept.Instruments);
        IReadOnlyList<string> locked = [.. standing.Locks.Union((await locks.OfSignsAsync(open.Seen.Row.Id, open.Seen.Open, cancellationToken)).Locks)];
        var names = await ActorNames.OfAsync(db, kept.Decisions.Select(one => one.By).Concat(kept.Lifts.SelectMany(one => new[] { one.By, one.DecidedBy ?? one.By })), cancellationToken);
        string Who(string by) => ActorNames.Said(by, names, texts);
        string Words(string keys, IEnumerable<string> codes) => string.Join(texts.Comma, codes.Select(code => texts[keys + code]));
        var mayLift = open.Seen.Allows(CaseScope.For(actor), CasesRights.LiftLocks);
        var facts = new List<(string, string)>
        {
            (texts["screening.kept.computed"], texts["screening.urgency." + kept.Result.Urgency]),
            (texts["cases.field.profiles"], standing.Profiles.Count > 0 ? Words("screening.profile.", standing.Profiles) : texts["screening.kept.none"]),
        };
        if (kept.Override is { } other)
            facts.Add((texts["screening.kept.override"], $"{texts["screening.urgency." + other.Urgency]}: {other.Reason}"));
        if (open.Row.FollowUpAt is { } again)
            facts.Add((texts["screening.kept.follow_up"], DeskViews.At(again, texts)));
        facts.AddRange(ScreenForm.Said(kept.Circumstances ?? new ScreeningCircumstances(), texts));
        if (standing.Lifted.Count > 0)
            facts.Add((texts["screening.kept.lifted"], Words("screening.lock.", standing.Lifted)));
        return StaffForm.Page<ScreeningPage>(context, problem, ("View", new DeskScreeningDetails
        {
            Address = AddressOf(id, screening),
            Back = AddressOf(id),
            At = DeskViews.At(open.Row.At, texts),
            Urgency = standing.Urgency,
            Facts = facts,
            Warnings = [.. (kept.Circumstances?.Warnings ?? []).Select(code => texts["screening.warning." + code])],
            Locks = Choices("screening.lock.", locked),
            Profiles = Choices("screening.profile.", standing.Profiles),
            Others = Choices("screening.profile.", ScreeningSeals.OfProfile.Where(one => open.Seen.Open.Contains(one.Value.Compartment)).Select(one => one.Key).Except(standing.Profiles)),
            Answers = [.. kept.Answers.Select(one => Read(one))],
            Rules = [.. kept.Result.Rules.Select(fired => then.Rules.FirstOrDefault(rule => rule.Id == fired.Rule) is { } rule ? texts.Format(rule.Text, ("count", fired.Answers.Count)) : fired.Rule)],
            Decisions = [.. kept.Decisions.Select(one => string.Join(" · ", new[]
            {
                DeskViews.At(one.At, texts), Who(one.By), one.Urgency is { } urgency ? texts["screening.urgency." + urgency] : null,
                one.Added.Count > 0 ? texts.Format("screening.kept.added", ("what", Words("screening.profile.", one.Added))) : null,
                one.Removed.Count > 0 ? texts.Format("screening.kept.removed", ("what", Words("screening.profile.", one.Removed))) : null, one.Reason,
            }.OfType<string>()))],
            Lifts = [.. kept.Lifts.Select(one => new DeskLift(
                string.Join(" · ", new[] { Words("screening.lock.", one.Locks), DeskViews.At(one.At, texts), Who(one.By), one.Reason }),
                string.Join(" · ", new[] { texts["lift.state." + one.State], one.DecidedBy is { } by ? Who(by) : null, one.Note }.OfType<string>()),
                mayLift && one.State == KeptLift.Asked ? $"{AddressOf(id, screening)}/lifts/{one.Id:D}" : null))],
            MayLift = mayLift && locked.Count > 0,
        }));

        IReadOnlyList<Choice> Choices(string keys, IEnumerable<string> codes) => [.. codes.Select(code => new Choice(code, texts[keys + code]))];

        (string, string) Read(SentAnswer answer) => answer.Stored is { } stored && then.Fault(stored) is null
            ? Explanation.Of(then, then.Read(stored)).In(texts)
            : (answer.Question, string.Join(texts.Comma, answer.Values ?? []));
    }

    private async Task<IResult> DecideAsync(HttpContext context, Guid id, Guid screening, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        var said = new SentDecision
        {
            Urgency = form.Text("urgency") is { Length: > 0 } urgency ? urgency : null,
            AddProfiles = form.Texts("addProfiles"),
            RemoveProfiles = form.Texts("removeProfiles"),
            Reason = form.Words("reason", DecideScreening.LongestReason, CasesProblems.TextTooLong),
        };
        return await DoAsync(context, id, screening, null, form, open => decide.RunAsync(open, said, [], context.Actor(), cancellationToken), cancellationToken);
    }

    private async Task<IResult> LiftAsync(HttpContext context, Guid id, Guid screening, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        // The page has two reasons: one for each of its forms.
        var said = new SentLift { Locks = form.Texts("locks"), Reason = form.Words("why", DecideScreening.LongestReason, CasesProblems.TextTooLong) };
        if (said.Reason.Length == 0)
            form.Refuse("why", FormProblems.Missing);
        return await DoAsync(context, id, screening, CasesRights.LiftLocks, form, open => decide.AskAsync(open, said, [], context.Actor(), cancellationToken), cancellationToken);
    }

    private async Task<IResult> DecideLiftAsync(HttpContext context, Guid id, Guid screening, Guid lift, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        var said = new SentLiftDecision { Approve = form.Text("approve", required: true) switch { "yes" => true, "no" => false, _ => null }, Note = form.Words("note", DecideScreening.LongestReason, CasesProblems.TextTooLong) };
        return await DoAsync(context, id, screening, CasesRights.LiftLocks, form, open => decide.DecideAsync(open, lift, said, [], context.Actor(), cancellationToken), cancellationToken);
    }

    private async Task<IResult> DoAsync(HttpContext context, Guid id, Guid screening, string? right, StaffForm form, Func<OpenScreening, Task<ShownScreening>> step, CancellationToken cancellationToken)
    {
        var open = await screenings.OpenAsync(id, screening, right, context.Actor(), cancellationToken);
        if (form.Refusal is { } unfit)
            return await OneAsync(context, id, screening, unfit, cancellationToken);
        try
        {
            await step(open);
            return Results.Redirect(AddressOf(id, screening));
        }
        catch (Problem problem) when (problem.Kind.Status is 409 or 412 or 422)
        {
            return await OneAsync(context, id, screening, problem, cancellationToken);
        }
    }

    private async Task<IResult> ReplayAsync(HttpContext context, Guid id, Guid screening, CancellationToken cancellationToken)
    {
        var texts = context.PageTexts();
        var shown = ReplayScreening.Of(await screenings.OpenAsync(id, screening, null, context.Actor(), cancellationToken), InstrumentSet.Shipped);
        return StaffForm.Page<ReplayPage>(
            context,
            null,
            ("Address", AddressOf(id, screening)),
            ("View", new DeskReplay(
                [.. shown.Differences.Select(field => (texts["replay.field." + field.Field.ToLowerInvariant()], Said(field.Field, field.Before), Said(field.Field, field.After)))],
                shown.NotCarried,
                [.. shown.Versions.Select(one => texts.Format("replay.version", ("what", one.Key), ("before", one.Value[0]), ("after", one.Value[1])))],
                shown.NeedsReview)));

        string Said(string field, IReadOnlyList<string> codes) => codes.Count == 0 ? texts["screening.kept.none"] : string.Join(texts.Comma, codes.Select(code => field switch
        {
            "urgency" => texts["screening.urgency." + code],
            "locks" => texts["screening.lock." + code],
            "profiles" => texts["screening.profile." + code],
            "pathways" => texts["screening.pathway." + code],
            "treatedAsChild" => texts["screening.answer." + code],
            _ => code,
        }));
    }

    private async Task<IResult> KeepReplayAsync(HttpContext context, Guid id, Guid screening, CancellationToken cancellationToken)
    {
        await StaffForm.ReadAsync(context, cancellationToken);
        await replay.KeepAsync(await screenings.OpenAsync(id, screening, null, context.Actor(), cancellationToken), context.Actor(), cancellationToken);
        return Results.Redirect(AddressOf(id, screening));
    }
}
