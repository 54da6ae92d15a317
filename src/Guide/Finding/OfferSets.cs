namespace Tambo.Guide.Finding;

/// <summary>What can be asked about offers apart from words, distance and hours: for each answer the rows that give it.</summary>
internal sealed class OfferSets
{
    private readonly int rows;
    private readonly RowSet[] needs = new RowSet[Finding.Needs.All.Count];
    private readonly Dictionary<string, RowSet> languages = new(StringComparer.Ordinal);
    private readonly RowSet accessible;
    private readonly RowSet free;
    private readonly RowSet forChildren;

    public OfferSets(IReadOnlyList<Offer> offers)
    {
        rows = offers.Count;
        (accessible, free, forChildren, Exact, Approximate, Nowhere) = (New(), New(), New(), New(), New(), New());
        for (var need = 0; need < needs.Length; need++)
            needs[need] = New();
        foreach (var offer in offers)
        {
            foreach (var need in offer.Needs)
                needs[need].Add(offer.Row);
            foreach (var language in offer.Languages)
                (languages.TryGetValue(language, out var spoken) ? spoken : languages[language] = New()).Add(offer.Row);
            (offer.AnyPoint is null ? Nowhere : offer.IsApproximate ? Approximate : Exact).Add(offer.Row);
            if (offer.IsAccessible)
                accessible.Add(offer.Row);
            if (offer.IsFree)
                free.Add(offer.Row);
            if (offer.IsForChildren)
                forChildren.Add(offer.Row);
        }

        Answered = [.. Enumerable.Range(0, needs.Length).Where(need => needs[need].Count > 0)];
    }

    /// <summary>With a point of their own.</summary>
    public RowSet Exact { get; }

    /// <summary>Of which only the town is known.</summary>
    public RowSet Approximate { get; }

    /// <summary>Without any position.</summary>
    public RowSet Nowhere { get; }

    /// <summary>The rows that answer a need.</summary>
    public RowSet Answering(int need) => needs[need];

    /// <summary>The needs that some offer answers.</summary>
    public IReadOnlyList<int> Answered { get; }

    /// <summary>Codes of the languages that are spoken anywhere.</summary>
    public IReadOnlyCollection<string> Languages => languages.Keys;

    /// <summary>Every row that fits what a search asks, but for its words, its distance and its hours.</summary>
    public RowSet Fitting(Search search)
    {
        var fitting = RowSet.All(rows);
        if (search.Needs.Count > 0)
        {
            var any = New();
            foreach (var need in search.Needs)
                any.Unite(needs[need]);
            fitting.Intersect(any);
        }

        if (search.Language.Length > 0)
            fitting.Intersect(languages.GetValueOrDefault(search.Language));
        if (search.Accessible)
            fitting.Intersect(accessible);
        if (search.Free)
            fitting.Intersect(free);
        if (search.ForChildren)
            fitting.Intersect(forChildren);
        return fitting;
    }

    private RowSet New() => new(rows);
}
