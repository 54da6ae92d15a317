using System.Net;
using Dapper;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Tambo.Platform.Counting;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Counting;

public sealed class HourlyCountsTests
{
    private const string Phone = "Mozilla/5.0 (Linux; Android 13) Firefox/140.0";
    private static readonly Tally Shelter = new("test", "shelter");

    [Theory, OnEachEngine]
    public async Task Counts_of_an_hour_are_written_together_and_added_to(Engine engine)
    {
        var time = new SettableTime(SettableTime.Noon);
        await using var test = await TestDatabase.CreateAsync(engine, time);
        using var counts = new HourlyCounts(test.Db, NullLogger<HourlyCounts>.Instance);
        for (var i = 0; i < 3; i++)
            counts.Add(Shelter, Request($"10.0.0.{i}"));
        await counts.WriteAsync(CancellationToken.None);
        counts.Add(Shelter, Request("10.0.0.9"));
        counts.Add(new Tally("test", "food"), Request("10.0.0.9"));
        time.Advance(TimeSpan.FromHours(1));
        counts.Add(Shelter, Request("10.0.0.9"));
        await counts.WriteAsync(CancellationToken.None);
        await counts.WriteAsync(CancellationToken.None);

        var read = await counts.ReadAsync("test", SettableTime.Noon, CancellationToken.None);
        Assert.Equal(
            [(12, "food", 1L), (12, "shelter", 4L), (13, "shelter", 1L)],
            read.Select(count => (count.Hour.Hour, count.What, count.Amount)).Order());
        Assert.Single(await counts.ReadAsync("test", SettableTime.Noon.AddHours(1), CancellationToken.None));
        await using var connection = await test.Db.ReadAsync(CancellationToken.None);
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>("select count(*) from platform_audit_entries where change like '%count%'"));

        time.Advance(HourlyCounts.KeptFor);
        Assert.Equal("2 counts", await counts.SweepAsync(CancellationToken.None));
    }

    [Fact]
    public async Task One_network_counts_only_so_often_an_hour_and_crawlers_never()
    {
        var time = new SettableTime(SettableTime.Noon);
        await using var test = await TestDatabase.CreateAsync(Engine.Sqlite, time);
        using var counts = new HourlyCounts(test.Db, NullLogger<HourlyCounts>.Instance);
        for (var i = 0; i < 100; i++)
            counts.Add(Shelter, Request("10.0.0.1"));
        foreach (var agent in new[] { "", "Mozilla/5.0 (compatible; Googlebot/2.1)", "curl/8.5", "facebookexternalhit/1.1", "python-requests/2.31" })
            counts.Add(Shelter, Request("10.0.0.2", agent));
        var ahead = Request("10.0.0.3");
        ahead.Request.Headers["Sec-Purpose"] = "prefetch;prerender";
        counts.Add(Shelter, ahead);
        await counts.WriteAsync(CancellationToken.None);
        Assert.Equal(HourlyCounts.MostOfOneNetwork, (await counts.ReadAsync("test", SettableTime.Noon, CancellationToken.None)).Single().Amount);

        time.Advance(TimeSpan.FromHours(1));
        counts.Add(Shelter, Request("10.0.0.1"));
        await counts.WriteAsync(CancellationToken.None);
        Assert.Equal(1, (await counts.ReadAsync("test", SettableTime.Noon.AddHours(1), CancellationToken.None)).Single().Amount);
    }

    private static DefaultHttpContext Request(string address, string agent = Phone)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        context.Request.Headers.UserAgent = agent;
        return context;
    }
}
