using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tambo.Guide.Directory;
using Tambo.Platform.Settings;

namespace Tambo.Guide.Hsds;

/// <summary>A file of a package.</summary>
internal sealed record PackageFile(string Name, ReadOnlyMemory<byte> Content);

/// <summary>
/// The directory as the tables of HSDS 3, with the fields of 3.1 and of our profile as further columns, and the
/// datapackage.json that describes them. What a source said beyond that is in the JSON form only.
/// </summary>
internal static class HsdsPackage
{
    private static readonly PackageTable[] Tables =
    [
        PackageTable.OfRecords<Organization>("organizations"),
        PackageTable.OfRecords<Service>("services", "program_id"),
        PackageTable.OfRecords<Location>("locations"),
        PackageTable.OfRecords<ServiceAtLocation>("service_at_location"),
        PackageTable.OfRecords<Taxonomy>("taxonomies"),
        PackageTable.OfRecords<TaxonomyTerm>("taxonomy_terms"),
        PackageTable.OfParts<HelpProgram>("programs", "organization_id"),
        PackageTable.OfParts<Phone>("phones", "organization_id", "service_id", "location_id", "service_at_location_id", "contact_id"),
        PackageTable.OfParts<Contact>("contacts", "organization_id", "service_id", "location_id", "service_at_location_id"),
        PackageTable.OfParts<Address>("addresses", "location_id"),
        PackageTable.OfParts<PublishedSchedule>("schedules", "service_id", "location_id", "service_at_location_id"),
        PackageTable.OfParts<HolidaySchedule>("holiday_schedules", "service_id", "location_id", "service_at_location_id"),
        PackageTable.OfParts<Funding>("funding", "organization_id", "service_id"),
        PackageTable.OfParts<ServiceArea>("service_areas", "service_id", "service_at_location_id"),
        PackageTable.OfParts<RequiredDocument>("required_documents", "service_id"),
        PackageTable.OfParts<Eligibility>("eligibility", "service_id"),
        PackageTable.OfParts<CostOption>("cost_options", "service_id"),
        PackageTable.OfParts<Capacity>("service_capacities", "service_id", "unit_id"),
        PackageTable.Of<CapacityUnit>("units"),
        PackageTable.OfParts<LanguageSpoken>("languages", "service_id", "location_id", "phone_id"),
        PackageTable.OfParts<Accessibility>("accessibility", "location_id"),
        PackageTable.OfParts<OrganizationIdentifier>("organization_identifiers", "organization_id"),
        PackageTable.OfParts<WebLink>("urls", "organization_id", "service_id"),
        PackageTable.OfParts<RecordAttribute>("attributes", "link_id"),
        PackageTable.OfParts<MetadataEntry>("metadata", "resource_id"),
        new("translations", [.. new[] { "record_id", "record_kind", "field", "language", "value", "source_hash", "status", "method", "reviewed_at" }.Select(column => (column, "string"))]),
    ];

    /// <summary>The files of the package, the description first.</summary>
    public static IEnumerable<PackageFile> FilesOf(PublicDirectory directory, NodeFile node)
    {
        // As large as the directory, which is in memory anyway.
        var tables = Tables.ToDictionary(table => table.Name, table => new TableText(table), StringComparer.Ordinal);
        foreach (var record in directory.Records.All)
            new RecordRows(record, (table, row) => tables[table].Add(row)).Add();
        yield return new PackageFile("datapackage.json", JsonSerializer.SerializeToUtf8Bytes(DescriptionOf(directory, node), RecordJson.Options));
        foreach (var (name, text) in tables)
            yield return new PackageFile(name + ".csv", Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static JsonObject DescriptionOf(PublicDirectory directory, NodeFile node) => new()
    {
        ["profile"] = "tabular-data-package",
        ["name"] = "human_services_data",
        ["title"] = node.Name,
        ["licenses"] = new JsonArray(new JsonObject { ["title"] = node.Licence }),
        ["sources"] = new JsonArray([.. directory.Records.Sources.Select(source => (JsonNode)new JsonObject
        {
            ["title"] = source.FullTitle,
            ["path"] = source.Link,
        })]),
        ["resources"] = new JsonArray([.. Tables.Select(table => (JsonNode)new JsonObject
        {
            ["profile"] = "tabular-data-resource",
            ["name"] = table.Name,
            ["path"] = table.Name + ".csv",
            ["schema"] = new JsonObject
            {
                ["fields"] = new JsonArray([.. table.Columns.Select(column => (JsonNode)new JsonObject { ["name"] = column.Name, ["type"] = column.Type })]),
            },
        })]),
    };

    /// <summary>One table while it is written: RFC 4180.</summary>
    private sealed class TableText
    {
        private readonly StringBuilder text = new();
        private readonly PackageTable table;
        private readonly HashSet<string> units = new(StringComparer.Ordinal);

        public TableText(PackageTable table)
        {
            this.table = table;
            text.AppendJoin(',', table.Columns.Select(column => column.Name)).Append("\r\n");
        }

        public void Add(JsonObject row)
        {
            // A unit is counted by many services and stands here once.
            if (table.Name == "units" && !units.Add(row["id"]!.ToString()))
                return;
            text.AppendJoin(',', table.Columns.Select(column => Quoted(row[column.Name]))).Append("\r\n");
        }

        public override string ToString() => text.ToString();

        private static string Quoted(JsonNode? value)
        {
            var said = value switch
            {
                null => "",
                JsonValue text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>(),
                _ => value.ToJsonString(),
            };
            return said.AsSpan().ContainsAny("\",\r\n") || said.AsSpan().Trim().Length != said.Length ? $"\"{said.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : said;
        }
    }
}

/// <summary>A table of the package with its columns: the fields of its kind that are single values, and whose row it is.</summary>
internal sealed record PackageTable(string Name, IReadOnlyList<(string Name, string Type)> Columns)
{
    public static PackageTable OfRecords<T>(string name, params ReadOnlySpan<string> more)
        where T : DirectoryRecord => Of<T>(name, [.. more, "confidentiality", "text_language"]);

    public static PackageTable OfParts<T>(string name, params ReadOnlySpan<string> owners)
        where T : RecordPart => Of<T>(name, owners);

    public static PackageTable Of<T>(string name, params ReadOnlySpan<string> more)
    {
        var columns = new List<(string, string)>();
        foreach (var property in RecordJson.Options.GetTypeInfo(typeof(T)).Properties.Where(p => p.Get is not null && !p.IsExtensionData))
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (type == typeof(string) || type == typeof(Guid))
                columns.Add((property.Name, "string"));
            else if (type == typeof(double))
                columns.Add((property.Name, "number"));
            else if (type == typeof(bool))
                columns.Add((property.Name, "boolean"));
        }

        foreach (var column in more)
            columns.Add((column, "string"));
        return new PackageTable(name, columns);
    }
}
