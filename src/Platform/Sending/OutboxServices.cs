using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Files;
using Tambo.Platform.Parts;
using Tambo.Platform.Settings;

namespace Tambo.Platform.Sending;

/// <summary>How a node comes by its outbox.</summary>
public static class OutboxServices
{
    /// <summary>What has to be repeated: forgetting what old messages said.</summary>
    public static Job Sweep { get; } = new("platform.outbox_sweep", TimeSpan.FromHours(1), static (services, cancellationToken) =>
        new OutboxRows(services.GetRequiredService<NodeDb>()).SweepAsync(cancellationToken));

    /// <summary>Registers the outbox and its delivery; mail as the settings say.</summary>
    public static void AddOutbox(this IServiceCollection services, NodeSettings settings)
    {
        var mail = MailSettings.Of(settings);
        services.AddSingleton(provider => new Outbox(provider.GetRequiredService<NodeKey>(), mail, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new OutboxDelivery(
            provider.GetRequiredService<NodeDb>(),
            provider.GetRequiredService<NodeKey>(),
            mail is null ? null : new MailDelivery(mail),
            // Most nodes send none, and all that speaks HTTP to others need not be loaded for them.
            new(() => new WebhookDelivery(SafeHttp.Create(new SafeHttpSettings { Bytes = 64 * 1024 }), provider.GetRequiredService<TimeProvider>())),
            provider.GetRequiredService<ILogger<OutboxDelivery>>()));
        services.AddHostedService(provider => provider.GetRequiredService<OutboxDelivery>());
    }
}
