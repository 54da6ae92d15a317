using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Platform.Parts;

namespace Tambo.Guide;

/// <summary>The services directory, its open interface and its public pages.</summary>
public static class GuidePart
{
    /// <summary>What this part hands over to the node.</summary>
    public static Part Part { get; } = new()
    {
        Name = "guide",
        Assembly = typeof(GuidePart).Assembly,
        Problems = GuideProblems.All,
        Permissions = ["guide.edit", "guide.import", "guide.confidential"],
        Register = static services => services.AddSingleton<LiveDirectory>(),
    };
}
