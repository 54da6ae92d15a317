using System.Data.Common;
using System.Globalization;
using Dapper;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Backup;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Sending;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Node.Diagnosis;

/// <summary>What the doctor asks the database: engine, tables, audit, backups, jobs.</summary>
internal sealed class DatabaseChecks(NodeDb db, NodeSettings settings, Actor actor, DataKeys? keys)
{
    private const int OldestPostgres = 150000;
    private static readonly Version WalResetFixed = new(3, 51, 3);
    internal static readonly TimeSpan BackupDue = TimeSpan.FromDays(7);
    private static readonly TimeSpan JobOverdue = TimeSpan.FromHours(1);
    private static readonly TimeSpan MessagesLate = TimeSpan.FromHours(1);

    /// <summary>The clock may be corrected by this much without anybody wondering.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(2);

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        await using var connection = await db.ReadAsync(cancellationToken);
        if (settings.PostgresConnection is null)
            findings.AddRange(await SqliteAsync(connection, cancellationToken));
        else
            findings.Add(await PostgresAsync(connection));
        var pending = await Migration.PendingAsync(db, Parts.Migrations, cancellationToken);
        findings.Add(pending.Count == 0
            ? Finding.Ok("tables", "up to date")
            : Finding.Fail("tables", $"{pending.Count} migrations are pending: tambo migrate"));
        if (pending.Any(step => step is { Part: "platform", Number: 1 }))
            return findings;
        findings.Add(await KeyAsync(cancellationToken));
        var lastBackup = await connection.ExecuteScalarAsync<string?>("select value from platform_settings where name = @Name", new { Name = NodeBackup.LastBackupSetting });
        findings.Add(Backup(lastBackup));
        if (keys is not null)
            findings.AddRange(await KeyChecks.RunAsync(keys, settings, lastBackup, db.Time.GetUtcNow(), cancellationToken));
        findings.Add(await AuditAsync(cancellationToken));
        findings.Add(await ClockAsync(connection));
        findings.AddRange(await JobsAsync(connection));
        if (!pending.Any(step => step is { Part: "platform", Number: 5 }))
            findings.AddRange(await OutboxAsync(connection));
        // A part reads its tables as they should be by now.
        foreach (var part in pending.Count == 0 ? Parts.All : [])
            findings.AddRange((await part.Checks(db, settings, cancellationToken)).Select(found => new Finding(found.Check, found.IsFine ? Health.Ok : Health.Warning, found.Text)));
        return findings;
    }

    private async Task<List<Finding>> SqliteAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var version = await connection.ExecuteScalarAsync<string>("select sqlite_version()") ?? "";
        var findings = new List<Finding>
        {
            // The bug needs two connections that write or checkpoint at once; a node has exactly one.
            Finding.Ok("engine", Version.Parse(version) < WalResetFixed
                ? $"SQLite {version}; its WAL-reset bug (fixed in {WalResetFixed}) needs two writers, and a node has one: never open the file with another program"
                : $"SQLite {version}"),
        };
        // Asked of the writing connection itself: synchronous is a setting of each connection. Nothing is kept.
        await using var change = await db.BeginAsync(actor, "node.examined", "node", cancellationToken);
        var synchronous = (await change.QueryAsync<long>("select synchronous from pragma_synchronous")).Single();
        var journal = (await change.QueryAsync<string>("select journal_mode from pragma_journal_mode")).Single();
        findings.Add(synchronous == 2 && journal == "wal"
            ? Finding.Ok("durability", "synchronous=FULL, WAL: what is acknowledged has reached the disk")
            : Finding.Fail("durability", $"synchronous={synchronous}, journal {journal}: acknowledged changes can be lost in a power cut"));
        return findings;
    }

    private static async Task<Finding> PostgresAsync(DbConnection connection)
    {
        var number = int.Parse(await connection.ExecuteScalarAsync<string>("show server_version_num") ?? "0", CultureInfo.InvariantCulture);
        var (synchronous, fsync) = await connection.QuerySingleAsync<(string, string)>(
            "select current_setting('synchronous_commit'), current_setting('fsync')");
        var name = $"PostgreSQL {number / 10000}.{number % 10000}, synchronous_commit={synchronous}, fsync={fsync}";
        if (number < OldestPostgres)
            return Finding.Fail("engine", name + "; 15 or newer is needed");
        return synchronous == "off" || fsync == "off"
            ? Finding.Fail("engine", name + ": acknowledged changes can be lost in a power cut")
            : Finding.Ok("engine", name);
    }

    private async Task<Finding> KeyAsync(CancellationToken cancellationToken)
    {
        try
        {
            var known = await KeyCheck.ReadAsync(db, cancellationToken);
            return known is null || known == KeyCheck.Of(settings.ReadKey())
                ? Finding.Ok("key fits", "the node key is the one that sealed this node's secrets")
                : Finding.Fail("key fits", "the node key is another than the one that sealed this node's secrets");
        }
        catch (Problem problem)
        {
            return Finding.Fail("key fits", $"cannot be told without the key ({problem.Kind.Code})");
        }
    }

    private Finding Backup(string? last)
    {
        if (last is null)
            return Finding.Warn("backup", "never made: tambo backup FILE");
        var age = db.Time.GetUtcNow() - Instants.Read(last);
        var text = string.Create(CultureInfo.InvariantCulture, $"last {last[..10]}, {age.TotalDays:0.0} days ago");
        return age > BackupDue ? Finding.Warn("backup", text + ": make one") : Finding.Ok("backup", text);
    }

    private async Task<Finding> AuditAsync(CancellationToken cancellationToken)
    {
        AuditReport report;
        try
        {
            using var key = await AuditKey.FindAsync(db, settings.ReadKey(), cancellationToken);
            report = await AuditVerification.RunAsync(db, key, settings.AuditHeadFile, cancellationToken);
        }
        catch (Exception failure) when (failure is Problem or System.Security.Cryptography.CryptographicException)
        {
            report = await AuditVerification.RunAsync(db, key: null, settings.AuditHeadFile, cancellationToken);
        }

        return report.IsWhole
            ? Finding.Ok("audit", $"{report.Entries} lines whole, held against {report.HeadsChecked} signed heads")
            : Finding.Fail("audit", $"{report.Faults.Count} faults, the first: {report.Faults[0]} tambo audit verify tells all");
    }

    private async Task<Finding> ClockAsync(DbConnection connection)
    {
        var last = await connection.ExecuteScalarAsync<string?>("select max(at) from platform_audit_entries");
        return last is not null && Instants.Read(last) > db.Time.GetUtcNow() + ClockTolerance
            ? Finding.Fail("clock runs on", $"the last change was noted at {last}, later than now: the clock was set back")
            : Finding.Ok("clock runs on", "now is after the last change");
    }

    private async Task<IReadOnlyList<Finding>> JobsAsync(DbConnection connection)
    {
        var overdue = await connection.QueryAsync<string>(
            "select distinct job from platform_job_runs where outcome = 'running' and started_at < @Before order by job",
            new { Before = db.Time.GetUtcNow() - JobOverdue });
        var failing = await connection.QueryAsync<string>(
            """
            select r.job from platform_job_runs r
            join (select job, max(started_at) as started_at from platform_job_runs group by job) l
              on l.job = r.job and l.started_at = r.started_at
            where r.outcome = 'failed' order by r.job
            """);
        return
        [
            .. overdue.Select(job => Finding.Warn("jobs", $"{job} began more than an hour ago and has not ended")),
            .. failing.Select(job => Finding.Warn("jobs", $"{job} failed at its last turn; the log says why")),
        ];
    }

    private async Task<IReadOnlyList<Finding>> OutboxAsync(DbConnection connection)
    {
        var figures = await OutboxFigures.ReadAsync(connection);
        var findings = new List<Finding>();
        if (figures.Dead > 0)
            findings.Add(Finding.Warn("outbox", $"{figures.Dead} messages could not be delivered: tambo outbox list says why, tambo outbox retry tries again"));
        if (figures.OldestWaiting is { } since && db.Time.GetUtcNow() - Instants.Read(since) > MessagesLate)
            findings.Add(Finding.Warn("outbox", $"{figures.Waiting} messages wait, the oldest since {since}: is the mail server reached, and does a node serve?"));
        return findings.Count > 0 ? findings : [Finding.Ok("outbox", $"{figures.Waiting} messages wait, none was given up")];
    }
}
