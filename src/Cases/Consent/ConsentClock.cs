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
    /// <summary>At most this many at once; the rest follow in the next run.</summary>
    private const int Most = 500;

    public static Job Often { get; } = new("cases.consent_clock", TimeSpan.FromMinutes(5), static (services, cancellationToken) =>
        ((ConsentClock)services.GetService(typeof(ConsentClock))!).RunAsync(cancellationToken));

    /// <summary>One run; says how many ended.</summary>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        List<ConsentRow> due;
        IReadOnlyDictionary<Guid, ConsentContent> opened;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            due = [.. await connection.QueryAsync<ConsentRow>(
                "select * from cases_consents where withdrawn_at is null and ended_at is null and expires_at <= @now order by expires_at, id limit @Most", new { now, Most })];
            opened = await consents.OpenAsync(connection, due, Compartments.All, cancellationToken);
        }

        var ended = 0;
        // Of somebody who is being erased nothing opens, and nothing is left to end.
        foreach (var row in due.Where(row => opened.ContainsKey(row.Id)))
            ended += await EndAsync(row, opened[row.Id], now, cancellationToken) ? 1 : 0;
        return string.Create(CultureInfo.InvariantCulture, $"{ended} ended");
    }

    private async Task<bool> EndAsync(ConsentRow row, ConsentContent content, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await end.RunAsync(row, content.Consent with { ExpiresAt = row.ExpiresAt }, told: false, now, Actor.Job(Often.Name), cancellationToken);
            return true;
        }
        catch (Problem taken) when (taken.Kind == PlatformProblems.Changed || taken.Kind == CasesProblems.PersonInactive)
        {
            // Another process was first, the person took it back, or a step came between: what is left is for the next run.
            return false;
        }
    }
}
