namespace Tambo.Flows.Charts;

/// <summary>One line of bars.</summary>
/// <param name="Name">What it counts.</param>
/// <param name="Least">What is known for sure.</param>
/// <param name="Most">What it may be.</param>
/// <param name="Figure">The figure in words: a number, or from one to another.</param>
public sealed record RangeBar(string Name, long Least, long Most, string Figure)
{
    /// <summary>Its colour, by number.</summary>
    public int Colour { get; init; }
}

/// <summary>Draws bars below each other with their names and figures: full for what is known, hatched up to what may be. Pure.</summary>
internal static class RangeBars
{
    private const double Thick = 20;

    /// <summary>The bars; returns the height that they take.</summary>
    public static double Draw(SvgPaper paper, IReadOnlyList<RangeBar> bars, double top)
    {
        const double Gutter = 10;
        var width = paper.Size.Width - (2 * Gutter);
        // Bars end at the greatest, or in front of the figure that stands behind them.
        var figures = bars.Count == 0 ? 0 : bars.Max(bar => SvgPaper.WidthOf(bar.Figure, heading: true));
        var names = paper.Size.IsNarrow || bars.Count == 0 ? 0 : Math.Min(width * 0.34, bars.Max(bar => SvgPaper.WidthOf(bar.Name)) + 12);
        var room = paper.Size.IsNarrow ? width : width - names - figures - 10;
        var greatest = Math.Max(1, bars.Count == 0 ? 1 : bars.Max(bar => bar.Most));
        var y = top;
        foreach (var bar in bars)
        {
            double X(long value) => Math.Max(value > 0 ? 1.5 : 0, (double)value / greatest * room);
            var lines = SvgPaper.Lines(bar.Name, paper.Size.IsNarrow ? width - SvgPaper.WidthOf(bar.Figure, heading: true) - 14 : names - 8);
            if (paper.Size.IsNarrow)
            {
                foreach (var line in lines)
                {
                    y += 18;
                    paper.Words(Gutter, y, "start", line);
                }

                paper.Words(Gutter + width, y, "end", bar.Figure, Ink.Heading);
                y += 6;
            }

            var at = paper.Size.IsNarrow ? y : y + Math.Max(0, (lines.Count - 1) * 8) + 8;
            if (bar.Least > 0)
                paper.Box(Gutter + names, at, X(bar.Least), Thick, Ink.Bar, bar.Colour, $"{bar.Name}: {bar.Figure}");
            if (bar.Most > bar.Least)
                paper.Box(Gutter + names + (bar.Least > 0 ? X(bar.Least) : 0), at, X(bar.Most) - (bar.Least > 0 ? X(bar.Least) : 0), Thick, Ink.May, bar.Colour, $"{bar.Name}: {bar.Figure}");
            if (!paper.Size.IsNarrow)
            {
                for (var line = 0; line < lines.Count; line++)
                    paper.Words(Gutter, at + 15 + ((line - ((lines.Count - 1) / 2.0)) * 16), "start", lines[line]);
                paper.Words(Gutter + names + X(bar.Most) + 8, at + 15, "start", bar.Figure, Ink.Heading);
                y = at + Thick + Math.Max(4, (lines.Count - 1) * 8);
            }
            else
            {
                y += Thick + 6;
            }
        }

        return y + 12;
    }
}
