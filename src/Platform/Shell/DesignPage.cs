using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Http;

namespace Tambo.Platform.Shell;

/// <summary>Shows a contributor every piece of the shell, in any language and direction.</summary>
public static class DesignPage
{
    /// <summary>Maps <c>/contributors/design</c>.</summary>
    public static void MapDesignPage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/contributors/design", Show).Open().ExcludeFromDescription();

    private static PageResult<DesignSystemPage> Show(HttpContext http) => new(http.Texts());
}
