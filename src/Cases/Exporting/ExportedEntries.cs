using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Desk;
using Tambo.Cases.Merging;
using Tambo.Cases.Plan;
using Tambo.Platform.Languages;

namespace Tambo.Cases.Exporting;

/// <summary>
/// What was written in the person's cases: plans, tasks, conferences, notes, safety plans, notices of detention, questions to a
/// second person, and the names of files. What stands in a case of several is about others too and is not repeated; of a file
/// the bytes are handed over by themselves.
/// </summary>
internal sealed class ExportedEntries(SealedRecords seals) : IExportedRecords
{
    public string Name => "written";

    public async Task<IReadOnlyList<ExportedRecord>> OfAsync(DbConnection connection, Guid person, IReadOnlyList<string> open, CancellationToken cancellationToken)
    {
        // Of somebody whose files were made one, none is somebody else; and a notice of detention is about the one who is detained.
        var lead = await MergedFiles.LeadAsync(connection, person);
        var rows = (await connection.QueryAsync<EntryRow>(
            """
            select e.* from cases_entries e where e.person_id = @person
            and (e.kind = 'detention' or exists (select 1 from cases_entries d where d.id = e.follows and d.kind = 'detention' and d.person_id = @person)
                or not exists (
                    select 1 from cases_case_persons cp join cases_persons p on p.id = cp.person_id
                    where cp.case_id = e.case_id and coalesce(p.merged_into, p.id) <> @Lead))
            order by e.created_at, e.number, e.id
            """,
            new { person, Lead = lead.ToString("D") })).ToList();
        // The safety plan is the person's own as well, though no right to another compartment opens it.
        string[] all = [.. open, .. open.Count == Compartments.All.Count ? [Compartments.Safety] : Array.Empty<string>()];
        var opened = (await seals.OpenAsync(connection, [.. rows.Select(row => new Wanted(row.PersonId, row.Id, all))], cancellationToken))
            .GroupBy(one => one.Key.Record).ToDictionary(of => of.Key, of => of.ToDictionary(one => one.Key.Compartment, one => one.Value, StringComparer.Ordinal));
        return
        [
            .. rows.Where(row => opened.ContainsKey(row.Id)).Select(row => new ExportedRecord(
                row.Id,
                row.CreatedAt,
                new { Kind = KindOf(row), row.State, row.Number, row.DueAt, row.ClosedAt, Kept = opened[row.Id] },
                texts => string.Join(texts.Comma, [texts["cases.timeline." + KindOf(row)], DeskViews.At(row.CreatedAt, texts), .. opened[row.Id].Values.Select(Said).OfType<string>(), .. row.Kind == KeepPlan.Kind ? opened[row.Id].Values.SelectMany(content => Goals(content, texts)) : []])) { Case = row.CaseId }),
        ];

        string KindOf(EntryRow row) => opened[row.Id].ContainsKey(Compartments.Safety) ? KeepSafetyPlan.Kind : row.Kind;
    }

    // What a plan says, need by need, and when it is looked over.
    private static IEnumerable<string> Goals(JsonElement content, Texts texts)
    {
        var plan = content.Deserialize<PlanContent>(CaseJson.Options)!;
        return plan.Needs.Select(need => PlanWords.Line(need, texts)).Concat(PlanWords.Reviews(plan.Reviews, texts));
    }

    // What people wrote in their own words, where there is one field of it; all of it stands at the end of the document.
    private static string? Said(JsonElement content) =>
        content.ValueKind == JsonValueKind.Object && new[] { "note", "what", "name", "reason" }.Select(field => content.TryGetProperty(field, out var said) && said.ValueKind == JsonValueKind.String ? said.GetString() : null).FirstOrDefault(said => said is not null) is { Length: > 0 } words
            ? words
            : null;
}
