using System.Globalization;
using System.Reflection;
using Dapper;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Tests.Drills;

/// <summary>
/// The victim of a drill: a process that opens a node's database, writes with several writers at once, and says which
/// writes were acknowledged on a pipe, which outlives it.
/// </summary>
internal static class DrillChild
{
    public const string Word = "drill-child";

    /// <summary>What the counter-drill sets, to prove that the power drill can fail. No product code reads it.</summary>
    public const string WeakSwitch = "TAMBO_DRILL_SYNCHRONOUS_NORMAL";

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Actor Writer = new("user:drill", null, "Drill", [new Grant("*", Scope.Node)]);

    public static async Task<int> RunAsync(string[] args)
    {
        var settings = new DatabaseSettings(args[1], Environment.GetEnvironmentVariable("TAMBO_DATABASE") is { Length: > 0 } postgres ? postgres : null);
        await using var db = await NodeDb.OpenAsync(settings, TimeProvider.System, None);
        await db.MigrateAsync(Node.Parts.Migrations, None);
        if (Environment.GetEnvironmentVariable(WeakSwitch) is not null)
            await WeakenAsync(db);
        var output = Console.Out;
        switch (args[0])
        {
            case "write":
                await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => WriteForeverAsync(db, $"{args[2]}-{writer}", output)));
                return 0;
            case "fill":
                await FillAsync(db, args[1], rounds: int.Parse(args[2], CultureInfo.InvariantCulture), output);
                return 0;
            case "rotate":
                await KeyRotationDrill.RotateForeverAsync(settings, db, Writer, output);
                return 0;
            case "erase":
                await ErasureDrill.EraseAllAsync(settings, db, output);
                return 0;
            case "merge":
                await MergeDrill.MergeForeverAsync(settings, db, output);
                return 0;
            default:
                return 2;
        }
    }

    public static async Task WriteAsync(NodeDb db, string name)
    {
        await using var change = await db.BeginAsync(Writer, "drill.written", name, None);
        await change.ExecuteAsync("insert into platform_settings (name, value) values (@name, '1')", new { name });
        await change.CommitAsync(None);
    }

    private static async Task WriteForeverAsync(NodeDb db, string writer, TextWriter output)
    {
        for (var i = 0; ; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"drill-{writer}-{i}");
            await WriteAsync(db, name);
            lock (output)
            {
                output.WriteLine(name);
                output.Flush();
            }
        }
    }

    /// <summary>
    /// Fills the disk until writes are refused, first while there is a little room that is kept, then when there is none at
    /// all; looks whether reading goes on, makes room, and looks whether writing goes on: each round in the same process.
    /// Every line says what happened.
    /// </summary>
    private static async Task FillAsync(NodeDb db, string folder, int rounds, TextWriter output)
    {
        var acknowledged = 0;
        var ballast = Path.Combine(folder, "ballast");
        for (var round = 0; round < rounds; round++)
        {
            await File.WriteAllBytesAsync(ballast, new byte[new DriveInfo(folder).AvailableFreeSpace - 700_000]);
            var kept = await RefusalAsync(round, audited: true);
            var full = await RefusalAsync(round, audited: false);
            output.WriteLine($"refused {kept?.Kind.Code} {kept?.Kind.Status} {full?.Kind.Code}");
            output.WriteLine($"read {await CountAsync(db) == acknowledged}");
            File.Delete(ballast);
            // The node looks at its room once a second.
            await Task.Delay(1100);
            for (var i = 0; i < 20; i++)
                output.WriteLine($"after {await TryAsync($"room-{round}-{i}", audited: true) is null}");
        }

        output.WriteLine($"acknowledged {acknowledged} found {await CountAsync(db)}");

        async Task<Problem?> RefusalAsync(int round, bool audited)
        {
            Problem? refusal = null;
            for (var i = 0; i < 5000 && refusal is null; i++)
                refusal = await TryAsync($"full-{round}-{audited}-{i}", audited);
            return refusal;
        }

        async Task<Problem?> TryAsync(string name, bool audited)
        {
            try
            {
                // Operational state is written to the last byte, so these meet the disk's own refusal.
                await using var change = audited
                    ? await db.BeginAsync(Writer, "drill.written", name, None)
                    : await db.BeginOperationalAsync(None);
                await change.ExecuteAsync("insert into platform_settings (name, value) values (@name, @value)", new { name, value = new string('x', 2000) });
                await change.CommitAsync(None);
                acknowledged++;
                return null;
            }
            catch (Problem problem)
            {
                return problem;
            }
        }
    }

    private static async Task<int> CountAsync(NodeDb db)
    {
        await using var connection = await db.ReadAsync(None);
        return await connection.ExecuteScalarAsync<int>("select count(*) from platform_settings");
    }

    /// <summary>Does to the writing connection what nobody must ever do; it takes reflection, for the product has no such switch.</summary>
    private static async Task WeakenAsync(NodeDb db)
    {
        var writer = (SqliteWriter)typeof(SqliteDb).GetField("writer", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(db)!;
        await writer.AloneAsync(connection => connection.ExecuteAsync("pragma synchronous = normal"), None);
    }
}
