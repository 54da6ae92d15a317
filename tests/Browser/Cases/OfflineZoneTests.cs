using System.Globalization;
using Tambo.Platform.Clocks;
using Tambo.Tests.Browser.Offline;
using Tambo.Tests.Cases;
using Tambo.Tests.Support;

namespace Tambo.Tests.Browser.Cases;

/// <summary>The phone says and reads times by the clocks of the node, wherever it is itself.</summary>
public sealed partial class OfflineCasesTests
{
    [Fact]
    public async Task Kept_deadlines_and_days_are_of_the_clocks_of_the_node_and_not_of_the_phone()
    {
        await DisposeAsync();
        office = await CasesOffice.OpenAsync(
            Engine.Sqlite, at: TimeProvider.System.GetUtcNow(), prepare: settings => settings with { File = settings.File with { TimeZone = "America/Costa_Rica" } });
        line = new NetworkLine(office.Node.Address);
        var zone = Zones.Find("America/Costa_Rica")!;
        var nora = await office.OfficerAsync("nora", "case_worker");
        var due = TimeProvider.System.GetUtcNow().AddHours(50);
        var person = (await nora.RegisterAsync(new { identity = new { names = new[] { new { full = "Anahira Quimbal" } }, birth = new { inYear = 1990 } } })).Id;
        await nora.OpenAsync(new { person, dueAt = due });
        var phone = await PhoneAsync("nora");
        await phone.EnrolAsync();
        line.Cut();
        await phone.UnlockAsync();
        var shown = TimeZoneInfo.ConvertTime(due, zone).ToString("HH:mm", CultureInfo.InvariantCulture);
        Assert.Contains($", {shown} (UTC−6), in 2 days", await phone.Locator("#vault-list .card").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Matches(@"Last contact: .*, \d\d:\d\d \(UTC−6\)", await phone.Locator("#vault-outbox").InnerTextAsync());

        // A consent ends when its day begins there.
        await phone.ClickAsync("#vault-list button");
        await phone.ClickAsync("#vault-steps button:has-text('Consent')");
        Assert.Equal(zone.DayOf(TimeProvider.System.GetUtcNow()).AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), await phone.Locator("#vault-consent [name=until]").GetAttributeAsync("min"));
        foreach (var box in await phone.Locator("#vault-consent [name^=p_]").AllAsync())
            await box.CheckAsync();
        foreach (var choice in new[] { "[name=scopes][value=general]", "[name=to][value=child_protection]", "[name=how][value=share]", "[name=givenBy][value=self]", "[name=form][value=verbal]" })
            await phone.CheckAsync("#vault-consent " + choice);
        var until = zone.DayOf(TimeProvider.System.GetUtcNow()).AddDays(20);
        await phone.FillAsync("#vault-consent [name=until]", until.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await phone.DoneAsync(() => phone.ClickAsync("#vault-consent button:not([type])"));
        await phone.ClickAsync("[data-do=back]");
        line.Mend();
        await phone.SendAsync();
        await phone.Locator("#vault-outbox", new() { HasText = "To send: 0. Refused: 0. To decide: 0." }).WaitForAsync();
        Assert.Equal([until.ToDateTime(new TimeOnly(6, 0))], (await office.ReadAsync<DateTimeOffset>("select expires_at from cases_consents")).Select(at => at.UtcDateTime));
    }
}
