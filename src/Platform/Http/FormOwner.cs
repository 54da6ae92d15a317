using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Tambo.Platform.Access;

namespace Tambo.Platform.Http;

/// <summary>
/// Ties a form's token to the person who was given the form, so that a token fetched by somebody else, and planted from
/// a neighbouring site, is worth nothing.
/// </summary>
public sealed class FormOwner : IAntiforgeryAdditionalDataProvider
{
    /// <inheritdoc />
    public string GetAdditionalData(HttpContext context) => context.Actor().AuditName;

    /// <inheritdoc />
    public bool ValidateAdditionalData(HttpContext context, string additionalData) =>
        context.Actor().AuditName == additionalData || (IsOpen(context) && additionalData == Actor.Anonymous.AuditName);

    // Sign-in forms are given to nobody known yet, and may be sent by somebody who is signed in elsewhere.
    private static bool IsOpen(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<RouteAccess>() is { SignedIn: false };
}
