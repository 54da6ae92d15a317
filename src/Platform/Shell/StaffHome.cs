using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Access;
using Tambo.Platform.Http;
using Tambo.Platform.Parts;

namespace Tambo.Platform.Shell;

/// <summary>Where staff arrive after sign-in: what waits for them, and what they may do.</summary>
internal static class StaffHome
{
    /// <summary>Maps <c>/staff</c>.</summary>
    public static void MapStaffHome(this IEndpointRouteBuilder routes) =>
        routes.MapGet(StaffPage.Home, ShowAsync).NeedsSignIn().ExcludeFromDescription();

    private static async Task<IResult> ShowAsync(HttpContext context, IReadOnlyList<Part> parts, CancellationToken cancellationToken)
    {
        var figures = new List<HomeFigure>();
        foreach (var part in parts)
            figures.AddRange(await part.HomeFigures(context, cancellationToken));
        return new PageResult<StaffHomePage>(context.Texts(), ("Staff", StaffPage.Of(context)), ("Figures", figures));
    }
}
