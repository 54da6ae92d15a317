using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tambo.Flows.Cube;

/// <summary>
/// What the groups of a question come to, before each has its name: keys made of the numbers of labels, in the order of the
/// labels. Pure.
/// </summary>
internal sealed class Groups
{
    /// <summary>Keys that are summed at places of their own; of more only those that are met.</summary>
    public const int MostKeys = 1 << 22;

    private readonly Sums? sums;
    private readonly long[] keys;
    private readonly Cell[] cells;

    /// <summary>Groups whose keys are places of sums; those without observations are none.</summary>
    public Groups(IReadOnlyList<string[]> labels, Sums sums)
        : this(labels, [], []) => this.sums = sums;

    /// <summary>Groups of which far fewer are met than there could be.</summary>
    public Groups(IReadOnlyList<string[]> labels, IReadOnlyCollection<KeyValuePair<long, Cell>> met)
        : this(labels, new long[met.Count], new Cell[met.Count])
    {
        var at = 0;
        foreach (var (key, cell) in met)
            (keys[at], cells[at++]) = (key, cell);
        Array.Sort(keys, cells);
    }

    private Groups(IReadOnlyList<string[]> labels, long[] keys, Cell[] cells) => (Labels, Strides, this.keys, this.cells) = (labels, StridesOf(labels), keys, cells);

    /// <summary>The labels of each column, in their order; a group's key is made of their numbers.</summary>
    public IReadOnlyList<string[]> Labels { get; }

    /// <summary>What each column's number counts in a key.</summary>
    public long[] Strides { get; }

    /// <summary>How many places there are; not at each is a group.</summary>
    public int Places => sums?.Keys ?? keys.Length;

    /// <summary>What the group at a place comes to.</summary>
    public Cell this[int place] => sums is null ? cells[place] : sums[place];

    /// <summary>What each column's number counts in a key; the last column's counts single.</summary>
    /// <exception cref="CubeTooLargeException">No number could hold the keys.</exception>
    public static long[] StridesOf(IReadOnlyList<string[]> labels)
    {
        var (strides, keys) = (new long[labels.Count], 1L);
        for (var at = labels.Count - 1; at >= 0; at--)
        {
            strides[at] = keys;
            keys = keys > long.MaxValue / Math.Max(1, labels[at].Length) ? throw new CubeTooLargeException(int.MaxValue) : keys * Math.Max(1, labels[at].Length);
        }

        return strides;
    }

    /// <summary>True when no group is at a place.</summary>
    public bool IsEmpty(int place) => sums?.IsEmpty(place) ?? cells[place].IsEmpty;

    /// <summary>The number of a column's label of the group at a place.</summary>
    public int NumberAt(int place, int column) => (int)((ulong)KeyAt(place) / (ulong)Strides[column] % (ulong)Labels[column].Length);

    /// <summary>The groups without some columns: what only these tell apart is one.</summary>
    public Groups Without(IReadOnlyCollection<int> columns)
    {
        if (columns.Count == 0)
            return this;
        var kept = Enumerable.Range(0, Labels.Count).Where(column => !columns.Contains(column)).ToList();
        string[][] labels = [.. kept.Select(column => Labels[column])];
        var strides = StridesOf(labels);
        return Regrouped(labels, [.. Labels.Select((of, column) => of.Select((_, number) => columns.Contains(column) ? 0 : number * strides[kept.IndexOf(column)]).ToArray())], isMerged: false);
    }

    /// <summary>The groups with other labels; those that have the same then are one.</summary>
    /// <param name="labels">The labels of each column, in their order.</param>
    /// <param name="parts">For each number of each present column the part of the key; for a column whose labels depend on the first one's, for all of its numbers and each of the first's.</param>
    /// <param name="isMerged">True when the figures are to say how many groups they hold.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Groups Regrouped(IReadOnlyList<string[]> labels, long[][] parts, bool isMerged)
    {
        var count = labels.Count == 0 ? 1 : StridesOf(labels)[0] * labels[0].Length;
        var (all, met) = (count <= MostKeys ? new Sums((int)count) : null, new Dictionary<long, Cell>());
        for (var place = 0; place < Places; place++)
        {
            if (IsEmpty(place))
                continue;
            var key = 0L;
            for (var column = 0; column < parts.Length; column++)
            {
                var (number, length) = (NumberAt(place, column), Labels[column].Length);
                key += parts[column][parts[column].Length == length ? number : (NumberAt(place, 0) * length) + number];
            }

            if (all is not null)
                all.Add((int)key, this[place], isMerged);
            else
                CollectionsMarshal.GetValueRefOrAddDefault(met, key, out _).Add(this[place], isMerged);
        }

        return all is not null ? new Groups(labels, all) : new Groups(labels, met);
    }

    /// <summary>The groups without their last columns, whose labels say whether each is meant (<see cref="Meant"/>): those that are, and all; null when there are too many.</summary>
    public (Groups Chosen, Groups All)? Choose(int columns)
    {
        if (sums is null)
            return null;
        var left = Labels.Take(Labels.Count - columns).ToArray();
        var meant = new byte[Labels.Skip(left.Length).Aggregate(1, (product, of) => product * of.Length)];
        for (var at = 0; at < meant.Length; at++)
        {
            meant[at] = Meant.Sure;
            for (var column = left.Length; column < Labels.Count; column++)
                meant[at] &= (byte)(Labels[column][(int)(at / Strides[column]) % Labels[column].Length][0] - '0');
        }

        var (chosen, all) = (new Sums(sums.Keys / meant.Length), new Sums(sums.Keys / meant.Length));
        for (var key = 0; key < sums.Keys; key++)
        {
            if (sums.IsEmpty(key))
                continue;
            var (group, at) = Math.DivRem(key, meant.Length);
            all.Add(group, sums[key], isMerged: false);
            if (meant[at] != Meant.Not)
                chosen.Add(group, meant[at] == Meant.Sure ? sums[key] : sums[key].AllMaybe(), isMerged: false);
        }

        return (new Groups(left, chosen), new Groups(left, all));
    }

    /// <summary>The figures, in the order of their labels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public List<Figure> Figures()
    {
        var figures = new List<Figure>(Math.Min(Places, 4096));
        var numbers = new int[Labels.Count];
        for (var place = 0; place < Places; place++)
        {
            if (!IsEmpty(place))
            {
                var labels = new string[numbers.Length];
                for (var column = 0; column < labels.Length; column++)
                    labels[column] = Labels[column][sums is null ? NumberAt(place, column) : numbers[column]];
                var cell = this[place];
                figures.Add(new Figure(labels, cell.Sure, cell.Maybe, cell.Rows, cell.Unknown, cell.MaybeRows) { MaybeUnknown = cell.MaybeUnknown, Groups = cell.Groups });
            }

            // Where places are keys the next one's numbers are counted on: dividing took longer than all the rest.
            for (var column = numbers.Length - 1; column >= 0 && ++numbers[column] == Labels[column].Length; column--)
                numbers[column] = 0;
        }

        return figures;
    }

    private long KeyAt(int place) => sums is null ? keys[place] : place;
}
