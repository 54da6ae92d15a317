using Dapper;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Access.Users;

/// <summary>An institution whose people work with the node.</summary>
public sealed class Agency
{
    /// <summary>The key.</summary>
    public Guid Id { get; init; }

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";
}

/// <summary>People of an agency who work together.</summary>
public sealed class Team
{
    /// <summary>The key.</summary>
    public Guid Id { get; init; }

    /// <summary>Its agency.</summary>
    public Guid AgencyId { get; init; }

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The name of its agency.</summary>
    public string AgencyName { get; init; } = "";
}

/// <summary>The agencies of a node and their teams.</summary>
public static class Agencies
{
    /// <summary>All agencies, by name.</summary>
    public static async Task<IReadOnlyList<Agency>> AllAsync(NodeDb db, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return [.. await connection.QueryAsync<Agency>("select id, name from platform_agencies order by name")];
    }

    /// <summary>All teams, by agency and name.</summary>
    public static async Task<IReadOnlyList<Team>> TeamsAsync(NodeDb db, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return
        [
            .. await connection.QueryAsync<Team>(
                """
                select t.id, t.agency_id, t.name, a.name as agency_name
                from platform_teams t join platform_agencies a on a.id = t.agency_id order by a.name, t.name
                """),
        ];
    }

    /// <summary>The agency of a name; made, with an audit line of its own, when there is none.</summary>
    internal static async Task<Guid> FindOrAddAsync(Change change, string name, DateTimeOffset now)
    {
        var known = await change.QuerySingleOrDefaultAsync<string>(
            "select id from platform_agencies where name = @name", new { name = name.Trim() });
        if (known is not null)
            return Guid.Parse(known);
        var id = Guid.CreateVersion7(now);
        change.AlsoRecord("users.agency_added", $"agency:{id:D}");
        await change.ExecuteAsync(
            "insert into platform_agencies (id, name, created_at, version) values (@id, @name, @now, 1)", new { id, name = name.Trim(), now });
        return id;
    }

    /// <summary>Adds a team to an agency.</summary>
    internal static async Task AddTeamAsync(NodeDb db, Actor actor, Guid agency, string name, CancellationToken cancellationToken)
    {
        if (name.Trim().Length is 0 or > 200)
            throw AccessProblems.NameUnusable.With();
        var id = Guid.CreateVersion7(db.Time.GetUtcNow());
        await using var change = await db.BeginAsync(actor, "users.team_added", $"team:{id:D}", cancellationToken);
        change.Describe(new { agency });
        var added = await change.ExecuteAsync(
            """
            insert into platform_teams (id, agency_id, name, created_at, version)
            select @id, a.id, @name, @now, 1 from platform_agencies a where a.id = @agency
            on conflict (agency_id, name) do nothing
            """,
            new { id, agency, name = name.Trim(), now = db.Time.GetUtcNow() });
        if (added == 0)
            throw AccessProblems.NameTaken.With(("name", name.Trim()));
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>Puts a user into a team, or takes them out.</summary>
    internal static async Task SetMemberAsync(
        NodeDb db, Actor actor, Guid team, Guid user, bool member, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(
            actor, member ? "users.team_joined" : "users.team_left", $"user:{user:D}", cancellationToken);
        change.Describe(new { team });
        await change.ExecuteAsync(
            member
                ? "insert into platform_team_members (team_id, user_id) values (@team, @user) on conflict (team_id, user_id) do nothing"
                : "delete from platform_team_members where team_id = @team and user_id = @user",
            new { team, user });
        await change.CommitAsync(cancellationToken);
    }
}
