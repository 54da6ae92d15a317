using System.Data.Common;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Platform.Database;

namespace Tambo.Cases.Tracing;

/// <summary>What records of tracing rest on consents: who was given one is told when it ends, and the next document has them forget it.</summary>
internal static class TracingConsents
{
    /// <summary>The use that tracing makes of consents.</summary>
    public static UseOfConsent Of(TracedPersons traced) => new(
        async (connection, person, cancellationToken) => await FindAsync(traced, connection, person, cancellationToken),
        StopAsync);

    private static async Task<ResultsOfConsent> FindAsync(TracedPersons traced, DbConnection connection, Guid person, CancellationToken cancellationToken)
    {
        // Whoever was given the record of a file that was merged into this one has it still.
        var rows = await TracedPersons.OfAllFilesAsync(connection, person);
        var given = (await traced.OpenAsync(connection, rows, cancellationToken)).SelectMany(row => row.Value.Given.Where(one => one.ForgottenAt is null).Select(one => (Row: row.Key, Given: one))).ToList();
        return new ResultsOfConsent(
            [.. given.Select(one => new PastDisclosure(one.Given.To, one.Given.Consent, [Compartments.Identity]))], [], [.. given.Select(one => new RestsOn(one.Row, one.Given.To, one.Given.Consent))]);
    }

    // An export that has read the person and not written yet comes too late.
    private static async Task StopAsync(Change change, ConsentEnding ending)
    {
        foreach (var id in ending.StopSyncs.Distinct())
            await change.ExecuteAsync("update cases_traced set version = version + 1, changed_at = @At where id = @id", new { ending.At, id });
    }
}
