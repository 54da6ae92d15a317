using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Register;
using Tambo.Cases.Screening;
using Tambo.Platform.Database;

namespace Tambo.Cases.Deidentified;

/// <summary>Cases of trafficking as records of HTCDS. Names, days, places, contact and papers have no column: there is no form with them.</summary>
internal sealed class TraffickingCases(NodeDb db, CaseGuards guards, SealedRecords seals)
{
    private const string Kind = "trafficking";
    private const string Possible = "possible_trafficking";

    // Of the standard, what outsiders may know; the rest is told.
    private const string Gender = "prs_Gender";
    private static readonly string[] Own = ["gen_AgeBand", "gen_NationalityRegion", "gen_Registered"];

    /// <summary>How many levels each column has: sex, age, region, and the year at the finest.</summary>
    public static IReadOnlyList<int> Levels { get; } = [2, 3, 3, 2];

    /// <summary>The records of persons who agreed to it.</summary>
    public async Task<List<FineRecord>> RecordsAsync(DbConnection connection, IReadOnlyList<ConsentingPerson> persons, CaseScope scope, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var byId = persons.ToDictionary(person => person.Row.Id);
        var among = db.Dialect.Among(byId.Keys.Select(id => id.ToString("D")));
        var links = (await connection.QueryAsync<(Guid Case, Guid Person)>("select case_id, person_id from cases_case_persons where person_id" + db.Dialect.IsAmong, new { Among = among })).ToList();
        var rows = (await connection.QueryAsync<CaseRow>(
            "select c.* from cases_cases c where c.guard = @Guard and c.id in (select case_id from cases_case_persons where person_id" + db.Dialect.IsAmong + ")",
            new { Guard = guards.Of(Compartments.Violence), Among = among })).Where(row => scope.May(CasesRights.Htcds, row.Place) && scope.May(Compartments.Right(Compartments.Violence), row.Place)).ToDictionary(row => row.Id);
        var opened = await seals.OpenAsync(connection, [.. rows.Values.Select(row => new Wanted(row.PersonId, row.Id, [Compartments.Violence]))], cancellationToken);
        var records = new List<FineRecord>();
        foreach (var (id, person) in links)
        {
            if (rows.GetValueOrDefault(id) is not { } row || !opened.TryGetValue((id, Compartments.Violence), out var sealedContent)
                || sealedContent.Deserialize<CaseContent>(CaseJson.Options) is not { Type: Kind } content)
                continue;
            records.Add(Fine(byId[person], row, content, now));
        }

        return records;
    }

    /// <summary>The columns.</summary>
    public static IReadOnlyList<DescribedColumn> Describe(IReadOnlyList<int> levels)
    {
        int[] own = [1, 2, 3];
        return
        [
            .. HtcdsMapping.Shipped.Columns.Select(column => column.Field == Gender
                ? new DescribedColumn(column.Field, levels[0] == 0 ? "the sex that was recorded; empty where the standard has no word for it" : Coarse.Meanings[0][1], Coarse.Meanings[0], levels[0])
                : new DescribedColumn(column.Field, column.From.Length > 0 ? "HTCDS; empty when not known or left out" : "HTCDS; this node keeps nothing that answers it")),
            .. own.Select((at, place) => new DescribedColumn(Own[place], MeaningsOf(at)[levels[at]], MeaningsOf(at), levels[at])),
        ];

        static IReadOnlyList<string> MeaningsOf(int column) => column == 3 ? [.. Coarse.Meanings[3].Skip(1)] : Coarse.Meanings[column];
    }

    /// <summary>A line.</summary>
    public static IReadOnlyList<string> Row(CoarseRecord record)
    {
        var told = 0;
        return
        [
            .. HtcdsMapping.Shipped.Columns.Select(column => column.Field == Gender
                ? string.Join(' ', HtcdsMapping.Said(column, [record.Known[0]]))
                : string.Join(' ', record.Told[told++])),
            record.Known[1], record.Known[2], record.Known[3],
        ];
    }

    private FineRecord Fine(ConsentingPerson person, CaseRow row, CaseContent content, DateTimeOffset now)
    {
        var known = Coarse.Of(person.Known.Identity, person.Known.Facts, row.CreatedAt, db.Time.DayOf(now));
        // Of a screening only what the person let go in all its compartments.
        var screened = person.Known.Screened.Where(one => one.Compartments.All(person.Compartments.Contains)).ToList();
        var codes = new Dictionary<string, IEnumerable<string>>(StringComparer.Ordinal)
        {
            ["consent"] = ["given"],
            ["found"] = content.Profiles.Contains("TRAFFICKING_POSSIBLE", StringComparer.Ordinal) || screened.Exists(one => one.Standing.Profiles.Contains(Possible, StringComparer.Ordinal)) ? [Possible] : [],
            ["answers"] = screened.SelectMany(one => one.Answers).Where(answer => answer is { Way: "said" or "observed", Values: ["yes"] }).Select(answer => answer.Question),
            ["state"] = [row.State == CaseStates.Closed ? content.Closure?.Reason == "handed_over" ? "handed_over" : "closed" : row.State == "closing" ? "closing" : "open"],
        };
        return new FineRecord(
            person.Row.Id,
            Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(12)),
            [known[0], known[1], known[2], [.. known[3].Skip(1)]],
            [.. HtcdsMapping.Shipped.Columns.Where(column => column.Field != Gender).Select(column => HtcdsMapping.Said(column, codes.GetValueOrDefault(column.From) ?? []))]);
    }
}
