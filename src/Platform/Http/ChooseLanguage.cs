using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Http;

/// <summary>
/// <c>/language/{language}?to=/ht/…</c>: a reader picks a language in the menu, and the start page leads there from now
/// on. An answer of its own, because public pages are kept for everybody and neither need nor give a cookie.
/// </summary>
public static class ChooseLanguage
{
    /// <summary>Where the languages of the menu lead.</summary>
    public const string Root = "/language";

    private const int LongestTarget = 4000;
    private static readonly TimeSpan RememberedFor = TimeSpan.FromDays(365);

    /// <summary>Declares the address.</summary>
    public static void MapLanguageChoice(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Root + "/{language}", Choose).Open().ExcludeFromDescription();

    /// <summary>Remembers a language on this device: its tag and nothing else.</summary>
    public static void Remember(HttpContext context, string language) =>
        context.Response.Cookies.Append(LanguageChoice.Cookie, language, new CookieOptions
        {
            MaxAge = RememberedFor,
            Path = "/",
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            IsEssential = true,
        });

    /// <summary>An address of this site that a link named, or null: one slash first, and nothing a browser would read as another site.</summary>
    public static string? LocalPath(string? target) =>
        target is ['/', ..] and { Length: <= LongestTarget } && (target.Length == 1 || target[1] is not ('/' or '\\'))
        && Ascii.IsValid(target) && !target.Any(c => c is '\\' or <= ' ' or (char)127)
            ? target
            : null;

    private static IResult Choose(HttpContext context, TextCatalog catalog, string language, string? to)
    {
        if (!catalog.Has(language))
            throw PlatformProblems.NotFound.With();
        var code = catalog.In(language).Code;
        Remember(context, code);
        return Results.Redirect(LocalPath(to) ?? "/" + code);
    }
}
