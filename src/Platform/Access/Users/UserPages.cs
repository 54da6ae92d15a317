using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Access.Roles;
using Tambo.Platform.Access.SecondFactors;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Access.Users;

/// <summary>The pages on which people are added, let in, given roles, and shut out.</summary>
internal static class UserPages
{
    public const string Root = "/staff/users";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, static (HttpContext context, NodeDb db, CancellationToken cancellationToken) =>
            ShowAllAsync(context, db, null, cancellationToken)).ExcludeFromDescription().Needs(RoleChanges.Care);
        routes.MapPost(Root, AddAsync).TakesForm().Needs(RoleChanges.Care).DoneOnce();
        routes.MapGet(Root + "/{id:guid}", static (HttpContext context, UserDesk desk, Guid id, bool? mailed, CancellationToken cancellationToken) =>
            ShowOneAsync(context, desk, id, null, null, cancellationToken, mailed == true)).ExcludeFromDescription().Needs(RoleChanges.Care);
        routes.MapPost(Root + "/{id:guid}/link", LinkAsync).TakesForm().Needs(RoleChanges.Care).DoneOnceInSecret();
        routes.MapPost(Root + "/{id:guid}/link/mail", MailLinkAsync).TakesForm().Needs(RoleChanges.Care).DoneOnce();
        routes.MapPost(Root + "/{id:guid}/roles", GrantAsync).TakesForm().Needs(RoleChanges.Care).DoneOnce();
        routes.MapPost(Root + "/{id:guid}/roles/take", TakeAsync).TakesForm().Needs(RoleChanges.Care).DoneOnce();
        routes.MapPost(Root + "/{id:guid}/state", SetStateAsync).TakesForm().Needs(RoleChanges.Care).DoneOnce();
        routes.MapPost(Root + "/{id:guid}/second-factor", ResetFactorAsync).TakesForm().Needs(RoleChanges.Care).DoneOnce();
    }

    private static async Task<IResult> ShowAllAsync(HttpContext context, NodeDb db, Problem? problem, CancellationToken cancellationToken)
    {
        var actor = context.Actor();
        await using var connection = await db.ReadAsync(cancellationToken);
        var users = await connection.QueryAsync<User>("select * from platform_users order by display_name, sign_in_name");
        var agencies = await Agencies.AllAsync(db, cancellationToken);
        return context.Page<UsersPage>(
            problem,
            ("Users", users.Where(user => actor.May(RoleChanges.Care, new RecordPlace(Agency: user.AgencyId))).ToList()),
            ("Agencies", agencies),
            ("Roles", await RoleCatalog.AllAsync(db, cancellationToken)));
    }

    private static async Task<IResult> AddAsync(HttpContext context, NodeDb db, StaffUsers users, CancellationToken cancellationToken)
    {
        var form = await SentForm.ReadAsync(context, cancellationToken);
        return await FormAnswers.TryAsync(
            async () =>
            {
                var person = new NewUser(form.Words("name"), form.Answered("role"))
                {
                    DisplayName = form.Words("display-name"),
                    Email = form.Field("email"),
                    Agency = form.Words("agency"),
                };
                var id = await users.AddAsync(context.Actor(), person, cancellationToken);
                return Results.Redirect($"{Root}/{id:D}");
            },
            problem => ShowAllAsync(context, db, problem.At(
                (AccessProblems.NameTaken, "name"), (AccessProblems.NameUnusable, "name"), (AccessProblems.BeyondOwnRights, "role")), cancellationToken));
    }

    private static async Task<IResult> ShowOneAsync(
        HttpContext context, UserDesk desk, Guid id, Problem? problem, string? link, CancellationToken cancellationToken, bool mailed = false)
    {
        var person = await desk.LookAsync(context.Actor(), id, cancellationToken);
        var reached = context.RequestServices.GetRequiredService<LinkMail>().Reaches(person.User);
        return context.Page<UserPage>(problem, ("Person", person), ("Link", link), ("Reached", reached), ("Mailed", mailed));
    }

    private static Task<IResult> LinkAsync(
        HttpContext context, UserDesk desk, StaffUsers users, AccessSettings settings, Guid id, CancellationToken cancellationToken) => FormAnswers.TryAsync(
        async () =>
        {
            var person = await desk.LookAsync(context.Actor(), id, cancellationToken);
            var secret = await users.CreateLinkAsync(context.Actor(), person.User.SignInName, cancellationToken);
            var node = settings.PublicUrl?.GetLeftPart(UriPartial.Authority) ?? $"{context.Request.Scheme}://{context.Request.Host}";
            var link = $"{node}/staff/sign-in/link/{secret}";
            return await ShowOneAsync(context, desk, id, null, link, cancellationToken);
        },
        problem => ShowOneAsync(context, desk, id, problem, null, cancellationToken));

    private static Task<IResult> MailLinkAsync(
        HttpContext context, UserDesk desk, LinkMail mail, Guid id, CancellationToken cancellationToken) => FormAnswers.TryAsync(
        async () =>
        {
            var person = await desk.LookAsync(context.Actor(), id, cancellationToken);
            await mail.SendAsync(context.Actor(), person.User.SignInName, mail.AddressFor(context.Request), context.Texts(), cancellationToken);
            return Results.Redirect($"{Root}/{id:D}?mailed=true");
        },
        problem => ShowOneAsync(context, desk, id, problem, null, cancellationToken));

    private static async Task<IResult> GrantAsync(HttpContext context, NodeDb db, UserDesk desk, Guid id, CancellationToken cancellationToken)
    {
        var form = await SentForm.ReadAsync(context, cancellationToken);
        return await FormAnswers.TryAsync(
            async () =>
            {
                // The form sends "kind" or "kind:identifier" in one field.
                var scope = form.Answered("scope").Split(':', 2);
                var area = form.Field("area").Trim();
                var grant = new RoleGrant
                {
                    UserId = id,
                    Role = form.Answered("role"),
                    ScopeKind = scope[0],
                    ScopeId = scope[0] == "place" ? area : scope.ElementAtOrDefault(1) ?? "",
                };
                await RoleChanges.GrantAsync(db, context.Actor(), grant, cancellationToken);
                return Results.Redirect($"{Root}/{id:D}");
            },
            problem => ShowOneAsync(context, desk, id, problem.At(
                (AccessProblems.BadScope, form.Field("scope") == "place" ? "area" : "scope"), (AccessProblems.BeyondOwnRights, "role")), null, cancellationToken));
    }

    private static async Task<IResult> TakeAsync(HttpContext context, NodeDb db, UserDesk desk, Guid id, CancellationToken cancellationToken)
    {
        var form = await SentForm.ReadAsync(context, cancellationToken);
        return await FormAnswers.TryAsync(
            async () =>
            {
                var grant = new RoleGrant
                {
                    UserId = id,
                    Role = form.Field("role"),
                    ScopeKind = form.Field("scope-kind"),
                    ScopeId = form.Field("scope-id"),
                };
                await RoleChanges.TakeAsync(db, context.Actor(), grant, cancellationToken);
                return Results.Redirect($"{Root}/{id:D}");
            },
            problem => ShowOneAsync(context, desk, id, problem, null, cancellationToken));
    }

    private static async Task<IResult> SetStateAsync(
        HttpContext context, UserDesk desk, StaffUsers users, Guid id, CancellationToken cancellationToken)
    {
        var form = await SentForm.ReadAsync(context, cancellationToken);
        return await FormAnswers.TryAsync(
            async () =>
            {
                await users.SetDisabledAsync(context.Actor(), id, form.Field("disabled") == "true", cancellationToken);
                return Results.Redirect($"{Root}/{id:D}");
            },
            problem => ShowOneAsync(context, desk, id, problem, null, cancellationToken));
    }

    private static Task<IResult> ResetFactorAsync(
        HttpContext context, UserDesk desk, SecondFactorDesk factors, NodeDb db, Guid id, CancellationToken cancellationToken) =>
        FormAnswers.TryAsync(
            async () =>
            {
                var person = await desk.LookAsync(context.Actor(), id, cancellationToken);
                await RoleChanges.RequireNotAboveAsync(db, context.Actor(), id, cancellationToken);
                await factors.ResetAsync(context.Actor(), person.User, cancellationToken);
                return Results.Redirect($"{Root}/{id:D}");
            },
            problem => ShowOneAsync(context, desk, id, problem, null, cancellationToken));
}
