using Microsoft.Playwright;
using Tambo.Tests.Cases;

namespace Tambo.Tests.Browser.Cases;

/// <summary>What a phone keeps of those who are no longer its officer's, and for whom it opens.</summary>
public sealed partial class OfflineCasesTests
{
    [Fact]
    public async Task Of_somebody_who_is_out_of_reach_nothing_stays_but_that_a_change_was_not_taken()
    {
        var nora = await office.OfficerAsync("nora", "case_worker");
        await CaseAsync(nora, "Anahira Quimbal");
        var phone = await PhoneAsync("nora");
        await phone.EnrolAsync();
        line.Cut();
        await phone.UnlockAsync();
        await ChangeNotesAsync(phone, "Has a cousin in the port");
        // What is still to be sent holds back what it is about.
        Assert.Equal((1, 5), await phone.CountAsync());
        await GiveAwayAsync();
        line.Mend();
        await phone.SendAsync();
        await phone.Locator("#vault-outbox", new() { HasText = "To send: 0. Refused: 1. To decide: 0." }).WaitForAsync();
        Assert.Contains("did not take this", await phone.Locator("#vault-outbox").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await phone.Locator("#vault-list .card").CountAsync());
        // The case and the person are gone; what the phone knows of itself, the services that it keeps and what was refused are left.
        Assert.Equal((1, 3), await phone.CountAsync());
        phone.Dialog += async (_, dialog) => await dialog.AcceptAsync();
        await phone.ClickAsync("#vault-outbox button:has-text('Delete')");
        await phone.Locator("#vault-outbox", new() { HasText = "To send: 0. Refused: 0. To decide: 0." }).WaitForAsync();
        Assert.Equal((1, 2), await phone.CountAsync());
    }

    [Fact]
    public async Task What_shuts_somebody_out_goes_after_all_else_that_was_done_for_the_person_their_case_included()
    {
        var (nora, omar) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"));
        var (person, _) = await CaseAsync(nora, "Anahira Quimbal");
        var phone = await PhoneAsync("nora");
        await phone.EnrolAsync();
        line.Cut();
        await phone.UnlockAsync();
        await phone.ClickAsync("#vault-list button");
        await phone.ClickAsync("#vault-steps button:has-text('Consent')");
        foreach (var choice in new[] { $"[name=neverOne][value='{omar.Id:D}']", "[name=givenBy][value=self]", "[name=form][value=verbal]" })
            await phone.CheckAsync("#vault-consent " + choice);
        await phone.DoneAsync(() => phone.ClickAsync("#vault-consent button:not([type])"));
        await phone.FillAsync("#vault-change [name=note]", "afraid of somebody here");
        await phone.ClickAsync("#vault-change button");
        await phone.Locator("#vault-facts", new() { HasText = "afraid of somebody here" }).WaitForAsync();
        List<string> sent = [];
        await phone.Context.RouteAsync("**/api/cases/devices/*/c*", async route =>
        {
            if (route.Request.PostDataBuffer is { Length: > 0 } body && System.Text.Json.Nodes.JsonNode.Parse(body)?["changes"] is System.Text.Json.Nodes.JsonArray changes)
                sent.AddRange(changes.Select(one => one!["kind"]!.GetValue<string>()));
            await route.ContinueAsync();
        });
        line.Mend();
        await phone.ClickAsync("[data-do=back]");
        await phone.SendAsync();
        await phone.Locator("#vault-outbox", new() { HasText = "To send: 0. Refused: 0. To decide: 0." }).WaitForAsync();
        Assert.Equal(["change", "consent"], sent);
        Assert.Equal(404, (await omar.GetAsync($"/api/cases/persons/{person:D}")).Status);
    }

    [Fact]
    public async Task What_nobody_here_can_decide_any_more_goes_with_both_values_and_says_so()
    {
        var (nora, omar) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"));
        var (person, _) = await CaseAsync(nora, "Anahira Quimbal");
        var phone = await PhoneAsync("nora");
        await phone.EnrolAsync();
        line.Cut();
        await phone.UnlockAsync();
        await ChangeNotesAsync(phone, "Has a cousin in the port");
        Assert.Equal(200, (await omar.PutAsync($"/api/cases/persons/{person:D}", new { general = new { notes = "Has nobody here" } }, "\"v1\"")).Status);
        line.Mend();
        await phone.SendAsync();
        await phone.Locator("#vault-outbox", new() { HasText = "To send: 0. Refused: 0. To decide: 1." }).WaitForAsync();
        await GiveAwayAsync();
        await phone.SendAsync();
        await phone.Locator("#vault-outbox", new() { HasText = "To send: 0. Refused: 1. To decide: 0." }).WaitForAsync();
        Assert.Equal(0, await phone.Locator("#vault-list .card").CountAsync());
        Assert.Equal(0, await phone.Locator("#vault-outbox button:has-text('Look and decide')").CountAsync());
        Assert.Equal((1, 3), await phone.CountAsync());
    }

    [Fact]
    public async Task While_somebody_else_is_signed_in_a_pin_opens_nothing_and_later_nothing_without_the_node()
    {
        var nora = await office.OfficerAsync("nora", "case_worker");
        await office.OfficerAsync("omar", "case_worker");
        await CaseAsync(nora, "Anahira Quimbal");
        var phone = await PhoneAsync("nora");
        await phone.EnrolAsync();
        // The page that was kept is opened without internet; by the time the PIN is typed there is one, and somebody else is signed in.
        line.Cut();
        await phone.GotoAsync(OfficersPhone.Page);
        await phone.Locator("#vault-open").WaitForAsync();
        line.Mend();
        await phone.SignInAsync(office, "omar");
        await phone.TryPinAsync(OfficersPhone.Pin);
        Assert.Contains("sign in first", await phone.SaysAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("Anahira", await phone.InnerTextAsync("body"), StringComparison.Ordinal);
        line.Cut();
        await phone.TryPinAsync(OfficersPhone.Pin);
        Assert.DoesNotContain("Anahira", await phone.InnerTextAsync("body"), StringComparison.Ordinal);
        Assert.False(await phone.Locator("#vault-work").IsVisibleAsync());
        // It is Nora's still, by the node.
        line.Mend();
        await phone.SignInAsync(office, "nora");
        await phone.UnlockAsync();
        Assert.Contains("Anahira", await phone.InnerTextAsync("#vault-list"), StringComparison.Ordinal);
    }

    private static async Task ChangeNotesAsync(IPage phone, string notes)
    {
        await phone.ClickAsync("#vault-list button");
        await phone.ClickAsync("#vault-steps button >> nth=0");
        await phone.FillAsync("[name=notes]", notes);
        await phone.ClickAsync("#vault-person form button:not([type])");
        await phone.Locator("#vault-facts", new() { HasText = notes }).WaitForAsync();
        await phone.ClickAsync("[data-do=back]");
        await phone.Locator("#vault-outbox", new() { HasText = "To send: 1. Refused: 0. To decide: 0." }).WaitForAsync();
    }

    // Another agency takes over everybody.
    private async Task GiveAwayAsync()
    {
        var saul = await office.OfficerAsync("saul", "case_worker", CasesOffice.South);
        foreach (var table in new[] { "cases_cases", "cases_persons" })
            await office.WriteAsync($"update {table} set agency_id = @agency, owner_id = @owner, team_id = null", new { agency = saul.Agency!.Value, owner = saul.Id });
    }
}
