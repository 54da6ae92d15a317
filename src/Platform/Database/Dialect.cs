using System.Data.Common;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Tambo.Platform.Database;

/// <summary>The few places in which SQLite and PostgreSQL differ; everything else is the SQL both speak.</summary>
public abstract class Dialect
{
    /// <summary>SQLite, the engine of a small or middle node.</summary>
    public static Dialect Sqlite { get; } = new SqliteDialect();

    /// <summary>PostgreSQL, the engine of a large node.</summary>
    public static Dialect Postgres { get; } = new PostgresDialect();

    /// <summary>The engine's name as operators read it.</summary>
    public abstract string Name { get; }

    /// <summary>A migration's text with the engine's own type names in place of its tokens.</summary>
    public string Localise(string migration) => migration.Replace("{{blob}}", BlobType, StringComparison.Ordinal);

    /// <summary>The column type of bytes.</summary>
    protected abstract string BlobType { get; }

    /// <summary>
    /// The isolation under which several reads see one moment. SQLite's snapshot is taken by a deferred transaction,
    /// which its driver begins only when asked for the weakest level.
    /// </summary>
    public abstract System.Data.IsolationLevel OneMoment { get; }

    /// <summary>The query that tells whether a table exists; its parameter is <c>table</c>.</summary>
    public abstract string TableExists { get; }

    /// <summary>
    /// What follows a query within a change, behind its order, so that nobody else changes its rows before the change has ended;
    /// nothing where only one writes. Rows that refer to them may still be written.
    /// </summary>
    public abstract string HoldsRows { get; }

    /// <summary>What follows a column of text that is to be among the texts of the parameter <c>Among</c>; see <see cref="Among"/>.</summary>
    public abstract string IsAmong { get; }

    /// <summary>The same for a parameter of another name.</summary>
    public abstract string IsOneOf(string parameter);

    /// <summary>The value of the parameter <c>Among</c>, however many texts there are.</summary>
    public abstract object Among(IEnumerable<string> texts);

    /// <summary>True when the failure is a broken unique or primary key.</summary>
    public abstract bool IsDuplicate(DbException failure);

    /// <summary>True when the failure means that the disk has no room left.</summary>
    public abstract bool IsFull(Exception failure);

    /// <summary>True when changes waited for each other and this one was undone for the others: it may be tried again.</summary>
    public abstract bool IsCrossed(Exception failure);

    private sealed class SqliteDialect : Dialect
    {
        private const int Full = 13;
        private const int ConstraintPrimaryKey = 1555;
        private const int ConstraintUnique = 2067;

        public override string Name => "SQLite";

        public override string TableExists => "select count(*) from sqlite_master where type = 'table' and name = @table";

        protected override string BlobType => "blob";

        public override System.Data.IsolationLevel OneMoment => System.Data.IsolationLevel.ReadUncommitted;

        public override string HoldsRows => "";

        public override string IsAmong => IsOneOf(nameof(Among));

        public override string IsOneOf(string parameter) => " in (select value from json_each(@" + parameter + "))";

        public override object Among(IEnumerable<string> texts) => JsonSerializer.Serialize(texts);

        public override bool IsDuplicate(DbException failure) =>
            failure is SqliteException { SqliteExtendedErrorCode: ConstraintPrimaryKey or ConstraintUnique };

        public override bool IsFull(Exception failure) => failure is SqliteException { SqliteErrorCode: Full };

        // One writer at a time.
        public override bool IsCrossed(Exception failure) => false;
    }

    private sealed class PostgresDialect : Dialect
    {
        public override string Name => "PostgreSQL";

        public override string TableExists =>
            "select count(*) from information_schema.tables where table_schema = current_schema() and table_name = @table";

        protected override string BlobType => "bytea";

        public override System.Data.IsolationLevel OneMoment => System.Data.IsolationLevel.RepeatableRead;

        public override string HoldsRows => " for no key update";

        public override string IsAmong => IsOneOf(nameof(Among));

        public override string IsOneOf(string parameter) => " = any (@" + parameter + ")";

        public override object Among(IEnumerable<string> texts) => texts.ToArray();

        public override bool IsDuplicate(DbException failure) =>
            failure is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

        public override bool IsFull(Exception failure) =>
            failure is PostgresException { SqlState: PostgresErrorCodes.DiskFull };

        public override bool IsCrossed(Exception failure) =>
            failure is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };
    }
}

/// <summary>How .NET values stand in columns that both engines have: text, integers, double precision, boolean.</summary>
internal static class ColumnTypes
{
    private static readonly Lock Gate = new();
    private static bool registered;

    /// <summary>Registers the conversions with Dapper, once a process.</summary>
    public static void Register()
    {
        lock (Gate)
        {
            if (registered)
                return;
            DefaultTypeMap.MatchNamesWithUnderscores = true;
            SqlMapper.ConnectionStringComparer = new SameTables();
            foreach (var type in new[] { typeof(Guid), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly) })
            {
                SqlMapper.RemoveTypeMap(type);
                SqlMapper.RemoveTypeMap(typeof(Nullable<>).MakeGenericType(type));
            }

            SqlMapper.AddTypeHandler(new TextColumn<Guid>(v => v.ToString("D"), Guid.Parse));
            SqlMapper.AddTypeHandler(new TextColumn<DateTimeOffset>(Instants.Write, Instants.Read));
            SqlMapper.AddTypeHandler(new TextColumn<DateOnly>(
                v => v.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
                s => DateOnly.ParseExact(s, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)));
            registered = true;
        }
    }

    /// <summary>
    /// Dapper keeps what it compiled for a statement by connection, and never lets go of it. All nodes of a process and both
    /// of their connections have the same tables: one engine compiles a statement once.
    /// </summary>
    private sealed class SameTables : IEqualityComparer<string>
    {
        public bool Equals(string? one, string? other) => IsSqlite(one) == IsSqlite(other);

        public int GetHashCode(string connection) => IsSqlite(connection) ? 1 : 0;

        private static bool IsSqlite(string? connection) => connection?.StartsWith("Data Source=", StringComparison.OrdinalIgnoreCase) == true;
    }

    private sealed class TextColumn<T>(Func<T, string> write, Func<string, T> read) : SqlMapper.TypeHandler<T>
        where T : struct
    {
        public override void SetValue(System.Data.IDbDataParameter parameter, T value)
        {
            parameter.DbType = System.Data.DbType.String;
            parameter.Value = write(value);
        }

        public override T Parse(object value) => read((string)value);
    }
}
