using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Desk;

/// <summary>What a page shows of a case beside its line in the list.</summary>
public sealed record DeskCaseDetails
{
    /// <summary>Which version it is of: a step is for that one alone.</summary>
    public required int Version { get; init; }

    /// <summary>What is open of it.</summary>
    public IReadOnlyList<(string Name, string Value)> Facts { get; init; } = [];

    /// <summary>Whom it is about.</summary>
    public IReadOnlyList<(string Address, string Who)> Persons { get; init; } = [];

    /// <summary>The states that may follow, for whoever may take it there.</summary>
    public IReadOnlyList<Choice> Steps { get; init; } = [];

    /// <summary>True when the reader may close it now.</summary>
    public bool MayClose { get; init; }

    /// <summary>The parts of the case that are open to the reader.</summary>
    public IReadOnlyList<(string Address, string Words)> Sections { get; init; } = [];

    /// <summary>True when the reader may refer its person to services.</summary>
    public bool MayRefer { get; init; }

    /// <summary>True when they may refer them now: the case is open.</summary>
    public bool MayReferNow { get; init; }

    /// <summary>Which case.</summary>
    public required Guid Id { get; init; }

    /// <summary>True when the reader may open it again.</summary>
    public bool MayReopen { get; init; }
}

/// <summary>The page of a case, and its steps as forms: each is for the version that its page showed.</summary>
internal static class CaseSteps
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(CasesDesk.Root + "/{id:guid}", (HttpContext context, Guid id, CaseDesk desk, CancellationToken cancellationToken) =>
            desk.ShowAsync(context, id, null, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(CasesDesk.Root + "/{id:guid}/state", (HttpContext context, Guid id, CaseDesk desk, CancellationToken cancellationToken) =>
            desk.StepAsync(context, id, "state", cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapPost(CasesDesk.Root + "/{id:guid}/close", (HttpContext context, Guid id, CaseDesk desk, CancellationToken cancellationToken) =>
            desk.StepAsync(context, id, "close", cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapPost(CasesDesk.Root + "/{id:guid}/reopen", (HttpContext context, Guid id, CaseDesk desk, CancellationToken cancellationToken) =>
            desk.StepAsync(context, id, "reopen", cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }
}

/// <summary>Draws a case and does its steps.</summary>
internal sealed class CaseDesk(NodeDb db, ShowCase cases, PersonNames names, CaseAdmission admission, MoveCase move)
{
    private const int LongestText = 5000;

    /// <summary>The page.</summary>
    public async Task<IResult> ShowAsync(HttpContext context, Guid id, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts) = (context.Actor(), context.PageTexts());
        var shown = await cases.RunAsync(id, actor, Purposes.Assistance, cancellationToken);
        var people = await names.OfAsync(shown.Persons, actor, cancellationToken);
        var mayEdit = CaseScope.For(actor).May(CasesRights.Edit, shown.Place);
        var who = shown.Persons.Count > 0 ? people[shown.Persons[0]] : shown.Ref;
        var owner = shown.Owner is { } user ? $"user:{user:D}" : null;
        var owners = await ActorNames.OfAsync(db, owner is null ? [] : [owner], cancellationToken);
        return StaffForm.Page<CasePage>(
            context,
            problem,
            ("One", DeskViews.Of(shown, who, db.Time.GetUtcNow(), texts)),
            ("Details", new DeskCaseDetails
            {
                Id = id,
                MayReferNow = shown.ClosedAt is null,
                Version = shown.Version,
                Facts = [.. Facts(shown, db.Time.GetUtcNow(), texts), (texts["cases.field.owner"], owner is null ? texts["cases.give.nobody"] : ActorNames.Said(owner, owners, texts))],
                Persons = [.. shown.Persons.Select(person => (CasesDesk.PersonAddress(person), people[person]))],
                Steps = mayEdit ? [.. shown.Next.Where(state => state is not (CaseStates.Closed or CaseStates.Reopened)).Select(state => new Choice(state, texts["cases.state." + state]))] : [],
                MayClose = mayEdit && shown.Next.Contains(CaseStates.Closed),
                MayRefer = CaseScope.For(actor).May(CasesRights.Refer, shown.Place),
                Sections = Parts(shown, CaseScope.For(actor), texts),
                MayReopen = mayEdit && shown.Next.Contains(CaseStates.Reopened),
            }));
    }

    /// <summary>Does what a form asks, and shows the case as it is then.</summary>
    public async Task<IResult> StepAsync(HttpContext context, Guid id, string step, CancellationToken cancellationToken)
    {
        var (form, actor) = (await StaffForm.ReadAsync(context, cancellationToken), context.Actor());
        if (!int.TryParse(form.Text("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            throw PlatformProblems.Malformed.With();
        var (state, reason, agreed, why) = step switch
        {
            "state" => (form.Text("state", required: true), "", "", ""),
            "close" => ("", form.Text("reason", required: true), form.Text("agreed", required: true), form.Words("outcome", LongestText, CasesProblems.TextTooLong)),
            _ => ("", "", "", form.Text("why", required: true)),
        };
        if (form.Refusal is { } unfit)
            return await ShowAsync(context, id, unfit, cancellationToken);
        try
        {
            var admitted = await admission.AdmitAsync(id, () => version, actor, cancellationToken, CasesRights.Edit);
            _ = step switch
            {
                "state" => await move.MoveAsync(admitted, state, actor, cancellationToken),
                "close" => await move.CloseAsync(admitted, new Closure { Reason = reason, PersonAgreed = agreed, Outcome = why.Length > 0 ? why : null }, actor, cancellationToken),
                _ => await move.ReopenAsync(admitted, why, actor, cancellationToken),
            };
        }
        catch (Problem problem) when (problem.Kind.Status is 409 or 412 or 422)
        {
            return await ShowAsync(context, id, problem, cancellationToken);
        }

        return Results.Redirect($"{CasesDesk.Root}/{id:D}");
    }

    private static IReadOnlyList<(string Address, string Words)> Parts(ShownCase shown, CaseScope scope, Texts texts) =>
    [
        .. new[] { "plan", "tasks", "conferences", "notes", "files", "timeline", "detention", "transfer", "family", HandlingDesk.Part, ChangeDesk.Part, GiveDesk.Part }.Select(part => (Sections.AddressOf(shown.Id, part), texts["cases." + part])),
        .. shown.Open.Contains(Compartments.Child, StringComparer.Ordinal) ? [(Sections.AddressOf(shown.Id, ChildDesk.Part), texts["cases.child"])] : Array.Empty<(string, string)>(),
        .. scope.May(Compartments.Right(Compartments.Safety), shown.Place) ? [(Sections.AddressOf(shown.Id, "safety"), texts["cases.safety"])] : Array.Empty<(string, string)>(),
    ];

    /// <summary>What is said of a case, as names and values.</summary>
    internal static List<(string Name, string Value)> Facts(ShownCase shown, DateTimeOffset now, Texts texts)
    {
        var facts = new List<(string Name, string Value)> { (texts["cases.field.due"], shown.ClosedAt is null ? texts.Due(shown.DueAt, now) : DeskViews.At(shown.DueAt, texts)) };
        if (shown.Profiles.Count > 0)
            facts.Add((texts["cases.field.profiles"], string.Join(texts.Comma, shown.Profiles.Select(profile => texts["cases.profile." + profile.ToLowerInvariant()]))));
        if (shown.Note is { Length: > 0 } note)
            facts.Add((texts["cases.field.note"], note));
        if (shown.Confidentiality == Confidentiality.Restricted)
            facts.Add((texts["cases.confidentiality"], texts["cases.confidentiality.restricted"]));
        if (shown.Awaits is { } awaits)
            facts.Add((texts["cases.approvals"], texts.Format("cases.approval.waits", ("what", texts["cases.approval." + awaits]))));
        foreach (var one in shown.Representatives.Where(one => one.Until is null))
            facts.Add((texts["cases.child.role." + one.Role], string.Join(texts.Comma, new[] { one.Name, one.Contact }.OfType<string>())));
        if (shown.Closure is { } closure)
        {
            facts.Add((texts["cases.field.reason"], texts["cases.closure." + closure.Reason]));
            facts.Add((texts["cases.field.agreed"], texts["cases.answer." + closure.PersonAgreed]));
            if (closure.Outcome is { Length: > 0 } outcome)
                facts.Add((texts["cases.field.outcome"], outcome));
        }

        if (shown.ReopenedBecause is { Length: > 0 } because)
            facts.Add((texts["cases.field.why"], because));
        return facts;
    }
}
