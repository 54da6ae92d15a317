using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;

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
    public bool ValidateAdditionalData(HttpContext context, string additionalData) => context.Actor().AuditName == additionalData;
}
