using Dapper;
using Tambo.Platform.Database;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Family;

/// <summary>Two writes at one time, with nothing left to chance: the one goes on when the other is seen to wait for it.</summary>
internal static class AtOnce
{
    /// <summary>Returns once a change of the node waits for another one. What is awaited must not end before.</summary>
    /// <param name="office">The node.</param>
    /// <param name="waits">What is to wait.</param>
    /// <param name="at">A table that the waiting statement names; SQLite has one writer, whatever it writes.</param>
    public static async Task UntilWaitsAsync(CasesOffice office, Task waits, string at = "cases_persons")
    {
        for (var look = 0; look < 3000; look++)
        {
            Assert.False(waits.IsCompleted, "It did not wait.");
            if (await IsWaitingAsync(office.Node.Db, at))
                return;
            await Task.Delay(10);
        }

        Assert.Fail("Nobody waits.");
    }

    private static async Task<bool> IsWaitingAsync(NodeDb db, string at)
    {
        if (db is SqliteDb sqlite)
            return sqlite.Waiting > 0;
        await using var connection = await db.ReadAsync(CancellationToken.None);
        return await connection.QuerySingleAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%' || @at || '%'", new { at }) > 0;
    }
}
