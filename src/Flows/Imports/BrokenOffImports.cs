using System.Globalization;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Parts;
using Tambo.Platform.Settings;

namespace Tambo.Flows.Imports;

/// <summary>An import that ended before it was whole: nothing of it counts.</summary>
/// <param name="Id">The import.</param>
/// <param name="Series">The series it was for.</param>
/// <param name="FileName">Its file.</param>
/// <param name="StartedAt">When it was begun.</param>
public sealed record BrokenOffImport(Guid Id, string Series, string FileName, DateTimeOffset StartedAt);

/// <summary>
/// Marks imports that a machine did not survive as broken off, and says which; nothing of them counts. On SQLite one process
/// writes, so every import that it does not run itself is one; on PostgreSQL whoever is at work on an import holds its name.
/// </summary>
public sealed class BrokenOffImports(NodeDb db, NodeSettings settings, LiveSegments live)
{
    private static readonly TimeSpan LongestImport = TimeSpan.FromDays(1);

    /// <summary>Looks again each minute: a process of several may not have survived.</summary>
    internal static Job Job { get; } = new("flows.broken_off", TimeSpan.FromMinutes(1), static async (services, cancellationToken) =>
    {
        var marked = await ((BrokenOffImports)services.GetService(typeof(BrokenOffImports))!).MarkAsync(cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{marked.Count} broken off") + string.Concat(marked.Select(import => $"; {import.Series} {import.Id:D}"));
    });

    /// <summary>What a process holds while it is at work on an import.</summary>
    internal static string HoldOf(Guid id) => $"flows.import {id:D}";

    /// <summary>Marks them; those that were marked now.</summary>
    public async Task<IReadOnlyList<BrokenOffImport>> MarkAsync(CancellationToken cancellationToken)
    {
        SweepStaging();
        List<BrokenOffImport> reading;
        await using (var connection = await db.ReadAsync(cancellationToken))
            reading = (await connection.QueryAsync<BrokenOffImport>("select id, series, file_name, started_at from flows_imports where state = 'reading' order by started_at")).AsList();
        var marked = new List<BrokenOffImport>();
        foreach (var import in reading)
        {
            if (!live.UnderWay.ContainsKey(import.Id) && !await db.IsHeldAsync(HoldOf(import.Id), cancellationToken) && await MarkAsync(db, import.Id, Actor.Job(Job.Name)))
                marked.Add(import);
        }

        return marked;
    }

    /// <summary>Marks one; false when it was brought to an end meanwhile.</summary>
    internal static async Task<bool> MarkAsync(NodeDb db, Guid id, Actor actor)
    {
        await using var change = await db.BeginAsync(actor, "flows.import.broken_off", id.ToString("D"), CancellationToken.None);
        if (await change.ExecuteAsync("update flows_imports set state = 'broken_off' where id = @id and state = 'reading'", new { id }) == 0)
            return false;
        await change.CommitAsync(CancellationToken.None);
        return true;
    }

    // What was half written is of no use to anybody; what another process may be writing is a day old at most.
    private void SweepStaging()
    {
        var place = Path.Combine(settings.Folder, "staging");
        foreach (var path in Directory.Exists(place) ? Directory.GetFiles(place, "*.segment") : [])
        {
            if (!live.UnderWay.Values.Contains(path, StringComparer.Ordinal) && File.GetLastWriteTimeUtc(path) < db.Time.GetUtcNow().UtcDateTime - LongestImport)
                File.Delete(path);
        }
    }
}

/// <summary>Says at the start of the node which imports were broken off.</summary>
internal sealed class BrokenOffAtStart(BrokenOffImports broken, ILogger<BrokenOffAtStart> log) : BackgroundService
{
    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var import in await broken.MarkAsync(stoppingToken))
            log.ImportBrokenOff(import.Series, import.Id, import.StartedAt);
    }
}

/// <summary>What the part writes to the log.</summary>
internal static partial class FlowsLog
{
    [LoggerMessage(EventId = 3001, Level = LogLevel.Warning, Message = "The import {Id} into {Series}, begun at {StartedAt}, was broken off: nothing of it counts.")]
    public static partial void ImportBrokenOff(this ILogger log, string series, Guid id, DateTimeOffset startedAt);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Error, Message = "No figures can be made of the record of a group {Id}: it is left aside, the others are counted.")]
    public static partial void RecordLeftAside(this ILogger log, Exception failure, Guid id);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Error, Message = "Records of {Series} could not be made an import; it is tried again at the next turn.")]
    public static partial void SeriesNotSealed(this ILogger log, Exception failure, string series);

    [LoggerMessage(EventId = 3004, Level = LogLevel.Error, Message = "The record of a group {Id} could not be written; who sent it is asked to send it again.")]
    public static partial void RecordNotWritten(this ILogger log, Exception failure, Guid id);
}
