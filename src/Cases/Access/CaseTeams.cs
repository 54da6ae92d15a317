using Dapper;
using Tambo.Platform.Database;

namespace Tambo.Cases.Access;

/// <summary>Which teams a record may be given to: those of its own agency. To another one it goes by referral, with the person's consent.</summary>
internal static class CaseTeams
{
    /// <summary>True for no team, and for a team of the agency that holds the record.</summary>
    public static async Task<bool> IsTeamOfAsync(this NodeDb db, Guid? team, Guid? agency, CancellationToken cancellationToken)
    {
        if (team is null)
            return true;
        if (agency is null)
            return false;
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>("select count(*) from platform_teams where id = @team and agency_id = @agency", new { team, agency }) > 0;
    }
}
