using System.CommandLine;
using Tambo.Node.CommandLine;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;
using Tambo.Platform.Settings;

namespace Tambo.Node.Verbs;

/// <summary><c>tambo user add</c>, <c>link</c> and <c>list</c>: lets the first people in, and those who lost their way in.</summary>
internal static class Users
{
    private static readonly Argument<string> Name = new("NAME") { Description = "What the person types to sign in." };

    private static readonly Option<string> Role = new("--role")
    {
        Description = "The role they get: administrator, editor, case_worker, statistician, auditor, viewer, or one of your own.",
        HelpName = "ROLE",
        Required = true,
    };

    private static readonly Option<string?> Agency = new("--agency")
    {
        Description = "The agency they work for, made when there is none of this name; their role then reaches as far as the agency.",
        HelpName = "AGENCY",
    };

    private static readonly Option<string?> Shown = new("--name") { Description = "How pages name them; else NAME.", HelpName = "TEXT" };

    private static readonly Option<string?> Email = new("--email") { Description = "Where mail reaches them.", HelpName = "ADDRESS" };

    private static readonly Option<string?> Language = new("--language") { Description = "The language they read; else what their browser asks for.", HelpName = "CODE" };

    private static readonly Option<bool> Mail = new("--mail")
    {
        Description = "Send the link to their mail address instead of printing it; the serving node delivers it.",
    };

    public static Verb Add { get; } = new()
    {
        Command = new Command("add", "Add somebody who works with the node, and print the one-time link by which they come in.")
        {
            Name, Role, Agency, Shown, Email, Language,
        },
        RunAsync = AddAsync,
    };

    public static Verb Link { get; } = new()
    {
        Command = new Command("link", "Print a one-time link, good for 24 hours, by which somebody comes in and chooses a new password.") { Name, Mail },
        RunAsync = LinkAsync,
    };

    public static Verb List { get; } = new()
    {
        Command = new Command("list", "List those who work with the node, with their agency and roles."),
        Store = Store.Present,
        RunAsync = ListAsync,
    };

    private static async Task<int> AddAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var person = new NewUser(context.Value(Name)!, context.Value(Role)!)
        {
            DisplayName = context.Value(Shown) ?? "",
            Agency = context.Value(Agency),
            Email = context.Value(Email) ?? "",
            Language = context.Value(Language) ?? "",
        };
        await context.Get<StaffUsers>().AddAsync(context.Actor, person, cancellationToken);
        await context.Caller.LineAsync($"Added {person.SignInName} as {person.Role}.");
        return await LinkAsync(context, cancellationToken);
    }

    private static async Task<int> LinkAsync(VerbContext context, CancellationToken cancellationToken)
    {
        if (context.Value(Mail))
        {
            await context.Get<LinkMail>().SendAsync(context.Actor, context.Value(Name)!, Address(context.Settings), context.Get<TextCatalog>().In(null), cancellationToken);
            await context.Caller.LineAsync($"A link that lets them in once, within 24 hours, goes to the mail address of {context.Value(Name)}.");
            return 0;
        }

        var secret = await context.Get<StaffUsers>().CreateLinkAsync(context.Actor, context.Value(Name)!, cancellationToken);
        await context.Caller.LineAsync("This link lets them in once, within 24 hours; hand it over in person or by a channel you trust:");
        await context.Caller.LineAsync($"{Address(context.Settings)}/staff/sign-in/link/{secret}");
        return 0;
    }

    private static async Task<int> ListAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var lines = await StaffList.ReadAsync(context.Get<NodeDb>(), cancellationToken);
        foreach (var line in lines)
            await context.Caller.LineAsync($"{line.SignInName,-24} {line.Agency,-24} {(line.IsDisabled ? "(shut out) " : "")}{line.Roles}");
        if (lines.Count == 0)
            await context.Caller.LineAsync("Nobody yet: tambo user add NAME --role administrator");
        return 0;
    }

    /// <summary>Where a browser on this machine reaches the node, unless the settings name a public address.</summary>
    private static string Address(NodeSettings settings)
    {
        if (settings.File.PublicUrl is { Length: > 0 } url)
            return url.TrimEnd('/');
        var first = settings.Urls.Split(';')[0].Trim().TrimEnd('/');
        return first.Replace("//*", "//localhost", StringComparison.Ordinal).Replace("//+", "//localhost", StringComparison.Ordinal)
            .Replace("//0.0.0.0", "//localhost", StringComparison.Ordinal).Replace("//[::]", "//localhost", StringComparison.Ordinal);
    }
}
