using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tambo.Guide.Directory;
using Tambo.Guide.Schedules;
using Tambo.Platform.Files;
using Tambo.Platform.Places;

namespace Tambo.Guide.Imports;

/// <summary>What a draft says about the position of a place, once the impossible is set apart.</summary>
/// <param name="Impossible">Numbers that no place on earth has, as published.</param>
internal sealed record PositionRead(IReadOnlyDictionary<string, JsonElement> Impossible);

/// <summary>Looks at latitude and longitude: both or none, within the earth, and not the 0/0 that means "unknown".</summary>
internal sealed class PositionCheck(Draft draft, IssueReport issues)
{
    /// <summary>Takes impossible numbers out of the draft.</summary>
    public PositionRead Read()
    {
        var impossible = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var (latitude, longitude) = (Degrees("latitude"), Degrees("longitude"));
        if (latitude is null && longitude is null)
        {
            var none = IsNone("latitude") && IsNone("longitude");
            var read = Without(impossible);
            if (none)
                (draft.Content["latitude"], draft.Content["longitude"]) = (null, null);
            return read;
        }

        if (latitude is not { } north || longitude is not { } east)
        {
            Report(ImportIssues.PositionHalf, $"{latitude}/{longitude}");
            return Without(impossible);
        }

        if (north == 0 && east == 0)
        {
            Report(ImportIssues.PositionZero, "0/0");
            return Without(impossible);
        }

        if (Math.Abs(north) <= 90 && Math.Abs(east) <= 180)
        {
            // A comma for the decimal point is a spelling, not a mistake.
            (draft.Content["latitude"], draft.Content["longitude"]) = (north, east);
            return new PositionRead(impossible);
        }

        Report(ImportIssues.PositionImpossible, string.Create(CultureInfo.InvariantCulture, $"{north}/{east}"));
        impossible["latitude"] = JsonSerializer.SerializeToElement(north);
        impossible["longitude"] = JsonSerializer.SerializeToElement(east);
        return Without(impossible);
    }

    // Said, and said to be nothing: then a position that was known before is none any more.
    private bool IsNone(string field) =>
        draft.Content.TryGetPropertyValue(field, out var value) && (value is null || value.ToString().Trim().Length == 0);

    private double? Degrees(string field) =>
        draft.Content[field] is JsonValue value
        && double.TryParse(value.ToString().Trim().Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var degrees)
        && double.IsFinite(degrees)
            ? degrees
            : null;

    private PositionRead Without(Dictionary<string, JsonElement> impossible)
    {
        draft.Content.Remove("latitude");
        draft.Content.Remove("longitude");
        return new PositionRead(impossible);
    }

    private void Report(string code, string value) =>
        issues.Add(new RowIssue(draft.Line, null, code, value, IssueSeverity.Warning, draft.Source));
}

/// <summary>Completes a place from code lists: its country, its administrative area, and whether its zone exists.</summary>
internal static class PlaceCheck
{
    // First-level areas by folded name, for each country met.
    private static readonly ConcurrentDictionary<string, FrozenDictionary<string, string>> AreasByName = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The place with codes that the node knows; what it does not know is left out with an issue.</summary>
    public static Location Complete(Location location, Draft draft, IssueReport issues)
    {
        void Report(string code, string value) => issues.Add(new RowIssue(draft.Line, null, code, value, IssueSeverity.Warning, draft.Source));

        if (location.TimeZone.Length > 0 && ZoneClock.Find(location.TimeZone) is null)
        {
            Report(ImportIssues.TimeZoneUnknown, location.TimeZone);
            location = location with { TimeZone = "" };
        }

        var country = Countries.Find(location.Country);
        if (location.Country.Length > 0 && country is null)
            Report(ImportIssues.CountryUnknown, location.Country);
        var address = location.Addresses is [var first, ..] ? first : null;
        country ??= Countries.Find(address?.Country);
        return location with { Country = country?.Alpha2 ?? "", AdminArea = AreaOf(location, address, country?.Alpha2) };
    }

    private static string AreaOf(Location location, Address? address, string? country)
    {
        if (AdminAreas.Find(location.AdminArea) is { } known)
            return known.Code;
        if (country is null || address is null || address.StateProvince.Length == 0)
            return "";
        return AreasByName.GetOrAdd(country, static code => AdminAreas.OfCountry(code).Where(area => area.Level == 1)
            .DistinctBy(area => Spelling.Fold(area.Name)).ToFrozenDictionary(area => Spelling.Fold(area.Name), area => area.Code))
            .GetValueOrDefault(Spelling.Fold(address.StateProvince), "");
    }
}
