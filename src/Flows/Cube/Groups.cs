namespace Tambo.Flows.Cube;

/// <summary>
/// What the groups of a question come to, before each has its name: keys made of the numbers of labels, in the order of the
/// labels. Pure.
/// </summary>
internal sealed class Groups
{
    private readonly Sums? sums;
    private readonly long[] keys;
    private readonly Cell[] cells;

    /// <summary>Groups whose keys are places of sums; those without observations are none.</summary>
    public Groups(IReadOnlyList<string[]> labels, Sums sums)
        : this(labels, [], []) => this.sums = sums;

    /// <summary>Groups of which far fewer are met than there could be.</summary>
    public Groups(IReadOnlyList<string[]> labels, IReadOnlyCollection<KeyValuePair<long, Cell>> met)
        : this(labels, [.. met.Select(pair => pair.Key)], [.. met.Select(pair => pair.Value)]) => Array.Sort(keys, cells);

    private Groups(IReadOnlyList<string[]> labels, long[] keys, Cell[] cells) => (Labels, this.keys, this.cells) = (labels, keys, cells);

    /// <summary>The labels of each column, in their order; a group's key is made of their numbers, the last column's counting single.</summary>
    public IReadOnlyList<string[]> Labels { get; }

    /// <summary>What each column's number counts in a key.</summary>
    /// <exception cref="CubeTooLargeException">No number could hold the keys.</exception>
    public static long[] Strides(IReadOnlyList<string[]> labels)
    {
        var (strides, keys) = (new long[labels.Count], 1L);
        for (var at = labels.Count - 1; at >= 0; at--)
        {
            strides[at] = keys;
            keys = keys > long.MaxValue / Math.Max(1, labels[at].Length) ? throw new CubeTooLargeException(int.MaxValue) : keys * Math.Max(1, labels[at].Length);
        }

        return strides;
    }

    /// <summary>Goes through the groups in the order of their labels: the numbers of these, and what they come to.</summary>
    public void Each(GroupAction each)
    {
        var (numbers, lengths) = (new int[Labels.Count], new ulong[Labels.Count]);
        for (var column = 0; column < lengths.Length; column++)
            lengths[column] = (ulong)Labels[column].Length;
        var count = sums?.Keys ?? keys.Length;
        for (var at = 0; at < count; at++)
        {
            if (sums is not null && sums.IsEmpty(at))
                continue;
            var cell = sums is null ? cells[at] : sums[at];
            var key = (ulong)(sums is null ? keys[at] : at);
            for (var column = numbers.Length - 1; column >= 0; column--)
            {
                var rest = key / lengths[column];
                (numbers[column], key) = ((int)(key - (rest * lengths[column])), rest);
            }

            each(numbers, in cell);
        }
    }

    /// <summary>The groups with other labels; those that have the same then are one.</summary>
    /// <param name="labels">The labels of each column, in their order.</param>
    /// <param name="number">The numbers of labels to the numbers of the other ones; may change what the group comes to.</param>
    public Groups Regrouped(IReadOnlyList<string[]> labels, Regrouping number)
    {
        var (strides, numbers, met) = (Strides(labels), new int[labels.Count], new Dictionary<long, Cell>());
        Each((ReadOnlySpan<int> of, in Cell cell) =>
        {
            var changed = cell;
            number(of, numbers, ref changed);
            if (changed.IsEmpty)
                return;
            var key = 0L;
            for (var column = 0; column < numbers.Length; column++)
                key += numbers[column] * strides[column];
            ref var known = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(met, key, out var isKnown);
            known.Add(changed);
            known.Groups = isKnown ? known.Groups + changed.Groups : changed.Groups;
        });
        return new Groups(labels, met);
    }

    /// <summary>The groups without some columns: what only these tell apart is one.</summary>
    public Groups Without(IReadOnlyCollection<int> columns)
    {
        int[] kept = [.. Enumerable.Range(0, Labels.Count).Where(column => !columns.Contains(column))];
        if (kept.Length == Labels.Count)
            return this;
        return Regrouped([.. kept.Select(column => Labels[column])], (of, numbers, ref cell) =>
        {
            for (var at = 0; at < kept.Length; at++)
                numbers[at] = of[kept[at]];
        }).Single();
    }

    /// <summary>The groups, each counted as one.</summary>
    public Groups Single()
    {
        foreach (ref var cell in cells.AsSpan())
            cell.Groups = 1;
        return this;
    }

    /// <summary>The figures, in the order of their labels.</summary>
    public List<Figure> Figures()
    {
        var figures = new List<Figure>();
        Each((ReadOnlySpan<int> of, in Cell cell) =>
        {
            var labels = new string[of.Length];
            for (var column = 0; column < labels.Length; column++)
                labels[column] = Labels[column][of[column]];
            figures.Add(new Figure(labels, cell.Sure, cell.Maybe, cell.Rows, cell.Unknown, cell.MaybeRows) { MaybeUnknown = cell.MaybeUnknown, Groups = cell.Groups });
        });
        return figures;
    }
}

/// <summary>Looks at a group: the numbers of its labels and what it comes to.</summary>
internal delegate void GroupAction(ReadOnlySpan<int> numbers, in Cell cell);

/// <summary>Gives a group other labels: from the numbers of its labels to those of the other ones.</summary>
internal delegate void Regrouping(ReadOnlySpan<int> of, Span<int> numbers, ref Cell cell);
