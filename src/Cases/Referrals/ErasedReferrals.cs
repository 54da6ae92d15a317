using Tambo.Cases.Consent;
using Tambo.Cases.Erasing;
using Tambo.Platform.Database;

namespace Tambo.Cases.Referrals;

/// <summary>Services that signed for something of a person hear that the person is erased, as they hear of a consent that was taken back.</summary>
internal sealed class ErasedReferrals(NodeDb db, ReferralFiles referrals, ReferralNotices notices) : IHearsOfErasing
{
    public async Task<Func<Change, DateTimeOffset, Task>> ReadAsync(IReadOnlyList<Guid> persons, CancellationToken cancellationToken)
    {
        var given = new List<StoredReferral>();
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            foreach (var person in persons)
                given.AddRange((await referrals.OfPersonAsync(connection, person, cancellationToken)).Where(stored => stored.Content.Receipt is not null && given.TrueForAll(known => known.Row.Id != stored.Row.Id)));
        }

        return async (change, at) =>
        {
            foreach (var stored in given)
                await notices.TellAsync(change, stored, new ConsentEnding(stored.Content.Consent ?? Guid.Empty, at, [], [], [], null), CancellationToken.None);
        };
    }
}
