using System.Globalization;
using Tambo.Guide.Reviews;
using Tambo.Platform.Database;
using Tambo.Platform.Parts;
using Tambo.Platform.Settings;

namespace Tambo.Guide.Directory;

/// <summary>Tells the operator how much of the directory readers do not see, and why.</summary>
internal static class DirectoryChecks
{
    public static async Task<IReadOnlyList<PartFinding>> RunAsync(NodeDb db, NodeSettings settings, CancellationToken cancellationToken)
    {
        var full = new ServiceDirectory(await DirectoryReader.ReadAsync(db, cancellationToken), 0);
        return [Found(full, PublicDirectory.Of(full)), await ReviewChecks.FoundAsync(db, settings, full, cancellationToken)];
    }

    /// <summary>What a directory and its public side come to.</summary>
    public static PartFinding Found(ServiceDirectory full, PublicDirectory shown)
    {
        var records = full.Records;
        var counts = records.Organizations.Concat<DirectoryRecord>(records.Services).Concat(records.Locations).Concat(records.ServicesAtLocations)
            .Select(record => Withholding.Of(full, shown, record)?.Code).OfType<string>().CountBy(code => code).ToDictionary();
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{records.Services.Count} services, {shown.Records.Services.Count} of them public; {string.Join(", ", Withholding.Codes.Where(counts.ContainsKey).Select(code => $"{counts[code]} {InWords(code)}"))}").TrimEnd(' ', ';');
        // What somebody has decided is as it should be; what was left out or emptied without anybody's decision is not.
        return new PartFinding("directory", !counts.ContainsKey(Withholding.Unsafe) && !counts.ContainsKey(Withholding.Cleaned), text);
    }

    private static string InWords(string code) => code switch
    {
        Withholding.Hidden => "records hidden on purpose",
        Withholding.Organization => "not public because of their organisation",
        Withholding.OnlyHidden => "places where only hidden services are given",
        Withholding.Owner => "that hang on what is not public",
        Withholding.Reduced => "public in part",
        Withholding.Cleaned => "with texts left out that would tell where a hidden place is",
        _ => "that could not be made safe and are left out; their pages say so",
    };
}
