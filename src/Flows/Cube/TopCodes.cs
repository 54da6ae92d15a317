namespace Tambo.Flows.Cube;

/// <summary>The largest codes of some columns, and groups with all other codes as one rest; pure.</summary>
internal sealed class TopCodes
{
    private readonly Dictionary<(string Series, string Column), HashSet<string>> kept = [];

    private TopCodes(IReadOnlyList<RankedCodes> ranked)
    {
        Ranked = ranked;
        foreach (var one in ranked)
            kept[(one.Series, one.Column)] = [.. one.Codes];
    }

    /// <summary>What stayed.</summary>
    public IReadOnlyList<RankedCodes> Ranked { get; }

    /// <summary>The largest codes of each series: by what is sure, then by what may be, then by the code.</summary>
    /// <param name="columns">What the labels of the groups are; the series first.</param>
    /// <param name="groups">The groups.</param>
    /// <param name="ranked">The columns whose largest codes stay.</param>
    /// <param name="top">How many.</param>
    public static TopCodes Of(IReadOnlyList<string> columns, Groups groups, IReadOnlyList<string> ranked, int top)
    {
        var series = groups.Labels[0];
        var sums = ranked.Select(column => (Column: column, Place: PlaceOf(columns, column))).Select(one => (one.Column, one.Place, Codes: groups.Labels[one.Place]))
            .Select(one => (one.Column, one.Place, one.Codes, Sums: new (bool IsMet, long Sure, long Maybe)[series.Length * one.Codes.Length])).ToArray();
        groups.Each((ReadOnlySpan<int> numbers, in Cell cell) =>
        {
            foreach (var (_, place, codes, of) in sums)
            {
                ref var sum = ref of[(numbers[0] * codes.Length) + numbers[place]];
                sum = (true, sum.Sure + cell.Sure, sum.Maybe + cell.Maybe);
            }
        });
        var all = new List<RankedCodes>();
        for (var at = 0; at < series.Length; at++)
        {
            foreach (var (column, _, codes, of) in sums)
            {
                var its = codes.Zip(of.Skip(at * codes.Length)).Where(one => one.Second.IsMet).ToList();
                if (its.Count == 0)
                    break;
                var largest = its.Where(one => !IsSpecial(one.First))
                    .OrderByDescending(one => one.Second.Sure).ThenByDescending(one => one.Second.Maybe).ThenBy(one => one.First, StringComparer.Ordinal).Select(one => one.First).ToList();
                all.Add(new RankedCodes(series[at], column, largest[..Math.Min(top, largest.Count)], Math.Max(0, largest.Count - top)));
            }
        }

        return new TopCodes(all);
    }

    /// <summary>The groups with all other codes as one rest; columns that are not there are left alone.</summary>
    public Groups Merge(IReadOnlyList<string> columns, Groups groups)
    {
        int[] places = [.. Ranked.Select(one => one.Column).Distinct(StringComparer.Ordinal).Select(column => PlaceOf(columns, column)).Where(place => place >= 0)];
        if (places.Length == 0)
            return groups;
        // For each place and series, the number of each code among the labels that are left.
        var (labels, numbers) = (groups.Labels.ToArray(), new int[places.Length][][]);
        for (var at = 0; at < places.Length; at++)
        {
            var place = places[at];
            var left = groups.Labels[0].Select(series => groups.Labels[place].Select(code => Left(series, columns[place], code)).ToArray()).ToArray();
            labels[place] = [.. left.SelectMany(codes => codes).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            numbers[at] = [.. left.Select(codes => codes.Select(code => Array.BinarySearch(labels[place], code, StringComparer.Ordinal)).ToArray())];
        }

        return groups.Regrouped(labels, (of, into, ref cell) =>
        {
            of.CopyTo(into);
            for (var at = 0; at < places.Length; at++)
                into[places[at]] = numbers[at][of[0]][of[places[at]]];
        });
    }

    private string Left(string series, string column, string code) =>
        !IsSpecial(code) && kept.TryGetValue((series, column), out var codes) && !codes.Contains(code) ? Figure.Rest : code;

    // What a table says is unknown, other or not broken down has no rank.
    private static bool IsSpecial(string code) => code.StartsWith('_');

    private static int PlaceOf(IReadOnlyList<string> columns, string column)
    {
        for (var at = 0; at < columns.Count; at++)
        {
            if (columns[at].Equals(column, StringComparison.OrdinalIgnoreCase))
                return at;
        }

        return -1;
    }
}

/// <summary>Labels as a key and in the order in which figures stand.</summary>
internal readonly struct Labels(IReadOnlyList<string> of) : IEquatable<Labels>, IComparable<Labels>
{
    /// <summary>The labels.</summary>
    public IReadOnlyList<string> Of => of;

    public bool Equals(Labels other)
    {
        if (of.Count != other.Of.Count)
            return false;
        for (var at = 0; at < of.Count; at++)
        {
            if (!string.Equals(of[at], other.Of[at], StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    public override bool Equals(object? obj) => obj is Labels other && Equals(other);

    public override int GetHashCode()
    {
        var hash = 17;
        for (var at = 0; at < of.Count; at++)
            hash = HashCode.Combine(hash, of[at].GetHashCode(StringComparison.Ordinal));
        return hash;
    }

    public int CompareTo(Labels other)
    {
        for (var at = 0; at < of.Count; at++)
        {
            if (string.CompareOrdinal(of[at], other.Of[at]) is var order and not 0)
                return order;
        }

        return 0;
    }

    /// <summary>The labels without those at some places.</summary>
    public static Labels Without(IReadOnlyList<string> labels, IReadOnlyCollection<int> places) => places.Count == 0 ? new(labels) : new([.. labels.Where((_, at) => !places.Contains(at))]);
}
