using Microsoft.Playwright;

namespace Tambo.Tests.Journeys;

/// <summary>
/// One thumb on a phone with a slow connection: taps and types, and counts how long a person and the connection would take for it. The
/// pages really come over a slow connection; their time is counted by round trips and bytes, so that it says nothing of how busy the
/// machine is.
/// </summary>
internal sealed class Thumb(IPage page)
{
    /// <summary>Seconds to find a thing on a page, reach it and tap it.</summary>
    private const double SecondsForTap = 1.6;

    /// <summary>Seconds for a letter: 24 words a minute.</summary>
    private const double SecondsForLetter = 0.5;

    /// <summary>Words read aloud in a second: 150 a minute.</summary>
    private const double WordsInSecond = 2.5;

    /// <summary>Seconds to and fro.</summary>
    private const double RoundTrip = 0.4;

    /// <summary>Bytes a second.</summary>
    private const int Download = 50_000;

    private double bytes;

    public int Pages { get; private set; }

    public int Taps { get; private set; }

    public int Letters { get; private set; }

    public int WordsAloud { get; private set; }

    /// <summary>Seconds of the connection: of each page one round trip to ask and one for what belongs to it.</summary>
    public double Network => (Pages * 2 * RoundTrip) + (bytes / Download);

    /// <summary>Seconds of a person's hands.</summary>
    public double Hands => (Taps * SecondsForTap) + (Letters * SecondsForLetter);

    /// <summary>Seconds of reading aloud.</summary>
    public double Voice => WordsAloud / WordsInSecond;

    public double Seconds => Network + Hands + Voice;

    /// <summary>From now on pages come over a slow connection.</summary>
    public async Task SlowDownAsync()
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        session.Event("Network.loadingFinished").OnEvent += (_, told) => bytes += told?.GetProperty("encodedDataLength").GetDouble() ?? 0;
        page.Request += (_, request) => Pages += request.IsNavigationRequest ? 1 : 0;
        await session.SendAsync("Network.enable");
        await session.SendAsync("Network.emulateNetworkConditions", new Dictionary<string, object> { ["offline"] = false, ["latency"] = RoundTrip * 1000, ["downloadThroughput"] = Download, ["uploadThroughput"] = 20_000 });
    }

    public async Task OpenAsync(string path)
    {
        Assert.Equal(200, (await page.GotoAsync(path))!.Status);
    }

    /// <summary>Taps what stays on the page.</summary>
    public async Task TapAsync(ILocator what)
    {
        Taps++;
        await what.ClickAsync();
    }

    /// <summary>Taps what leads to another page.</summary>
    public async Task GoAsync(ILocator what)
    {
        Taps++;
        var loaded = new TaskCompletionSource();
        page.Load += Done;
        await what.ClickAsync();
        await loaded.Task.WaitAsync(TimeSpan.FromSeconds(60));
        page.Load -= Done;

        void Done(object? sender, IPage which) => loaded.TrySetResult();
    }

    public async Task TypeAsync(ILocator where, string text)
    {
        Taps++;
        Letters += text.Length;
        await where.FillAsync(text);
    }

    /// <summary>Chooses from a list: opens it, and taps.</summary>
    public async Task ChooseAsync(ILocator where, string value)
    {
        Taps += 2;
        await where.SelectOptionAsync(value);
    }

    /// <summary>Reads a text of the page to somebody.</summary>
    public async Task ReadAloudAsync(ILocator what)
    {
        foreach (var text in await what.AllInnerTextsAsync())
            WordsAloud += text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
    }
}
