using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tambo.Bench.Running;

namespace Tambo.Bench.Pages;

/// <summary>
/// The least that Kestrel can do: one delegate, no routing, no logs, the bytes with their type and length, or the tag alone
/// for whoever names one.
/// </summary>
internal static class BareKestrel
{
    public const string Verb = "bare-kestrel";

    /// <summary>Runs it in a process of its own.</summary>
    public static Task<WebProcess> StartAsync(string file)
    {
        var port = WebProcess.FreePort();
        return WebProcess.StartAsync(
            () => Process.Start(new ProcessStartInfo("dotnet",
                [typeof(BareKestrel).Assembly.Location, Verb, port.ToString(CultureInfo.InvariantCulture), file]))
                ?? throw new InvalidOperationException("dotnet did not start."),
            port,
            "/");
    }

    /// <summary>bare-kestrel PORT FILE: what that process does.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var body = await File.ReadAllBytesAsync(args[1]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Run(async context =>
        {
            var response = context.Response;
            if (context.Request.Headers.IfNoneMatch is [{ } tag, ..])
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                response.Headers.ETag = tag;
                return;
            }

            response.ContentType = "text/html; charset=utf-8";
            response.Headers.ContentEncoding = "br";
            response.ContentLength = body.Length;
            await response.BodyWriter.WriteAsync(body);
        });
        await app.RunAsync("http://127.0.0.1:" + args[0]);
        return 0;
    }
}
