using Tambo.Platform.Database;

namespace Tambo.Cases.Screening;

/// <summary>
/// Marks the screenings for which nobody waits any more, so that lists of who waits are read from the front. The lists ask their whole
/// question all the same: a mark that is missing costs time and hides nobody. What is undone takes its marks back.
/// </summary>
internal static class SettledScreenings
{
    private const string Files = "(select id from cases_persons where id = @person or merged_into = @person)";
    private const string Cases = "(select 1 from cases_case_persons cp join cases_cases c on c.id = cp.case_id where cp.person_id = cases_screenings.person_id and c.guard <> @consular";

    /// <summary>A case was opened for the persons: somebody has taken charge of what they were found to need. Who has an open case is waited for again.</summary>
    public static async Task OpenedAsync(Change change, IEnumerable<Guid> persons)
    {
        var of = persons.Select(person => new { person }).ToList();
        await change.ExecuteAsync("update cases_screenings set taken = 1 where taken = 0 and person_id in " + Files, of);
        await change.ExecuteAsync("update cases_screenings set answered = 0 where answered = 1 and person_id in " + Files, of);
    }

    /// <summary>A screening was recorded: it is taken charge of where the person has a case, and answers what they were to come back for.</summary>
    /// <param name="change">In which it was written.</param>
    /// <param name="screening">The screening.</param>
    /// <param name="person">Of whom.</param>
    /// <param name="at">When.</param>
    /// <param name="consular">The mark of cases of a consulate, which take charge of nothing.</param>
    public static async Task RecordedAsync(Change change, Guid screening, Guid person, DateTimeOffset at, string consular)
    {
        await change.ExecuteAsync("update cases_screenings set taken = 1 where id = @screening and exists " + Cases + " and c.closed_at is null)", new { screening, consular });
        await change.ExecuteAsync("update cases_screenings set answered = 1 where answered = 0 and follow_up_at is not null and at < @at and person_id in " + Files, new { person, at });
    }

    /// <summary>A case was closed: who has no other comes back for nothing that was found before.</summary>
    public static Task ClosedAsync(Change change, Guid caseId, string consular) => change.ExecuteAsync(
        "update cases_screenings set answered = 1 where answered = 0 and follow_up_at is not null and person_id in (select person_id from cases_case_persons where case_id = @caseId) and exists "
            + Cases + " and c.closed_at >= cases_screenings.at) and not exists " + Cases + " and c.closed_at is null)",
        new { caseId, consular });

    /// <summary>A case was opened again.</summary>
    public static Task ReopenedAsync(Change change, Guid caseId) => change.ExecuteAsync(
        "update cases_screenings set answered = 0 where answered = 1 and person_id in (select person_id from cases_case_persons where case_id = @caseId)", new { caseId });

    /// <summary>Two files become one, or were one and are two again: what was settled for the one may not be for the other.</summary>
    public static Task RejoinedAsync(Change change, params Guid[] files) =>
        change.ExecuteAsync(
            "update cases_screenings set taken = 0, answered = 0, agency_id = (select l.agency_id from cases_persons o join cases_persons l on l.id = coalesce(o.merged_into, o.id) where o.id = @file) where person_id = @file",
            files.Select(file => new { file }).ToList());
}
