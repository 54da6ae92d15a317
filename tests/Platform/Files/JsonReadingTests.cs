using System.Text;
using System.Text.Json;
using Tambo.Platform.Files;
using Tambo.Platform.Problems;
using Xunit;
using static Tambo.Tests.Platform.Files.HostileFiles;

namespace Tambo.Tests.Platform.Files;

public sealed class JsonReadingTests
{
    private static List<JsonItem> Read(string json, JsonLimits? limits = null) => Read(Text(json), limits);

    private static List<JsonItem> Read(Stream stream, JsonLimits? limits = null) => [.. JsonReading.Items(stream, limits)];

    [Fact]
    public void The_elements_of_a_list_come_with_their_lines()
    {
        var items = Read("[\n  {\"id\": 1},\n\n  {\"id\": 2,\n   \"x\": [1,\n2]}, {\"id\": 3}\n]");
        Assert.Equal([2, 4, 6], items.Select(item => item.Line));
        Assert.Equal([1, 2, 3], items.Select(item => item.Value.GetProperty("id").GetInt32()));
    }

    [Theory]
    [InlineData("{\"total\": 2, \"contents\": [{\"id\":1},{\"id\":2}], \"more\": {\"contents\": [9]}}")]
    [InlineData("{\"meta\": {\"items\": [5,6,7]}, \"list\": [8], \"results\" : [{\"id\":1},{\"id\":2}]}")]
    [InlineData("{\"items\": \"none\", \"data\": [{\"id\":1},{\"id\":2}]}")]
    public void A_list_within_an_object_is_found_by_its_usual_name_at_the_top(string json) =>
        Assert.Equal([1, 2], Read(json).Select(item => item.Value.GetProperty("id").GetInt32()));

    [Fact]
    public void A_list_can_be_asked_for_by_name() =>
        Assert.Equal(8, Assert.Single(Read("{\"data\": [1], \"list\": [8]}", new JsonLimits(Names: "list"))).Value.GetInt32());

    [Fact]
    public void An_object_without_a_list_is_one_record()
    {
        var item = Assert.Single(Read("{\"id\": \"x\", \"phones\": [1,2]}"));
        Assert.Equal("x", item.Value.GetProperty("id").GetString());
    }

    [Fact]
    public void Records_larger_than_the_first_block_are_read_with_right_lines()
    {
        var long1 = new string('x', 200_000);
        var items = Read($"[\n{{\"a\":\"{long1}\"}},\n{{\"a\":\"é{long1}\"}},\n{{\"a\":\"z\"}}\n]");
        Assert.Equal([2, 3, 4], items.Select(item => item.Line));
        Assert.Equal("é" + long1, items[1].Value.GetProperty("a").GetString());
    }

    [Fact]
    public void Every_way_of_cutting_a_file_into_blocks_gives_the_same()
    {
        var json = "[" + string.Join(",\n", Enumerable.Range(0, 20_000).Select(i => $"{{\"id\":{i},\"n\":\"{new string('é', i % 40)}\"}}")) + "]";
        var items = Read(json);
        Assert.Equal(20_000, items.Count);
        Assert.All(items.Index(), pair => Assert.Equal((pair.Index + 1, pair.Index), (pair.Item.Line, pair.Item.Value.GetProperty("id").GetInt32())));
    }

    [Theory]
    [InlineData("[1, 2", 1)]
    [InlineData("[1,\n2}\n", 2)]
    [InlineData("[1,\n2]\n]", 3)]
    [InlineData("{\"a\": 1,\n\"contents\": [1]", 2)]
    [InlineData("{\"a\": \n", 2)]
    [InlineData("\"text\"", 1)]
    [InlineData("nonsense", 1)]
    [InlineData("[01]", 1)]
    public void A_mistake_is_refused_with_its_line(string json, long line)
    {
        var problem = Assert.Throws<Problem>(() => Read(json));
        Assert.Equal(FileProblems.JsonSyntax, problem.Kind);
        Assert.Contains(("line", (object?)line), problem.Values);
    }

    [Fact]
    public void Nesting_of_100_000_is_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 100_000));
        Assert.Equal(FileProblems.JsonDepth, Refused(() => Read(deep)));
        Assert.Equal(FileProblems.JsonDepth, Refused(() => Read("{\"a\":" + deep)));
        Assert.Equal(FileProblems.JsonDepth, Refused(() => Read(string.Concat(Enumerable.Repeat("{\"a\":", 100_000)))));
    }

    [Fact]
    public void A_record_or_a_file_above_its_limit_is_refused()
    {
        var limits = new JsonLimits(ItemBytes: 100_000);
        Assert.Equal(FileProblems.JsonItemTooLarge, Refused(() => Read($"[\"{new string('x', 400_000)}\"]", limits)));
        Assert.Equal(FileProblems.JsonItemTooLarge, Refused(() => Read($"{{\"a\":\"{new string('x', 400_000)}\"}}", limits)));
        Assert.Equal(FileProblems.TooLarge, Refused(() => Read("[1,2,3,4,5]", new JsonLimits(Bytes: 10))));
    }

    [Fact]
    public void Utf_16_is_read_and_latin_letters_are_refused()
    {
        var utf16 = new MemoryStream([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("[\"año\"]")]);
        Assert.Equal("año", Assert.Single(JsonReading.Items(utf16)).Value.GetString());
        Assert.Equal("año", Assert.Single(JsonReading.Items(new MemoryStream([0xEF, 0xBB, 0xBF, .. "[\"año\"]"u8]))).Value.GetString());
        Assert.Equal(FileProblems.Encoding, Refused(() => Read(Text("[\"año\"]", Encoding.Latin1))));
        Assert.Equal(FileProblems.Empty, Refused(() => Read(new MemoryStream())));
    }

    [Fact]
    public void Spoiled_files_are_read_or_refused()
    {
        var good = Encoding.UTF8.GetBytes("{\"total_items\": 2, \"contents\": [{\"id\": \"a\", \"name\": \"Casa \\u00d1and\\u00fa\", \"at\": [1.5, -2e3]},\n {\"id\": null, \"ok\": true}]}");
        Mutate(good, seed: 41, stream => Read(stream));
    }
}
