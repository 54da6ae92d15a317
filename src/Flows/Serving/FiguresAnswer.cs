using System.IO.Pipelines;
using Tambo.Flows.Cube;
using Tambo.Flows.Structure;
using Tambo.Platform.Languages;

namespace Tambo.Flows.Serving;

/// <summary>Figures with what must be said of them, ready to be written.</summary>
internal sealed record FiguresAnswer
{
    /// <summary>What was asked.</summary>
    public required FiguresQuestion Question { get; init; }

    /// <summary>The dataflow.</summary>
    public required Dataflow Flow { get; init; }

    /// <summary>What the labels of the figures are, in lower case.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>The figures of the page.</summary>
    public required IReadOnlyList<Figure> Figures { get; init; }

    /// <summary>Figures in all, with those of longer periods.</summary>
    public required int Total { get; init; }

    /// <summary>Figures of the page whose periods are longer than a window's.</summary>
    public required IReadOnlyList<Figure> Apart { get; init; }

    /// <summary>The tables that the figures stand in.</summary>
    public required IReadOnlyList<ServedSeries> Series { get; init; }

    /// <summary>True when a page follows.</summary>
    public bool HasNext => Question.Limit is { } limit && (long)Question.Page * limit < Total;

    /// <summary>Measures with decimals are counted in millionths; this is how many are one.</summary>
    public decimal Unit => Flow[Question.Query.Measure]!.Kind == ComponentKind.Number ? 1_000_000m : 1m;

    /// <summary>The word of a component of the question in the terms of the dataflow: month is the period.</summary>
    public Component? ComponentOf(string column) => Flow[column] ?? (column is "year" or "quarter" or "month" or "week" or "day" ? Flow[Dataflow.Period] : null);
}

/// <summary>Asks, and writes the answer in one of the ways: interface and command line come here.</summary>
public sealed class WriteFigures(QueryFlows cube, ServedFigures served, TextCatalog texts)
{
    /// <summary>Writes all figures of a question to a stream; says how many there were.</summary>
    /// <param name="query">What is asked.</param>
    /// <param name="format">json, csv, hxl or json-stat.</param>
    /// <param name="output">Where it goes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Tambo.Platform.Problems.Problem">The question or the way to write is not understood.</exception>
    public async Task<int> ToStreamAsync(FlowsQuery query, string format, Stream output, CancellationToken cancellationToken)
    {
        var question = new FiguresQuestion
        {
            Query = query,
            Format = FiguresFormat.Find(format) ?? throw FlowsProblems.ParameterUnknown.With(("parameter", "format"), ("value", format)),
        };
        var answer = await AskAsync(question, cancellationToken);
        var writer = PipeWriter.Create(output, new StreamPipeWriterOptions(leaveOpen: true));
        await WriteAsync(answer, writer, texts.In(TextCatalog.Fallback), "", cancellationToken);
        await writer.CompleteAsync();
        return answer.Total;
    }

    /// <summary>The figures of a question, with the tables they stand in.</summary>
    internal async Task<FiguresAnswer> AskAsync(FiguresQuestion question, CancellationToken cancellationToken)
    {
        var query = question.Query;
        var flow = Dataflow.Find(query.Dataflow) ?? throw FlowsProblems.QuestionUnknown.With(("what", query.Dataflow));
        var answer = await cube.RunAsync(query, cancellationToken);
        var codes = answer.Figures.Concat(answer.Apart).Select(figure => figure.Labels[0]).ToHashSet(StringComparer.Ordinal);
        // Figures of longer periods come after all others; a page has of both as much as the limit says.
        var (from, limit) = (question.Limit is { } each ? (int)Math.Min(int.MaxValue, (question.Page - 1L) * each) : 0, question.Limit ?? int.MaxValue);
        var page = answer.Figures.Skip(from).Take(limit).ToList();
        var apart = answer.Apart.Skip(Math.Max(0, from - answer.Figures.Count)).Take(limit - page.Count).ToList();
        return new FiguresAnswer
        {
            Question = question,
            Flow = flow,
            Columns = [.. answer.Columns.Select(column => column.ToLowerInvariant())],
            Figures = page,
            Total = answer.Figures.Count + answer.Apart.Count,
            Apart = apart,
            Series = [.. (await served.SeriesAsync(query.Training, query.AsOf, cancellationToken)).Where(series => codes.Contains(series.Code))],
        };
    }

    /// <summary>Writes an answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="output">Where it goes.</param>
    /// <param name="texts">The reader's language.</param>
    /// <param name="next">The address of the next page, or empty.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static Task WriteAsync(FiguresAnswer answer, PipeWriter output, Texts texts, string next, CancellationToken cancellationToken) =>
        answer.Question.Format == FiguresFormat.Json ? FiguresJson.WriteAsync(answer, output, texts, next, cancellationToken)
        : answer.Question.Format == FiguresFormat.JsonStat ? JsonStat.WriteAsync(answer, output, texts, cancellationToken)
        : FiguresTable.WriteAsync(answer, output, hxl: answer.Question.Format == FiguresFormat.Hxl, cancellationToken);
}
