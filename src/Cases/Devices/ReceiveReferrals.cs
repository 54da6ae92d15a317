using System.Data.Common;
using System.Text.Json.Nodes;
using Tambo.Cases.Access;
using Tambo.Cases.Referrals;
using Tambo.Cases.Register;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Devices;

/// <summary>
/// Takes a referral that was drafted where there was no internet: it becomes a draft, once by its key, and is offered at once where
/// the officer said so and everything that an offer asks holds at this moment. Where it does not hold the draft stays, and says why.
/// </summary>
internal sealed class ReceiveReferrals(
    NodeDb db, KeptDevices devices, DeviceChanges changes, DraftReferral draft, MoveReferral move, ReferralFiles referrals, CaseFiles cases, PersonConsents consents, LiveDirectory directory)
{
    private const string Offer = "offer";

    /// <summary>Makes it a draft, and offers it.</summary>
    /// <param name="device">Whence it came.</param>
    /// <param name="came">What came.</param>
    /// <param name="of">The case.</param>
    /// <param name="actor">Who drafted it.</param>
    /// <param name="texts">The language of whoever is answered.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="Problem">It is none: nothing is kept, and the reason says what to do.</exception>
    /// <exception cref="DoneBefore">It is a draft already.</exception>
    public async Task<ChangeAnswer> RunAsync(DeviceRow device, CameChange came, Guid of, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        var body = came.Body?.DeepClone().AsObject() ?? throw DeviceProblems.Unfit.With();
        var offer = IsTrue(SentJson.Take(body, Offer));
        var (said, wrong) = SentJson.Of<SentReferral>(body);
        var seen = await draft.AdmitAsync(of, actor, cancellationToken);
        // What may not lie on a device was written on none.
        if (ReferralRules.Shipped.FindKind(said.Kind) is { } kind && !devices.Rules.Compartments.Contains(StoredReferral.HomeOf(kind)))
            throw CasesProblems.CompartmentClosed.With();
        await RequireOpenAsync(said.Service, actor, cancellationToken);
        await using (var connection = await db.ReadAsync(cancellationToken))
            said = said with { Consent = await ConsentAsync(connection, seen.Row.PersonId, said.Consent, actor) };
        var made = await draft.RunAsync(seen, said, wrong, actor, cancellationToken, async (change, id) =>
        {
            // Its key before anything else: whoever sends it twice is answered as before, and is no second asker.
            await changes.NoteAsync(change, device, came, seen.Row.PersonId, id, 1, DeviceChanges.Done);
            await RequireFirstAsync(seen, said, actor, cancellationToken);
        });
        return await AnswerAsync(came.Id, made, offer, actor, texts, cancellationToken);
    }

    /// <summary>The answer to one that was made a draft before. What broke off between the draft and the offer goes on.</summary>
    public Task<ChangeAnswer> AgainAsync(CameChange came, Guid made, Actor actor, Texts texts, CancellationToken cancellationToken) =>
        AnswerAsync(came.Id, made, IsTrue(came.Body?[Offer]), actor, texts, cancellationToken);

    private async Task<ChangeAnswer> AnswerAsync(Guid key, Guid made, bool offer, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        var stays = offer ? await OfferAsync(made, actor, cancellationToken) : null;
        return (stays is null ? new ChangeAnswer(key, DeviceChanges.Done) : ReceiveChanges.Refused(key, stays, texts) with { Answer = DeviceChanges.Done }) with { Record = made, Version = 1 };
    }

    // Why it stays a draft; null once it is offered, and where somebody has gone on from it.
    private async Task<Problem?> OfferAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            await using (var connection = await db.ReadAsync(cancellationToken))
            {
                if (await referrals.FindAsync(connection, CaseScope.For(actor), id, cancellationToken) is not { Row: { State: ReferralStates.Draft, Version: 1 } })
                    return null;
            }

            var stored = await referrals.AdmitAsync(id, static () => 1, actor, cancellationToken);
            await RequireOpenAsync(stored.Content.Service, actor, cancellationToken);
            await move.OfferAsync(stored, actor, cancellationToken);
            return null;
        }
        catch (Problem meanwhile) when (meanwhile.Kind == PlatformProblems.Changed)
        {
            return null;
        }
        catch (Problem refused) when (refused.Kind.Status < 500)
        {
            return refused;
        }
    }

    private async Task RequireOpenAsync(Guid service, Actor actor, CancellationToken cancellationToken)
    {
        if (Receiver.Find(await directory.GetAsync(cancellationToken), service, actor.May("guide.confidential")) is not { Service.Status: "active" })
            throw ReferralProblems.ServiceClosed.With();
    }

    // The consent itself, or what the change of that key has made of it.
    private async Task<Guid?> ConsentAsync(DbConnection connection, Guid person, Guid? said, Actor actor)
    {
        if (said is not { } id)
            return null;
        var own = await DeviceChanges.FindAsync(connection, id) is { Kind: "consent" } row && row.UserId == actor.UserId ? row.RecordId : id;
        return (await consents.AllAsync(connection, person)).Any(given => given.Id == own) ? own : throw ReferralProblems.NothingAgreed.With();
    }

    // Asked while the case is held: of two who ask the same service for the same at one moment, the second is told of the first. What
    // lies in a case that the asker does not see is told to nobody.
    private async Task RequireFirstAsync(SeenCase seen, SentReferral said, Actor actor, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        foreach (var one in await referrals.OfPersonAsync(connection, seen.Row.PersonId, cancellationToken))
        {
            if (one.Row.ClosedAt is null && one.Content.Service == said.Service && one.Content.Kind == said.Kind
                && await cases.FindAsync(connection, CaseScope.For(actor), one.Row.CaseId) is { } its && its.Open.Contains(one.Home))
                throw ReferralProblems.AskedAlready.With();
        }
    }

    private static bool IsTrue(JsonNode? said) => said is JsonValue value && value.TryGetValue<bool>(out var yes) && yes;
}
