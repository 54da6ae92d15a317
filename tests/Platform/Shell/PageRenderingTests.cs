using System.Text;
using AngleSharp;
using AngleSharp.Dom;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Tests.Platform.Shell;

public sealed class PageRenderingTests(ShellSite site) : IClassFixture<ShellSite>
{
    private const string Hostile = "\"><script>alert(1)</script><img src=x onerror=alert(1)>' onfocus='x";

    [Fact]
    public async Task Hostile_words_stay_words_wherever_they_stand()
    {
        var problem = new Problem(new ProblemKind("form.refused", 422), [("value", Hostile)])
        {
            Fields = new Dictionary<string, ProblemKind>(StringComparer.Ordinal) { ["field"] = new(Hostile, 422) },
        };
        var document = await ParsedAsync("es", page =>
        {
            page.Add<Notice>((nameof(Notice.Title), Hostile));
            page.Add<Tag>((nameof(Tag.Text), Hostile));
            page.Add<EmptyState>((nameof(EmptyState.Title), Hostile));
            page.Add<ActionLink>((nameof(ActionLink.Text), Hostile), (nameof(ActionLink.Href), Hostile));
            page.Add<ErrorSummary>((nameof(ErrorSummary.Problem), problem));
            foreach (var kind in Enum.GetValues<FieldKind>())
                page.Add<FormField>(
                    (nameof(FormField.Name), "field"), (nameof(FormField.Kind), kind), (nameof(FormField.Label), Hostile),
                    (nameof(FormField.Hint), Hostile), (nameof(FormField.Error), Hostile), (nameof(FormField.Value), Hostile),
                    (nameof(FormField.Choices), new[] { new Choice(Hostile, Hostile, Hostile) }));
            page.Add<DataTable<string>>(
                (nameof(DataTable<>.Caption), Hostile), (nameof(DataTable<>.Rows), new[] { Hostile }),
                (nameof(DataTable<>.Columns), new[] { Column.Words<string>(Hostile, s => s), Column.Link<string>(Hostile, s => s, s => s) }));
            page.Add<Chart>(
                (nameof(Chart.Title), Hostile), (nameof(Chart.Labels), new[] { Hostile }),
                (nameof(Chart.Series), new[] { new ChartSeries(Hostile, [3]), new ChartSeries(Hostile, [null]) }));
        });

        Assert.Empty(document.QuerySelectorAll("main script, main img, [onerror], [onfocus]"));
        Assert.Contains(Hostile, document.QuerySelector(".notice h2")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(Hostile, document.QuerySelector("textarea")!.TextContent);
    }

    [Fact]
    public async Task Accents_are_letters_and_not_entities()
    {
        var html = Encoding.UTF8.GetString(await site.Pages.RenderAsync<DesignSystemPage>("fr", "/contributors/design"));

        Assert.Contains("Démonstration", html, StringComparison.Ordinal);
        Assert.Contains("Kreyòl ayisyen", html, StringComparison.Ordinal);
        Assert.DoesNotContain("&#xE9;", html, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task No_piece_carries_inline_style_or_script()
    {
        foreach (var language in site.Pages.Catalog.Languages)
        {
            var document = await OpenAsync(await site.Pages.RenderAsync<DesignSystemPage>(language.Code, "/contributors/design"));

            Assert.Empty(document.QuerySelectorAll("[style], style, script:not([src])"));
            Assert.DoesNotContain(document.All, e => e.Attributes.Any(a => a.Name.StartsWith("on", StringComparison.Ordinal)));
            Assert.DoesNotContain(document.Body!.TextContent, "[shell.", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_page_says_its_language_and_leads_to_itself_in_the_others()
    {
        var document = await OpenAsync(await site.Pages.RenderAsync<DesignSystemPage>(
            new PageContext(
                site.Pages.Catalog.In(ShellSite.RightToLeft), site.Pages.Catalog.Languages, site.Pages.Settings,
                $"/{ShellSite.RightToLeft}/services/casa", "?open=now")));

        Assert.Equal("rtl", document.DocumentElement.GetAttribute("dir"));
        var links = document.QuerySelectorAll(".tongues a").ToDictionary(a => a.GetAttribute("lang")!, a => a.GetAttribute("href"));
        Assert.Equal(site.Pages.Catalog.Languages.Count - 1, links.Count);
        Assert.Equal("/language/ht?to=%2Fht%2Fservices%2Fcasa%3Fopen%3Dnow", links["ht"]);
    }

    [Fact]
    public void The_same_page_has_one_canonical_address_in_each_language()
    {
        var languages = site.Pages.Catalog.Languages;
        var page = new PageContext(site.Pages.Catalog.In("pt"), languages, site.Pages.Settings, "/pt/services", "?page=2");

        Assert.Equal("https://tambo.example/pt/services", page.Canonical(page.T.Language));
        Assert.Null((page with { Path = "/staff/cases" }).Canonical(page.T.Language));
        Assert.Equal("/staff/cases?lang=pt", (page with { Path = "/staff/cases" }).In(page.T.Language));
        Assert.Equal("/pt", (page with { Path = "/fr", Query = "" }).In(page.T.Language));
        Assert.True(page.IsWithin("/pt/services"));
        Assert.False((page with { Path = "/pt/services-x" }).IsWithin("/pt/services"));
    }

    private async Task<IDocument> ParsedAsync(string language, Action<Pieces> content)
    {
        var pieces = new Pieces();
        content(pieces);
        return await OpenAsync(await site.Pages.RenderAsync<PageFrame>(
            language, $"/{language}", ("Title", Hostile), ("Description", Hostile), ("ChildContent", (RenderFragment)pieces.Build)));
    }

    private static Task<IDocument> OpenAsync(byte[] html) =>
        BrowsingContext.New(Configuration.Default).OpenAsync(r => r.Content(Encoding.UTF8.GetString(html)));

    private sealed class Pieces
    {
        private readonly List<Action<RenderTreeBuilder>> built = [];

        public void Add<TPiece>(params (string Name, object? Value)[] parameters)
            where TPiece : IComponent => built.Add(builder =>
            {
                builder.OpenComponent<TPiece>(0);
                foreach (var (name, value) in parameters)
                    builder.AddComponentParameter(1, name, value);
                builder.CloseComponent();
            });

        public void Build(RenderTreeBuilder builder) => built.ForEach(piece => piece(builder));
    }
}
