using Tambo.Flows.Cube;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Imports;

/// <summary>Observations of an import that stand no more since a moment.</summary>
/// <param name="Scope">The codes that they have; null when those of all are meant.</param>
/// <param name="Periods">Their period, a <see cref="PeriodSpan"/>, or <see cref="Replacements.All"/>.</param>
/// <param name="At">Since when.</param>
internal sealed record Replacement(ReplacedScope? Scope, string Periods, DateTimeOffset At);

/// <summary>What of an import stands no more, and since when; pure.</summary>
internal sealed class Replacements(IReadOnlyList<Replacement> parts)
{
    /// <summary>Stands for every period.</summary>
    public const string All = "*";

    /// <summary>All of it stands.</summary>
    public static Replacements None { get; } = new([]);

    /// <summary>How many there are; 0 when all of the import stands.</summary>
    public int Count => parts.Count;

    /// <summary>True when nothing of it stood any more at a moment; null is now.</summary>
    public bool IsWholeAt(DateTimeOffset? moment) => parts.Any(part => part.Scope is null && part.Periods == All && IsPast(part, moment));

    /// <summary>True when at a moment only some of the observations of a period stood no more.</summary>
    public bool HasScopesAt(DateTimeOffset? moment) => parts.Any(part => part.Scope is not null && IsPast(part, moment));

    /// <summary>Whether all observations of a period stood no more at a moment; null when that is so of none.</summary>
    public Func<string, bool>? PeriodsAt(DateTimeOffset? moment) => Gone(parts.Where(part => part.Scope is null && IsPast(part, moment)).Select(part => part.Periods));

    /// <summary>
    /// Conditions under which observations stood at a moment, as far as scopes say: each observation that did fits one of the
    /// lists, and no other one does.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<Condition>> ScopesAt(DateTimeOffset? moment)
    {
        IReadOnlyList<IReadOnlyList<Condition>> standing = [[]];
        foreach (var same in parts.Where(part => part.Scope is not null && IsPast(part, moment)).GroupBy(part => string.Join('|', part.Scope!.Names)))
        {
            var split = Split([.. same.First().Scope!.Names], [.. same.Select(part => (part.Scope!.Codes, part.Periods))], 0);
            standing = [.. standing.SelectMany(all => split.Select(some => (IReadOnlyList<Condition>)[.. all, .. some]))];
        }

        return standing;
    }

    // One component after the other: the codes of which nothing was replaced, then those of which the same was, until only the
    // period is left to tell.
    private static List<IReadOnlyList<Condition>> Split(string[] names, IReadOnlyList<(IReadOnlyList<string> Codes, string Periods)> gone, int depth)
    {
        if (depth == names.Length)
        {
            var isGone = Gone(gone.Select(one => one.Periods))!;
            return gone.Any(one => one.Periods == All) ? [] : [[Condition.Only(Dataflow.Period, period => !isGone(period))]];
        }

        var met = gone.Select(one => one.Codes[depth]).ToHashSet(StringComparer.Ordinal);
        var parts = new List<IReadOnlyList<Condition>> { new[] { ReplacedScope.Only(names[depth], code => !met.Contains(code)) } };
        var alike = gone.GroupBy(one => one.Codes[depth], StringComparer.Ordinal)
            .GroupBy(code => string.Join('\n', code.Select(one => $"{string.Join('|', one.Codes.Skip(depth + 1))}|{one.Periods}").Order(StringComparer.Ordinal)), StringComparer.Ordinal);
        foreach (var codes in alike)
        {
            var those = codes.Select(code => code.Key).ToHashSet(StringComparer.Ordinal);
            parts.AddRange(Split(names, [.. codes.First()], depth + 1).Select(rest => (IReadOnlyList<Condition>)[ReplacedScope.Only(names[depth], those.Contains), .. rest]));
        }

        return parts;
    }

    private static Func<string, bool>? Gone(IEnumerable<string> periods)
    {
        HashSet<string>? codes = null;
        List<PeriodSpan>? spans = null;
        foreach (var period in periods)
        {
            if (PeriodSpan.Read(period) is { } span)
                (spans ??= []).Add(span);
            else
                (codes ??= new HashSet<string>(StringComparer.Ordinal)).Add(period);
        }

        if (spans is null)
            return codes is null ? null : codes.Contains(All) ? static _ => true : codes.Contains;
        return code => codes?.Contains(code) == true || codes?.Contains(All) == true || (Period.Read(code) is { } period && spans.Exists(span => span.Holds(period)));
    }

    private static bool IsPast(Replacement part, DateTimeOffset? moment) => moment is not { } at || part.At <= at;
}
