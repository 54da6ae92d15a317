using System.Diagnostics.Metrics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;
using Tambo.Platform.Sending;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Sending;

public sealed class OutboxTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string Secret = Convert.ToBase64String(Encoding.UTF8.GetBytes("known to both"));

    [Theory, OnEachEngine]
    public async Task What_is_committed_is_delivered_once_and_then_forgotten(Engine engine)
    {
        await using var desk = await SendingDesk.OpenAsync(engine);
        var message = await desk.SendAsync("""{"count":1}""");
        await desk.DeliverAsync();
        await desk.DeliverAsync();

        var (body, headers) = Assert.Single(desk.Receiver.Received);
        Assert.Equal("""{"count":1}""", body);
        Assert.Equal($"\"{message.Id:D}\"", headers["Idempotency-Key"]);
        Assert.Equal(message.Id.ToString("D"), headers["X-Tambo-Delivery"]);
        Assert.Equal("test.thing", headers["X-Tambo-Event"]);
        // By RFC 2104 over what the documentation says is signed, computed here by itself.
        var signed = $"{SettableTime.Noon.ToUnixTimeSeconds()}.{body}";
        Assert.Equal("v1=" + Convert.ToHexStringLower(HMACSHA256.HashData("known to both"u8, Encoding.UTF8.GetBytes(signed))), headers["X-Tambo-Signature"]);
        Assert.Equal(("delivered", "", 1L), await desk.RowAsync(message.Id));
    }

    [Theory, OnEachEngine]
    public async Task What_is_not_committed_is_not_delivered(Engine engine)
    {
        await using var desk = await SendingDesk.OpenAsync(engine);
        await using (var change = await desk.Db.BeginAsync(TestDatabase.Alice, "test.undone", "s", None))
            await change.SendAsync(desk.Webhook("{}"));
        await desk.DeliverAsync();
        Assert.Empty(desk.Receiver.Received);
    }

    [Theory, OnEachEngine]
    public async Task A_receiver_that_is_away_is_tried_again_later_and_later_and_given_up_in_the_end(Engine engine)
    {
        await using var desk = await SendingDesk.OpenAsync(engine);
        desk.Receiver.Status = HttpStatusCode.ServiceUnavailable;
        var message = await desk.SendAsync("{}", TimeSpan.FromDays(30));
        var pauses = new List<TimeSpan>();
        while ((await desk.RowAsync(message.Id)).State == "waiting")
        {
            await desk.DeliverAsync();
            var tried = desk.Receiver.Received.Count;
            await desk.DeliverAsync();
            Assert.Equal(tried, desk.Receiver.Received.Count);
            if (await new OutboxRows(desk.Db).NextDueAsync(None) is { } due)
            {
                pauses.Add(due - desk.Time.GetUtcNow());
                desk.Time.Set(due);
            }
        }

        Assert.Equal(RetryTimes.MostAttempts, desk.Receiver.Received.Count);
        Assert.Single(desk.Receiver.Received.Select(received => received.Headers["X-Tambo-Delivery"]).Distinct());
        Assert.True(pauses[4] > pauses[0]);
        Assert.All(pauses, pause => Assert.InRange(pause, TimeSpan.FromSeconds(15), TimeSpan.FromHours(6)));
        await using var read = await desk.Db.ReadAsync(None);
        Assert.Equal("http 503", await read.ExecuteScalarAsync<string>("select reason from platform_outbox"));
        Assert.Equal(1, (await OutboxFigures.ReadAsync(read)).Dead);

        desk.Receiver.Status = HttpStatusCode.NoContent;
        Assert.Equal(1, await desk.Outbox.RetryAsync(desk.Db, TestDatabase.Alice, None));
        await desk.DeliverAsync();
        Assert.Equal(("delivered", "", 1L), await desk.RowAsync(message.Id));
    }

    [Theory, OnEachEngine]
    public async Task A_message_that_the_other_side_refuses_is_given_up_at_once_and_what_it_said_is_erased_after_a_week(Engine engine)
    {
        await using var desk = await SendingDesk.OpenAsync(engine);
        desk.Receiver.Status = HttpStatusCode.Gone;
        var message = await desk.SendAsync("{}", TimeSpan.FromDays(20));
        await desk.DeliverAsync();
        var (state, text, attempts) = await desk.RowAsync(message.Id);
        Assert.Equal(("dead", 1L), (state, attempts));
        Assert.NotEqual("", text);

        desk.Time.Advance(TimeSpan.FromDays(7));
        await new OutboxRows(desk.Db).SweepAsync(None);
        Assert.Equal(("dead", "", 1L), await desk.RowAsync(message.Id));
        desk.Time.Advance(TimeSpan.FromDays(23));
        Assert.Equal("1 messages", await new OutboxRows(desk.Db).SweepAsync(None));
    }

    [Theory, OnEachEngine]
    public async Task A_message_that_would_come_too_late_is_not_sent(Engine engine)
    {
        await using var desk = await SendingDesk.OpenAsync(engine);
        var message = await desk.SendAsync("{}", TimeSpan.FromHours(1));
        desk.Time.Advance(TimeSpan.FromHours(1));
        await desk.DeliverAsync();
        Assert.Empty(desk.Receiver.Received);
        Assert.Equal(("dead", "", 1L), await desk.RowAsync(message.Id));
    }

    [Theory, OnEachEngine]
    public async Task A_process_that_died_while_delivering_leaves_the_message_to_others_after_three_minutes(Engine engine)
    {
        await using var desk = await SendingDesk.OpenAsync(engine);
        await desk.SendAsync("{}");
        Assert.NotNull(await new OutboxRows(desk.Db).ClaimAsync(None));
        await desk.DeliverAsync();
        Assert.Empty(desk.Receiver.Received);
        desk.Time.Advance(OutboxRows.ClaimedFor);
        await desk.DeliverAsync();
        Assert.Single(desk.Receiver.Received);
    }

    [Fact]
    public async Task Two_processes_deliver_each_message_once()
    {
        await using var desk = await SendingDesk.OpenAsync(Engine.Postgres);
        await using var other = await desk.SecondProcessAsync();
        for (var i = 0; i < 30; i++)
            await desk.SendAsync($"{{\"i\":{i}}}");
        await Task.WhenAll(desk.DeliverAsync(), other.DeliverAsync());
        Assert.Equal(30, desk.Receiver.Received.Count + other.Receiver.Received.Count);
        Assert.NotEmpty(desk.Receiver.Received);
    }

    [Theory, OnEachEngine]
    public async Task A_thief_of_the_database_reads_no_message_and_logs_hold_none(Engine engine)
    {
        await using var desk = await SendingDesk.OpenAsync(engine);
        await desk.SendAsync("""{"who":"Nadia Okoye"}""");
        await using var read = await desk.Db.ReadAsync(None);
        var row = string.Join(' ', ((IDictionary<string, object>)await read.QuerySingleAsync("select * from platform_outbox")).Values);
        Assert.DoesNotContain("Okoye", row, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("Okoye"u8)[..6], row, StringComparison.Ordinal);
        Assert.DoesNotContain("Okoye", new OutgoingWebhook(new Uri("https://a.example"), Secret, "Okoye").ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Okoye", new OutgoingMail("okoye@a.example", "Okoye", "Okoye").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_to_a_machine_of_the_inner_network_is_not_sent()
    {
        await using var desk = await SendingDesk.OpenAsync(Engine.Sqlite, allowLoopback: false);
        await desk.SendAsync("{}");
        await desk.DeliverAsync();
        Assert.Empty(desk.Receiver.Received);
        await using var read = await desk.Db.ReadAsync(None);
        Assert.Equal("file.link_private", await read.ExecuteScalarAsync<string>("select reason from platform_outbox"));
    }

    [Fact]
    public async Task A_message_over_plain_http_to_another_machine_is_not_taken()
    {
        await using var desk = await SendingDesk.OpenAsync(Engine.Sqlite);
        Assert.Throws<Problem>(() => desk.Outbox.Webhook("test.thing", new OutgoingWebhook(new Uri("http://a.example"), Secret, "{}")));
    }

    [Fact]
    public async Task What_waits_and_what_was_given_up_is_measured()
    {
        await using var desk = await SendingDesk.OpenAsync(Engine.Sqlite);
        desk.Receiver.Status = HttpStatusCode.Gone;
        await desk.SendAsync("{}");
        await desk.DeliverAsync();
        var seen = new Dictionary<string, long>(StringComparer.Ordinal);
        using var listener = new MeterListener { InstrumentPublished = (instrument, l) => { if (instrument.Meter.Name == "Tambo") l.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen[instrument.Name] = Math.Max(value, seen.GetValueOrDefault(instrument.Name)));
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.True(seen["tambo.outbox.dead"] >= 1);
        Assert.True(seen.ContainsKey("tambo.outbox.waiting"));
    }

    [Fact]
    public void Pauses_double_from_half_a_minute_to_six_hours_and_are_spread_over_their_later_half()
    {
        Assert.Equal(TimeSpan.FromSeconds(15), RetryTimes.After(1, 0));
        Assert.Equal(TimeSpan.FromSeconds(30), RetryTimes.After(1, 1));
        Assert.Equal(TimeSpan.FromSeconds(8 * 30 * 0.75), RetryTimes.After(4, 0.5));
        Assert.Equal(TimeSpan.FromHours(6), RetryTimes.After(16, 1));
        var longest = Enumerable.Range(1, RetryTimes.MostAttempts - 1).Aggregate(TimeSpan.Zero, (sum, n) => sum + RetryTimes.After(n, 1));
        Assert.InRange(longest.TotalDays, 1, 3);
    }

    [Theory]
    [InlineData("ana@isla.example", true)]
    [InlineData("ana", false)]
    [InlineData("", false)]
    [InlineData("Ana <ana@isla.example>", false)]
    [InlineData("ana@isla.example, eva@isla.example", false)]
    [InlineData("ana@isla.example\r\nBcc: eva@isla.example", false)]
    public void Only_the_address_of_one_mailbox_is_one(string text, bool expected) => Assert.Equal(expected, Outbox.IsAddress(text));
}
