namespace Tambo.Flows.Cube;

/// <summary>The largest codes of some columns, and figures with all other codes as one rest; pure.</summary>
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
    /// <param name="columns">What the labels of the figures are; the series first.</param>
    /// <param name="figures">The figures.</param>
    /// <param name="ranked">The columns whose largest codes stay.</param>
    /// <param name="top">How many.</param>
    public static TopCodes Of(IReadOnlyList<string> columns, IReadOnlyList<Figure> figures, IReadOnlyList<string> ranked, int top)
    {
        var all = new List<RankedCodes>();
        foreach (var series in figures.GroupBy(figure => figure.Labels[0], StringComparer.Ordinal))
        {
            foreach (var column in ranked)
            {
                var at = PlaceOf(columns, column);
                var codes = series.Where(figure => !IsSpecial(figure.Labels[at]))
                    .GroupBy(figure => figure.Labels[at], StringComparer.Ordinal)
                    .Select(same => (Code: same.Key, Sure: same.Sum(figure => figure.Sure), Maybe: same.Sum(figure => figure.Maybe)))
                    .OrderByDescending(one => one.Sure).ThenByDescending(one => one.Maybe).ThenBy(one => one.Code, StringComparer.Ordinal)
                    .Select(one => one.Code).ToList();
                all.Add(new RankedCodes(series.Key, column, codes[..Math.Min(top, codes.Count)], Math.Max(0, codes.Count - top)));
            }
        }

        return new TopCodes(all);
    }

    /// <summary>The figures with all other codes as one rest; columns that are not there are left alone.</summary>
    public IReadOnlyList<Figure> Merge(IReadOnlyList<string> columns, IReadOnlyList<Figure> figures)
    {
        int[] places = [.. Ranked.Select(one => one.Column).Distinct(StringComparer.Ordinal).Select(column => PlaceOf(columns, column)).Where(place => place >= 0)];
        if (places.Length == 0)
            return figures;
        var merged = new Dictionary<Labels, List<Figure>>();
        foreach (var figure in figures)
        {
            string[] labels = [.. figure.Labels];
            foreach (var place in places)
            {
                if (!IsSpecial(labels[place]) && kept.TryGetValue((labels[0], columns[place]), out var codes) && !codes.Contains(labels[place]))
                    labels[place] = Figure.Rest;
            }

            var key = new Labels(labels);
            if (!merged.TryGetValue(key, out var group))
                merged[key] = group = [];
            group.Add(figure);
        }

        return [.. merged.Select(pair => pair.Value.Count == 1 ? pair.Value[0] with { Labels = pair.Key.Of } : Figure.Together(pair.Key.Of, pair.Value))
            .OrderBy(figure => new Labels(figure.Labels))];
    }

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
