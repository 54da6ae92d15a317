using System.Runtime.CompilerServices;

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
        var (all, series) = (new List<RankedCodes>(), groups.Labels[0]);
        int[] places = [.. ranked.Select(column => PlaceOf(columns, column))];
        var sums = places.Select(place => SumsOf(groups, place)).ToArray();
        for (var at = 0; at < series.Length; at++)
        {
            for (var column = 0; column < places.Length; column++)
            {
                var codes = groups.Labels[places[column]];
                var (its, first) = (sums[column], at * codes.Length);
                int[] largest = [.. Enumerable.Range(0, codes.Length).Where(code => its.IsMet[first + code])];
                if (largest.Length == 0)
                    break;
                largest = [.. largest.Where(code => !IsSpecial(codes[code]))];
                // Codes stand in their order already.
                Array.Sort(largest, (one, other) =>
                    its.Sure[first + other].CompareTo(its.Sure[first + one]) is var bySure and not 0 ? bySure
                    : its.Maybe[first + other].CompareTo(its.Maybe[first + one]) is var byMaybe and not 0 ? byMaybe : one.CompareTo(other));
                all.Add(new RankedCodes(series[at], ranked[column], [.. largest.Take(top).Select(code => codes[code])], Math.Max(0, largest.Length - top)));
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
        var labels = groups.Labels.ToArray();
        var left = places.Select(place => groups.Labels[0].SelectMany(series => groups.Labels[place].Select(code => Left(series, columns[place], code))).ToArray()).ToArray();
        for (var at = 0; at < places.Length; at++)
            labels[places[at]] = [.. left[at].Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var strides = Groups.StridesOf(labels);
        long[][] parts = [.. groups.Labels.Select((of, column) => of.Select((_, number) => number * strides[column]).ToArray())];
        for (var at = 0; at < places.Length; at++)
            parts[places[at]] = [.. left[at].Select(code => Array.BinarySearch(labels[places[at]], code, StringComparer.Ordinal) * strides[places[at]])];
        return groups.Regrouped(labels, parts, isMerged: true);
    }

    // Of each code of each series.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (bool[] IsMet, long[] Sure, long[] Maybe) SumsOf(Groups groups, int place)
    {
        var codes = groups.Labels[place].Length;
        var (isMet, sure, maybe) = (new bool[groups.Labels[0].Length * codes], new long[groups.Labels[0].Length * codes], new long[groups.Labels[0].Length * codes]);
        for (var at = 0; at < groups.Places; at++)
        {
            if (groups.IsEmpty(at))
                continue;
            var (code, cell) = ((groups.NumberAt(at, 0) * codes) + groups.NumberAt(at, place), groups[at]);
            isMet[code] = true;
            sure[code] += cell.Sure;
            maybe[code] += cell.Maybe;
        }

        return (isMet, sure, maybe);
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
