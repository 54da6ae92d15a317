using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tambo.Guide.Directory;
using Tambo.Platform.Places;

namespace Tambo.Guide.Imports;

/// <summary>One expression of a mapping, made ready: gives the values that a row has for it.</summary>
internal sealed partial class MappedValue
{
    private static readonly string[] Days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

    // By the clock on the wall: on a busy machine a short one runs out while the thread only waits for its turn.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Expression expression;
    private readonly Regex? pattern;
    private readonly (Regex Pattern, string With)[] replacements;
    private readonly Dictionary<string, string>? map;
    private readonly MappedValue[] firstOf;
    private readonly MappedValue[] city;

    public MappedValue(Expression expression)
    {
        this.expression = expression;
        pattern = expression.Pattern is { } text ? Compiled(text) : null;
        replacements = [.. (expression.Replace ?? new Dictionary<string, string>()).Select(r => (Compiled(r.Key), r.Value))];
        map = expression.Map?.ToDictionary(m => Spelling.Fold(m.Key), m => m.Value);
        firstOf = [.. (expression.FirstOf ?? []).Select(e => new MappedValue(e))];
        city = [.. (expression.City ?? []).Select(e => new MappedValue(e))];
    }

    /// <summary>The values, none, one or several; what the map does not have goes to <paramref name="unmapped"/>.</summary>
    /// <exception cref="RegexMatchTimeoutException">A pattern of the mapping has no end on what stands in the row.</exception>
    public IReadOnlyList<string> Of(JsonObject row, Action<string> unmapped)
    {
        if (expression.Weekdays is { } ends)
            return DaysOf(row, ends, unmapped);
        if (expression.PositionOf is { } axis)
            return PositionOf(row, axis, unmapped);
        if (firstOf.Length > 0)
            return Array.Find(firstOf, e => e.Of(row, static _ => { }).Count > 0)?.Of(row, unmapped) ?? [];
        if (Source(row) is not { } text)
            return [];
        foreach (var (from, with) in replacements)
            text = from.Replace(text, with);

        if (pattern is not null)
        {
            if (pattern.Match(text) is not { Success: true } match)
                return [];
            text = match.Groups.Count > 1 ? match.Groups[1].Value : match.Value;
        }

        string[] values = expression.Split is { } separator
            ? text.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [text.Trim()];
        return [.. values.Where(v => v.Length > 0).Select(v => Mapped(v, unmapped)).OfType<string>().Distinct()];
    }

    private string? Source(JsonObject row)
    {
        if (expression.Const is not null)
            return expression.Const;
        if (expression.Template is { } template)
            return Filled(template, row);
        if (expression.Columns is { } columns)
            return columns.Select(c => Cell(row, c)).OfType<string>().ToList() is { Count: > 0 } said ? string.Join(expression.Join, said) : null;
        return expression.Column is { } column ? Cell(row, column) : null;
    }

    private string? Mapped(string value, Action<string> unmapped)
    {
        if (map is not null)
        {
            if (map.TryGetValue(Spelling.Fold(value), out var known))
                value = known;
            else if (expression.Else is null)
            {
                unmapped(value);
                return null;
            }
            else if (expression.Else != "keep")
                value = expression.Else;
        }

        if (value.Length == 0)
            return null;
        if (!expression.Category)
            return value;
        if (Categories.IdOf(value) is { } term)
            return term.ToString("D");
        unmapped(value);
        return null;
    }

    private IReadOnlyList<string> DaysOf(JsonObject row, IReadOnlyList<string> ends, Action<string> unmapped)
    {
        int? Day(int end) => end < ends.Count && Cell(row, ends[end]) is { } name && Mapped(name.Trim(), unmapped) is { } code && Array.IndexOf(Days, code) is >= 0 and var day ? day : null;

        if (Day(0) is not { } first)
            return [];
        var last = Day(1) ?? first;
        var count = (last - first + 7) % 7 + 1;
        return [string.Join(',', Enumerable.Range(0, count).Select(n => Days[(first + n) % 7]))];
    }

    private IReadOnlyList<string> PositionOf(JsonObject row, string axis, Action<string> unmapped)
    {
        string? One(int n) => n < city.Length && city[n].Of(row, static _ => { }) is [var text, ..] ? text : null;

        if (One(0) is not { } name)
            return [];
        var country = One(1);
        var place = Gazetteer.Find(name, 1, country) is [var found, ..] && (country is null || string.Equals(found.Country, country, StringComparison.OrdinalIgnoreCase)) ? found : null;
        if (place is null)
        {
            unmapped(country is null ? name : $"{name}, {country}");
            return [];
        }

        var degrees = axis == "latitude" ? place.Point.Latitude : place.Point.Longitude;
        return [degrees.ToString("R", CultureInfo.InvariantCulture)];
    }

    private static string? Filled(string template, JsonObject row)
    {
        var empty = false;
        var text = Braces().Replace(template, match =>
        {
            var cell = Cell(row, match.Groups["column"].Value);
            empty |= cell is null;
            return cell ?? "";
        });
        return empty ? null : text;
    }

    private static string? Cell(JsonObject row, string column) =>
        row.TryGetPropertyValue(column, out var value) && value is JsonValue && value.ToString() is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    // In time that grows with the text alone, where the pattern can be asked so; one that looks around or back cannot.
    private static Regex Compiled(string text)
    {
        const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.IgnoreCase;
        try
        {
            return new Regex(text, Options | RegexOptions.NonBacktracking, Patience);
        }
        catch (NotSupportedException)
        {
            return new Regex(text, Options, Patience);
        }
    }

    [GeneratedRegex(@"\{(?<column>[^{}]+)\}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Braces();
}
