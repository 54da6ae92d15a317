using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.Playwright;
using Tambo.Bench.Feedback;
using Tambo.Bench.Running;
using Tambo.Cases;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Settings;
using Tambo.Tests.Support;

namespace Tambo.Bench.Sync;

/// <summary>A node with an officer's cases, and their phone on which a day's work waits to be sent.</summary>
internal sealed class DayOnPhone : IAsyncDisposable
{
    public const int Cases = 40;
    private const string Pin = "770415";
    private readonly string folder = Directory.CreateTempSubdirectory("tambo-bench-sync-").FullName;
    private readonly string token = "tambo_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
    private readonly string session = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
    private readonly List<(Guid Case, string Hash)> made = [];
    private readonly ServedNode node;
    private IPage page = null!;
    private long bytes;

    private DayOnPhone() => node = new ServedNode(folder);

    /// <summary>The line between them.</summary>
    public NetworkLine Line { get; private set; } = null!;

    /// <summary>Makes all that, up to the moment in which the line is mended.</summary>
    public static async Task<DayOnPhone> BeginAsync(IBrowser browser)
    {
        var day = new DayOnPhone();
        await day.PrepareAsync();
        await day.WorkAsync(browser);
        return day;
    }

    /// <summary>Sends what waits, and says how much is left.</summary>
    public async Task<int> SendAsync()
    {
        await DoneAsync(() => page.ClickAsync("[data-do=send]"));
        return await page.EvaluateAsync<int>("() => Number(/To send: (\\d+)/.exec(document.querySelector('#vault-outbox').textContent)[1])");
    }

    /// <summary>Looks ten times a second how much memory the page's process has, until it is asked for the most above now.</summary>
    public async Task<Func<Task<long>>> WatchMemoryAsync()
    {
        var device = await page.Context.Browser!.NewBrowserCDPSessionAsync();
        var told = (await device.SendAsync("SystemInfo.getProcessInfo"))!.Value;
        await device.DetachAsync();
        var pages = told.GetProperty("processInfo").EnumerateArray().Where(one => one.GetProperty("type").GetString() == "renderer").Select(one => one.GetProperty("id").GetInt32()).ToList();
        long Now() => pages.Where(id => Directory.Exists($"/proc/{id}")).Sum(ProcessFigures.ResidentBytes);
        var (before, most) = (Now(), 0L);
        var stop = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                most = Math.Max(most, Now());
                await Task.Delay(100);
            }
        });
        return async () =>
        {
            await stop.CancelAsync();
            await watching;
            stop.Dispose();
            return Math.Max(0, most - before);
        };
    }

    /// <summary>What of it is at the node.</summary>
    public async Task<DaySent> CountAsync()
    {
        var whole = 0;
        foreach (var (one, hash) in made)
        {
            var files = await AskAsync(HttpMethod.Get, $"/api/cases/{one:D}/files", null);
            foreach (var file in JsonDocument.Parse(files).RootElement.GetProperty("files").EnumerateArray())
                whole += Convert.ToHexStringLower(SHA256.HashData(await AskAsync(HttpMethod.Get, $"/api/cases/{one:D}/files/{file.GetProperty("id").GetGuid():D}", null))) == hash ? 1 : 0;
        }

        await node.StopAsync();
        await using var db = await NodeDb.OpenAsync(new DatabaseSettings(node.Data), TimeProvider.System, CancellationToken.None);
        await using var connection = await db.ReadAsync(CancellationToken.None);
        Task<int> CountAsync(string sql) => connection.ExecuteScalarAsync<int>("select count(*) from " + sql);
        var kept = await CountAsync("cases_entries where kind = 'file' and state = 'kept'");
        return new DaySent(
            await CountAsync("cases_cases where version = 2"),
            kept,
            whole,
            await CountAsync("cases_entries where kind <> 'file' or state <> 'kept'") + Math.Max(0, kept - Cases) + Math.Max(0, await CountAsync("cases_device_changes") - (2 * Cases)) + await CountAsync("cases_cases where version > 2"),
            bytes);
    }

    public async ValueTask DisposeAsync()
    {
        if (page is not null)
            await page.Context.CloseAsync();
        if (Line is not null)
            await Line.DisposeAsync();
        await node.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    // The node once, so that its tables are there; an officer with a token and a session; their cases.
    private async Task PrepareAsync()
    {
        Directory.CreateDirectory(node.Data);
        await File.WriteAllTextAsync(Path.Combine(node.Data, "tambo.json"), $$"""{"keyFile":"{{Path.Combine(folder, "node.key")}}"}""");
        await TamboProgram.RunAsync("user", "add", "nora", "--role", "case_worker", "--agency", "Office", "--data", node.Data);
        await using (var db = await NodeDb.OpenAsync(NodeSettings.Of(node.Data).Database, TimeProvider.System, CancellationToken.None))
        {
            var now = db.Time.GetUtcNow();
            await using var change = await db.BeginAsync(Actor.OperatingSystem("bench"), "access.token_created", "bench", CancellationToken.None);
            var said = new { Id = Guid.CreateVersion7(now), Token = HashOf(token), Session = HashOf(session), Permissions = string.Join(' ', CasesRights.All), now, Until = now.AddHours(12) };
            await change.ExecuteAsync("insert into platform_tokens (id, user_id, name, hash, permissions, created_at, expires_at) select @Id, id, 'bench', @Token, @Permissions, @now, @Until from platform_users where sign_in_name = 'nora'", said);
            await change.ExecuteAsync("insert into platform_sessions (hash, id, user_id, stage, user_agent, created_at, last_seen_at, expires_at) select @Session, @Id, id, 'open', 'bench', @now, @now, @Until from platform_users where sign_in_name = 'nora'", said);
            await change.CommitAsync(CancellationToken.None);
        }

        await node.StartAsync();
        for (var number = 0; number < Cases; number++)
        {
            var person = IdOf(await AskAsync(HttpMethod.Post, "/api/cases/persons", new { identity = new { names = new[] { new { full = Named(number) } } } }));
            made.Add((IdOf(await AskAsync(HttpMethod.Post, "/api/cases", new { person, note = "before" })), ""));
        }
    }

    private async Task WorkAsync(IBrowser browser)
    {
        Line = new NetworkLine(new Uri(node.Address));
        var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = 360, Height = 740 }, BaseURL = Line.Address.ToString() });
        await context.AddCookiesAsync([new Cookie { Name = "tambo-session", Value = session, Url = Line.Address.ToString() }]);
        page = await context.NewPageAsync();
        await page.GotoAsync("/staff/cases/offline?lang=en");
        await page.Locator("#vault-enrol").WaitForAsync();
        foreach (var (name, value) in new[] { ("deviceName", "phone"), ("pin", Pin), ("pinAgain", Pin) })
            await page.FillAsync($"[name={name}]", value);
        await DoneAsync(() => page.ClickAsync("#vault-enrol button"));
        await page.Locator("#vault-list .card >> nth=39").WaitForAsync();
        Line.Cut();
        for (var number = 0; number < Cases; number++)
        {
            var (path, file) = (Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"photo-{number}.png")), Png(1_570_000, number));
            await File.WriteAllBytesAsync(path, file);
            bytes += file.Length;
            made[number] = (made[number].Case, Convert.ToHexStringLower(SHA256.HashData(file)));
            await page.ClickAsync($"#vault-list .card:has-text('{Named(number)}') button");
            await page.FillAsync("#vault-change [name=note]", "changed on the way");
            await DoneAsync(() => page.ClickAsync("#vault-change button"));
            await page.ClickAsync("#vault-steps button:has-text('Add a photo')");
            await page.SetInputFilesAsync("#vault-file [name=file]", path);
            await DoneAsync(() => page.ClickAsync("#vault-file button:not([type])"));
            await page.ClickAsync("[data-do=back]");
        }
    }

    // Does something in the page and waits until all that came of it is over.
    private async Task DoneAsync(Func<Task> act)
    {
        var before = await page.EvaluateAsync<int>("() => Number(document.querySelector('#vault').dataset.begun ?? 0)");
        await act();
        for (var turn = 0; ; turn++, await Task.Delay(20))
        {
            if (await page.EvaluateAsync<bool>("before => { const { begun, ended } = document.querySelector('#vault').dataset; return Number(begun ?? 0) > before && begun === ended; }", before))
                return;
            if (turn > 15_000)
                throw new InvalidOperationException("The page never came to an end.");
        }
    }

    private async Task<byte[]> AskAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, node.Address + path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("X-Forwarded-For", "10.1.0.1");
        request.Headers.Add("X-Forwarded-Proto", "https");
        using var answer = await WebProcess.Client.SendAsync(request);
        var told = await answer.Content.ReadAsByteArrayAsync();
        return answer.IsSuccessStatusCode ? told : throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} {Encoding.UTF8.GetString(told)}");
    }

    private static Guid IdOf(byte[] told) => JsonDocument.Parse(told).RootElement.GetProperty("id").GetGuid();

    private static string Named(int number) => string.Create(CultureInfo.InvariantCulture, $"Person {number:00}");

    private static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    // A picture of noise, which is kept as it is.
    private static byte[] Png(int size, int seed)
    {
        var (head, noise) = (new byte[13], new byte[size]);
        new Random(seed).NextBytes(noise);
        BinaryPrimitives.WriteInt32BigEndian(head, 4);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), 4);
        head[8] = 8;
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Chunk("IHDR", head), .. Chunk("IDAT", noise), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string name, byte[] body)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(name), .. body];
        var (length, sum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, body.Length);
        BinaryPrimitives.WriteUInt32BigEndian(sum, Crc32.HashToUInt32(named));
        return [.. length, .. named, .. sum];
    }
}
