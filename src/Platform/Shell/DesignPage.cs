using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Languages;

namespace Tambo.Platform.Shell;

/// <summary>Shows a contributor every piece of the shell, in any language and direction.</summary>
public static class DesignPage
{
    /// <summary>Maps <c>/contributors/design</c>; the caller states that it is open to all.</summary>
    public static IEndpointConventionBuilder MapDesignPage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/contributors/design", Show);

    private static PageResult<DesignSystemPage> Show(TextCatalog catalog, string? lang) =>
        new PageResult<DesignSystemPage>(catalog.In(lang)) { PublicFor = TimeSpan.FromMinutes(5) };
}
