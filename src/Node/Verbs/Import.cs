using System.CommandLine;
using System.Globalization;
using Tambo.Guide.Imports;
using Tambo.Node.CommandLine;
using Tambo.Platform.Backup;
using Tambo.Platform.Files;
using Tambo.Platform.Languages;
using SourceSet = Tambo.Guide.Directory.SourceSet;

namespace Tambo.Node.Verbs;

/// <summary><c>tambo import services FILE...</c>: brings an institution's own list of services into the directory.</summary>
internal static class Import
{
    // Enough to see what is wrong; the page of the import shows the rest.
    private const int NamedRecords = 20;
    private const int ShownIssues = 100;

    private static readonly Argument<string[]> Files = new("FILE")
    {
        Description = "Files, folders or zip archives that belong together: HSDS as JSON or tables, or anything a mapping knows.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string?> Mapping = new("--mapping")
    {
        Description = "The mapping to read them through, shipped or from the data folder's mappings; none for HSDS.",
        HelpName = "NAME",
    };

    private static readonly Option<string?> Set = new("--set")
    {
        Description = "The set that the source's identifiers belong to; else the mapping's, or one named after the first file.",
        HelpName = "NAME",
    };

    private static readonly Option<string?> Title = new("--title") { Description = "What readers are told the set is; else the mapping's word, or what is known.", HelpName = "TEXT" };

    private static readonly Option<string?> Link = new("--link") { Description = "Where the set is published.", HelpName = "URL" };

    private static readonly Option<string?> Licence = new("--licence") { Description = "On what terms, for example \"CC BY 4.0\".", HelpName = "TEXT" };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would be done and write nothing." };

    private static readonly Option<bool> Retire = new("--retire-vanished")
    {
        Description = "Take out of the directory what the set had before and the files no longer have.",
    };

    public static Verb Services { get; } = new()
    {
        Command = new Command("services", "Import services; ends with 1 when a record had to be left out.") { Files, Mapping, Set, Title, Link, Licence, DryRun, Retire },
        Reads = static parsed => parsed.GetValue(Files) ?? [],
        RunAsync = RunAsync,
    };

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var files = new List<ImportFile>();
        try
        {
            foreach (var typed in context.Value(Files)!)
                Open(context.Caller.PathOf(typed), typed, files);
            context.Caller.Report(new WorkProgress("Importing", 0, 0));
            var report = await context.Get<ImportServices>().RunAsync(
                new ImportRequest
                {
                    Files = files,
                    Mapping = context.Value(Mapping),
                    SourceSet = context.Value(Set),
                    Source = context.Value(Title) is { Length: > 0 } title
                        ? new SourceSet { Title = title, Url = context.Value(Link) ?? "", Licence = context.Value(Licence) ?? "" }
                        : null,
                    DryRun = context.Value(DryRun),
                    RetireVanished = context.Value(Retire),
                },
                context.Actor,
                cancellationToken);
            await PrintAsync(context.Caller, report, Shared.Texts);
            return Good(report) ? 0 : 1;
        }
        finally
        {
            foreach (var file in files)
                await file.Bytes.DisposeAsync();
        }
    }

    /// <summary>True when something came in, or was there already, and nothing had to be left out.</summary>
    private static bool Good(ImportReport report) =>
        report.Errors == 0 && report.Added + report.Changed + report.Unchanged + report.Kept > 0;

    private static void Open(string path, string typed, List<ImportFile> files)
    {
        if (!Directory.Exists(path))
        {
            files.Add(new ImportFile(Path.GetFileName(typed), OpenRead(path)));
            return;
        }

        foreach (var file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            files.Add(new ImportFile(Path.GetRelativePath(path, file), OpenRead(file)));
    }

    private static FileStream OpenRead(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read);

    private static async Task PrintAsync(Caller caller, ImportReport report, Texts texts)
    {
        foreach (var issue in report.Issues.Take(ShownIssues))
            await caller.LineAsync(Line(issue, texts));
        var kept = report.Issues.Count - ShownIssues;
        if (kept > 0 || report.IssueCounts.Values.Sum() > report.Issues.Count)
            await caller.LineAsync($"… {report.IssueCounts.Values.Sum() - Math.Min(report.Issues.Count, ShownIssues)} more issues");
        foreach (var outcome in (ImportOutcome[])[ImportOutcome.Changed, ImportOutcome.Kept, ImportOutcome.Vanished, ImportOutcome.Retired])
        {
            var named = report.Records.Where(record => record.Outcome == outcome && record.Name.Length > 0).ToList();
            foreach (var record in named.Take(NamedRecords))
                await caller.LineAsync($"{outcome.ToString().ToLowerInvariant()}: {record.Kind} {record.Name}");
            if (named.Count > NamedRecords)
                await caller.LineAsync($"… {named.Count - NamedRecords} more {outcome.ToString().ToLowerInvariant()}");
        }

        await caller.LineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{(report.DryRun ? "Would import" : "Imported")} into the set {report.SourceSet}: {report.Added} added, {report.Changed} changed, "
            + $"{report.Unchanged} unchanged, {report.Kept} kept as edited here, {report.Vanished} vanished ({report.Retired} taken out), {report.Errors} left out."));
    }

    private static string Line(RowIssue issue, Texts texts)
    {
        var place = issue.Line > 0 ? $"{issue.Source}:{issue.Line.ToString(CultureInfo.InvariantCulture)}" : issue.Source ?? "";
        return $"{place}: {issue.Severity.ToString().ToLowerInvariant()}: {ImportReport.Sentence(issue, texts)}";
    }
}
