using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Tambo.Flows.Charts;

/// <summary>How wide a picture is drawn: a page shows the one that fits its reader's screen, so that words never shrink.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Name">Part of the ids and of the class in the page.</param>
public sealed record ChartSize(int Width, string Name)
{
    /// <summary>For a phone.</summary>
    public static ChartSize Narrow { get; } = new(340, "narrow");

    /// <summary>For a desk, and for paper.</summary>
    public static ChartSize Wide { get; } = new(760, "wide");

    /// <summary>Side by side with others of its kind.</summary>
    public static ChartSize Small { get; } = new(300, "small");

    /// <summary>True where there is little room.</summary>
    public bool IsNarrow => Width < 500;
}

/// <summary>What a stroke of a picture is, from which its colours follow.</summary>
internal enum Ink
{
    /// <summary>A line behind the figures.</summary>
    Grid,

    /// <summary>The line at zero.</summary>
    Axis,

    /// <summary>A line of figures.</summary>
    Curve,

    /// <summary>The edge of a range.</summary>
    Edge,

    /// <summary>What is known for sure.</summary>
    Bar,

    /// <summary>What may be: hatched.</summary>
    May,

    /// <summary>A part of a period only: pale.</summary>
    Pale,

    /// <summary>One figure.</summary>
    Dot,

    /// <summary>Words.</summary>
    Words,

    /// <summary>Words that stand out.</summary>
    Heading,

    /// <summary>Land on a map.</summary>
    Land,

    /// <summary>A flow on a map.</summary>
    Ribbon,

    /// <summary>A line that leads the eye.</summary>
    Lead,

    /// <summary>A place on a map, as large as what happened there.</summary>
    Spot,
}

/// <summary>
/// What a picture is drawn on: SVG, coloured by the page's style sheet when it stands in a page, by its own attributes when
/// it stands alone (a file of its own may not bring styles along). The same strokes always make the same bytes.
/// </summary>
internal sealed class SvgPaper(string id, ChartSize size, bool alone = false)
{
    /// <summary>How many colours there are; further series begin again.</summary>
    public const int Colours = 6;

    // The light scheme of tokens.css and flows.css.
    private static readonly string[] Light = ["#0b565c", "#b8621b", "#7a5aa6", "#5d6d71", "#2f7d4f", "#a3344f"];
    private static readonly string[] Dashes = ["", "7 4", "2 4", "10 3 2 3", "12 4", "4 2"];

    private readonly StringBuilder body = new();
    private readonly SortedSet<int> hatched = [];

    /// <summary>How wide the paper is.</summary>
    public ChartSize Size => size;

    /// <summary>True when the picture is a file of its own, which says its title and source itself.</summary>
    public bool IsAlone => alone;

    /// <summary>Pixels that words take, roughly; enough to keep them apart.</summary>
    public static double WidthOf(string words, bool heading = false) => words.Length * (heading ? 8 : 7);

    /// <summary>Words in lines that fit a width.</summary>
    public static IReadOnlyList<string> Lines(string words, double width, bool heading = false)
    {
        var lines = new List<string>();
        foreach (var word in words.Split(' '))
        {
            if (lines.Count > 0 && WidthOf(lines[^1] + " " + word, heading) <= width)
                lines[^1] += " " + word;
            else
                lines.Add(word);
        }

        return lines;
    }

    /// <summary>Lines and curves, as SVG path data.</summary>
    public void Path(string data, Ink ink, int series = 0) => body.Append("<path").Append(Paint(ink, series)).Append(" d=\"").Append(data).Append("\"/>");

    /// <summary>The same with a width of its own.</summary>
    public void Path(string data, Ink ink, int series, double width, string title) =>
        body.Append("<path").Append(Paint(ink, series)).Append(" stroke-width=\"").Append(Number(width)).Append("\" d=\"").Append(data).Append("\"><title>").Append(Escaped(title)).Append("</title></path>");

    /// <summary>A straight line.</summary>
    public void Line(double x1, double y1, double x2, double y2, Ink ink, int series = 0) => Path($"M{Number(x1)} {Number(y1)}L{Number(x2)} {Number(y2)}", ink, series);

    /// <summary>A box; what it stands for is told where somebody points at it.</summary>
    public void Box(double x, double y, double width, double height, Ink ink, int series, string title)
    {
        if (ink == Ink.May)
            hatched.Add(series % Colours);
        body.Append("<rect").Append(Paint(ink, series)).Append(CultureInfo.InvariantCulture, $" x=\"{Number(x)}\" y=\"{Number(y)}\" width=\"{Number(width)}\" height=\"{Number(height)}\"><title>{Escaped(title)}</title></rect>");
    }

    /// <summary>An area, hatched.</summary>
    public void Area(string data, int series)
    {
        hatched.Add(series % Colours);
        Path(data, Ink.May, series);
    }

    /// <summary>A round mark.</summary>
    public void Dot(double x, double y, double radius, int series, string title) =>
        body.Append("<circle").Append(Paint(Ink.Dot, series)).Append(CultureInfo.InvariantCulture, $" cx=\"{Number(x)}\" cy=\"{Number(y)}\" r=\"{Number(radius)}\"><title>{Escaped(title)}</title></circle>");

    /// <summary>A place on a map.</summary>
    public void Spot(double x, double y, double radius, int series, string title) =>
        body.Append("<circle").Append(Paint(Ink.Spot, series)).Append(CultureInfo.InvariantCulture, $" cx=\"{Number(x)}\" cy=\"{Number(y)}\" r=\"{Number(radius)}\"><title>{Escaped(title)}</title></circle>");

    /// <summary>Land and the sea around it, from a height on.</summary>
    public void Land(string data, double top, double width, double height)
    {
        body.Append("<svg").Append(alone ? "" : " class=\"sea\"").Append(CultureInfo.InvariantCulture, $" y=\"{Number(top)}\" width=\"{Number(width)}\" height=\"{Number(height)}\">");
        Path(data, Ink.Land);
        body.Append("</svg>");
    }

    /// <summary>Words; <paramref name="anchor"/> is start, middle or end.</summary>
    public void Words(double x, double y, string anchor, string words, Ink ink = Ink.Words) =>
        body.Append("<text").Append(Paint(ink, 0)).Append(CultureInfo.InvariantCulture, $" x=\"{Number(x)}\" y=\"{Number(y)}\"").Append(anchor == "start" ? "" : $" text-anchor=\"{anchor}\"").Append('>').Append(Escaped(words)).Append("</text>");

    /// <summary>The picture with its title and what it shows in words, for whoever does not see it.</summary>
    public string Finish(double height, string title, string description)
    {
        var name = $"{id}-{size.Name}";
        var head = alone ? $" xmlns=\"http://www.w3.org/2000/svg\" width=\"{size.Width}\" height=\"{Number(height)}\" font-family=\"system-ui, sans-serif\"" : $" class=\"{size.Name}\" direction=\"ltr\"";
        var svg = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"<svg{head} viewBox=\"0 0 {size.Width} {Number(height)}\" role=\"img\" aria-labelledby=\"{name}-t {name}-d\">")
            .Append(CultureInfo.InvariantCulture, $"<title id=\"{name}-t\">{Escaped(title)}</title><desc id=\"{name}-d\">{Escaped(description)}</desc>");
        if (hatched.Count > 0)
        {
            svg.Append("<defs>");
            foreach (var series in hatched)
                svg.Append(CultureInfo.InvariantCulture, $"<pattern id=\"{name}-h{series}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path{Hatch(series)} d=\"M1.5 0V6\"/></pattern>");
            svg.Append("</defs>");
        }

        if (alone)
            svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        return svg.Append(body).Append("</svg>").ToString();
    }

    /// <summary>A coordinate with at most one decimal.</summary>
    public static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Escaped(string words) => HtmlEncoder.Default.Encode(words);

    private string Hatch(int series) => alone ? $" stroke=\"{Light[series]}\" stroke-width=\"2\"" : $" class=\"hatch s{series + 1}\"";

    private string Paint(Ink ink, int series)
    {
        var colour = series % Colours;
        if (ink == Ink.May)
            return $" fill=\"url(#{id}-{size.Name}-h{colour})\"" + (alone ? $" stroke=\"{Light[colour]}\"" : $" class=\"may s{colour + 1}\"");
        if (!alone)
            return ink switch
            {
                Ink.Words => "",
                Ink.Grid or Ink.Axis or Ink.Land or Ink.Lead or Ink.Heading => $" class=\"{Class(ink)}\"",
                _ => $" class=\"{Class(ink)} s{colour + 1}\"",
            };
        var dash = Dashes[colour].Length == 0 ? "" : $" stroke-dasharray=\"{Dashes[colour]}\"";
        return ink switch
        {
            Ink.Grid => " stroke=\"#d9d1c3\"",
            Ink.Axis => " stroke=\"#6a7a7e\"",
            Ink.Lead => " fill=\"none\" stroke=\"#43545a\" stroke-dasharray=\"2 3\"",
            Ink.Curve => $" fill=\"none\" stroke=\"{Light[colour]}\" stroke-width=\"2.2\" stroke-linejoin=\"round\"{dash}",
            Ink.Edge => $" fill=\"none\" stroke=\"{Light[colour]}\"",
            Ink.Bar => $" fill=\"{Light[colour]}\"",
            Ink.Pale => $" fill=\"{Light[colour]}\" fill-opacity=\"0.45\"",
            Ink.Dot => $" fill=\"#ffffff\" stroke=\"{Light[colour]}\" stroke-width=\"2\"",
            Ink.Heading => " font-size=\"14\" font-weight=\"600\" fill=\"#14262b\"",
            Ink.Land => " fill=\"#f1ece3\" stroke=\"#b9b1a3\" stroke-width=\"0.5\"",
            Ink.Spot => $" fill=\"{Light[colour]}\" fill-opacity=\"0.55\" stroke=\"#ffffff\" stroke-width=\"0.75\"",
            Ink.Ribbon => $" fill=\"none\" stroke=\"{Light[colour]}\" stroke-opacity=\"0.6\" stroke-linecap=\"round\"",
            _ => " font-size=\"13\" fill=\"#43545a\"",
        };
    }

    private static string Class(Ink ink) => ink.ToString().ToLowerInvariant();
}
