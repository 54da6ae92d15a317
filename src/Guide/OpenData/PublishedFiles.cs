using System.Collections.Concurrent;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
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
            // Compressed as it is written: the whole text is nowhere.
            var compressing = new GZipStream(bytes, CompressionLevel.Optimal, leaveOpen: true);
            await using var text = new CountedStream(compressing);
            await WriteTextAsync(form, offers, text);
            length = text.Written;
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
                await OfferTable.WriteGeoJsonAsync(offers.All, settings.File.Name, settings.File.Licence, output);
                break;
            default:
                await ExportServices.WriteAsync(offers.Directory, ExportForm.Json, settings.File, output, CancellationToken.None);
                break;
        }
    }

    /// <summary>Passes on what is written, and counts it.</summary>
    private sealed class CountedStream(Stream inner) : Stream
    {
        public long Written { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => Written; set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            inner.Write(buffer);
            Written += buffer.Length;
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await inner.WriteAsync(buffer, cancellationToken);
            Written += buffer.Length;
        }

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
