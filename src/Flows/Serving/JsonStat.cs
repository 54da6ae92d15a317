using System.IO.Pipelines;
using System.Globalization;
using System.Text.Json;
using Tambo.Flows.Cube;
using Tambo.Flows.Structure;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;

namespace Tambo.Flows.Serving;

/// <summary>
/// Figures as a cube of JSON-stat 2.0 (json-stat.org): a dimension for each thing grouped by and one of what is told of each
/// cell. A cell without observations is not there; one whose number is not known is null; neither is zero.
/// </summary>
internal static class JsonStat
{
    private const int MostCells = 1_000_000;

    // What is told of each cell; the first is the number when there is one.
    private static readonly (string Code, Func<Figure, long?> Of)[] Told =
    [
        ("value", FigureStatus.One), ("at_least", static figure => figure.AtLeast), ("at_most", static figure => figure.AtMost),
        ("rows", static figure => figure.Rows), ("unknown", static figure => figure.Unknown),
    ];

    /// <summary>Writes an answer.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">The cube has too many cells.</exception>
    public static async Task WriteAsync(FiguresAnswer answer, PipeWriter output, Texts texts, CancellationToken cancellationToken)
    {
        var figures = answer.Figures.Concat(answer.Apart).ToList();
        var codes = answer.Columns.Select((_, at) => figures.Select(figure => figure.Labels[at]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList()).ToList();
        int[] sizes = [.. codes.Select(list => list.Count), Told.Length];
        var size = sizes.Aggregate(1L, (product, each) => Math.Min(MostCells + 1L, product * each));
        if (size > MostCells)
            throw FlowsProblems.QuestionTooLarge.With();
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("version", "2.0");
        json.WriteString("class", "dataset");
        json.WriteString("label", string.Join("; ", answer.Series.Select(series => series.Titles.GetValueOrDefault(texts.Code) ?? series.EnglishTitle)));
        json.WriteString("source", string.Join("; ", answer.Series.Select(series => series.Publisher).Distinct(StringComparer.Ordinal)));
        if (answer.Series.SelectMany(series => series.Imports).Select(import => import.CommittedAt).DefaultIfEmpty().Max() is var updated && updated != default)
            json.WriteString("updated", Instants.Write(updated));
        WriteShape(json, answer, codes, sizes, texts);
        var cells = CellsOf(figures, codes, sizes);
        WriteCells(json, answer, cells);
        WriteExtension(json, answer, cells);
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
        await output.FlushAsync(cancellationToken);
    }

    private static void WriteShape(Utf8JsonWriter json, FiguresAnswer answer, List<List<string>> codes, int[] sizes, Texts texts)
    {
        string[] ids = [.. answer.Columns, "figure"];
        WriteList(json, "id", ids);
        json.WriteStartArray("size");
        foreach (var size in sizes)
            json.WriteNumberValue(size);
        json.WriteEndArray();
        json.WriteStartObject("role");
        if (answer.Columns.Where(column => answer.ComponentOf(column)?.Kind == ComponentKind.Period).ToList() is { Count: > 0 } times)
            WriteList(json, "time", times);
        if (answer.Columns.Where(column => answer.ComponentOf(column)?.Codelist == "CL_AREA").ToList() is { Count: > 0 } areas)
            WriteList(json, "geo", areas);
        WriteList(json, "metric", ["figure"]);
        json.WriteEndObject();
        json.WriteStartObject("dimension");
        for (var at = 0; at < ids.Length; at++)
        {
            var list = at < codes.Count ? codes[at] : [.. Told.Select(told => told.Code)];
            var area = at < codes.Count && answer.ComponentOf(ids[at])?.Codelist == "CL_AREA";
            json.WriteStartObject(ids[at]);
            json.WriteString("label", ids[at]);
            json.WriteStartObject("category");
            WriteList(json, "index", list);
            if (area && list.Where(code => Countries.Find(code) is not null).ToList() is { Count: > 0 } named)
            {
                json.WriteStartObject("label");
                foreach (var code in named)
                    json.WriteString(code, Countries.Name(code, texts.Code));
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    // Cells by their place, as most of a cube of many dimensions is empty.
    private static List<(int Place, Figure Figure)> CellsOf(List<Figure> figures, List<List<string>> codes, int[] sizes)
    {
        var places = codes.Select(list => list.Select((code, at) => (code, at)).ToDictionary(pair => pair.code, pair => pair.at, StringComparer.Ordinal)).ToList();
        return [.. figures.Select(figure =>
        {
            var place = 0;
            for (var at = 0; at < places.Count; at++)
                place = (place * sizes[at]) + places[at][figure.Labels[at]];
            return (Place: place * Told.Length, Figure: figure);
        }).OrderBy(cell => cell.Place)];
    }

    private static void WriteCells(Utf8JsonWriter json, FiguresAnswer answer, List<(int Place, Figure Figure)> told)
    {
        json.WriteStartObject("value");
        foreach (var (place, figure) in told)
        {
            for (var at = 0; at < Told.Length; at++)
            {
                var name = (place + at).ToString(CultureInfo.InvariantCulture);
                if (Told[at].Of(figure) is not { } number)
                    json.WriteNull(name);
                else if (answer.Unit == 1m || at > 2)
                    json.WriteNumber(name, number);
                else
                    json.WriteNumber(name, number / answer.Unit);
            }
        }

        json.WriteEndObject();
        json.WriteStartObject("status");
        foreach (var (place, figure) in told)
        {
            if (FigureStatus.Of(figure) is var status and not FigureStatus.Exact)
                json.WriteString(place.ToString(CultureInfo.InvariantCulture), status);
        }

        json.WriteEndObject();
    }

    private static void WriteExtension(Utf8JsonWriter json, FiguresAnswer answer, List<(int Place, Figure Figure)> told)
    {
        json.WriteStartObject("extension");
        json.WriteString("dataflow", answer.Flow.Code);
        json.WriteString("measure", answer.Question.Query.Measure.ToUpperInvariant());
        json.WriteBoolean("training", answer.Question.Query.Training);
        FiguresJson.WriteMoment(json, "as_of", answer.Question.Query.AsOf);
        WriteHours(json, told);
        json.WriteStartArray("series");
        foreach (var series in answer.Series)
            FiguresJson.WriteSeries(json, series, answer.Question.Query.AsOf);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // Of cells that were counted at points, by the place of the first that is told of each.
    private static void WriteHours(Utf8JsonWriter json, List<(int Place, Figure Figure)> told)
    {
        if (!told.Exists(cell => cell.Figure.Hours is not null))
            return;
        json.WriteStartObject("hours");
        foreach (var (place, figure) in told.Where(cell => cell.Figure.Hours is not null))
        {
            json.WriteStartObject(place.ToString(CultureInfo.InvariantCulture));
            FiguresJson.WriteHours(json, figure);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
