using System.Text.Json.Nodes;
using Tambo.Cases.Devices;

namespace Tambo.Tests.Cases.Devices;

/// <summary>What becomes of a field that one, two or nobody has changed.</summary>
public sealed class FieldMergeTests
{
    [Theory]
    // was, device, office: what is written, or ! for a conflict, or nothing.
    [InlineData("1", "2", "1", "2")]
    [InlineData("1", "1", "2", "")]
    [InlineData("1", "2", "2", "")]
    [InlineData("1", "2", "3", "!")]
    [InlineData("1", "null", "1", "null")]
    [InlineData("1", "null", "2", "!")]
    [InlineData("null", "2", "null", "2")]
    [InlineData("null", "2", "3", "!")]
    [InlineData("[]", "[1]", "null", "[1]")]
    [InlineData("false", "true", "null", "true")]
    [InlineData("\"\"", "\"a\"", "null", "\"a\"")]
    [InlineData("[{\"a\":1,\"b\":2}]", "[{\"b\":2,\"a\":1},{}]", "[{\"b\":2,\"a\":1}]", "[{\"b\":2,\"a\":1},{}]")]
    public void A_field_is_written_where_one_alone_has_changed_it(string was, string device, string office, string expected)
    {
        var merged = FieldMerge.Of(One(was), One(device), One(office));
        Assert.Equal(expected == "!" ? 1 : 0, merged.Conflicts.Count);
        Assert.Equal(expected is "" or "!" ? [] : [expected], merged.Written.Values.Select(value => value?.ToJsonString() ?? "null"));
    }

    [Fact]
    public void Whatever_two_devices_do_no_value_is_overwritten_unseen()
    {
        var chance = new Random(20261123);
        for (var turn = 0; turn < 5000; turn++)
        {
            Dictionary<string, JsonNode?> Any() => Enumerable.Range(0, 4).ToDictionary(field => $"f.{field}", _ => (JsonNode?)JsonValue.Create(chance.Next(3)), StringComparer.Ordinal);
            var (was, device, office) = (Any(), Any(), Any());
            var merged = FieldMerge.Of(was, device, office);
            foreach (var field in was.Keys)
            {
                var after = merged.Written.TryGetValue(field, out var written) ? written : office[field];
                var (before, mine, theirs, now) = (Number(was[field]), Number(device[field]), Number(office[field]), Number(after));
                // What the office wrote since stays until somebody decides; what the device wrote is there or asked about.
                if (theirs != before)
                    Assert.Equal(theirs, now);
                if (mine != before)
                    Assert.True(now == mine || merged.Conflicts.Any(one => one.Field == field && Number(one.Mine) == mine && Number(one.Theirs) == theirs));
                else
                    Assert.DoesNotContain(merged.Conflicts, one => one.Field == field);
            }
        }
    }

    private static int Number(JsonNode? value) => value!.GetValue<int>();

    private static Dictionary<string, JsonNode?> One(string json) => new(StringComparer.Ordinal) { ["f.a"] = JsonNode.Parse(json) };
}
