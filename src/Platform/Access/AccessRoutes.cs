using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Access.Account;
using Tambo.Platform.Access.Roles;
using Tambo.Platform.Access.SignIn;
using Tambo.Platform.Access.Tokens;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Http;

namespace Tambo.Platform.Access;

/// <summary>The addresses of signing in, of one's own account, and of the care of users.</summary>
public static class AccessRoutes
{
    /// <summary>Declares them; each states its access.</summary>
    public static void MapAccess(this IEndpointRouteBuilder routes)
    {
        SignInPages.Map(routes);
        PasskeySignIn.Map(routes);
        PasskeyStep.Map(routes);
        AccountPages.Map(routes);
        FactorPages.Map(routes);
        OwnLanguage.Map(routes);
        TokenPages.Map(routes);
        UserPages.Map(routes);
        TeamPages.Map(routes);
        RolePages.Map(routes);
    }

    /// <summary>A form's post, whose token is checked.</summary>
    internal static RouteHandlerBuilder TakesForm(this RouteHandlerBuilder route) =>
        route.ExcludeFromDescription().WithMetadata(new FormPost()).DisableAntiforgery();
}
