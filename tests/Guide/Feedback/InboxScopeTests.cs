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
        foreach (var (name, role, agency, wanted) in new[] { ("hanna", "editor", "Harbour", 1), ("vera", "editor", "Valley", 0), ("bob", "editor", null, 2), ("paula", "protection_focal_point", "Harbour", 0) })
        {
            using var staff = await desk.SignInAsync(name, role, agency);
            var root = role == "editor" ? Inbox.Ordinary.Root : Inbox.Sensitive.Root;
            var links = (await staff.OpenAsync(root)).QuerySelectorAll("main table th a").Select(link => link.GetAttribute("href")!).ToList();
            Assert.Equal((name, wanted), (name, links.Count));
            foreach (var id in await IdsAsync(desk, role == "editor" ? "guide_feedback" : "guide_sensitive_feedback"))
            {
                await staff.OpenAsync($"{root}/{id}");
                Assert.Equal((name, links.Contains($"{root}/{id}") ? 200 : 404), (name, staff.Status));
            }
        }
    }

    [Theory, OnEachEngine]
    public async Task Texts_are_deleted_when_their_time_is_over_and_the_counts_stay(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        var time = (SettableTime)desk.Node.Db.Time;
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
        FeedbackFigures Of(int answered, int waiting, int spam = 0) => FeedbackFigures.Of(
            [
                .. Enumerable.Range(1, answered).Select(hours => Measure("answered", hours)),
                .. Enumerable.Range(0, waiting).Select(_ => Measure("new", null)),
                .. Enumerable.Range(0, spam).Select(_ => Measure("spam", null)),
                Measure("withdrawn", 1),
            ],
            SettableTime.Noon);

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

    private static FeedbackMeasure Measure(string state, int? hours) => new()
    {
        State = state,
        ReceivedAt = SettableTime.Noon.AddDays(-30),
        AnsweredAt = hours is { } after ? SettableTime.Noon.AddDays(-30).AddHours(after) : null,
    };

    private static async Task<IReadOnlyList<string>> IdsAsync(StaffDesk desk, string table)
    {
        await using var read = await desk.Node.Db.ReadAsync(CancellationToken.None);
        return [.. await read.QueryAsync<string>("select id from " + table)];
    }
}
