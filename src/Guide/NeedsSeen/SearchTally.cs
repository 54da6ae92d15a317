using Tambo.Guide.Finding;
using Tambo.Platform.Counting;
using Tambo.Platform.Places;

namespace Tambo.Guide.NeedsSeen;

/// <summary>
/// What a search that helps nobody adds to the counts: what was needed, in which area, in which language. The words
/// themselves are gone with the request, as are the hour's minutes, the person and the device.
/// </summary>
internal static class SearchTally
{
    /// <summary>The counter of searches without a result.</summary>
    public const string Counter = "guide.searches";

    /// <summary>Nothing was found.</summary>
    public const string Nothing = "search_none";

    /// <summary>Nothing was found within <see cref="FarKilometres"/>.</summary>
    public const string Far = "search_far";

    /// <summary>Words that name no need known here.</summary>
    public const string OtherNeed = "other";

    /// <summary>No need was named.</summary>
    public const string AnyNeed = "any";

    /// <summary>Farther than this nobody walks, nor goes and comes back in a day without money.</summary>
    public const double FarKilometres = 50;

    /// <summary>The tally of a search; null when it helped, or was not its first page.</summary>
    /// <param name="search">What was looked for.</param>
    /// <param name="page">The page of the list, from 1.</param>
    /// <param name="total">How many were found.</param>
    /// <param name="nearest">The first of them.</param>
    /// <param name="language">The language of the page.</param>
    public static Tally? Of(Search search, int page, int total, Found? nearest, string language)
    {
        if (page > 1)
            return null;
        var kind = total == 0 ? Nothing : search.From is not null && KilometresTo(nearest) > FarKilometres ? Far : null;
        return kind is null ? null : new Tally(Counter, new SearchCell(kind, NeedOf(search), search.From is { } from ? NeedAreas.Of(from) : "", language).ToCode());
    }

    // What has no position at all may be near: it is not far as long as nobody knows.
    private static double KilometresTo(Found? nearest) => nearest?.Metres / 1000 ?? nearest?.About ?? 0;

    private static string NeedOf(Search search)
    {
        if (search.Needs.Count > 0)
            return Needs.All[search.Needs[0]].Code;
        var words = Spelling.Fold(search.Words).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            return AnyNeed;
        var said = words.SelectMany(TypedWords.NeedsSaid).OrderByDescending(need => need.Closeness).Select(need => (int?)need.Need).FirstOrDefault();
        return said is { } index ? Needs.All[index].Code : OtherNeed;
    }
}

/// <summary>What is counted of a search, as one code.</summary>
internal sealed record SearchCell(string Kind, string Need, string Area, string Language)
{
    public string ToCode() => $"{Kind}|{Need}|{Area}|{Language}";

    public static SearchCell? Of(string code) => code.Split('|') is [var kind, var need, var area, var language] ? new SearchCell(kind, need, area, language) : null;
}
