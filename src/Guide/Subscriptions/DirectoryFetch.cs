using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tambo.Guide.Directory;
using Tambo.Guide.Hsds;
using Tambo.Platform.Files;
using Tambo.Platform.Problems;

namespace Tambo.Guide.Subscriptions;

/// <summary>What was fetched, as a list of HSDS records; null when there is nothing new.</summary>
/// <param name="File">The list.</param>
/// <param name="Tag">By which to ask the next time; empty when there is none.</param>
internal sealed record FetchedDirectory(SpooledFile? File, string Tag);

/// <summary>
/// Fetches a whole directory of somebody else's: a file of HSDS JSON in one piece, or an open interface page by page.
/// Whatever the other side answers, it costs bounded time, memory and disk.
/// </summary>
/// <param name="http">The safe door out.</param>
/// <param name="folder">A folder that only the node can read.</param>
/// <param name="limit">Bytes of the whole directory at most.</param>
internal sealed class DirectoryFetch(HttpClient http, string folder, long limit)
{
    private const int PerPage = 100;
    private const int MostPages = 2000;
    private const int MostServices = MostPages * PerPage;

    // A page, or a service by itself, is read whole into memory.
    private const long LargestPage = 16 * 1024 * 1024;

    // Names that stand twice in one object mean what whoever reads it takes them for.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    // What may still come, over all requests: an interface with brief lists says everything twice.
    private long left = 2 * limit;

    // A list in one piece or a service in full is larger than the root of an interface, which has three fields.
    private const int LargestRoot = 64 * 1024;

    /// <summary>For all requests of one directory together.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Fetches what stands at an address.</summary>
    /// <param name="address">The root of an interface, or a file.</param>
    /// <param name="tag">The tag of the last time, or empty.</param>
    /// <param name="cancellationToken">Stops and leaves nothing behind.</param>
    /// <exception cref="Problem">It cannot be had, is no directory, or has no end.</exception>
    public async Task<FetchedDirectory> FetchAsync(Uri address, string tag, CancellationToken cancellationToken)
    {
        // Each request has its own time; all of them together have this.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(Longest);
        try
        {
            return await FetchWithinAsync(address, tag, end.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw GuideProblems.FeedEndless.With();
        }
    }

    private async Task<FetchedDirectory> FetchWithinAsync(Uri address, string tag, CancellationToken cancellationToken)
    {
        using var answer = await AskAsync(address, tag, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotModified)
            return new FetchedDirectory(null, tag);
        await using var received = await ReceiveAsync(answer, cancellationToken);
        if (received.Stream.Length <= LargestRoot && await RootAsync(received.Stream, cancellationToken) is { } root)
            return await InterfaceAsync(address, root, tag, cancellationToken);
        received.Stream.Position = 0;
        return new FetchedDirectory(await WriteAsync(ListAsync(received.Stream), cancellationToken), TagOf(answer));
    }

    private async Task<HttpResponseMessage> AskAsync(Uri address, string tag, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.ParseAdd("application/json");
        if (tag.Length > 0)
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotModified)
            return answer;
        var status = (int)answer.StatusCode;
        answer.Dispose();
        throw GuideProblems.FeedRefused.With(("status", status));
    }

    private async Task<SpooledFile> ReceiveAsync(HttpResponseMessage answer, CancellationToken cancellationToken, long most = long.MaxValue)
    {
        if (left <= 0)
            throw FileProblems.TooLarge.With(("limit", limit >> 20));
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var file = await SpooledFile.ReceiveAsync(body, folder, Math.Min(most, Math.Min(left, limit)), cancellationToken);
        left -= file.Stream.Length;
        return file;
    }

    private static string TagOf(HttpResponseMessage answer) => answer.Headers.ETag?.ToString() is { Length: <= 200 } tag ? tag : "";

    // HSDS 3.0: the root names its version and where it is described.
    private static async Task<JsonObject?> RootAsync(Stream stream, CancellationToken cancellationToken) =>
        await ParseAsync(stream, cancellationToken) is JsonObject root && root.ContainsKey("openapi_url") ? root : null;

    // Beside what is broken: names that stand twice in one object, or of half a letter.
    private static async Task<JsonNode?> ParseAsync(Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonNode.ParseAsync(stream, documentOptions: Strict, cancellationToken: cancellationToken);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw GuideProblems.FeedUnknown.With();
        }
    }

    // One record at a time is in memory, and none may be larger than records of an import are.
    private static async IAsyncEnumerable<JsonObject> ListAsync(Stream stream)
    {
        using var records = JsonReading.Items(stream, new JsonLimits()).GetEnumerator();
        while (Next(records) is { } record)
        {
            yield return record;
            await Task.Yield();
        }
    }

    private static JsonObject? Next(IEnumerator<JsonItem> records)
    {
        try
        {
            while (records.MoveNext())
            {
                if (JsonNode.Parse(records.Current.Value.GetRawText(), documentOptions: Strict) is JsonObject record)
                    return record;
            }

            return null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or Problem)
        {
            throw GuideProblems.FeedUnknown.With();
        }
    }

    // Nodes of this kind name the whole directory as one file, which has a tag. Others are read page by page each time: the
    // dates they give with their services say nothing of the places and organisations within.
    private async Task<FetchedDirectory> InterfaceAsync(Uri address, JsonObject root, string tag, CancellationToken cancellationToken)
    {
        if (TextOf(root[HsdsApi.ExportField]) is { } named && Uri.TryCreate(address, named, out var export) && (export.Scheme, export.Authority) == (address.Scheme, address.Authority))
        {
            using var answer = await AskAsync(export, tag, cancellationToken);
            if (answer.StatusCode == HttpStatusCode.NotModified)
                return new FetchedDirectory(null, tag);
            await using var received = await ReceiveAsync(answer, cancellationToken);
            return new FetchedDirectory(await WriteAsync(ListAsync(received.Stream), cancellationToken), TagOf(answer));
        }

        var services = new Uri(address.ToString().TrimEnd('/') + "/services");
        return new FetchedDirectory(await WriteAsync(ServicesAsync(services, cancellationToken), cancellationToken), "");
    }

    private sealed record Page(IReadOnlyList<JsonObject> Contents, bool IsLast);

    private static async Task<Page> PageAsync(Stream stream, CancellationToken cancellationToken)
    {
        stream.Position = 0;
        return await ParseAsync(stream, cancellationToken) is JsonObject page && page["contents"] is JsonArray contents
            ? new Page([.. contents.OfType<JsonObject>()], (page["last_page"] is JsonValue last && last.TryGetValue<bool>(out var said) && said) || contents.Count == 0)
            : throw GuideProblems.FeedUnknown.With();
    }

    private async IAsyncEnumerable<JsonObject> ServicesAsync(Uri services, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var number = 1; number <= MostPages; number++)
        {
            using var answer = await AskAsync(new Uri(services, $"services?full=true&per_page={PerPage}&page={number}"), "", cancellationToken);
            await using var received = await ReceiveAsync(answer, cancellationToken, LargestPage);
            var page = await PageAsync(received.Stream, cancellationToken);
            // Pages that lead in a circle bring nothing new.
            var fresh = page.Contents.Where(service => TextOf(service["id"]) is { } id && seen.Add(id)).ToList();
            if ((fresh.Count == 0 && !page.IsLast) || seen.Count > MostServices)
                throw GuideProblems.FeedEndless.With();
            foreach (var service in fresh)
                yield return IsWhole(service) ? service : await OneAsync(services, TextOf(service["id"])!, cancellationToken);
            if (page.IsLast)
                yield break;
        }

        throw GuideProblems.FeedEndless.With();
    }

    // Interfaces that do not know "full" give lists without what is nested, and each service by itself.
    private static bool IsWhole(JsonObject service) => service.Any(field => field.Value is JsonArray);

    private async Task<JsonObject> OneAsync(Uri services, string id, CancellationToken cancellationToken)
    {
        using var answer = await AskAsync(new Uri(services, "services/" + Uri.EscapeDataString(id)), "", cancellationToken);
        await using var received = await ReceiveAsync(answer, cancellationToken, LargestPage);
        return await ParseAsync(received.Stream, cancellationToken) as JsonObject ?? throw GuideProblems.FeedUnknown.With();
    }

    /// <summary>What a value says; null for what is none, and for half of a surrogate pair, which says nothing.</summary>
    private static string? TextOf(JsonNode? node)
    {
        try
        {
            return node is JsonValue value ? value.ToString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private async Task<SpooledFile> WriteAsync(IAsyncEnumerable<JsonObject> records, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pipe = new System.IO.Pipelines.Pipe();
        var filling = FillAsync(pipe.Writer.AsStream(), records, stop.Token);
        SpooledFile? file = null;
        try
        {
            await using var reader = pipe.Reader.AsStream();
            file = await SpooledFile.ReceiveAsync(reader, folder, limit, cancellationToken);
            await filling;
            return file;
        }
        catch
        {
            // Too large for us: nothing more is asked for. What went wrong on the other side is the reason, where it did.
            await stop.CancelAsync();
            await filling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            file?.Dispose();
            if (filling.Exception?.InnerException is Problem reason)
                throw reason;
            throw;
        }
    }

    private static async Task FillAsync(Stream output, IAsyncEnumerable<JsonObject> records, CancellationToken cancellationToken)
    {
        await using (output)
        {
            var before = "["u8.ToArray();
            await foreach (var record in records.WithCancellation(cancellationToken))
            {
                KeepOrigin(record, depth: 0);
                await output.WriteAsync(before, cancellationToken);
                await output.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(record, RecordJson.Options), cancellationToken);
                before = ",\n"u8.ToArray();
            }

            await output.WriteAsync(before[0] == (byte)'[' ? "[]"u8.ToArray() : "]"u8.ToArray(), cancellationToken);
        }
    }

    /// <summary>
    /// Where the other side has a record from goes on standing in it: its terms bind whoever passes it on. What stands
    /// there already is older, and stays.
    /// </summary>
    internal static void KeepOrigin(JsonNode? node, int depth)
    {
        if (depth > 24)
            return;
        switch (node)
        {
            case JsonArray list:
                foreach (var item in list)
                    KeepOrigin(item, depth + 1);
                break;
            case JsonObject item:
                if (item["provenance"] is JsonObject provenance && provenance.ContainsKey("source_set"))
                {
                    item.Remove("provenance");
                    if (!item.ContainsKey(Origin.Field))
                        item[Origin.Field] = provenance;
                }

                foreach (var (_, value) in item.ToList())
                    KeepOrigin(value, depth + 1);
                break;
        }
    }
}
