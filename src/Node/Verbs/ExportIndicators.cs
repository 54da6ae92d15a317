using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Tambo.Node.CommandLine;
using Tambo.Platform.Backup;
using Tambo.Platform.Parts;

namespace Tambo.Node.Verbs;

/// <summary><c>tambo export figures FILE</c>: the figures that all parts hand over for reports, of every month that was counted.</summary>
internal static class ExportIndicators
{
    /// <summary>The code of all of a dimension (SDMX).</summary>
    private const string Total = "_T";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private static readonly Option<string> Format = new("--format")
    {
        Description = "csv: one line for each figure, _T for all of a dimension; json: with what each source counts and by which rule.",
        DefaultValueFactory = static _ => "csv",
        HelpName = "csv|json",
    };

    public static Verb Figures { get; } = new()
    {
        Command = Make(),
        Store = Store.Present,
        Check = Export.RefuseToReplace,
        RunAsync = RunAsync,
    };

    /// <summary>The figures as CSV (RFC 4180). Everything in it is a number or a code, so that nothing has to be quoted.</summary>
    internal static string Csv(IReadOnlyList<(FigureSource Source, IReadOnlyList<HandedFigure> Figures)> handed)
    {
        List<string> dimensions = [.. handed.SelectMany(one => one.Source.Indicators).SelectMany(indicator => indicator.Dimensions).Select(dimension => dimension.Code).Distinct(StringComparer.Ordinal)];
        var csv = new StringBuilder();
        Line(["indicator", "period", .. dimensions, "value", "status", "unit", "multiple_of", "source", "rule"]);
        foreach (var (source, figures) in handed)
        {
            var units = source.Indicators.ToDictionary(indicator => indicator.Code, indicator => indicator.Unit, StringComparer.Ordinal);
            foreach (var figure in figures)
            {
                Line(
                [
                    figure.Indicator, figure.Period, .. dimensions.Select(dimension => figure.Dimensions.GetValueOrDefault(dimension, Total)),
                    figure.Value?.ToString(CultureInfo.InvariantCulture) ?? "", Status(figure), units[figure.Indicator], figure.Step.ToString(CultureInfo.InvariantCulture), source.Code, source.Rule,
                ]);
            }
        }

        return csv.ToString();

        void Line(IEnumerable<string> cells) => csv.AppendJoin(',', cells).Append("\r\n");
    }

    /// <summary>The same as JSON.</summary>
    internal static string Json(IReadOnlyList<(FigureSource Source, IReadOnlyList<HandedFigure> Figures)> handed) => JsonSerializer.Serialize(
        new
        {
            sources = handed.Select(one => new
            {
                code = one.Source.Code,
                rule = one.Source.Rule,
                indicators = one.Source.Indicators.Select(indicator => new { code = indicator.Code, unit = indicator.Unit, dimensions = indicator.Dimensions.Select(dimension => dimension.Code) }),
                figures = one.Figures.Select(figure => new { indicator = figure.Indicator, period = figure.Period, dimensions = figure.Dimensions, value = figure.Value, status = Status(figure), multipleOf = figure.Step }),
            }),
        },
        Options) + "\n";

    private static Command Make()
    {
        Format.AcceptOnlyFromAmong("csv", "json");
        return new Command("figures", "Write the figures that the parts of the node hand over for reports: numbers and codes, small counts left out, all months that were counted.") { Export.File, Format, Export.Force };
    }

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var path = context.Value(Export.File)!;
        context.Caller.Report(new WorkProgress("Counting", 0, 0));
        var handed = await HandedFigures.ReadAsync(Parts.All, context.Services!, context.Actor, cancellationToken);
        await using (var file = await context.Caller.CreateFileAsync(path, cancellationToken))
        {
            await file.Content.WriteAsync(Encoding.UTF8.GetBytes(context.Value(Format) == "json" ? Json(handed) : Csv(handed)), cancellationToken);
            await file.KeepAsync(cancellationToken);
        }

        var figures = handed.SelectMany(one => one.Figures).ToList();
        var said = string.Create(
            CultureInfo.InvariantCulture, $"Exported {figures.Count} figures of {figures.Select(figure => figure.Period).Distinct(StringComparer.Ordinal).Count()} months, {figures.Count(figure => figure.Value is null)} of them suppressed.");
        await (path == StandardOutput.Name ? context.Caller.ErrorAsync(said) : context.Caller.LineAsync(said));
        return 0;
    }

    private static string Status(HandedFigure figure) => figure.Value is null ? "suppressed" : "told";
}
