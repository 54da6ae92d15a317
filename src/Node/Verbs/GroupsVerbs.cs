using System.CommandLine;
using System.Globalization;
using Tambo.Flows.Collecting;
using Tambo.Node.CommandLine;

namespace Tambo.Node.Verbs;

/// <summary><c>tambo import groups FILE --mapping FILE</c>: what another form recorded, as records of groups.</summary>
internal static class GroupsVerbs
{
    private const int ShownRefusals = 50;

    private static readonly Argument<string> File = new("FILE") { Description = "Submissions of an XLSForm as ODK Central or KoboToolbox export them: CSV, an archive or a workbook with repeats, or JSON." };

    private static readonly Option<string> Mapping = new("--mapping") { Description = "Which question says what: a JSON file, see docs/operating.md.", HelpName = "FILE", Required = true };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would come of it and write nothing." };

    public static Verb Import { get; } = new()
    {
        Command = new Command("groups", "Import groups recorded with another form; ends with 1 when a record was refused.") { File, Mapping, DryRun },
        Reads = static parsed => [parsed.GetValue(File)!, parsed.GetValue(Mapping)!],
        RunAsync = RunAsync,
    };

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var named = context.Value(Mapping)!;
        var mapping = GroupsMapping.Read(await System.IO.File.ReadAllTextAsync(context.Caller.PathOf(named), cancellationToken), Path.GetFileName(named));
        await using var bytes = new FileStream(context.Caller.PathOf(context.Value(File)!), FileMode.Open, FileAccess.Read, FileShare.Read);
        var dryRun = context.Value(DryRun);
        var report = await context.Get<ImportGroups>().RunAsync(bytes, mapping, dryRun, context.Actor, Shared.Texts, cancellationToken);
        foreach (var (line, code, detail) in report.Refused.Take(ShownRefusals))
            await context.Caller.LineAsync(string.Create(CultureInfo.InvariantCulture, $"{line}: {code}: {detail}"));
        foreach (var same in report.Refused.GroupBy(one => one.Code, StringComparer.Ordinal))
            await context.Caller.LineAsync(string.Create(CultureInfo.InvariantCulture, $"{same.Key}: {same.Count()}"));
        await context.Caller.LineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{(dryRun ? "Would take" : "Took")} {report.Taken} of {report.Read} submissions; {report.There} were there already, {report.Refused.Count} refused."));
        return report.Refused.Count == 0 ? 0 : 1;
    }
}
