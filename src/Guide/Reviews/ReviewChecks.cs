using System.Globalization;
using Tambo.Guide.Directory;
using Tambo.Guide.Staff;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Parts;
using Tambo.Platform.Problems;
using Tambo.Platform.Sending;
using Tambo.Platform.Settings;

namespace Tambo.Guide.Reviews;

/// <summary>Tells the operator when services are due and nobody can be asked.</summary>
internal static class ReviewChecks
{
    public static async Task<PartFinding> FoundAsync(NodeDb db, NodeSettings settings, ServiceDirectory full, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(db.Time.GetUtcNow().UtcDateTime);
        var due = full.Records.Services.Count(service => LookUpServices.IsDue(service, today));
        var people = await ReachableStaff.HoldingAsync(db, GuideScope.Edit, cancellationToken);
        var why = !SendsMail(settings) ? "nobody is asked: mail is not set up (mail in tambo.json)"
            : settings.AddressForMail is null ? "nobody is asked: the address for links is not known (publicUrl in tambo.json)"
            : people.Count == 0 ? "no editor has a mail address" : "";
        return new PartFinding(
            "reviews", due == 0 || why.Length == 0, string.Create(CultureInfo.InvariantCulture, $"{due} services due for review{(due > 0 && why.Length > 0 ? "; " + why : "")}"));
    }

    private static bool SendsMail(NodeSettings settings)
    {
        try
        {
            return MailSettings.Of(settings) is not null;
        }
        catch (Problem)
        {
            return false;
        }
    }
}
