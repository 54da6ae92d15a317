using Dapper;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Flows.Checking;

/// <summary>Reads what checks found, and lets a statistician explain it.</summary>
public sealed class Findings(NodeDb db)
{
    private const string Columns = "select id, check_code, finding_key, kind, severity, series, period, size, said, places, state, note, noted_by, noted_at, found_at, gone_at, version from flows_findings";

    /// <summary>Findings of a state (all when empty) and a check (all when empty), the worst checks first, then the largest.</summary>
    public async Task<IReadOnlyList<Finding>> ListAsync(string state, string check, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return (await connection.QueryAsync<Finding>(
            Columns + """
             where (@state = '' or state = @state) and (@check = '' or check_code = @check)
            order by case severity when 'error' then 0 when 'warning' then 1 else 2 end, check_code, size desc, period, finding_key
            """,
            new { state, check })).AsList();
    }

    /// <summary>A finding, or null.</summary>
    public async Task<Finding?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<Finding>(Columns + " where id = @id", new { id });
    }

    /// <summary>Somebody writes why it is as it is; an empty note opens it again.</summary>
    /// <exception cref="Problem">It has changed meanwhile, or is so no more.</exception>
    public async Task ExplainAsync(Finding finding, string note, Actor actor, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(actor, "flows.finding.explained", finding.Id.ToString("D"), cancellationToken);
        change.Describe(new { finding.CheckCode, finding.FindingKey, state = note.Length == 0 ? "open" : "explained" });
        var done = await change.ExecuteAsync(
            """
            update flows_findings set state = @State, note = @note, noted_by = @By, noted_at = @At, version = version + 1
            where id = @Id and version = @Version and state <> 'gone'
            """,
            new { State = note.Length == 0 ? "open" : "explained", note, By = actor.DisplayName, At = db.Time.GetUtcNow(), finding.Id, finding.Version });
        if (done != 1)
            throw PlatformProblems.Changed.With();
        await change.CommitAsync(cancellationToken);
    }

    internal async Task<IReadOnlyList<Finding>> AllAsync(CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return (await connection.QueryAsync<Finding>(Columns)).AsList();
    }
}
