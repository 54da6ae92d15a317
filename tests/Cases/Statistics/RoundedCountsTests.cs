using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tambo.Cases.Statistics;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Statistics;

/// <summary>Figures of cases give no small one away, whatever is subtracted from what.</summary>
public sealed class RoundedCountsTests
{
    private const int Threshold = 5;

    [Fact]
    public void Two_releases_that_differ_by_one_case_differ_by_nothing_or_by_a_multiple_of_the_base()
    {
        var random = new Random(20);
        var (same, moved) = (0, 0);
        for (var round = 0; round < 400; round++)
        {
            var told = Rounding(round);
            var (cases, came) = (Cases(random, random.Next(20, 400)), One(random));
            var (before, after) = (Numbers(cases, told), Numbers([.. cases, came], told));
            foreach (var number in before.Values.Concat(after.Values))
                Assert.True(number is null || (number % Threshold == 0 && number >= 2 * Threshold), $"{number} is told");
            foreach (var (place, number) in after)
            {
                if (number is null || !before.TryGetValue(place, out var was) || was is null)
                    continue;
                Assert.Equal(0, (number.Value - was.Value) % Threshold);
                // Where the case does not count nothing moves, but for what is put together.
                Assert.True(number == was || Of(place, came), $"{place} went from {was} to {number}");
                (same, moved) = number == was ? (same + 1, moved) : (same, moved + 1);
            }
        }

        // Of a case that is new, its places move once in five, and by five.
        Assert.True(moved > 100 && same > 5 * moved, $"{moved} moved, {same} did not");

        static bool Of(string place, CountedCase came) => place.Split(' ') is var parts && (parts is ["all"] or ["profile", _]
            || (parts[1..] is var line && line.All(name => name is "all" or RoundedCounts.Others || name == came.Kind || name == came.State || name == came.Month || name == came.Place))
            || parts.Contains(RoundedCounts.Others));
    }

    [Fact]
    public void One_more_of_a_rare_kind_changes_no_line_and_no_number_but_by_the_base()
    {
        var random = new Random(4);
        for (var rare = 0; rare <= Threshold; rare++)
        {
            for (var round = 0; round < 40; round++)
            {
                var told = Rounding((rare * 100) + round);
                List<CountedCase> cases = [.. Cases(random, 200).Select(one => one with { Kind = "protection" })];
                cases.AddRange(Enumerable.Range(0, rare).Select(_ => One(random) with { Kind = "trafficking" }));
                var text = JsonSerializer.Serialize(CaseTally.Of(cases).Tell(SettableTime.Noon, told, Threshold));
                Assert.DoesNotContain("trafficking", text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_count_is_told_the_same_in_every_month_and_right_in_the_mean()
    {
        foreach (var count in new[] { 10, 11, 12, 13, 14, 23, 57 })
        {
            var told = Enumerable.Range(0, 20_000).Select(node => Rounding(node).Tell("kind protection", count) ?? 0).ToList();
            Assert.All(told, number => Assert.InRange(number, count - Threshold + 1, count + Threshold - 1));
            Assert.InRange(told.Average(), count - 0.1, count + 0.1);
        }

        var random = new Random(9);
        var cases = Cases(random, 150);
        var (one, again) = (CaseTally.Of(cases).Tell(SettableTime.Noon, Rounding(1), Threshold), CaseTally.Of(cases).Tell(SettableTime.Noon, Rounding(1), Threshold));
        Assert.Equal(JsonSerializer.Serialize(one), JsonSerializer.Serialize(again));
        Assert.NotEqual(JsonSerializer.Serialize(one), JsonSerializer.Serialize(CaseTally.Of(cases).Tell(SettableTime.Noon, Rounding(2), Threshold)));
    }

    /// <summary>The attacker knows the rule and tries every table that fits: each number of a line keeps at least as many values as the base.</summary>
    [Fact]
    public void Whoever_tries_everything_that_fits_a_line_is_left_with_as_many_values_as_the_base()
    {
        var random = new Random(7);
        var (looked, hidden) = (0, 0);
        for (var round = 0; round < 3000; round++)
        {
            var told = Rounding(round);
            var (rows, columns) = (random.Next(1, 4), random.Next(1, 5));
            var cells = new long[rows, columns];
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < columns; j++)
                    cells[i, j] = random.Next(3) == 0 ? random.Next(0, 6) : random.Next(0, 30);
            }

            var alone = new long?[rows, columns];
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < columns; j++)
                    alone[i, j] = told.Tell($"{i} {j}", cells[i, j]);
            }

            List<long?> rowTotals = [.. Enumerable.Range(0, rows).Select(i => told.Tell($"row {i}", Enumerable.Range(0, columns).Sum(j => cells[i, j])))];
            List<long?> columnTotals = [.. Enumerable.Range(0, columns).Select(j => told.Tell($"column {j}", Enumerable.Range(0, rows).Sum(i => cells[i, j])))];
            var shown = told.Hide(alone, rowTotals, columnTotals);
            for (var i = 0; i < rows; i++)
            {
                List<long?> line = [.. Enumerable.Range(0, columns).Select(j => shown[i, j])];
                hidden += line.Where((cell, j) => cell is null && alone[i, j] is not null).Count();
                if (line.Where((cell, j) => cell != alone[i, j]).Any())
                    continue;
                for (var j = 0; j < columns; j++)
                {
                    looked++;
                    // Of what is not told it may show that it is large enough, and no more.
                    var fitting = Fitting(line, rowTotals[i], j);
                    Assert.True(fitting.Count >= Threshold || (line[j] is null && fitting.Min() >= Threshold), $"{JsonSerializer.Serialize(line)} of {rowTotals[i]} leaves {JsonSerializer.Serialize(fitting)}");
                }
            }
        }

        Assert.True(looked > 5000 && hidden > 50, $"{looked} looked at, {hidden} hidden");
    }

    [Fact]
    public void A_cell_of_the_file_is_no_formula()
    {
        foreach (var text in new[] { "=1+1", "+1", "-1", "@a", "\t=1", "\r=1" })
            Assert.StartsWith("\"'", CaseStatistics.Cell(text), StringComparison.Ordinal);
        Assert.Equal("\"a\"\"b\"", CaseStatistics.Cell("a\"b"));
    }

    [Theory]
    [OnEachEngine]
    public async Task Figures_are_of_the_last_whole_month_and_of_ones_own_reach_alone(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (petra, south) = (await office.OfficerAsync("petra", "protection_specialist"), await office.OfficerAsync("sara", "protection_specialist", CasesOffice.South));
        var (stan, susan) = (await office.OfficerAsync("stan", "statistician"), await office.OfficerAsync("susan", "cases_supervisor"));
        for (var number = 0; number < 20; number++)
            await petra.OpenAsync(new { person = (await petra.RegisterAsync(new { area = "PA" })).Id, type = number < 15 ? "protection" : "trafficking", profiles = new[] { number < 7 ? "LGBTI_AT_RISK" : "OLDER_PERSON" } });
        for (var number = 0; number < 5; number++)
            await south.OpenAsync(new { person = (await south.RegisterAsync(new { })).Id });
        // Of the present month nothing is told: the difference of two days would tell of one person.
        Assert.False((await susan.GetAsync("/api/cases/statistics")).Json.TryGetProperty("total", out _));
        office.Time.Advance(TimeSpan.FromDays(40));
        var figures = await susan.GetAsync("/api/cases/statistics");
        Assert.True(figures.Status == 200, figures.Text);
        // What is a multiple of the base already is told as it is, whatever the chance of this node.
        Assert.Equal(20, figures.Json.GetProperty("total").GetInt32());
        Assert.All(["LGBTI", "lgbti", "trafficking"], word => Assert.DoesNotContain(word, figures.Text, StringComparison.Ordinal));
        var byState = figures.Json.GetProperty("tables")[0];
        Assert.Equal(["protection", "others"], byState.GetProperty("rows").EnumerateArray().Select(row => row.GetString()));
        Assert.Equal(15, byState.GetProperty("rowTotals")[0].GetInt32());
        Assert.Equal(JsonValueKind.Null, byState.GetProperty("rowTotals")[1].ValueKind);
        var csv = await susan.GetAsync("/api/cases/statistics.csv");
        Assert.StartsWith("table,row,column,count\r\n", csv.Text, StringComparison.Ordinal);
        Assert.Contains("\"all\",\"total\",\"total\",20\r\n", csv.Text, StringComparison.Ordinal);
        Assert.Equal(404, (await petra.GetAsync("/api/cases/statistics")).Status);
        Assert.Equal(200, (await stan.GetAsync("/api/cases/statistics")).Status);
        Assert.Contains("cases.statistics.made", await office.ReadAsync<string>("select change from platform_audit_entries"));

        // Cases that go elsewhere do not show as the difference of two answers, whoever of the same reach asks.
        await office.WriteAsync(
            "update cases_cases set agency_id = @South where id in (select id from cases_cases where agency_id = @North order by id limit 5)", new { South = south.Agency!.Value, North = petra.Agency!.Value });
        Assert.Equal(figures.Text, (await susan.GetAsync("/api/cases/statistics")).Text);
        Assert.Equal(figures.Text, (await stan.GetAsync("/api/cases/statistics")).Text);
        Assert.Equal(1L, (await office.ReadAsync<long>("select count(*) from cases_figures where figures like '%\"total\":20,%'")).Single());
        office.Time.Advance(TimeSpan.FromDays(31));
        Assert.Equal(15, (await susan.GetAsync("/api/cases/statistics")).Json.GetProperty("total").GetInt32());
    }

    // The chances of one node.
    private static RoundedCounts Rounding(int node) =>
        new(Threshold, name => BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"{node} {name}"))));

    private static List<CountedCase> Cases(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => One(random))];

    private static CountedCase One(Random random) => new(
        Pick(random, "protection", "protection", "protection", "child", "asylum_referral", "health", "trafficking"),
        Pick(random, "active", "active", "identified", "closed"),
        Pick(random, "2026-01", "2026-02", "earlier"),
        Pick(random, "PA", "PA", "CR", "MX"),
        random.Next(3) == 0 ? ["violence"] : []);

    private static string Pick(Random random, params string[] words) => words[random.Next(words.Length)];

    // Every number that is told, by its place.
    private static Dictionary<string, long?> Numbers(IReadOnlyList<CountedCase> cases, RoundedCounts told)
    {
        var figures = CaseTally.Of(cases).Tell(SettableTime.Noon, told, Threshold);
        var numbers = new Dictionary<string, long?> { ["all"] = figures.Total };
        foreach (var table in figures.Tables)
        {
            for (var i = 0; i < table.Rows.Count; i++)
            {
                numbers[$"{table.By} {table.Rows[i]}"] = table.RowTotals[i];
                for (var j = 0; j < table.Columns.Count; j++)
                    numbers[$"{table.By} {table.Rows[i]} {table.Columns[j]}"] = table.Cells[i][j];
            }

            for (var j = 0; j < table.Columns.Count; j++)
                numbers[$"{table.By} all {table.Columns[j]}"] = table.ColumnTotals[j];
        }

        foreach (var profile in figures.Profiles)
            numbers["profile " + profile.Group] = profile.Count;
        return numbers;
    }

    // The values that one number of a line can have, by trying all values of all.
    private static List<long> Fitting(IReadOnlyList<long?> line, long? total, int asked)
    {
        var (sumLeast, sumMost) = Range(total);
        // The sums that the others can come to are all from the least to the most: each can have every value of its own.
        var sums = new HashSet<long> { 0 };
        for (var at = 0; at < line.Count; at++)
        {
            if (at == asked)
                continue;
            var (low, high) = Range(line[at]);
            sums = [.. sums.SelectMany(sum => Enumerable.Range(0, (int)(high - low) + 1).Select(more => sum + low + more))];
        }

        var (least, most) = Range(line[asked]);
        return [.. Enumerable.Range(0, (int)(most - least) + 1).Select(more => least + more).Where(value => sums.Any(sum => sum + value >= sumLeast && sum + value <= sumMost))];

        static (long Least, long Most) Range(long? told) => told is { } number ? (number - Threshold + 1, number + Threshold - 1) : (0, (2 * Threshold) - 1);
    }
}
