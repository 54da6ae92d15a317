using Tambo.Cases;
using Tambo.Flows;
using Tambo.Guide;
using Tambo.Platform.Database;
using Tambo.Platform.Parts;

namespace Tambo.Node;

/// <summary>The parts this node is composed of, in the order of their references.</summary>
internal static class Parts
{
    /// <summary>Every part.</summary>
    public static IReadOnlyList<Part> All { get; } = [PlatformPart.Part, GuidePart.Part, FlowsPart.Part, CasesPart.Part];

    /// <summary>The tables of every part, in order.</summary>
    public static IReadOnlyList<Migration> Migrations { get; } = [.. All.SelectMany(part => part.Migrations)];
}
