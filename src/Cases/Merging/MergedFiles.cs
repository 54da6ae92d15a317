using System.Data.Common;
using Dapper;
using Tambo.Platform.Database;

namespace Tambo.Cases.Merging;

/// <summary>Which files were merged into which. It is never more than one step: a file that holds others is merged into none.</summary>
internal static class MergedFiles
{
    /// <summary>A condition on a column of persons: it is <c>@person</c>, or was merged into it.</summary>
    public static string Of(string column) => $"({column} = @person or {column} in (select id from cases_persons where merged_into = @person))";

    /// <summary>The files that were merged into a person's, without their own; empty for most.</summary>
    public static async Task<IReadOnlyList<Guid>> OfAsync(DbConnection connection, Guid person) =>
        [.. await connection.QueryAsync<Guid>("select id from cases_persons where merged_into = @person order by id", new { person })];

    /// <summary>The references by which the files were known that were merged into a person's.</summary>
    public static async Task<IReadOnlyList<string>> RefsAsync(DbConnection connection, Guid person) =>
        [.. await connection.QueryAsync<string>("select public_ref from cases_persons where merged_into = @person order by id", new { person })];

    /// <summary>The file to which a person's leads now: the one it was merged into, or itself.</summary>
    public static async Task<Guid> LeadAsync(DbConnection connection, Guid person) =>
        await connection.QuerySingleOrDefaultAsync<Guid>("select merged_into from cases_persons where id = @person and merged_into is not null", new { person }) is var lead && lead != Guid.Empty ? lead : person;

    /// <summary>The files to which several lead now; those that were merged into none are left out.</summary>
    public static async Task<IReadOnlyDictionary<Guid, Guid>> LeadAsync(NodeDb db, DbConnection connection, IEnumerable<Guid> persons) =>
        (await connection.QueryAsync<(Guid Id, Guid Into)>(
            "select id, merged_into from cases_persons where merged_into is not null and id" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(persons.Select(one => one.ToString("D"))) }))
        .ToDictionary(row => row.Id, row => row.Into);
}
