using Dapper;
using Tambo.Guide.Feedback;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Feedback;

/// <summary>Who reads which messages, how long their texts are kept, and what everybody may know of the answers.</summary>
public sealed class InboxScopeTests
{
    [Fact]
    public async Task An_agency_reads_what_is_said_of_its_own_services_and_nothing_else()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var reader = new FeedbackReader(desk);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var helen = await desk.SignInAsync("helen", "viewer", "Harbour");
        await AgencyScopeTests.LinkAsync(desk, bea, desk.Records.Organizations[0], "Harbour");
        await reader.CodeAsync("closed", "about the service", $"services/{desk.Service.Id:D}");
        await reader.CodeAsync("closed", "about a page", "emergency");
        await reader.CodeAsync("mistreatment", "of harm", $"services/{desk.Service.Id:D}");
        foreach (var (name, role, agency, wanted) in new[] { ("hanna", "editor", "Harbour", 1), ("vera", "editor", "Valley", 0), ("bob", "editor", null, 2) })
        {
            using var staff = await desk.SignInAsync(name, role, agency);
            var root = Inbox.Ordinary.Root;
            var links = (await staff.OpenAsync(root)).QuerySelectorAll("main table th a").Select(link => link.GetAttribute("href")!).ToList();
            Assert.Equal((name, wanted), (name, links.Count));
            foreach (var id in await IdsAsync(desk, "guide_feedback"))
            {
                await staff.OpenAsync($"{root}/{id}");
                Assert.Equal((name, links.Contains($"{root}/{id}") ? 200 : 404), (name, staff.Status));
            }
        }
    }

    [Theory, OnEachEngine]
    public async Task A_flood_is_read_by_the_page_and_ended_by_the_page_and_hides_nothing(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var reader = new FeedbackReader(desk);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var helen = await desk.SignInAsync("helen", "viewer", "Harbour");
        await AgencyScopeTests.LinkAsync(desk, bea, desk.Records.Organizations[0], "Harbour");
        using var hanna = await desk.SignInAsync("hanna", "editor", "Harbour");
        using var farah = await desk.SignInAsync("farah", "protection_focal_point");
        // More than ever were listed, all more urgent than the last one.
        var about = $"services/{desk.Service.Id:D}";
        await FloodAsync(desk, 20_050);
        foreach (var kind in new[] { "closed", "mistreatment" })
            await reader.CodeAsync(kind, "the one that counts", about);

        foreach (var (staff, inbox, found, kind) in new[] { (hanna, Inbox.Ordinary, 1, "closed"), (bea, Inbox.Ordinary, 20_051, "closed"), (farah, Inbox.Sensitive, 20_051, "mistreatment") })
        {
            var list = await staff.OpenAsync(inbox.Root);
            Assert.Contains(found == 1 ? "1 message" : "20,051 messages", list.QuerySelector("main")!.TextContent.Replace("20051", "20,051", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.Equal(Math.Min(found, 50), list.QuerySelectorAll("main tbody tr").Length);
            var last = await staff.OpenAsync($"{inbox.Root}?page=402");
            Assert.Single(last.QuerySelectorAll("main tbody tr"));
            // What it is about is under seal in one inbox and in a column in the other: both are searched whole.
            Assert.Single((await staff.OpenAsync($"{inbox.Root}?kind={kind}")).QuerySelectorAll("main tbody tr"));
            Assert.Contains((await staff.OpenAsync("/staff")).QuerySelectorAll(".tiles li"), tile => tile.TextContent.Replace(",", "", StringComparison.Ordinal).Contains(found.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
                && tile.QuerySelector("a")?.GetAttribute("href") == inbox.Root);
        }

        var first = await farah.OpenAsync(Inbox.Sensitive.Root);
        await farah.SubmitAsync(first, Inbox.Sensitive.Root + "/spam");
        Assert.Equal("/staff/guide/protection?done=spam_page", farah.Location);
        await using var read = await desk.Node.Db.ReadAsync(CancellationToken.None);
        Assert.Equal(50, await read.ExecuteScalarAsync<long>("select count(*) from guide_sensitive_feedback where state = 'spam'"));
        Assert.Equal(50, await read.ExecuteScalarAsync<long>("select count(*) from guide_sensitive_feedback_notes"));
        // Sent again from the page as it was, it does nothing more.
        await farah.SubmitAsync(first, Inbox.Sensitive.Root + "/spam", ("idempotency-key", "another-key-of-the-same"));
        Assert.Equal(50, await read.ExecuteScalarAsync<long>("select count(*) from guide_sensitive_feedback where state = 'spam'"));
    }

    [Theory, OnEachEngine]
    public async Task Beyond_what_may_wait_a_sender_is_told_when_to_come_again_and_keeps_the_text(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine, waiting: 3);
        using var reader = new FeedbackReader(desk);
        using var bob = await desk.SignInAsync("bob", "editor");
        var key = GiveFeedback.NewKey();
        var code = await reader.CodeAsync("question", "0", key: key);
        for (var i = 1; i < 3; i++)
            await reader.CodeAsync("question", i.ToString(System.Globalization.CultureInfo.InvariantCulture));
        using var refused = await reader.PostAsync(new { kind = "question", text = "3" });
        Assert.Equal((503, 600.0), ((int)refused.StatusCode, refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds));
        var form = await reader.SendAsync("/en/feedback", ("kind", "question"), ("text", "by form"));
        Assert.Equal((503, "by form"), (reader.Status, form.QuerySelector("textarea[name=text]")!.TextContent));
        // What is kept already is answered; another inbox has room of its own; and what is dealt with makes room.
        Assert.Equal(code, await reader.CodeAsync("question", "0", key: key));
        await reader.CodeAsync("mistreatment", "of harm");
        var path = (await bob.OpenAsync(Inbox.Ordinary.Root)).QuerySelectorAll("main table th a")[0].GetAttribute("href")!;
        await FindAnswerTests.ActAsync(bob, path, "step", ("act", "close"), ("closing", "handled"));
        ((SettableTime)desk.Node.Db.Time.Source).Advance(TimeSpan.FromMinutes(1));
        await reader.CodeAsync("question", "4");
    }

    [Fact]
    public async Task What_the_node_held_by_itself_is_told_on_the_first_page_until_somebody_has_looked()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var reader = new FeedbackReader(desk);
        using var bob = await desk.SignInAsync("bob", "editor");
        await reader.CodeAsync("thanks", "www.example.org www.example.net");
        var home = await bob.OpenAsync("/staff");
        var tile = Assert.Single(home.QuerySelectorAll(".tiles li"), tile => tile.TextContent.Contains("Held as probable spam", StringComparison.Ordinal));
        var path = (await bob.OpenAsync(tile.QuerySelector("a")!.GetAttribute("href")!)).QuerySelectorAll("main table th a").Single().GetAttribute("href")!;
        await FindAnswerTests.ActAsync(bob, path, "step", ("act", "spam"));
        Assert.DoesNotContain("Held as probable spam", (await bob.OpenAsync("/staff")).Body!.TextContent, StringComparison.Ordinal);
        Assert.Single((await bob.OpenAsync(Inbox.Ordinary.Root + "?state=spam")).QuerySelectorAll("main table th a"));
    }

    [Theory, OnEachEngine]
    public async Task Texts_are_deleted_when_their_time_is_over_and_the_counts_stay(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        var time = (SettableTime)desk.Node.Db.Time.Source;
        using var reader = new FeedbackReader(desk);
        using var bob = await desk.SignInAsync("bob", "editor");
        using var farah = await desk.SignInAsync("farah", "protection_focal_point");
        var code = await reader.CodeAsync("question", "¿Dónde está la oficina?");
        await reader.CodeAsync("mistreatment", "No me dejaron entrar");
        var path = await FindAnswerTests.OnlyAsync(bob, Inbox.Ordinary);
        await FindAnswerTests.ActAsync(bob, path, "answer", ("text", "En el puerto"));
        await FindAnswerTests.ActAsync(farah, await FindAnswerTests.OnlyAsync(farah, Inbox.Sensitive), "step", ("act", "close"), ("closing", "handled"));
        await reader.CodeAsync("question", "Nobody has answered this");
        var retention = (FeedbackRetention)desk.Node.Services.GetService(typeof(FeedbackRetention))!;

        time.Set(SettableTime.Noon.AddMonths(12).AddDays(-1));
        Assert.Equal("0 messages", await retention.EraseAsync(CancellationToken.None));
        time.Set(SettableTime.Noon.AddMonths(12).AddDays(1));
        Assert.Equal("1 messages", await retention.EraseAsync(CancellationToken.None));
        time.Set(SettableTime.Noon.AddMonths(24).AddDays(1));
        Assert.Equal("1 messages", await retention.EraseAsync(CancellationToken.None));
        Assert.Equal(2, await ReceiveFeedbackTests.AuditedAsync(desk, "guide.feedback.erased"));
        var page = (await reader.LookUpAsync(code)).QuerySelector("main")!.TextContent;
        Assert.Contains("have been deleted", page, StringComparison.Ordinal);
        Assert.DoesNotContain("puerto", page, StringComparison.Ordinal);
        await using var read = await desk.Node.Db.ReadAsync(CancellationToken.None);
        Assert.Equal(2, await read.ExecuteScalarAsync<long>("select count(*) from guide_feedback where kind = 'question'"));
        Assert.Equal(1, await read.ExecuteScalarAsync<long>("select count(*) from guide_feedback where sealed <> ''"));
        Assert.Equal(0, await read.ExecuteScalarAsync<long>("select count(*) from guide_sensitive_feedback where sealed <> '' or head <> ''"));
        Assert.Equal(0, await read.ExecuteScalarAsync<long>("select count(*) from guide_feedback_notes where sealed <> ''"));
    }

    [Fact]
    public void Few_messages_give_no_figures_and_many_give_their_share_and_median()
    {
        FeedbackFigures Of(int answered, int waiting, int spam = 0) =>
            FeedbackFigures.Of(answered + waiting, spam, Enumerable.Range(1, answered).Select(hours => (double)hours), SettableTime.Noon);

        Assert.Equal((null, null, null), Told(Of(4, 5)));
        Assert.Equal((20, null, null), Told(Of(9, 11)));
        // All but nine: what is left over would be told by subtraction.
        Assert.Equal((30, null, 11.0), Told(Of(21, 9)));
        // Ten waited 1 to 10 hours: half within the fifth and the sixth.
        Assert.Equal((40, 25, 5.5), Told(Of(10, 30, spam: 12)));
        Assert.Equal(12, Of(10, 30, spam: 12).Spam);
        Assert.Null(Of(10, 30, spam: 9).Spam);
        Assert.Equal((12, 100, 6.5), Told(Of(12, 0)));
    }

    [Fact]
    public async Task The_about_page_and_its_data_say_how_readers_were_answered()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var reader = new FeedbackReader(desk);
        Assert.Contains("Too few", (await reader.OpenAsync("/en/about")).Body!.TextContent, StringComparison.Ordinal);
        using var client = desk.Node.Client();
        var json = await client.GetStringAsync(new Uri("/api/guide/feedback/figures", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Contains("\"received\":null", json, StringComparison.Ordinal);
        Assert.Contains("\"definition\":\"Messages received in the last 365 days", json, StringComparison.Ordinal);
    }

    private static (int?, int?, double?) Told(FeedbackFigures figures) => (figures.Received, figures.AnsweredShare, figures.MedianHours);

    /// <summary>Messages as a flood leaves them, in both inboxes, about no service.</summary>
    private static Task FloodAsync(StaffDesk desk, int count) => desk.WriteAsync(async change =>
    {
        var seals = (FeedbackSeals)desk.Node.Services.GetService(typeof(FeedbackSeals))!;
        foreach (var (inbox, kind) in new[] { (Inbox.Ordinary, "question"), (Inbox.Sensitive, "asked_for_money") })
        {
            var rows = Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7(SettableTime.Noon)).Select(id => seals.WithHead(
                inbox,
                new FeedbackRow { Id = id, ReceivedAt = SettableTime.Noon.AddDays(-2), DueAt = SettableTime.Noon.AddDays(-1), Sealed = "not to be read by lists" },
                new FeedbackHead(kind, "emergency", "", "es"))).ToList();
            await change.ExecuteAsync(inbox.Sql(FeedbackBox.InsertRow), rows);
        }
    });

    private static async Task<IReadOnlyList<string>> IdsAsync(StaffDesk desk, string table)
    {
        await using var read = await desk.Node.Db.ReadAsync(CancellationToken.None);
        return [.. await read.QueryAsync<string>("select id from " + table)];
    }
}
