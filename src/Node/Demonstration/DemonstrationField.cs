using Microsoft.Extensions.DependencyInjection;
using Tambo.Flows.Collecting;
using Tambo.Platform.Problems;

namespace Tambo.Node.Demonstration;

/// <summary>Collection at a made-up training point, live while a demonstration is looked at.</summary>
internal static class DemonstrationField
{
    /// <summary>Long enough for a day of trying; a demonstration that is forgotten somewhere does not fill its disk.</summary>
    private static readonly TimeSpan Length = TimeSpan.FromHours(4);

    /// <summary>Records made-up groups until the node stops, or some hours are over.</summary>
    public static async Task RunAsync(IServiceProvider services, CancellationToken stopping)
    {
        try
        {
            var point = services.GetRequiredService<TrainingPoint>();
            await point.AddAsync(stopping);
            await point.RunAsync(Length, services.GetRequiredService<TimeProvider>().GetUtcNow().DayOfYear, stopping);
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException or Problem)
        {
            // The node stops, or somebody who tries it has changed the point: then there is no more to see.
        }
    }
}
