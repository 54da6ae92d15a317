using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Platform.Places;

namespace Tambo.Guide.OpenData;

/// <summary>
/// The directory as one table, a line for each service at each of its places, for people with a spreadsheet or a map
/// program. The second line has HXL hashtags (hxlstandard.org), by which humanitarian programs know the columns.
/// </summary>
internal static class OfferTable
{
    private const int MostPending = 64 * 1024;

    // What telephones and degrees are written with.
    private static readonly SearchValues<char> OfNumbers = SearchValues.Create("0123456789 ().|-+#*/");

    private static readonly (string Name, string Tag, Func<Offer, string> Of)[] Columns =
    [
        ("service_id", "#service+id", offer => offer.Service.Id.ToString("D")),
        ("service", "#service+name", offer => offer.Service.Name),
        ("organization", "#org+name", offer => offer.Organization?.Name ?? ""),
        ("needs", "#sector+list", offer => string.Join('|', offer.Needs.Select(need => Needs.All[need].Code))),
        ("description", "#description", offer => offer.Service.Description),
        ("place", "#loc+name", offer => offer.Location?.Name ?? ""),
        ("address", "#loc+address", offer => Joined(offer.Address?.Address1, offer.Address?.Address2)),
        ("city", "#loc+city", offer => offer.Address?.City ?? ""),
        ("postal_code", "#loc+postcode", offer => offer.Address?.PostalCode ?? ""),
        ("state_province", "#adm1+name", offer => offer.Address?.StateProvince ?? ""),
        ("country", "#country+code+v_iso2", offer => offer.Country),
        ("latitude", "#geo+lat", offer => Degrees(offer.AnyPoint?.Latitude)),
        ("longitude", "#geo+lon", offer => Degrees(offer.AnyPoint?.Longitude)),
        ("position", "#geo+precision", offer => offer.AnyPoint is null ? "" : offer.IsApproximate ? "town" : "exact"),
        ("phones", "#contact+phone+list", offer => string.Join('|', offer.Phones.Select(phone => phone.Number).Where(number => number.Length > 0))),
        ("email", "#contact+email", offer => offer.Service.Email is { Length: > 0 } own ? own : offer.Organization?.Email ?? ""),
        ("website", "#contact+url", offer => offer.Service.Url is { Length: > 0 } own ? own : offer.Organization?.Website ?? ""),
        ("languages", "#meta+languages+list", offer => string.Join('|', offer.Languages.Order(StringComparer.Ordinal))),
        ("free", "#meta+free", offer => offer.Service.Free switch { true => "yes", false => "no", _ => "" }),
        ("accessible", "#meta+accessible", offer => offer.IsAccessible ? "yes" : ""),
        ("status", "#status", offer => offer.Service.Status),
        ("text_language", "#meta+language", offer => offer.Service.TextLanguage),
        ("confirmed_on", "#date+confirmed", offer => offer.Service.ConfirmedAt is { } at ? at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : ""),
        ("source", "#meta+source", offer => offer.Source?.Title ?? offer.Service.SourceSet),
        ("source_id", "#meta+source+id", offer => offer.Service.SourceId),
    ];

    /// <summary>The table as RFC 4180 in UTF-8, with the byte-order mark by which spreadsheets know it.</summary>
    /// <param name="offers">The lines.</param>
    /// <param name="licence">The terms of what the node says itself; a source with terms of its own keeps those.</param>
    /// <param name="output">Where it goes.</param>
    public static async Task WriteCsvAsync(IReadOnlyList<Offer> offers, string licence, Stream output)
    {
        await using var text = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true) { NewLine = "\r\n" };
        await text.WriteLineAsync(string.Join(',', Columns.Select(column => column.Name).Append("licence")));
        await text.WriteLineAsync(string.Join(',', Columns.Select(column => column.Tag).Append("#meta+licence")));
        foreach (var offer in offers)
            await text.WriteLineAsync(string.Join(',', Columns.Select(column => Cell(column.Of(offer))).Append(Cell(LicenceOf(offer, licence)))));
    }

    /// <summary>The lines that have a point, as GeoJSON (RFC 7946), with the terms beside the features.</summary>
    public static async Task WriteGeoJsonAsync(IReadOnlyList<Offer> offers, string name, string licence, Stream output)
    {
        await using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = RecordJson.Options.Encoder });
        json.WriteStartObject();
        json.WriteString("type", "FeatureCollection");
        json.WriteString("name", name);
        json.WriteString("licence", licence);
        json.WriteStartArray("features");
        foreach (var offer in offers)
        {
            if (offer.AnyPoint is not { } point)
                continue;
            FeatureOf(offer, point, licence).WriteTo(json, RecordJson.Options);
            // One after the other goes out: all of them would take many times what the file weighs.
            if (json.BytesPending > MostPending)
                await json.FlushAsync();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static JsonObject FeatureOf(Offer offer, GeoPoint point, string licence)
    {
        var properties = new JsonObject();
        foreach (var column in Columns.Where(column => column.Name is not ("latitude" or "longitude")))
        {
            if (column.Of(offer) is { Length: > 0 } said)
                properties[column.Name] = said;
        }

        properties["licence"] = LicenceOf(offer, licence);
        return new JsonObject
        {
            ["type"] = "Feature",
            ["id"] = (offer.At?.Id ?? offer.Service.Id).ToString("D"),
            ["geometry"] = new JsonObject { ["type"] = "Point", ["coordinates"] = new JsonArray(point.Longitude, point.Latitude) },
            ["properties"] = properties,
        };
    }

    /// <summary>
    /// A cell, quoted where it must be. A text that a spreadsheet would take for a formula is kept from being one; numbers
    /// with a sign, as telephones have, are no formulas.
    /// </summary>
    internal static string Cell(string value)
    {
        if (value is ['=' or '@' or '\t' or '\r', ..] || (value is ['+' or '-', _, ..] && value.AsSpan(1).ContainsAnyExcept(OfNumbers)))
            value = "'" + value;
        return value.AsSpan().ContainsAny("\",\r\n") || value.AsSpan().Trim().Length != value.Length
            ? "\"" + value.Replace("\"", "\"\"", StringComparison.Ordinal) + "\""
            : value;
    }

    private static string LicenceOf(Offer offer, string own) => offer.Service.SourceSet.Length == 0 ? own : offer.Source?.Licence ?? "";

    private static string Joined(string? one, string? other) => string.Join(", ", new[] { one, other }.Where(part => part is { Length: > 0 }));

    private static string Degrees(double? degrees) => degrees?.ToString("0.######", CultureInfo.InvariantCulture) ?? "";
}
