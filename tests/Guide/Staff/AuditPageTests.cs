using System.Globalization;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Audit;
using Tambo.Platform.Database;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Staff;

/// <summary>The audit is read page by page and narrowed by who, what, to what, and when.</summary>
public sealed class AuditPageTests
{
    [Theory, OnEachEngine]
    public async Task Every_line_is_on_exactly_one_page(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        await desk.WriteAsync(change => change.ExecuteAsync(
            "insert into platform_roles (code, name, permissions, version) values ('watch', 'Watch', 'audit.read guide.feedback.sensitive', 1)"));
        using var alice = await desk.SignInAsync("alice", "watch");
        for (var i = 0; i < 120; i++)
        {
            await using var change = await desk.Node.Db.BeginAsync(TestDatabase.Alice, "test.counted", $"thing:{i}", CancellationToken.None);
            await change.CommitAsync(CancellationToken.None);
        }

        var seen = new List<(string Subject, string Line)>();
        var path = "/staff/audit?change=test.counted";
        while (path is not null)
        {
            var page = await alice.OpenAsync(path);
            Assert.Equal(200, alice.Status);
            seen.AddRange(page.QuerySelectorAll("tbody tr").Select(row => (row.Children[3].TextContent.Trim(), row.Children[4].TextContent.Trim())));
            path = page.QuerySelector("a[rel=next]")?.GetAttribute("href");
        }

        Assert.Equal(Enumerable.Range(0, 120).Select(i => $"thing:{i}").Order(StringComparer.Ordinal), seen.Select(row => row.Subject).Order(StringComparer.Ordinal));
        // All were written at one moment of the test's clock: then the newest of each writer comes first.
        Assert.All(
            seen.Select(row => row.Line.Split(' ')).GroupBy(line => line[0], line => long.Parse(line[1], CultureInfo.InvariantCulture)),
            writer => Assert.Equal(writer.OrderDescending(), writer));
    }

    [Theory, OnEachEngine]
    public async Task Whoever_is_not_shown_every_line_is_told_no_number_by_which_to_count_those_that_are_missing(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var alice = await desk.SignInAsync("alice", "administrator");
        for (var i = 0; i < 60; i++)
        {
            await using var change = await desk.Node.Db.BeginAsync(TestDatabase.Alice, i % 2 == 0 ? "test.counted" : "guide.feedback.received", $"thing:{i}", CancellationToken.None);
            await change.CommitAsync(CancellationToken.None);
        }

        for (var i = 60; i < 120; i++)
        {
            await using var change = await desk.Node.Db.BeginAsync(TestDatabase.Alice, "test.counted", $"thing:{i}", CancellationToken.None);
            await change.CommitAsync(CancellationToken.None);
        }

        await desk.Node.Services.GetRequiredService<AuditHeads>().SignAsync(CancellationToken.None);
        var first = await alice.OpenAsync("/staff/audit");
        Assert.Equal(4, first.QuerySelectorAll("thead th").Length);
        var older = first.QuerySelector("a[rel=next]")!.GetAttribute("href")!;
        await using var read = await desk.Node.Db.ReadAsync(CancellationToken.None);
        var lines = await read.ExecuteScalarAsync<long>("select count(*) from platform_audit_entries");
        Assert.DoesNotMatch($@"\b{lines}\b|\b1\d\d\b(?! UTC)", first.QuerySelector("main .notice")!.TextContent.Replace("2026-03-04", "", StringComparison.Ordinal));
        Assert.Matches("^/staff/audit\\?before=2026-03-04T[0-9%AZ.:]+~[0-9a-f]{64}$", Uri.UnescapeDataString(older));
        // The next page goes on where this one ended.
        var second = await alice.OpenAsync(older + "&change=test.counted");
        Assert.Equal(
            first.QuerySelectorAll("tbody tr").Select(row => row.Children[3].TextContent.Trim()).Intersect(second.QuerySelectorAll("tbody tr").Select(row => row.Children[3].TextContent.Trim()), StringComparer.Ordinal), []);
        Assert.NotEmpty(second.QuerySelectorAll("tbody tr"));
    }

    [Theory]
    [InlineData("subject=7", 1)]
    [InlineData("subject=thing%3A7", 1)]
    [InlineData("subject=%25", 0)]
    [InlineData("actor=user%3Aalice", 2)]
    [InlineData("actor=nobody", 0)]
    [InlineData("from=2026-03-04&to=2026-03-04", 2)]
    [InlineData("from=2026-03-05", 0)]
    [InlineData("to=2026-03-03", 0)]
    [InlineData("before=nonsense~x", 2)]
    public async Task The_audit_is_narrowed_by_what_the_address_says(string query, int expected)
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var alice = await desk.SignInAsync("alice", "administrator");
        foreach (var subject in new[] { "thing:7", "thing:71" })
        {
            await using var change = await desk.Node.Db.BeginAsync(TestDatabase.Alice, "test.counted", subject, CancellationToken.None);
            await change.CommitAsync(CancellationToken.None);
        }

        var page = await alice.OpenAsync("/staff/audit?change=test.counted&" + query);
        Assert.Equal(expected, page.QuerySelectorAll("tbody tr").Length);
    }
}
