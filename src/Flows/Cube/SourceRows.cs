using Tambo.Flows.Imports;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Cube;

/// <summary>One observation with where it comes from.</summary>
/// <param name="Import">The import.</param>
/// <param name="Series">Its series.</param>
/// <param name="Line">The line of the import's file.</param>
/// <param name="Codes">What it says, by component; what the table does not break down is left out.</param>
/// <param name="Value">What it counts; null when it is not known.</param>
/// <param name="Sure">False when it only may be meant.</param>
/// <param name="Record">The record and its version, where it was recorded at a point and lies in no file yet; else null.</param>
public sealed record SourceRow(Guid Import, string Series, int Line, IReadOnlyDictionary<string, string> Codes, long? Value, bool Sure, (Guid Id, int Version)? Record = null)
{
    /// <summary>Where it stands in the import's segment.</summary>
    internal int Row { get; init; }
}

/// <summary>Walks from a question to its observations; pure but for reading segments.</summary>
internal static class SourceRows
{
    /// <summary>The observations of a question in the order of imports and lines; <paramref name="segments"/> are those of the imports.</summary>
    public static IReadOnlyList<SourceRow> Of(CubeQuestion question, IReadOnlyList<StandingImport> imports, IReadOnlyList<IReadOnlyList<StandingSegment>> segments, int skip, int take, Func<long, bool>? only = null)
    {
        var rows = new List<SourceRow>();
        for (var at = 0; at < imports.Count && rows.Count < take; at++)
        {
            var import = imports[at];
            try
            {
                if (new MeantRows(question, segments[at]) is { IsEmpty: false } chosen)
                    skip = Add(rows, import, chosen, question.Measure, only, skip, take);
            }
            catch (SegmentDamagedException)
            {
                throw new SegmentDamagedException(import.Name);
            }
        }

        return rows;
    }

    /// <summary>The observations of a line.</summary>
    public static IReadOnlyList<SourceRow> OfLine(IEnumerable<StandingImport> imports, int line)
    {
        var rows = new List<SourceRow>();
        foreach (var import in imports)
        {
            var file = import.Segment;
            var lines = file.Column(SegmentFooter.LineColumn)!;
            for (var row = 0; row < file.Rows; row++)
            {
                if (lines[row] == line)
                    rows.Add(RowOf(import, [.. file.Footer.Columns.Where(column => column.Codes.Count > 0).Select(column => (column, file.Column(column.Code)!))], Dataflow.Value, row, true));
            }
        }

        return rows;
    }

    // Returns how many are still to be passed over.
    private static int Add(List<SourceRow> rows, StandingImport import, MeantRows chosen, string measure, Func<long, bool>? only, int skip, int take)
    {
        var file = import.Segment;
        var values = only is null ? null : file.Column(measure);
        (SegmentColumn Column, NumberColumn Numbers)[]? columns = null;
        foreach (var (some, meant) in chosen.Rows(file))
        {
            for (var at = 0; at < some.Rows && rows.Count < take; at++)
            {
                var row = some.First + at;
                if (meant[at] == Meant.Not || (only is not null && (values!.Unknown?[row] == true || !only(values[row]))) || skip-- > 0)
                    continue;
                skip = 0;
                columns ??= [.. file.Footer.Columns.Where(column => column.Codes.Count > 0).Select(column => (column, file.Column(column.Code)!))];
                rows.Add(RowOf(import, columns, measure, row, meant[at] == Meant.Sure && !chosen.Maybe));
            }

            if (rows.Count >= take)
                break;
        }

        return Math.Max(0, skip);
    }

    private static SourceRow RowOf(StandingImport import, (SegmentColumn Column, NumberColumn Numbers)[] columns, string measure, int row, bool sure)
    {
        var codes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (column, numbers) in columns)
        {
            if (column.Codes[(int)numbers[row]] is var code and not "_T" && column.Code != Dataflow.Series)
                codes[column.Code] = code;
        }

        var values = import.Segment.Column(measure)!;
        var line = (int)import.Segment.Column(SegmentFooter.LineColumn)![row];
        return new SourceRow(import.Id, import.Series, line, codes, values.Unknown?[row] == true ? null : values[row], sure, import.Records?[line - 1]) { Row = row };
    }
}
