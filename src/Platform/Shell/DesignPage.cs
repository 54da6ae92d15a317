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
        // A plain result: what generates the code of endpoints does not see the types of pages, which are generated too.
        routes.MapGet("/contributors/design", IResult (HttpContext http) => new PageResult<DesignSystemPage>(http.Texts())).Open().ExcludeFromDescription();
}
