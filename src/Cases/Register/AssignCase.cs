using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Family;
using Tambo.Cases.Persons;
using Tambo.Cases.Plan;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Register;

/// <summary>Who is to look after a case; nobody when it is left out.</summary>
internal sealed record SentAssignment
{
    public Guid? Owner { get; init; }

    public Guid? Team { get; init; }
}

/// <summary>
/// Gives a case to somebody of its agency who may see what it is about. To another agency it goes by referral, never by
/// assignment: that would show it without the person's consent.
/// </summary>
internal sealed class AssignCase(NodeDb db, CaseAdmission admission, CaseEntries entries, CaseFiles cases, FamilyUnity unity)
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost(OpenCase.Root + "/{id:guid}/assign", static async (HttpContext context, Guid id, AssignCase assign, CancellationToken cancellationToken) =>
        {
            var admitted = await assign.AdmitAsync(id, () => RecordVersions.Meant(context), context.Actor(), cancellationToken);
            var (said, _) = await SentJson.ReadAsync<SentAssignment>(context.Request, cancellationToken);
            return context.KeptAs(await assign.RunAsync(admitted, said, context.Actor(), cancellationToken));
        })
        .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(16 * 1024)
        .WithSummary("Gives a case to a colleague: {owner, team}; without the right to supervise only to oneself");

    /// <summary>The case, for somebody who may take it or give it to others.</summary>
    /// <exception cref="Problem">Out of reach, not theirs to give, or changed meanwhile.</exception>
    public Task<AdmittedCase> AdmitAsync(Guid id, Func<int> version, Actor actor, CancellationToken cancellationToken) =>
        admission.AdmitAsync(id, version, actor, cancellationToken, CasesRights.Edit, CasesRights.Supervise);

    /// <summary>Those to whom a case may be given, by name: of its agency, who see what it is about, and whom none of its persons shut out. Whoever is given a restricted one is named for it by that.</summary>
    public async Task<IReadOnlyList<Actor>> AbleAsync(EnteredCase entered, CancellationToken cancellationToken)
    {
        var given = entered with { Seen = entered.Seen with { Row = entered.Row with { Restricted = false } } };
        return [.. (await entries.ResponsiblesAsync(given, cancellationToken)).Where(one => one.UserId is not null && IsAble(one, entered.Row, entered.Seen.Home))];
    }

    // By rights that do not come of the giving itself: else a case could be given to anybody, of whatever agency, who sees only what is their own.
    private static bool IsAble(Actor colleague, CaseRow row, string home)
    {
        var (scope, place) = (CaseScope.For(colleague), row.Place with { Owner = null });
        return scope.SeesCase(place, home) && scope.May(CasesRights.Edit, place);
    }

    /// <summary>Gives the case to somebody, to a team, or to nobody.</summary>
    /// <exception cref="Problem">Not theirs to give so, nobody who could have it, or a family would be parted by it without a second person's yes.</exception>
    public async Task<Kept> RunAsync(AdmittedCase admitted, SentAssignment said, Actor actor, CancellationToken cancellationToken)
    {
        var (row, now) = (admitted.Seen.Row, db.Time.GetUtcNow());
        var scope = CaseScope.For(actor);
        var given = row with { OwnerId = said.Owner, TeamId = said.Team };
        var supervises = scope.May(CasesRights.Supervise, row.Place);
        if (!supervises && (said.Owner is null || said.Owner != actor.UserId || said.Team != row.TeamId))
            throw PlatformProblems.Forbidden.With();
        // Nobody gives away to a team what they could not take back.
        if (supervises && said.Team != row.TeamId && !scope.May(CasesRights.Supervise, given.Place))
            throw FormProblems.With(("team", CasesProblems.AssigneeUnfit));
        if (said.Team != row.TeamId && !await db.IsTeamOfAsync(said.Team, row.AgencyId, cancellationToken))
            throw FormProblems.With(("team", CasesProblems.AssigneeUnfit));
        if (said.Owner is { } owner)
        {
            var colleagues = await Colleagues.HoldingAsync(db, CasesRights.Read, cancellationToken);
            if (colleagues.FirstOrDefault(colleague => colleague.UserId == owner) is not { } found || !IsAble(found, given, admitted.Seen.Home))
                throw FormProblems.With(("owner", CasesProblems.AssigneeUnfit));
            // Nor to somebody whom one of its persons shut out.
            await using var connection = await db.ReadAsync(cancellationToken);
            if ((await cases.SeenAsync(connection, CaseScope.For(found), [given], cancellationToken)).Count == 0)
                throw FormProblems.With(("owner", CasesProblems.AssigneeUnfit));
        }

        await using var change = await db.BeginAsync(actor, "cases.case.assigned", OpenCase.SubjectOf(row.Id), cancellationToken);
        change.Describe(new { owner = said.Owner, team = said.Team });
        await unity.RequireAsync(change, row.Id, FamilySplit.Assign, new Holder(said.Owner, said.Team));
        await CaseAdmission.WriteAsync(change, given, admitted.Version, now);
        await OwnersToLook.NoteCaseAsync(change, row.Id);
        await change.CommitAsync(cancellationToken);
        return new Kept(row.Id, row.PublicRef, admitted.Following);
    }
}
