using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Imports;
using Tambo.Flows.Structure;
using Tambo.Platform.Audit;
using Tambo.Platform.Blobs;
using Tambo.Platform.Database;
using Tambo.Platform.Settings;

namespace Tambo.Flows.Assistant;

/// <summary>An import of figures, as the list shows it.</summary>
public sealed record PastFlowsImport
{
    /// <summary>The import.</summary>
    public Guid Id { get; init; }

    /// <summary>Its series.</summary>
    public string Series { get; init; } = "";

    /// <summary>Its dataflow.</summary>
    public string Dataflow { get; init; } = "";

    /// <summary>How it was read.</summary>
    public string Mapping { get; init; } = "";

    /// <summary>The file's name.</summary>
    public string FileName { get; init; } = "";

    /// <summary>How large the file is.</summary>
    public long FileBytes { get; init; }

    /// <summary>SHA-256 of the file as it came.</summary>
    public string FileHash { get; init; } = "";

    /// <summary>reading, standing or broken_off.</summary>
    public string State { get; init; } = "";

    /// <summary>Who brought it, as the audit names them.</summary>
    public string Actor { get; init; } = "";

    /// <summary>When it was begun.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Since when it counts; null when it never did.</summary>
    public DateTimeOffset? CommittedAt { get; init; }

    /// <summary>Rows of the file.</summary>
    public long RowsRead { get; init; }

    /// <summary>Rows that could not be used.</summary>
    public long RowsRefused { get; init; }

    /// <summary>Rows that the mapping leaves out.</summary>
    public long RowsLeftOut { get; init; }

    /// <summary>True when more than a tenth of the rows that were to count could not be used.</summary>
    public bool ManyRefused => HarmonisedFile.IsMany(RowsRefused, RowsRead - RowsLeftOut);

    /// <summary>Observations written.</summary>
    public long Observations { get; init; }

    /// <summary>How many issues of each code, as JSON.</summary>
    public string IssueCounts { get; init; } = "{}";

    /// <summary>How many imports stand instead of all of it.</summary>
    public long Gone { get; init; }

    /// <summary>How it came to be broken off, as far as that is still known: cancelled or refused; else empty.</summary>
    public string Ending { get; init; } = "";

    /// <summary>What has become of it: reading, standing, replaced, cancelled, refused or broken_off.</summary>
    public string Fate => State == "standing" && Gone > 0 ? "replaced" : State == "broken_off" && Ending.Length > 0 ? Ending : State;

    /// <summary>How many issues of each code.</summary>
    public IReadOnlyDictionary<string, long> Counts => JsonSerializer.Deserialize<Dictionary<string, long>>(IssueCounts)!;
}

/// <summary>A line of a past import's issues.</summary>
public sealed record PastIssue
{
    /// <summary>Line of the file; 0 when all of it is meant.</summary>
    public int Line { get; init; }

    /// <summary>The sheet, or the file of an archive, that the line is of; empty when there is one alone.</summary>
    public string Source { get; init; } = "";

    /// <summary>Column, from 1; 0 when the row is meant.</summary>
    public int ColumnNumber { get; init; }

    /// <summary>What is wrong.</summary>
    public string Code { get; init; } = "";

    /// <summary>What stood there.</summary>
    public string Value { get; init; } = "";

    /// <summary>note, warning or error.</summary>
    public string Severity { get; init; } = "";
}

/// <summary>A line of a past import's ledger.</summary>
public sealed record PastLedgerLine
{
    /// <summary>The source's value.</summary>
    public string Value { get; init; } = "";

    /// <summary>The components, joined by a bar.</summary>
    public string Components { get; init; } = "";

    /// <summary>What it became, joined by a bar.</summary>
    public string Became { get; init; } = "";

    /// <summary>exact, bounded or not_comparable.</summary>
    public string Carried { get; init; } = "";

    /// <summary>Why not exactly: the key of a sentence.</summary>
    public string Why { get; init; } = "";

    /// <summary>Rows of the file.</summary>
    public long Rows { get; init; }

    /// <summary>What their first measure comes to.</summary>
    public long Sum { get; init; }
}

/// <summary>A past import with its report.</summary>
public sealed record FlowsImportRecord(
    PastFlowsImport Line, IReadOnlyList<PastIssue> Issues, IReadOnlyList<PastLedgerLine> Ledger, SeriesDifference? Difference, string MappingJson, IReadOnlyDictionary<string, string> Names);

/// <summary>What the pages of imports stand on.</summary>
internal sealed class FlowsImportDesk(NodeDb db, LiveSegments live, BroughtFiles brought, NodeSettings settings, IDataProtectionProvider protection)
{
    private const string Select =
        """
        select i.id, i.series, i.dataflow, i.mapping, i.file_name, i.file_bytes, i.file_hash, i.state, i.actor, i.started_at, i.committed_at, i.rows_read, i.rows_refused,
            i.rows_left_out, i.observations, i.issue_counts, (select count(*) from flows_replacements r where r.import_id = i.id and r.period = '*' and r.scope = '') as gone
        from flows_imports i
        """;

    /// <summary>Files between look and import.</summary>
    public BroughtFiles Brought => brought;

    public IDataProtectionProvider Protection => protection;

    public string Folder => settings.Folder;

    /// <summary>The wall clock, on which sealed texts expire.</summary>
    public static DateTimeOffset Clock => TimeProvider.System.GetUtcNow();

    public long MegabytesAllowed => settings.UploadLimit("flows") / (1024 * 1024);

    /// <summary>The last imports, the newest first.</summary>
    public async Task<IReadOnlyList<PastFlowsImport>> AllAsync(CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return (await connection.QueryAsync<PastFlowsImport>(Select + " order by i.started_at desc, i.id desc limit 100")).AsList();
    }

    /// <summary>An import with all that is known of it; null when there is none.</summary>
    public async Task<FlowsImportRecord?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        if (await connection.QuerySingleOrDefaultAsync<PastFlowsImport>(Select + " where i.id = @id", new { id }) is not { } line)
            return null;
        var issues = (await connection.QueryAsync<PastIssue>("select line, column_number, code, value, severity, source from flows_issues where import_id = @id order by ordinal limit 500", new { id })).AsList();
        var ledger = (await connection.QueryAsync<PastLedgerLine>("select value, components, became, carried, why, rows, sum from flows_ledger where import_id = @id order by ordinal limit 2000", new { id })).AsList();
        var json = await connection.QuerySingleAsync<string>("select mapping_json from flows_imports where id = @id", new { id });
        return new FlowsImportRecord(line, issues, ledger, await DifferenceAsync(line, cancellationToken), json, await ActorNames.OfAsync(db, [line.Actor], cancellationToken));
    }

    /// <summary>True when figures of a series stand.</summary>
    public Task<bool> HasFiguresAsync(string series, CancellationToken cancellationToken) => live.HasFiguresAsync(series, cancellationToken);

    /// <summary>The mapping through which the figures of a series came, or null when there are none.</summary>
    public async Task<string?> MappingOfAsync(string series, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.QueryFirstOrDefaultAsync<string?>("select mapping from flows_imports where series = @series and state = 'standing' order by committed_at desc limit 1", new { series });
    }

    // Null when there was nothing before that it could differ from.
    private async Task<SeriesDifference?> DifferenceAsync(PastFlowsImport import, CancellationToken cancellationToken)
    {
        if (import.CommittedAt is not { } committed || Dataflow.Find(import.Dataflow) is not { } flow)
            return null;
        var series = (await live.GetAsync(cancellationToken)).Where(one => one.Series == import.Series).ToList();
        var before = series.Where(one => one.Id != import.Id && one.StandsAt(committed.AddMilliseconds(-1))).ToList();
        if (before.Count == 0)
            return null;
        var after = series.Where(one => one.StandsAt(committed)).ToList();
        return VintageDifference.Of([.. before.Select(one => one.At(committed.AddMilliseconds(-1)))], [.. after.Select(one => one.At(committed))], flow);
    }
}
