using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Tambo.Guide.Feedback;
using Tambo.Platform.Access.Roles;
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
        if (RoleCatalog.Shipped[role].Contains("audit.read"))
        {
            var audit = (await other.OpenAsync("/staff/audit?change=guide.feedback")).QuerySelector("main")!.TextContent;
            Assert.DoesNotContain("sensitive", audit, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("protection", audit, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("guardia", audit, StringComparison.Ordinal);
        }
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
    public async Task An_editor_hands_over_what_tells_of_harm_and_only_the_focal_point_hands_it_back_with_a_reason(Engine engine)
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
        await farah.PostAsync(moved + "/move", page, version, ("kind", "question"), ("why", ""));
        Assert.Equal(422, farah.Status);
        await farah.PostAsync(moved + "/move", page, version, ("kind", "exploitation"), ("why", "About the price of a bus"));
        Assert.Equal(422, farah.Status);
        await farah.PostAsync(moved + "/move", page, version, ("kind", "question"), ("why", "About the price of a bus"));
        Assert.Equal("/staff/guide/protection?done=release", farah.Location);
        Assert.Contains("About the price of a bus", (await bob.OpenAsync(path)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Le creemos.", (await reader.LookUpAsync(code)).QuerySelector(".card p")!.TextContent);
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
