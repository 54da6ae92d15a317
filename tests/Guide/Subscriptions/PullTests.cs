using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Guide.Imports;
using Tambo.Guide.Subscriptions;
using Tambo.Platform.Database;
using Tambo.Platform.Files;
using Tambo.Tests.Guide.Directory;
using Tambo.Tests.Guide.Imports;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Subscriptions;

/// <summary>What another site publishes comes in with its source, again and again, and never over what people here have changed.</summary>
public sealed class PullTests
{
    private static readonly string[] Addresses = ["hsds", "open-data/services.json"];

    [Theory, OnEachEngine]
    public async Task The_directory_of_another_node_is_taken_over_and_followed(Engine engine)
    {
        foreach (var address in Addresses)
        {
            await using var there = await TestNode.StartAsync(Engine.Sqlite);
            await WriteAsync(there, change => DirectoryWriter.AddAsync(change, Sample.Everything(SettableTime.Noon), "edited"));
            var time = new SettableTime(SettableTime.Noon);
            await using var here = await TestNode.StartAsync(engine, time);
            var subscription = await SubscribeAsync(here, new Uri(there.Address, address).ToString());

            var first = await PullAsync(here, subscription);
            Assert.Equal((address, Subscription.Taken), (address, first.Outcome));
            var theirs = (await MomentAsync(there)).Public.Records;
            var ours = (await MomentAsync(here)).Public.Records;
            Assert.Equal(theirs.Services.Select(s => (s.Name, s.Description)), ours.Services.Select(s => (s.Name, s.Description)));
            Assert.All(ours.Services, service => Assert.Equal(first.SourceSet, service.SourceSet));
            Assert.Equal("The other node", (await MomentAsync(here)).Public.Source(first.SourceSet)!.Title);

            // Nothing new: the tag spares the rest.
            var second = await PullAsync(here, first);
            Assert.Equal((address, Subscription.Unchanged), (address, second.Outcome));

            await EditAsync(there, service => service with { Description = "New words" });
            var third = await PullAsync(here, second);
            Assert.Equal((address, Subscription.Taken, 0), (address, third.Outcome, third.Kept));
            Assert.Equal("New words", (await MomentAsync(here)).Public.Records.Services[0].Description);

            // Changed on both sides: it stays as it is here, and is told.
            await EditAsync(here, service => service with { Description = "Words of our own" });
            await EditAsync(there, service => service with { Description = "Newer words" });
            var fourth = await PullAsync(here, third);
            Assert.Equal(1, fourth.Kept);
            Assert.Equal("Words of our own", (await MomentAsync(here)).Public.Records.Services[0].Description);
        }
    }

    [Fact]
    public async Task An_interface_of_another_kind_is_read_page_by_page_and_one_by_one_where_its_lists_are_brief()
    {
        await using var site = await OtherSite.StartAsync(context => context.Request.Path.Value switch
        {
            "/hsds" => JsonAsync(context, """{ "version": "3.0", "profile": "x", "openapi_url": "y" }"""),
            "/hsds/services" when context.Request.Query["page"] == "1" => JsonAsync(context, $$"""{ "last_page": false, "contents": {{ListOf(2)}} }"""),
            "/hsds/services" => JsonAsync(context, $$"""{ "last_page": true, "contents": [{ "id": "{{Key(3)}}", "name": "Brief", "status": "active" }] }"""),
            var one => JsonAsync(context, $$"""{ "id": "{{one![^36..]}}", "name": "In full", "status": "active", "phones": [{ "id": "{{Key(9)}}", "number": "+1 555 0100" }] }"""),
        });
        await using var here = await TestNode.StartAsync(Engine.Sqlite);
        var first = await PullAsync(here, await SubscribeAsync(here, site.Root + "/hsds"));
        Assert.Equal(Subscription.Taken, first.Outcome);
        var services = (await MomentAsync(here)).Public.Records.Services;
        Assert.Equal(["House 1", "House 2", "In full"], services.Select(service => service.Name));
        Assert.Equal("+1 555 0100", services[2].Phones.Single().Number);
        Assert.Equal(Subscription.Unchanged, (await PullAsync(here, first)).Outcome);
    }

    [Fact]
    public async Task Who_published_a_record_first_is_still_named_with_its_terms()
    {
        await using var site = await OtherSite.StartAsync(context => JsonAsync(context,
            $$"""[{ "id": "{{Key(1)}}", "name": "House", "status": "active", "phones": [], "provenance": { "source_set": "lists", "title": "The list of lists", "licence": "ODbL 1.0" } }]"""));
        await using var here = await TestNode.StartAsync(Engine.Sqlite);
        await PullAsync(here, await SubscribeAsync(here, site.Root + "/services.json"));

        var service = (await MomentAsync(here)).Public.Records.Services.Single();
        Assert.Equal(new Origin("The list of lists", "ODbL 1.0"), Origin.Of(service));
        using var client = here.Client();
        Assert.Contains("The list of lists (ODbL 1.0)", await client.GetStringAsync($"/en/services/{service.Id:D}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_that_has_lost_much_takes_nothing_out_until_a_person_says_so()
    {
        var count = 20;
        await using var site = await OtherSite.StartAsync(context => JsonAsync(context, ListOf(count)));
        await using var here = await TestNode.StartAsync(Engine.Sqlite);
        var first = await PullAsync(here, await SubscribeAsync(here, site.Root + "/services.json"));
        count = 17;
        var some = await PullAsync(here, first);
        Assert.Equal((Subscription.Taken, 17), (some.Outcome, (await MomentAsync(here)).Public.Records.Services.Count));

        count = 2;
        var shrunk = await PullAsync(here, some);
        Assert.Equal((Subscription.Shrunk, 17), (shrunk.Outcome, (await MomentAsync(here)).Public.Records.Services.Count));
        Assert.Equal(Subscription.Shrunk, (await PullAsync(here, shrunk)).Outcome);

        await WriteAsync(here, change => change.ExecuteAsync("update guide_subscriptions set takes_out = @yes", new { yes = true }));
        var allowed = await PullAsync(here, shrunk);
        Assert.Equal((Subscription.Taken, 2, false), (allowed.Outcome, (await MomentAsync(here)).Public.Records.Services.Count, allowed.TakesOut));
    }

    [Fact]
    public async Task A_list_that_claims_the_records_of_others_changes_none_of_them()
    {
        await using var here = await TestNode.StartAsync(Engine.Sqlite);
        await WriteAsync(here, change => DirectoryWriter.AddAsync(change, DirectoryRecords.Of(
            [new Service { Id = Key(1), Name = "Our house", CreatedAt = SettableTime.Noon, ChangedAt = SettableTime.Noon, ChangedBy = "test" }]), "edited"));
        await using var site = await OtherSite.StartAsync(context => JsonAsync(context,
            $$"""[{ "id": "{{Key(1)}}", "name": "<script>alert(1)</script>", "status": "active", "phones": [] }, { "id": "{{Key(2)}}", "name": "<img src=x onerror=alert(1)>", "status": "active", "phones": [] }]"""));

        var pulled = await PullAsync(here, await SubscribeAsync(here, site.Root));

        Assert.Equal(1, pulled.Kept);
        Assert.Equal("Our house", (await MomentAsync(here)).Public.Service(Key(1))!.Name);
        using var client = here.Client();
        Assert.DoesNotContain("<img", await client.GetStringAsync($"/en/services/{Key(2):D}"), StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Hostile => new()
    {
        { "pages in a circle", "guide.feed_endless" },
        { "no directory", "guide.feed_unknown" },
        { "broken in the middle", "guide.feed_unknown" },
        { "a page that is none", "guide.feed_unknown" },
        { "refuses", "guide.feed_refused" },
        { "without end", "file.too_large" },
        { "empty", "file.empty" },
        { "deep", "guide.feed_unknown" },
        { "a name twice", "guide.feed_unknown" },
        { "half a letter as a name", "guide.feed_unknown" },
        { "a page with a name twice", "guide.feed_unknown" },
        { "a page of half letters", "guide.feed_endless" },
        { "a page too large", "file.too_large" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_hostile_site_costs_little_and_changes_nothing(string kind, string code)
    {
        await using var site = await OtherSite.StartAsync(context => AnswerAsync(context, kind));
        await using var here = await TestNode.StartAsync(Engine.Sqlite);
        var pulled = await PullAsync(here, await SubscribeAsync(here, site.Root + "/hsds"), limit: 1 << 20);

        Assert.Equal((kind, code, 1), (kind, pulled.Outcome, pulled.Failures));
        Assert.True(site.Asked < 10, $"{kind}: asked {site.Asked} times");
        Assert.Empty((await MomentAsync(here)).Staff.Records.Services);
        Assert.Empty(System.IO.Directory.EnumerateFiles(here.Settings.Folder, "*.part"));

        // Later each time, and never later than its turn.
        var again = await PullAsync(here, pulled, limit: 1 << 20);
        Assert.Equal(2, again.Failures);
        Assert.True(again.DueAt - again.AskedAt > pulled.DueAt - pulled.AskedAt);
        Assert.True(again.DueAt - again.AskedAt <= TimeSpan.FromHours(again.EveryHours));
    }

    [Theory, OnEachEngine]
    public async Task A_directory_that_brings_what_nobody_foresaw_keeps_no_other_waiting(Engine engine)
    {
        await using var here = await Importing.StartAsync(engine);
        var db = here.Database.Db;
        await using (var change = await db.BeginAsync(TestDatabase.Alice, "guide.written", "test", CancellationToken.None))
        {
            foreach (var host in new[] { "a.example.org", "b.example.org" })
            {
                await SubscriptionRows.AddAsync(change, new Subscription
                {
                    Id = Guid.CreateVersion7(SettableTime.Noon),
                    Address = $"https://{host}/services.json",
                    SourceSet = host,
                    Title = host,
                    EveryHours = 24,
                    DueAt = SettableTime.Noon,
                });
            }

            await change.CommitAsync(CancellationToken.None);
        }

        using var http = new HttpClient(new Answers(request => request.RequestUri!.Host == "a.example.org"
            ? throw new NotSupportedException("Nobody foresaw this.")
            : new HttpResponseMessage { Content = new StringContent(ListOf(2)) }));
        var pull = new PullDirectories(db, here.Live, here.Services, here.Settings, http);

        await Assert.ThrowsAsync<AggregateException>(() => pull.RunAsync(CancellationToken.None));

        var after = await SubscriptionRows.AllAsync(db, CancellationToken.None);
        Assert.Equal([("a.example.org", "guide.feed_broken"), ("b.example.org", Subscription.Taken)], after.Select(one => (one.Title, one.Outcome)));
        Assert.All(after, one => Assert.True(one.DueAt > SettableTime.Noon));
        Assert.Equal(0, await pull.RunAsync(CancellationToken.None));
    }

    [Fact]
    public async Task What_somebody_asks_for_during_a_pull_is_not_forgotten_with_it()
    {
        await using var here = await TestNode.StartAsync(Engine.Sqlite);
        var asked = await SubscribeAsync(here, "https://a.example.org/services.json");
        await WriteAsync(here, change => change.ExecuteAsync("update guide_subscriptions set takes_out = @yes, due_at = @At", new { yes = true, At = SettableTime.Noon.AddYears(100) }));
        await WriteAsync(here, change => SubscriptionRows.NoteAsync(change, asked, asked with { Outcome = Subscription.Shrunk, DueAt = SettableTime.Noon.AddYears(200) }));
        var after = (await SubscriptionRows.AllAsync(here.Db, CancellationToken.None)).Single();
        Assert.Equal((true, SettableTime.Noon.AddYears(100), Subscription.Shrunk), (after.TakesOut, after.DueAt, after.Outcome));
    }

    [Fact]
    public async Task All_requests_of_one_directory_together_have_an_end()
    {
        await using var site = await OtherSite.StartAsync(async context =>
        {
            if (context.Request.Path != "/hsds")
                await Task.Delay(100, context.RequestAborted);
            await JsonAsync(context, context.Request.Path == "/hsds"
                ? """{ "version": "3.0", "profile": "x", "openapi_url": "y" }"""
                : $$"""{ "last_page": false, "contents": [{ "id": "{{Guid.CreateVersion7(SettableTime.Noon)}}", "name": "x", "phones": [] }] }""");
        });
        await using var here = await TestNode.StartAsync(Engine.Sqlite);
        using var http = SafeHttp.Create(new SafeHttpSettings { AllowLoopback = true });
        var fetch = new DirectoryFetch(http, here.Settings.Folder, 50 << 20) { Longest = TimeSpan.FromSeconds(1) };
        var problem = await Assert.ThrowsAsync<Tambo.Platform.Problems.Problem>(() => fetch.FetchAsync(new Uri(site.Root + "/hsds"), "", CancellationToken.None));
        Assert.Equal("guide.feed_endless", problem.Kind.Code);
        Assert.InRange(site.Asked, 2, 30);
    }

    private sealed class Answers(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer(request));
    }

    [Fact]
    public async Task The_node_itself_and_inner_networks_are_no_site_to_ask()
    {
        await using var here = await TestNode.StartAsync(Engine.Sqlite);
        await SubscribeAsync(here, new Uri(here.Address, "hsds").ToString());
        await here.Services.GetRequiredService<PullDirectories>().RunAsync(CancellationToken.None);
        Assert.Equal("file.link_private", (await SubscriptionRows.AllAsync(here.Db, CancellationToken.None)).Single().Outcome);
    }

    private static Task AnswerAsync(HttpContext context, string kind)
    {
        var isRoot = context.Request.Path == "/hsds";
        return kind switch
        {
            "no directory" => TextAsync(context, "<html>Welcome</html>"),
            "broken in the middle" => TextAsync(context, ListOf(300)[..^20]),
            "refuses" => Task.Run(() => context.Response.StatusCode = 403),
            "empty" => Task.CompletedTask,
            "deep" => TextAsync(context, new string('[', 5000)),
            "a name twice" => JsonAsync(context, $$"""[{ "id": "{{Key(1)}}", "name": "One", "status": "active", "name": "Other", "phones": [] }]"""),
            "half a letter as a name" => JsonAsync(context, """[{ "id": "x", "name": "One", "status": "active", "\ud800": "y", "phones": [{ "\udc00": 1 }] }]"""),
            "without end" => ForeverAsync(context),
            _ when isRoot => JsonAsync(context, """{ "version": "3.0", "profile": "x", "openapi_url": "y" }"""),
            "a page that is none" => JsonAsync(context, """{ "services": [1, 2] }"""),
            "a page with a name twice" => JsonAsync(context, """{ "last_page": true, "contents": [], "contents": [] }"""),
            "a page of half letters" => JsonAsync(context, """{ "last_page": false, "contents": [{ "id": "\ud800", "name": "x" }] }"""),
            "a page too large" => ForeverAsync(context),
            _ => JsonAsync(context, $$"""{ "page_number": 1, "last_page": false, "total_pages": 999999, "contents": {{ListOf(3)}} }"""),
        };
    }

    private static async Task ForeverAsync(HttpContext context)
    {
        await context.Response.WriteAsync("[");
        for (var i = 0; !context.RequestAborted.IsCancellationRequested && i < 100_000; i++)
            await context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $$"""{"id":"{{i}}","name":"{{new string('x', 4000)}}"},"""));
    }

    private static string ListOf(int count) => "[" + string.Join(',', Enumerable.Range(1, count).Select(number =>
        $$"""{ "id": "{{Key(number)}}", "name": "House {{number}}", "status": "active", "phones": [] }""")) + "]";

    private static Task JsonAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        return TextAsync(context, json);
    }

    private static async Task TextAsync(HttpContext context, string text) => await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text));

    private static Guid Key(int number) => new(number, 0, 0x4000, [0x80, 0, 0, 0, 0, 0, 0, 7]);

    private static async Task<DirectoryMoment> MomentAsync(TestNode node) => await node.Services.GetRequiredService<LiveDirectory>().GetAsync(CancellationToken.None);

    private static async Task<Subscription> SubscribeAsync(TestNode node, string address)
    {
        var id = Guid.CreateVersion7(SettableTime.Noon);
        var added = new Subscription
        {
            Id = id,
            Address = address,
            SourceSet = "subscription-" + id.ToString("N"),
            Title = "The other node",
            Licence = "CC BY 4.0",
            EveryHours = 24,
            // Not due for the node's own job, which asks no site of this machine.
            DueAt = new DateTimeOffset(2999, 1, 1, 0, 0, 0, TimeSpan.Zero),
        };
        await WriteAsync(node, change => SubscriptionRows.AddAsync(change, address.Contains(node.Address.Authority, StringComparison.Ordinal) ? added with { DueAt = DateTimeOffset.UnixEpoch } : added));
        return added;
    }

    /// <summary>Pulls once, now, allowed to ask this machine.</summary>
    private static async Task<Subscription> PullAsync(TestNode node, Subscription subscription, long limit = 50 << 20)
    {
        using var http = SafeHttp.Create(new SafeHttpSettings { AllowLoopback = true, Bytes = limit });
        var pull = new PullDirectories(node.Db, node.Services.GetRequiredService<LiveDirectory>(), node.Services.GetRequiredService<ImportServices>(), node.Settings, http);
        var present = (await SubscriptionRows.AllAsync(node.Db, CancellationToken.None)).Single(one => one.Id == subscription.Id);
        var pulled = await pull.PullAsync(present, CancellationToken.None);
        await WriteAsync(node, change => SubscriptionRows.NoteAsync(change, present, pulled));
        return pulled;
    }

    private static async Task EditAsync(TestNode node, Func<Service, Service> edit)
    {
        var service = (await MomentAsync(node)).Staff.Records.Services[0];
        await WriteAsync(node, async change => Assert.True(await DirectoryWriter.ReplaceAsync(change, DirectoryRecords.Of([edit(service) with { ChangedAt = service.ChangedAt.AddSeconds(1) }]), "edited")));
    }

    private static async Task WriteAsync(TestNode node, Func<Change, Task> write)
    {
        await using var change = await node.Db.BeginAsync(TestDatabase.Alice, "guide.written", "test", CancellationToken.None, bulk: true);
        await write(change);
        await change.CommitAsync(CancellationToken.None);
    }
}
