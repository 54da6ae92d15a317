using System.CommandLine;
using System.Globalization;
using Tambo.Guide.Translating;
using Tambo.Node.CommandLine;

namespace Tambo.Node.Verbs;

/// <summary><c>tambo export interface FILE</c> and <c>tambo import interface FILE</c>: the node's own sentences to translators and back, as XLIFF 2.0.</summary>
internal static class InterfaceVerbs
{
    private const int ShownUnits = 100;

    private static readonly Argument<string> Made = new("FILE") { Description = "The file to make; - for standard output." };

    private static readonly Option<string> Language = new("--language") { Description = "The language to translate into, there already or new.", HelpName = "CODE", Required = true };

    private static readonly Option<bool> Everything = new("--all") { Description = "All sentences; else those that the language lacks or whose English has changed since." };

    private static readonly Option<bool> Force = new("--force") { Description = "Replace a file that is there already." };

    private static readonly Argument<string> Read = new("FILE") { Description = "A file of XLIFF 2.0 or 2.1, as the translation program saved it." };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would be done and write nothing." };

    public static Verb Export { get; } = new()
    {
        Command = new Command("interface", "Write the sentences of pages and mails for translators as XLIFF 2.0.") { Made, Language, Everything, Force },
        Store = Store.Present,
        Check = static parsed => TranslationVerbs.RefuseToReplace(parsed.GetValue(Made)!, parsed.GetValue(Force)),
        RunAsync = ExportAsync,
    };

    public static Verb Import { get; } = new()
    {
        Command = new Command("interface", "Take sentences in, into the data folder's text/LANGUAGE.json; ends with 1 when one had to be left out.") { Read, DryRun },
        Store = Store.Present,
        Reads = static parsed => parsed.GetValue(Read) is { } file ? [file] : [],
        RunAsync = ImportAsync,
    };

    private static async Task<int> ExportAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var path = context.Value(Made)!;
        var (bytes, texts) = context.Get<InterfaceTexts>().Export(context.Value(Language)!, context.Value(Everything));
        await using (var file = await context.Caller.CreateFileAsync(path, cancellationToken))
        {
            await file.Content.WriteAsync(bytes, cancellationToken);
            await file.KeepAsync(cancellationToken);
        }

        var said = string.Create(CultureInfo.InvariantCulture, $"Exported {texts} sentences.");
        await (path == StandardOutput.Name ? context.Caller.ErrorAsync(said) : context.Caller.LineAsync(said));
        return 0;
    }

    private static async Task<int> ImportAsync(VerbContext context, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(context.Caller.PathOf(context.Value(Read)!), FileMode.Open, FileAccess.Read, FileShare.Read);
        var dry = context.Value(DryRun);
        var report = context.Get<InterfaceTexts>().Import(file, dry);
        foreach (var unit in report.Refused.Take(ShownUnits))
            await context.Caller.LineAsync(string.Create(CultureInfo.InvariantCulture, $"{unit.Line}: {unit.Unit}: {TranslationReport.Sentence(unit, Shared.Texts)}"));
        if (report.Refused.Count > ShownUnits)
            await context.Caller.LineAsync(string.Create(CultureInfo.InvariantCulture, $"… {report.Refused.Count - ShownUnits} more"));
        await context.Caller.LineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{(dry ? "Would take in" : "Took in")} {report.Taken} sentences in {report.Language} ({report.File}); {report.Unchanged} are here already, {report.Confirmed} were said to be right still, {report.Untranslated} have no translation, {report.Refused.Count} left out."));
        if (!report.IsNamed)
            await context.Caller.LineAsync("The language is not offered until language.name says what it is called.");
        if (report.RightToLeft)
            await context.Caller.LineAsync("It is written from right to left (\"language.direction\": \"rtl\" in that file).");
        if (report.CountsAsMost)
        {
            await context.Caller.LineAsync(
                "It counts with one form for 1 and one for all other numbers. If that is not so, say in that file when each form is used, for example "
                + "\"language.plural.one\": \"n = 1\", \"language.plural.few\": \"n % 10 = 2..4 and n % 100 != 12..14\" (forms: zero, one, two, few, many), "
                + "and export again: each sentence that counts then comes along in every form.");
        }

        if (!dry && report.Taken > 0)
            await context.Caller.LineAsync("A node that serves reads them when it is started again.");
        return report.Refused.Count == 0 ? 0 : 1;
    }
}
