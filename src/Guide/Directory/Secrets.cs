using System.Text.Json;

namespace Tambo.Guide.Directory;

/// <summary>
/// The texts and positions of places that are hidden. A description that spells one of them out is left out too, in
/// whatever field and language it stands, of the records that have to do with the hidden place.
/// </summary>
internal sealed class Secrets
{
    private readonly Dictionary<Guid, Telltales> telltales = [];

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
        if (!telltales.TryGetValue(record.Id, out var hidden))
            return record;
        var content = RecordJson.Content(record);
        var translations = record.Translations.Where(t => !hidden.AreIn(t.Value)).ToList();
        if (FreeTexts.Empty(content, typeof(T), hidden.AreIn))
        {
            // A translation says what its source said, perhaps in words that are not known here.
            translations.RemoveAll(t => TranslatedFields.SourceOf(content, t.Field).Length == 0);
            var rest = JsonSerializer.Deserialize<T>(content, RecordJson.Options)!;
            // A number that no place has stands among the extra fields and must not become a position on the way.
            if (rest is Location moved && record is Location place)
                rest = (T)(DirectoryRecord)(moved with { Latitude = place.Latitude, Longitude = place.Longitude });
            record = (T)WithHead(rest, record);
        }

        return translations.Count == record.Translations.Count ? record : record with { Translations = translations };
    }

    private static DirectoryRecord WithHead(DirectoryRecord content, DirectoryRecord head) => content with
    {
        Version = head.Version,
        Confidentiality = head.Confidentiality,
        TextLanguage = head.TextLanguage,
        CreatedAt = head.CreatedAt,
        ChangedAt = head.ChangedAt,
        ConfirmedAt = head.ConfirmedAt,
        ConfirmedBy = head.ConfirmedBy,
        ReviewDue = head.ReviewDue,
        RetrievedAt = head.RetrievedAt,
        Translations = head.Translations,
        SourceSet = head.SourceSet,
        SourceId = head.SourceId,
    };

    private void Hide(Location location, string[] names, params ReadOnlySpan<Guid?> records)
    {
        foreach (var id in records)
        {
            if (id is not { } record)
                continue;
            if (!telltales.TryGetValue(record, out var known))
                telltales[record] = known = new Telltales();
            known.Add(location, names);
        }
    }
}
