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

    // A list in one piece or a service in full is larger than the root of an interface, which has three fields.
    private const int LargestRoot = 64 * 1024;

    /// <summary>Fetches what stands at an address.</summary>
    /// <param name="address">The root of an interface, or a file.</param>
    /// <param name="tag">The tag of the last time, or empty.</param>
    /// <param name="cancellationToken">Stops and leaves nothing behind.</param>
    /// <exception cref="Problem">It cannot be had, is no directory, or has no end.</exception>
    public async Task<FetchedDirectory> FetchAsync(Uri address, string tag, CancellationToken cancellationToken)
    {
        using var answer = await AskAsync(address, tag, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotModified)
            return new FetchedDirectory(null, tag);
        await using var received = await ReceiveAsync(answer, cancellationToken);
        if (received.Stream.Length <= LargestRoot && await RootAsync(received.Stream, cancellationToken) is { } root)
            return await InterfaceAsync(address, root, tag, cancellationToken);
        received.Stream.Position = 0;
        return new FetchedDirectory(await WriteAsync(ListAsync(received.Stream, cancellationToken), cancellationToken), TagOf(answer));
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

    private async Task<SpooledFile> ReceiveAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        return await SpooledFile.ReceiveAsync(body, folder, limit, cancellationToken);
    }

    private static string TagOf(HttpResponseMessage answer) => answer.Headers.ETag?.ToString() is { Length: <= 200 } tag ? tag : "";

    // HSDS 3.0: the root names its version and where it is described.
    private static async Task<JsonObject?> RootAsync(Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonNode.ParseAsync(stream, cancellationToken: cancellationToken) is JsonObject root && root.ContainsKey("openapi_url") ? root : null;
        }
        catch (JsonException)
        {
            throw GuideProblems.FeedUnknown.With();
        }
    }

    private static async IAsyncEnumerable<JsonObject> ListAsync(Stream stream, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var records = JsonSerializer.DeserializeAsyncEnumerable<JsonObject>(stream, RecordJson.Options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (records)
        {
            while (true)
            {
                try
                {
                    if (!await records.MoveNextAsync())
                        break;
                }
                catch (JsonException)
                {
                    throw GuideProblems.FeedUnknown.With();
                }

                if (records.Current is { } record)
                    yield return record;
            }
        }
    }

    // Nodes of this kind name the whole directory as one file, which has a tag. Others are read page by page each time: the
    // dates they give with their services say nothing of the places and organisations within.
    private async Task<FetchedDirectory> InterfaceAsync(Uri address, JsonObject root, string tag, CancellationToken cancellationToken)
    {
        if (root[HsdsApi.ExportField] is JsonValue named && Uri.TryCreate(address, named.ToString(), out var export) && export.Authority == address.Authority)
        {
            using var answer = await AskAsync(export, tag, cancellationToken);
            if (answer.StatusCode == HttpStatusCode.NotModified)
                return new FetchedDirectory(null, tag);
            await using var received = await ReceiveAsync(answer, cancellationToken);
            return new FetchedDirectory(await WriteAsync(ListAsync(received.Stream, cancellationToken), cancellationToken), TagOf(answer));
        }

        var services = new Uri(address.ToString().TrimEnd('/') + "/services");
        return new FetchedDirectory(await WriteAsync(ServicesAsync(services, cancellationToken), cancellationToken), "");
    }

    private sealed record Page(IReadOnlyList<JsonObject> Contents, bool IsLast);

    private static async Task<Page> PageAsync(Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            stream.Position = 0;
            if (await JsonNode.ParseAsync(stream, cancellationToken: cancellationToken) is JsonObject page && page["contents"] is JsonArray contents)
                return new Page([.. contents.OfType<JsonObject>()], (page["last_page"] is JsonValue last && last.TryGetValue<bool>(out var said) && said) || contents.Count == 0);
        }
        catch (JsonException)
        {
            // The same as no page.
        }

        throw GuideProblems.FeedUnknown.With();
    }

    private async IAsyncEnumerable<JsonObject> ServicesAsync(Uri services, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var number = 1; number <= MostPages; number++)
        {
            using var answer = await AskAsync(new Uri(services, $"services?full=true&per_page={PerPage}&page={number}"), "", cancellationToken);
            await using var received = await ReceiveAsync(answer, cancellationToken);
            var page = await PageAsync(received.Stream, cancellationToken);
            // Pages that lead in a circle bring nothing new.
            var fresh = page.Contents.Where(service => service["id"] is JsonValue id && seen.Add(id.ToString())).ToList();
            if ((fresh.Count == 0 && !page.IsLast) || seen.Count > MostServices)
                throw GuideProblems.FeedEndless.With();
            foreach (var service in fresh)
                yield return IsWhole(service) ? service : await OneAsync(services, service["id"]!.ToString(), cancellationToken);
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
        await using var received = await ReceiveAsync(answer, cancellationToken);
        try
        {
            return await JsonNode.ParseAsync(received.Stream, cancellationToken: cancellationToken) as JsonObject ?? throw GuideProblems.FeedUnknown.With();
        }
        catch (JsonException)
        {
            throw GuideProblems.FeedUnknown.With();
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
