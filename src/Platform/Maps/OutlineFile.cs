using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Http;

namespace Tambo.Platform.Maps;

/// <summary>The outlines of the world, the Americas finer than the rest, as GeoJSON (RFC 7946), for the map that can be moved; made once a process.</summary>
public static class OutlineFile
{
    private static readonly Lazy<byte[]> Content = new(Make);
    private static readonly Lazy<byte[]> Compressed = new(Compress);

    /// <summary>Serves <c>/map/outlines.json</c>.</summary>
    public static void MapOutlines(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/map/outlines.json", Serve).Open().ExcludeFromDescription();

    private static async Task Serve(HttpContext context)
    {
        var brotli = context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal);
        var body = brotli ? Compressed.Value : Content.Value;
        context.Response.ContentType = "application/geo+json";
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "public, max-age=86400";
        context.Response.Headers.Vary = "Accept-Encoding";
        if (brotli)
            context.Response.Headers.ContentEncoding = "br";
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static byte[] Make()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("type", "FeatureCollection");
            writer.WriteStartArray("features");
            foreach (var ring in Outlines.Everywhere())
                WriteFeature(writer, ring);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteFeature(Utf8JsonWriter writer, OutlineRing ring)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "Feature");
        writer.WriteStartObject("properties");
        writer.WriteString("country", ring.Country);
        writer.WriteEndObject();
        writer.WriteStartObject("geometry");
        writer.WriteString("type", "Polygon");
        writer.WriteStartArray("coordinates");
        writer.WriteStartArray();
        for (var i = 0; i <= ring.Count; i++)
        {
            var (latitude, longitude) = ring[i % ring.Count];
            writer.WriteStartArray();
            writer.WriteNumberValue(Math.Round(longitude, 2));
            writer.WriteNumberValue(Math.Round(latitude, 2));
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static byte[] Compress()
    {
        using var target = new MemoryStream();
        using (var brotli = new System.IO.Compression.BrotliStream(target, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
            brotli.Write(Content.Value);
        return target.ToArray();
    }
}
