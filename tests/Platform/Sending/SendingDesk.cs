using System.Collections.Concurrent;
using System.Net;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Files;
using Tambo.Platform.Sending;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Sending;

/// <summary>An outbox with a clock of its own and somebody who receives; nothing is delivered but when the test says so.</summary>
internal sealed class SendingDesk : IAsyncDisposable
{
    private readonly TestDatabase? owned;
    private readonly NodeKey key;
    private readonly bool allowLoopback;
    private readonly OutboxDelivery delivery;

    private SendingDesk(NodeDb db, TestDatabase? owned, SettableTime time, NodeKey key, Receiver receiver, bool allowLoopback, MailSettings? mail)
    {
        (Db, this.owned, Time, this.key, Receiver, this.allowLoopback) = (db, owned, time, key, receiver, allowLoopback);
        Outbox = new Outbox(key, mail, time);
        delivery = new OutboxDelivery(
            db, key, mail is null ? null : new MailDelivery(mail),
            new(() => new WebhookDelivery(SafeHttp.Create(new SafeHttpSettings { AllowLoopback = allowLoopback }), time)), NullLogger<OutboxDelivery>.Instance);
    }

    public NodeDb Db { get; }

    public SettableTime Time { get; }

    public Receiver Receiver { get; }

    public Outbox Outbox { get; }

    public static async Task<SendingDesk> OpenAsync(Engine engine, bool allowLoopback = true, MailSettings? mail = null)
    {
        var time = new SettableTime(SettableTime.Noon);
        var test = await TestDatabase.CreateAsync(engine, time);
        return new SendingDesk(test.Db, test, time, new NodeKey(new byte[32]), await Receiver.StartAsync(), allowLoopback, mail);
    }

    public async Task<SendingDesk> SecondProcessAsync() =>
        new(await NodeDb.OpenAsync(owned!.Settings, Time, CancellationToken.None), null, Time, key, await Receiver.StartAsync(), allowLoopback, null);

    public SealedMessage Webhook(string json, TimeSpan? goodFor = null) => Outbox.Webhook(
        "test.thing", new OutgoingWebhook(Receiver.Address, Convert.ToBase64String("known to both"u8), json), goodFor);

    public Task<SealedMessage> SendAsync(string json, TimeSpan? goodFor = null) => SendAsync(Webhook(json, goodFor));

    public async Task<SealedMessage> SendAsync(SealedMessage message)
    {
        await using var change = await Db.BeginAsync(TestDatabase.Alice, "test.sent", "s", CancellationToken.None);
        await change.SendAsync(message);
        await change.CommitAsync(CancellationToken.None);
        return message;
    }

    public Task DeliverAsync() => delivery.DeliverDueAsync(CancellationToken.None);

    public async Task<(string State, string Sealed, long Attempts)> RowAsync(Guid id)
    {
        await using var read = await Db.ReadAsync(CancellationToken.None);
        return await read.QuerySingleAsync<(string, string, long)>("select state, sealed, attempts from platform_outbox where id = @id", new { id });
    }

    public async ValueTask DisposeAsync()
    {
        delivery.Dispose();
        await Receiver.DisposeAsync();
        if (owned is null)
            await Db.DisposeAsync();
        else
            await owned.DisposeAsync();
    }
}

/// <summary>Somebody else's program that is sent messages.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;

    private Receiver(WebApplication app) => this.app = app;

    public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

    public ConcurrentQueue<(string Body, Dictionary<string, string> Headers)> Received { get; } = [];

    public Uri Address => new(app.Urls.First() + "/hook");

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            receiver.Received.Enqueue((await reader.ReadToEndAsync(), headers));
            context.Response.StatusCode = (int)receiver.Status;
        });
        await app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
