using Tambo.Platform.Problems;

namespace Tambo.Cases.Devices;

/// <summary>How devices that keep cases are refused.</summary>
internal static class DeviceProblems
{
    /// <summary>The device is to be wiped, or its time is over: it destroys what it keeps.</summary>
    public static readonly ProblemKind Gone = new("cases.device_gone", 410);

    /// <summary>What was typed or held to the device does not open it.</summary>
    public static readonly ProblemKind PinWrong = new("cases.device_pin_wrong", 403);

    /// <summary>Somebody has as many devices as anybody may have.</summary>
    public static readonly ProblemKind TooMany = new("cases.device_too_many", 409);

    /// <summary>What it should name or prove is missing or none.</summary>
    public static readonly ProblemKind Unfit = new("cases.device_unfit", 422);

    /// <summary>Too many changes in one request.</summary>
    public static readonly ProblemKind TooManyAtOnce = new("cases.device_too_many_changes", 422);

    /// <summary>The key of a change belongs to another one.</summary>
    public static readonly ProblemKind KeyTaken = new("cases.device_key_taken", 409);

    /// <summary>What it belongs to did not come yet.</summary>
    public static readonly ProblemKind Waits = new("cases.device_change_waits", 409);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } = PlatformProblems.In(typeof(DeviceProblems));
}
