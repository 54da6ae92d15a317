namespace Tambo.Flows.Charts;

/// <summary>Where figures come from: what whoever reads or copies a chart must know.</summary>
/// <param name="Series">The series' code.</param>
/// <param name="Title">Its name.</param>
/// <param name="Publisher">Who made the figures.</param>
/// <param name="Via">Through whom they came, or empty.</param>
/// <param name="Licence">Under which licence.</param>
/// <param name="Link">Where they are published.</param>
/// <param name="Vintage">Since when they are known here.</param>
public sealed record ChartSource(string Series, string Title, string Publisher, string Via, string Licence, string Link, DateTimeOffset Vintage);

/// <summary>An entry of a chart's key.</summary>
/// <param name="Name">What it stands for.</param>
/// <param name="Colour">Its colour, by number.</param>
/// <param name="Kind">How it is drawn: line, bar, may (hatched) or pale.</param>
public sealed record KeyEntry(string Name, int Colour, string Kind);

/// <summary>A chart with everything that belongs to it: picture, table, notes, sources.</summary>
public sealed record FlowsChart
{
    /// <summary>Its name within its page.</summary>
    public required string Id { get; init; }

    /// <summary>What is shown, where and when.</summary>
    public required string Title { get; init; }

    /// <summary>What there is to see, in a sentence or two; also for whoever does not see it.</summary>
    public required string Summary { get; init; }

    /// <summary>What is said beside the picture, when that is something else.</summary>
    public string? Lead { get; init; }

    /// <summary>What stands behind it.</summary>
    public required ChartData Data { get; init; }

    /// <summary>What its colours and hatches mean.</summary>
    public IReadOnlyList<KeyEntry> Key { get; init; } = [];

    /// <summary>What must be known before figures are compared: method, coverage, breaks, bounds.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Where its figures come from.</summary>
    public IReadOnlyList<ChartSource> Sources { get; init; } = [];

    /// <summary>Where the rows of the files stand that it was made of, for those who may see them.</summary>
    public string? RowsHref { get; init; }

    /// <summary>True when everything shown is made up for practice.</summary>
    public bool Training { get; init; }

    /// <summary>Draws it on a paper from a height on; returns the height it takes.</summary>
    internal Func<SvgPaper, double, double> Draw { get; init; } = static (_, top) => top;

    /// <summary>The picture for a page.</summary>
    public string Svg(ChartSize size)
    {
        var paper = new SvgPaper(Id, size);
        return paper.Finish(Draw(paper, 0), Title, Summary);
    }

    /// <summary>The picture as a file of its own, which says by itself what it shows and where that comes from.</summary>
    public string StandingAlone(string source)
    {
        const double Margin = 10;
        var paper = new SvgPaper(Id, ChartSize.Wide, alone: true);
        var y = 8.0;
        foreach (var line in SvgPaper.Lines(Title, ChartSize.Wide.Width - (2 * Margin), heading: true))
            paper.Words(Margin, y += 18, "start", line, Ink.Heading);
        y += 6;
        // A key has no room of its own on paper: its entries stand in lines.
        var x = Margin;
        foreach (var entry in Key)
        {
            var width = 34 + SvgPaper.WidthOf(entry.Name) + 16;
            if (x > Margin && x + width > ChartSize.Wide.Width)
                (x, y) = (Margin, y + 20);
            if (entry.Kind == "line")
                paper.Line(x, y + 12, x + 26, y + 12, Ink.Curve, entry.Colour);
            else
                paper.Box(x, y + 6, 26, 12, entry.Kind == "may" ? Ink.May : entry.Kind == "pale" ? Ink.Pale : Ink.Bar, entry.Colour, entry.Name);
            paper.Words(x + 32, y + 17, "start", entry.Name);
            x += width;
        }

        y = Draw(paper, y + (Key.Count > 0 ? 24 : 0));
        foreach (var line in SvgPaper.Lines(source, ChartSize.Wide.Width - (2 * Margin)))
            paper.Words(Margin, y += 17, "start", line);
        return paper.Finish(y + 12, Title, Summary);
    }
}
