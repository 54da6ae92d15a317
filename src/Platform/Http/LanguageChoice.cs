using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Languages;

namespace Tambo.Platform.Http;

/// <summary>
/// Chooses the language of an answer: by the address, then by the reader's cookie, then by Accept-Language. Once it is
/// known that somebody signed in asks, their own language stands before cookie and browser.
/// </summary>
public static class LanguageChoice
{
    /// <summary>The cookie that remembers a reader's choice; it holds a language tag and nothing else.</summary>
    public const string Cookie = "tambo-language";

    /// <summary>The texts for this request.</summary>
    public static Texts Choose(HttpContext context, TextCatalog catalog)
    {
        if (Asked(context, catalog) is { } asked)
            return asked;
        if (context.Request.Cookies[Cookie] is { } remembered && catalog.Has(remembered))
            return catalog.In(remembered);
        return catalog.In(Accepted(context.Request.Headers.AcceptLanguage.ToString(), catalog));
    }

    /// <summary>The texts in the language of somebody signed in; null when the address names one.</summary>
    internal static Texts? Of(User user, HttpContext context, TextCatalog catalog) =>
        Asked(context, catalog) is null && catalog.Has(user.Language) ? catalog.In(user.Language) : null;

    private static Texts? Asked(HttpContext context, TextCatalog catalog)
    {
        if (InAddress(context.Request.Path, catalog) is { } addressed)
            return catalog.In(addressed);
        return context.Request.Query["lang"] is [{ } asked] && catalog.Has(asked) ? catalog.In(asked) : null;
    }

    /// <summary>The language named by the first segment of an address, or null.</summary>
    public static string? InAddress(PathString path, TextCatalog catalog)
    {
        var value = path.Value.AsSpan().TrimStart('/');
        var end = value.IndexOf('/');
        var first = end < 0 ? value : value[..end];
        if (first.Length is < 2 or > 11)
            return null;
        foreach (var language in catalog.Languages)
        {
            if (first.Equals(language.Code, StringComparison.OrdinalIgnoreCase))
                return language.Code;
        }

        return null;
    }

    /// <summary>The best language of an Accept-Language header; regional tags count for their language.</summary>
    public static string? Accepted(string header, TextCatalog catalog)
    {
        if (!StringWithQualityHeaderValue.TryParseList([header], out var wishes))
            return null;
        foreach (var wish in wishes.Where(w => (w.Quality ?? 1) > 0).OrderByDescending(w => w.Quality ?? 1))
        {
            var tag = wish.Value.ToString();
            var primary = tag.Split('-')[0];
            if (catalog.Has(tag))
                return tag;
            if (catalog.Has(primary))
                return primary;
        }

        return null;
    }
}
