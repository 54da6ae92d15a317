using System.Data.Common;
using Dapper;
using Tambo.Platform.Database;
using Tambo.Tests.Support;
using static System.Threading.CancellationToken;

namespace Tambo.Tests.Platform.Database;

/// <summary>One statement for many rows does the same on every engine, however it is sent.</summary>
public sealed class ManyRowsTests
{
    private const string Insert = "insert into test_rows (id, body, amount, yes, seen_at, other) values (@Id, @Body, @Amount, @Yes, @SeenAt, @Other)";

    [Theory, OnEachEngine]
    public async Task Every_value_comes_back_as_it_was_given(Engine engine)
    {
        await using var test = await CreateAsync(engine);
        string[] texts = ["", "plain", "a\tb", "line\nbreak\r\n", "back\\slash \\N \\.", "'quoted' \"twice\"", "Kreyòl ñ 漢字 🛖", "\u007f{x},(y)", "null"];
        var rows = Enumerable.Range(0, 40).Select(i => new Row(
            new Guid(i, 0, 0, new byte[8]), texts[i % texts.Length], i % 4 == 0 ? null : (i * 1.1) - 20, i % 2 == 0,
            SettableTime.Noon.AddMilliseconds(i), i % 3 == 0 ? null : "x")).ToList();

        await using (var change = await test.Db.BeginAsync(TestDatabase.Alice, "test.rows", "rows", None))
        {
            Assert.Equal(rows.Count, await change.ExecuteAsync(Insert, rows));
            await change.CommitAsync(None);
        }

        await using var connection = await test.Db.ReadAsync(None);
        Assert.Equal(rows, (await connection.QueryAsync<Row>("select id, body, amount, yes, seen_at as SeenAt, other from test_rows order by id")).ToList());
    }

    [Theory, OnEachEngine]
    public async Task Of_an_update_the_rows_that_it_changed_are_counted(Engine engine)
    {
        await using var test = await CreateAsync(engine);
        var rows = Enumerable.Range(0, 1200).Select(i => new Row(new Guid(i, 0, 0, new byte[8]), "before", i, true, SettableTime.Noon, null)).ToList();
        await using var change = await test.Db.BeginAsync(TestDatabase.Alice, "test.rows", "rows", None);
        await change.ExecuteAsync(Insert, rows);

        var changed = await change.ExecuteAsync("update test_rows set body = 'after' where id = @Id and amount < 1000", rows);
        var gone = await change.ExecuteAsync("delete from test_rows where id = @Id and body = 'before'", rows);

        Assert.Equal((1000, 200), (changed, gone));
        Assert.Equal(1000, (await change.QueryAsync<int>("select count(*) from test_rows")).Single());
    }

    [Theory, OnEachEngine]
    public async Task A_row_that_is_refused_refuses_them_all(Engine engine)
    {
        await using var test = await CreateAsync(engine);
        var rows = Enumerable.Range(0, 40).Select(i => new Row(new Guid(i % 39, 0, 0, new byte[8]), "twice", i, true, SettableTime.Noon, null)).ToList();

        await using (var change = await test.Db.BeginAsync(TestDatabase.Alice, "test.rows", "rows", None))
        {
            var refusal = await Assert.ThrowsAnyAsync<DbException>(() => change.ExecuteAsync(Insert, rows));
            Assert.True(test.Db.Dialect.IsDuplicate(refusal));
        }

        await using var connection = await test.Db.ReadAsync(None);
        Assert.Equal(0, await connection.ExecuteScalarAsync<int>("select count(*) from test_rows"));
    }

    [Theory, OnEachEngine]
    public async Task Bytes_come_back_as_they_were_given_and_what_no_column_holds_is_said(Engine engine)
    {
        await using var test = await CreateAsync(engine);
        var rows = Enumerable.Range(0, 40).Select(i => new Sealed(i, [.. Enumerable.Range(0, i * 7).Select(at => (byte)(at * 13))])).ToList();
        await using (var change = await test.Db.BeginAsync(TestDatabase.Alice, "test.rows", "rows", None))
        {
            await change.ExecuteAsync(test.Db.Dialect.Localise("create table test_bytes (id integer primary key, content {{blob}} not null)"));
            Assert.Equal(rows.Count, await change.ExecuteAsync("insert into test_bytes (id, content) values (@Id, @Content)", rows));
            await change.CommitAsync(None);
        }

        await using var connection = await test.Db.ReadAsync(None);
        var kept = (await connection.QueryAsync<(int Id, byte[] Content)>("select id, content from test_bytes order by id")).ToList();
        Assert.Equal(rows.Select(row => Convert.ToHexString(row.Content)), kept.Select(row => Convert.ToHexString(row.Content)));
        await using var refused = await test.Db.BeginAsync(TestDatabase.Alice, "test.rows", "rows", None);
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => refused.ExecuteAsync(Insert, Enumerable.Range(0, 40).Select(i => new { Id = i, Body = new Uri("tambo:x"), Amount = 1.0, Yes = true, SeenAt = "", Other = "" }).ToList()));
        Assert.IsNotType<ObjectDisposedException>(failure);
    }

    [Fact]
    public void Only_a_plain_insert_is_copied()
    {
        var copy = PostgresCopy.Of("insert into t\n  (a, \"interval\", c)\nvalues\n  (@A,\n   @Interval, @C)");

        Assert.Equal("copy t (a, \"interval\", c) from stdin", copy?.Sql);
        Assert.Equal(["A", "Interval", "C"], copy?.Names);
        Assert.Null(PostgresCopy.Of("insert into t (a) values (@A) on conflict (a) do nothing"));
        Assert.Null(PostgresCopy.Of("insert into t (a, b) values (@A, 1)"));
        Assert.Null(PostgresCopy.Of("insert into t (a) select @A"));
        Assert.Null(PostgresCopy.Of("update t set a = @A"));
    }

    private static async Task<TestDatabase> CreateAsync(Engine engine)
    {
        var test = await TestDatabase.CreateAsync(engine);
        await using var change = await test.Db.BeginAsync(TestDatabase.Alice, "test.rows", "table", None);
        await change.ExecuteAsync(
            "create table test_rows (id text primary key, body text not null, amount double precision, yes boolean not null, seen_at text not null, other text)");
        await change.CommitAsync(None);
        return test;
    }

    private sealed record Sealed(int Id, byte[] Content);

    private sealed record Row(Guid Id, string Body, double? Amount, bool Yes, DateTimeOffset SeenAt, string? Other)
    {
        public Row()
            : this(default, "", null, false, default, null)
        {
        }
    }
}
