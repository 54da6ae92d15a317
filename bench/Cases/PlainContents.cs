using System.Diagnostics;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;

namespace Tambo.Bench.Cases;

/// <summary>
/// What sealing costs: the same contents a second time in a table that keeps them as plain JSON, with the same key, read by the
/// same question and taken apart in the same way.
/// </summary>
internal sealed class PlainContents(NodeDb db, SealedRecords seals)
{
    private const int Times = 400;

    /// <summary>Copies the contents of some people, as they are once opened.</summary>
    public async Task FillAsync(IReadOnlyList<MadeUpPerson> some)
    {
        await using var change = await db.BeginAsync(Actor.OperatingSystem("bench"), "test.bench", "plain", CancellationToken.None, bulk: true);
        await change.ExecuteAsync("drop table if exists bench_plain");
        await change.ExecuteAsync(db.Dialect.Localise("create table bench_plain (slot text primary key, version integer not null, content {{blob}} not null)"));
        await using var connection = await db.ReadAsync(CancellationToken.None);
        foreach (var chunk in some.Chunk(500))
        {
            var opened = await seals.OpenAsync(connection, [.. chunk.Select(Of)], CancellationToken.None);
            await change.ExecuteAsync(
                "insert into bench_plain (slot, version, content) values (@Slot, @Version, @Content)",
                opened.Select(one => new { Slot = SlotOf(one.Key.Record), Version = 1, Content = JsonSerializer.SerializeToUtf8Bytes(one.Value) }).ToList());
        }

        await change.CommitAsync(CancellationToken.None);
    }

    /// <summary>Milliseconds, each a median, to open the identities of so many people that are sealed and that are plain, by turns.</summary>
    public async Task<(double Sealed, double Plain)> MeasureAsync(IReadOnlyList<MadeUpPerson> some, int atOnce)
    {
        var random = new Random(3);
        var (ours, theirs) = (new List<double>(), new List<double>());
        await using var connection = await db.ReadAsync(CancellationToken.None);
        for (var time = 0; time < Times; time++)
        {
            var asked = Enumerable.Range(0, atOnce).Select(_ => some[random.Next(some.Count)]).Distinct().ToList();
            var start = Stopwatch.GetTimestamp();
            var opened = await seals.OpenAsync(connection, [.. asked.Select(Of)], CancellationToken.None);
            ours.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            start = Stopwatch.GetTimestamp();
            var read = (await connection.QueryAsync<(string Slot, int Version, byte[] Content)>(
                "select slot, version, content from bench_plain where slot" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(asked.Select(person => SlotOf(person.Id))) }))
                .ToDictionary(row => row.Slot, row => JsonSerializer.Deserialize<JsonElement>(row.Content), StringComparer.Ordinal);
            theirs.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            if (opened.Count != read.Count)
                throw new InvalidOperationException("The two tables do not hold the same.");
        }

        // The first quarter warms both.
        return (Spread.Median(ours.Skip(Times / 4)), Spread.Median(theirs.Skip(Times / 4)));
    }

    private static Wanted Of(MadeUpPerson person) => new(person.Id, person.Id, [Compartments.Identity]);

    private static string SlotOf(Guid record) => record.ToString("N");
}
