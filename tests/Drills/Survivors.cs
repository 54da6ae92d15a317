using System.Diagnostics;
using Dapper;
using Tambo.Platform.Audit;
using Tambo.Platform.Database;

namespace Tambo.Tests.Drills;

/// <summary>What a database holds after a fault.</summary>
/// <param name="Lost">Acknowledged writes that are not there.</param>
/// <param name="Faults">What is wrong with the audit, or with the file.</param>
/// <param name="Opened">How long opening took.</param>
internal sealed record Survivors(int Lost, IReadOnlyList<string> Faults, TimeSpan Opened)
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>Writes of the drill's own child: each a setting and its audit line.</summary>
    public static (string Found, string Lines) Settings { get; } =
        ("select name from platform_settings where name like 'drill-%'", "select subject from platform_audit_entries where change = 'drill.written'");

    /// <summary>Imports over HTTP: each with its audit line.</summary>
    public static (string Found, string Lines) Imports { get; } =
        ("select id from guide_imports", "select subject from platform_audit_entries where change = 'guide.services.imported'");

    /// <summary>Opens the database as the next process would, and counts.</summary>
    public static async Task<Survivors> CountAsync(DatabaseSettings settings, IReadOnlyCollection<string> acknowledged, (string Found, string Lines) kind)
    {
        var started = Stopwatch.GetTimestamp();
        await using var db = await NodeDb.OpenAsync(settings, TimeProvider.System, None);
        await db.MigrateAsync(Node.Parts.Migrations, None);
        await using var connection = await db.ReadAsync(None);
        var found = (await connection.QueryAsync<string>(kind.Found)).ToHashSet(StringComparer.Ordinal);
        var opened = Stopwatch.GetElapsedTime(started);
        var report = await AuditVerification.RunAsync(db, null, null, None);
        var lines = (await connection.QueryAsync<string>(kind.Lines)).ToHashSet(StringComparer.Ordinal);
        var faults = report.Faults.ToList();
        if (!found.SetEquals(lines))
            faults.Add("Writes and their audit lines differ.");
        if (settings.PostgresConnection is null)
            faults.AddRange((await connection.QueryAsync<string>("pragma integrity_check")).Where(line => line != "ok"));
        return new Survivors(acknowledged.Count(name => !found.Contains(name)), faults, opened);
    }
}
