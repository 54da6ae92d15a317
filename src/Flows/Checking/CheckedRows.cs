using Tambo.Flows.Cube;
using Tambo.Flows.Imports;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Checking;

/// <summary>
/// The rows of an import that a check looks at, some thousands at a time: tables of millions of rows are looked over as well, and
/// only what is found is held.
/// </summary>
/// <param name="rule">The rule; its condition chooses the rows.</param>
/// <param name="import">The import.</param>
/// <param name="measure">The measure without which an import has no rows to look at.</param>
internal sealed class CheckedRows(CheckRule rule, StandingImport import, string measure)
{
    private readonly SegmentFile file = import.Segment;
    private readonly LineNumbers lines = new(import.Segment);

    /// <summary>The import.</summary>
    public StandingImport Import => import;

    /// <summary>The rows that stand, each stretch with what its rows are (<see cref="Meant"/>).</summary>
    public IEnumerable<(SegmentRows Rows, byte[] Meant)> Stretches()
    {
        var flow = Dataflow.Find(rule.Dataflow)!;
        var question = new CubeQuestion { Where = [.. rule.Where.Select(text => CubeLanguage.Where(text, flow))], Measure = measure };
        return new MeantRows(question, import.At(null)) is { IsEmpty: false } meant ? meant.Rows(file) : [];
    }

    /// <summary>The line of a row.</summary>
    public int Line(SegmentRows rows, int at) => lines.Of(rows, at);

    /// <summary>What a row says of some components, in the order of the segment's columns; what its table does not break down is left out.</summary>
    public IReadOnlyList<(string Component, string Code)> Codes(SegmentRows rows, int at, params string[] components) =>
    [
        .. file.Footer.Columns.Where(column => column.Codes.Count > 0 && components.Contains(column.Code, StringComparer.Ordinal))
            .Select(column => (column.Code, column.Codes[(int)file.Packed(column.Code)!.Number(rows, at)])).Where(pair => pair.Item2 != "_T"),
    ];

    /// <summary>A row's number of a measure that the segment has; zero when it is unknown.</summary>
    public long Value(string of, SegmentRows rows, int at) => file.Packed(of)!.Number(rows, at) is not ObservationBatch.Unknown and var number ? number : 0;

    /// <summary>Reads an import; one that is damaged is named.</summary>
    /// <exception cref="SegmentDamagedException">It is damaged.</exception>
    public static T Named<T>(StandingImport import, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (SegmentDamagedException)
        {
            throw new SegmentDamagedException(import.Name);
        }
    }
}
