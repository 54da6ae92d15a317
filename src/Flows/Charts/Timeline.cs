using Tambo.Flows.Collecting;
using System.Text;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Charts;

/// <summary>A figure of a period: between two ends that are one where it is exact; both are null where nothing is known.</summary>
public sealed record ChartPoint(Period Period, long? Least, long? Most)
{
    /// <summary>True when something of it has no number: <see cref="Most"/> is only that of what has one.</summary>
    public bool IsOpen { get; init; }

    /// <summary>For how long people were counted; null where that is not said.</summary>
    public CountingHours? Hours { get; init; }

    /// <summary>Whether another says the same of the people, whatever it says of hours.</summary>
    public bool IsSame(ChartPoint other) => (Least, Most, IsOpen) == (other.Least, other.Most, other.IsOpen);
}

/// <summary>Figures of one thing over time.</summary>
public sealed record ChartLine(string Name, IReadOnlyList<ChartPoint> Points)
{
    /// <summary>Its colour, by number.</summary>
    public int Colour { get; init; }

    /// <summary>Its name for programs.</summary>
    public string Code { get; init; } = "value";
}

/// <summary>One axis of figures with its lines: what is counted in one unit. Panels stand below each other on one axis of time.</summary>
/// <param name="Title">What is shown and in which unit; may be empty.</param>
/// <param name="Lines">The lines.</param>
public sealed record ChartPanel(string Title, IReadOnlyList<ChartLine> Lines)
{
    /// <summary>A figure that is pointed out, with its words.</summary>
    public (ChartPoint Point, string Words)? Mark { get; init; }
}

/// <summary>Draws figures over time; pure.</summary>
internal static class Timeline
{
    private const double Foot = 26;

    /// <summary>The panels with their lines; returns the height that they take.</summary>
    public static double Draw(SvgPaper paper, IReadOnlyList<ChartPanel> panels, double top, Func<double, string> figure, double panelHeight, Period? guide = null)
    {
        const double Gutter = 10;
        var width = paper.Size.Width - (2 * Gutter);
        var time = TimeAxis.Of(panels.SelectMany(panel => panel.Lines).SelectMany(line => line.Points).Select(point => point.Period), Gutter, width);
        var tops = new List<(double Top, double Bottom)>();
        var y = top;
        foreach (var panel in panels)
        {
            foreach (var line in panel.Title.Length == 0 ? [] : SvgPaper.Lines(panel.Title, width, heading: true))
            {
                y += 18;
                paper.Words(Gutter, y, "start", line, Ink.Heading);
            }

            // Room for the words of the upper line, and for those of a mark above the figures.
            var head = panel.Mark is null ? 26 : 42;
            tops.Add((y + head, y + head + panelHeight));
            y += head + panelHeight + 14;
        }

        var ticks = time.Ticks().ToList();
        foreach (var (x, _) in ticks)
        {
            foreach (var (upper, lower) in tops)
                paper.Line(x, upper, x, lower + 4, Ink.Grid);
        }

        // One month of the first panel through all others: what follows later stands to its right.
        if (guide is { } month && tops.Count > 1)
            paper.Line(time.Middle(month), tops[0].Top, time.Middle(month), tops[^1].Bottom, Ink.Lead);
        for (var at = 0; at < panels.Count; at++)
            DrawPanel(paper, panels[at], time, tops[at], figure);
        var foot = tops.Count == 0 ? top : tops[^1].Bottom;
        foreach (var (x, words) in ticks)
        {
            if (x + SvgPaper.WidthOf(words) <= paper.Size.Width)
                paper.Words(x + 2, foot + 18, "start", words);
        }

        return foot + Foot;
    }

    private static void DrawPanel(SvgPaper paper, ChartPanel panel, TimeAxis time, (double Top, double Bottom) place, Func<double, string> figure)
    {
        var axis = ValueAxis.Of(panel.Lines.SelectMany(line => line.Points).Max(point => (double?)point.Most) ?? 0, place.Bottom - place.Top < 120 ? 2 : 4);
        double Y(double value) => place.Bottom - (axis.Share(value) * (place.Bottom - place.Top));
        foreach (var tick in axis.Ticks())
            paper.Line(time.Left, Y(tick), time.Left + time.Width, Y(tick), tick == 0 ? Ink.Axis : Ink.Grid);
        foreach (var line in panel.Lines)
        {
            foreach (var run in RunsOf(line.Points))
                DrawRun(paper, line, run, time, Y);
        }

        foreach (var tick in axis.Ticks().Skip(1))
            paper.Words(time.Left, Y(tick) - 4, "start", figure(tick));
        if (panel.Mark is var (point, words) && point.Most is { } most)
        {
            var x = time.Middle(point.Period);
            var half = SvgPaper.WidthOf(words, heading: true) / 2;
            paper.Dot(x, Y(most), 4, panel.Lines[0].Colour, words);
            paper.Words(Math.Clamp(x, time.Left + half, time.Left + time.Width - half), Y(most) - 9, "middle", words, Ink.Heading);
        }
    }

    // An unknown figure, and a period that is not there, interrupt the line.
    private static IEnumerable<List<ChartPoint>> RunsOf(IReadOnlyList<ChartPoint> points)
    {
        var run = new List<ChartPoint>();
        foreach (var point in points)
        {
            if (run.Count > 0 && (point.Least is null || point.Period.From != run[^1].Period.Until.AddDays(1)))
            {
                yield return run;
                run = [];
            }

            if (point.Least is not null)
                run.Add(point);
        }

        if (run.Count > 0)
            yield return run;
    }

    private static void DrawRun(SvgPaper paper, ChartLine line, List<ChartPoint> run, TimeAxis time, Func<double, double> y)
    {
        if (run.Any(point => point.Most > point.Least))
        {
            var area = new StringBuilder();
            foreach (var point in run)
                area.Append(area.Length == 0 ? 'M' : 'L').Append(Place(point, point.Most!.Value));
            foreach (var point in run.AsEnumerable().Reverse())
                area.Append('L').Append(Place(point, point.Least!.Value));
            paper.Area(area.Append('Z').ToString(), line.Colour);
            paper.Path(Curve(point => point.Least!.Value), Ink.Edge, line.Colour);
            paper.Path(Curve(point => point.Most!.Value), Ink.Edge, line.Colour);
        }
        else if (run.Count > 1)
        {
            paper.Path(Curve(point => point.Least!.Value), Ink.Curve, line.Colour);
        }
        else
        {
            paper.Dot(time.Middle(run[0].Period), y(run[0].Least!.Value), 2.5, line.Colour, line.Name);
        }

        string Place(ChartPoint point, long value) => $"{SvgPaper.Number(time.Middle(point.Period))} {SvgPaper.Number(y(value))}";

        string Curve(Func<ChartPoint, long> value)
        {
            var path = new StringBuilder();
            foreach (var point in run)
                path.Append(path.Length == 0 ? 'M' : 'L').Append(Place(point, value(point)));
            return path.ToString();
        }
    }
}
