using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Tambo.Guide.Finding;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;

namespace Tambo.Guide.Pages;

/// <summary>What stands in the search form, and so in the address: everything but a device's position.</summary>
public sealed record SearchQuestion
{
    private const int LongestText = 200;
    private const int LastPage = 400;

    /// <summary>Distances a reader may choose, in kilometres.</summary>
    public static IReadOnlyList<int> Distances { get; } = [2, 5, 10, 25, 50, 100];

    /// <summary>Words.</summary>
    public string Words { get; init; } = "";

    /// <summary>The code of a need, or empty.</summary>
    public string Need { get; init; } = "";

    /// <summary>The name of a place, or empty.</summary>
    public string Near { get; init; } = "";

    /// <summary>Leave out what is closed.</summary>
    public bool Open { get; init; }

    /// <summary>Code of a language that must be spoken, or empty.</summary>
    public string Speaks { get; init; } = "";

    /// <summary>Usable with a disability.</summary>
    public bool Access { get; init; }

    /// <summary>Costs nothing.</summary>
    public bool Free { get; init; }

    /// <summary>Takes children.</summary>
    public bool Children { get; init; }

    /// <summary>Nothing farther, in kilometres; null for any distance.</summary>
    public int? Kilometres { get; init; }

    /// <summary>The page, from 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>A position that a device or a map gave, rounded to about a kilometre; never in an address.</summary>
    public (double Latitude, double Longitude)? Position { get; init; }

    /// <summary>True when more than the place is asked.</summary>
    public bool Narrows => Words.Length > 0 || Need.Length > 0 || Open || Speaks.Length > 0 || Access || Free || Children || Kilometres is not null;

    /// <summary>Reads a question from an address.</summary>
    /// <exception cref="Problem">A value cannot be what it should be.</exception>
    public static SearchQuestion Of(IQueryCollection query) => Read(name => query[name]);

    /// <summary>Reads a question from a sent form, which may hold a position.</summary>
    /// <exception cref="Problem">A value cannot be what it should be.</exception>
    public static SearchQuestion Of(IFormCollection form) => Read(name => form[name]) with { Position = ReadPosition(form) };

    /// <summary>The address of this question, or of another page of it.</summary>
    public string Href(string root, int? page = null)
    {
        var values = Fields().Select(field => KeyValuePair.Create(field.Name, (string?)field.Value));
        if ((page ?? Page) is > 1 and var number)
            values = values.Append(KeyValuePair.Create("page", (string?)number.ToString(CultureInfo.InvariantCulture)));
        return QueryHelpers.AddQueryString(root, values);
    }

    /// <summary>The fields that are set, as a form sends them.</summary>
    public IEnumerable<(string Name, string Value)> Fields()
    {
        if (Words.Length > 0)
            yield return ("q", Words);
        if (Need.Length > 0)
            yield return ("need", Need);
        if (Near.Length > 0)
            yield return ("near", Near);
        if (Open)
            yield return ("open", "true");
        if (Speaks.Length > 0)
            yield return ("speaks", Speaks);
        if (Access)
            yield return ("access", "true");
        if (Free)
            yield return ("free", "true");
        if (Children)
            yield return ("children", "true");
        if (Kilometres is { } kilometres)
            yield return ("km", kilometres.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>What to look for, from a place.</summary>
    internal Search From(GeoPoint? place) => new()
    {
        Words = Words,
        Needs = Need.Length > 0 ? [Needs.IndexOf(Need)] : [],
        From = place,
        Kilometres = place is null ? null : Kilometres,
        OpenNow = Open,
        Language = Speaks,
        Accessible = Access,
        Free = Free,
        ForChildren = Children,
    };

    private static SearchQuestion Read(Func<string, StringValues> value)
    {
        var need = Text(value("need"), "need");
        if (need.Length > 0 && Needs.IndexOf(need) < 0)
            throw PlatformProblems.BadParameter.With(("name", "need"), ("value", need));
        return new SearchQuestion
        {
            Words = Text(value("q"), "q"),
            Need = need,
            Near = Text(value("near"), "near"),
            Open = Flag(value("open")),
            Speaks = Text(value("speaks"), "speaks").ToLowerInvariant(),
            Access = Flag(value("access")),
            Free = Flag(value("free")),
            Children = Flag(value("children")),
            Kilometres = Number(value("km"), "km", 1, 20_000),
            Page = Number(value("page"), "page", 1, LastPage) ?? 1,
        };
    }

    private static string Text(StringValues value, string name)
    {
        var text = TextCharacters.Mended(value.ToString()).Trim();
        return text.Length <= LongestText ? text : throw PlatformProblems.BadParameter.With(("name", name), ("value", text[..20] + "…"));
    }

    private static bool Flag(StringValues value) => value.ToString() is "true" or "on" or "1";

    private static int? Number(StringValues value, string name, int least, int most)
    {
        var text = value.ToString().Trim();
        if (text.Length == 0)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw PlatformProblems.BadParameter.With(("name", name), ("value", text.Length > 20 ? text[..20] + "…" : text));
    }

    // The phone has rounded it already; a reader's program that did not is rounded here, before anything sees it.
    private static (double, double)? ReadPosition(IFormCollection form)
    {
        if (form["lat"].Count == 0 && form["lon"].Count == 0)
            return null;
        return Degrees(form["lat"], 90) is { } latitude && Degrees(form["lon"], 180) is { } longitude
            ? (latitude, longitude)
            : throw PlatformProblems.BadParameter.With(("name", "lat, lon"), ("value", "…"));
    }

    private static double? Degrees(StringValues text, double most) =>
        double.TryParse(text.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var degrees) && Math.Abs(degrees) <= most
            ? Math.Round(degrees, 2)
            : null;
}
