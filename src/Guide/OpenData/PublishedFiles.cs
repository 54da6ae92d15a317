using System.Collections.Concurrent;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Guide.Hsds;
using Tambo.Platform.Settings;

namespace Tambo.Guide.OpenData;

/// <summary>A form in which the whole public directory is published.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Type">Its media type.</param>
/// <param name="TextKey">What it is, for readers.</param>
internal sealed record PublishedForm(string Name, string Type, string TextKey)
{
    /// <summary>True for a file that is compressed in itself.</summary>
    public bool IsArchive => Name.EndsWith(".zip", StringComparison.Ordinal);
}

/// <summary>A published file as ready bytes: text is kept compressed with gzip.</summary>
/// <param name="Form">Its form.</param>
/// <param name="Bytes">The archive, or the compressed text.</param>
/// <param name="Length">Bytes of the text, or of the archive.</param>
/// <param name="Tag">Hash of the content.</param>
internal sealed record PublishedFile(PublishedForm Form, byte[] Bytes, long Length, string Tag);

/// <summary>The whole public directory as files. Each is made when it is first asked for, and kept until the directory changes.</summary>
internal sealed class PublishedFiles(LiveOffers live, NodeSettings settings)
{
    private readonly ConditionalWeakTable<PublicDirectory, ConcurrentDictionary<string, Lazy<Task<PublishedFile>>>> made = [];

    /// <summary>The forms, for machines first.</summary>
    public static IReadOnlyList<PublishedForm> Forms { get; } =
    [
        new("services.json", "application/json", "opendata.file.json"),
        new("hsds-tables.zip", "application/zip", "opendata.file.tables"),
        new("services.csv", "text/csv; charset=utf-8", "opendata.file.csv"),
        new("services.geojson", "application/geo+json", "opendata.file.geojson"),
    ];

    /// <summary>A file of the directory that readers are given now.</summary>
    public async Task<PublishedFile> GetAsync(PublishedForm form, CancellationToken cancellationToken)
    {
        var offers = await live.GetAsync(cancellationToken);
        var files = made.GetValue(offers.Directory, static _ => new(StringComparer.Ordinal));
        // Made for all who ask, so that nobody who goes away spoils it for the others.
        var making = files.GetOrAdd(form.Name, _ => new(() => Task.Run(() => MakeAsync(form, offers))));
        try
        {
            return await making.Value.WaitAsync(cancellationToken);
        }
        catch when (making.Value.IsFaulted)
        {
            // The next one who asks tries again.
            files.TryRemove(new(form.Name, making));
            throw;
        }
    }

    private async Task<PublishedFile> MakeAsync(PublishedForm form, Offers offers)
    {
        using var bytes = new MemoryStream();
        long length;
        if (form.IsArchive)
        {
            await ExportServices.WriteAsync(offers.Directory, ExportForm.Tables, settings.File, bytes, CancellationToken.None);
            length = bytes.Length;
        }
        else
        {
            using var plain = new MemoryStream();
            await WriteTextAsync(form, offers, plain);
            length = plain.Length;
            await using var compressing = new GZipStream(bytes, CompressionLevel.Optimal, leaveOpen: true);
            plain.Position = 0;
            await plain.CopyToAsync(compressing);
        }

        var ready = bytes.ToArray();
        return new PublishedFile(form, ready, length, Convert.ToHexStringLower(SHA256.HashData(ready).AsSpan(0, 12)));
    }

    private async Task WriteTextAsync(PublishedForm form, Offers offers, Stream output)
    {
        switch (form.Name)
        {
            case "services.csv":
                await OfferTable.WriteCsvAsync(offers.All, settings.File.Licence, output);
                break;
            case "services.geojson":
                await JsonSerializer.SerializeAsync(output, OfferTable.GeoJson(offers.All, settings.File.Name, settings.File.Licence), RecordJson.Options);
                break;
            default:
                await ExportServices.WriteAsync(offers.Directory, ExportForm.Json, settings.File, output, CancellationToken.None);
                break;
        }
    }
}
