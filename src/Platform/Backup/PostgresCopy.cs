using System.Data.Common;
using Dapper;
using Npgsql;

namespace Tambo.Platform.Backup;

/// <summary>
/// Copies the node's tables out of PostgreSQL and into it, with COPY in PostgreSQL's binary form: the tables themselves
/// are made by the migrations, so a copy holds rows and nothing else.
/// </summary>
internal static class PostgresCopy
{
    // Files that nobody has let in yet are forgotten within the day: no copy of them is kept longer.
    /// <summary>The node's tables, each after those that its foreign keys name.</summary>
    private const string Tables =
        """
        select c.relname
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = current_schema() and c.relkind in ('r', 'p') and not c.relispartition
          and exists (select 1 from platform_migrations m where c.relname like m.part || '\_%')
          and c.relname not in ('platform_brought_files', 'platform_brought_pieces')
        order by c.relname
        """;

    private const string References =
        """
        select distinct child.relname as child, parent.relname as parent
        from pg_constraint k
        join pg_class child on child.oid = k.conrelid
        join pg_class parent on parent.oid = k.confrelid
        join pg_namespace n on n.oid = child.relnamespace
        where k.contype = 'f' and n.nspname = current_schema() and child.oid <> parent.oid
        """;

    private const string Columns =
        """
        select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
        from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = current_schema() and c.relname = @table and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
        """;

    /// <summary>Writes one file a table into a folder, all rows as the connection's transaction sees them.</summary>
    public static async Task WriteAsync(
        NpgsqlConnection connection, string folder, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var tables = await OrderAsync(connection);
        for (var i = 0; i < tables.Count; i++)
        {
            progress.Report(new WorkProgress("Copying the database", i, tables.Count));
            var columns = await connection.ExecuteScalarAsync<string>(Columns, new { table = tables[i] });
            // A partitioned table can be read by a query only; the names come from the catalogue.
            await using var rows = await connection.BeginRawBinaryCopyAsync(
                string.Concat("copy (select ", columns, " from ", Quote(tables[i]), ") to stdout (format binary)"), cancellationToken);
            await using var file = new FileStream(FileOf(folder, tables[i]), FileMode.CreateNew, FileAccess.Write);
            await rows.CopyToAsync(file, cancellationToken);
        }
    }

    /// <summary>Fills the empty tables of a migrated database from the files of a folder, inside the caller's transaction.</summary>
    public static async Task ReadAsync(
        NpgsqlConnection connection, string folder, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var tables = (await OrderAsync(connection)).Where(table => table != "platform_migrations").ToList();
        // Migrations may have put rows of their own into tables; the backup's are the ones that count.
        await connection.ExecuteAsync("truncate " + string.Join(", ", tables.Select(Quote)));
        for (var i = 0; i < tables.Count; i++)
        {
            progress.Report(new WorkProgress("Restoring the database", i, tables.Count));
            if (!File.Exists(FileOf(folder, tables[i])))
                continue;
            var columns = await connection.ExecuteScalarAsync<string>(Columns, new { table = tables[i] });
            await using var file = new FileStream(FileOf(folder, tables[i]), FileMode.Open, FileAccess.Read);
            await using var rows = await connection.BeginRawBinaryCopyAsync(
                string.Concat("copy ", Quote(tables[i]), " (", columns, ") from stdin (format binary)"), cancellationToken);
            await file.CopyToAsync(rows, cancellationToken);
        }
    }

    /// <summary>True when the schema holds any table at all.</summary>
    public static async Task<bool> HasTablesAsync(DbConnection connection) =>
        await connection.ExecuteScalarAsync<long>(
            "select count(*) from information_schema.tables where table_schema = current_schema()") > 0;

    /// <summary>Undoes a restore that failed: the database was empty before it.</summary>
    public static async Task DropTablesAsync(DbConnection connection)
    {
        var tables = await connection.QueryAsync<string>(
            "select table_name from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE'");
        foreach (var table in tables)
            await connection.ExecuteAsync(string.Concat("drop table if exists ", Quote(table), " cascade"));
    }

    private static string FileOf(string folder, string table) => Path.Combine(folder, table + ".copy");

    private static string Quote(string table) => $"\"{table.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static async Task<List<string>> OrderAsync(DbConnection connection)
    {
        var waiting = (await connection.QueryAsync<string>(Tables)).ToList();
        var references = (await connection.QueryAsync<(string Child, string Parent)>(References)).ToLookup(r => r.Child, r => r.Parent, StringComparer.Ordinal);
        var ordered = new List<string>();
        while (waiting.Count > 0)
        {
            var next = waiting.Find(table => !references[table].Any(waiting.Contains))
                ?? throw new InvalidOperationException($"The tables {string.Join(", ", waiting)} refer to each other in a circle.");
            waiting.Remove(next);
            ordered.Add(next);
        }

        return ordered;
    }
}
