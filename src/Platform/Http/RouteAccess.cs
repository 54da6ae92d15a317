using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Tambo.Platform.Access;
using Tambo.Platform.Languages;

namespace Tambo.Platform.Http;

/// <summary>Who may use an address. Every route states one; a test fails on silence.</summary>
/// <param name="Permission">The permission needed; null means open to everybody.</param>
/// <param name="SignedIn">True when any signed-in person may.</param>
public sealed record RouteAccess(string? Permission, bool SignedIn)
{
    /// <summary>Open to everybody, with no sign-in and no cookie.</summary>
    public static RouteAccess Public { get; } = new(null, false);
}

/// <summary>Marks a form post that a token page sends: the antiforgery check applies.</summary>
public sealed record FormPost;

/// <summary>Marks an address that an open page asks by itself: being asked there does not keep a session alive.</summary>
public sealed record AskedByItself
{
    /// <summary>The header by which an open page says that it asks for itself again, not its reader.</summary>
    public const string Header = "Tambo-Asked-By-Itself";

    /// <summary>True when nobody has done anything for this request to be sent.</summary>
    public static bool Is(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<AskedByItself>() is not null || context.Request.Headers.ContainsKey(Header);
}

/// <summary>States access on a route, and reads from a request who asks and in which language.</summary>
public static class RouteAccessExtensions
{
    /// <summary>Only actors holding the permission; whoever is not signed in is asked to.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder builder, string permission)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RouteAccess(permission, true));

    /// <summary>Any signed-in person.</summary>
    public static TBuilder NeedsSignIn<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RouteAccess(null, true));

    /// <summary>Everybody.</summary>
    public static TBuilder Open<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(RouteAccess.Public);

    /// <summary>Who asks; anonymous on open routes, where no session is looked up.</summary>
    public static Actor Actor(this HttpContext context) => context.Features.Get<Actor>() ?? Access.Actor.Anonymous;

    /// <summary>The texts in the language of this request.</summary>
    public static Texts Texts(this HttpContext context) =>
        context.Features.Get<Texts>() ?? throw new InvalidOperationException("The language of the request is chosen before any page runs.");

    /// <summary>The same for sentences that are put together for a page, which says of each in which language it is.</summary>
    public static Texts PageTexts(this HttpContext context) => context.Texts().OnPage;
}
