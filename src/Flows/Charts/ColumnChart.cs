namespace Tambo.Flows.Charts;

/// <summary>One part of a column.</summary>
/// <param name="Part">Its place among the parts, which gives the colour.</param>
/// <param name="Least">What is known for sure.</param>
/// <param name="Most">What it may be.</param>
/// <param name="Words">What is said of it where somebody points at it.</param>
public sealed record ColumnPart(int Part, long Least, long Most, string Words);

/// <summary>One column: a period, say, with its parts from below.</summary>
/// <param name="Label">Below it.</param>
/// <param name="Parts">Its parts.</param>
public sealed record ChartColumn(string Label, IReadOnlyList<ColumnPart> Parts)
{
    /// <summary>True when the period is not over or not whole: the column is drawn pale.</summary>
    public bool IsPartial { get; init; }
}

/// <summary>Draws columns, whose parts lie on each other; what may be is hatched. Pure.</summary>
internal static class ColumnChart
{
    /// <summary>The columns; returns the height that they take.</summary>
    public static double Draw(SvgPaper paper, IReadOnlyList<ChartColumn> columns, double top, Func<double, string> figure, double height)
    {
        const double Gutter = 10;
        var width = paper.Size.Width - (2 * Gutter);
        var axis = ValueAxis.Of(columns.Count == 0 ? 0 : columns.Max(column => column.Parts.Sum(part => part.Most)));
        var (upper, bottom) = (top + 22, top + 22 + height);
        double Y(double value) => bottom - (axis.Share(value) * (bottom - upper));
        foreach (var tick in axis.Ticks())
            paper.Line(Gutter, Y(tick), Gutter + width, Y(tick), tick == 0 ? Ink.Axis : Ink.Grid);
        // The words of the axis stand at the left, so the columns begin beside them.
        var words = axis.Ticks().Max(tick => SvgPaper.WidthOf(figure(tick))) + 8;
        var slot = (width - words) / Math.Max(1, columns.Count);
        var thick = Math.Min(48, slot * 0.76);
        var most = columns.Count == 0 ? 0 : columns.Max(column => SvgPaper.WidthOf(column.Label));
        var each = Math.Max(1, (int)Math.Ceiling((most + 12) / slot));
        for (var at = 0; at < columns.Count; at++)
        {
            var x = Gutter + words + (at * slot);
            var below = 0L;
            foreach (var part in columns[at].Parts)
            {
                if (part.Least > 0)
                    paper.Box(x + ((slot - thick) / 2), Y(below + part.Least), thick, Y(below) - Y(below + part.Least), columns[at].IsPartial ? Ink.Pale : Ink.Bar, part.Part, part.Words);
                if (part.Most > part.Least)
                    paper.Box(x + ((slot - thick) / 2), Y(below + part.Most), thick, Y(below + part.Least) - Y(below + part.Most), Ink.May, part.Part, part.Words);
                below += part.Most;
            }

            // The last one is always named, and no words run into each other.
            if ((columns.Count - 1 - at) % each == 0)
                paper.Words(Math.Min(x + (slot / 2), Gutter + width - (SvgPaper.WidthOf(columns[at].Label) / 2)), bottom + 18, "middle", columns[at].Label);
        }

        foreach (var tick in axis.Ticks().Skip(1))
            paper.Words(Gutter, Y(tick) - 4, "start", figure(tick));
        return bottom + 26;
    }
}
