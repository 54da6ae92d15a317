using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Access.Account;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Platform.Access.Tokens;

/// <summary>One's own API tokens: made, listed, ended.</summary>
internal static class TokenPages
{
    private const string Root = "/staff/account/tokens";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, static (HttpContext context, ApiTokens tokens, CancellationToken cancellationToken) =>
            ShowAsync(context, tokens, null, null, cancellationToken)).ExcludeFromDescription().NeedsSignIn();
        routes.MapPost(Root, CreateAsync).TakesForm().NeedsSignIn().DoneOnceInSecret();
        routes.MapPost(Root + "/{id:guid}/end", EndAsync).TakesForm().NeedsSignIn().DoneOnce();
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, ApiTokens tokens, Problem? problem, string? secret, CancellationToken cancellationToken)
    {
        var (_, user) = AccountPages.Own(context);
        var permissions = context.Actor().Grants.Select(grant => grant.Permission).Distinct().Order(StringComparer.Ordinal).ToList();
        return context.Page<TokensPage>(
            problem, ("Tokens", await tokens.OfAsync(user.Id, cancellationToken)), ("Permissions", permissions), ("Secret", secret));
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, ApiTokens tokens, PresentPassword present, TimeProvider time, CancellationToken cancellationToken)
    {
        var (_, user) = AccountPages.Own(context);
        var form = await SentForm.ReadAsync(context, cancellationToken);
        return await FormAnswers.TryAsync(
            async () =>
            {
                await present.RequireAsync(context, user, "current", cancellationToken);
                var days = int.TryParse(form.Field("days"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 0;
                if (days is < 1 or > 365)
                    throw AccessProblems.BadToken.With().At("days");
                if (form["permissions"].Count == 0)
                    throw FormProblems.With(("permissions", FormProblems.Missing));
                var secret = await tokens.CreateAsync(
                    context.Actor(), form.Answered("name"), [.. form["permissions"].OfType<string>()], time.GetUtcNow().AddDays(days), cancellationToken);
                return await ShowAsync(context, tokens, null, secret, cancellationToken);
            },
            problem => ShowAsync(context, tokens, problem, null, cancellationToken));
    }

    private static async Task<IResult> EndAsync(HttpContext context, ApiTokens tokens, Guid id, CancellationToken cancellationToken)
    {
        var (_, user) = AccountPages.Own(context);
        await tokens.RevokeAsync(context.Actor(), user.Id, id, cancellationToken);
        return Results.Redirect(Root);
    }
}
