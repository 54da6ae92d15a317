using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace Tambo.Platform.Http;

/// <summary>
/// Marks a form post that brings files: its body may be larger than other requests, and is spooled to disk, never held
/// in memory, while the form's token is looked for.
/// </summary>
/// <param name="Limit">Bytes that all files together may have.</param>
public sealed record FileForm(long Limit) : IRequestSizeLimitMetadata
{
    // Names, boundaries and the other answers of the form.
    private const long Trimmings = 1024 * 1024;

    /// <inheritdoc />
    public long? MaxRequestBodySize => Limit + Trimmings;

    internal FormOptions Options => new()
    {
        MultipartBodyLengthLimit = Limit,
        BufferBodyLengthLimit = Limit + Trimmings,
        MemoryBufferThreshold = 64 * 1024,
    };
}

/// <summary>States on a route that it takes files.</summary>
public static class FileFormExtensions
{
    /// <summary>The route takes a form with files up to a limit in bytes.</summary>
    public static TBuilder TakesFiles<TBuilder>(this TBuilder builder, long limit)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new FileForm(limit));
}
