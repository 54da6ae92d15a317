using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;

namespace Tambo.Cases.Access;

/// <summary>Which teams a record may be given to: those of its own agency. To another one it goes by referral, with the person's consent.</summary>
internal static class CaseTeams
{
    /// <summary>True for no team, and for a team of the agency that holds the record.</summary>
    public static async Task<bool> IsTeamOfAsync(this NodeDb db, Guid? team, Guid? agency, CancellationToken cancellationToken) =>
        team is null || (await Agencies.TeamsAsync(db, cancellationToken)).Any(one => one.Id == team && one.AgencyId == agency);
}
