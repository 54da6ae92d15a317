using Tambo.Cases.Access;
using Tambo.Platform.Settings;

namespace Tambo.Cases.Devices;

/// <summary>What devices may keep, and for how long.</summary>
/// <param name="OpenHours">Without internet it opens for so many hours after the last contact; 0 for never.</param>
/// <param name="ForgetDays">After so many days without contact it destroys what it keeps.</param>
/// <param name="MostCases">So many cases at most.</param>
/// <param name="Compartments">The compartments that may lie on a device at all.</param>
internal sealed record DeviceRules(int OpenHours, int ForgetDays, int MostCases, IReadOnlyList<string> Compartments)
{
    /// <summary>After so many wrong tries a device is wiped.</summary>
    public const int MostTries = 10;

    /// <summary>So many devices somebody may have at a time.</summary>
    public const int MostDevices = 5;

    /// <summary>A clock that is less wrong than this is right.</summary>
    public static readonly TimeSpan RightClock = TimeSpan.FromMinutes(5);

    // What tells of violence, orientation, a claim for protection or a consulate stays at the office: a lost phone would tell it on.
    private static readonly string[] Usual = [Access.Compartments.Identity, Access.Compartments.General, Access.Compartments.Health, Access.Compartments.Child];

    /// <summary>The rules of a node.</summary>
    public static DeviceRules Of(NodeSettings settings)
    {
        var said = settings.File.Devices ?? new DeviceFile();
        return new DeviceRules(
            Math.Clamp(said.OpenHours, 0, 168),
            Math.Clamp(said.ForgetAfterDays, 1, 90),
            Math.Clamp(said.Most, 1, 200),
            [.. Access.Compartments.All.Where(compartment => (said.Parts ?? Usual).Contains(compartment, StringComparer.Ordinal))]);
    }

    /// <summary>Those of the compartments that may lie on a device.</summary>
    public IReadOnlyList<string> Of(IReadOnlyList<string> open) => [.. open.Where(Compartments.Contains)];
}
