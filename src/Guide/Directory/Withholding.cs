using System.Text.Json;

namespace Tambo.Guide.Directory;

/// <summary>Why a record, or a part of it, does not leave the node; staff read it, so that nothing is missing unexplained.</summary>
/// <param name="Code">One of <see cref="Codes"/>; its sentence is the text <c>edit.withholding.{code}</c>.</param>
/// <param name="Fields">The fields that were emptied, where only some were.</param>
public sealed record Withholding(string Code, IReadOnlyList<string> Fields)
{
    /// <summary>Somebody has decided that it is known to nobody outside.</summary>
    public const string Hidden = "hidden";

    /// <summary>Its organisation is known to nobody outside, or was taken out of the directory.</summary>
    public const string Organization = "organization";

    /// <summary>Only hidden services are given at the place.</summary>
    public const string OnlyHidden = "only_hidden";

    /// <summary>The service or the place it belongs to does not leave.</summary>
    public const string Owner = "owner";

    /// <summary>Somebody has decided that only a part is known outside.</summary>
    public const string Reduced = "reduced";

    /// <summary>Texts that would tell where a hidden place is were emptied.</summary>
    public const string Cleaned = "cleaned";

    /// <summary>It could not be made safe to leave: a mistake in the record.</summary>
    public const string Unsafe = "unsafe";

    /// <summary>Every code.</summary>
    public static IReadOnlyList<string> Codes { get; } = [Hidden, Organization, OnlyHidden, Owner, Reduced, Cleaned, Unsafe];

    /// <summary>Why the public sees less of a record than there is; null when it sees all.</summary>
    internal static Withholding? Of(ServiceDirectory full, PublicDirectory shown, DirectoryRecord record)
    {
        var seen = shown.Find(record.Kind, record.Id);
        if (seen is null)
            return new Withholding(WhyGone(full, shown, record), []);
        var level = PublicView.LevelOf(full, record);
        if (level != Confidentiality.Public)
            return new Withholding(Reduced, []);
        var fields = FieldsThatDiffer(record, seen);
        return fields.Count == 0 ? null : new Withholding(Cleaned, fields);
    }

    private static string WhyGone(ServiceDirectory full, ServiceDirectory shown, DirectoryRecord record) => record switch
    {
        { Confidentiality: Confidentiality.Withheld } => Hidden,
        ServiceAtLocation offer => shown.Service(offer.ServiceId) is null || (offer.LocationId is { } place && shown.Location(place) is null) ? Owner
            : PublicView.LevelOf(full, offer) == Confidentiality.Public ? Unsafe : Hidden,
        _ when PublicView.LevelOf(full, record) == Confidentiality.Withheld => Organization,
        Location place when full.OfferedAt(place).Any() && !full.OfferedAt(place).Any(offer => PublicView.LevelOf(full, offer) == Confidentiality.Public) => OnlyHidden,
        _ => Unsafe,
    };

    // A name left out of a record that hangs on a hidden organisation is no text of its own.
    private static List<string> FieldsThatDiffer(DirectoryRecord whole, DirectoryRecord seen)
    {
        var (before, after) = (RecordJson.Snapshot(whole), RecordJson.Snapshot(seen));
        return [.. before.Where(field => field.Key is not ("organization_id" or "parent_organization_id" or "agency_id")
            && (after[field.Key] is not { } left || left.ToJsonString(RecordJson.Options) != field.Value?.ToJsonString(RecordJson.Options))).Select(field => field.Key)];
    }
}
