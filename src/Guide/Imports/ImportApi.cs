using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Tambo.Guide.Directory;
using Tambo.Platform.Files;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Guide.Imports;

/// <summary>
/// <c>POST /api/guide/imports</c>: a program brings files, and is told what they change. Parameters of the address:
/// mapping, source_set, title, link, licence, dry_run, retire. The body is multipart, or one file as it is, named by the parameter name.
/// </summary>
internal static class ImportApi
{
    private const int MostFiles = 200;

    /// <summary>Declares the address.</summary>
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/guide/imports", HandleAsync).Needs("guide.import").DoneOnce()
            .TakesFiles(app.ServiceProvider.GetRequiredService<NodeSettings>().UploadLimit("services"));

    private static async Task<IResult> HandleAsync(HttpContext context, ImportServices import, NodeSettings settings)
    {
        var limit = settings.UploadLimit("services");
        string? Text(string name) => context.Request.Query[name].LastOrDefault() is { Length: > 0 } text ? text : null;

        var spooled = new List<(string Name, SpooledFile File)>();
        try
        {
            await foreach (var part in ReceiveAsync(context, settings.Folder, limit))
                spooled.Add(part);
            var report = await import.RunAsync(
                new ImportRequest
                {
                    Files = [.. spooled.Select(s => new ImportFile(s.Name, s.File.Stream))],
                    Mapping = Text("mapping"),
                    SourceSet = Text("source_set"),
                    Source = Text("title") is { } title ? new SourceSet { Title = title, Url = Text("link") ?? "", Licence = Text("licence") ?? "" } : null,
                    DryRun = Text("dry_run") is "true" or "1",
                    RetireVanished = Text("retire") is "true" or "1",
                },
                context.Actor(),
                context.RequestAborted);
            return Results.Json(report, RecordJson.Options);
        }
        finally
        {
            foreach (var (_, file) in spooled)
                await file.DisposeAsync();
        }
    }

    private static async IAsyncEnumerable<(string Name, SpooledFile File)> ReceiveAsync(HttpContext context, string folder, long limit)
    {
        var request = context.Request;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
        {
            yield return (NameOf(request.Query["name"].LastOrDefault()), await SpooledFile.ReceiveAsync(request.Body, folder, limit, context.RequestAborted));
            yield break;
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > 200)
            throw PlatformProblems.Malformed.With();
        var reader = new MultipartReader(boundary, request.Body);
        var files = 0;
        while (await reader.ReadNextSectionAsync(context.RequestAborted) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var says) || !says.IsFileDisposition())
                continue;
            if (++files > MostFiles)
                throw PlatformProblems.TooLarge.With();
            var name = says.FileNameStar.HasValue ? says.FileNameStar : HeaderUtilities.RemoveQuotes(says.FileName);
            yield return (NameOf(name.Value), await SpooledFile.ReceiveAsync(section.Body, folder, limit, context.RequestAborted));
        }
    }

    private static string NameOf(string? name) => Path.GetFileName(name ?? "") is { Length: > 0 and <= 200 } plain ? plain : "services.json";
}
