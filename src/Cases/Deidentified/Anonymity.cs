namespace Tambo.Cases.Deidentified;

/// <summary>
/// A record before it is made coarse: for each column by which somebody outside may know a person, what it says at each level from
/// the finest to nothing at all; and what must not be learned of anybody.
/// </summary>
/// <param name="Person">Whose it is: several records of one person count once.</param>
/// <param name="Pseudonym">How it is named.</param>
/// <param name="Known">By column and level.</param>
/// <param name="Told">By column, the codes.</param>
internal sealed record FineRecord(Guid Person, string Pseudonym, IReadOnlyList<IReadOnlyList<string>> Known, IReadOnlyList<IReadOnlyList<string>> Told)
{
    public override string ToString() => "•••";
}

/// <summary>A record that may leave.</summary>
/// <param name="Person">Whose it is.</param>
/// <param name="Pseudonym">How it is named.</param>
/// <param name="Known">By column.</param>
/// <param name="Told">By column, the codes.</param>
internal sealed record CoarseRecord(Guid Person, string Pseudonym, IReadOnlyList<string> Known, IReadOnlyList<IReadOnlyList<string>> Told)
{
    public override string ToString() => "•••";
}

/// <summary>Records that may leave, how coarse they are, and how many were left out.</summary>
/// <param name="Records">In the order of their pseudonyms, which says nothing.</param>
/// <param name="Levels">The level of each column.</param>
/// <param name="LeftOut">How many are not among them, rounded up to the next multiple of k.</param>
internal sealed record AnonymousRecords(IReadOnlyList<CoarseRecord> Records, IReadOnlyList<int> Levels, int LeftOut);

/// <summary>
/// Makes records coarse until nobody stands in a group of fewer than k persons alike in all that an outsider may know; what is left
/// over does not leave. Of a whole group that shares what must not be learned, it is not told: who knows that somebody is in the
/// group would know it of them. Pure.
/// </summary>
/// <remarks>
/// k-anonymity (Samarati and Sweeney, 1998) with one way of making coarse for the whole file, and the simplest guard against
/// a group of one mind (Machanavajjhala and others, l-diversity, 2007). That somebody is in the file at all is not hidden by it.
/// </remarks>
internal static class Anonymity
{
    // A person who is left out costs as much as all that is known of one.
    private const double CostOfOne = 1.0;

    /// <summary>The records that may leave.</summary>
    /// <param name="records">All of them.</param>
    /// <param name="levels">How many levels each column has.</param>
    /// <param name="k">The least number of persons who are alike.</param>
    /// <param name="fixedLevels">How coarse they are, where that was decided before.</param>
    public static AnonymousRecords Of(IReadOnlyList<FineRecord> records, IReadOnlyList<int> levels, int k, IReadOnlyList<int>? fixedLevels = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 2);
        var chosen = fixedLevels ?? Choose(records, levels, k);
        var everywhere = Enumerable.Range(0, records.Count > 0 ? records[0].Told.Count : 0).Select(column => Shared(records, column)).ToList();
        var released = new List<CoarseRecord>();
        foreach (var group in Groups(records, chosen).Where(group => PersonsIn(group) >= k))
        {
            var inGroup = everywhere.Select((all, column) => Shared(group, column).Except(all, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal)).ToList();
            released.AddRange(group.Select(record => new CoarseRecord(
                record.Person, record.Pseudonym, At(record, chosen), [.. record.Told.Select((codes, column) => (IReadOnlyList<string>)[.. codes.Where(code => !inGroup[column].Contains(code))])])));
        }

        var leftOut = PersonsIn(records) - released.Select(record => record.Person).Distinct().Count();
        return new AnonymousRecords([.. released.OrderBy(record => record.Pseudonym, StringComparer.Ordinal)], chosen, (leftOut + k - 1) / k * k);
    }

    private static IReadOnlyList<int> Choose(IReadOnlyList<FineRecord> records, IReadOnlyList<int> levels, int k)
    {
        var (best, least) = ((IReadOnlyList<int>)[.. levels.Select(count => count - 1)], double.MaxValue);
        foreach (var node in Nodes(levels))
        {
            var left = Groups(records, node).Where(group => PersonsIn(group) < k).Sum(group => (double)group.Count);
            var coarse = node.Select((level, column) => (double)level / (levels[column] - 1)).Average();
            var cost = (left * CostOfOne) + ((records.Count - left) * coarse);
            if (cost < least)
                (best, least) = (node, cost);
        }

        return best;
    }

    // Every way of making coarse, from the finest.
    private static IEnumerable<IReadOnlyList<int>> Nodes(IReadOnlyList<int> levels)
    {
        var node = new int[levels.Count];
        while (true)
        {
            yield return [.. node];
            var column = 0;
            while (column < node.Length && ++node[column] == levels[column])
                node[column++] = 0;
            if (column == node.Length)
                yield break;
        }
    }

    private static IEnumerable<List<FineRecord>> Groups(IReadOnlyList<FineRecord> records, IReadOnlyList<int> node) =>
        records.GroupBy(record => string.Join('\u001f', At(record, node)), StringComparer.Ordinal).Select(group => group.ToList());

    private static IReadOnlyList<string> At(FineRecord record, IReadOnlyList<int> node) => [.. node.Select((level, column) => record.Known[column][level])];

    private static HashSet<string> Shared(IReadOnlyList<FineRecord> records, int column) =>
        records.Skip(1).Aggregate(records[0].Told[column].ToHashSet(StringComparer.Ordinal), (shared, record) =>
        {
            shared.IntersectWith(record.Told[column]);
            return shared;
        });

    private static int PersonsIn(IReadOnlyList<FineRecord> records) => records.Select(record => record.Person).Distinct().Count();
}
