using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Tambo.Platform.Languages;

namespace Tambo.Platform.Shell;

/// <summary>
/// Renders components to UTF-8, with or without a request: pages, print sheets, offline packs and the annual report
/// come from the same components.
/// </summary>
public sealed class Pages(IServiceProvider services, ILoggerFactory logs, TextCatalog catalog, PageSettings settings)
{
    /// <summary>The languages pages exist in, and their texts.</summary>
    public TextCatalog Catalog => catalog;

    /// <summary>What the operator decided for all pages.</summary>
    public PageSettings Settings => settings;

    /// <summary>Renders one component as a whole document.</summary>
    public async Task<byte[]> RenderAsync<TComponent>(
        PageContext page, params IReadOnlyList<(string Name, object? Value)> parameters)
        where TComponent : IComponent
    {
        var values = new Dictionary<string, object?>(parameters.Count, StringComparer.Ordinal);
        foreach (var (name, value) in parameters)
            values[name] = value;
        // A renderer keeps every component it has drawn, so each document has its own.
        await using var renderer = new HtmlRenderer(services, logs);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<PageRoot>(ParameterView.FromDictionary(
                new Dictionary<string, object?>(StringComparer.Ordinal)
                {
                    [nameof(PageRoot.Page)] = page,
                    [nameof(PageRoot.Content)] = typeof(TComponent),
                    [nameof(PageRoot.Parameters)] = values,
                }));
            using var text = new Utf8Text();
            root.WriteHtmlTo(text);
            return FallbackHtml.Write(text.ToArray(), page.T.Language, page.T.FallbackLanguage);
        });
    }

    /// <summary>Renders one component in a language, outside any request.</summary>
    public Task<byte[]> RenderAsync<TComponent>(
        string language, string path, params IReadOnlyList<(string Name, object? Value)> parameters)
        where TComponent : IComponent =>
        RenderAsync<TComponent>(new PageContext(catalog.In(language), catalog.Languages, settings, path), parameters);
}

/// <summary>How a node comes by <see cref="Pages"/>.</summary>
public static class PageServices
{
    /// <summary>Registers page rendering; <see cref="TextCatalog"/> and <see cref="PageSettings"/> are the node's.</summary>
    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        // The default encoder turns every accent into an entity, which swells Spanish, French and Kreyòl pages.
        services.Replace(ServiceDescriptor.Singleton(HtmlEncoder.Create(UnicodeRanges.All)));
        services.TryAddSingleton<Pages>();
        return services;
    }
}

/// <summary>Hands the page's place and texts down to the component that is the page.</summary>
internal sealed class PageRoot : ComponentBase
{
    [Parameter]
    public PageContext Page { get; set; } = null!;

    [Parameter]
    public Type Content { get; set; } = null!;

    [Parameter]
    public IReadOnlyDictionary<string, object?> Parameters { get; set; } = FrozenDictionary<string, object?>.Empty;

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenComponent<CascadingValue<Texts>>(0);
        builder.AddComponentParameter(1, nameof(CascadingValue<>.Value), Page.T.OnPage);
        builder.AddComponentParameter(2, nameof(CascadingValue<>.IsFixed), true);
        builder.AddComponentParameter(3, nameof(CascadingValue<>.ChildContent), (RenderFragment)BuildPage);
        builder.CloseComponent();
    }

    private void BuildPage(RenderTreeBuilder builder)
    {
        builder.OpenComponent<CascadingValue<PageContext>>(0);
        builder.AddComponentParameter(1, nameof(CascadingValue<>.Value), Page);
        builder.AddComponentParameter(2, nameof(CascadingValue<>.IsFixed), true);
        builder.AddComponentParameter(3, nameof(CascadingValue<>.ChildContent), (RenderFragment)BuildContent);
        builder.CloseComponent();
    }

    private void BuildContent(RenderTreeBuilder builder)
    {
        builder.OpenComponent(0, Content);
        foreach (var (name, value) in Parameters)
            builder.AddComponentParameter(1, name, value);
        builder.CloseComponent();
    }
}

/// <summary>A text writer whose text is UTF-8 from the start, without a copy as UTF-16.</summary>
internal sealed class Utf8Text : TextWriter
{
    private readonly ArrayBufferWriter<byte> bytes = new(16 * 1024);

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Encoding.UTF8.GetBytes(buffer, bytes);

    public byte[] ToArray() => bytes.WrittenSpan.ToArray();
}
