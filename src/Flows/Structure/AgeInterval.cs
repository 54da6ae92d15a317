using System.Globalization;

namespace Tambo.Flows.Structure;

/// <summary>
/// Completed years of age from <paramref name="Least"/> to <paramref name="Most"/>, both in it. Ages are compared as intervals
/// and never by the words of a table, which say different things in different countries.
/// </summary>
/// <param name="Least">The youngest.</param>
/// <param name="Most">The oldest; <see cref="NoLimit"/> when there is none.</param>
public readonly record struct AgeInterval(int Least, int Most)
{
    /// <summary>An upper end that is none.</summary>
    public const int NoLimit = 999;

    /// <summary>Every age: where a table does not say, or mixes.</summary>
    public static AgeInterval All { get; } = new(0, NoLimit);

    /// <summary>Reads a code in the manner of SDMX CL_AGE: <c>Y5T11</c>, <c>Y_LT18</c>, <c>Y_GE60</c>, <c>Y7</c>; <c>_T</c>, <c>_U</c> and their like are all ages. Null for anything else.</summary>
    public static AgeInterval? Read(string code)
    {
        if (code is "_T" or "_U" or "_O" or "_N")
            return All;
        if (!code.StartsWith('Y'))
            return null;
        if (code.StartsWith("Y_LT", StringComparison.Ordinal))
            return Number(code[4..]) is { } below and > 0 ? new AgeInterval(0, below - 1) : null;
        if (code.StartsWith("Y_GE", StringComparison.Ordinal))
            return Number(code[4..]) is { } from ? new AgeInterval(from, NoLimit) : null;
        var parts = code[1..].Split('T');
        return parts.Length switch
        {
            1 when Number(parts[0]) is { } only => new AgeInterval(only, only),
            2 when Number(parts[0]) is { } least && Number(parts[1]) is { } most && least <= most => new AgeInterval(least, most),
            _ => null,
        };
    }

    /// <summary>True when every age of the other is in this one.</summary>
    public bool Holds(AgeInterval other) => Least <= other.Least && other.Most <= Most;

    /// <summary>True when the two have an age in common.</summary>
    public bool Meets(AgeInterval other) => Least <= other.Most && other.Least <= Most;

    private static int? Number(string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < NoLimit ? number : null;
}
