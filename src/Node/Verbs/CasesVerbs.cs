using System.CommandLine;
using System.Globalization;
using Tambo.Cases.Deidentified;
using Tambo.Cases.Questions;
using Tambo.Cases.Tracing;
using Tambo.Node.CommandLine;
using Tambo.Platform.Problems;

namespace Tambo.Node.Verbs;

/// <summary>
/// <c>tambo export persons-pfif</c>, <c>tambo export cases-htcds</c>, <c>tambo import pfif</c> and <c>tambo import form</c>: persons for tracing,
/// cases of trafficking without names, and further questions.
/// </summary>
internal static class CasesVerbs
{
    private static readonly Option<string> To = new("--to") { Description = "Who receives it, by name or as the key of an organisation of the directory: what is forgotten later is told to the same.", HelpName = "NAME", Required = true };

    private static readonly Option<string?> Kind = new("--kind") { Description = "What kind of recipient it is (tracing_network, international_organisation, police, …): whoever excluded that kind is not among them. Needed.", HelpName = "KIND" };

    private static readonly Option<string?> Country = new("--country") { Description = "The receiver's country; 001 when it belongs to no state. Without it nothing goes out of anybody who needs protection.", HelpName = "CODE" };

    private static readonly Option<string?> Since = new("--since") { Description = "Only what has changed after this moment (2026-03-01T00:00:00Z).", HelpName = "MOMENT" };

    private static readonly Option<string> ToResearch = new("--to") { Description = "Who receives it.", HelpName = "NAME", Required = true };

    private static readonly Option<string?> KindOfResearch = new("--kind") { Description = "What kind of recipient it is (researcher, international_organisation, police, …): whoever excluded that kind is not in it. Needed.", HelpName = "KIND" };

    private static readonly Option<string?> CountryOfResearch = new("--country") { Description = "The receiver's country; 001 when it belongs to no state. Without it nobody who needs protection is in it.", HelpName = "CODE" };

    private static readonly Option<string> Format = new("--format") { Description = "json: with the description of the columns; csv: the table alone.", HelpName = "json|csv", DefaultValueFactory = static _ => "json" };

    private static readonly Argument<string> Read = new("FILE") { Description = "The file to read." };

    private static readonly Option<Guid?> Agency = new("--agency") { Description = "The key of the agency whose it becomes; the node's own without it.", HelpName = "KEY" };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would be done and write nothing." };

    static CasesVerbs() => Format.AcceptOnlyFromAmong("json", "csv");

    public static Verb ExportPersons { get; } = new()
    {
        Command = new Command("persons-pfif", "Write persons for tracing as PFIF 1.4: those alone who chose so and whose consent covers it, and what is to be forgotten.") { Verbs.Export.File, To, Kind, Country, Since, Verbs.Export.Force, DryRun },
        Store = Store.Present,
        Check = Verbs.Export.RefuseToReplace,
        RunAsync = ExportAsync,
    };

    public static Verb ExportHtcds { get; } = new()
    {
        Command = new Command("cases-htcds", "Write cases of trafficking as HTCDS 2.0 without names: those alone whose consent for research covers it, and where enough are alike.") { Verbs.Export.File, ToResearch, KindOfResearch, CountryOfResearch, Format, Verbs.Export.Force },
        Store = Store.Present,
        Check = Verbs.Export.RefuseToReplace,
        RunAsync = HtcdsAsync,
    };

    public static Verb ImportPfif { get; } = new()
    {
        Command = new Command("pfif", "Take in persons who are sought, as PFIF 1.4: all of the file or nothing; ends with 1 when something is wrong.") { Read, Agency, DryRun },
        Store = Store.Present,
        Reads = static parsed => parsed.GetValue(Read) is { } file ? [file] : [],
        RunAsync = ImportAsync,
    };

    public static Verb ImportForm { get; } = new()
    {
        Command = new Command("form", "Take a form of XLSForm in as further questions of registration; ends with 1 when something is wrong.") { Read, Agency, DryRun },
        Store = Store.Present,
        Reads = static parsed => parsed.GetValue(Read) is { } file ? [file] : [],
        RunAsync = FormAsync,
    };

    private static async Task<int> ExportAsync(VerbContext context, CancellationToken cancellationToken)
    {
        DateTimeOffset? since = null;
        if (context.Value(Since) is { } said)
        {
            since = DateTimeOffset.TryParse(said, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
                ? moment
                : throw PlatformProblems.BadParameter.With(("name", "--since"), ("value", said));
        }

        if (context.Value(DryRun))
        {
            var (persons, placeholders) = await context.Get<ExportTraced>().CountAsync(context.Value(To)!, context.Value(Kind) ?? "", context.Value(Country), since, context.Actor, cancellationToken);
            await context.Caller.LineAsync($"{persons} persons, {placeholders} to be forgotten. Nothing was written.");
            return 0;
        }

        var path = context.Value(Verbs.Export.File)!;
        TracedDocument document;
        await using (var file = await context.Caller.CreateFileAsync(path, cancellationToken))
        {
            document = await context.Get<ExportTraced>().RunAsync(context.Value(To)!, context.Value(Kind) ?? "", context.Value(Country), since, context.Actor, cancellationToken);
            await file.Content.WriteAsync(document.Bytes, cancellationToken);
            await file.KeepAsync(cancellationToken);
        }

        var words = $"{document.Persons} persons, {document.Placeholders} to be forgotten.";
        await (path == StandardOutput.Name ? context.Caller.ErrorAsync(words) : context.Caller.LineAsync(words));
        return 0;
    }

    private static async Task<int> HtcdsAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var path = context.Value(Verbs.Export.File)!;
        TraffickingFile made;
        await using (var file = await context.Caller.CreateFileAsync(path, cancellationToken))
        {
            made = await context.Get<TraffickingAtConsole>().ExportAsync(context.Value(ToResearch)!, context.Value(KindOfResearch) ?? "", context.Value(CountryOfResearch), context.Value(Format) == "csv", context.Actor, cancellationToken);
            await file.Content.WriteAsync(made.Bytes, cancellationToken);
            await file.KeepAsync(cancellationToken);
        }

        var words = string.Create(CultureInfo.InvariantCulture, $"{made.Records} cases; up to {made.LeftOut} persons left out, because too few are like them.");
        await (path == StandardOutput.Name ? context.Caller.ErrorAsync(words) : context.Caller.LineAsync(words));
        return 0;
    }

    private static async Task<int> ImportAsync(VerbContext context, CancellationToken cancellationToken)
    {
        await using var file = Open(context);
        var done = await context.Get<ImportSought>().RunAsync(file, context.Value(DryRun), context.Value(Agency), context.Actor, Shared.Texts, cancellationToken);
        await TellAsync(context, done.Issues);
        await context.Caller.LineAsync(
            $"{(done.Kept ? "" : "Nothing was written. ")}{done.Added} added, {done.Changed} changed, {done.Unchanged} there already, {done.Forgotten} forgotten.");
        return IsRefused(done.Issues) ? 1 : 0;
    }

    private static async Task<int> FormAsync(VerbContext context, CancellationToken cancellationToken)
    {
        await using var file = Open(context);
        var brought = await context.Get<BringForm>().RunAsync(file, context.Value(DryRun), context.Value(Agency), context.Actor, Shared.Texts, cancellationToken);
        await TellAsync(context, brought.Issues);
        await context.Caller.LineAsync(
            IsRefused(brought.Issues) ? "Nothing was written."
            : brought.Unchanged ? $"{brought.Form} is asked already, version {brought.Number}."
            : $"{brought.Form}: {brought.Questions} questions, version {brought.Number}{(brought.Kept ? "." : "; nothing was written.")}");
        return IsRefused(brought.Issues) ? 1 : 0;
    }

    private static bool IsRefused(IEnumerable<ToldIssue> issues) => issues.Any(issue => issue.Severity == "error");

    private static async Task TellAsync(VerbContext context, IEnumerable<ToldIssue> issues)
    {
        foreach (var issue in issues)
            await context.Caller.LineAsync($"{issue.Source}{(issue.Source is null ? "" : ":")}{issue.Line.ToString(CultureInfo.InvariantCulture)}: {issue.Severity}: {issue.Text} ({issue.Code})");
    }

    private static FileStream Open(VerbContext context) => new(context.Caller.PathOf(context.Value(Read)!), FileMode.Open, FileAccess.Read, FileShare.Read);
}
