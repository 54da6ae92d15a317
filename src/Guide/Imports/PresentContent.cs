using System.Text.Json;
using System.Text.Json.Nodes;
using Tambo.Guide.Directory;

namespace Tambo.Guide.Imports;

/// <summary>
/// Lays what a source says over what a record of the same source already holds. A list often says less than a full
/// record: what it does not mention stays, what it says to be null or empty goes. Pure.
/// </summary>
/// <param name="unnamed">Identifiers of parts that the source does not name: they are told from others by their place alone.</param>
internal sealed class PresentContent(IReadOnlySet<string> unnamed)
{
    // What tells one door from another.
    private static readonly string[] Town = ["city", "region", "state_province", "country"];
    private static readonly string[] Door = ["address_1", "address_2", "postal_code", .. Town];
    private readonly List<string> left = [];

    /// <summary>The fields that stayed because the source does not mention them.</summary>
    public IReadOnlyList<string> Left => left;

    /// <summary>True when a place has another address now and nobody says where on the map that is.</summary>
    public bool IsMoved { get; private set; }

    /// <summary>Completes what a source says, in which null means "nothing", from the record as it stands.</summary>
    public void Complete(JsonObject said, DirectoryRecord present)
    {
        var content = (JsonObject)JsonSerializer.SerializeToNode(present, present.GetType(), RecordJson.Options)!;
        if (said.ContainsKey("addresses"))
        {
            // These follow from an address where nobody says them, and an old one would contradict the new address.
            content.Remove("country");
            content.Remove("admin_area");
            Move(said, content);
        }

        Complete(said, content, "");
    }

    // An old position would lead people to the old door. The clock of a place that stays in its town is the same.
    private void Move(JsonObject said, JsonObject present)
    {
        if (said.ContainsKey("latitude") || said.ContainsKey("longitude") || !present.ContainsKey("latitude")
            || First(present) is not { } before || !Differs(Door))
            return;
        IsMoved = true;
        foreach (var field in (string[])["latitude", "longitude", "position_precision"])
            present.Remove(field);
        if (Differs(Town))
            present.Remove("time_zone");

        bool Differs(string[] fields) => First(said) is not { } now || Array.Exists(
            fields, field => now.TryGetPropertyValue(field, out var text)
                && !string.Equals(text?.ToString().Trim() ?? "", before[field]?.ToString().Trim() ?? "", StringComparison.OrdinalIgnoreCase));

        static JsonObject? First(JsonObject place) => place["addresses"] is JsonArray addresses ? addresses.OfType<JsonObject>().FirstOrDefault() : null;
    }

    private void Complete(JsonObject said, JsonObject present, string path)
    {
        foreach (var (name, value) in present.ToList())
        {
            if (!said.TryGetPropertyValue(name, out var mine))
            {
                present.Remove(name);
                said[name] = value;
                if (name != "id" && value is not null && (value is not JsonValue || value.ToString().Length > 0))
                    left.Add(path + name);
            }
            else if (mine is JsonObject part && value is JsonObject before)
            {
                Complete(part, before, path + name + "/");
            }
            else if (mine is JsonArray parts && value is JsonArray those)
            {
                var known = those.OfType<JsonObject>().Where(p => p["id"] is not null).DistinctBy(p => p["id"]!.ToString())
                    .ToDictionary(p => p["id"]!.ToString(), StringComparer.Ordinal);
                foreach (var item in parts.OfType<JsonObject>())
                {
                    if (item["id"]?.ToString() is { } id && !unnamed.Contains(id) && known.TryGetValue(id, out var same))
                        Complete(item, same, path + name + "/");
                }
            }
        }
    }

    /// <summary>Takes out what is said to be nothing.</summary>
    public static void WithoutNulls(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach (var (name, value) in members.ToList())
            {
                if (value is null)
                    members.Remove(name);
                else
                    WithoutNulls(value);
            }
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
                WithoutNulls(item);
        }
    }
}
