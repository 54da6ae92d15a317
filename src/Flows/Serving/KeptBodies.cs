using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Tambo.Flows.Serving;

/// <summary>An answer as it was sent: dashboards ask the same again and again, and most of an answer's time is its writing.</summary>
/// <param name="Type">The content type.</param>
/// <param name="Total">How many figures there are on all pages.</param>
/// <param name="Link">Where the next page is, as a header says it; empty on the last.</param>
/// <param name="Disposition">What it is to be saved as; empty when it is to be read.</param>
/// <param name="Bytes">The body.</param>
internal sealed record KeptBody(string Type, int Total, string Link, string Disposition, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The same without its body.</summary>
    public static KeptBody Of(FiguresAnswer answer, string next) => new(
        answer.Question.Format.Type,
        answer.Total,
        next.Length > 0 ? $"<{next}>; rel=\"next\"" : "",
        answer.Question.Format == FiguresFormat.Csv || answer.Question.Format == FiguresFormat.Hxl
            ? $"attachment; filename=\"{(answer.Question.Query.Training ? "practice-" : "")}{answer.Flow.Code.ToLowerInvariant()}.csv\"" : "",
        default);

    /// <summary>Says in the headers what it is.</summary>
    public void Describe(HttpResponse response)
    {
        if (Link.Length > 0)
            response.Headers.Link = Link;
        if (Disposition.Length > 0)
            response.Headers.ContentDisposition = Disposition;
        response.Headers["X-Total-Count"] = Total.ToString(CultureInfo.InvariantCulture);
        response.ContentType = Type;
    }

    /// <summary>Sends it.</summary>
    public async Task SendAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        Describe(response);
        response.ContentLength = Bytes.Length;
        await response.BodyWriter.WriteAsync(Bytes, cancellationToken);
    }
}

/// <summary>The bodies of answers by their tags and the number of changes until then; a cache of at most eight megabytes.</summary>
internal sealed class KeptBodies
{
    /// <summary>Answers of more figures are written as they are sent.</summary>
    public const int MostFigures = 2000;

    private const int MostBytes = 8 * 1024 * 1024;

    private Kept kept = new();

    /// <summary>What was sent with a tag, or null.</summary>
    public KeptBody? Find(string tag) => Volatile.Read(ref kept).Bodies.GetValueOrDefault(tag);

    /// <summary>Writes an answer whole, and keeps it.</summary>
    /// <param name="tag">Its tag.</param>
    /// <param name="body">What its headers say.</param>
    /// <param name="write">Writes the body.</param>
    public async Task<KeptBody> KeepAsync(string tag, KeptBody body, Func<PipeWriter, Task> write)
    {
        var bytes = new MemoryStream();
        var writer = PipeWriter.Create(bytes);
        await write(writer);
        await writer.CompleteAsync();
        var whole = body with { Bytes = bytes.ToArray() };
        if (whole.Bytes.Length > MostBytes / 8)
            return whole;
        var present = Volatile.Read(ref kept);
        if (Interlocked.Add(ref present.Bytes, whole.Bytes.Length) > MostBytes)
            Volatile.Write(ref kept, present = new Kept { Bytes = whole.Bytes.Length });
        present.Bodies.TryAdd(tag, whole);
        return whole;
    }

    private sealed class Kept
    {
        public readonly ConcurrentDictionary<string, KeptBody> Bodies = new(StringComparer.Ordinal);

        public int Bytes;
    }
}
