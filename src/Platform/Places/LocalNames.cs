namespace Tambo.Platform.Places;

/// <summary>
/// The name of one thing in several languages: the columns of the table it was read from, and the further files beside it.
/// </summary>
internal sealed class LocalNames(string[] tags, string[] names)
{
    private const string LastResort = "en";

    /// <summary>Every name that is known.</summary>
    internal IEnumerable<string> All => names.Where(n => n.Length > 0);

    /// <summary>
    /// The name in a language: for <c>es-MX</c> that of <c>es-MX</c>, else of <c>es</c>, else of English;
    /// <see langword="null"/> when there is none at all.
    /// </summary>
    internal string? In(string languageTag) => InItself(languageTag) ?? Exactly(LastResort);

    /// <summary>The name in a language or in the one that it is a kind of, without falling back to English.</summary>
    internal string? InItself(string languageTag)
    {
        for (var tag = languageTag; tag.Length > 0; tag = Shorter(tag))
        {
            if (Exactly(tag) is { } name)
                return name;
        }

        return null;
    }

    /// <summary>The name in this very language, without falling back.</summary>
    internal string? Exactly(string languageTag)
    {
        for (var i = 0; i < tags.Length; i++)
        {
            if (string.Equals(tags[i], languageTag, StringComparison.OrdinalIgnoreCase) && names[i].Length > 0)
                return names[i];
        }

        return null;
    }

    private static string Shorter(string tag)
    {
        var dash = tag.LastIndexOf('-');
        return dash < 0 ? "" : tag[..dash];
    }
}
