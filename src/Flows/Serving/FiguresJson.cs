using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using Tambo.Flows.Collecting;
using Tambo.Flows.Cube;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;

namespace Tambo.Flows.Serving;

/// <summary>Figures as JSON, written as they go.</summary>
internal static class FiguresJson
{
    private const int Stretch = 512;

    private static readonly JsonEncodedText Value = JsonEncodedText.Encode("value"), AtLeast = JsonEncodedText.Encode("at_least"), AtMost = JsonEncodedText.Encode("at_most"),
        Rows = JsonEncodedText.Encode("rows"), Unknown = JsonEncodedText.Encode("unknown"), Status = JsonEncodedText.Encode("status"),
        Days = JsonEncodedText.Encode("days"), DaysCovered = JsonEncodedText.Encode("days_covered"), Observations = JsonEncodedText.Encode("observations");

    /// <summary>Writes an answer.</summary>
    public static async Task WriteAsync(FiguresAnswer answer, PipeWriter output, Texts texts, string next, CancellationToken cancellationToken)
    {
        // What is written is well formed whatever the data: checking it again would cost a fifth of the time.
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        var columns = answer.Columns.Select(column => JsonEncodedText.Encode(column)).ToArray();
        var query = answer.Question.Query;
        json.WriteStartObject();
        json.WriteString("dataflow", answer.Flow.Code);
        json.WriteString("measure", query.Measure.ToUpperInvariant());
        WriteMoment(json, "as_of", query.AsOf);
        json.WriteBoolean("training", query.Training);
        WriteList(json, "columns", answer.Columns);
        json.WriteNumber("total", answer.Total);
        json.WriteNumber("page", answer.Question.Page);
        if (answer.Question.Limit is { } limit)
            json.WriteNumber("limit", limit);
        if (next.Length > 0)
            json.WriteString("next", next);
        json.WriteStartArray("figures");
        for (var at = 0; at < answer.Figures.Count; at++)
        {
            WriteFigure(json, columns, answer.Unit, answer.Figures[at]);
            if (at % Stretch == Stretch - 1)
            {
                await json.FlushAsync(cancellationToken);
                await output.FlushAsync(cancellationToken);
            }
        }

        json.WriteEndArray();
        if (answer.Apart.Count > 0)
        {
            json.WriteStartArray("apart");
            foreach (var figure in answer.Apart)
                WriteFigure(json, columns, answer.Unit, figure);
            json.WriteEndArray();
        }

        WriteReasons(json, answer, texts);
        json.WriteStartArray("series");
        foreach (var series in answer.Series)
            WriteSeries(json, series, query.AsOf);
        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
        await output.FlushAsync(cancellationToken);
    }

    /// <summary>What must be said of a table of figures.</summary>
    public static void WriteSeries(Utf8JsonWriter json, ServedSeries series, DateTimeOffset? asOf)
    {
        json.WriteStartObject();
        json.WriteString("code", series.Code);
        json.WriteString("dataflow", series.Dataflow);
        json.WriteStartObject("title");
        foreach (var (language, title) in series.Titles.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            json.WriteString(language, title);
        json.WriteEndObject();
        json.WriteString("publisher", series.Publisher);
        json.WriteString("via", series.Via);
        json.WriteString("licence", series.Licence);
        json.WriteString("link", series.Link);
        json.WriteBoolean("training", series.Training);
        if (series.SpanAt(asOf) is var (from, until))
        {
            json.WriteString("from", from.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            json.WriteString("until", until.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }

        json.WriteStartArray("vintages");
        foreach (var import in series.Imports)
        {
            json.WriteStartObject();
            // What has been recorded at points and lies in no import yet has neither a key nor a file.
            if (import.Id == Guid.Empty)
            {
                json.WriteNull("import");
                json.WriteNumber("observations", import.Segment.Rows);
                json.WriteEndObject();
                continue;
            }

            json.WriteString("import", import.Id.ToString("D"));
            WriteMoment(json, "known_since", import.CommittedAt);
            // Those that are damaged and could not be made again are counted by nobody.
            WriteNumber(json, Observations, import.Whole?.Rows, 1m);
            json.WriteString("file_sha256", import.FileHash);
            json.WriteString("mapping_sha256", import.MappingHash);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteFigure(Utf8JsonWriter json, JsonEncodedText[] columns, decimal unit, Figure figure)
    {
        json.WriteStartObject();
        for (var at = 0; at < columns.Length; at++)
            json.WriteString(columns[at], figure.Labels[at]);
        WriteNumber(json, Value, FigureStatus.One(figure), unit);
        WriteNumber(json, AtLeast, figure.AtLeast, unit);
        WriteNumber(json, AtMost, figure.AtMost, unit);
        json.WriteNumber(Rows, figure.Rows);
        json.WriteNumber(Unknown, figure.Unknown);
        json.WriteString(Status, FigureStatus.Of(figure));
        if (figure.Reasons.Count > 0)
            WriteList(json, "reasons", figure.Reasons);
        if (figure.AsAt is var (first, last))
            WriteList(json, "as_at", [first, last]);
        if (figure.Groups > 1)
            json.WriteNumber("groups", figure.Groups);
        if (figure.Missing > 0)
            json.WriteNumber("missing_periods", figure.Missing);
        if (figure.Share is { } share)
        {
            json.WriteStartObject("share");
            json.WriteNumber("at_least", share.Least);
            json.WriteNumber("at_most", share.Most);
            json.WriteEndObject();
        }

        if (figure.Coverage is { } coverage)
        {
            json.WriteNumber(Days, coverage.Days);
            json.WriteNumber(DaysCovered, coverage.Covered);
        }

        WriteHours(json, figure);
        json.WriteEndObject();
    }

    /// <summary>For how long people were counted at a figure's points, where that is said.</summary>
    public static void WriteHours(Utf8JsonWriter json, Figure figure)
    {
        if (figure.Hours is not { } hours)
            return;
        json.WriteNumber("hours_observed", CountingHours.Told(hours.Observed));
        if (hours.Open is { } open)
            json.WriteNumber("hours_open", CountingHours.Told(open));
        else
            json.WriteNull("hours_open");
        if (hours.DaysObserved is { } days)
            json.WriteNumber("days_observed", days);
        else
            json.WriteNull("days_observed");
    }

    // Why, in the reader's words, once for each reason that figures name.
    private static void WriteReasons(Utf8JsonWriter json, FiguresAnswer answer, Texts texts)
    {
        json.WriteStartObject("reasons");
        foreach (var reason in answer.Figures.Concat(answer.Apart).SelectMany(figure => figure.Reasons).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            json.WriteString(reason, texts.Knows("flows.why." + reason) ? texts["flows.why." + reason] : reason);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, JsonEncodedText name, long? value, decimal unit)
    {
        if (value is not { } known)
            json.WriteNull(name);
        else if (unit == 1m)
            json.WriteNumber(name, known);
        else
            json.WriteNumber(name, known / unit);
    }

    /// <summary>Writes a moment, or that there is none.</summary>
    public static void WriteMoment(Utf8JsonWriter json, string name, DateTimeOffset? moment)
    {
        if (moment is { } at)
            json.WriteString(name, Instants.Write(at));
        else
            json.WriteNull(name);
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
