using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Tambo.Flows.Imports;
using Tambo.Platform.Http;

namespace Tambo.Flows.Collecting;

/// <summary>Says to operators which records are left aside because no figures can be made of them: one must never keep the others from being counted.</summary>
public sealed class RecordsAside(Troubles troubles, ILogger<RecordsAside> log)
{
    private const string Records = "flows.records_aside";
    private readonly ConcurrentDictionary<Guid, bool> known = [];

    /// <summary>Notes a record of which no figures can be made.</summary>
    public void Note(Guid id, Exception failure)
    {
        if (!known.TryAdd(id, true))
            return;
        log.RecordLeftAside(failure, id);
        troubles.Note(Records, $"{known.Count} records of groups cannot be counted, the log names them");
    }

    /// <summary>Notes a table whose records could not be made an import; they stay where they are and are counted.</summary>
    public void NoteSeries(string series, Exception failure)
    {
        log.SeriesNotSealed(failure, series);
        troubles.Note(Name(series), $"records of {series} cannot be made an import, the log says why");
    }

    /// <summary>Notes a record that could not be written although others of its request were.</summary>
    internal void NoteUnwritten(Guid id, Exception failure) => log.RecordNotWritten(failure, id);

    /// <summary>A table is in order.</summary>
    public void Clear(string series) => troubles.Clear(Name(series));

    private static string Name(string series) => "flows.seal." + series;
}
