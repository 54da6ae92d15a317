using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Tambo.Platform.Http;

/// <summary>
/// Metrics and traces over OTLP, for operators who name a collector; nothing is measured or sent otherwise. What a
/// reader looked for never leaves: queries are removed, and paths are named by their route.
/// </summary>
public static class Telemetry
{
    /// <summary>Starts sending when an endpoint is configured.</summary>
    public static void AddTelemetry(this IServiceCollection services, string? endpoint)
    {
        if (string.IsNullOrEmpty(endpoint))
            return;
        var address = new Uri(endpoint);
        services.AddHostedService(_ => new TelemetrySender(address));
    }

    /// <summary>Takes from a trace what could tell what somebody looked for.</summary>
    internal sealed class WithoutQueries : BaseProcessor<Activity>
    {
        private static readonly string[] Telling = ["url.query", "url.full", "url.path", "http.url", "http.target", "client.address", "user_agent.original"];

        public override void OnEnd(Activity data)
        {
            foreach (var tag in Telling)
                data.SetTag(tag, null);
        }
    }

    private sealed class TelemetrySender(Uri endpoint) : IHostedService, IDisposable
    {
        private TracerProvider? traces;
        private MeterProvider? metrics;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            var node = ResourceBuilder.CreateDefault().AddService("tambo");
            traces = Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(node)
                .AddSource("Microsoft.AspNetCore", "Npgsql")
                .AddProcessor(new WithoutQueries())
                .AddOtlpExporter(otlp => otlp.Endpoint = endpoint)
                .Build();
            metrics = Sdk.CreateMeterProviderBuilder()
                .SetResourceBuilder(node)
                .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Tambo")
                .AddOtlpExporter(otlp => otlp.Endpoint = endpoint)
                .Build();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            traces?.ForceFlush(2000);
            metrics?.ForceFlush(2000);
            return Task.CompletedTask;
        }

        public void Dispose()
        {
            traces?.Dispose();
            metrics?.Dispose();
        }
    }
}
