using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tambo.Bench.Nearest;
using Tambo.Guide;
using Tambo.Guide.Directory;
using Tambo.Guide.Imports;
using Tambo.Platform.Access;
using Tambo.Platform.Blobs;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;
using Tambo.Platform.Parts;
using Tambo.Platform.Settings;

namespace Tambo.Bench.Imports;

/// <summary>
/// import [sqlite]: 5,000 services (20,000 records with their parts) from HSDS JSON into an empty node, again unchanged, and the
/// directory loaded from the tables; on SQLite, and on PostgreSQL where it is installed.
/// </summary>
internal static class ImportBench
{
    private const int Services = 5_000;

    public static async Task<int> RunAsync(string[] args)
    {
        var table = new StringBuilder("# Import of 5,000 services\n\n| engine | step | seconds | processor seconds |\n|---|---|---:|---:|\n");
        await MeasureAsync("SQLite", null, table);
        if (args is not ["sqlite"] && ThrowawayPostgres.BinariesWithPostgis() is { } binaries)
        {
            using var cluster = ThrowawayPostgres.Start(binaries);
            await MeasureAsync("PostgreSQL", cluster.ConnectionString, table);
        }

        table.Append(CultureInfo.InvariantCulture, $"\nEach service comes with its organisation, place, hours, languages, telephone and address.\nMeasured on {Machine.Line()}.\n");
        await File.WriteAllTextAsync(Path.Combine(Machine.RepositoryRoot(), "bench", "results", "import.md"), table.ToString());
        await Console.Out.WriteLineAsync(table.ToString());
        return 0;
    }

    private static async Task MeasureAsync(string engine, string? postgres, StringBuilder table)
    {
        var folder = Directory.CreateTempSubdirectory("tambo-bench-import-").FullName;
        await using (var db = await NodeDb.OpenAsync(new DatabaseSettings(folder, postgres), TimeProvider.System, CancellationToken.None))
        {
            await db.MigrateAsync([.. PlatformPart.Part.Migrations, .. GuidePart.Part.Migrations], CancellationToken.None);
            using var live = new LiveDirectory(db);
            var import = new ImportServices(
                db, live, new BlobStore(db, folder), NodeSettings.Of(folder), TextCatalog.Load([PlatformPart.Part.Assembly, GuidePart.Part.Assembly]));
            // The first import of a process also compiles; a node that runs has done so.
            await ImportAsync(import, Made(100), "warm");
            var file = Made(Services);
            await TimedAsync("import into the node", () => ImportAsync(import, file, "bench"));
            await TimedAsync("the same file again, unchanged", () => ImportAsync(import, file, "bench"));
            await TimedAsync("the directory loaded from the tables", async () =>
            {
                using var fresh = new LiveDirectory(db);
                await fresh.GetAsync(CancellationToken.None);
            });
        }

        Directory.Delete(folder, recursive: true);

        async Task TimedAsync(string step, Func<Task> run)
        {
            using var process = Process.GetCurrentProcess();
            var (watch, before) = (Stopwatch.StartNew(), process.TotalProcessorTime);
            await run();
            process.Refresh();
            table.Append(CultureInfo.InvariantCulture, $"| {engine} | {step} | {watch.Elapsed.TotalSeconds:0.00} | {(process.TotalProcessorTime - before).TotalSeconds:0.00} |\n");
        }
    }

    private static Task<ImportReport> ImportAsync(ImportServices import, byte[] file, string set) => import.RunAsync(
        new ImportRequest { Files = [new ImportFile("services.json", new MemoryStream(file))], SourceSet = set },
        Actor.OperatingSystem("bench"),
        CancellationToken.None);

    private static byte[] Made(int count)
    {
        var text = new StringBuilder("[");
        for (var i = 0; i < count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""
                {{(i > 0 ? "," : "")}}{ "id": "s{{i}}", "name": "Service {{i}}", "status": "active", "description": "Help of kind {{i % 7}} for everybody who asks for it",
                  "organization": { "id": "o{{i}}", "name": "Organisation {{i}}", "description": "Helps" },
                  "phones": [{ "id": "p", "number": "+999 {{i}}" }], "languages": [{ "id": "l", "code": "es" }, { "id": "m", "code": "ht" }],
                  "schedules": [{ "id": "h", "freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR", "opens_at": "09:00", "closes_at": "17:00" }],
                  "service_at_locations": [{ "id": "a{{i}}", "location": { "id": "l{{i}}", "location_type": "physical", "name": "House {{i}}",
                    "latitude": {{10 + i % 80 * 0.5}}, "longitude": {{-60 - i % 50 * 0.7}},
                    "addresses": [{ "id": "x", "address_1": "Street {{i}}", "city": "Lumen", "state_province": "North", "postal_code": "1", "country": "XX", "address_type": "physical" }] } }] }
                """);
        }

        return Encoding.UTF8.GetBytes(text.Append(']').ToString());
    }
}
