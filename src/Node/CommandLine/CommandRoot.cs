using System.CommandLine;
using Tambo.Node.Verbs;

namespace Tambo.Node.CommandLine;

/// <summary>The command line as a whole: every verb once, with the options that all of them understand.</summary>
internal static class CommandRoot
{
    private static readonly Dictionary<Command, Verb> Verbs = [];
    private static readonly RootCommand Root = Build();

    /// <summary>The one root; parsing does not change it.</summary>
    public static RootCommand Make() => Root;

    /// <summary>The verb that a command line means, if it is one that may go to a running node.</summary>
    public static Verb? VerbOf(ParseResult parsed) => Verbs.GetValueOrDefault(parsed.CommandResult.Command);

    private static RootCommand Build()
    {
        var root = new RootCommand("Tambo: one node of the migration information and cooperation network.");
        foreach (var option in Shared.Everywhere)
            root.Options.Add(option);
        root.Subcommands.Add(Serve.Command());
        root.Subcommands.Add(Demo.Command());
        Add(root, Migrate.Verb);
        Add(root, Backup.Verb);
        Add(root, Restore.Verb);
        Add(root, Doctor.Verb);
        root.Subcommands.Add(Group("user", "Care for those who work with the node.", Users.Add, Users.Link, Users.List));
        root.Subcommands.Add(Group("import", "Bring data of institutions into the node.", Import.Services, FlowsVerbs.Import, GroupsVerbs.Import, TranslationVerbs.Import, InterfaceVerbs.Import, CasesVerbs.ImportPfif, CasesVerbs.ImportForm));
        root.Subcommands.Add(Group("query", "Ask the node for figures.", FlowsVerbs.Query));
        root.Subcommands.Add(Group("check", "Look over what the node holds.", FlowsVerbs.Check));
        root.Subcommands.Add(Group("outbox", "Look after mail and messages that leave the node.", OutboxVerbs.List, OutboxVerbs.Retry));
        root.Subcommands.Add(Group("export", "Take data of the node along.", Export.Services, ExportFigures.Figures, ExportIndicators.Figures, TranslationVerbs.Export, InterfaceVerbs.Export, CasesVerbs.ExportPersons, CasesVerbs.ExportHtcds));
        root.Subcommands.Add(Group("keys", "Look after the keys of personal data.", KeyVerbs.Status, KeyVerbs.Rotate));
        root.Subcommands.Add(Group("person", "Look after what is kept of one person.", PersonVerbs.Take, PersonVerbs.Erase, PersonVerbs.Hold));
        root.Subcommands.Add(Group("retention", "Look after how long persons are kept.", PersonVerbs.Retention));
        root.Subcommands.Add(Group("audit", "Look into the record of every change.", AuditVerify.Verb));
        return root;
    }

    private static Command Group(string name, string description, params ReadOnlySpan<Verb> verbs)
    {
        var group = new Command(name, description);
        foreach (var verb in verbs)
            Add(group, verb);
        return group;
    }

    private static void Add(Command parent, Verb verb)
    {
        Verbs[verb.Command] = verb;
        parent.Subcommands.Add(verb.Command);
        verb.Command.SetAction((parsed, cancellationToken) => VerbRun.StartAsync(verb, parsed, cancellationToken));
    }
}
