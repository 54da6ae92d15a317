using System.Globalization;
using System.Text.Json;

namespace Tambo.Bench.Imports;

/// <summary>Services of a made-up country as HSDS 3 JSON, each with its organisation, place, address, hours, phone and languages.</summary>
internal static class MadeUpServices
{
    private const int OrganizationEvery = 5;

    private static readonly string[] Kinds = ["Clinic", "Shelter", "Kitchen", "Legal advice", "School desk", "Work office", "Women's house", "Information point"];
    private static readonly string[] Streets = ["Harbour Road", "Mill Lane", "Calle del Faro", "Rue du Port", "Station Street", "Avenida Larga"];

    /// <summary>Writes them to a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="count">How many services.</param>
    public static async Task WriteAsync(string path, int count)
    {
        var random = new Random(11);
        await using var file = File.Create(path);
        await using var json = new Utf8JsonWriter(file);
        json.WriteStartArray();
        for (var i = 0; i < count; i++)
            JsonSerializer.Serialize(json, Service(i, random));
        json.WriteEndArray();
    }

    private static object Service(int i, Random random)
    {
        var kind = Kinds[i % Kinds.Length];
        return new
        {
            id = Id("a", i),
            name = string.Create(CultureInfo.InvariantCulture, $"{kind} {i}"),
            description = $"{kind} for people on the way. Ask at the door; nobody is asked for papers.",
            status = "active",
            organization = new { id = Id("b", i / OrganizationEvery), name = string.Create(CultureInfo.InvariantCulture, $"Society {i / OrganizationEvery}"), description = "Made up." },
            phones = new[] { new { id = Id("c", i), number = string.Create(CultureInfo.InvariantCulture, $"+999 555 {i:0000}") } },
            languages = new[] { new { id = Id("d", i), code = i % 3 == 0 ? "ht" : "es" } },
            schedules = new[] { new { id = Id("e", i), freq = "WEEKLY", byday = "MO,TU,WE,TH,FR", opens_at = "08:00", closes_at = "17:00" } },
            service_at_locations = new[]
            {
                new
                {
                    id = Id("f", i),
                    location = new
                    {
                        id = Id("9", i),
                        location_type = "physical",
                        name = string.Create(CultureInfo.InvariantCulture, $"{kind} {i}"),
                        latitude = Math.Round(-20 + (random.NextDouble() * 5), 5),
                        longitude = Math.Round(-30 + (random.NextDouble() * 5), 5),
                        addresses = new[]
                        {
                            new
                            {
                                id = Id("8", i),
                                address_1 = string.Create(CultureInfo.InvariantCulture, $"{random.Next(1, 400)} {Streets[i % Streets.Length]}"),
                                city = "Puerto Quimera", state_province = "Costa", postal_code = "0000", country = "MX", address_type = "physical",
                            },
                        },
                    },
                },
            },
        };
    }

    // The same on every run, so that an import of the same file changes nothing.
    private static string Id(string kind, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind}0000000-0000-4000-8000-{number:x12}");
}
