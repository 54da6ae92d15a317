using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Idempotency;

/// <summary>
/// By what two requests are known to be the same: a keyed hash over method, address and content. Keyed, so that whoever
/// steals the database cannot guess from it what a form said.
/// </summary>
internal sealed class RequestFingerprint : IDisposable
{
    private const int Piece = 64 * 1024;
    private const int MostInMemory = 1 << 20;
    private readonly IncrementalHash hash;

    private RequestFingerprint(byte[] key) => hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);

    /// <summary>The fingerprint; the body can be read from its beginning afterwards.</summary>
    /// <param name="context">The request.</param>
    /// <param name="key">The key of the hash.</param>
    /// <param name="withContent">False where the content holds a secret.</param>
    /// <param name="folder">Where a large body is kept while it is looked at.</param>
    public static async Task<string> OfAsync(HttpContext context, byte[] key, bool withContent, string folder)
    {
        using var fingerprint = new RequestFingerprint(key);
        var request = context.Request;
        fingerprint.Add(request.Method);
        fingerprint.Add(request.Path.Value ?? "");
        fingerprint.Add(request.QueryString.Value ?? "");
        if (withContent)
            await fingerprint.AddContentAsync(context, folder);
        return Convert.ToHexStringLower(fingerprint.hash.GetHashAndReset());
    }

    public void Dispose() => hash.Dispose();

    private async Task AddContentAsync(HttpContext context, string folder)
    {
        var type = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var parsed) ? parsed : null;
        Add(type?.MediaType.ToString().ToLowerInvariant() ?? "");
        if (context.Features.Get<IFormFeature>()?.Form is { } form)
        {
            await AddFormAsync(form, context.RequestAborted);
            return;
        }

        var limit = context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize;
        // What is no file stays in memory: nothing that is said of a person lies unsealed on the disk, not even for a moment.
        var body = new FileBufferingReadStream(context.Request.Body, (int)Math.Clamp(context.Request.ContentLength ?? limit ?? Piece, Piece, MostInMemory), limit, folder);
        context.Response.RegisterForDisposeAsync(body);
        context.Request.Body = body;
        if (type is not null && type.MediaType.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) && HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 and <= 200 } boundary)
            await AddPartsAsync(new MultipartReader(boundary.ToString(), body), context.RequestAborted);
        else
            await AddAsync(body, context.RequestAborted);
        await body.DrainAsync(context.RequestAborted);
        body.Position = 0;
    }

    /// <summary>A form's fields and files, without the token and the key, which say nothing of what is asked.</summary>
    private async Task AddFormAsync(IFormCollection form, CancellationToken cancellationToken)
    {
        foreach (var (name, values) in form.Where(field => field.Key is not (RequestKey.Field or "__RequestVerificationToken")).OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            Add(name);
            Add(values.Count);
            foreach (var value in values)
                Add(value ?? "");
        }

        foreach (var file in form.Files)
        {
            Add(file.Name);
            Add(file.FileName);
            await using var bytes = file.OpenReadStream();
            await AddAsync(bytes, cancellationToken);
        }
    }

    /// <summary>The parts of a body, without what stands between them: a program that sends it again draws a new boundary.</summary>
    private async Task AddPartsAsync(MultipartReader parts, CancellationToken cancellationToken)
    {
        try
        {
            while (await parts.ReadNextSectionAsync(cancellationToken) is { } part)
            {
                Add(part.ContentDisposition ?? "");
                Add(part.ContentType ?? "");
                await AddAsync(part.Body, cancellationToken);
            }
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException and not BadHttpRequestException)
        {
            // Cut short, or no multipart body at all.
            throw PlatformProblems.Malformed.With();
        }
    }

    private async Task AddAsync(Stream bytes, CancellationToken cancellationToken)
    {
        var piece = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            long length = 0;
            int read;
            while ((read = await bytes.ReadAsync(piece, cancellationToken)) > 0)
            {
                hash.AppendData(piece, 0, read);
                length += read;
            }

            Add(length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece, clearArray: true);
        }
    }

    /// <summary>A text with its length, so that no two different requests give the same bytes.</summary>
    private void Add(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Add(bytes.Length);
        hash.AppendData(bytes);
    }

    private void Add(long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
