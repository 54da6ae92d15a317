using System.Data.Common;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;

namespace Tambo.Platform.Sending;

/// <summary>
/// Delivers what stands in the outbox: at once when a change put it there, in this process or another, and again later
/// where it failed. A message may arrive twice (the process may die between delivering and noting it), never not at all.
/// </summary>
internal sealed partial class OutboxDelivery : BackgroundService
{
    /// <summary>As many deliveries run beside each other, so that a slow server does not stop the rest.</summary>
    private const int Hands = 4;

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestDelivery = TimeSpan.FromMinutes(1);

    private readonly NodeDb db;
    private readonly NodeKey key;
    private readonly MailDelivery? mail;
    private readonly Lazy<WebhookDelivery> webhooks;
    private readonly ILogger<OutboxDelivery> log;
    private readonly OutboxRows rows;
    private readonly Channel<bool> woken = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Meter meter = new("Tambo");
    private readonly Counter<long> delivered;
    private readonly Counter<long> failed;
    private OutboxFigures figures = new();

    public OutboxDelivery(NodeDb db, NodeKey key, MailDelivery? mail, Lazy<WebhookDelivery> webhooks, ILogger<OutboxDelivery> log)
    {
        (this.db, this.key, this.mail, this.webhooks, this.log) = (db, key, mail, webhooks, log);
        rows = new OutboxRows(db);
        delivered = meter.CreateCounter<long>("tambo.outbox.delivered", "{message}", "Messages delivered");
        failed = meter.CreateCounter<long>("tambo.outbox.failed", "{attempt}", "Attempts that failed");
        meter.CreateObservableGauge("tambo.outbox.waiting", () => figures.Waiting, "{message}", "Messages to be delivered yet");
        meter.CreateObservableGauge("tambo.outbox.dead", () => figures.Dead, "{message}", "Messages that were given up");
    }

    public override void Dispose()
    {
        meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        db.Versions.Changed += Wake;
        try
        {
            while (true)
                await WaitAsync(await TryDeliverAsync(stoppingToken), stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }
        finally
        {
            db.Versions.Changed -= Wake;
        }
    }

    /// <summary>Delivers all that is due, and counts what is left.</summary>
    internal async Task DeliverDueAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(Enumerable.Range(0, Hands).Select(_ => DeliverEachAsync(cancellationToken)));
        await using var connection = await db.ReadAsync(cancellationToken);
        figures = await OutboxFigures.ReadAsync(connection);
    }

    // Called while a commit is under way: it only rings.
    private void Wake(string area)
    {
        if (area == OutboxRows.Area)
            woken.Writer.TryWrite(true);
    }

    private async Task<TimeSpan> TryDeliverAsync(CancellationToken cancellationToken)
    {
        try
        {
            await DeliverDueAsync(cancellationToken);
            var next = await rows.NextDueAsync(cancellationToken) - db.Time.GetUtcNow();
            return next is { } pause && pause < LongestPause ? pause : LongestPause;
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // The database is away, or its disk is full; what waits is still there later.
            Stopped(log, failure);
            return LongestPause;
        }
    }

    private async Task WaitAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // One second at least, so that a clock set back cannot make it spin.
        either.CancelAfter(pause > TimeSpan.FromSeconds(1) ? pause : TimeSpan.FromSeconds(1));
        try
        {
            await woken.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The pause is over.
        }
    }

    private async Task DeliverEachAsync(CancellationToken cancellationToken)
    {
        while (await rows.ClaimAsync(cancellationToken) is { } message)
            await DeliverAsync(message, cancellationToken);
    }

    private async Task DeliverAsync(ClaimedMessage message, CancellationToken cancellationToken)
    {
        if (Instants.Read(message.GoodUntil) <= db.Time.GetUtcNow())
        {
            await rows.GiveUpAsync(message, "too late", keep: false);
            return;
        }

        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(LongestDelivery);
        try
        {
            await SendAsync(message, bounded.Token);
            await rows.DeliveredAsync(message);
            delivered.Add(1, new KeyValuePair<string, object?>("kind", message.Kind));
        }
        catch (DeliveryFailure failure)
        {
            await FailedAsync(message, failure.Reason, failure.ForGood);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await FailedAsync(message, "timeout", forGood: false);
        }
        catch (CryptographicException)
        {
            await FailedAsync(message, "key", forGood: true);
        }
        catch (Exception unforeseen) when (unforeseen is not (OperationCanceledException or DbException))
        {
            // One message that cannot be sent, for whatever reason, does not hold up the others.
            await FailedAsync(message, unforeseen.GetType().Name, forGood: false);
        }
    }

    private Task SendAsync(ClaimedMessage message, CancellationToken cancellationToken)
    {
        var id = Guid.ParseExact(message.Id, "D");
        if (message.Kind == OutboxKinds.Webhook)
            return webhooks.Value.DeliverAsync(id, message.Purpose, Outbox.Open<OutgoingWebhook>(message.Sealed, message.Kind, key), cancellationToken);
        return mail is null
            ? throw new DeliveryFailure("no mail server", forGood: false)
            : mail.DeliverAsync(id, Outbox.Open<OutgoingMail>(message.Sealed, message.Kind, key), cancellationToken);
    }

    private async Task FailedAsync(ClaimedMessage message, string reason, bool forGood)
    {
        failed.Add(1, new KeyValuePair<string, object?>("kind", message.Kind));
        if (forGood || message.Attempts >= RetryTimes.MostAttempts)
        {
            GivenUp(log, message.Id, message.Purpose, message.Attempts, reason);
            await rows.GiveUpAsync(message, reason, keep: true);
            return;
        }

        await rows.TryLaterAsync(message, reason, RetryTimes.After(message.Attempts, RandomNumberGenerator.GetInt32(1000) / 1000.0));
    }

    [LoggerMessage(EventId = 1301, Level = LogLevel.Error, Message = "Message {Id} ({Purpose}) was given up after {Attempts} attempts: {Reason}.")]
    private static partial void GivenUp(ILogger logger, string id, string purpose, int attempts, string reason);

    [LoggerMessage(EventId = 1302, Level = LogLevel.Error, Message = "Delivery of messages stopped; it goes on in a minute.")]
    private static partial void Stopped(ILogger logger, Exception failure);
}
