using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tambo.Guide.Directory;
using Tambo.Guide.OpenData;
using Tambo.Platform.Files;
using Tambo.Platform.Settings;

namespace Tambo.Guide.Hsds;

/// <summary>In which form the directory is exported.</summary>
public enum ExportForm
{
    /// <summary>One JSON file: a list of records, services first, each on a line of its own.</summary>
    Json,

    /// <summary>A zip archive of JSON files, one for each kind of record.</summary>
    JsonArchive,

    /// <summary>A zip archive of the tables of HSDS with the datapackage.json that describes them.</summary>
    Tables,
}

/// <summary>How many records an export holds.</summary>
/// <param name="Services">Services.</param>
/// <param name="Organizations">Organisations.</param>
/// <param name="Locations">Places.</param>
public sealed record ExportCount(int Services, int Organizations, int Locations);

/// <summary>
/// Somebody takes the directory along as HSDS, to publish it or to bring it into another program or node: what the
/// public may see and nothing else, record by record into a stream.
/// </summary>
/// <param name="live">The directory as it stands.</param>
/// <param name="settings">The node's name, for the description of tables.</param>
public sealed class ExportServices(LiveDirectory live, NodeSettings settings)
{
    /// <summary>Writes the public directory; the stream need not seek and stays open.</summary>
    public async Task<ExportCount> WriteAsync(ExportForm form, Stream output, CancellationToken cancellationToken) =>
        await WriteAsync((await live.GetAsync(cancellationToken)).Public, form, settings.File, output, cancellationToken);

    /// <summary>Writes a public directory.</summary>
    internal static async Task<ExportCount> WriteAsync(
        PublicDirectory directory, ExportForm form, NodeFile node, Stream output, CancellationToken cancellationToken)
    {
        switch (form)
        {
            case ExportForm.Json:
                await WriteListAsync(output, PublicUnits.Of(directory).Select(unit => unit.Shape()), cancellationToken);
                break;
            case ExportForm.JsonArchive:
                await WriteArchiveAsync(
                    output,
                    PublicUnits.Lists.Select(list => (list.List + ".json", (Func<Stream, Task>)(file =>
                        WriteListAsync(file, PublicUnits.Of(directory).Where(unit => unit.Kind == list.Kind).Select(unit => unit.Shape()), cancellationToken)))),
                    cancellationToken);
                break;
            default:
                await WriteArchiveAsync(
                    output,
                    HsdsPackage.FilesOf(directory, node).Select(file => (file.Name, (Func<Stream, Task>)(entry => entry.WriteAsync(file.Content, cancellationToken).AsTask()))),
                    cancellationToken);
                break;
        }

        var records = directory.Records;
        return new ExportCount(records.Services.Count, records.Organizations.Count, records.Locations.Count);
    }

    private static async Task WriteListAsync(Stream output, IEnumerable<JsonObject> records, CancellationToken cancellationToken)
    {
        var before = "["u8.ToArray();
        foreach (var record in records)
        {
            await output.WriteAsync(before, cancellationToken);
            await output.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(record, RecordJson.Options), cancellationToken);
            before = ",\n"u8.ToArray();
        }

        await output.WriteAsync(before[0] == (byte)'[' ? "[]\n"u8.ToArray() : "]\n"u8.ToArray(), cancellationToken);
    }

    private static async Task WriteArchiveAsync(
        Stream output, IEnumerable<(string Name, Func<Stream, Task> WriteAsync)> files, CancellationToken cancellationToken)
    {
        await using var held = new HeldWriteStream(output);
        await using var archive = await ZipArchive.CreateAsync(held, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        foreach (var (name, writeAsync) in files)
        {
            var entry = archive.CreateEntry(name, CompressionLevel.Optimal);
            // The same directory gives the same bytes, whenever it is exported.
            entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
            await using var content = await entry.OpenAsync(cancellationToken);
            await writeAsync(content);
        }
    }
}
