using Tambo.Flows;
using Tambo.Flows.Cube;
using Tambo.Flows.Harmonising;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows;

/// <summary>What an answer says beside its sums: how exact it is and why, what it covers, its rest, its shares and its windows.</summary>
public sealed class FlowsAnswersTests
{
    private const string Rows =
        """
        2019-01,VEN,adults,900
        2023-01,VEN,adults,60
        2023-01,VEN,children,30
        2023-01,VEN,families,10
        2023-01,HTI,children,5
        2023-02,VEN,adults,70
        2023-02,HTI,adults,n/d
        2023-02,COL,children,2
        2023-02,?,adults,3
        2023-04,VEN,adults,40
        2023-04,stateless or other,adults,1

        """;

    private static async Task<FlowsOffice> OfficeAsync()
    {
        var office = await FlowsOffice.OpenAsync(Engine.Sqlite);
        await office.ImportAsync(Rows);
        return office;
    }

    [Fact]
    public async Task A_figure_carries_the_worst_of_its_parts_as_far_as_the_question_asks_for_what_they_lost()
    {
        await using var office = await OfficeAsync();
        async Task<string> Carried(string by, params string[] where) => string.Join("; ", (await office.AskAsync(new FlowsQuery { By = by.Split(','), Where = where })).Figures
            .Select(figure => $"{figure.Labels[2]} {figure.Carried}{string.Concat(figure.Reasons.Select(reason => " " + reason))}"));

        // A year is exact where years are asked for, and no month; families are exact where nobody asks for ages.
        Assert.Equal("2019 Exact; 2023 NotComparable no_number not_broken_down", await Carried("year"));
        Assert.Equal("2019 Bounded year_stamped_as_january; 2023-01 Exact; 2023-02 Bounded no_number; 2023-04 NotComparable not_broken_down", await Carried("month"));
        Assert.Equal("VEN Exact; _U Bounded not_said", await Carried("citizenship", "citizenship=VEN"));
        Assert.Equal("HTI Exact; VEN Bounded family_units_mix_ages", await Carried("citizenship", "age=0-17", "time=2023-01"));
        Assert.Equal("Y_GE18 Exact; Y_LT18 Exact; _T Bounded family_units_mix_ages", await Carried("age", "time=2023-01"));
        Assert.Equal("VEN Bounded wider_ages; _U Bounded not_said wider_ages", await Carried("citizenship", "age=0-20", "time=2023-02", "citizenship=VEN"));
        Assert.Equal("ZZZ Bounded not_broken_down not_said", await Carried("ref_area", "sex=F", "citizenship=VEN"));
        Assert.Equal("ZZZ Bounded year_stamped_as_january", await Carried("ref_area", "time=2019-03"));
    }

    [Fact]
    public async Task What_is_not_known_is_no_zero()
    {
        await using var office = await OfficeAsync();
        var answer = await office.AskAsync(new FlowsQuery { By = ["citizenship"], Where = ["time=2023-02"] });
        Assert.Equal(["COL 2 0", "HTI  1", "VEN 70 0", "_U 3 0"], answer.Figures.Select(figure => $"{figure.Labels[2]} {figure.AtLeast} {figure.Unknown}"));
    }

    [Fact]
    public async Task A_figure_says_how_much_of_its_time_the_series_covers()
    {
        await using var office = await OfficeAsync();
        var answer = await office.AskAsync(new FlowsQuery { By = ["year"] });
        // January, February and April of 2023.
        Assert.Equal([(365, 365), (365, 31 + 28 + 30)], answer.Figures.Select(figure => (figure.Coverage!.Days, figure.Coverage.Covered)));
        var figure = Assert.Single((await office.AskAsync(new FlowsQuery { Where = ["time=2023-01..2023-12", "citizenship=VEN"] })).Figures);
        Assert.Equal((new DateOnly(2023, 1, 1), new DateOnly(2023, 4, 30), 120, 89), (figure.Coverage!.From, figure.Coverage.Until, figure.Coverage.Days, figure.Coverage.Covered));
    }

    [Fact]
    public async Task The_rest_says_how_many_groups_it_holds_and_what_is_not_known_is_in_no_rest()
    {
        await using var office = await OfficeAsync();
        var answer = await office.AskAsync(new FlowsQuery { By = ["citizenship"], Where = ["time=2023"], Top = 1 });
        Assert.Equal(["VEN 210 1", "_O 1 1", "_REST 7 2", "_U 3 1"], answer.Figures.Select(figure => $"{figure.Labels[2]} {figure.Sure} {figure.Groups}"));
        var ranked = Assert.Single(answer.Ranked);
        Assert.Equal(("citizenship", "VEN", 2), (ranked.Column, Assert.Single(ranked.Codes), ranked.Others));
    }

    [Fact]
    public async Task The_share_of_children_is_a_range_where_families_mix_ages()
    {
        await using var office = await OfficeAsync();
        var answer = await office.AskAsync(new FlowsQuery { By = ["month"], Where = ["age=0-17", "time=2023-01..2023-02"], Share = ["age"] });
        // Of 105 persons in January 35 are children and 10 are in families; of 75 in February 2, and of how many more nobody knows.
        Assert.Equal([(35 / 105.0, 45 / 105.0), (0, 2 / 75.0)], answer.Figures.Select(figure => (figure.Share!.Least, figure.Share.Most)));
        Assert.Equal(1, answer.Figures[1].Share!.Whole.Unknown);
    }

    [Fact]
    public async Task A_window_over_a_missing_month_is_not_whole_and_a_year_is_in_none()
    {
        await using var office = await OfficeAsync();
        var answer = await office.AskAsync(new FlowsQuery { By = ["month"], Where = ["citizenship=VEN"], Window = 2 });
        Assert.Equal(["2023-01 100 1", "2023-02 170 0", "2023-03 70 1", "2023-04 40 1"], answer.Figures.Select(figure => $"{figure.Labels[2]} {figure.Sure} {figure.Missing}"));
        Assert.Equal("2019 900", $"{Assert.Single(answer.Apart).Labels[2]} {answer.Apart[0].Sure}");
        Assert.Equal((59, 59, 28), (answer.Figures[1].Coverage!.Days, answer.Figures[1].Coverage!.Covered, answer.Figures[2].Coverage!.Covered));
    }

    [Fact]
    public async Task Where_from_and_where_to_become_a_matrix()
    {
        await using var office = await OfficeAsync();
        var matrix = Assert.Single(await office.Flows.MatrixAsync(new FlowsQuery { Where = ["time=2023-01..2023-02"], Top = 1 }, "CITIZENSHIP", "REF_AREA", CancellationToken.None));
        Assert.Equal(["VEN 170", "_REST 7", "_U 3"], matrix.From.Select(place => $"{place.Code} {place.Total.Sure}"));
        Assert.Equal(("ZZZ", 180L), (Assert.Single(matrix.To).Code, matrix.To[0].Total.Sure));
        Assert.Equal(["VEN", "_REST", "_U"], matrix.Cells.Select(cell => cell.Labels[0]));
        Assert.Empty(await office.Flows.MatrixAsync(new FlowsQuery(), "C_ORIGIN", "C_DEST", CancellationToken.None));
    }

    [Fact]
    public async Task Figures_are_walked_to_the_lines_of_their_file()
    {
        await using var office = await OfficeAsync();
        var query = new FlowsQuery { Where = ["age=0-17", "time=2023-01"] };
        var (rows, _) = await office.Flows.RowsAsync(query, RowScope.Node, 0, 10, CancellationToken.None);
        Assert.Equal(["4 VEN 30 True", "5 VEN 10 False", "6 HTI 5 True"], rows.Select(row => $"{row.Line} {row.Codes["CITIZENSHIP"]} {row.Value} {row.Sure}"));
        Assert.Equal(6, Assert.Single((await office.Flows.RowsAsync(query, RowScope.Node, 2, 10, CancellationToken.None)).Rows).Line);
        // Of one it is not known how many they are, of the others whether they are meant.
        var (unknown, _) = await office.Flows.RowsAsync(new FlowsQuery { Where = ["citizenship=HTI", "time=2023-02"] }, RowScope.Node, 0, 10, CancellationToken.None);
        Assert.Equal(["8  True", "10 3 False"], unknown.Select(row => $"{row.Line} {row.Value} {row.Sure}"));
    }

    [Theory]
    [InlineData("month", "share", "citizenship")]
    [InlineData("citizenship", "window", "3")]
    [InlineData("month", "window", "0")]
    [InlineData("citizenship", "top", "0")]
    [InlineData("citizenship", "top-of", "sex")]
    [InlineData("month", "measure", "SEX")]
    public async Task A_question_that_does_not_go_together_is_refused(string by, string word, string value)
    {
        await using var office = await FlowsOffice.OpenAsync(Engine.Sqlite);
        var query = new FlowsQuery { By = [by] };
        var refused = await Assert.ThrowsAsync<Problem>(() => office.AskAsync(word switch
        {
            "share" => query with { Share = [value] },
            "window" => query with { Window = int.Parse(value, System.Globalization.CultureInfo.InvariantCulture) },
            "top" => query with { Top = int.Parse(value, System.Globalization.CultureInfo.InvariantCulture) },
            "top-of" => query with { Top = 3, TopOf = [value] },
            _ => query with { Measure = value },
        }));
        Assert.Equal(FlowsProblems.QuestionUnknown, refused.Kind);
    }

    [Fact]
    public void Figures_put_together_carry_the_worst()
    {
        var exact = new Figure(["A"], 3, 0, 1, 0, 0);
        var bounded = new Figure(["B"], 4, 2, 1, 0, 1) { Carried = Carried.Bounded, Reasons = ["wider_ages"] };
        var together = Figure.Together(["AB"], [exact, bounded]);
        Assert.Equal((7L, 2L, Carried.Bounded, "wider_ages"), (together.Sure, together.Maybe, together.Carried, Assert.Single(together.Reasons)));
    }
}
