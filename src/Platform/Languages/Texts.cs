using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Tambo.Platform.Languages;

/// <summary>The sentences of one language: <c>texts["search.title"]</c>, <c>texts.Format("search.found", ("count", 3))</c>.</summary>
public sealed class Texts
{
    private readonly FrozenDictionary<string, string> own;
    private readonly FrozenDictionary<string, string> fallback;

    internal Texts(Language language, FrozenDictionary<string, string> own, FrozenDictionary<string, string> fallback)
    {
        Language = language;
        this.own = own;
        this.fallback = fallback;
        Culture = CultureOf(language.Code);
    }

    /// <summary>The language of these texts.</summary>
    public Language Language { get; }

    /// <summary>Shorthand for the language's tag.</summary>
    public string Code => Language.Code;

    /// <summary>Number formats of the language.</summary>
    public CultureInfo Culture { get; }

    /// <summary>The sentence; in the fallback language when this one lacks it; the key in brackets when none has it.</summary>
    public string this[string key] =>
        own.TryGetValue(key, out var text) || fallback.TryGetValue(key, out text) ? text : $"[{key}]";

    /// <summary>True when this language has the key itself.</summary>
    public bool Has(string key) => own.ContainsKey(key);

    /// <summary>True when this language or the fallback has the key.</summary>
    public bool Knows(string key) => own.ContainsKey(key) || fallback.ContainsKey(key);

    /// <summary>The sentence with its <c>{name}</c> places filled; numbers in the language's own format.</summary>
    public string Format(string key, params ReadOnlySpan<(string Name, object? Value)> values) => Fill(this[key], values);

    /// <summary>The sentence <c>key.one</c> or <c>key.other</c> for a count, with <c>{count}</c> filled.</summary>
    public string Count(string key, long count, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var form = Language.IsSingular(count) ? ".one" : ".other";
        return Fill(this[key + form], [("count", count), .. values]);
    }

    /// <summary>All keys this language has itself, for the completeness test and the translation desk.</summary>
    public IEnumerable<string> Keys => own.Keys;

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
                    _ => value?.ToString() ?? "",
                };
        }

        return $"{{{name}}}";
    }

    // Numbers in Kreyòl follow the French convention in ICU's absence of a Kreyòl locale.
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
