using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using Tambo.Tests.Support;

namespace Tambo.Bench.Sync;

/// <summary>
/// sync [--rounds N]: a day's work of an officer without internet, sent from the phone to a real node: over a line that holds, and
/// over one that breaks twenty times.
/// </summary>
internal static class SyncBench
{
    private const int Cuts = 20;
    private const int CutsOfChanges = 8;

    public static async Task<int> RunAsync(string[] args)
    {
        var rounds = Results.Option(args, "--rounds", 3);
        var (whole, broken) = (new List<DaySent>(), new List<DaySent>());
        var version = "";
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var (cuts, all) in new[] { (0, whole), (Cuts, broken) })
            {
                using var playwright = await Playwright.CreateAsync();
                await using var browser = await playwright.Chromium.LaunchAsync(new()
                {
                    ExecutablePath = Environment.GetEnvironmentVariable("TAMBO_CHROMIUM") ?? "/usr/bin/chromium",
                    ChromiumSandbox = !string.Equals(Environment.UserName, "root", StringComparison.Ordinal),
                    Args = ["--disable-gpu"],
                });
                version = browser.Version;
                await using var day = await DayOnPhone.BeginAsync(browser);
                all.Add(await SendAsync(day, cuts));
                await Results.ProgressAsync($"round {round}, {cuts} cuts: {all[^1].Seconds:N1} s, {all[^1].Sent / 1e6:N1} MB");
            }
        }

        var held = broken.Concat(whole).All(sent => sent is { Cases: DayOnPhone.Cases, Files: DayOnPhone.Cases, Whole: DayOnPhone.Cases, Other: 0 }) && broken.All(sent => sent.Cuts == Cuts);
        await Results.WriteAsync("sync", "A day's work from a phone", string.Create(CultureInfo.InvariantCulture, $"""
            {DayOnPhone.Cases} cases changed and a photo or document added to each ({broken[0].FileBytes / 1e6:N1} MB) without internet, on the page for kept cases in Chromium {version},
            each sealed before it is on the disk; then sent to `tambo serve` on SQLite (synchronous=FULL), which seals every piece again, looks at each
            whole file and cleans it. Client and node share the machine. {Cuts} times the line breaks, {CutsOfChanges} times with changes and {Cuts - CutsOfChanges} times with a piece of a file: on the way, before the first
            byte, or once all has arrived and before any of the answer is back. After a break with changes somebody taps "send" again; files go on by themselves.
            Min / median / max over {rounds} rounds, each on a new node and a new phone.

            | line | s from the first tap to the last answer | MB sent, with heads of requests | of it sent again | memory of the page meanwhile, most above before, MB |
            |---|---|---|---|---|
            | holds | {Spread.Of(whole.Select(sent => sent.Seconds), "N1")} | {Spread.Of(whole.Select(sent => sent.Sent / 1e6), "N2")} | | {Spread.Of(whole.Select(sent => sent.Memory / 1e6))} |
            | breaks {Cuts} times | {Spread.Of(broken.Select(sent => sent.Seconds), "N1")} | {Spread.Of(broken.Select(sent => sent.Sent / 1e6), "N2")} | {Spread.Of(broken.Zip(whole, (cut, uncut) => (cut.Sent - uncut.Sent) / (double)uncut.Sent * 100), "N1")} % | {Spread.Of(broken.Select(sent => sent.Memory / 1e6))} |

            | line | cases with the change | files kept | whole by SHA-256 | anything doubled or half |
            |---|---|---|---|---|
            {string.Join('\n', whole.Concat(broken).Select(sent => string.Create(CultureInfo.InvariantCulture, $"| {(sent.Cuts == 0 ? "holds" : $"broke {sent.Cuts} times")} | {sent.Cases} of {DayOnPhone.Cases} | {sent.Files} of {DayOnPhone.Cases} | {sent.Whole} of {DayOnPhone.Cases} | {sent.Other} |")))}

            The goal, nothing lost and nothing doubled after {Cuts} broken connections, is {(held ? "held" : "missed")}.
            """));
        return held ? 0 : 1;
    }

    private static async Task<DaySent> SendAsync(DayOnPhone day, int cuts)
    {
        var (changes, pieces) = (0, 0);
        // As in the test of the same name: every second request with changes, every eighth with a piece.
        day.Line.Breaks = request => cuts == 0 ? null
            : request.Contains("/changes", StringComparison.Ordinal) ? (changes++ % 2 != 0 || changes > CutsOfChanges * 2 ? null : changes % 4 == 1 ? 200 : NetworkLine.Answer)
            : request.StartsWith("PATCH ", StringComparison.Ordinal) && day.Line.Broken < cuts && pieces++ % 8 == 4 ? ((pieces / 8) % 3) switch { 0 => 300_000L, 1 => NetworkLine.Answer, _ => 0L }
            : null;
        day.Line.Mend();
        var (before, memory) = (day.Line.Sent, await day.WatchMemoryAsync());
        var clock = Stopwatch.StartNew();
        for (var turn = 0; turn < 40 && await day.SendAsync() > 0; turn++)
        {
            // Tapped again.
        }

        var seconds = clock.Elapsed.TotalSeconds;
        var most = await memory();
        var sent = day.Line.Sent - before;
        day.Line.Breaks = null;
        return await day.CountAsync() with { Seconds = seconds, Sent = sent, Cuts = day.Line.Broken, Memory = most };
    }
}

/// <summary>What became of a day that was sent.</summary>
/// <param name="Cases">Cases that have the change, once.</param>
/// <param name="Files">Files that the node keeps.</param>
/// <param name="Whole">Of them those whose bytes are the ones that were chosen.</param>
/// <param name="Other">Files in any other state, and changes and files beyond those that were made.</param>
/// <param name="FileBytes">Bytes of all files.</param>
internal sealed record DaySent(int Cases, int Files, int Whole, int Other, long FileBytes)
{
    public double Seconds { get; init; }

    /// <summary>Bytes that went over the line from the phone.</summary>
    public long Sent { get; init; }

    public int Cuts { get; init; }

    /// <summary>Bytes of resident memory of the page's process above what it had before it sent.</summary>
    public long Memory { get; init; }
}
