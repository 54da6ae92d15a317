using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Parts;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Access.Roles;

/// <summary>The page of roles: what each may do, and the form for a role of the node's own.</summary>
internal static class RolePages
{
    private const string Root = "/staff/users/roles";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, static (HttpContext context, NodeDb db, IReadOnlyList<Part> parts, CancellationToken cancellationToken) =>
            ShowAsync(context, db, parts, null, cancellationToken)).ExcludeFromDescription().Needs(RoleChanges.Care);
        routes.MapPost(Root, DefineAsync).TakesForm().Needs(RoleChanges.Care).DoneOnce();
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, NodeDb db, IReadOnlyList<Part> parts, Problem? problem, CancellationToken cancellationToken) =>
        context.Page<RolesPage>(
            problem,
            ("Roles", await RoleCatalog.AllAsync(db, cancellationToken)),
            ("Permissions", parts.SelectMany(part => part.Permissions).ToList()));

    private static async Task<IResult> DefineAsync(
        HttpContext context, NodeDb db, IReadOnlyList<Part> parts, CancellationToken cancellationToken)
    {
        var form = await SentForm.ReadAsync(context, cancellationToken);
        return await FormAnswers.TryAsync(
            async () =>
            {
                var known = parts.SelectMany(part => part.Permissions);
                var chosen = form["permissions"].OfType<string>().Intersect(known, StringComparer.Ordinal).ToList();
                await RoleChanges.DefineAsync(db, context.Actor(), form.Words("name"), chosen, cancellationToken);
                return Results.Redirect(Root);
            },
            problem => ShowAsync(context, db, parts, problem.At(
                (AccessProblems.NameTaken, "name"), (AccessProblems.NameUnusable, "name"), (AccessProblems.BeyondOwnRights, "permissions")), cancellationToken));
    }
}
