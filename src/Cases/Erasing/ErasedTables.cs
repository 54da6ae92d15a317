using Tambo.Platform.Database;

namespace Tambo.Cases.Erasing;

/// <summary>What goes of a person, table by table, when they are erased; and what stays, and why.</summary>
internal static class ErasedTables
{
    // Of which cases the person holds the key.
    private const string Own = "(select id from cases_cases where person_id = @person)";

    /// <summary>The steps in their order: the person's row first, so that whoever changes them meanwhile waits and then finds nobody.</summary>
    public static IReadOnlyList<(string Table, string Sql)> Steps { get; } =
    [
        ("cases_persons", """
            update cases_persons set status = 'erased', merged_into = null, owner_id = null, team_id = null, area = '', area_path = '/',
                changed_at = @now, version = version + 1
            where id = @person and status <> 'erased'
            """),
        ("cases_sealed", "delete from cases_sealed where person_id = @person"),
        ("cases_photos", "delete from cases_photos where person_id = @person"),
        ("cases_person_keys", "delete from cases_person_keys where person_id = @person"),
        ("cases_household_members", "delete from cases_household_members where person_id = @person"),
        ("cases_family_links", "delete from cases_family_links where person_a = @person"),
        ("cases_family_links", "update cases_family_links set person_b = null where person_b = @person"),
        ("cases_case_links", "delete from cases_case_links where case_id in " + Own + " or linked_id in " + Own),
        ("cases_case_states", """
            insert into cases_case_states (case_id, version, state, at, actor)
            select id, version + 1, 'closed', @now, @actor from cases_cases where person_id = @person and closed_at is null
            """),
        // That there was a case of an agency, and how long it took, is a figure; where it was and whose it was is not.
        ("cases_cases", """
            update cases_cases set state = 'closed', closed_at = coalesce(closed_at, @now), owner_id = null, team_id = null, area = '', area_path = '/',
                restricted = 0, awaits = '', awaits_by = '', changed_at = @now, version = version + 1
            where person_id = @person
            """),
        ("cases_case_persons", "delete from cases_case_persons where person_id = @person or case_id in " + Own),
        ("cases_referral_links", "delete from cases_referral_links where referral_id in (select id from cases_referrals where person_id = @person)"),
        // That there was a referral, how urgent it was and how it ended is a figure.
        ("cases_referrals", "update cases_referrals set state = case when closed_at is null then 'withdrawn' else state end, closed_at = coalesce(closed_at, @now), answer_due_at = null, contact_due_at = null, basis = '', changed_at = @now, version = version + 1 where person_id = @person"),
        ("cases_file_pieces", "delete from cases_file_pieces where entry_id in (select id from cases_entries where person_id = @person)"),
        ("cases_files", "delete from cases_files where entry_id in (select id from cases_entries where person_id = @person)"),
        ("cases_entries", "delete from cases_entries where person_id = @person"),
        ("cases_transfers", "delete from cases_transfers where person_id = @person"),
        ("cases_consent_pieces", "delete from cases_consent_pieces where file_id in (select id from cases_consent_files where person_id = @person)"),
        ("cases_consent_files", "delete from cases_consent_files where person_id = @person"),
        ("cases_consents", "delete from cases_consents where person_id = @person"),
        ("cases_screenings", "delete from cases_screenings where person_id = @person"),
        ("cases_traced", "delete from cases_traced where person_id = @person and entry_at is null"),
        // Registers that were given a record of theirs have to hear that it is to be forgotten; whose it was nobody can tell any more.
        ("cases_traced", "update cases_traced set person_id = null, forgotten_at = @now, changed_at = @now, version = version + 1 where person_id = @person"),
        ("cases_form_answers", "delete from cases_form_answers where person_id = @person"),
        // That the file was seen stays; what was open in it says something of the person.
        ("cases_views", "update cases_views set compartments = '', basis = null, decision = null where person_id = @person"),
        // What was written of a merge names both; of it the receipts in the audit stay.
        ("cases_sealed", "delete from cases_sealed where record_id in (select id from cases_merges where survivor_id = @person or absorbed_id = @person)"),
        ("cases_merges", "delete from cases_merges where survivor_id = @person or absorbed_id = @person"),
        ("cases_device_changes", "delete from cases_device_changes where person_id = @person"),
        ("cases_holds", "delete from cases_holds where person_id = @person"),
    ];

    /// <summary>Tables that name a person and keep doing so: who saw the file before, by right or in an emergency, and the receipt itself.</summary>
    public static IReadOnlyList<string> Staying { get; } = ["cases_views", "cases_erasures", "cases_glass"];

    /// <summary>Does it, and says how many rows of each table it was.</summary>
    public static async Task<SortedDictionary<string, int>> ClearAsync(Change change, Guid person, DateTimeOffset now, string actor)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (table, sql) in Steps)
        {
            if (await change.ExecuteAsync(sql, new { person, now, actor }) is var rows and > 0)
                counts[table] = counts.GetValueOrDefault(table) + rows;
        }

        return counts;
    }
}
