using Tambo.Cases.Merging;
using Tambo.Platform.Database;

namespace Tambo.Cases.Register;

/// <summary>
/// Notes in a change that by it somebody may have come to look after a case to whom one of its persons is shut; <see cref="OwnersShutOut"/>
/// looks at what was noted once the change stands.
/// </summary>
internal static class OwnersToLook
{
    // What is noted while it is looked at is looked at once more.
    private const string OnceMore = " on conflict (case_id) do update set round = cases_owners_to_look.round + 1";

    /// <summary>Of a case that has another owner, or is open again.</summary>
    public static Task NoteCaseAsync(Change change, Guid id) => change.ExecuteAsync(
        "insert into cases_owners_to_look (case_id, round) select id, 1 from cases_cases where id = @id and closed_at is null and owner_id is not null" + OnceMore, new { id });

    /// <summary>
    /// Of every case of a person who has shut somebody out, or whose file became one with another's. The person is held by the change
    /// (<see cref="Family.HeldPersons"/>): who is given a case of theirs at this moment comes before, and is noted here, or after, and is noted there.
    /// </summary>
    public static Task NotePersonAsync(Change change, Guid person) => change.ExecuteAsync(
        "insert into cases_owners_to_look (case_id, round) select c.id, 1 from cases_cases c where c.closed_at is null and c.owner_id is not null and c.id in (select cp.case_id from cases_case_persons cp where "
            + MergedFiles.Of("cp.person_id") + ") order by c.id" + OnceMore,
        new { person });
}
