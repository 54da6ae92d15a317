using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Tambo.Guide.Finding;
using Tambo.Platform.Problems;

namespace Tambo.Guide.Screens;

/// <summary>What a wall screen shows: all of it stands in its address, so that a browser opened on it needs no hand.</summary>
public sealed record ScreenQuestion
{
    private const int LongestText = 200;

    /// <summary>Seconds for which one slide may be chosen to stay.</summary>
    public static IReadOnlyList<int> SecondsToChoose { get; } = [8, 12, 15, 20, 30, 60];

    /// <summary>How many services may be chosen to take turns.</summary>
    public static IReadOnlyList<int> CountsToChoose { get; } = [4, 8, 12, 20];

    /// <summary>The name of the place where the screen hangs.</summary>
    public string Near { get; init; } = "";

    /// <summary>Its position in degrees, rounded to about a kilometre, in place of a name.</summary>
    public (double Latitude, double Longitude)? At { get; init; }

    /// <summary>Codes of needs; any of them will do, none means all.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Languages that take turns.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>How long a slide stays.</summary>
    public int Seconds { get; init; } = 15;

    /// <summary>How many services take turns.</summary>
    public int Count { get; init; } = 8;

    /// <summary>The slide to begin with: without script each page shows one and leads to the next.</summary>
    public int Slide { get; init; }

    /// <summary>True when the screen knows where it hangs.</summary>
    public bool HasPlace => Near.Length > 0 || At is not null;

    /// <summary>Reads a question from an address.</summary>
    /// <param name="query">The address.</param>
    /// <param name="isLanguage">Whether the pages exist in a language.</param>
    /// <exception cref="Problem">A value cannot be what it should be.</exception>
    public static ScreenQuestion Of(IQueryCollection query, Func<string, bool> isLanguage)
    {
        var near = query["near"].ToString().Trim();
        if (near.Length > LongestText)
            throw Refused("near", near);
        var needs = Many(query, "need");
        if (needs.FirstOrDefault(need => Finding.Needs.IndexOf(need) < 0) is { } noNeed)
            throw Refused("need", noNeed);
        var languages = Many(query, "in");
        if (languages.FirstOrDefault(language => !isLanguage(language)) is { } noLanguage)
            throw Refused("in", noLanguage);
        return new ScreenQuestion
        {
            Near = near,
            At = near.Length > 0 ? null : Position(query),
            Needs = needs,
            Languages = languages,
            Seconds = Number(query, "seconds", 5, 120) ?? 15,
            Count = Number(query, "count", 1, 20) ?? 8,
            Slide = Number(query, "slide", 0, 999) ?? 0,
        };
    }

    /// <summary>The address of this question.</summary>
    public string Href(string root)
    {
        var fields = new List<KeyValuePair<string, string?>>();
        if (Near.Length > 0)
            fields.Add(new("near", Near));
        if (At is { } at)
        {
            fields.Add(new("lat", at.Latitude.ToString("0.00", CultureInfo.InvariantCulture)));
            fields.Add(new("lon", at.Longitude.ToString("0.00", CultureInfo.InvariantCulture)));
        }

        fields.AddRange(Needs.Select(need => KeyValuePair.Create("need", (string?)need)));
        fields.AddRange(Languages.Select(language => KeyValuePair.Create("in", (string?)language)));
        fields.Add(new("seconds", Seconds.ToString(CultureInfo.InvariantCulture)));
        fields.Add(new("count", Count.ToString(CultureInfo.InvariantCulture)));
        if (Slide > 0)
            fields.Add(new("slide", Slide.ToString(CultureInfo.InvariantCulture)));
        return QueryHelpers.AddQueryString(root, fields);
    }

    private static List<string> Many(IQueryCollection query, string name) =>
        [.. query[name].Select(value => (value ?? "").Trim()).Where(value => value.Length > 0).Distinct(StringComparer.Ordinal).Take(20)];

    private static (double, double)? Position(IQueryCollection query)
    {
        if (query["lat"].ToString().Length == 0 && query["lon"].ToString().Length == 0)
            return null;
        return Degrees(query["lat"].ToString(), 90) is { } latitude && Degrees(query["lon"].ToString(), 180) is { } longitude
            ? (latitude, longitude)
            : throw Refused("lat, lon", "…");
    }

    private static double? Degrees(string text, double most) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var degrees) && Math.Abs(degrees) <= most ? Math.Round(degrees, 2) : null;

    private static int? Number(IQueryCollection query, string name, int least, int most)
    {
        var text = query[name].ToString();
        if (text.Length == 0)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Refused(name, text);
    }

    private static Problem Refused(string name, string value) =>
        PlatformProblems.BadParameter.With(("name", name), ("value", value.Length > 20 ? value[..20] + "…" : value));
}
