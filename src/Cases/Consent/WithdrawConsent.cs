using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Consent;

/// <summary>What rests on a person's consents.</summary>
/// <param name="Given">Everything that was given out about the person.</param>
/// <param name="Offers">Referrals not handed over yet.</param>
/// <param name="Syncs">Exchanges that go on by themselves.</param>
internal sealed record ResultsOfConsent(IReadOnlyList<PastDisclosure> Given, IReadOnlyList<RestsOn> Offers, IReadOnlyList<RestsOn> Syncs);

/// <summary>One use that is made of consents: it says what rests on them, and stops it when one ends.</summary>
/// <param name="FindAsync">What rests on the consents of a person.</param>
/// <param name="StopAsync">Stops what an ending names, in the transaction in which the consent ends.</param>
internal sealed record UseOfConsent(
    Func<DbConnection, Guid, CancellationToken, Task<ResultsOfConsent>> FindAsync,
    Func<Change, ConsentEnding, Task> StopAsync);

/// <summary>A person takes a consent back: it ends at once, and with it whatever rests on it.</summary>
internal sealed class WithdrawConsent(NodeDb db, KeptConsents consents, PersonFiles files, ReadTrail trail, EndConsent end)
{
    public const string ToTell = "cases.consent.recipient_to_tell";
    private const int Attempts = 8;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost(RecordConsent.Root + "/{consent:guid}/withdraw", static async (HttpContext context, Guid id, Guid consent, WithdrawConsent withdraw, CancellationToken cancellationToken) =>
            Results.Json(await withdraw.RunAsync(id, consent, context.Actor(), cancellationToken), CaseJson.Options))
        .Needs(CasesRights.Read).DoneOnceInSecret().DisableAntiforgery().TakesAtMost(SentJson.LargestBody)
        .WithSummary("Takes a consent back; answers with what follows: who is told what until when it is erased, which offers and exchanges stopped");

    /// <summary>Ends the consent; once it has ended, the same answer each time.</summary>
    /// <exception cref="Problem">Out of reach, which is as if there were none; or seen, and not theirs to change.</exception>
    public async Task<ShownConsent> RunAsync(Guid person, Guid id, Actor actor, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryAsync(person, id, actor, cancellationToken);
            }
            catch (Problem changed) when (changed.Kind == PlatformProblems.Changed && attempt < Attempts)
            {
                // Somebody took a step that rests on it at this moment: what follows is worked out anew. Whoever takes a consent
                // back is not asked to try again.
                await Task.Delay(TimeSpan.FromMilliseconds(20 * attempt), CancellationToken.None);
            }
        }
    }

    private async Task<ShownConsent> TryAsync(Guid person, Guid id, Actor actor, CancellationToken cancellationToken)
    {
        var (scope, now) = (CaseScope.For(actor), db.Time.GetUtcNow());
        SeenPerson seen;
        ConsentRow row;
        ConsentContent content;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            seen = await files.FindAsync(connection, scope, person) ?? throw PlatformProblems.NotFound.With();
            row = (await KeptConsents.RowsAsync(connection, person)).FirstOrDefault(one => one.Id == id) ?? throw PlatformProblems.NotFound.With();
            if (!seen.Allows(scope, CasesRights.Edit) && !seen.Allows(scope, CasesRights.Register))
                throw PlatformProblems.Forbidden.With();
            // A consent that the officer may not read is taken back all the same: to stop is never to see.
            content = (await consents.OpenAsync(connection, [row], Compartments.All, cancellationToken)).GetValueOrDefault(id) ?? throw CasesProblems.PersonInactive.With();
            if (row.WithdrawnAt is not null)
                return await ToldAsync(seen, row, content, actor, cancellationToken);
        }

        content = await end.RunAsync(row, content, content.Consent with { WithdrawnAt = now }, now, actor, cancellationToken);
        return await ToldAsync(seen, row with { WithdrawnAt = now, Version = row.Version + 1 }, content, actor, cancellationToken);
    }

    private async Task<ShownConsent> ToldAsync(SeenPerson seen, ConsentRow row, ConsentContent content, Actor actor, CancellationToken cancellationToken)
    {
        string[] needed = [Compartments.General, KeptConsents.HomeOf(content.Consent.Purpose)];
        var isOpen = needed.All(seen.Open.Contains);
        // What is open to the reader, whatever the consent was for.
        await trail.LeaveAsync(actor, Purposes.Assistance, "file", [new Shown(row.PersonId, seen.Open)], cancellationToken);
        return ListConsents.Of(row, isOpen ? content : null, seen.Open, db.Time.GetUtcNow());
    }
}
