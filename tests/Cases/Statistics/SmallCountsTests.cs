using System.Text.Json;
using Tambo.Cases.Statistics;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Statistics;

/// <summary>Figures of cases give no small one away, whatever is subtracted from what.</summary>
public sealed class SmallCountsTests
{
    private const int Threshold = 5;

    [Fact]
    public void Whoever_subtracts_learns_no_small_count()
    {
        var random = new Random(20);
        var (tables, hiding) = (0, 0);
        for (var round = 0; round < 4000; round++)
        {
            var (rows, columns) = (random.Next(2, 7), random.Next(2, 9));
            var cells = new long[rows, columns];
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < columns; j++)
                    cells[i, j] = random.Next(4) == 0 ? random.Next(0, 6) : random.Next(0, 60);
            }

            if (Totals(cells).Any(total => total < 2 * Threshold))
                continue;
            tables++;
            var told = SmallCounts.Hide(cells, Threshold);
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < columns; j++)
                {
                    Assert.True(told[i, j] is null || told[i, j] == cells[i, j]);
                    Assert.False(told[i, j] is > 0 and < Threshold);
                }
            }

            hiding += told.Cast<long?>().Any(cell => cell is null) ? 1 : 0;
            Assert.Empty(Solved(told, cells).Where(at => cells[at.Row, at.Column] is > 0 and < Threshold));
        }

        Assert.True(tables > 1000 && hiding > 500, $"{tables} tables, {hiding} with something hidden");
    }

    /// <summary>The attacker here knows more: counts are whole and none is below zero. Every hidden small one still has several values that fit.</summary>
    [Fact]
    public void Even_who_tries_every_table_that_fits_is_left_with_several_values()
    {
        var random = new Random(7);
        var looked = 0;
        for (var round = 0; round < 600; round++)
        {
            var cells = new long[3, 3];
            for (var i = 0; i < 3; i++)
            {
                for (var j = 0; j < 3; j++)
                    cells[i, j] = random.Next(3) == 0 ? random.Next(1, 5) : random.Next(5, 14);
            }

            if (Totals(cells).Any(total => total < 2 * Threshold))
                continue;
            var told = SmallCounts.Hide(cells, Threshold);
            for (var i = 0; i < 3; i++)
            {
                for (var j = 0; j < 3; j++)
                {
                    if (cells[i, j] >= Threshold)
                        continue;
                    looked++;
                    var fitting = Fitting(told, cells, (i, j));
                    Assert.True(fitting.Count > 1, $"{JsonSerializer.Serialize(told.Cast<long?>())} gives {cells[i, j]} away");
                }
            }
        }

        Assert.True(looked > 500);
    }

    [Fact]
    public void Small_lines_are_put_together_until_their_total_may_be_told()
    {
        var pooled = SmallCounts.Pool(new Dictionary<string, long> { ["a"] = 100, ["b"] = 3, ["c"] = 4, ["d"] = 12, ["e"] = 0 }, Threshold);
        Assert.Equal(["a a", "b others", "c others", "d others"], pooled.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key} {one.Value}"));
        Assert.Empty(SmallCounts.Pool(new Dictionary<string, long> { ["a"] = 9 }, Threshold));
        Assert.Equal("a", SmallCounts.Pool(new Dictionary<string, long> { ["a"] = 10 }, Threshold)["a"]);
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
        for (var number = 0; number < 16; number++)
            await petra.OpenAsync(new { person = (await petra.RegisterAsync(new { area = "PA" })).Id, type = number < 13 ? "protection" : "trafficking", profiles = new[] { number < 7 ? "LGBTI_AT_RISK" : "OLDER_PERSON" } });
        for (var number = 0; number < 5; number++)
            await south.OpenAsync(new { person = (await south.RegisterAsync(new { })).Id });
        // Of the present month nothing is told: the difference of two days would tell of one person.
        Assert.False((await susan.GetAsync("/api/cases/statistics")).Json.TryGetProperty("total", out _));
        office.Time.Advance(TimeSpan.FromDays(40));
        var figures = await susan.GetAsync("/api/cases/statistics");
        Assert.True(figures.Status == 200, figures.Text);
        Assert.Equal(16, figures.Json.GetProperty("total").GetInt32());
        Assert.All(["LGBTI", "lgbti", "trafficking"], word => Assert.DoesNotContain(word, figures.Text, StringComparison.Ordinal));
        var byState = figures.Json.GetProperty("tables")[0];
        Assert.Equal(["others"], byState.GetProperty("rows").EnumerateArray().Select(row => row.GetString()));
        Assert.Equal([16], byState.GetProperty("rowTotals").EnumerateArray().Select(total => total.GetInt32()));
        var csv = await susan.GetAsync("/api/cases/statistics.csv");
        Assert.StartsWith("table,row,column,count\r\n", csv.Text, StringComparison.Ordinal);
        Assert.Contains("\"all\",\"total\",\"total\",16", csv.Text, StringComparison.Ordinal);
        Assert.Equal(404, (await petra.GetAsync("/api/cases/statistics")).Status);
        Assert.Equal(200, (await stan.GetAsync("/api/cases/statistics")).Status);
        Assert.Contains("cases.statistics.made", await office.ReadAsync<string>("select change from platform_audit_entries"));

        // A case that goes elsewhere does not show as the difference of two answers, whoever of the same reach asks.
        await office.WriteAsync("update cases_cases set agency_id = (select agency_id from cases_cases where agency_id <> one.agency_id limit 1) from (select id, agency_id from cases_cases order by id limit 1) one where cases_cases.id = one.id");
        Assert.Equal(figures.Text, (await susan.GetAsync("/api/cases/statistics")).Text);
        Assert.Equal(figures.Text, (await stan.GetAsync("/api/cases/statistics")).Text);
        Assert.Equal(1L, (await office.ReadAsync<long>("select count(*) from cases_figures where figures like '%\"total\":16%'")).Single());
        office.Time.Advance(TimeSpan.FromDays(31));
        Assert.Equal(15, (await susan.GetAsync("/api/cases/statistics")).Json.GetProperty("total").GetInt32());
    }

    private static IEnumerable<long> Totals(long[,] cells) =>
        Enumerable.Range(0, cells.GetLength(0)).Select(i => Enumerable.Range(0, cells.GetLength(1)).Sum(j => cells[i, j]))
            .Concat(Enumerable.Range(0, cells.GetLength(1)).Select(j => Enumerable.Range(0, cells.GetLength(0)).Sum(i => cells[i, j])));

    // The attacker, by elimination on the equations of all rows and columns: which hidden cells have one value alone?
    private static List<(int Row, int Column)> Solved(long?[,] told, long[,] cells)
    {
        var (rows, columns) = (told.GetLength(0), told.GetLength(1));
        var hidden = (from i in Enumerable.Range(0, rows) from j in Enumerable.Range(0, columns) where told[i, j] is null select (Row: i, Column: j)).ToList();
        var lines = new List<double[]>();
        for (var line = 0; line < rows + columns; line++)
            lines.Add([.. hidden.Select(at => (line < rows ? at.Row == line : at.Column == line - rows) ? 1.0 : 0.0)]);
        var rank = 0;
        for (var column = 0; column < hidden.Count; column++)
        {
            var pivot = lines.FindIndex(rank, line => Math.Abs(line[column]) > 1e-9);
            if (pivot < 0)
                continue;
            (lines[rank], lines[pivot]) = (lines[pivot], lines[rank]);
            var scale = lines[rank][column];
            for (var at = 0; at < hidden.Count; at++)
                lines[rank][at] /= scale;
            for (var other = 0; other < lines.Count; other++)
            {
                if (other == rank || Math.Abs(lines[other][column]) < 1e-9)
                    continue;
                var factor = lines[other][column];
                for (var at = 0; at < hidden.Count; at++)
                    lines[other][at] -= factor * lines[rank][at];
            }

            rank++;
        }

        return [.. lines.Take(rank).Where(line => line.Count(value => Math.Abs(value) > 1e-9) == 1).Select(line => hidden[Array.FindIndex(line, value => Math.Abs(value) > 1e-9)])];
    }

    // Every value that a hidden cell of a table of three by three can have, by trying; two are enough to know.
    private static List<long> Fitting(long?[,] told, long[,] cells, (int Row, int Column) asked)
    {
        List<(int Row, int Column)> hidden = [asked, .. from i in Enumerable.Range(0, 3) from j in Enumerable.Range(0, 3) where told[i, j] is null && (i, j) != asked select (i, j)];
        var rowLeft = Enumerable.Range(0, 3).Select(i => hidden.Where(at => at.Row == i).Sum(at => cells[at.Row, at.Column])).ToArray();
        var columnLeft = Enumerable.Range(0, 3).Select(j => hidden.Where(at => at.Column == j).Sum(at => cells[at.Row, at.Column])).ToArray();
        var found = new List<long>();
        for (var value = 0L; value <= Math.Min(rowLeft[asked.Row], columnLeft[asked.Column]) && found.Count < 2; value++)
        {
            Take(asked, value);
            if (Fits(1))
                found.Add(value);
            Take(asked, -value);
        }

        return found;

        bool Fits(int at)
        {
            if (at == hidden.Count)
                return rowLeft.All(left => left == 0) && columnLeft.All(left => left == 0);
            var cell = hidden[at];
            // The last of its line takes what is left of it.
            var least = hidden.Skip(at + 1).Any(other => other.Row == cell.Row) ? 0 : rowLeft[cell.Row];
            for (var value = least; value <= Math.Min(rowLeft[cell.Row], columnLeft[cell.Column]); value++)
            {
                Take(cell, value);
                var fits = Fits(at + 1);
                Take(cell, -value);
                if (fits)
                    return true;
            }

            return false;
        }

        void Take((int Row, int Column) cell, long value) => (rowLeft[cell.Row], columnLeft[cell.Column]) = (rowLeft[cell.Row] - value, columnLeft[cell.Column] - value);
    }
}
