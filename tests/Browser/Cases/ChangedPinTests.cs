using Microsoft.Playwright;
using Tambo.Tests.Browser.Offline;
using Tambo.Tests.Support;

namespace Tambo.Tests.Browser.Cases;

/// <summary>Another PIN for a phone: the one before opens nothing any more, and nobody is locked out by a line that breaks.</summary>
public sealed partial class OfflineCasesTests
{
    private const string NewPin = "583920";

    [Fact]
    public async Task Another_pin_is_set_with_the_one_before_and_what_that_wrapped_is_gone()
    {
        var (phone, nora) = await WithCaseAsync();
        var (before, part) = (await HeadAsync(phone), await PartAsync());
        line.Cut();
        await ChangePinAsync(phone, OfficersPhone.Pin, NewPin);
        Assert.Contains("was not changed", await phone.SaysAsync(), StringComparison.Ordinal);
        line.Mend();
        Assert.Empty(await Axe.BreachesAsync(phone));
        await ChangePinAsync(phone, "918273", NewPin);
        Assert.Contains("Wrong PIN. 9 tries left", await phone.SaysAsync(), StringComparison.Ordinal);
        await ChangePinAsync(phone, OfficersPhone.Pin, "121212");
        Assert.Contains("first that anybody", await phone.SaysAsync(), StringComparison.Ordinal);
        await ChangePinAsync(phone, OfficersPhone.Pin, NewPin, "583921");
        Assert.Contains("not the same", await phone.SaysAsync(), StringComparison.Ordinal);
        Assert.Equal(before, await HeadAsync(phone));
        Assert.Equal(part, await PartAsync());

        await ChangePinAsync(phone, OfficersPhone.Pin, NewPin);
        Assert.Contains("The PIN is changed", await phone.SaysAsync(), StringComparison.Ordinal);
        Assert.True(await phone.Locator("#vault-work").IsVisibleAsync());
        var after = await HeadAsync(phone);
        Assert.All(Enumerable.Range(0, 2), one => Assert.NotEqual(before[one], after[one]));
        Assert.Equal("", after[2]);
        Assert.NotEqual(part, await PartAsync());
        Assert.Equal([1L], await office.ReadAsync<long>("select count(*) from platform_audit_entries where change = 'cases.device.pin_changed'"));

        await phone.GotoAsync(OfficersPhone.Page);
        await phone.TryPinAsync(OfficersPhone.Pin);
        Assert.Contains("Wrong PIN", await phone.SaysAsync(), StringComparison.Ordinal);
        await phone.UnlockAsync(NewPin);
        line.Cut();
        await phone.GotoAsync(OfficersPhone.Page);
        await phone.TryPinAsync(OfficersPhone.Pin);
        Assert.Contains("Wrong PIN", await phone.SaysAsync(), StringComparison.Ordinal);
        await phone.UnlockAsync(NewPin);
        Assert.Contains("Anahira", await phone.InnerTextAsync("#vault-list"), StringComparison.Ordinal);
        Assert.Equal(1, (await nora.GetAsync("/api/cases/devices")).Json.GetArrayLength());
    }

    [Fact]
    public async Task However_the_line_breaks_while_a_pin_is_changed_one_of_the_two_opens()
    {
        var (phone, _) = await WithCaseAsync();
        // The answer is lost: the phone asks which of the two counts.
        var lost = 0;
        line.Breaks = request => request.Contains("/pin", StringComparison.Ordinal) && lost++ == 0 ? NetworkLine.Answer : null;
        await ChangePinAsync(phone, OfficersPhone.Pin, NewPin);
        Assert.Contains("The PIN is changed", await phone.SaysAsync(), StringComparison.Ordinal);

        // It is lost, and nobody can be asked: without internet the one until now opens, and with internet the one that the office has.
        line.Breaks = request => request.Contains("/pin", StringComparison.Ordinal) ? NetworkLine.Answer : request.Contains("/standing", StringComparison.Ordinal) ? 0 : null;
        await ChangePinAsync(phone, NewPin, "katydid-9");
        Assert.Contains("not known yet", await phone.SaysAsync(), StringComparison.Ordinal);
        Assert.NotEqual("", (await HeadAsync(phone))[2]);
        line.Cut();
        await phone.UnlockAsync(NewPin);
        line.Mend();
        line.Breaks = null;
        await phone.GotoAsync(OfficersPhone.Page);
        await phone.TryPinAsync(NewPin);
        Assert.Contains("Wrong PIN", await phone.SaysAsync(), StringComparison.Ordinal);
        await phone.UnlockAsync("katydid-9");
        Assert.Equal("", (await HeadAsync(phone))[2]);

        // It never arrived. For a while it may yet; afterwards the one until now is the only one.
        line.Breaks = request => request.Contains("/pin", StringComparison.Ordinal) ? 0 : null;
        await ChangePinAsync(phone, "katydid-9", NewPin);
        Assert.Contains("not known yet", await phone.SaysAsync(), StringComparison.Ordinal);
        line.Breaks = null;
        await phone.UnlockAsync("katydid-9");
        Assert.NotEqual("", (await HeadAsync(phone))[2]);
        await ChangePinAsync(phone, "katydid-9", NewPin);
        Assert.Contains("not known yet", await phone.SaysAsync(), StringComparison.Ordinal);
        var later = await phone.Context.NewPageAsync();
        await later.SetClockAsync(TimeSpan.FromMinutes(3));
        await phone.CloseAsync();
        await later.UnlockAsync("katydid-9");
        Assert.Equal("", (await HeadAsync(later))[2]);
        Assert.Contains("Anahira", await later.InnerTextAsync("#vault-list"), StringComparison.Ordinal);
        Assert.Equal([2L], await office.ReadAsync<long>("select count(*) from platform_audit_entries where change = 'cases.device.pin_changed'"));
    }

    [Fact]
    public async Task Ten_wrong_tries_to_change_a_pin_destroy_what_is_kept()
    {
        var (phone, nora) = await WithCaseAsync();
        for (var attempt = 0; attempt < 9; attempt++)
            await ChangePinAsync(phone, "91827" + attempt, NewPin);
        Assert.Contains("1 try left", await phone.SaysAsync(), StringComparison.Ordinal);
        await ChangePinAsync(phone, "918279", NewPin);
        Assert.Contains("deleted", await phone.SaysAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("Anahira", await phone.InnerTextAsync("body"), StringComparison.Ordinal);
        Assert.Equal((0, 0), await phone.CountAsync());
        Assert.Equal("wiped", (await nora.GetAsync("/api/cases/devices")).Json[0].GetProperty("state").GetString());
    }

    private static async Task ChangePinAsync(IPage phone, string before, string pin, string? again = null)
    {
        if (!await phone.Locator("#vault-pin").IsVisibleAsync())
            await phone.ClickAsync("[data-do=pin]");
        await phone.FillAsync("[name=oldPin]", before);
        await phone.FillAsync("[name=newPin]", pin);
        await phone.FillAsync("[name=newPinAgain]", again ?? pin);
        await phone.DoneAsync(() => phone.ClickAsync("#vault-pin button:not([type])"));
    }

    private async Task<string> PartAsync() => Convert.ToHexString((await office.ReadAsync<byte[]>("select server_part from cases_devices")).Single());

    // What lies on the phone of its only vault: the salt, the wrapped key, and one that is not decided yet.
    private static Task<string[]> HeadAsync(IPage phone) => phone.EvaluateAsync<string[]>("""
        async () => {
          const done = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
          const db = await done(indexedDB.open('tambo-vault')), [head] = await done(db.transaction('heads').objectStore('heads').getAll());
          db.close();
          return [head.salt, head.wrapped, head.next?.wrapped ?? ''].map(String);
        }
        """);
}
