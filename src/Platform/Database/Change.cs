using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Platform.Audit;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Sending;

namespace Tambo.Platform.Database;

/// <summary>
/// A transaction that writes, with the audit lines it will leave. Nothing is kept, and nobody is told that it is,
/// before <see cref="CommitAsync"/> has returned; disposing without committing undoes it.
/// </summary>
public abstract class Change : IAsyncDisposable
{
    /// <summary>Follows the name of an area in the row that holds the least number which may still be shown.</summary>
    internal const string LeastShown = ":least-shown";

    /// <summary>The area of who may do what: touched by every change of users, roles, sessions and tokens.</summary>
    internal const string AccessArea = "access";

    private readonly List<AuditLine> lines = [];
    private readonly Dictionary<string, bool> touched = new(StringComparer.Ordinal);

    private readonly RequestMark? request;

    private protected Change(DbConnection connection, DbTransaction? transaction, AuditLine? line, RequestMark? request)
    {
        this.request = request;
        Connection = connection;
        Transaction = transaction;
        if (line is null)
            return;
        lines.Add(line);
        if (line.Change.StartsWith("access.", StringComparison.Ordinal) || line.Change.StartsWith("users.", StringComparison.Ordinal))
            Touch(AccessArea);
    }

    /// <summary>When it was begun, as its first audit line says; of an operational change nothing is said.</summary>
    internal DateTimeOffset At => lines.Count > 0 ? lines[0].At : throw new InvalidOperationException("An operational change has no line.");

    private protected DbConnection Connection { get; }

    private protected DbTransaction? Transaction { get; }

    private protected IReadOnlyList<AuditLine> Lines => lines;

    /// <summary>The areas touched, each with whether something of it may have been taken back.</summary>
    private protected IReadOnlyDictionary<string, bool> Touched => touched;

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

    /// <summary>Leaves a further audit line of somebody else, whose change is written together with this one.</summary>
    public void AlsoRecord(Access.Actor actor, string change, string subject, object? details = null) =>
        lines.Add(lines[0] with
        {
            Actor = actor.AuditName,
            Change = change,
            Subject = subject,
            Details = details is null ? "{}" : JsonSerializer.Serialize(details),
        });

    /// <summary>Says that the pages and indexes built from an area are out of date once this is committed.</summary>
    /// <param name="area">The area.</param>
    /// <param name="onlyAdds">
    /// True when it is certain that nothing readers could see before is hidden, removed or replaced: then they may see
    /// the old content while the new one is made ready. Otherwise no reader is given the old content any more.
    /// </param>
    public void Touch(string area, bool onlyAdds = false) =>
        touched[area] = touched.GetValueOrDefault(area) || !onlyAdds;

    /// <summary>Sends a message if, and only if, this is committed.</summary>
    public async Task SendAsync(SealedMessage message)
    {
        await ExecuteAsync(
            """
            insert into platform_outbox
                (id, kind, purpose, state, sealed, attempts, due_at, claimed_until, good_until, reason, created_at)
            values (@Id, @Kind, @Purpose, 'waiting', @Sealed, 0, @CreatedAt, @CreatedAt, @GoodUntil, '', @CreatedAt)
            """,
            new { message.Id, message.Kind, message.Purpose, message.Sealed, message.CreatedAt, message.GoodUntil });
        Touch(OutboxRows.Area, onlyAdds: true);
    }

    /// <summary>Is called before each statement that writes, for whoever tells how far long work is; what it throws breaks the work off.</summary>
    public Action? BeforeEach { get; set; }

    /// <summary>Runs a statement, once for each row when the parameters are a list, and returns the number of rows it changed.</summary>
    public Task<int> ExecuteAsync(string sql, object? parameters = null)
    {
        BeforeEach?.Invoke();
        return GuardAsync(() => RunAsync(sql, parameters));
    }

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

    /// <summary>Sends a statement to the engine.</summary>
    private protected virtual Task<int> RunAsync(string sql, object? parameters) => Connection.ExecuteAsync(sql, parameters, Transaction);

    /// <summary>Runs one statement, letting the engine look at a failure before it is passed on.</summary>
    private protected abstract Task<T> GuardAsync<T>(Func<Task<T>> statement);

    /// <summary>The last statements of the transaction: what it leaves beside its audit lines.</summary>
    private protected async Task WriteTraceAsync()
    {
        if (request is not null)
            await request.WriteAsync(Connection, Transaction);
        foreach (var (area, withdraws) in touched)
        {
            await Connection.ExecuteAsync(
                """
                insert into platform_versions (area, version) values (@area, 1)
                on conflict (area) do update set version = platform_versions.version + 1
                """,
                new { area },
                Transaction);
            if (!withdraws)
                continue;
            // The row of the area is locked by now, so this number only grows, as the first one does.
            await Connection.ExecuteAsync(
                """
                insert into platform_versions (area, version) select @least, version from platform_versions where area = @area
                on conflict (area) do update set version = excluded.version
                """,
                new { area, least = area + LeastShown },
                Transaction);
        }
    }
}
