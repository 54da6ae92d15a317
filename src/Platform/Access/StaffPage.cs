using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Http;
using Tambo.Platform.Parts;
using Tambo.Platform.Shell;

namespace Tambo.Platform.Access;

/// <summary>What every staff page shows beside its content: who is signed in, their menu, and the token of its forms.</summary>
/// <param name="Menu">The pages this person may open.</param>
/// <param name="SignedInAs">Their name; null before sign-in is complete.</param>
/// <param name="Token">The antiforgery token of the forms.</param>
public sealed record StaffPage(IReadOnlyList<MenuLink> Menu, string? SignedInAs, string Token)
{
    /// <summary>Where staff arrive.</summary>
    public const string Home = "/staff";

    /// <summary>The frame of a request's page.</summary>
    public static StaffPage Of(HttpContext context)
    {
        var token = context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context).RequestToken ?? "";
        var actor = context.Actor();
        if (actor.UserId is null)
            return new StaffPage([], null, token);
        var items = context.RequestServices.GetRequiredService<IReadOnlyList<Part>>().SelectMany(part => part.Menu)
            .Where(item => actor.May(item.Permission))
            .Select(item => new MenuLink(item.TextKey, item.Address));
        return new StaffPage([.. items, new MenuLink("access.account", "/staff/account")], actor.DisplayName, token);
    }
}
