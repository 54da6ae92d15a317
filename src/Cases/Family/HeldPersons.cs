using Tambo.Platform.Database;

namespace Tambo.Cases.Family;

/// <summary>
/// Holds persons while a step about them, or about who belongs to them, is written: whoever takes another such step waits until this
/// one is done and then sees it. All are held at once and in the order of their keys, so that no two steps wait for each other.
/// </summary>
internal static class HeldPersons
{
    /// <summary>Holds them in the transaction of the step. To be called before anything else of it is written.</summary>
    public static async Task HoldAsync(NodeDb db, Change change, IEnumerable<Guid> persons)
    {
        var among = db.Dialect.Among(persons.Distinct().Select(person => person.ToString("D")));
        _ = (await change.QueryAsync<Guid>("select id from cases_persons where id" + db.Dialect.IsAmong + " order by id" + db.Dialect.HoldsRows, new { Among = among })).Count();
    }

    /// <summary>The same for everybody of a household together with those who come to it.</summary>
    /// <returns>Who was in it before.</returns>
    public static async Task<IReadOnlyList<Guid>> HoldHouseholdAsync(NodeDb db, Change change, Guid household, IEnumerable<Guid> coming)
    {
        var members = await MembersAsync(change, household);
        await HoldAsync(db, change, members.Concat(coming));
        return members;
    }

    private static async Task<IReadOnlyList<Guid>> MembersAsync(Change change, Guid household) =>
        [.. await change.QueryAsync<Guid>("select person_id from cases_household_members where household_id = @household", new { household })];
}
