namespace Tambo.Tests.Browser.Cases;

/// <summary>States of cases without internet: steps that the node's rules judge when they come, and conflicts that somebody decides.</summary>
public sealed partial class OfflineCasesTests
{
    [Fact]
    public async Task A_case_goes_on_without_internet_step_by_step_and_what_somebody_else_did_meanwhile_is_asked_about()
    {
        var (phone, nora) = await WithCaseAsync();
        var omar = await office.OfficerAsync("omar", "case_worker");
        var one = (await office.ReadAsync<Guid>("select id from cases_cases")).Single();
        Task<Tambo.Tests.Cases.Told> MoveAsync(string state, int version) => omar.PostAsync($"/api/cases/{one:D}/state", new { state }, ("If-Match", $"\"v{version}\""));
        async Task<string> StateAsync() => (await nora.GetAsync($"/api/cases/{one:D}")).Json.GetProperty("state").GetString()!;
        line.Cut();
        await phone.ClickAsync("#vault-list button");
        Assert.Equal(["", "registered", "closing"], await phone.Locator("#vault-change [name=state] option:not([disabled])").EvaluateAllAsync<string[]>("all => all.map(one => one.value)"));
        foreach (var state in new[] { "registered", "assessed" })
        {
            await phone.SelectOptionAsync("#vault-change [name=state]", state);
            await phone.DoneAsync(() => phone.ClickAsync("#vault-change button"));
        }

        await phone.ClickAsync("[data-do=back]");
        await phone.Locator("#vault-list .card", new() { HasText = "Assessed" }).WaitForAsync();
        line.Mend();
        await phone.SendAsync();
        Assert.Equal("assessed", await StateAsync());
        Assert.Equal(["identified", "registered", "assessed"], await office.ReadAsync<string>("select state from cases_case_states order by version"));

        // Planned here, about to be closed there: nothing is written over, and both are shown.
        line.Cut();
        await phone.ClickAsync("#vault-list button");
        await phone.SelectOptionAsync("#vault-change [name=state]", "planned");
        await phone.DoneAsync(() => phone.ClickAsync("#vault-change button"));
        await phone.ClickAsync("[data-do=back]");
        Assert.Equal(200, (await MoveAsync("closing", 3)).Status);
        line.Mend();
        await phone.SendAsync();
        Assert.Equal("closing", await StateAsync());
        await phone.ClickAsync("#vault-outbox button >> nth=0");
        var choices = await phone.Locator("#vault-choices").InnerTextAsync();
        Assert.All(["State of the case", "It was: Assessed", "You wrote: Planned", "Somebody else wrote: About to be closed"], said => Assert.Contains(said, choices, StringComparison.Ordinal));
        // One that cannot follow is refused by the node's rules; it comes back with the reason, to be decided anew.
        await phone.CheckAsync("#vault-choices input[value=mine]");
        await phone.DoneAsync(() => phone.ClickAsync("#vault-conflict button"));
        await phone.Locator("#vault-outbox", new() { HasText = "To send: 0. Refused: 0. To decide: 1." }).WaitForAsync();
        Assert.Equal("closing", await StateAsync());
        var why = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Tambo.Tests.Support.Repository.Root, "src/Cases/Text/en.json"))).RootElement.GetProperty("problem.cases.state_unfit.detail").GetString()!;
        Assert.Contains(why, await phone.InnerTextAsync("#vault-outbox"), StringComparison.Ordinal);
        await phone.ClickAsync("#vault-outbox button >> nth=0");
        Assert.Contains(why, await phone.InnerTextAsync("#vault-choices"), StringComparison.Ordinal);
        await phone.CheckAsync("#vault-choices input[value=theirs]");
        await phone.DoneAsync(() => phone.ClickAsync("#vault-conflict button"));
        await phone.Locator("#vault-outbox", new() { HasText = "To send: 0. Refused: 0. To decide: 0." }).WaitForAsync();
        Assert.Equal("closing", await StateAsync());
        Assert.Equal(0L, (await office.ReadAsync<long>("select count(*) from cases_device_changes where state = 'conflict'")).Single());
        Assert.Equal(1, await phone.Locator("#vault-list .card", new() { HasText = "About to be closed" }).CountAsync());
    }
}
