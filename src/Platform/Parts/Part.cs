using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;
using Tambo.Platform.Shell;

namespace Tambo.Platform.Parts;

/// <summary>
/// What a part hands over to the node: everything a consumer needs from every part, as data. The node composes parts
/// from this alone.
/// </summary>
public sealed record Part
{
    /// <summary>The part's name in lower case, which is its table prefix and the root of its addresses.</summary>
    public required string Name { get; init; }

    /// <summary>Where its texts and migrations are embedded.</summary>
    public required Assembly Assembly { get; init; }

    /// <summary>Every way in which it refuses.</summary>
    public IReadOnlyList<ProblemKind> Problems { get; init; } = [];

    /// <summary>The permissions it knows, each a code with the text key <c>permission.{code}</c>.</summary>
    public IReadOnlyList<string> Permissions { get; init; } = [];

    /// <summary>Lines of the audit that not everybody sees who reads the audit.</summary>
    public IReadOnlyList<GuardedAudit> GuardedAudit { get; init; } = [];

    /// <summary>Its public pages in the menu that every reader sees.</summary>
    public IReadOnlyList<MenuLink> PublicMenu { get; init; } = [];

    /// <summary>Its public pages that a device keeps after one visit, so that they open without internet: their paths below the language.</summary>
    public IReadOnlyList<string> OfflinePages { get; init; } = [];

    /// <summary>Its staff pages in the menu.</summary>
    public IReadOnlyList<MenuItem> Menu { get; init; } = [];

    /// <summary>Its figures on the staff's start page: only those that the person asking may know.</summary>
    public Func<HttpContext, CancellationToken, Task<IReadOnlyList<HomeFigure>>> HomeFigures { get; init; } =
        static (_, _) => Task.FromResult<IReadOnlyList<HomeFigure>>([]);

    /// <summary>Figures that it hands over to whoever reports of the whole node, disclosure-controlled: numbers and codes alone.</summary>
    public IReadOnlyList<FigureSource> Figures { get; init; } = [];

    /// <summary>Roots of addresses that speak to programs beside <c>/api</c>: refusals there are RFC 9457, never pages.</summary>
    public IReadOnlyList<string> DataRoots { get; init; } = [];

    /// <summary>Work it does by itself.</summary>
    public IReadOnlyList<Job> Jobs { get; init; } = [];

    /// <summary>What it looks over when the operator asks how the node is, besides what every node has.</summary>
    public Func<NodeDb, NodeSettings, CancellationToken, Task<IReadOnlyList<PartFinding>>> Checks { get; init; } =
        static (_, _, _) => Task.FromResult<IReadOnlyList<PartFinding>>([]);

    /// <summary>Adds its own objects to the node's container.</summary>
    public Action<IServiceCollection> Register { get; init; } = static _ => { };

    /// <summary>Declares its addresses.</summary>
    public Action<IEndpointRouteBuilder> Map { get; init; } = static _ => { };

    /// <summary>Its tables.</summary>
    public IReadOnlyList<Migration> Migrations => Migration.Of(Name, Assembly);
}

/// <summary>A staff page in the menu, shown to those who hold its permission.</summary>
/// <param name="TextKey">The key of its label.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Permission">Who sees it.</param>
public sealed record MenuItem(string TextKey, string Address, string Permission);

/// <summary>
/// Lines of the audit that only some see, in lists and by any filter. All lines are signed and verified alike, whoever looks.
/// </summary>
/// <param name="Beginning">How the codes of the changes begin.</param>
/// <param name="Permission">Who sees them beside <c>audit.read</c>: holders of this for the whole node.</param>
public sealed record GuardedAudit(string Beginning, string Permission);

/// <summary>What a part found when it looked itself over, in English for operators.</summary>
/// <param name="Check">The name of the check.</param>
/// <param name="IsFine">False when somebody should look at it.</param>
/// <param name="Text">What was found.</param>
public sealed record PartFinding(string Check, bool IsFine, string Text);

/// <summary>A figure on the staff's start page.</summary>
/// <param name="TextKey">What it counts.</param>
/// <param name="Count">The figure.</param>
/// <param name="Address">Where what was counted is listed, or null.</param>
public sealed record HomeFigure(string TextKey, long Count, string? Address)
{
    /// <summary>True when a figure above zero asks somebody to do something.</summary>
    public bool Asks { get; init; }
}

/// <summary>Work that repeats; a lease in the database lets one process do it at a time.</summary>
/// <param name="Name">Dotted code, for example <c>platform.audit_heads</c>.</param>
/// <param name="Every">The pause between two runs.</param>
/// <param name="RunAsync">One run; what it returns is noted with the run.</param>
public sealed record Job(string Name, TimeSpan Every, Func<IServiceProvider, CancellationToken, Task<string>> RunAsync);
