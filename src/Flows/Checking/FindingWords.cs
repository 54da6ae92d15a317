using System.Text.Json;
using Dapper;
using Tambo.Flows.Collecting;
using Tambo.Flows.Pages;
using Tambo.Flows.Structure;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;

namespace Tambo.Flows.Checking;

/// <summary>Says findings in the reader's words: series, countries, points, times and codes by their names.</summary>
internal sealed class FindingWords
{
    private readonly IReadOnlyDictionary<string, Dictionary<string, string>> titles;
    private readonly IReadOnlyDictionary<string, Point> points;

    private FindingWords(IReadOnlyDictionary<string, Dictionary<string, string>> titles, IReadOnlyDictionary<string, Point> points) => (this.titles, this.points) = (titles, points);

    /// <summary>The names of the series and points that the node has now.</summary>
    public static async Task<FindingWords> ReadAsync(NodeDb db, LivePoints points, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var rows = await connection.QueryAsync<(string Code, string Title)>("select code, title from flows_series");
        return new FindingWords(
            rows.ToDictionary(row => row.Code, row => JsonSerializer.Deserialize<Dictionary<string, string>>(row.Title) ?? [], StringComparer.Ordinal), await points.AllAsync(cancellationToken));
    }

    /// <summary>A finding in one sentence.</summary>
    public string Sentence(Finding finding, Texts texts)
    {
        var components = ComponentsOf(finding);
        return finding.Sentence(texts, (name, value) => name switch
        {
            "series" or "other" => Series(value, components, texts),
            "what" or "before" => string.Join(texts.Comma, value.Split(", ").Select(one => Word(one, components, texts))),
            _ => null,
        });
    }

    /// <summary>The name of a series; its code when it has none.</summary>
    public string Series(string code, Texts texts) => !titles.TryGetValue(code, out var names) ? code
        : names.TryGetValue(texts.Code, out var own) ? own
        : names.GetValueOrDefault(texts.FallbackLanguage.Code) is { } other ? texts.Foreign(other) : code;

    /// <summary>A code of a component in words; of what no list names the code itself.</summary>
    public string Word(string component, string code, Texts texts) =>
        component == Dataflow.Period && Period.Read(code) is { } period ? CodeWords.Of(period, texts)
        : component == "POINT" && points.TryGetValue(code, out var point) ? point.Name(texts)
        : component == "REF_AREA" && AdminAreas.Find(code) is { } area ? area.Name
        : CodeWords.Of(component, code, texts);

    // Several series that were chosen as one stand beside each other, with what they were chosen by in brackets.
    private string Series(string value, Dictionary<string, string> components, Texts texts)
    {
        var (codes, parts) = value.IndexOf(" (", StringComparison.Ordinal) is >= 0 and var at && value[^1] == ')' ? (value[..at], value[(at + 2)..^1]) : (value, "");
        var names = string.Join(texts.Comma, codes.Split(", ").Select(code => Series(code, texts)));
        return parts.Length == 0 ? names : $"{names} ({string.Join(texts.Comma, parts.Split(", ").Select(one => Word(one, components, texts)))})";
    }

    private string Word(string said, Dictionary<string, string> components, Texts texts)
    {
        if (said.Split("..") is [var first, var last] && Period.Read(first) is { } from && Period.Read(last) is { } until)
            return texts.Format("flows.page.range", ("least", CodeWords.Of(from, texts)), ("most", CodeWords.Of(until, texts)));
        if (Period.Read(said) is { } period)
            return CodeWords.Of(period, texts);
        if (components.TryGetValue(said, out var component))
            return Word(component, said, texts);
        var key = "flows.page.component.";
        if (said.Split(" + ") is var some && some.All(one => texts.Knows(key + one.ToLowerInvariant())))
            return string.Join(" + ", some.Select(one => texts[key + one.ToLowerInvariant()]));
        return Countries.Find(said) is not null ? Countries.Name(said, texts) : points.TryGetValue(said, out var point) ? point.Name(texts) : said;
    }

    // What its rows are chosen by says of which component a code is.
    private static Dictionary<string, string> ComponentsOf(Finding finding)
    {
        var components = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var condition in JsonSerializer.Deserialize<List<FoundPlace>>(finding.Places)!.SelectMany(place => place.Where))
        {
            if (condition.Split('=') is [var word, var code] && !word.Equals("series", StringComparison.OrdinalIgnoreCase) && !word.Equals("time", StringComparison.OrdinalIgnoreCase))
                components[code] = word.ToUpperInvariant();
        }

        return components;
    }
}
