using System.Data.Common;
using Dapper;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Consent;

/// <summary>
/// The consents of some files, those merged into them included, as they were when something was decided by them: what is then written
/// asks, once it holds the persons, whether they are still the same.
/// </summary>
internal sealed class ConsentsAsRead
{
    private readonly string sql;
    private readonly object among;
    private readonly (long Count, long Versions) read;

    private ConsentsAsRead(string sql, object among, (long Count, long Versions) read) => (this.sql, this.among, this.read) = (sql, among, read);

    /// <summary>As they are now.</summary>
    public static async Task<ConsentsAsRead> OfAsync(NodeDb db, DbConnection connection, IReadOnlyList<Guid> persons)
    {
        var sql = "select count(*), cast(coalesce(sum(k.version), 0) as bigint) from cases_consents k where k.person_id in (select p.id from cases_persons p where p.id" + db.Dialect.IsAmong + " or p.merged_into" + db.Dialect.IsAmong + ")";
        var among = new { Among = db.Dialect.Among(persons.Select(person => person.ToString("D"))) };
        return new ConsentsAsRead(sql, among, await connection.QuerySingleAsync<(long Count, long Versions)>(sql, among));
    }

    /// <summary>Passes while they are the same.</summary>
    /// <exception cref="Problem">Something was agreed to, taken back or excluded meanwhile.</exception>
    public async Task RequireSameAsync(Change change)
    {
        if ((await change.QueryAsync<(long Count, long Versions)>(sql, among)).Single() != read)
            throw PlatformProblems.Changed.With();
    }
}
