using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Tambo.Tests.Guide.Staff;

namespace Tambo.Tests.Cases.Desk;

/// <summary>What tests of the pages of cases read on them and do with them.</summary>
internal static class PageParts
{
    /// <summary>The text of an element without the marks around what is put into a sentence.</summary>
    public static string Plain(IElement element) => element.TextContent.Replace("\u2068", "", StringComparison.Ordinal).Replace("\u2069", "", StringComparison.Ordinal);

    /// <summary>What is chosen in the list of a question.</summary>
    public static string Chosen(IHtmlDocument page, string name) => page.QuerySelector<IHtmlSelectElement>("#f-" + name)!.Value ?? "";

    /// <summary>Sends one of several forms of a page, by what it does; its version goes along unless another is meant.</summary>
    public static Task<IHtmlDocument> DoAsync(this StaffBrowser browser, IHtmlDocument page, string address, string act, params (string Name, string Value)[] answers)
    {
        var form = page.QuerySelectorAll<IHtmlFormElement>("form").FirstOrDefault(one => one.QuerySelector<IHtmlInputElement>("input[name=act]")?.Value == act) ?? throw new InvalidOperationException($"{address} has no form for {act}");
        var version = form.QuerySelector<IHtmlInputElement>("input[name=version]")?.Value;
        return browser.PostAsync(address, page, [("act", act), .. version is null || answers.Any(answer => answer.Name == "version") ? Array.Empty<(string, string)>() : [("version", version)], .. answers]);
    }
}
