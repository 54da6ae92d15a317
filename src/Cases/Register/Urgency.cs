using Tambo.Cases.Access;
using Tambo.Cases.Merging;
using Tambo.Platform.Database;

namespace Tambo.Cases.Register;

/// <summary>How urgent a case is, and by when somebody first stands by the person.</summary>
internal static class Urgency
{
    public const string Emergency = "Emergency";
    public const string Urgent = "Urgent";
    public const string Normal = "Normal";

    // First contact, by the inter-agency referral form: within 24 hours, 72 hours, two weeks.
    private static readonly (string Code, TimeSpan Due)[] All = [(Emergency, TimeSpan.FromHours(24)), (Urgent, TimeSpan.FromHours(72)), (Normal, TimeSpan.FromDays(14))];

    /// <summary>The codes, the most urgent first.</summary>
    public static IEnumerable<string> Codes => All.Select(urgency => urgency.Code);

    /// <summary>Its place in the order, the most urgent first; -1 for no such urgency.</summary>
    public static int RankOf(string code) => Array.FindIndex(All, urgency => urgency.Code == code);

    /// <summary>The urgency at a place of the order.</summary>
    public static string At(int rank) => All[rank].Code;

    /// <summary>By when, counted from now.</summary>
    public static DateTimeOffset Due(int rank, DateTimeOffset now) => now + All[rank].Due;

    /// <summary>
    /// Raises a person's open cases to the urgency of what was found of them, and never lowers one. Nobody's version stands against
    /// an emergency; a consulate learns nothing of it.
    /// </summary>
    public static async Task RaiseAsync(Change change, CaseGuards guards, Guid person, int rank, DateTimeOffset now)
    {
        var calmer = (await change.QueryAsync<Guid>(
            """
            select c.id from cases_cases c where c.closed_at is null and c.urgency > @rank and c.guard <> @Consular
            and exists (select 1 from cases_case_persons cp where cp.case_id = c.id and
            """ + " " + MergedFiles.Of("cp.person_id") + ") order by c.id",
            new { rank, person, Consular = guards.Of(Compartments.Consular) })).ToList();
        foreach (var id in calmer)
        {
            if (await change.ExecuteAsync(
                """
                update cases_cases set urgency = @rank, due_at = case when due_at < @Due then due_at else @Due end, changed_at = @now, version = version + 1
                where id = @id and closed_at is null and urgency > @rank
                """,
                new { rank, Due = Due(rank, now), now, id }) > 0)
                change.AlsoRecord("cases.case.changed", OpenCase.SubjectOf(id));
        }
    }
}
