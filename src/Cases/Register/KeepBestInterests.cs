using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Persons;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Register;

/// <summary>An assessment or a determination as it is sent.</summary>
internal sealed record SentBestInterests
{
    /// <summary>assessment, determination.</summary>
    public string Step { get; set; } = "";

    /// <summary>Of which child; may be left out where the case has one person.</summary>
    public Guid? Person { get; init; }

    public string? On { get; init; }

    public string? By { get; init; }

    public string? Outcome { get; init; }

    public IReadOnlyList<string> Panel { get; set; } = [];

    public string? Decision { get; init; }

    /// <summary>What was weighed: of the notes of the child's compartment.</summary>
    public string? Notes { get; init; }

    public override string ToString() => "•••";
}

/// <summary>Who represents a child, as it is sent; when the name is left out, nobody any more in that role, or in any.</summary>
internal sealed record SentRepresentative
{
    /// <summary>Of which child; may be left out where the case has one person.</summary>
    public Guid? Person { get; init; }

    public string? Name { get; init; }

    public string? Role { get; init; }

    public string? Contact { get; init; }

    public string? AppointedBy { get; init; }

    public string? Since { get; init; }

    public override string ToString() => "•••";
}

/// <summary>Writes down what was found and decided about the best interests of a child, and who represents them: in the compartment of the child alone.</summary>
internal sealed class KeepBestInterests(NodeDb db, CaseAdmission admission, CaseFiles cases, SealedRecords seals)
{
    private const string Root = OpenCase.Root + "/{id:guid}";
    private const string Assessment = "assessment";
    private const string Determination = "determination";
    private const int MostOfAKind = 50;
    private const int MostOnPanel = 15;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Root + "/best-interests", static async (HttpContext context, Guid id, KeepBestInterests keep, CancellationToken cancellationToken) =>
            {
                var admitted = await keep.AdmitAsync(id, () => RecordVersions.Meant(context), context.Actor(), cancellationToken);
                var (said, wrong) = await SentJson.ReadAsync<SentBestInterests>(context.Request, cancellationToken);
                return context.KeptAs(await keep.AddAsync(admitted, said, wrong, context.Actor(), cancellationToken));
            })
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(SentJson.LargestBody)
            .WithSummary("Keeps an assessment of a child's best interests: {step: assessment, person, on, by, outcome, notes}; or what a panel determined: {step: determination, person, on, panel, decision, notes}");
        routes.MapPut(Root + "/representative", static async (HttpContext context, Guid id, KeepBestInterests keep, CancellationToken cancellationToken) =>
            {
                var admitted = await keep.AdmitAsync(id, () => RecordVersions.Meant(context), context.Actor(), cancellationToken);
                var (said, wrong) = await SentJson.ReadAsync<SentRepresentative>(context.Request, cancellationToken);
                return context.KeptAs(await keep.RepresentAsync(admitted, said, wrong, context.Actor(), cancellationToken));
            })
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(16 * 1024)
            .WithSummary("Says who represents a child: {person, name, role: guardian | temporary_guardian | legal_representative | parent | other, contact, appointedBy, since}; whoever was it in that role is it no more, a guardian and a temporary one being one charge. Without a name nobody is any more, of that role or of all. Who it was before stays");
    }

    /// <summary>The case, for somebody who may change it and to whom the compartment of the child is open.</summary>
    /// <exception cref="Problem">Out of reach, not theirs to change, closed, changed meanwhile, or that compartment is closed.</exception>
    public async Task<AdmittedCase> AdmitAsync(Guid id, Func<int> version, Actor actor, CancellationToken cancellationToken)
    {
        var admitted = await admission.AdmitAsync(id, version, actor, cancellationToken, CasesRights.Edit);
        if (!admitted.Seen.Open.Contains(Compartments.Child, StringComparer.Ordinal))
            throw CasesProblems.CompartmentClosed.With();
        return admitted.Seen.Row.ClosedAt is null ? admitted : throw CasesProblems.StateUnfit.With();
    }

    /// <summary>Keeps an assessment or a determination.</summary>
    /// <exception cref="Problem">Something is wrong with it.</exception>
    public async Task<Kept> AddAsync(AdmittedCase admitted, SentBestInterests said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken)
    {
        var child = await ChildAsync(admitted, said.Person, wrong, cancellationToken);
        Day("on", said.On, isNeeded: true, wrong);
        var before = Of(admitted).BestInterests ?? new BestInterests();
        // Somebody who is written down twice sits there once.
        List<string> panel = [.. said.Panel.Select(one => one?.Trim() ?? "").Where(one => one.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)];
        switch (said.Step)
        {
            case Assessment:
                Among("outcome", said.Outcome, BestInterests.Outcomes, wrong);
                Needed("by", said.By, wrong);
                if (before.Assessments.Count >= MostOfAKind)
                    wrong.Add(("step", CasesProblems.TooManyItems));
                break;
            case Determination:
                Among("decision", said.Decision, BestInterests.Decisions, wrong);
                if (panel.Count < 2)
                    wrong.Add(("panel", ChildProblems.PanelTooSmall));
                else if (panel.Count > MostOnPanel || before.Determinations.Count >= MostOfAKind)
                    wrong.Add(("panel", CasesProblems.TooManyItems));
                break;
            default:
                wrong.Add(("step", CasesProblems.CodeUnknown));
                break;
        }

        SentJson.RefuseIf(wrong);
        var after = said.Step == Assessment
            ? before with { Assessments = [.. before.Assessments, new BestInterestsAssessment { Person = child, On = said.On!, By = said.By!, Outcome = said.Outcome!, Summary = said.Notes }] }
            : before with { Determinations = [.. before.Determinations, new BestInterestsDetermination { Person = child, On = said.On!, Panel = panel, Decision = said.Decision!, Summary = said.Notes }] };
        return await WriteAsync(admitted, Of(admitted) with { BestInterests = after }, "cases.case.best_interests", actor, cancellationToken);
    }

    /// <summary>Says who represents a child from now on.</summary>
    /// <exception cref="Problem">Something is wrong with it.</exception>
    public async Task<Kept> RepresentAsync(AdmittedCase admitted, SentRepresentative said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken)
    {
        var child = await ChildAsync(admitted, said.Person, wrong, cancellationToken);
        Day("since", said.Since, isNeeded: false, wrong);
        if (said.Name is { Length: > 0 } || said.Role is { Length: > 0 })
            Among("role", said.Role, Representative.Roles, wrong);
        var before = Of(admitted).Representatives;
        if (said.Name is { Length: > 0 } && before.Count >= MostOfAKind)
            wrong.Add(("name", CasesProblems.TooManyItems));
        SentJson.RefuseIf(wrong);
        var until = db.Time.Today.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        List<Representative> all = [.. before.Select(one => one.Person == child && one.Until is null && (said.Role is not { Length: > 0 } || Representative.SameCharge(one.Role, said.Role)) ? one with { Until = until } : one)];
        if (said.Name is { Length: > 0 } name)
            all.Add(new Representative { Person = child, Name = name, Role = said.Role!, Contact = said.Contact, AppointedBy = said.AppointedBy, Since = said.Since });
        return await WriteAsync(admitted, Of(admitted) with { Representatives = all }, "cases.case.represented", actor, cancellationToken);
    }

    private static CaseContent Of(AdmittedCase admitted) => admitted.Contents.GetValueOrDefault(Compartments.Child) ?? new CaseContent();

    private async Task<Kept> WriteAsync(AdmittedCase admitted, CaseContent content, string code, Actor actor, CancellationToken cancellationToken)
    {
        var row = admitted.Seen.Row;
        await using var change = await db.BeginAsync(actor, code, OpenCase.SubjectOf(row.Id), cancellationToken);
        await CaseAdmission.WriteAsync(change, row, admitted.Version, db.Time.GetUtcNow());
        await seals.WriteAsync(change, admitted.Key, row.Id, Compartments.Child, admitted.Following, content);
        await change.CommitAsync(cancellationToken);
        return new Kept(row.Id, row.PublicRef, admitted.Following);
    }

    private async Task<Guid> ChildAsync(AdmittedCase admitted, Guid? said, List<(string Field, ProblemKind Kind)> wrong, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var persons = (await cases.PersonsAsync(connection, [admitted.Seen.Row.Id]))[admitted.Seen.Row.Id].ToList();
        if (said is null && persons is [var only])
            return only;
        if (said is not { } child)
            wrong.Add(("person", FormProblems.Missing));
        else if (!persons.Contains(child))
            wrong.Add(("person", CasesProblems.PersonUnknown));
        return said ?? Guid.Empty;
    }

    private static void Among(string field, string? code, IReadOnlyList<string> known, List<(string Field, ProblemKind Kind)> wrong)
    {
        if (code is null or "")
            wrong.Add((field, FormProblems.Missing));
        else if (!known.Contains(code, StringComparer.Ordinal))
            wrong.Add((field, CasesProblems.CodeUnknown));
    }

    private static void Needed(string field, string? said, List<(string Field, ProblemKind Kind)> wrong)
    {
        if (string.IsNullOrWhiteSpace(said))
            wrong.Add((field, FormProblems.Missing));
    }

    private void Day(string field, string? day, bool isNeeded, List<(string Field, ProblemKind Kind)> wrong)
    {
        if (day is null or "")
        {
            if (isNeeded)
                wrong.Add((field, FormProblems.Missing));
        }
        else if (Birth.ReadDay(day) is not { } read || read > db.Time.Today)
        {
            wrong.Add((field, CasesProblems.DateUnfit));
        }
    }
}
