using System.Xml;
using FsCheck;
using FsCheck.Fluent;
using Tambo.Flows.Charts;
using Tambo.Flows.Structure;

namespace Tambo.Tests.Flows.Charts;

/// <summary>Pictures show what the figures are, and nothing that they are not.</summary>
public sealed class ChartTests
{
    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(3, 3, 1)]
    [InlineData(81_946, 100_000, 50_000)]
    [InlineData(520_085, 600_000, 200_000)]
    [InlineData(2_579_026, 3_000_000, 1_000_000)]
    public void The_axis_begins_at_zero_and_ends_on_a_round_step_above_the_greatest(double greatest, double top, double step)
    {
        var axis = ValueAxis.Of(greatest);
        Assert.Equal((top, step), (axis.Top, axis.Step));
        Assert.Equal(0, axis.Ticks().First());
        Assert.Equal(top, axis.Ticks().Last());
    }

    [Fact]
    public void No_axis_is_shorter_than_its_figures_nor_has_more_than_six_lines() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNegativeInt>(), greatest =>
        {
            var axis = ValueAxis.Of(greatest.Get);
            return axis.Top >= greatest.Get && axis.Ticks().Count() is >= 2 and <= 6;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void On_the_axis_of_days_a_year_is_as_wide_as_its_days()
    {
        var axis = TimeAxis.Of([Period.Read("2023")!.Value, Period.Read("2024")!.Value], 0, 731);
        Assert.Equal(0, axis.At(new DateOnly(2023, 1, 1)));
        Assert.Equal(365, axis.At(new DateOnly(2024, 1, 1)));
        Assert.Equal(15.5, axis.Middle(Period.Read("2023-01")!.Value));
    }

    [Fact]
    public void A_period_that_is_not_there_interrupts_the_line_and_is_never_drawn_as_zero()
    {
        var paper = new SvgPaper("c", ChartSize.Wide);
        Timeline.Draw(paper, [new ChartPanel("", [new ChartLine("all", [Point("2024-01", 10), Point("2024-02", 20), Point("2024-04", 30), Point("2024-05", 40), new ChartPoint(Period.Read("2024-06")!.Value, null, null), Point("2024-07", 5)])])], 0, value => $"{value}", 100);
        var svg = Parsed(paper.Finish(100, "t", "d"));
        var curves = svg.SelectNodes("//path[contains(@class,'curve')]")!;
        Assert.Equal(2, curves.Count);
        Assert.All(curves.Cast<XmlElement>(), curve => Assert.Equal(2, curve.GetAttribute("d").Split('L').Length));
        // One month alone is a dot.
        Assert.Single(svg.SelectNodes("//circle")!.Cast<XmlElement>());
    }

    [Fact]
    public void What_is_known_is_full_and_what_may_be_is_hatched_beside_it()
    {
        var paper = new SvgPaper("c", ChartSize.Wide);
        RangeBars.Draw(paper, [new RangeBar("exact", 50, 50, "50"), new RangeBar("range", 10, 100, "10 to 100"), new RangeBar("only perhaps", 0, 20, "0 to 20")], 0);
        var svg = Parsed(paper.Finish(100, "t", "d"));
        var full = svg.SelectNodes("//rect[contains(@class,'bar')]")!.Cast<XmlElement>().Select(Width).ToList();
        var hatched = svg.SelectNodes("//rect[contains(@class,'may')]")!.Cast<XmlElement>().Select(Width).ToList();
        Assert.Equal(2, full.Count);
        Assert.Equal(2, hatched.Count);
        // Ten of a hundred to ninety of a hundred; the pattern is there.
        Assert.Equal(9, hatched[0] / full[1], 1);
        Assert.Equal(5, full[0] / full[1], 1);
        Assert.Single(svg.SelectNodes("//pattern")!.Cast<XmlElement>());
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"><b")]
    [InlineData("Côte d’Ivoire & Curaçao")]
    public void Words_stand_as_they_are_and_never_as_marks(string words)
    {
        foreach (var alone in (bool[])[false, true])
        {
            var paper = new SvgPaper("c", ChartSize.Narrow, alone);
            paper.Words(1, 1, "start", words);
            paper.Box(0, 0, 1, 1, Ink.Bar, 0, words);
            var svg = Parsed(paper.Finish(10, words, words));
            Assert.Equal(words, svg.SelectSingleNode("//text")!.InnerText);
            Assert.Equal(4, svg.SelectNodes("//title|//desc|//text")!.Count);
        }
    }

    [Fact]
    public void A_spreadsheet_is_given_no_formula()
    {
        var data = new ChartData([new DataColumn("name", "Name"), new DataColumn("value", "Value", true)], [[new DataCell { Words = "x", Code = "=1+1" }, new DataCell { Words = "5", Least = 5, Most = 5 }], [new DataCell { Words = "y", Code = "a,\"b" }, new DataCell { Words = "–" }]]);
        Assert.Equal("name,value,value_at_most\r\n'=1+1,5,5\r\n\"a,\"\"b\",,\r\n", System.Text.Encoding.UTF8.GetString(data.Csv()));
    }

    private static ChartPoint Point(string period, long value) => new(Period.Read(period)!.Value, value, value);

    private static double Width(XmlElement box) => double.Parse(box.GetAttribute("width"), System.Globalization.CultureInfo.InvariantCulture);

    // Without a namespace, so that its parts can be asked for by name.
    private static XmlDocument Parsed(string svg)
    {
        var document = new XmlDocument { XmlResolver = null };
        using var reader = XmlReader.Create(new StringReader(svg.Replace(" xmlns=\"http://www.w3.org/2000/svg\"", "", StringComparison.Ordinal)));
        document.Load(reader);
        return document;
    }
}
