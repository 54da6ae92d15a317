using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tambo.Guide.Directory;

/// <summary>
/// The texts and positions of places that are hidden. A description that spells one of them out is left out too, in
/// whatever field and language it stands, of the records that have to do with the hidden place.
/// </summary>
internal sealed class Secrets
{
    // Shorter texts ("A", "12") would match by chance.
    private const int ShortestText = 5;

    private readonly Dictionary<Guid, HashSet<string>> texts = [];
    private readonly Dictionary<Guid, List<(string Latitude, string Longitude)>> positions = [];

    private Secrets()
    {
    }

    public static Secrets Of(ServiceDirectory full, Dictionary<Guid, string> services, Dictionary<Guid, string> locations)
    {
        var secrets = new Secrets();
        foreach (var location in full.Records.Locations)
        {
            var offers = full.OfferedAt(location).ToList();
            // A place called like the service or organisation it belongs to has its name published by their decision.
            var published = offers.Select(o => full.Service(o.ServiceId)).SelectMany(s => new[] { s?.Name, full.Organization(s?.OrganizationId)?.Name })
                .Append(full.Organization(location.OrganizationId)?.Name).OfType<string>().ToList();
            string[] names = [.. new[] { location.Name, location.AlternateName }.Where(
                name => !published.Exists(p => p.Contains(name, StringComparison.OrdinalIgnoreCase)))];
            var hidden = locations.GetValueOrDefault(location.Id) != Confidentiality.Public;
            foreach (var offer in offers)
            {
                if (hidden || services.GetValueOrDefault(offer.ServiceId) != Confidentiality.Public || offer.Confidentiality != Confidentiality.Public)
                    secrets.Hide(location, names, offer.Id, offer.ServiceId, full.Service(offer.ServiceId)?.OrganizationId);
            }

            if (hidden)
                secrets.Hide(location, names, location.Id, location.OrganizationId);
        }

        return secrets;
    }

    /// <summary>The record without the texts that spell out a hidden place.</summary>
    public T Cleaned<T>(T record)
        where T : DirectoryRecord
    {
        if (!texts.ContainsKey(record.Id))
            return record;
        var content = RecordJson.Content(record);
        var cleaned = Clean(content, record.Id);
        if (cleaned)
        {
            var rest = JsonSerializer.Deserialize<T>(content, RecordJson.Options)!;
            // A number that no place has stands among the extra fields and must not become a position on the way.
            if (rest is Location moved && record is Location place)
                rest = (T)(DirectoryRecord)(moved with { Latitude = place.Latitude, Longitude = place.Longitude });
            record = (T)WithHead(rest, record);
        }

        var translations = record.Translations.Where(t => !Tells(t.Value, record.Id)).ToList();
        return translations.Count == record.Translations.Count ? record : record with { Translations = translations };
    }

    private static DirectoryRecord WithHead(DirectoryRecord content, DirectoryRecord head) => content with
    {
        Version = head.Version, Confidentiality = head.Confidentiality, TextLanguage = head.TextLanguage,
        CreatedAt = head.CreatedAt, ChangedAt = head.ChangedAt, ConfirmedAt = head.ConfirmedAt, ConfirmedBy = head.ConfirmedBy,
        ReviewDue = head.ReviewDue, RetrievedAt = head.RetrievedAt, Translations = head.Translations,
        SourceSet = head.SourceSet, SourceId = head.SourceId,
    };

    private void Hide(Location location, IEnumerable<string> names, params ReadOnlySpan<Guid?> records)
    {
        var spelled = location.Addresses.SelectMany(a => new[] { a.Address1, a.Address2, a.PostalCode, a.Attention })
            .Concat([location.ExternalIdentifier, location.Url])
            .Concat(names)
            .Concat(location.Translations.Select(t => t.Value))
            .Select(text => text.Trim()).Where(text => text.Length >= ShortestText).ToList();
        foreach (var id in records)
        {
            if (id is not { } record)
                continue;
            if (!texts.TryGetValue(record, out var known))
                (texts[record], positions[record]) = (known = new HashSet<string>(StringComparer.OrdinalIgnoreCase), []);
            known.UnionWith(spelled);
            if (location is { Latitude: { } latitude, Longitude: { } longitude })
                positions[record].Add((TwoDecimals(latitude), TwoDecimals(longitude)));
        }
    }

    private bool Clean(JsonNode node, Guid record)
    {
        var cleaned = false;
        if (node is JsonObject members)
        {
            foreach (var (name, value) in members.ToList())
            {
                if (value is JsonValue text && text.GetValueKind() == JsonValueKind.String && Tells(text.GetValue<string>(), record))
                {
                    // A name must stay something: what is offered can still be told from its categories.
                    members[name] = "";
                    cleaned = true;
                }
                else if (value is JsonObject or JsonArray)
                {
                    cleaned |= Clean(value, record);
                }
            }
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
                cleaned |= item is not null && Clean(item, record);
        }

        return cleaned;
    }

    private bool Tells(string text, Guid record) =>
        text.Length >= ShortestText
        && (texts[record].Any(secret => text.Contains(secret, StringComparison.OrdinalIgnoreCase))
            || positions[record].Exists(p =>
                text.Contains(p.Latitude, StringComparison.Ordinal) && text.Contains(p.Longitude, StringComparison.Ordinal)));

    private static string TwoDecimals(double degrees) =>
        (Math.Truncate(degrees * 100) / 100).ToString("0.00", CultureInfo.InvariantCulture);
}
