using System.CommandLine;
using Tambo.Node.CommandLine;
using Tambo.Platform.Audit;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Node.Verbs;

/// <summary><c>tambo audit verify</c>: looks whether anything in the record of changes was altered or removed.</summary>
internal static class AuditVerify
{
    private static readonly Option<string?> AuditHead = new("--audit-head")
    {
        Description = "The file of signed heads to hold against the record; else the node's own.",
        HelpName = "PATH",
    };

    public static Verb Verb { get; } = new()
    {
        Command = new Command("verify", "Read the whole record of changes and look whether anything was altered, removed or reordered.") { AuditHead },
        Store = Store.Present,
        Reads = parsed => parsed.GetValue(AuditHead) is { } path ? [path] : [],
        RunAsync = RunAsync,
    };

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var heads = context.Value(AuditHead) is { } typed ? context.Caller.PathOf(typed) : context.Settings.AuditHeadFile;
        if (context.Value(AuditHead) is { } missing && !File.Exists(heads))
            throw PlatformProblems.FileUnusable.With(("file", missing), ("reason", "it is not there"));
        var report = await AuditVerification.RunAsync(context.Get<NodeDb>(), context.Get<AuditKey>(), heads, cancellationToken);
        foreach (var fault in report.Faults)
            await context.Caller.ErrorAsync(fault);
        var found = $"{report.Entries} lines in {report.Chains} chains, held against {report.HeadsChecked} signed heads";
        if (report.IsWhole)
            await context.Caller.LineAsync($"The audit is whole: {found}.");
        else
            await context.Caller.ErrorAsync($"tambo: the audit is NOT whole: {found}, {report.Faults.Count} faults (node.audit_not_whole)");
        return report.IsWhole ? 0 : 1;
    }
}
