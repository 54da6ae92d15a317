using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Tambo.Flows.Harmonising;
using Tambo.Platform.Files;

namespace Tambo.Flows.Imports;

/// <summary>Minutes observed and open of a period; null where that is not known, which is not zero.</summary>
internal readonly record struct PeriodHours(string Period, int? Observed, int? Open);

/// <summary>
/// For how long people were counted at each point in each period, as all rows of a file say together: what several say counts once,
/// and where two contradict each other nobody knows.
/// </summary>
internal sealed class HoursInFile
{
    private readonly Dictionary<CountedAt, Entry> said = [];

    /// <summary>Points and periods of the file.</summary>
    public int Count => said.Count;

    /// <summary>Those of which the hours observed are known.</summary>
    public int Known { get; private set; }

    /// <summary>Adds what a row says, in the order of the file; what it contradicts, or null.</summary>
    public RowIssue? Add(SaidHours one)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(said, one.At, out _);
        Known -= entry.IsKnown ? 1 : 0;
        RowIssue? issue = null;
        if (one.Issue is not null)
        {
            entry.IsBroken = true;
        }
        else if (!entry.IsBroken)
        {
            var (observed, open) = (entry.Observed ?? one.Observed, entry.Open ?? one.Open);
            var (differs, isBeyond) = ((one.Observed ?? observed) != observed || (one.Open ?? open) != open, observed > open);
            if (differs || isBeyond)
            {
                issue = new RowIssue(
                    one.Line, one.Column, differs ? HarmonisingIssues.HoursDiffer : HarmonisingIssues.HoursBeyondOpen,
                    $"{HoursRule.Told(one.Observed, one.Open)} ≠ {HoursRule.Told(entry.Observed, entry.Open)}", IssueSeverity.Warning);
                entry.IsBroken = true;
            }

            (entry.Observed, entry.Open) = (observed, open);
        }

        Known += entry.IsKnown ? 1 : 0;
        return issue;
    }

    /// <summary>What is said of a point and a period; null when nothing is known.</summary>
    public PeriodHours? Find(CountedAt at) => said.TryGetValue(at, out var entry) && entry.IsKnown ? new PeriodHours(at.Period, entry.Observed, entry.Open) : null;

    /// <summary>Each area and point with what is said of its periods, in order.</summary>
    public IEnumerable<(string Area, string Point, string Said)> Written() => said.GroupBy(one => (one.Key.Area, one.Key.Point))
        .OrderBy(point => point.Key.Area, StringComparer.Ordinal).ThenBy(point => point.Key.Point, StringComparer.Ordinal)
        .Select(point => (point.Key.Area, point.Key.Point, Write(point.OrderBy(one => one.Key.Period, StringComparer.Ordinal))));

    /// <summary>Reads what was written of a point.</summary>
    public static IEnumerable<PeriodHours> Read(string written)
    {
        foreach (var part in written.Split(' '))
        {
            var (equals, slash) = (part.IndexOf('=', StringComparison.Ordinal), part.LastIndexOf('/'));
            yield return new PeriodHours(part[..equals], Minutes(part.AsSpan(equals + 1, slash - equals - 1)), Minutes(part.AsSpan(slash + 1)));
        }

        static int? Minutes(ReadOnlySpan<char> text) => text.Length == 0 ? null : int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static string Write(IEnumerable<KeyValuePair<CountedAt, Entry>> periods)
    {
        var text = new StringBuilder();
        foreach (var (at, entry) in periods)
            text.Append(text.Length > 0 ? " " : "").Append(CultureInfo.InvariantCulture, $"{at.Period}={(entry.IsKnown ? entry.Observed : null)}/{(entry.IsBroken ? null : entry.Open)}");
        return text.ToString();
    }

    private record struct Entry(int? Observed, int? Open, bool IsBroken)
    {
        public readonly bool IsKnown => Observed is not null && !IsBroken;
    }
}
