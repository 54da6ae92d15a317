using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Access.Roles;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Access.Users;

/// <summary>A team with its members.</summary>
/// <param name="Team">The team.</param>
/// <param name="Members">Key and name of each member.</param>
/// <param name="Others">People of its agency who are not in it.</param>
public sealed record TeamView(Team Team, IReadOnlyList<User> Members, IReadOnlyList<User> Others);

/// <summary>The page of agencies, their teams, and who is in them.</summary>
internal static class TeamPages
{
    private const string Root = "/staff/users/teams";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, static (HttpContext context, NodeDb db, CancellationToken cancellationToken) =>
            ShowAsync(context, db, null, cancellationToken)).ExcludeFromDescription().Needs(RoleChanges.Care);
        routes.MapPost(Root, AddAsync).TakesForm().Needs(RoleChanges.Care).DoneOnce();
        routes.MapPost(Root + "/{team:guid}/members", SetMemberAsync).TakesForm().Needs(RoleChanges.Care).DoneOnce();
    }

    private static async Task<IResult> ShowAsync(HttpContext context, NodeDb db, Problem? problem, CancellationToken cancellationToken)
    {
        var actor = context.Actor();
        await using var connection = await db.ReadAsync(cancellationToken);
        var users = (await connection.QueryAsync<User>("select * from platform_users where disabled_at is null order by display_name")).ToList();
        var memberships = (await connection.QueryAsync<(string Team, string User)>("select team_id, user_id from platform_team_members"))
            .ToLookup(row => row.Team, row => Guid.Parse(row.User), StringComparer.Ordinal);
        var agencies = (await Agencies.AllAsync(db, cancellationToken)).Where(agency => MayCare(actor, agency.Id)).ToList();
        var teams = (await Agencies.TeamsAsync(db, cancellationToken)).Where(team => MayCare(actor, team.AgencyId)).Select(team =>
        {
            var members = memberships[team.Id.ToString("D")].ToHashSet();
            return new TeamView(
                team,
                [.. users.Where(user => members.Contains(user.Id))],
                [.. users.Where(user => user.AgencyId == team.AgencyId && !members.Contains(user.Id))]);
        });
        return context.Page<TeamsPage>(problem, ("Agencies", agencies), ("Teams", teams.ToList()));
    }

    private static async Task<IResult> AddAsync(HttpContext context, NodeDb db, CancellationToken cancellationToken)
    {
        var form = await SentForm.ReadAsync(context, cancellationToken);
        return await FormAnswers.TryAsync(
            async () =>
            {
                if (!Guid.TryParse(form.Answered("agency"), out var agency) || !MayCare(context.Actor(), agency))
                    throw AccessProblems.BadScope.With();
                await Agencies.AddTeamAsync(db, context.Actor(), agency, form.Words("name"), cancellationToken);
                return Results.Redirect(Root);
            },
            problem => ShowAsync(context, db, problem.At(
                (AccessProblems.BadScope, "agency"), (AccessProblems.NameTaken, "name"), (AccessProblems.NameUnusable, "name")), cancellationToken));
    }

    private static async Task<IResult> SetMemberAsync(HttpContext context, NodeDb db, Guid team, CancellationToken cancellationToken)
    {
        var form = await SentForm.ReadAsync(context, cancellationToken);
        return await FormAnswers.TryAsync(
            async () =>
            {
                var known = (await Agencies.TeamsAsync(db, cancellationToken)).FirstOrDefault(candidate => candidate.Id == team);
                var user = Guid.TryParse(form.Field("user"), out var id) ? await UserRows.ByIdAsync(db, id, cancellationToken) : null;
                if (known is null || user is null || user.AgencyId != known.AgencyId || !MayCare(context.Actor(), known.AgencyId))
                    throw AccessProblems.BadScope.With();
                await Agencies.SetMemberAsync(db, context.Actor(), team, user.Id, form.Field("member") == "true", cancellationToken);
                return Results.Redirect(Root);
            },
            problem => ShowAsync(context, db, problem, cancellationToken));
    }

    private static bool MayCare(Actor actor, Guid agency) => actor.May(RoleChanges.Care, new RecordPlace(Agency: agency));
}
