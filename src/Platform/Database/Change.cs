using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Platform.Audit;
using Tambo.Platform.Idempotency;

namespace Tambo.Platform.Database;

/// <summary>
/// A transaction that writes, with the audit lines it will leave. Nothing is kept, and nobody is told that it is,
/// before <see cref="CommitAsync"/> has returned; disposing without committing undoes it.
/// </summary>
public abstract class Change : IAsyncDisposable
{
    private readonly List<AuditLine> lines = [];
    private readonly HashSet<string> touched = new(StringComparer.Ordinal);

    private readonly RequestMark? request;

    private protected Change(DbConnection connection, DbTransaction? transaction, AuditLine? line, RequestMark? request)
    {
        this.request = request;
        Connection = connection;
        Transaction = transaction;
        if (line is not null)
            lines.Add(line);
    }

    private protected DbConnection Connection { get; }

    private protected DbTransaction? Transaction { get; }

    private protected IReadOnlyList<AuditLine> Lines => lines;

    private protected IReadOnlySet<string> Touched => touched;

    /// <summary>Adds facts to the audit line: values as JSON, never personal data in the clear.</summary>
    public void Describe(object details) =>
        lines[0] = lines[0] with { Details = JsonSerializer.Serialize(details) };

    /// <summary>Leaves a further audit line of the same actor for another subject of the same transaction.</summary>
    public void AlsoRecord(string change, string subject, object? details = null) =>
        lines.Add(lines[0] with
        {
            Change = change,
            Subject = subject,
            Details = details is null ? "{}" : JsonSerializer.Serialize(details),
        });

    /// <summary>Says that the pages and indexes built from an area are out of date once this is committed.</summary>
    public void Touch(string area) => touched.Add(area);

    /// <summary>Runs a statement and returns the number of rows it changed.</summary>
    public Task<int> ExecuteAsync(string sql, object? parameters = null) =>
        GuardAsync(() => Connection.ExecuteAsync(sql, parameters, Transaction));

    /// <summary>Reads rows inside the transaction.</summary>
    public Task<IEnumerable<T>> QueryAsync<T>(string sql, object? parameters = null) =>
        GuardAsync(() => Connection.QueryAsync<T>(sql, parameters, Transaction));

    /// <summary>Reads one row or none inside the transaction.</summary>
    public Task<T?> QuerySingleOrDefaultAsync<T>(string sql, object? parameters = null) =>
        GuardAsync(() => Connection.QuerySingleOrDefaultAsync<T?>(sql, parameters, Transaction));

    /// <summary>Keeps the change, durably, with its audit lines.</summary>
    public abstract Task CommitAsync(CancellationToken cancellationToken);

    /// <inheritdoc />
    public abstract ValueTask DisposeAsync();

    /// <summary>Runs one statement, letting the engine look at a failure before it is passed on.</summary>
    private protected abstract Task<T> GuardAsync<T>(Func<Task<T>> statement);

    /// <summary>The last statements of the transaction: what it leaves beside its audit lines.</summary>
    private protected async Task WriteTraceAsync()
    {
        if (request is not null)
            await request.WriteAsync(Connection, Transaction);
        foreach (var area in touched)
        {
            await Connection.ExecuteAsync(
                """
                insert into platform_versions (area, version) values (@area, 1)
                on conflict (area) do update set version = platform_versions.version + 1
                """,
                new { area },
                Transaction);
        }
    }
}
