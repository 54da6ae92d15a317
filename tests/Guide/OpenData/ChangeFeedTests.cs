using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Guide.OpenData;
using Tambo.Platform.Database;
using Tambo.Platform.Files;
using Tambo.Tests.Guide.Directory;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.OpenData;

/// <summary>Whoever follows the changes has, after each page, what the public may see, and never learns of what it may not.</summary>
public sealed class ChangeFeedTests
{
    [Theory, OnEachEngine]
    public async Task A_follower_has_the_public_directory_after_any_changes(Engine engine)
    {
        await using var node = await TestNode.StartAsync(engine);
        using var client = node.Client();
        var random = new Random(4);
        var held = new Dictionary<string, string>(StringComparer.Ordinal);
        var cursor = "0";
        await ChangeAsync(node, change => DirectoryWriter.AddAsync(change, Sample.Everything(SettableTime.Noon), "edited"));
        for (var round = 0; round < 12; round++)
        {
            await NoteAsync(node);
            cursor = await FollowAsync(client, cursor, held);
            var directory = (await node.Services.GetRequiredService<LiveDirectory>().GetAsync(CancellationToken.None)).Public;
            Assert.Equal(
                PublicUnits.Of(directory).Select(unit => $"{unit.Kind} {unit.Id:D} {unit.Shape().ToJsonString(RecordJson.Options)}").Order(StringComparer.Ordinal),
                held.Select(pair => $"{pair.Key} {pair.Value}").Order(StringComparer.Ordinal));
            await ChangeSomethingAsync(node, random, round);
        }
    }

    [Fact]
    public async Task What_was_never_shown_is_never_noted_and_what_is_hidden_is_noted_as_removed()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);
        using var client = node.Client();
        var hidden = Named("The hidden house", 1) with { Confidentiality = Confidentiality.Withheld };
        var shown = Named("The open house", 2);
        await ChangeAsync(node, change => DirectoryWriter.AddAsync(change, DirectoryRecords.Of([hidden, shown]), "edited"));
        await NoteAsync(node);
        var first = await GetAsync(client, "/open-data/changes.json");
        Assert.Equal([shown.Id.ToString("D")], first["changes"]!.AsArray().Select(change => change!["id"]!.ToString()));

        await ReplaceAsync(node, shown with { Confidentiality = Confidentiality.Withheld });
        // Hidden, and not noted yet: the record has gone from the change that told of it.
        var before = await GetAsync(client, "/open-data/changes.json?full=true");
        Assert.Equal("removed", before["changes"]![0]!["action"]!.ToString());
        Assert.Null(before["changes"]![0]!["record"]);
        Assert.DoesNotContain("open house", await client.GetStringAsync("/open-data/changes.atom"), StringComparison.Ordinal);

        await NoteAsync(node);
        var after = await GetAsync(client, first["next"]!.ToString());
        Assert.Equal(["removed"], after["changes"]!.AsArray().Select(change => change!["action"]!.ToString()));
        Assert.DoesNotContain(hidden.Id.ToString("D"), (await GetAsync(client, "/open-data/changes.json")).ToJsonString(), StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task A_directory_that_did_not_change_is_noted_once(Engine engine)
    {
        await using var node = await TestNode.StartAsync(engine);
        await ChangeAsync(node, change => DirectoryWriter.AddAsync(change, DirectoryRecords.Of([Named("House", 1)]), "edited"));
        var live = node.Services.GetRequiredService<LiveDirectory>();
        // The node's own job may have been faster.
        await NoteChanges.RunAsync(node.Db, live, CancellationToken.None);
        Assert.Equal(0, await NoteChanges.RunAsync(node.Db, live, CancellationToken.None));
    }

    [Fact]
    public async Task A_cursor_of_another_history_is_refused_and_pages_go_on_to_the_end()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);
        using var client = node.Client();
        await ChangeAsync(node, change => DirectoryWriter.AddAsync(change, DirectoryRecords.Of([.. Enumerable.Range(1, 5).Select(number => Named($"House {number}", (byte)number))]), "edited"));
        await NoteAsync(node);

        var page = await GetAsync(client, "/open-data/changes.json?limit=2");
        Assert.True(page["more"]!.GetValue<bool>());
        var cursor = page["cursor"]!.ToString();
        var seen = 2;
        while (page["more"]!.GetValue<bool>())
        {
            page = await GetAsync(client, $"/open-data/changes.json?limit=2&since={page["cursor"]}");
            seen += page["changes"]!.AsArray().Count;
        }

        Assert.Equal(5, seen);
        var other = cursor[..^1] + (cursor[^1] == '0' ? '1' : '0');
        foreach (var (since, status) in new[] { (other, HttpStatusCode.Gone), ("9999-0123456789abcdef", HttpStatusCode.Gone), ("yesterday", HttpStatusCode.BadRequest), ("-1", HttpStatusCode.BadRequest) })
        {
            using var refused = await client.GetAsync(new Uri("/open-data/changes.json?since=" + since, UriKind.Relative));
            Assert.Equal((since, status), (since, refused.StatusCode));
            Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
        }
    }

    [Fact]
    public async Task The_feed_is_Atom_whatever_names_hold_and_says_what_was_removed()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);
        using var client = node.Client();
        var odd = Named("Casa <b>&\u0001 \"Ñandú\" \uFFFE", 1);
        var gone = Named("Gone", 2);
        await ChangeAsync(node, change => DirectoryWriter.AddAsync(change, DirectoryRecords.Of([odd, gone]), "edited"));
        await NoteAsync(node);
        await ReplaceAsync(node, gone with { RetiredAt = SettableTime.Noon });
        await NoteAsync(node);

        using var answer = await client.GetAsync(new Uri("/open-data/changes.atom", UriKind.Relative));
        Assert.Equal("application/atom+xml", answer.Content.Headers.ContentType!.MediaType);
        using var reader = SafeXml.Open(await answer.Content.ReadAsStreamAsync());
        var feed = XDocument.Load(reader);
        XNamespace atom = "http://www.w3.org/2005/Atom", at = "http://purl.org/atompub/tombstones/1.0";
        Assert.Equal("Casa <b>& \"Ñandú\" ", feed.Root!.Element(atom + "entry")!.Element(atom + "title")!.Value);
        Assert.Equal($"urn:uuid:{gone.Id:D}", feed.Root.Element(at + "deleted-entry")!.Attribute("ref")!.Value);
        var next = feed.Root.Elements(atom + "link").Single(link => link.Attribute("rel")!.Value == "next").Attribute("href")!.Value;
        Assert.DoesNotContain("<entry", await client.GetStringAsync(new Uri(next).PathAndQuery), StringComparison.Ordinal);
    }

    private static async Task<string> FollowAsync(HttpClient client, string cursor, Dictionary<string, string> held)
    {
        while (true)
        {
            var page = await GetAsync(client, $"/open-data/changes.json?full=true&limit=3&since={cursor}");
            foreach (var change in page["changes"]!.AsArray())
            {
                var key = $"{change!["kind"]} {change["id"]}";
                if (change["action"]!.ToString() == "removed")
                    held.Remove(key);
                else
                    held[key] = change["record"]!.ToJsonString(RecordJson.Options);
            }

            cursor = page["cursor"]!.ToString();
            if (!page["more"]!.GetValue<bool>())
                return cursor;
        }
    }

    private static async Task ChangeSomethingAsync(TestNode node, Random random, int round)
    {
        var staff = (await node.Services.GetRequiredService<LiveDirectory>().GetAsync(CancellationToken.None)).Staff.Records;
        if (staff.Services.Count == 0 || random.Next(3) == 0)
        {
            await ChangeAsync(node, change => DirectoryWriter.AddAsync(change, DirectoryRecords.Of([Named($"House {round}", (byte)(100 + round))]), "edited"));
            return;
        }

        var service = staff.Services[random.Next(staff.Services.Count)];
        var at = SettableTime.Noon.AddMinutes(round);
        await ReplaceAsync(node, random.Next(4) switch
        {
            0 => service with { Confidentiality = Confidentiality.Withheld, ChangedAt = at },
            1 => service with { Confidentiality = Confidentiality.Public, ChangedAt = at },
            2 => service with { RetiredAt = at, ChangedAt = at },
            _ => service with { Description = $"Words {round}", ChangedAt = at },
        });
    }

    private static Service Named(string name, byte number) => new()
    {
        Id = new Guid(number, 0, 0x4000, [0x80, 0, 0, 0, 0, 0, 0, number]),
        Name = name,
        CreatedAt = SettableTime.Noon,
        ChangedAt = SettableTime.Noon,
        ChangedBy = "test",
    };

    private static async Task<JsonNode> GetAsync(HttpClient client, string address) =>
        JsonNode.Parse(await client.GetStringAsync(address.StartsWith("http", StringComparison.Ordinal) ? new Uri(address).PathAndQuery : address))!;

    private static Task<int> NoteAsync(TestNode node) => NoteChanges.RunAsync(node.Db, node.Services.GetRequiredService<LiveDirectory>(), CancellationToken.None);

    private static Task ReplaceAsync(TestNode node, DirectoryRecord record) => ChangeAsync(
        node, async change => Assert.True(await DirectoryWriter.ReplaceAsync(change, DirectoryRecords.Of([record]), "edited")));

    private static async Task ChangeAsync(TestNode node, Func<Change, Task> write)
    {
        await using var change = await node.Db.BeginAsync(TestDatabase.Alice, "guide.written", "test", CancellationToken.None, bulk: true);
        await write(change);
        await change.CommitAsync(CancellationToken.None);
    }
}
