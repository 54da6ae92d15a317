using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Tambo.Flows.Checking;
using Tambo.Flows.Collecting;
using Tambo.Flows.Cube;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Imports;
using Tambo.Flows.Reading;
using Tambo.Node.CommandLine;
using Tambo.Platform.Backup;
using Tambo.Platform.Files;
using Tambo.Platform.Jobs;
using Tambo.Platform.Languages;

namespace Tambo.Node.Verbs;

/// <summary><c>tambo import flows FILE --mapping NAME</c> and <c>tambo query flows</c>: figures in, figures out.</summary>
internal static class FlowsVerbs
{
    private const int ShownIssues = 50;

    private static readonly Argument<string> File = new("FILE") { Description = "The institution's own file: delimited text, a workbook (xls, xlsx), JSON, SDMX-CSV, HXL, or an export of ODK or Kobo." };

    private static readonly Option<string> Mapping = new("--mapping")
    {
        Description = "What its columns mean: the name of a mapping, shipped or from the data folder's mappings/flows, or a mapping's file.",
        HelpName = "NAME|FILE",
        Required = true,
    };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would come of it and write nothing." };

    private static readonly Option<bool> AcceptRefused = new("--accept-refused")
    {
        Description = "Let a further file of a series in though more than a tenth of its rows are refused; the audit says so.",
    };

    private static readonly Option<string> Dataflow = new("--dataflow")
    {
        Description = "FLOW, STOCK, RETURN, INCIDENT or SURVEY.",
        HelpName = "CODE",
        DefaultValueFactory = static _ => "FLOW",
    };

    private static readonly Option<string> By = new("--by")
    {
        Description = "What figures are grouped by, such as month,citizenship; also year, quarter, week, day.",
        HelpName = "COMPONENT,…",
        DefaultValueFactory = static _ => "",
    };

    private static readonly Option<string[]> Where = new("--where")
    {
        Description = "Which figures, such as ref_area=PAN, age=0-17 or time=2023-01..2023-06; may be repeated.",
        HelpName = "COMPONENT=CODE,…",
        DefaultValueFactory = static _ => [],
    };

    private static readonly Option<DateTimeOffset?> AsOf = new("--as-of")
    {
        Description = "The figures as they were known at this moment (ISO 8601); a day is its end, in UTC unless a zone is said.",
        HelpName = "DATE",
        CustomParser = static typed =>
        {
            if (KnownMoment.Read(typed.Tokens[0].Value) is { } moment)
                return moment;
            typed.AddError($"{typed.Tokens[0].Value} is no day such as 2026-05-01 and no moment such as 2026-05-01T09:30Z.");
            return null;
        },
    };

    private static readonly Option<bool> Training = new("--training") { Description = "Figures made up for practice, instead of real ones." };

    private static readonly Option<string> Measure = new("--measure")
    {
        Description = "What is summed, such as DEAD of incidents.",
        HelpName = "COMPONENT",
        DefaultValueFactory = static _ => Tambo.Flows.Structure.Dataflow.Value,
    };

    private static readonly Option<int?> Top = new("--top") { Description = "Only the largest codes of each component grouped by; the others become one rest.", HelpName = "N" };

    private static readonly Option<string> TopOf = new("--top-of")
    {
        Description = "The components whose largest codes stay; all that are codes unless it is said.",
        HelpName = "COMPONENT,…",
        DefaultValueFactory = static _ => "",
    };

    private static readonly Option<string> Share = new("--share")
    {
        Description = "Also what part of the whole each figure is: of the same question without grouping or choosing by these.",
        HelpName = "COMPONENT,…",
        DefaultValueFactory = static _ => "",
    };

    private static readonly Option<int?> Window = new("--window") { Description = "Sums over so many consecutive months, weeks, … grouped by.", HelpName = "N" };

    private static readonly Option<string> Format = MakeFormat();

    public static Verb Import { get; } = new()
    {
        Command = new Command("flows", "Import a table of figures; ends with 1 when rows had to be refused.") { File, Mapping, DryRun, AcceptRefused },
        Reads = static parsed => parsed.GetValue(Mapping) is { } mapping && IsFile(mapping) ? [parsed.GetValue(File)!, mapping] : [parsed.GetValue(File)!],
        RunAsync = ImportAsync,
    };

    public static Verb Query { get; } = new()
    {
        Command = new Command("flows", "Ask for figures, each series for itself.") { Dataflow, By, Where, Measure, Top, TopOf, Share, Window, AsOf, Training, Format },
        Store = Store.Present,
        RunAsync = QueryAsync,
    };

    public static Verb Check { get; } = new()
    {
        Command = new Command("flows", "Look the figures over with all checks; ends with 1 when an error is open.") { Format },
        Store = Store.Present,
        RunAsync = CheckAsync,
    };

    // Decided by how it is written alone: a node that runs elsewhere sees no files of whoever typed it but those sent along.
    private static bool IsFile(string mapping) => mapping.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || mapping.AsSpan().ContainsAny('/', '\\');

    private static Option<string> MakeFormat()
    {
        var format = new Option<string>("--format") { Description = "How the answer is written.", HelpName = "csv|json", DefaultValueFactory = static _ => "csv" };
        format.AcceptOnlyFromAmong("csv", "json");
        return format;
    }

    private static async Task<int> ImportAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var typed = context.Value(File)!;
        var named = context.Value(Mapping)!;
        var mapping = IsFile(named)
            ? MappingShelf.Read(await System.IO.File.ReadAllTextAsync(context.Caller.PathOf(named), cancellationToken), Path.GetFileNameWithoutExtension(named))
            : await context.Get<KeptMappings>().FindAsync(named, cancellationToken);
        foreach (var broken in await context.Get<BrokenOffImports>().MarkAsync(cancellationToken))
            await context.Caller.LineAsync(string.Create(CultureInfo.InvariantCulture, $"{broken.Series}: the import of {broken.FileName}, begun at {broken.StartedAt:u}, was broken off; nothing of it counts."));
        context.Caller.Report(new WorkProgress("Importing", 0, 0));
        await using var bytes = new FileStream(context.Caller.PathOf(typed), FileMode.Open, FileAccess.Read, FileShare.Read);
        var report = await context.Get<ImportFlows>().RunAsync(new FlowsImport(Path.GetFileName(typed), bytes, mapping, context.Value(DryRun)) { AcceptRefused = context.Value(AcceptRefused), Progress = new RowsTold(context.Caller) }, context.Actor, cancellationToken);
        if (report.File is not { } file)
        {
            await context.Caller.LineAsync($"{report.Series}: the same file stands already, read in the same way. Nothing was changed.");
            return 0;
        }

        await PrintAsync(context.Caller, file, Shared.Texts);
        if (file.Sheet.Length > 0)
            await context.Caller.LineAsync($"Sheet: {file.Sheet}");
        if (file.Unused.Count > 0)
            await context.Caller.LineAsync($"Columns that the mapping does not use: {string.Join(", ", file.Unused)}");
        await context.Caller.LineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{(report.Id is null ? "Would import" : "Imported")} into {report.Series}: {file.Read} rows read, {file.Kept} observations, {file.Refused} refused, {file.LeftOut} left out; {report.Replaced.Count} earlier imports replaced."));
        if (file.HoursAsked > 0)
            await context.Caller.LineAsync(string.Create(CultureInfo.InvariantCulture, $"Hours observed are known of {file.HoursKnown} of {file.HoursAsked} points and periods."));
        if (file.ManyRefused)
            await context.Caller.LineAsync(report is { NeedsAcceptance: true, Id: null }
                ? "More than a tenth of the rows were refused: without --accept-refused this file would not stand instead of what is there."
                : "More than a tenth of the rows were refused: perhaps the mapping does not fit, and the figures are not whole.");
        if (report.Id is not null)
        {
            var checks = await context.Get<RunChecks>().RunAsync(context.Actor, cancellationToken);
            await context.Caller.LineAsync(string.Create(CultureInfo.InvariantCulture, $"Checks: {checks.Found} found, {checks.Gone} gone, {checks.Open.Count} open; tambo check flows lists them."));
        }

        return file.Refused == 0 ? 0 : 1;
    }

    private static async Task PrintAsync(Caller caller, HarmonisedFile file, Texts texts)
    {
        foreach (var issue in file.Issues.Kept.Take(ShownIssues))
            await caller.LineAsync($"{new LinePlace(issue.Source ?? "", issue.Line)}: {Severity(issue)}: {texts.Format("issue." + issue.Code, ("value", issue.Value))}");
        if (file.Issues.Total > ShownIssues)
            await caller.LineAsync(string.Create(CultureInfo.InvariantCulture, $"… {file.Issues.Total - Math.Min(file.Issues.Kept.Count, ShownIssues)} more issues"));
        foreach (var (code, count) in file.Issues.Counts)
            await caller.LineAsync(string.Create(CultureInfo.InvariantCulture, $"{code}: {count}"));
        foreach (var line in file.Ledger.Where(line => line.Components.Length == 0))
            await caller.LineAsync(string.Create(CultureInfo.InvariantCulture, $"left out: {line.Columns} “{line.Value}”: {line.Rows} rows. {Why(line)}"));
        foreach (var line in file.Ledger.Where(line => line.Carried != Carried.Exact))
            await caller.LineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{(line.Carried == Carried.Bounded ? "bounded" : "not comparable")}: {line.Columns} “{line.Value}” became {line.Became}: {line.Rows} rows, {line.Sum} in all. {Why(line)}"));

        string Why(LedgerLine line) => texts.Knows("flows.why." + line.Why) ? texts["flows.why." + line.Why] : line.Why;
    }

    private static string Severity(RowIssue issue) => issue.Severity == IssueSeverity.Error ? "error" : issue.Severity == IssueSeverity.Warning ? "warning" : "note";

    /// <summary>The options by which figures are asked for.</summary>
    internal static IReadOnlyList<Option> Asking => [Dataflow, By, Where, Measure, Top, TopOf, Share, Window, AsOf, Training];

    /// <summary>What is asked for.</summary>
    internal static FlowsQuery Asked(VerbContext context) => new()
    {
        Dataflow = context.Value(Dataflow)!,
        By = Words(context.Value(By)!),
        Where = context.Value(Where) ?? [],
        Measure = context.Value(Measure)!,
        Top = context.Value(Top),
        TopOf = Words(context.Value(TopOf)!),
        Share = Words(context.Value(Share)!),
        Window = context.Value(Window),
        AsOf = context.Value(AsOf),
        Training = context.Value(Training),
    };

    private static async Task<int> QueryAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var answer = await context.Get<QueryFlows>().RunAsync(Asked(context), cancellationToken);
        List<(string Name, Func<Figure, object?> Of)> columns = [.. answer.Columns.Select((column, at) => (column.ToLowerInvariant(), (Func<Figure, object?>)(figure => figure.Labels[at])))];
        columns.AddRange([("value", static figure => figure.AtLeast), ("at_most", static figure => figure.AtMost), ("observations", static figure => figure.Rows), ("unknown", static figure => figure.Unknown)]);
        if (answer.Figures.Any(figure => figure.AsAt is not null))
            columns.AddRange([("as_at", static figure => figure.AsAt?.First), ("as_at_last", static figure => figure.AsAt?.Last)]);
        if (context.Value(Top) is not null)
            columns.Add(("groups", static figure => figure.Groups));
        if (context.Value(Share) is { Length: > 0 })
            columns.AddRange([("share", static figure => figure.Share?.Least), ("share_at_most", static figure => figure.Share?.Most)]);
        if (context.Value(Window) is not null)
            columns.Add(("missing", static figure => figure.Missing));
        columns.AddRange(
        [
            ("days", static figure => figure.Coverage?.Days), ("days_covered", static figure => figure.Coverage?.Covered),
            .. !answer.Figures.Concat(answer.Apart).Any(figure => figure.Hours is not null) ? (IReadOnlyList<(string, Func<Figure, object?>)>)[] :
            [
                ("hours_observed", static figure => figure.Hours is { } hours ? CountingHours.Told(hours.Observed) : null),
                ("hours_open", static figure => figure.Hours?.Open is { } open ? CountingHours.Told(open) : null), ("days_observed", static figure => figure.Hours?.DaysObserved),
            ],
            ("carried", static figure => JsonNamingPolicy.SnakeCaseLower.ConvertName(figure.Carried.ToString())), ("why", static figure => string.Join(' ', figure.Reasons)),
        ]);
        if (context.Value(Format) == "json")
        {
            await context.Caller.LineAsync(JsonSerializer.Serialize(answer.Figures.Concat(answer.Apart).Select(figure => columns.ToDictionary(column => column.Name, column => column.Of(figure)))));
            return 0;
        }

        await context.Caller.LineAsync(string.Join(',', columns.Select(column => column.Name)));
        foreach (var figure in answer.Figures.Concat(answer.Apart))
            await context.Caller.LineAsync(string.Join(',', columns.Select(column => Cell(string.Create(CultureInfo.InvariantCulture, $"{column.Of(figure)}")))));
        return 0;
    }

    private static async Task<int> CheckAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var report = await context.Get<RunChecks>().RunAsync(context.Actor, cancellationToken);
        if (context.Value(Format) == "json")
        {
            await context.Caller.LineAsync(JsonSerializer.Serialize(report.Open.Select(finding => new { finding.Id, check = finding.CheckCode, finding.Severity, finding.Series, finding.Period, finding.Size, finding.Values, sentence = finding.Sentence(Shared.Texts) }), MappingShelf.Options));
        }
        else
        {
            await context.Caller.LineAsync("check,severity,series,period,size,finding");
            foreach (var finding in report.Open)
                await context.Caller.LineAsync(string.Join(',', new[] { finding.CheckCode, finding.Severity, finding.Series, finding.Period, finding.Size.ToString(CultureInfo.InvariantCulture), finding.Sentence(Shared.Texts) }.Select(Cell)));
        }

        foreach (var (check, why) in report.Failed)
            await context.Caller.LineAsync($"{check}: could not be run: {why}");
        return report.Failed.Count > 0 || report.Open.Any(finding => finding.Severity == "error") ? 1 : 0;
    }

    private static string[] Words(string typed) => typed.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private sealed class RowsTold(Caller caller) : IProgress<WorkSoFar>
    {
        public void Report(WorkSoFar value) => caller.Report(new WorkProgress("Importing", value.Done, value.Total));
    }

    private static string Cell(string value) => value.AsSpan().ContainsAny(",\"\n\r") ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
}
