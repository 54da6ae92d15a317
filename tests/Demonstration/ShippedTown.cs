using System.Text.Json.Nodes;

namespace Tambo.Tests.Demonstration;

/// <summary>What the file of the made-up town says, read without any of the program's own readers.</summary>
internal static class ShippedTown
{
    public static JsonArray Services { get; } =
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", "training", "services.json")))!.AsArray();

    /// <summary>How many services anybody may know of.</summary>
    public static int PublicServices => Services.Count(service => LevelOf(service!) != "withheld");

    /// <summary>Every text and number of places and people that no public page may tell.</summary>
    public static IReadOnlyList<string> Secrets
    {
        get
        {
            var secrets = new SortedSet<string>(StringComparer.Ordinal);
            foreach (var service in Services)
            {
                if (LevelOf(service!) == "withheld")
                {
                    secrets.Add((string)service!["name"]!);
                    secrets.Add((string)service["organization"]!["name"]!);
                    secrets.Add((string)service["phones"]![0]!["number"]!);
                    secrets.Add((string)service["organization"]!["phones"]![0]!["number"]!);
                }

                foreach (var place in service!["service_at_locations"]?.AsArray().Select(offer => offer!["location"]!) ?? [])
                {
                    if (LevelOf(place) == "public")
                        continue;
                    secrets.Add((string)place["addresses"]![0]!["address_1"]!);
                    secrets.Add(place["latitude"]!.ToJsonString());
                    secrets.Add(place["longitude"]!.ToJsonString());
                }
            }

            return [.. secrets];
        }
    }

    private static string LevelOf(JsonNode record) => (string?)record["confidentiality"] ?? "public";
}
