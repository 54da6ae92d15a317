using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Tambo.Guide.Offline;

namespace Tambo.Bench.Packs;

/// <summary>
/// pack [--services N]: what an offline pack weighs, what twenty changes cost a phone that has it, and how long a phone takes
/// to find something in it, beside rows as plain JSON and an index of MiniSearch sent ready made.
/// </summary>
internal static class PackBench
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly DateTimeOffset At = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static async Task<int> RunAsync(string[] args)
    {
        var services = Results.Option(args, "--services", 1600);
        var records = MadeUpPacks.Records(services, At);
        var pack = MadeUpPacks.Of(records, At);
        var begun = Stopwatch.GetTimestamp();
        pack = MadeUpPacks.Of(records, At);
        var made = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        begun = Stopwatch.GetTimestamp();
        var weight = pack.Compressed.Length;
        var compressed = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        var after = MadeUpPacks.Of(MadeUpPacks.AfterTwentyChanges(records), At);
        var marks = PackMarks.Of(pack.Head, pack.Rows, PackMarks.GroupsFor(pack.Rows.Count));
        begun = Stopwatch.GetTimestamp();
        var delta = Pack.Compress(after.DeltaFor(marks), quality: 11);
        var worked = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;

        var rows = Path.GetTempFileName();
        try
        {
            var plain = RowsAsObjects(pack);
            await File.WriteAllBytesAsync(rows, plain);
            var index = await MiniSearchAsync(rows);
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"""
                An offline pack of {services:N0} made-up services, each with a name, an organisation, a street, a telephone, hours, conditions and a short
                description, in Spanish; whole files as they are sent. Making it took the node {made:N0} ms, compressing it {compressed:N0} ms, once for each
                content.

                | what a phone downloads | bytes, Brotli | bytes, gzip |
                |---|---|---|
                | Tambo: pack of {services:N0} services, columns | {weight:N0} | {Gzip(pack.Whole()):N0} |
                | the same rows as JSON objects, one a service | {Pack.Compress(plain, 11).Length:N0} | {Gzip(plain):N0} |
                | the same, with a ready-made index of MiniSearch 7.2.0 | {Pack.Compress(plain, 11).Length + index.Brotli:N0} | {Gzip(plain) + index.Gzip:N0} |
                | Tambo: what twenty changes cost, answered in {worked:N0} ms | {delta.Length:N0} | |
                | … for which the phone sends marks of what it has | {marks.Length:N0} up, not compressed | |

                """);
            text.AppendLine();
            text.Append(await PhoneSearch.RunAsync(services, At));
            await Results.WriteAsync("pack", "Offline packs", text.ToString());
            return 0;
        }
        finally
        {
            File.Delete(rows);
        }
    }

    private static byte[] RowsAsObjects(Pack pack) => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(
        pack.Rows.Select(row => PackRow.Fields.Zip(row.Values).Where(pair => pair.Second is not "").ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal)),
        Json));

    private static int Gzip(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(bytes);
        return (int)target.Length;
    }

    private static async Task<(int Brotli, int Gzip)> MiniSearchAsync(string rows)
    {
        var peers = Path.Combine(Machine.RepositoryRoot(), "bench", "peers");
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(peers, "minisearch.mjs"));
        start.ArgumentList.Add(rows);
        using var process = Process.Start(start)!;
        using var said = JsonDocument.Parse(await process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (said.RootElement.GetProperty("brotli").GetInt32(), said.RootElement.GetProperty("gzip").GetInt32());
    }
}
