using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;

namespace Tambo.Platform.Languages;

/// <summary>
/// Every sentence a person reads, in every language that has a file. Languages are the files found: a further
/// language is a further file in each part (or in a folder of the node), nothing in code.
/// </summary>
public sealed class TextCatalog
{
    /// <summary>The language every other one falls back to.</summary>
    public const string Fallback = "en";

    private readonly FrozenDictionary<string, Texts> byCode;
    private readonly FrozenSet<string> offered;

    private TextCatalog(Dictionary<string, Dictionary<string, string>> files, IReadOnlyCollection<string> chosen, TimeZoneInfo zone)
    {
        var mark = files[Fallback].GetValueOrDefault("shell.unreviewed.mark") ?? "";
        var english = new Texts(Language.Of(Fallback, files[Fallback], mark), files[Fallback].ToFrozenDictionary(StringComparer.Ordinal), fallback: null, zone);
        byCode = files
            .Where(file => file.Value.ContainsKey("language.name"))
            .Select(file => file.Key == Fallback ? english : new Texts(Language.Of(file.Key, file.Value, mark), file.Value.ToFrozenDictionary(StringComparer.Ordinal), english, zone))
            .ToFrozenDictionary(texts => texts.Code, StringComparer.OrdinalIgnoreCase);
        Languages = [.. byCode.Values.Select(texts => texts.Language)
            .Where(language => chosen.Count == 0 || chosen.Contains(language.Code, StringComparer.OrdinalIgnoreCase))
            .OrderBy(language => language.Name, StringComparer.Ordinal)];
        offered = Languages.Select(language => language.Code).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The languages that are offered, ordered by their own names.</summary>
    public IReadOnlyList<Language> Languages { get; }

    /// <summary>True when the interface is offered in this language.</summary>
    public bool Has(string code) => offered.Contains(code);

    /// <summary>True when there are texts of this language, offered or not.</summary>
    public bool Knows(string code) => byCode.ContainsKey(code);

    /// <summary>The texts of a language; where there are none, those of the fallback language, or of the first that is offered instead of it.</summary>
    public Texts In(string? code) =>
        code is not null && byCode.TryGetValue(code, out var texts) ? texts
        : byCode[offered.Contains(Fallback) || Languages.Count == 0 ? Fallback : Languages[0].Code];

    /// <summary>Reads the files <c>*.Text.{language}.json</c> embedded in the parts, then those of a folder.</summary>
    /// <param name="parts">Where texts are embedded.</param>
    /// <param name="folder">A node's own texts, which go before those of the program.</param>
    /// <param name="offered">The languages that readers are offered; all when it is empty.</param>
    /// <param name="zone">The zone in whose time moments are said; UTC when none is.</param>
    /// <exception cref="InvalidOperationException">Two parts define the same key differently.</exception>
    /// <exception cref="InvalidDataException">A file cannot be read, or declares a plural rule that is not understood.</exception>
    public static TextCatalog Load(IEnumerable<Assembly> parts, string? folder = null, IReadOnlyCollection<string>? offered = null, TimeZoneInfo? zone = null)
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

        return new TextCatalog(files, offered ?? [], zone ?? TimeZoneInfo.Utc);
    }

    private static void Add(Dictionary<string, Dictionary<string, string>> files, string code, Stream stream, bool mayReplace)
    {
        var texts = Read(code, stream);
        if (!files.TryGetValue(code, out var known))
            files[code] = known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, text) in texts)
        {
            if (!mayReplace && known.ContainsKey(key))
                throw new InvalidOperationException($"Text key '{key}' ({code}) is defined by two parts.");
            // Each language has the same keys: one copy of them.
            known[string.Intern(key)] = text;
        }
    }

    private static Dictionary<string, string> Read(string code, Stream stream)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!;
        }
        catch (JsonException unreadable)
        {
            throw new InvalidDataException($"The texts of '{code}' cannot be read: {unreadable.Message}", unreadable);
        }
    }
}
