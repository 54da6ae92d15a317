using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;

namespace Tambo.Platform.Languages;

/// <summary>One interface language, as its own text file declares it.</summary>
/// <param name="Code">BCP 47 tag, for example <c>ht</c>.</param>
/// <param name="Name">The language's name in itself.</param>
/// <param name="RightToLeft">True for scripts written from right to left.</param>
/// <param name="Singular">The largest count that takes the singular form, and whether zero does too.</param>
public sealed record Language(string Code, string Name, bool RightToLeft, string Singular)
{
    /// <summary>The value of the HTML <c>dir</c> attribute.</summary>
    public string Direction => RightToLeft ? "rtl" : "ltr";

    internal bool IsSingular(long count) => Singular switch
    {
        "0-1" => count is 0 or 1,
        "none" => false,
        _ => count == 1,
    };
}

/// <summary>
/// Every sentence a person reads, in every language that has a file. Languages are the files found: a further
/// language is a further file in each part (or in a folder of the node), nothing in code.
/// </summary>
public sealed class TextCatalog
{
    /// <summary>The language every other one falls back to.</summary>
    public const string Fallback = "en";

    private readonly FrozenDictionary<string, Texts> byCode;

    private TextCatalog(Dictionary<string, Dictionary<string, string>> files)
    {
        var fallback = files[Fallback].ToFrozenDictionary();
        byCode = files
            .Where(f => f.Value.ContainsKey("language.name"))
            .Select(f => new Texts(Describe(f.Key, f.Value), f.Value.ToFrozenDictionary(), fallback))
            .ToFrozenDictionary(t => t.Language.Code, StringComparer.OrdinalIgnoreCase);
        Languages = [.. byCode.Values.Select(t => t.Language).OrderBy(l => l.Name, StringComparer.Ordinal)];
    }

    /// <summary>The languages, ordered by their own names.</summary>
    public IReadOnlyList<Language> Languages { get; }

    /// <summary>True when the interface exists in this language.</summary>
    public bool Has(string code) => byCode.ContainsKey(code);

    /// <summary>The texts of a language; of the fallback language when it is unknown.</summary>
    public Texts In(string? code) =>
        code is not null && byCode.TryGetValue(code, out var texts) ? texts : byCode[Fallback];

    /// <summary>Reads the files <c>*.Text.{language}.json</c> embedded in the parts, then those of a folder.</summary>
    /// <exception cref="InvalidOperationException">Two parts define the same key differently.</exception>
    public static TextCatalog Load(IEnumerable<Assembly> parts, string? folder = null)
    {
        var files = new Dictionary<string, Dictionary<string, string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in parts)
        {
            foreach (var name in part.GetManifestResourceNames().Where(n => n.Contains(".Text.", StringComparison.Ordinal)))
            {
                using var stream = part.GetManifestResourceStream(name)!;
                Add(files, name.Split('.')[^2], stream, mayReplace: false);
            }
        }

        if (folder is not null && Directory.Exists(folder))
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*.json"))
            {
                using var stream = File.OpenRead(path);
                Add(files, Path.GetFileNameWithoutExtension(path), stream, mayReplace: true);
            }
        }

        return new TextCatalog(files);
    }

    private static void Add(Dictionary<string, Dictionary<string, string>> files, string code, Stream stream, bool mayReplace)
    {
        var texts = JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!;
        if (!files.TryGetValue(code, out var known))
            files[code] = known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, text) in texts)
        {
            if (!known.TryAdd(key, text) && !mayReplace)
                throw new InvalidOperationException($"Text key '{key}' ({code}) is defined by two parts.");
            known[key] = text;
        }
    }

    private static Language Describe(string code, Dictionary<string, string> texts) => new(
        code,
        texts["language.name"],
        texts.GetValueOrDefault("language.direction") == "rtl",
        texts.GetValueOrDefault("language.singular") ?? "1");
}
