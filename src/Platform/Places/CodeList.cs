using System.Collections.Frozen;
using System.Globalization;
using Tambo.Platform.Languages;

namespace Tambo.Platform.Places;

/// <summary>Things that have codes and names: found by any of their codes, named in any language, listed in order.</summary>
/// <typeparam name="T">Country, language or currency.</typeparam>
internal sealed class CodeList<T>
    where T : class
{
    private readonly FrozenDictionary<string, T> byCode;
    private readonly Func<T, LocalNames> names;

    internal CodeList(IReadOnlyList<T> all, Func<T, IEnumerable<string>> codes, Func<T, LocalNames> names)
    {
        All = all;
        this.names = names;
        byCode = all
            .SelectMany(item => codes(item).Where(code => code.Length > 0).Select(code => (code, item)))
            .DistinctBy(pair => pair.code, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(pair => pair.code, pair => pair.item, StringComparer.OrdinalIgnoreCase);
    }

    internal IReadOnlyList<T> All { get; }

    internal T? Find(string? code) => code is null ? null : byCode.GetValueOrDefault(code.Trim());

    /// <summary>The name of a code; the code itself when it is unknown, so that a page always has something to show.</summary>
    internal string Name(string code, string languageTag) =>
        (Find(code) is { } found ? names(found).In(languageTag) : null) ?? code;

    /// <summary>The same for a reader: on a page, a name that no file has in their language says in which it is.</summary>
    internal string Name(string code, Texts texts) => Find(code) is not { } found ? code
        : names(found).InItself(texts.Code) ?? (names(found).In(texts.Code) is { } foreign ? texts.Foreign(foreign) : code);

    /// <summary>All of them in the alphabetical order of a language, as a list to choose from shows them.</summary>
    internal IReadOnlyList<T> InOrderOf(string languageTag)
    {
        var order = StringComparer.Create(CultureOf(languageTag), CompareOptions.IgnoreCase);
        return [.. All.OrderBy(item => names(item).In(languageTag) ?? "", order)];
    }

    private static CultureInfo CultureOf(string languageTag)
    {
        try
        {
            return CultureInfo.GetCultureInfo(languageTag);
        }
        catch (CultureNotFoundException)
        {
            return CultureInfo.InvariantCulture;
        }
    }
}
