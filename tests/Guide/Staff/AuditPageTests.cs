using System.Globalization;
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
        using var alice = await desk.SignInAsync("alice", "administrator");
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
