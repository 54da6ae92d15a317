using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Tambo.Platform.Languages;

/// <summary>The sentences of one language: <c>texts["search.title"]</c>, <c>texts.Format("search.found", ("count", 3))</c>.</summary>
public sealed class Texts
{
    private readonly FrozenDictionary<string, string> own;
    private readonly Texts? fallback;
    private readonly Lazy<Texts> onPage;
    private readonly bool marks;

    internal Texts(Language language, FrozenDictionary<string, string> own, Texts? fallback, TimeZoneInfo zone, bool marks = false)
    {
        Language = language;
        Zone = zone;
        this.own = own;
        this.fallback = fallback;
        this.marks = marks;
        onPage = new Lazy<Texts>(() => marks ? this : new Texts(language, own, fallback, zone, marks: true));
        Culture = CultureOf(own.GetValueOrDefault("language.formats") ?? language.Code);
        IsPartial = fallback?.own.Keys.Any(key => !own.ContainsKey(key) && !own.ContainsKey(OtherForm(key))) == true;
    }

    /// <summary>The language of these texts.</summary>
    public Language Language { get; }

    /// <summary>Shorthand for the language's tag.</summary>
    public string Code => Language.Code;

    /// <summary>Number formats of the language: of the place that its file names as <c>language.formats</c>, else its own.</summary>
    public CultureInfo Culture { get; }

    /// <summary>The zone in whose time moments are said: the node's, whatever the language.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>True when some sentences are said in the fallback language.</summary>
    public bool IsPartial { get; }

    /// <summary>The same texts, for a page: what falls back is marked, so that the page can say in which language it is.</summary>
    public Texts OnPage => onPage.Value;

    /// <summary>The language that sentences fall back to; the language itself where they never do.</summary>
    public Language FallbackLanguage => (fallback ?? this).Language;

    /// <summary>What stands between the things of a list; its file names it as <c>language.comma</c>.</summary>
    public string Comma => own.GetValueOrDefault("language.comma", ", ");

    /// <summary>The same where the things themselves have commas; <c>language.semicolon</c>.</summary>
    public string Semicolon => own.GetValueOrDefault("language.semicolon", "; ");

    /// <summary>The rules by which the language counts, each with the form that it gives, for a program that counts elsewhere.</summary>
    public IReadOnlyList<(string Form, string Rule)> PluralRules => Language.Plurals.Written;

    /// <summary>The sentence; in the fallback language when this one lacks it; the key in brackets when none has it.</summary>
    public string this[string key] =>
        own.TryGetValue(key, out var text) ? text
        : fallback is not null && fallback.own.TryGetValue(key, out text) ? Foreign(text)
        : $"[{key}]";

    /// <summary>True when this language has the key itself.</summary>
    public bool Has(string key) => own.ContainsKey(key);

    /// <summary>True when this language or the fallback has the key.</summary>
    public bool Knows(string key) => own.ContainsKey(key) || fallback?.own.ContainsKey(key) == true;

    /// <summary>The sentence with its <c>{name}</c> places filled; numbers in the language's own format.</summary>
    public string Format(string key, params ReadOnlySpan<(string Name, object? Value)> values) => Fill(this[key], values);

    /// <summary>
    /// The sentence for a count, in the form that the language's rules give it (<c>key.one</c>, <c>key.few</c>, …) or else
    /// <c>key.other</c>, with <c>{count}</c> filled.
    /// </summary>
    public string Count(string key, long count, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (own.TryGetValue($"{key}.{Language.Plurals.FormOf(count)}", out var text) || own.TryGetValue($"{key}.{Languages.PluralRules.Other}", out text))
            return Fill(text, [("count", count), .. values]);
        // Another language's sentence takes the form that its own rules give it.
        return fallback is null ? $"[{key}.{Languages.PluralRules.Other}]" : Foreign(fallback.Count(key, count, values));
    }

    /// <summary>The sentence as the fallback language has it.</summary>
    internal string InFallback(string key) => (fallback ?? this).own.GetValueOrDefault(key, $"[{key}]");

    /// <summary>A name that is not the reader's language's, such as that of a country no file names in it: marked, on a page.</summary>
    public string Foreign(string text) => marks ? FallbackMark.Around(text) : text;

    /// <summary>All keys this language has itself, for the completeness test and the translation desk.</summary>
    public IEnumerable<string> Keys => own.Keys;

    /// <summary>All keys that can be said, in this language or the fallback.</summary>
    public IEnumerable<string> KnownKeys => fallback is null ? own.Keys : own.Keys.Union(fallback.own.Keys, StringComparer.Ordinal);

    private string Fill(string text, ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (!text.Contains('{', StringComparison.Ordinal))
            return text;
        var filled = new StringBuilder(text.Length + 32);
        var rest = text.AsSpan();
        while (rest.IndexOf('{') is var open and >= 0 && rest[open..].IndexOf('}') is var length and > 0)
        {
            filled.Append(rest[..open]);
            filled.Append(ValueOf(rest.Slice(open + 1, length - 1), values));
            rest = rest[(open + length + 1)..];
        }

        return filled.Append(rest).ToString();
    }

    private string ValueOf(ReadOnlySpan<char> name, ReadOnlySpan<(string Name, object? Value)> values)
    {
        foreach (var (key, value) in values)
        {
            if (name.SequenceEqual(key))
                return value switch
                {
                    int or long => string.Format(Culture, "{0:N0}", value),
                    IFormattable number => number.ToString(null, Culture),
                    string words => Direction.Isolated(words, Language.RightToLeft),
                    _ => value?.ToString() ?? "",
                };
        }

        return $"{{{name}}}";
    }

    // "home.size.one" may be missing in a language that has no singular, and yet nothing falls back.
    private static string OtherForm(string key) => key.EndsWith(".one", StringComparison.Ordinal) ? key[..^"one".Length] + Languages.PluralRules.Other : key;

    // Of a language that ICU does not know, and whose file names no place, numbers are written as programs write them.
    private static CultureInfo CultureOf(string code)
    {
        try
        {
            return CultureInfo.GetCultureInfo(code, predefinedOnly: true);
        }
        catch (CultureNotFoundException)
        {
            return CultureInfo.InvariantCulture;
        }
    }
}
