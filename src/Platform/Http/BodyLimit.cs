using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Metadata;

namespace Tambo.Platform.Http;

/// <summary>A limit of what a request to a route may bring. The framework's own one would load all of MVC with it.</summary>
/// <param name="MaxRequestBodySize">Bytes.</param>
internal sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;

/// <summary>States on a route how much its requests may bring.</summary>
public static class BodyLimitExtensions
{
    /// <summary>The body of a request to the route has at most so many bytes; what is larger is refused unread.</summary>
    public static TBuilder TakesAtMost<TBuilder>(this TBuilder builder, long bytes)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new BodyLimit(bytes));
}
