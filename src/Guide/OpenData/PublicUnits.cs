using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tambo.Guide.Directory;
using Tambo.Guide.Hsds;

namespace Tambo.Guide.OpenData;

/// <summary>One record as it is published by itself, with what is nested in it.</summary>
/// <param name="Kind">One of <see cref="RecordKinds"/>; a service at a place is part of its service.</param>
/// <param name="Id">Its identifier.</param>
/// <param name="Shape">Makes its content in the shape of HSDS.</param>
internal sealed record PublicUnit(string Kind, Guid Id, Func<JsonObject> Shape)
{
    /// <summary>The same for the same content, and for no other.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(Shape(), RecordJson.Options)).AsSpan(0, 16));
}

/// <summary>The public directory as the records that others take over one by one.</summary>
internal static class PublicUnits
{
    /// <summary>What lists of each kind are called, in the order in which they are given.</summary>
    public static IReadOnlyList<(string Kind, string List)> Lists { get; } =
    [
        (RecordKinds.Service, "services"), (RecordKinds.Organization, "organizations"), (RecordKinds.Location, "locations"),
        (RecordKinds.Taxonomy, "taxonomies"), (RecordKinds.TaxonomyTerm, "taxonomy_terms"),
    ];

    /// <summary>All of them: services first, each with its places, then what stands in none of those.</summary>
    public static IEnumerable<PublicUnit> Of(PublicDirectory directory)
    {
        var json = new HsdsJson(directory);
        var records = directory.Records;
        foreach (var service in records.Services)
            yield return new PublicUnit(RecordKinds.Service, service.Id, () => json.Exported(service));
        foreach (var organization in records.Organizations)
            yield return new PublicUnit(RecordKinds.Organization, organization.Id, () => Named(RecordKinds.Organization, json.Exported(organization)));
        foreach (var place in records.Locations.Where(place => place.OrganizationId is null && !directory.OfferedAt(place).Any()))
            yield return new PublicUnit(RecordKinds.Location, place.Id, () => Named(RecordKinds.Location, json.Exported(place)));
        foreach (var taxonomy in records.Taxonomies)
            yield return new PublicUnit(RecordKinds.Taxonomy, taxonomy.Id, () => Named(RecordKinds.Taxonomy, json.Full(taxonomy)));
        foreach (var term in records.TaxonomyTerms)
            yield return new PublicUnit(RecordKinds.TaxonomyTerm, term.Id, () => Named(RecordKinds.TaxonomyTerm, json.Full(term)));
    }

    // They say what they are, since some kinds of record have no field that others lack.
    private static JsonObject Named(string kind, JsonObject shape)
    {
        shape["record_kind"] = kind;
        return shape;
    }
}
