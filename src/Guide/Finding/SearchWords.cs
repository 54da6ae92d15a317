using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tambo.Platform.Places;

namespace Tambo.Guide.Finding;

/// <summary>
/// The words by which people look for help, in every language that has a file <c>Words/{language}.json</c>: what they call
/// each need, words that say nothing, and what the language writes in one with a word. A language is a file and nothing else.
/// </summary>
internal static class SearchWords
{
    private const string Resources = "Tambo.Guide.Finding.Words.";

    private static readonly JsonSerializerOptions Reading = new(JsonSerializerOptions.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    private static readonly SortedDictionary<string, WordFile> Files = Read();

    /// <summary>Words that say nothing of what is looked for ("I need a…"), of every language, folded.</summary>
    public static FrozenSet<string> Small { get; } =
        Files.Values.SelectMany(file => file.Small).Select(Spelling.Fold).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What languages write in one with a word.</summary>
    public static WordStems Stems { get; } = new(
        Files.Values.SelectMany(file => file.Prefixes).Select(Spelling.Fold).Distinct(StringComparer.Ordinal),
        Files.Values.SelectMany(file => file.Suffixes).Select(Spelling.Fold).Distinct(StringComparer.Ordinal));

    /// <summary>The words for a need, by language.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> For(string need) => Files
        .Where(file => file.Value.Needs.ContainsKey(need))
        .ToFrozenDictionary(file => file.Key, file => file.Value.Needs[need], StringComparer.Ordinal);

    private static SortedDictionary<string, WordFile> Read()
    {
        var files = new SortedDictionary<string, WordFile>(StringComparer.Ordinal);
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Resources, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            files[name[Resources.Length..^".json".Length]] = JsonSerializer.Deserialize<WordFile>(stream, Reading)!;
        }

        return files;
    }

    private sealed record WordFile
    {
        public required Dictionary<string, IReadOnlyList<string>> Needs { get; init; }

        public IReadOnlyList<string> Small { get; init; } = [];

        public IReadOnlyList<string> Prefixes { get; init; } = [];

        public IReadOnlyList<string> Suffixes { get; init; } = [];
    }
}

/// <summary>
/// Takes from a word what its language writes in one with it, such as an article before or the sign of a plural behind, so
/// that "the clinics" finds "clinic": light stemming (L. S. Larkey, L. Ballesteros, M. E. Connell, "Light stemming for
/// Arabic information retrieval", 2007), with the parts that the files of languages name. Pure.
/// </summary>
internal sealed class WordStems
{
    /// <summary>What is left has at least so many letters: less is no word.</summary>
    private const int LeastLeft = 3;

    public WordStems(IEnumerable<string> prefixes, IEnumerable<string> suffixes)
    {
        Prefixes = [.. prefixes];
        Suffixes = [.. suffixes];
    }

    /// <summary>At most one of these is taken away, the first that fits.</summary>
    public IReadOnlyList<string> Prefixes { get; }

    /// <summary>Each of these is taken away in turn.</summary>
    public IReadOnlyList<string> Suffixes { get; }

    /// <summary>The stem of a folded word; the word itself where nothing of it is taken away.</summary>
    public ReadOnlySpan<char> Of(ReadOnlySpan<char> word)
    {
        foreach (var prefix in Prefixes)
        {
            if (word.Length - prefix.Length < LeastLeft || !word.StartsWith(prefix, StringComparison.Ordinal))
                continue;
            word = word[prefix.Length..];
            break;
        }

        foreach (var suffix in Suffixes)
        {
            if (word.Length - suffix.Length >= LeastLeft && word.EndsWith(suffix, StringComparison.Ordinal))
                word = word[..^suffix.Length];
        }

        return word;
    }
}
