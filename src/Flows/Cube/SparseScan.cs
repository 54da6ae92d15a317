using System.Runtime.InteropServices;
using Tambo.Flows.Rollups;
using Tambo.Flows.Segments;

namespace Tambo.Flows.Cube;

/// <summary>
/// Sums a measure by keys of which far fewer are met than there could be: groups by many components of which most combinations
/// do not occur. Row by row; for the rest see <see cref="Scan"/>.
/// </summary>
internal sealed class SparseScan(int most)
{
    private readonly Dictionary<long, Cell> cells = [];

    /// <summary>The sums so far.</summary>
    public IReadOnlyCollection<KeyValuePair<long, Cell>> Cells => cells;

    /// <summary>Adds the rows of one segment or rollup.</summary>
    /// <param name="file">It.</param>
    /// <param name="fixedKey">What every key begins with.</param>
    /// <param name="parts">The columns grouped by, and for each of their numbers the part of the key.</param>
    /// <param name="chosen">The filters.</param>
    /// <param name="measure">What is summed.</param>
    /// <exception cref="CubeTooLargeException">More keys were met than can be summed.</exception>
    public void Add(SegmentFile file, long fixedKey, IReadOnlyList<(NumberColumn Column, long[] Parts)> parts, Chosen chosen, string measure)
    {
        var (values, weights) = (file.Column(measure)!, file.Column(Rollup.Weight));
        foreach (var (rows, meant) in new MeantRows(chosen).Rows(file))
        {
            for (var at = 0; at < rows.Rows; at++)
            {
                if (meant[at] == Meant.Not)
                    continue;
                var (key, row) = (fixedKey, rows.First + at);
                foreach (var (column, part) in parts)
                    key += part[column[row]];
                Add(key, meant[at] == Meant.Sure && !chosen.Maybe, values, row, weights?[row] ?? 1);
            }

            if (cells.Count > most)
                throw new CubeTooLargeException(most);
        }
    }

    private void Add(long key, bool isSure, NumberColumn measure, int row, long stands)
    {
        ref var cell = ref CollectionsMarshal.GetValueRefOrAddDefault(cells, key, out _);
        cell.Groups = 1;
        var unknown = measure.Unknown?[row] == true ? stands : 0;
        if (isSure)
        {
            cell.Sure += measure[row];
            cell.Rows += stands;
            cell.Unknown += unknown;
        }
        else
        {
            cell.Maybe += measure[row];
            cell.MaybeRows += stands;
            cell.MaybeUnknown += unknown;
        }
    }
}
