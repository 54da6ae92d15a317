using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Persons;
using Tambo.Cases.Register;
using Tambo.Cases.Screening;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Family;

/// <summary>Who of a case is moved, and where.</summary>
internal sealed record SentTransfer
{
    /// <summary>Everybody of the case when left out.</summary>
    public Guid? Person { get; init; }

    /// <summary>One of <see cref="TransferContent.Kinds"/>.</summary>
    public string Kind { get; set; } = "";

    public string Place { get; set; } = "";

    /// <summary>The team of the office that takes the case over, for an office.</summary>
    public Guid? Team { get; init; }

    public override string ToString() => "•••";
}

/// <summary>
/// Moves persons of a case to another place or shelter, or the case to another office of its agency. Those who belong together are
/// moved together, unless a second person agreed; nobody is moved where a screening says that they must not be, and to a consulate only who asked for it.
/// </summary>
internal sealed class TransferPersons(NodeDb db, CaseAdmission admission, CaseFiles cases, KeptTransfers transfers, FamilyUnity unity, StandingLocks locks, ConsulateWish wish, RecordConsent consents, DeterminedReturn determined)
{
    /// <summary>What a kind of place is locked by; the others by nothing.</summary>
    private static readonly Dictionary<string, string> LockedBy = new(StringComparer.Ordinal)
    {
        ["return_point"] = StandingLocks.Return,
        [TransferContent.Consulate] = StandingLocks.Consular,
        ["closed"] = StandingLocks.Detention,
    };

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost(OpenCase.Root + "/{id:guid}/transfer", static async (HttpContext context, Guid id, TransferPersons transfer, CancellationToken cancellationToken) =>
        {
            var admitted = await transfer.AdmitAsync(id, () => RecordVersions.Meant(context), context.Actor(), cancellationToken);
            var (said, wrong) = await SentJson.ReadAsync<SentTransfer>(context.Request, cancellationToken);
            return context.KeptAs(await transfer.RunAsync(admitted, said, wrong, context.Actor(), cancellationToken));
        })
        .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(16 * 1024)
        .WithSummary("Moves a person of a case, or all of it: {person, kind: shelter | accommodation | hospital | office | consulate | return_point | closed | other, place, team}; to an office, given by its team, the whole case goes");

    /// <summary>The case, for somebody who may change it or give it to others.</summary>
    /// <exception cref="Problem">Out of reach, not theirs to change, or changed meanwhile.</exception>
    public Task<AdmittedCase> AdmitAsync(Guid id, Func<int> version, Actor actor, CancellationToken cancellationToken) =>
        admission.AdmitAsync(id, version, actor, cancellationToken, CasesRights.Edit, CasesRights.Supervise);

    /// <summary>Moves them.</summary>
    /// <exception cref="Problem">Something is wrong with what was said, it would split a family, a screening locks it, or somebody has not asked for the consulate.</exception>
    public async Task<Kept> RunAsync(AdmittedCase admitted, SentTransfer said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken)
    {
        var (row, scope, now) = (admitted.Seen.Row, CaseScope.For(actor), db.Time.GetUtcNow());
        var isOffice = said.Kind == TransferContent.Office;
        if (!scope.May(isOffice ? CasesRights.Supervise : CasesRights.Edit, row.Place))
            throw PlatformProblems.Forbidden.With();
        if (row.ClosedAt is not null)
            throw CasesProblems.StateUnfit.With();
        if (!TransferContent.Kinds.Contains(said.Kind, StringComparer.Ordinal))
            wrong.Add(("kind", CasesProblems.CodeUnknown));
        if (string.IsNullOrWhiteSpace(said.Place))
            wrong.Add(("place", FormProblems.Missing));
        var given = row with { OwnerId = isOffice ? null : row.OwnerId, TeamId = isOffice ? said.Team : row.TeamId };
        // Nobody gives away what they could not take back, and nobody to another agency: that is a referral, with the person's consent.
        if (isOffice ? said.Team is null || said.Team == row.TeamId || !await IsOfficeAsync(said.Team, row, cancellationToken) || !scope.May(CasesRights.Supervise, given.Place) : said.Team is not null)
            wrong.Add(("team", CasesProblems.AssigneeUnfit));
        List<Guid> all;
        await using (var connection = await db.ReadAsync(cancellationToken))
            all = [.. (await cases.PersonsAsync(connection, [row.Id]))[row.Id].Order()];
        if (said.Person is { } one && (!all.Contains(one) || (isOffice && all.Count > 1)))
            wrong.Add(("person", CasesProblems.PersonUnknown));
        SentJson.RefuseIf(wrong);
        var moving = said.Person is { } alone && all.Count > 1 ? [alone] : all;
        await RefuseShutChildrenAsync(said.Kind, moving, now, cancellationToken);
        await using var change = await db.BeginAsync(actor, "cases.case.transferred", OpenCase.SubjectOf(row.Id), cancellationToken);
        change.Describe(new { persons = moving, team = said.Team });
        await unity.RequireAsync(change, row.Id, FamilySplit.Transfer, moving: moving.Count < all.Count ? moving : null, target: new SplitTarget { Kind = said.Kind, Place = said.Place, Team = said.Team });
        // They are held now: who is in the case stays so, unless somebody's file was made one with another's before.
        if (!(await change.QueryAsync<Guid>("select person_id from cases_case_persons where case_id = @Id", new { row.Id })).ToHashSet().SetEquals(all))
            throw PlatformProblems.Changed.With();
        if (LockedBy.TryGetValue(said.Kind, out var locked))
            await locks.RequireOpenAsync(change, moving, locked, cancellationToken);
        if (said.Kind == "return_point")
            await determined.RequireAsync(change, moving, cancellationToken);
        if (said.Kind == TransferContent.Consulate)
            await wish.RequireAsync(change, moving, cancellationToken);
        await CaseAdmission.WriteAsync(change, given, admitted.Version, now);
        await transfers.AddAsync(change, row.Id, moving, admitted.Seen.Home, new TransferContent { Kind = said.Kind, Place = said.Place, Team = said.Team }, actor, now, cancellationToken);
        await change.CommitAsync(cancellationToken);
        return new Kept(row.Id, row.PublicRef, admitted.Following);
    }

    // Children are not shut in, whatever was screened; of whom nobody is sure, the rules of a child hold.
    private async Task RefuseShutChildrenAsync(string kind, IReadOnlyList<Guid> moving, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var person in kind == "closed" ? moving : [])
        {
            if (await consents.IsChildAsync(person, now, cancellationToken))
                throw LiftProblems.MoveLocked.With();
        }
    }

    private async Task<bool> IsOfficeAsync(Guid? team, CaseRow row, CancellationToken cancellationToken) =>
        (await Agencies.TeamsAsync(db, cancellationToken)).Any(known => known.Id == team && known.AgencyId == row.AgencyId);
}
