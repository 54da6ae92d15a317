using Tambo.Flows.Imports;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Cube;

/// <summary>One observation with where it comes from.</summary>
/// <param name="Import">The import.</param>
/// <param name="Series">Its series.</param>
/// <param name="Line">The line of the import's file; of several tables as <see cref="Reading.TableLines"/> numbers them.</param>
/// <param name="Codes">What it says, by component; what the table does not break down is left out.</param>
/// <param name="Value">What it counts; null when it is not known.</param>
/// <param name="Sure">False when it only may be meant.</param>
/// <param name="Record">The record and its version, where it was recorded at a point and lies in no file yet; else null.</param>
public sealed record SourceRow(Guid Import, string Series, int Line, IReadOnlyDictionary<string, string> Codes, long? Value, bool Sure, (Guid Id, int Version)? Record = null)
{
    /// <summary>Where it stands in the import's segment.</summary>
    internal int Row { get; init; }
}

/// <summary>Rows that somebody may see.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="SomeElsewhere">True when rows of places that they may not see were passed over.</param>
public sealed record SeenRows(IReadOnlyList<SourceRow> Rows, bool SomeElsewhere);

/// <summary>Walks from a question to its observations; pure but for reading segments.</summary>
internal static class SourceRows
{
    /// <summary>The observations of a question in the order of imports and lines; <paramref name="segments"/> are those of the imports.</summary>
    public static SeenRows Of(
        CubeQuestion question, IReadOnlyList<StandingImport> imports, IReadOnlyList<IReadOnlyList<StandingSegment>> segments, RowScope scope, int skip, int take, Func<long, bool>? only = null)
    {
        var (rows, elsewhere) = (new List<SourceRow>(), false);
        for (var at = 0; at < imports.Count && rows.Count < take; at++)
        {
            var import = imports[at];
            try
            {
                if (new MeantRows(question, segments[at]) is { IsEmpty: false } chosen)
                {
                    var places = new SeenPlaces(import.Segment, scope);
                    skip = Add(rows, import, chosen, question.Measure, only, places, skip, take);
                    elsewhere |= places.SomeElsewhere;
                }
            }
            catch (SegmentDamagedException)
            {
                throw new SegmentDamagedException(import.Name);
            }
        }

        return new SeenRows(rows, elsewhere);
    }

    /// <summary>The observations of a line.</summary>
    public static SeenRows OfLine(IEnumerable<StandingImport> imports, int line, RowScope scope)
    {
        var (rows, elsewhere) = (new List<SourceRow>(), false);
        foreach (var import in imports)
        {
            var file = import.Segment;
            var lines = file.Column(SegmentFooter.LineColumn)!;
            var places = new SeenPlaces(file, scope);
            for (var row = 0; row < file.Rows; row++)
            {
                if (lines[row] == line && places.Sees(row))
                    rows.Add(RowOf(import, [.. file.Footer.Columns.Where(column => column.Codes.Count > 0).Select(column => (column, file.Column(column.Code)!))], Dataflow.Value, row, true));
            }

            elsewhere |= places.SomeElsewhere;
        }

        return new SeenRows(rows, elsewhere);
    }

    // Returns how many are still to be passed over.
    private static int Add(List<SourceRow> rows, StandingImport import, MeantRows chosen, string measure, Func<long, bool>? only, SeenPlaces places, int skip, int take)
    {
        var file = import.Segment;
        var values = only is null ? null : file.Column(measure);
        (SegmentColumn Column, NumberColumn Numbers)[]? columns = null;
        foreach (var (some, meant) in chosen.Rows(file))
        {
            for (var at = 0; at < some.Rows && rows.Count < take; at++)
            {
                var row = some.First + at;
                if (meant[at] == Meant.Not || (only is not null && (values!.Unknown?[row] == true || !only(values[row]))) || !places.Sees(row) || skip-- > 0)
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
    /// <summary>Which rows of a segment lie where somebody may see them.</summary>
    private sealed class SeenPlaces
    {
        private readonly Dictionary<(long Area, long Point), bool> known = [];
        private readonly RowScope scope;
        private readonly (SegmentColumn Codes, NumberColumn Numbers)? areas, points;

        public SeenPlaces(SegmentFile file, RowScope scope)
        {
            this.scope = scope;
            if (!scope.IsWhole)
                (areas, points) = (Of(file, "REF_AREA"), Of(file, "POINT"));
        }

        /// <summary>True when some row that was asked for lies elsewhere.</summary>
        public bool SomeElsewhere { get; private set; }

        public bool Sees(int row)
        {
            if (scope.IsWhole)
                return true;
            var place = (areas?.Numbers[row] ?? -1, points?.Numbers[row] ?? -1);
            if (!known.TryGetValue(place, out var sees))
                known[place] = sees = scope.Sees(CodeOf(areas, row), CodeOf(points, row));
            SomeElsewhere |= !sees;
            return sees;
        }

        private static string CodeOf((SegmentColumn Codes, NumberColumn Numbers)? column, int row) => column is var (codes, numbers) ? codes.Codes[(int)numbers[row]] : "";

        private static (SegmentColumn, NumberColumn)? Of(SegmentFile file, string component) =>
            file.Find(component) is { } column ? (column, file.Column(component)!) : null;
    }
}
