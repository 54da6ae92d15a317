using System.Globalization;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Parts;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Consent;

/// <summary>Ends consents whose time is over, as if the person had taken them back; a second run finds nothing left to do.</summary>
internal sealed class ConsentClock(NodeDb db, KeptConsents consents, EndConsent end)
{
    /// <summary>So many are looked up at a time.</summary>
    private const int Most = 500;

    public static Job Often { get; } = new("cases.consent_clock", TimeSpan.FromMinutes(5), static (services, cancellationToken) =>
        ((ConsentClock)services.GetService(typeof(ConsentClock))!).RunAsync(cancellationToken));

    /// <summary>One run; says how many ended.</summary>
    /// <exception cref="AggregateException">Some cannot be read; all others have ended.</exception>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        // The person took it back, or a step came between.
        var (run, ended) = (new ClockRun(PlatformProblems.Changed, CasesProblems.PersonInactive), 0);
        // On from the last one that was looked at: what cannot be ended keeps its place, and nobody from theirs.
        for (List<ConsentRow> due = await DueAsync(now, null, cancellationToken); due.Count > 0; due = await DueAsync(now, due[^1], cancellationToken))
        {
            foreach (var row in due)
                ended += await run.DoAsync(KeptConsents.SubjectOf(row.Id), () => EndAsync(row, now, cancellationToken)) ? 1 : 0;
        }

        return run.End(string.Create(CultureInfo.InvariantCulture, $"{ended} ended"));
    }

    private async Task<List<ConsentRow>> DueAsync(DateTimeOffset now, ConsentRow? after, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return [.. await connection.QueryAsync<ConsentRow>(
            "select * from cases_consents where withdrawn_at is null and ended_at is null and expires_at <= @now"
                + (after is null ? "" : " and (expires_at > @After or (expires_at = @After and id > @Id))") + " order by expires_at, id limit @Most",
            new { now, Most, After = after?.ExpiresAt, Id = after?.Id })];
    }

    private async Task<bool> EndAsync(ConsentRow row, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ConsentContent content;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            // Of somebody who is being erased nothing opens, and nothing is left to end.
            if (!(await consents.OpenAsync(connection, [row], Compartments.All, cancellationToken)).TryGetValue(row.Id, out var found))
                return false;
            content = found;
        }

        await end.RunAsync(row, content, content.Consent with { ExpiresAt = row.ExpiresAt }, now, Actor.Job(Often.Name), cancellationToken);
        return true;
    }
}
