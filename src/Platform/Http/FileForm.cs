using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace Tambo.Platform.Http;

/// <summary>
/// Marks a form post that brings files: its body may be larger than other requests. While the form's token is looked for it is
/// spooled to disk, or, where nothing of it may lie there unsealed, held in memory.
/// </summary>
/// <param name="Limit">Bytes that all files together may have.</param>
/// <param name="InMemory">True where nothing of it is ever spooled: for few files at a time.</param>
public sealed record FileForm(long Limit, bool InMemory = false) : IRequestSizeLimitMetadata
{
    // Names, boundaries and the other answers of the form.
    private const long Trimmings = 1024 * 1024;

    /// <inheritdoc />
    public long? MaxRequestBodySize => Limit + Trimmings;

    internal FormOptions Options => new()
    {
        MultipartBodyLengthLimit = Limit,
        BufferBodyLengthLimit = Limit + Trimmings,
        MemoryBufferThreshold = InMemory ? checked((int)(Limit + Trimmings)) : 64 * 1024,
    };

    /// <summary>Has the form of a request read as its route says, where nobody has looked for a token in it before: a program with its own token sends none.</summary>
    public static void Prepare(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<FileForm>() is { } files && context.Features.Get<IFormFeature>()?.Form is null)
            context.Features.Set<IFormFeature>(new FormFeature(context.Request, files.Options));
    }
}

/// <summary>States on a route that it takes files.</summary>
public static class FileFormExtensions
{
    /// <summary>The route takes a form with files up to a limit in bytes, which are spooled to disk unless they are to stay in memory.</summary>
    public static TBuilder TakesFiles<TBuilder>(this TBuilder builder, long limit, bool inMemory = false)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new FileForm(limit, inMemory));
}
