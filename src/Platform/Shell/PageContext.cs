using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Settings;

namespace Tambo.Platform.Shell;

/// <summary>One entry of a menu.</summary>
/// <param name="TextKey">The key of its words.</param>
/// <param name="Path">Below the language for public pages (<c>services</c>), from the root for staff pages.</param>
/// <param name="Icon">A name of <see cref="Icons"/>, or null.</param>
public sealed record MenuLink(string TextKey, string Path, string? Icon = null)
{
    /// <summary>A number worth showing beside it, for example of waiting referrals.</summary>
    public int? Waiting { get; init; }

    /// <summary>The key of the heading under which it stands in the staff menu, or null.</summary>
    public string? GroupKey { get; init; }
}

/// <summary>What the operator of a node decided once for all its pages.</summary>
public sealed record PageSettings
{
    /// <summary>The address under which the world knows the node, or null when it has none yet.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>The name of the node, in the head and the title of each page.</summary>
    public string Name { get; init; } = "Tambo";

    /// <summary>The institution that runs the node, shown at the foot of each page.</summary>
    public string Operator { get; init; } = "";

    /// <summary>True on a node for training: each page says that nothing is real.</summary>
    public bool Training { get; init; }

    /// <summary>True in the demonstration: each page says that people and cases are made up.</summary>
    public bool Demo { get; init; }

    /// <summary>The menu of the public pages, in order.</summary>
    public IReadOnlyList<MenuLink> Menu { get; init; } = [];

    /// <summary>What the settings of a node mean for its pages.</summary>
    public static PageSettings Of(NodeSettings node, IReadOnlyList<MenuLink> menu) => new()
    {
        Name = node.File.Name,
        PublicUrl = node.File.PublicUrl is { } url ? new Uri(url) : null,
        Training = node.IsTraining,
        Demo = node.IsDemonstration && !node.IsTraining,
        Menu = menu,
    };
}

/// <summary>Where a page stands: its language, its address in every other language, and the node's settings.</summary>
/// <param name="T">The texts of the reader's language.</param>
/// <param name="Languages">Every language a page exists in.</param>
/// <param name="Settings">What the operator decided for all pages.</param>
/// <param name="Path">The address without host and query, for example <c>/es/services</c>.</param>
/// <param name="Query">The query with its question mark, or empty.</param>
public sealed record PageContext(
    Texts T, IReadOnlyList<Language> Languages, PageSettings Settings, string Path, string Query = "")
{
    /// <summary>What was sent to this address, when the page answers a form; a form that is refused is shown as it was sent.</summary>
    public IFormCollection? Sent { get; init; }

    /// <summary>The page that a request asks for.</summary>
    public static PageContext Of(HttpContext http, Texts texts, IReadOnlyList<Language> languages, PageSettings settings) =>
        // Encoded, and with one slash before it: what was asked for stands in links, and "//name" would lead to another site.
        new(texts, languages, settings, "/" + http.Request.Path.ToUriComponent().TrimStart('/'), http.Request.QueryString.Value ?? "")
        {
            Sent = http.Request.HasFormContentType ? http.Features.Get<IFormFeature>()?.Form : null,
        };

    /// <summary>The same page at another spelling of its address.</summary>
    public PageContext At(string address)
    {
        var end = address.IndexOf('?', StringComparison.Ordinal);
        return end < 0 ? this with { Path = address, Query = "" } : this with { Path = address[..end], Query = address[end..] };
    }

    /// <summary>The path of a public page in the reader's language: <c>Href("services")</c> is <c>/es/services</c>.</summary>
    public string Href(string path) => path.Length == 0 ? $"/{T.Code}" : $"/{T.Code}/{path}";

    /// <summary>Where a reader says something about this page: its path goes along, and never its query.</summary>
    public string Feedback => BelowLanguage is { Length: > 1 and <= 120 } rest ? $"{Href("feedback")}?about={rest[1..]}" : Href("feedback");

    /// <summary>This same page, with its query, in another language.</summary>
    public string In(Language language) => BelowLanguage is { } rest
        ? $"/{language.Code}{rest}{Query}"
        : $"{Path}?lang={language.Code}";

    /// <summary>Where a reader picks a language: it is remembered, and the same page follows.</summary>
    public string Choosing(Language language) => $"{ChooseLanguage.Root}/{language.Code}?to={Uri.EscapeDataString(In(language))}";

    /// <summary>The full address of this page in a language, without its query; null when it is not a public page.</summary>
    public string? Canonical(Language language) => BelowLanguage is { } rest && Settings.PublicUrl is { } root
        ? $"{root.GetLeftPart(UriPartial.Authority)}/{language.Code}{rest}"
        : null;

    /// <summary>True when a menu entry leads to this page or to one above it.</summary>
    public bool IsWithin(string path) =>
        Path.StartsWith(path, StringComparison.Ordinal) && (Path.Length == path.Length || Path[path.Length] == '/');

    private string? BelowLanguage
    {
        get
        {
            var end = Path.IndexOf('/', 1);
            var first = end < 0 ? Path[1..] : Path[1..end];
            var known = Languages.Any(l => string.Equals(l.Code, first, StringComparison.OrdinalIgnoreCase));
            return !known ? null : end < 0 ? "" : Path[end..];
        }
    }
}
