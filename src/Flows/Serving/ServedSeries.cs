using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Tambo.Flows.Collecting;
using Tambo.Flows.Cube;
using Tambo.Flows.Imports;
using Tambo.Flows.Structure;
using Tambo.Platform.Database;

namespace Tambo.Flows.Serving;

/// <summary>What a program must know of a table of figures: who made it, on what terms, and which imports stand in it.</summary>
internal sealed record ServedSeries
{
    /// <summary>Its code.</summary>
    public string Code { get; init; } = "";

    /// <summary>Its dataflow.</summary>
    public string Dataflow { get; init; } = "";

    /// <summary>Its names by language, as JSON.</summary>
    public string Title { get; init; } = "{}";

    /// <summary>Who counted.</summary>
    public string Publisher { get; init; } = "";

    /// <summary>Who handed it on.</summary>
    public string Via { get; init; } = "";

    /// <summary>On what terms.</summary>
    public string Licence { get; init; } = "";

    /// <summary>Where it is published.</summary>
    public string Link { get; init; } = "";

    /// <summary>True when it is made up for practice.</summary>
    public bool Training { get; init; }

    /// <summary>Those of its imports of which something counts, oldest first.</summary>
    public IReadOnlyList<StandingImport> Imports { get; init; } = [];

    /// <summary>Its names by language.</summary>
    public IReadOnlyDictionary<string, string> Titles => titles ??= JsonSerializer.Deserialize<Dictionary<string, string>>(Title) ?? [];

    private IReadOnlyDictionary<string, string>? titles;

    /// <summary>Its English name, else any, else its code.</summary>
    public string EnglishTitle => Titles.GetValueOrDefault("en") ?? Titles.Values.FirstOrDefault() ?? Code;

    /// <summary>The first and the last day of its figures as they counted at a moment; null when it has none.</summary>
    public (DateOnly From, DateOnly Until)? SpanAt(DateTimeOffset? asOf)
    {
        (DateOnly From, DateOnly Until)? span = null;
        foreach (var period in Imports.Where(import => import.Whole is not null).SelectMany(import => import.PeriodsAt(asOf)).SelectMany(area => area.Periods))
            span = span is not { } known ? (period.From, period.Until) : (Least(known.From, period.From), known.Until > period.Until ? known.Until : period.Until);
        return span;
    }

    private static DateOnly Least(DateOnly one, DateOnly other) => one < other ? one : other;
}

/// <summary>Reads the tables of figures that stand.</summary>
public sealed class ServedFigures(NodeDb db, LiveSegments live, HoursOfCounting hours)
{
    /// <summary>A number that grows with every change of figures, of their tables and of what is said of them.</summary>
    internal long Changes => db.Versions["flows"];

    /// <summary>The tables of which something counted at a moment, by code.</summary>
    internal async Task<IReadOnlyList<ServedSeries>> SeriesAsync(bool training, DateTimeOffset? asOf, CancellationToken cancellationToken)
    {
        var imports = (await live.StandingAsync(asOf, cancellationToken)).Where(import => import.Training == training && import.StandsAt(asOf)).ToLookup(import => import.Series, StringComparer.Ordinal);
        await using var connection = await db.ReadAsync(cancellationToken);
        var rows = await connection.QueryAsync<ServedSeries>("select code, dataflow, title, publisher, via, licence, link, training from flows_series order by code");
        return [.. rows.Where(row => imports.Contains(row.Code)).Select(row => row with { Imports = [.. imports[row.Code]] })];
    }

    /// <summary>The observations that a question means for sure, with some of what they say.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">The question is not understood, or a segment is damaged.</exception>
    internal async Task<IEnumerable<ServedRow>> RowsAsync(FlowsQuery query, IReadOnlyList<string> components, CancellationToken cancellationToken) =>
        ServedRows.Of(query, await live.StandingAsync(query.AsOf, cancellationToken), components);

    /// <summary>A word that changes when real figures do, or those of practice, with what was recorded at points a moment ago and for how long people were counted.</summary>
    internal async Task<string> VersionAsync(bool training, CancellationToken cancellationToken)
    {
        var standing = new StringBuilder();
        foreach (var import in (await live.StandingAsync(null, cancellationToken)).Where(import => import.Training == training))
        {
            standing.Append(CultureInfo.InvariantCulture, $"{import.Series} {import.Id:N} {import.CommittedAt.UtcTicks} {import.Replaced.Count}\n");
            // What lies in no import yet is known by its bytes alone.
            if (import.Id == Guid.Empty)
                standing.AppendJoin(' ', import.Segment.Footer.Columns.SelectMany(column => column.Chunks).Select(chunk => chunk.Hash));
        }

        standing.Append((await hours.AsOfAsync(null, cancellationToken)).Stamp(training));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(standing.ToString())).AsSpan(0, 12));
    }

    /// <summary>The codes that tables have of a component, in order.</summary>
    internal static IReadOnlyList<string> CodesOf(IEnumerable<ServedSeries> series, Component component) =>
    [
        .. series.SelectMany(one => one.Imports).SelectMany(import => import.Whole?.Find(component.Code)?.Codes ?? [])
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];
}
