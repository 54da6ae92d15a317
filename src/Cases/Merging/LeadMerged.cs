using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Access;
using Tambo.Cases.Persons;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;

namespace Tambo.Cases.Merging;

/// <summary>
/// Every address of a file that was merged leads to the one that it was merged into, for those who reach that one; for others the
/// address is what it was. Only what is read is led on: whoever changes a file is told that it is closed.
/// </summary>
internal static class LeadMerged
{
    /// <summary>The addresses, each of which leads on where it is of a person.</summary>
    public static IEndpointRouteBuilder LeadingMerged(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("");
        group.AddEndpointFilter(static async (context, next) =>
        {
            var http = context.HttpContext;
            return await OtherAsync(http) is { } other ? Results.Redirect(other, preserveMethod: true) : await next(context);
        });
        return group;
    }

    private static async Task<string?> OtherAsync(HttpContext http)
    {
        if (!HttpMethods.IsGet(http.Request.Method) || http.GetEndpoint() is not RouteEndpoint { RoutePattern.RawText: { } pattern }
            || !pattern.Contains("/persons/{id:guid}", StringComparison.Ordinal) || !Guid.TryParse(http.Request.RouteValues["id"]?.ToString(), out var id))
            return null;
        var services = http.RequestServices;
        await using var connection = await services.GetRequiredService<NodeDb>().ReadAsync(http.RequestAborted);
        var lead = await MergedFiles.LeadAsync(connection, id);
        if (lead == id || await services.GetRequiredService<PersonFiles>().FindAsync(connection, CaseScope.For(http.Actor()), lead) is null)
            return null;
        var path = http.Request.Path.Value!;
        var at = path.IndexOf("/persons/", StringComparison.OrdinalIgnoreCase) + "/persons/".Length;
        return http.Request.PathBase + path[..at] + lead.ToString("D") + path[(at + 36)..] + http.Request.QueryString;
    }
}
