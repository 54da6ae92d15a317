using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tambo.Guide.Directory;
using Tambo.Platform.Places;

namespace Tambo.Guide.Finding;

/// <summary>What a person may need, as the start page asks: each need has a drawing, and the categories of sources that mean it.</summary>
/// <param name="Code">Stands in addresses; its name is the text <c>need.{code}</c>.</param>
/// <param name="Icon">The drawing.</param>
/// <param name="Terms">Codes and names, folded, by which sources call it.</param>
internal sealed record Need(
    [property: JsonPropertyName("code")] string Code,
    [property: JsonPropertyName("icon")] string Icon,
    [property: JsonPropertyName("terms")] IReadOnlyList<string> Terms)
{
    /// <summary>The words people use when they look for it, by language.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Said { get; } = SearchWords.For(Code);

    /// <summary>The key of its name.</summary>
    public string TextKey => "need." + Code;
}

/// <summary>The needs, in the order of the start page; a data file, since the words of sources differ and grow.</summary>
internal static class Needs
{
    private static readonly FrozenDictionary<string, int> ByTerm;

    static Needs()
    {
        using var stream = typeof(Needs).Assembly.GetManifestResourceStream("Tambo.Guide.Finding.needs.json")!;
        All = JsonSerializer.Deserialize<List<Need>>(stream)!;
        ByTerm = All.SelectMany((need, index) => need.Terms.Append(need.Code).Select(term => (Term: Spelling.Fold(term), index)))
            .DistinctBy(pair => pair.Term)
            .ToFrozenDictionary(pair => pair.Term, pair => pair.index, StringComparer.Ordinal);
    }

    /// <summary>All needs.</summary>
    public static IReadOnlyList<Need> All { get; }

    /// <summary>The number of a need by its code; -1 when there is none.</summary>
    public static int IndexOf(string code)
    {
        for (var i = 0; i < All.Count; i++)
        {
            if (All[i].Code == code)
                return i;
        }

        return -1;
    }

    /// <summary>The needs that a service answers, by its own terms and those above them.</summary>
    public static IReadOnlyList<int> Of(ServiceDirectory directory, Service service)
    {
        var found = new SortedSet<int>();
        foreach (var term in directory.TermsOf(service))
        {
            var current = term;
            // The importer refuses cyclic classifications; the bound keeps a wrong one from hanging a page.
            for (var depth = 0; current is not null && depth < 12; depth++)
            {
                if (Match(current) is { } index)
                    found.Add(index);
                current = directory.Term(current.ParentId);
            }
        }

        return [.. found];
    }

    private static int? Match(TaxonomyTerm term) =>
        ByTerm.TryGetValue(Spelling.Fold(term.Code), out var index) || ByTerm.TryGetValue(Spelling.Fold(term.Name), out index)
            ? index
            : null;
}
