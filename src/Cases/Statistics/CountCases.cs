using System.Data.Common;
using System.Globalization;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Register;
using Tambo.Platform.Database;

namespace Tambo.Cases.Statistics;

/// <summary>
/// Counts cases as they stood at a moment: once through all of them, however many reaches the figures are for. Kind and profiles are
/// sealed, so that each case has to be opened; what no figure needs stays closed.
/// </summary>
internal sealed class CountCases(NodeDb db, SealedRecords seals, CaseGuards guards)
{
    private const int AtOnce = 1000;
    private const int Months = 12;

    /// <summary>The cases within each reach of the right to figures.</summary>
    /// <param name="scopes">The reaches.</param>
    /// <param name="asOf">The moment; what was opened before it counts.</param>
    /// <param name="cancellationToken">Stops the counting.</param>
    public async Task<IReadOnlyList<CaseTally>> RunAsync(IReadOnlyList<CaseScope> scopes, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        IReadOnlyList<CaseTally> tallies = [.. scopes.Select(_ => new CaseTally())];
        // Many lie at the same place.
        var reaching = new Dictionary<(Guid?, Guid?, Guid?, string), CaseTally[]>();
        CaseTally[] Of(CountedRow row)
        {
            var place = (row.OwnerId, row.TeamId, row.AgencyId, row.AreaPath);
            if (!reaching.TryGetValue(place, out var of))
                reaching[place] = of = [.. tallies.Where((_, at) => scopes[at].May(CasesRights.Statistics, CaseAreas.Place(row.OwnerId, row.TeamId, row.AgencyId, row.AreaPath)))];
            return of;
        }

        await using var connection = await db.ReadAsync(cancellationToken);
        for (var (after, full) = (Guid.Empty, true); full;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rows = (await connection.QueryAsync<CountedRow>(
                """
                select c.id, c.person_id, c.guard, c.owner_id, c.team_id, c.agency_id, c.area_path, c.created_at,
                    (select s.state from cases_case_states s where s.case_id = c.id and s.at < @asOf order by s.version desc limit 1) as state
                from cases_cases c where c.id > @after and c.created_at < @asOf order by c.id limit @AtOnce
                """,
                new { after, asOf, AtOnce })).ToList();
            if (full = rows.Count == AtOnce)
                after = rows[^1].Id;
            await AddAsync(connection, [.. rows.Where(row => Of(row).Length > 0)], Of, asOf, cancellationToken);
        }

        return tallies;
    }

    private async Task AddAsync(DbConnection connection, List<CountedRow> rows, Func<CountedRow, CaseTally[]> tallies, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return;
        var homes = rows.ToDictionary(row => row.Id, row => guards.CompartmentOf(row.Guard));
        var opened = await seals.OpenFoundAsync<CaseContent>(
            connection, [.. rows.Select(row => new Wanted(row.PersonId, row.Id, [homes[row.Id], .. CountedCase.Counted.Where(group => group != homes[row.Id])]))], cancellationToken);
        foreach (var row in rows)
        {
            var contents = opened.GetValueOrDefault(row.Id, []);
            var counted = new CountedCase(
                contents.GetValueOrDefault(homes[row.Id])?.Type ?? CountedCase.Unknown,
                row.State ?? CaseStates.Identified,
                row.CreatedAt < asOf.AddMonths(-Months) ? CountedCase.Earlier : row.CreatedAt.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture),
                PlaceOf(row.AreaPath),
                [.. CountedCase.Counted.Where(group => contents.GetValueOrDefault(group) is { Profiles.Count: > 0 })]);
            foreach (var tally in tallies(row))
                tally.Add(counted);
        }
    }

    // The largest area of a country, and the country where no area is known; never anything smaller.
    private static string PlaceOf(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
    {
        [] => CountedCase.Unknown,
        [.., var area, _, _] => area,
        [var country, ..] => country,
    };

    private sealed record CountedRow
    {
        public Guid Id { get; init; }

        public Guid PersonId { get; init; }

        public string Guard { get; init; } = "";

        public Guid? OwnerId { get; init; }

        public Guid? TeamId { get; init; }

        public Guid? AgencyId { get; init; }

        public string AreaPath { get; init; } = "/";

        public DateTimeOffset CreatedAt { get; init; }

        public string? State { get; init; }
    }
}
