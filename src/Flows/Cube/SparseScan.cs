using System.Runtime.InteropServices;
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
    public IReadOnlyDictionary<long, Cell> Cells => cells;

    /// <summary>Adds the rows of one segment or rollup.</summary>
    /// <param name="fixedKey">What every key begins with.</param>
    /// <param name="parts">The columns grouped by, and for each of their numbers the part of the key.</param>
    /// <param name="chosen">The filters.</param>
    /// <param name="measure">What is summed.</param>
    /// <param name="weights">How many observations a row stands for; null for one.</param>
    /// <exception cref="CubeTooLargeException">More keys were met than can be summed.</exception>
    public void Add(long fixedKey, IReadOnlyList<(NumberColumn Column, long[] Parts)> parts, Chosen chosen, NumberColumn measure, NumberColumn? weights)
    {
        const int Stretch = 4096;
        var room = new byte[Stretch];
        for (var from = 0; from < measure.Rows; from += Stretch)
        {
            var meant = room.AsSpan(0, Math.Min(Stretch, measure.Rows - from));
            meant.Fill(Meant.Sure);
            foreach (var choice in chosen.Choices)
                choice.Weaken(from, meant);
            for (var at = 0; at < meant.Length; at++)
            {
                if (meant[at] == Meant.Not)
                    continue;
                var key = fixedKey;
                foreach (var (column, part) in parts)
                    key += part[column[from + at]];
                Add(key, meant[at] == Meant.Sure && !chosen.Maybe, measure, from + at, weights?[from + at] ?? 1);
            }

            if (cells.Count > most)
                throw new CubeTooLargeException(most);
        }
    }

    private void Add(long key, bool isSure, NumberColumn measure, int row, long stands)
    {
        ref var cell = ref CollectionsMarshal.GetValueRefOrAddDefault(cells, key, out _);
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

    /// <summary>What the observations of one key come to; see <see cref="Sums"/>.</summary>
    internal struct Cell
    {
        public long Sure;
        public long Rows;
        public long Unknown;
        public long Maybe;
        public long MaybeRows;
        public long MaybeUnknown;
    }
}
