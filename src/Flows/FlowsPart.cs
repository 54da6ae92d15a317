using Microsoft.Extensions.DependencyInjection;
using Tambo.Flows.Cube;
using Tambo.Flows.Imports;
using Tambo.Platform.Parts;

namespace Tambo.Flows;

/// <summary>Figures on migration: imports of what institutions have, harmonised, kept with their past, and answered from.</summary>
public static class FlowsPart
{
    /// <summary>What this part hands over to the node.</summary>
    public static Part Part { get; } = new()
    {
        Name = "flows",
        Assembly = typeof(FlowsPart).Assembly,
        Problems = FlowsProblems.All,
        Jobs = [ImportFlows.BrokenOff],
        Register = static services =>
        {
            services.AddSingleton<LiveSegments>();
            services.AddSingleton<ImportFlows>();
            services.AddSingleton<QueryFlows>();
        },
    };
}
