using Tambo.Cases.Register;

namespace Tambo.Tests.Cases.Register;

public sealed class CaseStatesTests
{
    // From each row to each column, in the order of the rows: what a case worker would draw on paper.
    private const string Drawn =
        """
        identified . x . . . x . .
        registered . . x . . x . .
        assessed   . . . x . x . .
        planned    . . x . x x . .
        active     . . x x . x . .
        closing    . . x . x . x .
        closed     . . . . . . . x
        reopened   . . x x x x . .
        """;

    [Fact]
    public void A_case_goes_where_the_drawing_lets_it_and_nowhere_else()
    {
        var rows = Drawn.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        foreach (var row in rows)
        {
            for (var to = 0; to < rows.Count; to++)
                Assert.Equal((row[0], rows[to][0], row[to + 1] == "x"), (row[0], rows[to][0], CaseStates.May(row[0], rows[to][0])));
        }

        Assert.Equal(rows.Select(row => row[0]).Order(StringComparer.Ordinal), CaseStates.Next.Keys.Order(StringComparer.Ordinal));
        Assert.False(CaseStates.May("nowhere", "closed"));
    }

    [Fact]
    public void Every_case_can_be_closed_and_every_closed_one_opened_again()
    {
        foreach (var start in CaseStates.Next.Keys)
        {
            var reached = new HashSet<string> { start };
            for (var more = true; more;)
                more = reached.ToList().SelectMany(state => CaseStates.Next[state]).Select(reached.Add).ToList().Contains(true);
            Assert.Contains(CaseStates.Closed, reached);
            Assert.Contains(CaseStates.Reopened, reached);
        }
    }

    [Fact]
    public void Urgency_says_by_when()
    {
        var now = Support.SettableTime.Noon;
        Assert.Equal([now.AddHours(24), now.AddHours(72), now.AddDays(14)], new[] { "Emergency", "Urgent", "Normal" }.Select(code => Urgency.Due(Urgency.RankOf(code), now)));
        Assert.Equal(-1, Urgency.RankOf("urgent"));
    }
}
