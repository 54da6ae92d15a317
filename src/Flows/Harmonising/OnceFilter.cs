using System.Globalization;
using System.Runtime.InteropServices;
using Tambo.Flows.Reading;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;
using Tambo.Platform.Files;

namespace Tambo.Flows.Harmonising;

/// <summary>
/// Keeps the first observation of each combination of codes and refuses further ones, as a month that stands twice in a table.
/// Of one thread: numbers of codes are those of its harmoniser.
/// </summary>
internal sealed class OnceFilter(Dataflow flow)
{
    private readonly Dictionary<CodeTuple, int> met = [];

    // Texts and places tell one incident from another as well; only measures do not.
    private readonly int codes = flow.Components.Count(component => !component.IsMeasure);

    /// <summary>The places of observations that were not met before; null when all are new. The others are told.</summary>
    public int[]? New(ObservationBatch batch, List<RowIssue> issues)
    {
        var kept = new List<int>(batch.Rows);
        for (var row = 0; row < batch.Rows; row++)
        {
            var key = new int[codes];
            for (var code = 0; code < codes; code++)
                key[code] = batch.Codes[code][row];
            ref var line = ref CollectionsMarshal.GetValueRefOrAddDefault(met, new CodeTuple(key), out var again);
            if (again)
            {
                issues.Add(new RowIssue(batch.Lines[row], null, TableIssues.Twice, line.ToString(CultureInfo.InvariantCulture), IssueSeverity.Error));
                continue;
            }

            line = batch.Lines[row];
            kept.Add(row);
        }

        return kept.Count == batch.Rows ? null : [.. kept];
    }

    /// <summary>A batch of some of a batch's observations.</summary>
    public static ObservationBatch Some(ObservationBatch all, int[] kept) => new()
    {
        Rows = kept.Length,
        Codes = [.. all.Codes.Select(column => column.Some(kept))],
        Books = all.Books,
        Measures = [.. all.Measures.Select(column => column.Some(kept))],
        Lines = [.. kept.Select(row => all.Lines[row])],
    };

    private readonly struct CodeTuple(int[] codes) : IEquatable<CodeTuple>
    {
        private readonly int[] codes = codes;

        public bool Equals(CodeTuple other) => codes.AsSpan().SequenceEqual(other.codes);

        public override bool Equals(object? obj) => obj is CodeTuple other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.AddBytes(MemoryMarshal.AsBytes(codes.AsSpan()));
            return hash.ToHashCode();
        }
    }
}
