using System.Globalization;
using Dapper;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tambo.Platform.Database;
using Tambo.Platform.Http;

namespace Tambo.Platform.Counting;

/// <summary>What one request adds to a counter: a code of few values, never anything of the person who asks.</summary>
/// <param name="Counter">Whose counter it is, for example <c>guide.searches</c>.</param>
/// <param name="What">What is counted.</param>
public sealed record Tally(string Counter, string What);

/// <summary>How often something happened in an hour.</summary>
/// <param name="Hour">The beginning of the hour, UTC.</param>
/// <param name="What">What was counted.</param>
/// <param name="Amount">How often.</param>
public sealed record HourlyCount(DateTimeOffset Hour, string What, long Amount);

/// <summary>
/// Counts by the hour. Requests count in memory; once a minute, and when the node stops, what was counted is written as
/// operational state. A node that is killed loses at most a minute of it: every count is a lower bound.
/// </summary>
public sealed partial class HourlyCounts(NodeDb db, ILogger<HourlyCounts> log) : BackgroundService
{
    /// <summary>The same thing is counted for one network address at most this often an hour: nobody makes a need up alone.</summary>
    public const int MostOfOneNetwork = 20;

    /// <summary>Counts are kept for this long.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(400);

    private const string HourFormat = "yyyy-MM-dd'T'HH";
    private const int MostWaiting = 20_000;
    private const int MostSenders = 100_000;
    private static readonly TimeSpan Between = TimeSpan.FromMinutes(1);

    private readonly Lock counting = new();
    private readonly Dictionary<(string Counter, string Hour, string What), long> waiting = [];

    // In memory alone, for the hour alone: by whom something was counted is written nowhere.
    private readonly Dictionary<(string What, string Network), int> senders = [];
    private string hourOfSenders = "";

    /// <summary>Counts a request, unless a known crawler sent it or a browser only looked ahead.</summary>
    public void Add(Tally tally, HttpContext context)
    {
        if (!Crawlers.IsPerson(context.Request))
            return;
        var hour = HourOf(db.Time.GetUtcNow());
        var sender = (tally.What, RateLimits.Network(context.Connection.RemoteIpAddress));
        lock (counting)
        {
            if (hourOfSenders != hour)
            {
                senders.Clear();
                hourOfSenders = hour;
            }

            var sent = senders.GetValueOrDefault(sender);
            var key = (tally.Counter, hour, tally.What);
            if (sent >= MostOfOneNetwork || (sent == 0 && senders.Count >= MostSenders) || (waiting.Count >= MostWaiting && !waiting.ContainsKey(key)))
                return;
            senders[sender] = sent + 1;
            waiting[key] = waiting.GetValueOrDefault(key) + 1;
        }
    }

    /// <summary>Writes what has been counted so far.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        List<Row> rows;
        lock (counting)
        {
            rows = [.. waiting.Select(count => new Row(count.Key.Counter, count.Key.Hour, count.Key.What, count.Value))];
            waiting.Clear();
        }

        if (rows.Count == 0)
            return;
        try
        {
            await using var change = await db.BeginOperationalAsync(cancellationToken);
            foreach (var row in rows)
            {
                await change.ExecuteAsync(
                    """
                    insert into platform_hourly_counts (counter, hour, what, amount) values (@Counter, @Hour, @What, @Amount)
                    on conflict (counter, hour, what) do update set amount = platform_hourly_counts.amount + excluded.amount
                    """,
                    row);
            }

            await change.CommitAsync(cancellationToken);
        }
        catch
        {
            lock (counting)
            {
                foreach (var row in rows)
                    waiting[(row.Counter, row.Hour, row.What)] = waiting.GetValueOrDefault((row.Counter, row.Hour, row.What)) + row.Amount;
            }

            throw;
        }
    }

    /// <summary>The counts of a counter since an hour.</summary>
    public async Task<IReadOnlyList<HourlyCount>> ReadAsync(string counter, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var rows = await connection.QueryAsync<(string Hour, string What, long Amount)>(
            "select hour, what, amount from platform_hourly_counts where counter = @counter and hour >= @Since", new { counter, Since = HourOf(since) });
        return [.. rows.Select(row => new HourlyCount(
            DateTimeOffset.ParseExact(row.Hour, HourFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), row.What, row.Amount))];
    }

    /// <summary>Forgets what is older than a year and a month.</summary>
    public async Task<string> SweepAsync(CancellationToken cancellationToken)
    {
        await using var change = await db.BeginOperationalAsync(cancellationToken);
        var gone = await change.ExecuteAsync("delete from platform_hourly_counts where hour < @Before", new { Before = HourOf(db.Time.GetUtcNow() - KeptFor) });
        await change.CommitAsync(cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{gone} counts");
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryWriteAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Between);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TryWriteAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The node stops; what is left is written then.
        }
    }

    private async Task TryWriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            NotWritten(log, failure);
        }
    }

    private static string HourOf(DateTimeOffset at) => at.UtcDateTime.ToString(HourFormat, CultureInfo.InvariantCulture);

    [LoggerMessage(EventId = 1301, Level = LogLevel.Warning, Message = "Counts could not be written; they are tried again in a minute.")]
    private static partial void NotWritten(ILogger logger, Exception failure);

    private sealed record Row(string Counter, string Hour, string What, long Amount);
}
