using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Access;
using Tambo.Platform.Settings;

namespace Tambo.Node.CommandLine;

/// <summary>What a verb needs of the node's records before it can run.</summary>
internal enum Store
{
    /// <summary>Nothing: the verb looks for itself.</summary>
    None,

    /// <summary>A node must be there already; its tables are taken as they are.</summary>
    Present,

    /// <summary>Tables up to date; a node that is not there yet is made.</summary>
    UpToDate,
}

/// <summary>
/// One verb of the command line. It runs inside the serving process when there is one on SQLite, else in the process of
/// whoever typed it; either way it sees the same context.
/// </summary>
internal sealed record Verb
{
    /// <summary>Its name, help, options and arguments.</summary>
    public required Command Command { get; init; }

    /// <summary>What it does; returns the exit code.</summary>
    public required Func<VerbContext, CancellationToken, Task<int>> RunAsync { get; init; }

    /// <summary>What it needs.</summary>
    public Store Store { get; init; } = Store.UpToDate;

    /// <summary>False when it never goes to a running node.</summary>
    public bool RunsInNode { get; init; } = true;

    /// <summary>The files and folders its arguments name for reading, as typed.</summary>
    public Func<ParseResult, IReadOnlyList<string>> Reads { get; init; } = static _ => [];

    /// <summary>Looks at what was typed before anything is done, where it was typed; throws what it refuses.</summary>
    public Action<ParseResult> Check { get; init; } = static _ => { };

    /// <summary>Looks at a file it has made, before that gets its name.</summary>
    public Func<string, CancellationToken, Task> CheckMadeAsync { get; init; } = static (_, _) => Task.CompletedTask;
}

/// <summary>What a verb sees while it runs.</summary>
/// <param name="Settings">The node's settings.</param>
/// <param name="Services">The node's objects; null for a verb that asked for none and runs outside a node.</param>
/// <param name="Parsed">What was typed.</param>
/// <param name="Actor">The operating-system user who typed it.</param>
/// <param name="Caller">Where lines and files go.</param>
/// <param name="Time">The clock.</param>
internal sealed record VerbContext(
    NodeSettings Settings, IServiceProvider? Services, ParseResult Parsed, Actor Actor, Caller Caller, TimeProvider Time)
{
    /// <summary>One of the node's objects.</summary>
    public T Get<T>()
        where T : notnull =>
        (Services ?? throw new InvalidOperationException("This verb asked for no store.")).GetRequiredService<T>();

    /// <summary>The value of an option.</summary>
    public T? Value<T>(Option<T> option) => Parsed.GetValue(option);

    /// <summary>The value of an argument.</summary>
    public T? Value<T>(Argument<T> argument) => Parsed.GetValue(argument);
}
