using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Tambo.Flows.Reading;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;
using Tambo.Platform.Files;

namespace Tambo.Flows.Harmonising;

/// <summary>
/// Keeps the first observation of each combination of codes and refuses further ones, as a month that stands twice in a table.
/// Of one thread: numbers of codes are those of its harmoniser. Combinations are known by 128 bits mixed from their numbers:
/// that two of ten million are alike is less likely than one in a billion.
/// </summary>
internal sealed class OnceFilter(Dataflow flow)
{
    // Whoever writes a file cannot know which combinations are mixed alike.
    private static readonly ulong[] Secrets = [.. MemoryMarshal.Cast<byte, ulong>(RandomNumberGenerator.GetBytes(32))];

    private readonly Dictionary<UInt128, int> met = [];

    // Texts and places tell one incident from another as well; only measures do not.
    private readonly int codes = flow.Components.Count(component => !component.IsMeasure);

    /// <summary>The places of observations that were not met before; null when all are new. The others are told.</summary>
    public int[]? New(ObservationBatch batch, IssueReport issues)
    {
        var kept = new List<int>(batch.Rows);
        for (var row = 0; row < batch.Rows; row++)
        {
            ref var line = ref CollectionsMarshal.GetValueRefOrAddDefault(met, Mixed(batch, row), out var again);
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

    private UInt128 Mixed(ObservationBatch batch, int row)
    {
        var (first, second) = (Secrets[0], Secrets[1]);
        for (var code = 0; code < codes; code++)
        {
            var number = (ulong)batch.Codes[code][row];
            first = Mixed(first ^ number, Secrets[2]);
            second = Mixed(second ^ number, Secrets[3]);
        }

        return new UInt128(first, second);
    }

    // What is mixed must stay different where it was: an odd factor and a shift can be undone.
    private static ulong Mixed(ulong one, ulong secret)
    {
        one *= secret | 1;
        return one ^ (one >> 32);
    }
}
