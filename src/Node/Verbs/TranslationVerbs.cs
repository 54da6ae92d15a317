using System.CommandLine;
using System.Globalization;
using Tambo.Guide.Translating;
using Tambo.Node.CommandLine;
using Tambo.Platform.Backup;
using Tambo.Platform.Problems;

namespace Tambo.Node.Verbs;

/// <summary><c>tambo export translations FILE</c> and <c>tambo import translations FILE</c>: texts of the directory to translators and back, as XLIFF 2.0.</summary>
internal static class TranslationVerbs
{
    // Enough to see what is wrong; the page of the import shows more.
    private const int ShownUnits = 100;

    private static readonly Argument<string> Made = new("FILE") { Description = "The file to make; - for standard output." };

    private static readonly Option<string> Language = new("--language") { Description = "The language to translate into.", HelpName = "CODE", Required = true };

    private static readonly Option<string?> From = new("--from") { Description = "The language the texts are written in; else the one that most of them are.", HelpName = "CODE" };

    private static readonly Option<bool> Everything = new("--all") { Description = "All texts; else those whose translation is outdated or missing." };

    private static readonly Option<string?> Kind = new("--kind") { Description = "Only texts of one kind of record.", HelpName = "service|location|service_at_location|organization|notice" };

    private static readonly Option<bool> Hidden = new("--hidden") { Description = "Also texts that readers are not shown; it is noted in the audit." };

    private static readonly Option<bool> Force = new("--force") { Description = "Replace a file that is there already." };

    private static readonly Argument<string> Read = new("FILE") { Description = "A file of XLIFF 2.0 or 2.1, as the translation program saved it." };

    private static readonly Option<string> Translator = new("--translator") { Description = "Who translated: a person or an office; for a machine's work, who put it in.", HelpName = "NAME", Required = true };

    private static readonly Option<string> Method = new("--method") { Description = "How it was translated.", DefaultValueFactory = static _ => "human", HelpName = "human|post_edited|machine" };

    private static readonly Option<string?> Reviewer = new("--reviewer") { Description = "Who read over what the file calls reviewed; else it counts as not read over.", HelpName = "NAME" };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would be done and write nothing." };

    public static Verb Export { get; } = new()
    {
        Command = new Command("translations", "Write texts for translators as XLIFF 2.0.") { Made, Language, From, Everything, Kind, Hidden, Force },
        Store = Store.Present,
        Check = RefuseToReplace,
        RunAsync = ExportAsync,
    };

    public static Verb Import { get; } = new()
    {
        Command = MakeImport(),
        Reads = static parsed => parsed.GetValue(Read) is { } file ? [file] : [],
        RunAsync = ImportAsync,
    };

    private static Command MakeImport()
    {
        Method.AcceptOnlyFromAmong("human", "post_edited", "machine");
        return new Command("translations", "Take in translations; ends with 1 when a text had to be left out.") { Read, Translator, Method, Reviewer, DryRun };
    }

    private static void RefuseToReplace(ParseResult parsed) => RefuseToReplace(parsed.GetValue(Made)!, parsed.GetValue(Force));

    /// <summary>Refuses to write over a file that is there, unless that is asked for.</summary>
    public static void RefuseToReplace(string path, bool force)
    {
        if (path != StandardOutput.Name && Path.Exists(path) && !(force && File.Exists(path)))
            throw PlatformProblems.FileUnusable.With(("file", path), ("reason", Directory.Exists(path) ? "is a folder" : "is there already; --force replaces it"));
    }

    private static async Task<int> ExportAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var path = context.Value(Made)!;
        context.Caller.Report(new WorkProgress("Exporting", 0, 0));
        var made = await context.Get<ExportTranslations>().MakeAsync(
            new TranslationRequest
            {
                Language = context.Value(Language)!,
                From = context.Value(From) ?? "",
                Everything = context.Value(Everything),
                Kind = context.Value(Kind) ?? "",
                Hidden = context.Value(Hidden),
            },
            context.Actor, Shared.Texts, cancellationToken);
        await using (var file = await context.Caller.CreateFileAsync(path, cancellationToken))
        {
            await file.Content.WriteAsync(made.Bytes, cancellationToken);
            await file.KeepAsync(cancellationToken);
        }

        var said = string.Create(CultureInfo.InvariantCulture, $"Exported {made.Texts} texts of {made.Records} records, written in {made.From}.");
        if (made.Others.Count > 0)
            said += $" Written in other languages, each for a file of its own (--from): {string.Join(", ", made.Others.Select(other => string.Create(CultureInfo.InvariantCulture, $"{other.Key} {other.Value}")))}.";
        await (path == StandardOutput.Name ? context.Caller.ErrorAsync(said) : context.Caller.LineAsync(said));
        return 0;
    }

    private static async Task<int> ImportAsync(VerbContext context, CancellationToken cancellationToken)
    {
        context.Caller.Report(new WorkProgress("Importing", 0, 0));
        await using var file = new FileStream(context.Caller.PathOf(context.Value(Read)!), FileMode.Open, FileAccess.Read, FileShare.Read);
        var report = await context.Get<ImportTranslations>().RunAsync(
            file, new TranslationTerms(context.Value(Method)!, context.Value(Translator)!, context.Value(Reviewer) ?? ""), context.Actor, context.Value(DryRun), null, cancellationToken);
        var told = report.Units.Where(unit => unit.Outcome is UnitOutcome.Refused or UnitOutcome.Older).ToList();
        foreach (var unit in told.Take(ShownUnits))
        {
            await context.Caller.LineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{unit.Line}: {unit.Unit}: {(unit.Outcome == UnitOutcome.Older ? Shared.Texts["translating.outcome.older.hint"] : TranslationReport.Sentence(unit, Shared.Texts))}"));
        }

        var left = report.Count(UnitOutcome.Refused) + report.Count(UnitOutcome.Older) - Math.Min(told.Count, ShownUnits);
        if (left > 0)
            await context.Caller.LineAsync($"… {left.ToString(CultureInfo.InvariantCulture)} more");
        await context.Caller.LineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{(report.DryRun ? "Would take in" : "Took in")} translations from {report.From} into {report.To}: {report.Count(UnitOutcome.Added)} new, {report.Count(UnitOutcome.Changed)} changed, "
            + $"{report.Count(UnitOutcome.Confirmed)} confirmed, {report.Count(UnitOutcome.Older)} of an older text, {report.Count(UnitOutcome.Unchanged)} as they were, "
            + $"{report.Count(UnitOutcome.Untranslated)} without a translation, {report.Count(UnitOutcome.Refused)} left out."));
        return report.Count(UnitOutcome.Refused) == 0 ? 0 : 1;
    }
}
