using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Guide.OpenData;
using Tambo.Platform.Database;
using Tambo.Platform.Files;
using Tambo.Platform.Problems;
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
        Assert.NotEqual(0, await NoteChanges.RunAsync(node.Db, live, CancellationToken.None));
        Assert.Equal(0, await NoteChanges.RunAsync(node.Db, live, CancellationToken.None));
    }

    [Theory, OnEachEngine]
    public async Task A_change_of_another_process_that_this_one_has_not_heard_of_yet_is_noted_all_the_same(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, new SettableTime(SettableTime.Noon));
        var house = Named("The house", 1);
        await ChangeAsync(database.Db, change => DirectoryWriter.AddAsync(change, DirectoryRecords.Of([house]), "edited"));
        // A directory in memory that hears of nothing any more.
        using var deaf = new LiveDirectory(new AreaVersion(), (known, cancellationToken) => DirectoryReader.ReadAsync(database.Db, known, cancellationToken));
        Assert.Equal(1, await NoteChanges.RunAsync(database.Db, deaf, CancellationToken.None));

        await ReplaceAsync(database.Db, house with { Confidentiality = Confidentiality.Withheld });
        Assert.Equal(1, await NoteChanges.RunAsync(database.Db, deaf, CancellationToken.None));

        var page = await ChangeFeed.AfterAsync(database.Db, ChangeCursor.Start, 10, CancellationToken.None);
        Assert.Equal("removed", page.Changes.Single().Action);
    }

    [Theory, OnEachEngine]
    public async Task Old_changes_are_forgotten_but_for_the_last_of_each_record_and_who_stayed_away_too_long_begins_anew(Engine engine)
    {
        var time = new SettableTime(SettableTime.Noon);
        await using var database = await TestDatabase.CreateAsync(engine, time);
        using var live = new LiveDirectory(database.Db);
        var houses = Enumerable.Range(1, 5).Select(number => Named($"House {number}", (byte)number)).ToList();
        async Task<ChangeCursor> DoAsync(Func<Change, Task> write)
        {
            await ChangeAsync(database.Db, write);
            await NoteChanges.RunAsync(database.Db, live, CancellationToken.None);
            return (await ChangeFeed.NewestAsync(database.Db, 1, CancellationToken.None)).Next;
        }

        Task<ChangeCursor> PutAsync(Service house) => DoAsync(async change => Assert.True(await DirectoryWriter.ReplaceAsync(change, DirectoryRecords.Of([house]), "edited")));
        var early = await DoAsync(change => DirectoryWriter.AddAsync(change, DirectoryRecords.Of(houses), "edited"));
        await PutAsync(houses[0] with { Description = "Other words" });
        var late = await PutAsync(houses[1] with { RetiredAt = SettableTime.Noon });
        var last = await PutAsync(houses[2] with { Description = "Words of the last day" });

        Assert.Equal(0, await ForgetChanges.RunAsync(database.Db, CancellationToken.None));
        time.Advance(ForgetChanges.KeptFor + TimeSpan.FromDays(1));
        // Of the two that were changed what they were before, and of the removed one all; the last line of all stays.
        Assert.Equal(4, await ForgetChanges.RunAsync(database.Db, CancellationToken.None));
        Assert.Equal(0, await ForgetChanges.RunAsync(database.Db, CancellationToken.None));

        foreach (var gone in new[] { early, late })
        {
            var problem = await Assert.ThrowsAsync<Problem>(() => ChangeFeed.AfterAsync(database.Db, gone, 10, CancellationToken.None));
            Assert.Equal("guide.cursor_gone", problem.Kind.Code);
        }

        Assert.Empty((await ChangeFeed.AfterAsync(database.Db, last, 10, CancellationToken.None)).Changes);
        // Whoever begins from the start is given all that is there, page by page, although pages lie before what was forgotten.
        var held = new HashSet<Guid>();
        var cursor = ChangeCursor.Start;
        for (var more = true; more;)
        {
            var page = await ChangeFeed.AfterAsync(database.Db, cursor, 1, CancellationToken.None);
            Assert.All(page.Changes, change => Assert.NotEqual("removed", change.Action));
            held.UnionWith(page.Changes.Select(change => change.Id));
            (cursor, more) = (ChangeCursor.Read(page.Next.ToString())!.Value, page.More);
        }

        Assert.Equal(houses.Where(house => house != houses[1]).Select(house => house.Id).Order(), held.Order());
        // And goes on from there.
        await PutAsync(houses[3] with { Description = "Newer words" });
        Assert.Equal([houses[3].Id], (await ChangeFeed.AfterAsync(database.Db, cursor, 10, CancellationToken.None)).Changes.Select(change => change.Id));
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

    private static Task ReplaceAsync(TestNode node, DirectoryRecord record) => ReplaceAsync(node.Db, record);

    private static Task ReplaceAsync(NodeDb db, DirectoryRecord record) => ChangeAsync(
        db, async change => Assert.True(await DirectoryWriter.ReplaceAsync(change, DirectoryRecords.Of([record]), "edited")));

    private static Task ChangeAsync(TestNode node, Func<Change, Task> write) => ChangeAsync(node.Db, write);

    private static async Task ChangeAsync(NodeDb db, Func<Change, Task> write)
    {
        await using var change = await db.BeginAsync(TestDatabase.Alice, "guide.written", "test", CancellationToken.None, bulk: true);
        await write(change);
        await change.CommitAsync(CancellationToken.None);
    }
}
