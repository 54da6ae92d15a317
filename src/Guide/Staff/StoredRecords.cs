using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Tambo.Guide.Directory;
using Tambo.Platform.Database;

namespace Tambo.Guide.Staff;

/// <summary>A service that was taken out of the directory.</summary>
public sealed record RetiredService
{
    /// <summary>Its identifier.</summary>
    public Guid Id { get; init; }

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its level of confidentiality.</summary>
    public string Confidentiality { get; init; } = "";

    /// <summary>When it was taken out.</summary>
    public DateTimeOffset RetiredAt { get; init; }

    /// <summary>The set it was imported from, or empty.</summary>
    public string SourceSet { get; init; } = "";

    /// <summary>The organisation whose it was.</summary>
    public Guid? OrganizationId { get; init; }
}

/// <summary>Records as the tables hold them, retired ones too, which the directory in memory leaves out.</summary>
internal static class StoredRecords
{
    static StoredRecords() => RecordColumns.Register();

    /// <summary>The services that were taken out, by name.</summary>
    public static async Task<IReadOnlyList<RetiredService>> RetiredAsync(NodeDb db, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return [.. await connection.QueryAsync<RetiredService>(
            """
            select r.id, s.name, r.confidentiality, r.retired_at, r.source_set, s.organization_id
            from guide_records r join guide_services s on s.id = r.id
            where r.kind = 'service' and r.retired_at is not null order by s.name, r.id
            """)];
    }

    /// <summary>A service in whatever state, or null: its head from the tables, its content from its last version.</summary>
    public static async Task<Service?> ServiceAsync(NodeDb db, Guid id, CancellationToken cancellationToken) =>
        await RecordAsync<Service>(db, RecordKinds.Service, id, cancellationToken);

    /// <summary>What was taken out together with a service: where it was offered, and the places that offered nothing else.</summary>
    public static async Task<IReadOnlyList<DirectoryRecord>> RetiredWithAsync(NodeDb db, Service service, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var offers = await connection.QueryAsync<Guid>(
            """
            select r.id from guide_records r join guide_services_at_locations o on o.id = r.id
            where r.kind = 'service_at_location' and o.service_id = @Id and r.retired_at = @RetiredAt
            """,
            new { service.Id, service.RetiredAt });
        var records = new List<DirectoryRecord>();
        foreach (var id in offers.ToList())
        {
            if (await RecordAsync<ServiceAtLocation>(db, RecordKinds.ServiceAtLocation, id, cancellationToken) is not { } offer)
                continue;
            records.Add(offer);
            if (offer.LocationId is { } at && await RecordAsync<Location>(db, RecordKinds.Location, at, cancellationToken) is { RetiredAt: not null } place)
                records.Add(place);
        }

        return [.. records.DistinctBy(r => (r.Kind, r.Id))];
    }

    /// <summary>The content of a version under the head that the record has now.</summary>
    public static T Under<T>(T head, JsonObject snapshot)
        where T : DirectoryRecord
    {
        var content = (JsonObject)snapshot.DeepClone();
        var confidentiality = content["confidentiality"]?.GetValue<string>() ?? head.Confidentiality;
        var language = content["text_language"]?.GetValue<string>() ?? "";
        var agency = content["agency_id"] is { } named ? Guid.Parse(named.ToString()) : (Guid?)null;
        var translations = content["translations"]?.Deserialize<List<Translation>>(RecordJson.Options) ?? [];
        foreach (var name in new[] { "confidentiality", "text_language", "translations", "agency_id" })
            content.Remove(name);
        var record = content.Deserialize<T>(RecordJson.Options)!;
        if (record is Organization organization)
            record = (T)(DirectoryRecord)(organization with { AgencyId = agency });
        return record with
        {
            Id = head.Id,
            Version = head.Version,
            Confidentiality = confidentiality,
            TextLanguage = language,
            Translations = translations,
            CreatedAt = head.CreatedAt,
            ChangedAt = head.ChangedAt,
            ChangedBy = head.ChangedBy,
            ConfirmedAt = head.ConfirmedAt,
            ConfirmedBy = head.ConfirmedBy,
            ReviewDue = head.ReviewDue,
            RetiredAt = head.RetiredAt,
            SourceSet = head.SourceSet,
            SourceId = head.SourceId,
            SourceHash = head.SourceHash,
            ImportId = head.ImportId,
            ImportLine = head.ImportLine,
            RetrievedAt = head.RetrievedAt,
        };
    }

    private static async Task<T?> RecordAsync<T>(NodeDb db, string kind, Guid id, CancellationToken cancellationToken)
        where T : DirectoryRecord
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var head = await connection.QuerySingleOrDefaultAsync<T>(
            "select * from guide_records where kind = @kind and id = @id", new { kind, id });
        var snapshot = await connection.QuerySingleOrDefaultAsync<string>(
            "select snapshot from guide_record_versions where kind = @kind and id = @id order by version desc limit 1", new { kind, id });
        return head is null || snapshot is null ? null : Under(head, (JsonObject)JsonNode.Parse(snapshot)!);
    }
}
