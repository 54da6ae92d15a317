using System.Collections.Concurrent;
using System.Globalization;
using Tambo.Flows.Imports;

namespace Tambo.Flows.Cube;

/// <summary>Answers that were given, by their questions, for as long as the same imports stand; a cache.</summary>
internal sealed class KeptAnswers
{
    private const int Most = 512;
    private const int MostFigures = 20_000;

    // Of all answers together: some forty megabytes.
    private const int MostFiguresKept = 100_000;

    private volatile Kept kept = new([]);

    /// <summary>The answer that was given to a question over the same imports, or null.</summary>
    public FlowsAnswer? Find(IReadOnlyList<StandingImport> imports, FlowsQuery query) =>
        kept is var present && AreSame(present.Imports, imports) ? present.Answers.GetValueOrDefault(KeyOf(query)) : null;

    /// <summary>Keeps an answer over some imports; false when it is not kept.</summary>
    public bool Keep(IReadOnlyList<StandingImport> imports, FlowsQuery query, FlowsAnswer answer)
    {
        var count = answer.Figures.Count + answer.Apart.Count;
        if (count > MostFigures)
            return false;
        var present = kept;
        if (!AreSame(present.Imports, imports) || present.Answers.Count >= Most || present.Figures + count > MostFiguresKept)
            kept = present = new Kept(imports);
        if (!present.Answers.TryAdd(KeyOf(query), answer))
            return false;
        present.Count(count);
        return true;
    }

    /// <summary>True when the imports of both are the very same ones.</summary>
    public static bool AreSame(IReadOnlyList<StandingImport> some, IReadOnlyList<StandingImport> others)
    {
        if (ReferenceEquals(some, others))
            return true;
        if (some.Count != others.Count)
            return false;
        for (var at = 0; at < some.Count; at++)
        {
            if (!ReferenceEquals(some[at], others[at]))
                return false;
        }

        return true;
    }

    private static string KeyOf(FlowsQuery query) => string.Join('\u001e', [
        query.Dataflow, query.Measure, query.Training ? "1" : "0", query.AsPublished ? "1" : "0", query.AsOf?.UtcTicks.ToString(CultureInfo.InvariantCulture),
        query.Top?.ToString(CultureInfo.InvariantCulture), query.Window?.ToString(CultureInfo.InvariantCulture),
        string.Join('\u001f', query.By), string.Join('\u001f', query.Where), string.Join('\u001f', query.TopOf), string.Join('\u001f', query.Share),
    ]);

    private sealed record Kept(IReadOnlyList<StandingImport> Imports)
    {
        private int figures;

        public ConcurrentDictionary<string, FlowsAnswer> Answers { get; } = new(StringComparer.Ordinal);

        /// <summary>Figures of all answers.</summary>
        public int Figures => Volatile.Read(ref figures);

        public void Count(int more) => Interlocked.Add(ref figures, more);
    }
}
