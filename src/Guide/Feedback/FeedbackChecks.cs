using System.Globalization;
using Tambo.Platform.Access.Roles;
using Tambo.Platform.Database;
using Tambo.Platform.Parts;

namespace Tambo.Guide.Feedback;

/// <summary>Tells the operator when nobody reads what tells of harm; of messages it says nothing.</summary>
internal static class FeedbackChecks
{
    public static async Task<PartFinding> RunAsync(NodeDb db, CancellationToken cancellationToken)
    {
        var readers = await Holders.CountAsync(db, Inbox.Sensitive.Permission, cancellationToken);
        return readers > 0
            ? new PartFinding("protection", true, string.Create(CultureInfo.InvariantCulture, $"{readers} responsible for protection"))
            : new PartFinding(
                "protection", false,
                "nobody is responsible for protection: what readers tell of harm is kept and read by nobody, and the form says so; tambo user add NAME --role protection_focal_point");
    }
}
