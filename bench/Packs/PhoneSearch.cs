using System.Globalization;
using System.Text;
using Microsoft.Playwright;
using Tambo.Bench.Running;
using Tambo.Bench.Search;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Database;

namespace Tambo.Bench.Packs;

/// <summary>How long a phone takes to answer out of a pack: Chromium at the size of a phone, its processor slowed down six times, no network.</summary>
internal static class PhoneSearch
{
    private const int Slower = 6;
    private const int Rounds = 40;

    /// <summary>The table of what it took.</summary>
    public static async Task<string> RunAsync(int services, DateTimeOffset at)
    {
        var folder = Directory.CreateTempSubdirectory("tambo-bench-pack-").FullName;
        try
        {
            await FillAsync(folder, services, at);
            await using var node = await WebProcess.ServeAsync(folder);
            using var playwright = await Playwright.CreateAsync();
            await using var browser = await playwright.Chromium.LaunchAsync(new()
            {
                ExecutablePath = Environment.GetEnvironmentVariable("TAMBO_CHROMIUM") ?? "/usr/bin/chromium",
                ChromiumSandbox = !string.Equals(Environment.UserName, "root", StringComparison.Ordinal),
                Args = ["--disable-gpu"],
            });
            await using var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = 360, Height = 740 } });
            var page = await context.NewPageAsync();
            await page.GotoAsync(node.Address + "/es");
            await page.EvaluateAsync("navigator.serviceWorker.ready");
            await page.GotoAsync(node.Address + "/es/offline");
            await page.Locator("[data-area=all] [data-take]").ClickAsync();
            await page.Locator("[data-area=all] [data-drop]").WaitForAsync();
            await context.SetOfflineAsync(true);
            var device = await context.NewCDPSessionAsync(page);
            await device.SendAsync("Emulation.setCPUThrottlingRate", new Dictionary<string, object>(StringComparer.Ordinal) { ["rate"] = Slower });
            await page.GotoAsync(node.Address + "/es/offline/find", new() { WaitUntil = WaitUntilState.Commit });
            await page.Locator("#found > li").First.WaitForAsync();
            var opened = await page.EvaluateAsync<double>("performance.now()");
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"""
                In Chromium {browser.Version} with its processor slowed down {Slower} times and the network cut, {Rounds} different questions of each sort, each
                asked when another list stands whole on the screen and the question is filled in. Answered means: found, ordered, counted, and the first six, more than a screen, laid out in the page with the state of their
                doors; nineteen more and the map follow when these are shown.
                From opening the page to its first list it took {opened:N0} ms.

                | question | ms, min / median / max |
                |---|---|

                """);
            foreach (var (name, fields) in Questions())
                text.Append(CultureInfo.InvariantCulture, $"| {name} | {Spread.Of(await MeasureAsync(page, fields), "N1")} |\n");
            text.Append(await MiniSearchAsync(page));
            return text.ToString();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<(string Name, Func<int, Dictionary<string, string>> Fields)> Questions()
    {
        static Dictionary<string, string> Of(params (string Name, string Value)[] fields) => fields.ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal);
        static (string Need, string Word) Kind(int number) => MadeUpDirectory.Kinds[number % MadeUpDirectory.Kinds.Count];
        static string Town(int number) => MadeUpDirectory.Town(number % 40);
        yield return ("two words", number => Of(("q", $"{Kind(number).Word} {MadeUpDirectory.Word(number * 7)}")));
        yield return ("a word with a slip", number => Of(("q", $"{Kind(number).Word[..2]}x{Kind(number).Word[3..]}")));
        yield return ("a need near a town", number => Of(("need", Kind(number).Need), ("near", Town(number))));
        yield return ("open now near a town", number => Of(("near", Town(number)), ("open", "true")));
        yield return ("everything by name", _ => Of());
    }

    private static async Task<List<double>> MeasureAsync(IPage page, Func<int, Dictionary<string, string>> fields)
    {
        var times = new List<double>();
        for (var number = -5; number < Rounds; number++)
        {
            var took = await page.EvaluateAsync<double>(
                """
                async fields => {
                  const form = document.getElementById('ask');
                  const fill = fields => {
                    for (const name of ['q', 'need', 'near']) form.elements.namedItem(name).value = fields[name] ?? '';
                    form.elements.namedItem('open').checked = !!fields.open;
                  };
                  const rest = () => new Promise(rested => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(rested))), 50));
                  // Another list stands there before: the same one again would have nothing to lay out.
                  fill({ q: 'calle' });
                  form.requestSubmit();
                  // Asked of a page at rest, as people do: the list before stands whole, with its map, and what was filled in is drawn.
                  fill(fields);
                  await rest();
                  const begun = performance.now();
                  form.requestSubmit();
                  document.body.getBoundingClientRect();
                  return performance.now() - begun;
                }
                """,
                fields(Math.Abs(number)));
            // The first few let the engine compile what it will use.
            if (number >= 0)
                times.Add(took);
        }

        return times;
    }

    /// <summary>The same rows in MiniSearch, in the same page of the same browser: building its index, and finding alone.</summary>
    private static async Task<string> MiniSearchAsync(IPage page)
    {
        await page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(Machine.RepositoryRoot(), "bench", "peers", "node_modules", "minisearch", "dist", "umd", "index.js")));
        var words = Enumerable.Range(0, Rounds).Select(number => $"{MadeUpDirectory.Kinds[number % MadeUpDirectory.Kinds.Count].Word} {MadeUpDirectory.Word(number * 7)}").ToArray();
        var told = await page.EvaluateAsync<double[][]>(
            """
            words => new Promise((done, failed) => {
              const opening = indexedDB.open('tambo');
              opening.onerror = failed;
              opening.onsuccess = () => {
                const asking = opening.result.transaction('packs').objectStore('packs').getAll();
                asking.onsuccess = () => {
                  const rows = asking.result[0].rows.map(row => JSON.parse(row)).map((row, id) => ({ id, name: row[3], organization: row[2], description: row[16], city: row[1], street: row[5] }));
                  let begun = performance.now();
                  const index = new MiniSearch({ fields: ['name', 'organization', 'description', 'city', 'street'], processTerm: t => t.normalize('NFD').replace(/\p{Mn}/gu, '').toLowerCase(), searchOptions: { prefix: true, fuzzy: 0.2, boost: { name: 4, organization: 3 } } });
                  index.addAll(rows);
                  const built = performance.now() - begun;
                  const times = words.map(word => { begun = performance.now(); index.search(word); return performance.now() - begun; });
                  done([[built], times]);
                };
              };
            })
            """,
            words);
        return string.Create(CultureInfo.InvariantCulture, $"| MiniSearch 7.2.0, two words, finding alone | {Spread.Of([.. told[1]], "N1")} |\n| MiniSearch 7.2.0, building its index on the phone | {told[0][0]:N1} |\n");
    }

    private static async Task FillAsync(string folder, int services, DateTimeOffset at)
    {
        await TamboProgram.RunAsync("migrate", "--data", folder);
        await using var db = await NodeDb.OpenAsync(new DatabaseSettings(folder), TimeProvider.System, CancellationToken.None);
        await using var change = await db.BeginAsync(Actor.OperatingSystem("bench"), "bench.directory", "bench", CancellationToken.None, bulk: true);
        await DirectoryWriter.AddAsync(change, MadeUpPacks.Records(services, at), "imported");
        await change.CommitAsync(CancellationToken.None);
    }
}
