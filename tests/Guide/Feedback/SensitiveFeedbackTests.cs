using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Tambo.Guide.Feedback;
using Tambo.Platform.Access.Roles;
using Tambo.Platform.Problems;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Feedback;

/// <summary>What tells of harm is read by the protection focal point, and nobody else learns that it exists.</summary>
public sealed class SensitiveFeedbackTests
{
    private const string Said = "El guardia de la puerta pide dinero";

    public static TheoryData<string> Roles => new(RoleCatalog.Shipped.Keys);

    [Theory, MemberData(nameof(Roles))]
    public async Task A_sensitive_complaint_is_visible_to_the_protection_focal_point_only(string role)
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var reader = new FeedbackReader(desk);
        using var farah = await desk.SignInAsync("farah", "protection_focal_point");
        using var before = await desk.SignInAsync("before", role);
        var (home, menu) = (await before.OpenAsync("/staff"), "/staff/guide/protection");
        var nothing = home.QuerySelector("main")!.TextContent;
        foreach (var kind in FeedbackKinds.All.Where(kind => kind.Sensitive))
            await reader.CodeAsync(kind.Code, Said, $"services/{desk.Service.Id:D}");
        var path = (await farah.OpenAsync(menu)).QuerySelectorAll("main table th a")[0].GetAttribute("href")!;
        var id = path.Split('/')[^1];
        Assert.Contains(Said, (await farah.OpenAsync(path)).Body!.TextContent, StringComparison.Ordinal);
        if (role == "protection_focal_point")
            return;

        using var other = await desk.SignInAsync("other", role);
        var page = await other.OpenAsync("/staff");
        Assert.Equal(nothing.Replace("Before", "Other", StringComparison.Ordinal), page.QuerySelector("main")!.TextContent);
        Assert.DoesNotContain(menu, page.DocumentElement.OuterHtml, StringComparison.Ordinal);
        foreach (var address in new[] { menu, path, $"/staff/guide/feedback/{id}" })
        {
            await other.OpenAsync(address);
            Assert.Equal((address, 404), (address, other.Status));
        }

        var token = await other.OpenAsync("/staff/account");
        foreach (var act in new[] { "step", "answer", "move" })
        {
            foreach (var root in new[] { menu, "/staff/guide/feedback" })
            {
                await other.PostAsync($"{root}/{id}/{act}", token, ("version", "1"), ("act", "take"), ("text", "x"), ("why", "x"), ("kind", "closed"));
                Assert.Equal(404, other.Status);
            }
        }

        var inbox = await other.OpenAsync("/staff/guide/feedback?state=all");
        if (other.Status == 200)
            Assert.Empty(inbox.QuerySelectorAll("main table th a"));
    }

    [Theory, MemberData(nameof(Roles))]
    public async Task The_audit_shows_nobody_else_that_messages_come_are_read_or_dealt_with(string role)
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var reader = new FeedbackReader(desk);
        using var farah = await desk.SignInAsync("farah", "protection_focal_point");
        using var other = await desk.SignInAsync("other", role);
        // Work of the node itself goes on meanwhile; a line of it counts only when it tells of messages.
        async Task<string[]> SeenAsync(string filter) =>
            [.. (await other.OpenAsync("/staff/audit" + filter)).QuerySelectorAll("main tbody tr").Select(static row => row.TextContent)
                .Where(static row => !row.Contains("job:", StringComparison.Ordinal) || row.Contains("feedback", StringComparison.OrdinalIgnoreCase))];
        var before = await SeenAsync("");
        await reader.CodeAsync("mistreatment", Said);
        await reader.CodeAsync("question", "Where is the office?");
        var path = await FindAnswerTests.OnlyAsync(farah, Inbox.Sensitive);
        await FindAnswerTests.ActAsync(farah, path, "step", ("act", "take"));
        var mayReadAudit = RoleCatalog.Shipped[role].Contains("audit.read");
        Assert.Equal(mayReadAudit, before.Length > 0);
        foreach (var filter in new[] { "?change=guide.feedback", "?subject=feedback:list", "?subject=" + path.Split('/')[^1] })
            Assert.Empty(await SeenAsync(filter));
        Assert.Equal(before, await SeenAsync(""));
    }

    [Fact]
    public async Task Whoever_is_responsible_for_protection_and_reads_the_audit_sees_them()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var reader = new FeedbackReader(desk);
        await desk.WriteAsync(change => change.ExecuteAsync(
            "insert into platform_roles (code, name, permissions, version) values ('watch', 'Watch', 'audit.read guide.feedback.sensitive', 1)"));
        using var wanda = await desk.SignInAsync("wanda", "watch");
        await reader.CodeAsync("mistreatment", Said);
        Assert.Single((await wanda.OpenAsync("/staff/audit?change=guide.feedback")).QuerySelectorAll("main tbody tr"));
    }

    [Theory]
    [InlineData("en", "Nobody is appointed here yet")]
    [InlineData("es", "Todavía no hay aquí nadie")]
    [InlineData("fr", "Personne n'est encore chargé")]
    [InlineData("pt", "Ainda não há aqui ninguém")]
    [InlineData("ht", "Poko gen moun isit la")]
    public async Task Without_anybody_responsible_the_form_promises_nobody_and_says_where_else_to_go(string language, string plainly)
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var reader = new FeedbackReader(desk);
        var form = await reader.OpenAsync($"/{language}/feedback");
        var harm = form.QuerySelectorAll("fieldset fieldset").Single(group => group.QuerySelector("input[value=mistreatment]") is not null);
        Assert.Contains(plainly, harm.QuerySelector("legend")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(harm.QuerySelector($"a[href='/{language}/emergency']"));
        Assert.NotNull(harm.QuerySelector($"a[href='/{language}/contact']"));
        var sent = await reader.SendAsync($"/{language}/feedback", ("kind", "mistreatment"), ("text", Said));
        Assert.Contains(plainly, sent.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(sent.QuerySelector($"main a[href='/{language}/contact']"));
        // It is kept all the same, where only the one to come reads it.
        Assert.Equal((0L, 1L), (await ReceiveFeedbackTests.CountAsync(desk, "guide_feedback"), await ReceiveFeedbackTests.CountAsync(desk, "guide_sensitive_feedback")));
        using var farah = await desk.SignInAsync("farah", "protection_focal_point");
        Assert.Contains(Said, (await farah.OpenAsync(await FindAnswerTests.OnlyAsync(farah, Inbox.Sensitive))).Body!.TextContent, StringComparison.Ordinal);
        form = await reader.OpenAsync($"/{language}/feedback");
        Assert.DoesNotContain(plainly, form.QuerySelector("main form[method=post]")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(form.QuerySelectorAll("fieldset fieldset a"));
    }

    [Theory, OnEachEngine]
    public async Task That_nobody_is_responsible_is_told_to_the_operator_and_to_whoever_gives_roles(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var alice = await desk.SignInAsync("alice", "administrator");
        using var bob = await desk.SignInAsync("bob", "editor");
        const string Told = "Duty that nobody holds";
        Assert.False((await FeedbackChecks.RunAsync(desk.Node.Db, CancellationToken.None)).IsFine);
        Assert.Contains(Told, (await alice.OpenAsync("/staff")).Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(Told, (await bob.OpenAsync("/staff")).Body!.TextContent, StringComparison.Ordinal);
        using var farah = await desk.SignInAsync("farah", "protection_focal_point");
        Assert.True((await FeedbackChecks.RunAsync(desk.Node.Db, CancellationToken.None)).IsFine);
        Assert.DoesNotContain(Told, (await alice.OpenAsync("/staff")).Body!.TextContent, StringComparison.Ordinal);
        await desk.WriteAsync(change => change.ExecuteAsync("update platform_users set disabled_at = created_at where sign_in_name = 'farah'"));
        Assert.False((await FeedbackChecks.RunAsync(desk.Node.Db, CancellationToken.None)).IsFine);
    }

    [Theory, OnEachEngine]
    public async Task The_right_is_given_for_the_whole_node_or_not_at_all(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        var refused = await Assert.ThrowsAsync<Problem>(() => desk.SignInAsync("paula", "protection_focal_point", "Harbour"));
        Assert.Equal("users.only_for_node", refused.Kind.Code);
        using var alice = await desk.SignInAsync("alice", "administrator");
        await RoleChanges.DefineAsync(desk.Node.Db, TestDatabase.Alice, "Night desk", ["audit.read"], CancellationToken.None);
        using var nina = await desk.SignInAsync("nina", "night_desk", "Harbour");
        refused = await Assert.ThrowsAsync<Problem>(() =>
            RoleChanges.DefineAsync(desk.Node.Db, TestDatabase.Alice, "Night desk", ["guide.feedback.sensitive"], CancellationToken.None));
        Assert.Equal("users.only_for_node", refused.Kind.Code);
    }

    [Theory, OnEachEngine]
    public async Task Each_reading_is_in_the_audit_before_the_page_is_given(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var reader = new FeedbackReader(desk);
        using var farah = await desk.SignInAsync("farah", "protection_focal_point");
        await reader.CodeAsync("mistreatment", Said);
        var path = await FindAnswerTests.OnlyAsync(farah, Inbox.Sensitive);
        Assert.Equal(1, await ReceiveFeedbackTests.AuditedAsync(desk, "guide.feedback.read"));
        await farah.OpenAsync(path);
        Assert.Equal(2, await ReceiveFeedbackTests.AuditedAsync(desk, "guide.feedback.read"));
    }

    [Theory, OnEachEngine]
    public async Task An_editor_hands_over_what_tells_of_harm_and_of_it_only_other_words_come_back(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var reader = new FeedbackReader(desk);
        using var bob = await desk.SignInAsync("bob", "editor");
        using var farah = await desk.SignInAsync("farah", "protection_focal_point");
        var key = GiveFeedback.NewKey();
        var code = await reader.CodeAsync("question", Said, $"services/{desk.Service.Id:D}", key);
        var path = await FindAnswerTests.OnlyAsync(bob, Inbox.Ordinary);
        await FindAnswerTests.ActAsync(bob, path, "step", ("act", "take"));
        var page = await bob.OpenAsync(path);
        await bob.PostAsync(path + "/move", page, ("version", page.QuerySelector<IHtmlInputElement>("input[name=version]")!.Value), ("why", ""));
        Assert.Equal("/staff/guide/feedback?done=protect", bob.Location);
        await bob.OpenAsync(path);
        Assert.Equal(404, bob.Status);
        Assert.Equal(0, await ReceiveFeedbackTests.CountAsync(desk, "guide_feedback"));

        // The device that sends it again is given the same code, and nothing is doubled.
        Assert.Equal(code, await reader.CodeAsync("question", Said, $"services/{desk.Service.Id:D}", key));
        Assert.Equal(0, await ReceiveFeedbackTests.CountAsync(desk, "guide_feedback"));
        await reader.LookUpAsync(code, ("act", "add"), ("text", "Y también el sábado"));
        var moved = await FindAnswerTests.OnlyAsync(farah, Inbox.Sensitive);
        var seen = (await farah.OpenAsync(moved)).QuerySelector("main")!.TextContent;
        Assert.Contains(Said, seen, StringComparison.Ordinal);
        Assert.Contains("Y también el sábado", seen, StringComparison.Ordinal);
        await FindAnswerTests.ActAsync(farah, moved, "answer", ("text", "Le creemos."));
        Assert.Equal("Le creemos.", (await reader.LookUpAsync(code)).QuerySelector(".card p")!.TextContent);

        page = await farah.OpenAsync(moved);
        var version = ("version", page.QuerySelector<IHtmlInputElement>("input[name=version]")!.Value);
        await farah.PostAsync(moved + "/move", page, version, ("kind", "question"), ("passed", ""));
        Assert.Equal(422, farah.Status);
        await farah.PostAsync(moved + "/move", page, version, ("kind", "exploitation"), ("passed", "The bus is dearer than the page says"));
        Assert.Equal(422, farah.Status);
        await farah.PostAsync(moved + "/move", page, version, ("kind", "wrong_information"), ("passed", "The bus is dearer than the page says"));
        Assert.Equal(moved + "?done=release", farah.Location);

        // Those who look after the service read her words, and nothing of the reader's; there is no one to answer.
        var passed = await FindAnswerTests.OnlyAsync(bob, Inbox.Ordinary);
        Assert.NotEqual(path, passed);
        var read = (await bob.OpenAsync(passed)).QuerySelector("main")!;
        Assert.Contains("The bus is dearer than the page says", read.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("guardia", read.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("sábado", read.TextContent, StringComparison.Ordinal);
        Assert.Null(read.QuerySelector("select[name=language]"));
        await bob.OpenAsync(path);
        Assert.Equal(404, bob.Status);

        // The promise holds: what the reader adds now is read where all of it was.
        await reader.LookUpAsync(code, ("act", "add"), ("text", "Ayer otra vez"));
        Assert.Equal("Le creemos.", (await reader.LookUpAsync(code)).QuerySelector(".card p")!.TextContent);
        Assert.Contains("Ayer otra vez", (await farah.OpenAsync(moved)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(0, await ReceiveFeedbackTests.CountAsync(desk, "guide_feedback_notes"));
    }

    [Fact]
    public async Task An_administrator_cannot_give_the_right_nor_take_over_the_account_that_holds_it()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var alice = await desk.SignInAsync("alice", "administrator");
        using var farah = await desk.SignInAsync("farah", "protection_focal_point");
        var users = await alice.OpenAsync("/staff/users");
        await alice.SubmitAsync(users, "/staff/users", ("name", "mole"), ("display_name", "Mole"), ("role", "protection_focal_point"));
        Assert.Equal(403, alice.Status);
        var page = users.QuerySelectorAll("a[href^='/staff/users/']").Single(link => link.TextContent.Contains("Farah", StringComparison.Ordinal)).GetAttribute("href")!;
        await alice.PostAsync(page + "/link", users);
        Assert.Equal(403, alice.Status);
    }
}
