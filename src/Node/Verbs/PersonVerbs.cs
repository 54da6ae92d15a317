using System.CommandLine;
using System.Globalization;
using Tambo.Cases.Erasing;
using Tambo.Node.CommandLine;
using Tambo.Platform.Problems;

namespace Tambo.Node.Verbs;

/// <summary><c>tambo person export</c>, <c>erase</c> and <c>hold</c>, <c>tambo retention run</c>: what is kept of one person, and until when.</summary>
internal static class PersonVerbs
{
    private static readonly Argument<string> Person = new("PERSON") { Description = "The reference or the key of the person." };

    private static readonly Option<string> Reason = new("--reason") { Description = $"Why: {string.Join(", ", PersonsAtConsole.Reasons)}.", HelpName = "REASON", Required = true };

    private static readonly Option<string?> Kind = new("--kind") { Description = $"What needs the data: {string.Join(", ", PersonsAtConsole.Holds)}; left out, the hold ends.", HelpName = "KIND" };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would be done, and do nothing." };

    private static readonly Option<string> File = new("--file") { Description = "Where it goes: a document to read, or data when the name ends in .json.", HelpName = "FILE", Required = true };

    private static readonly Option<string> Language = new("--language") { Description = "The language of the document.", HelpName = "CODE", DefaultValueFactory = static _ => "en" };

    static PersonVerbs()
    {
        Reason.AcceptOnlyFromAmong([.. PersonsAtConsole.Reasons]);
        Kind.AcceptOnlyFromAmong([.. PersonsAtConsole.Holds]);
    }

    public static Verb Take { get; } = new()
    {
        Command = new Command("export", "Write everything that is kept of a person who asked for it, with who has seen it.") { Person, File, Language, Export.Force },
        Store = Store.Present,
        Check = static parsed =>
        {
            var path = parsed.GetValue(File)!;
            if (Path.Exists(path) && !(parsed.GetValue(Export.Force) && System.IO.File.Exists(path)))
                throw PlatformProblems.FileUnusable.With(("file", path), ("reason", Directory.Exists(path) ? "is a folder" : "is there already; --force replaces it"));
        },
        RunAsync = TakeAsync,
    };

    public static Verb Erase { get; } = new()
    {
        Command = new Command("erase", "Erase a person for good: the key, the contents, the ways to find them. Nothing brings them back.") { Person, Reason, DryRun },
        Store = Store.Present,
        RunAsync = EraseAsync,
    };

    public static Verb Hold { get; } = new()
    {
        Command = new Command("hold", "Keep a person's data from being erased while a court, an investigation or a claim needs it.") { Person, Kind },
        Store = Store.Present,
        RunAsync = HoldAsync,
    };

    public static Verb Retention { get; } = new()
    {
        Command = new Command("run", "Erase everybody whose time is over by the rules of retention (shipped, or DIR/retention.json).") { DryRun },
        Store = Store.Present,
        RunAsync = RetainAsync,
    };

    private static async Task<int> TakeAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var path = context.Value(File)!;
        var asJson = Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase);
        var bytes = await context.Get<PersonsAtConsole>().ExportAsync(context.Value(Person)!, asJson, context.Value(Language)!, context.Actor, cancellationToken);
        await using (var file = await context.Caller.CreateFileAsync(path, cancellationToken))
        {
            await file.Content.WriteAsync(bytes, cancellationToken);
            await file.KeepAsync(cancellationToken);
        }

        await context.Caller.LineAsync("Written. Whoever holds the file can read all of it: give it to the person, and keep no copy.");
        return 0;
    }

    private static async Task<int> EraseAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var dryRun = context.Value(DryRun);
        var reference = await context.Get<PersonsAtConsole>().EraseAsync(context.Value(Person)!, context.Value(Reason)!, dryRun, context.Actor, cancellationToken);
        await context.Caller.LineAsync(dryRun
            ? $"{reference} would be erased. Nothing was done."
            : $"{reference} is erased; the key is destroyed. Backups of keys made before still hold it until they are past their days.");
        return 0;
    }

    private static async Task<int> HoldAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var kind = context.Value(Kind);
        var reference = await context.Get<PersonsAtConsole>().HoldAsync(context.Value(Person)!, kind, context.Actor, cancellationToken);
        await context.Caller.LineAsync(kind is null ? $"{reference} is held no more." : $"{reference} is held: {kind}.");
        return 0;
    }

    private static async Task<int> RetainAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var dryRun = context.Value(DryRun);
        var due = await context.Get<PersonsAtConsole>().RetainAsync(dryRun, context.Actor, cancellationToken);
        foreach (var (reference, rule, day) in due)
            await context.Caller.LineAsync(string.Create(CultureInfo.InvariantCulture, $"{reference}  {rule,-20} {day:yyyy-MM-dd}"));
        await context.Caller.LineAsync(dryRun ? $"{due.Count} persons would be erased. Nothing was done." : $"{due.Count} persons were erased.");
        return 0;
    }
}
