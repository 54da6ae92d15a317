using Microsoft.Playwright;

namespace Tambo.Tests.Journeys;

/// <summary>
/// One thumb on a phone with a slow connection: taps and types, and counts how long a person would take for it. Pages take the time
/// that the emulated network gives them; what a person does beside it is added by a pace.
/// </summary>
internal sealed class Thumb(IPage page)
{
    /// <summary>Seconds to find a thing on a page, reach it and tap it.</summary>
    public const double SecondsForTap = 1.6;

    /// <summary>Seconds for a letter typed with one thumb: some 36 words a minute is what people reach on phones; this is a third of it.</summary>
    public const double SecondsForLetter = 1.0;

    /// <summary>Words read aloud in a second, slowly.</summary>
    public const double WordsInSecond = 2.2;

    private readonly System.Diagnostics.Stopwatch onNetwork = new();

    public int Taps { get; private set; }

    public int Letters { get; private set; }

    public int WordsAloud { get; private set; }

    /// <summary>Seconds that pages took.</summary>
    public double Network => onNetwork.Elapsed.TotalSeconds;

    /// <summary>Seconds of a person's hands.</summary>
    public double Hands => (Taps * SecondsForTap) + (Letters * SecondsForLetter);

    /// <summary>Seconds of reading aloud.</summary>
    public double Voice => WordsAloud / WordsInSecond;

    public double Seconds => Network + Hands + Voice;

    /// <summary>A connection as slow as an old mobile network: 400 ms to and fro, 50 kB a second.</summary>
    public async Task SlowDownAsync()
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("Network.enable");
        await session.SendAsync("Network.emulateNetworkConditions", new Dictionary<string, object> { ["offline"] = false, ["latency"] = 400, ["downloadThroughput"] = 50_000, ["uploadThroughput"] = 20_000 });
    }

    public async Task OpenAsync(string path)
    {
        onNetwork.Start();
        Assert.Equal(200, (await page.GotoAsync(path))!.Status);
        onNetwork.Stop();
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
        onNetwork.Start();
        await what.ClickAsync();
        await loaded.Task.WaitAsync(TimeSpan.FromSeconds(60));
        onNetwork.Stop();
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
