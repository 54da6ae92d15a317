using Tambo.Guide.Schedules;

namespace Tambo.Guide.Finding;

/// <summary>
/// Finds services: nearest first when the reader says where from, best words first otherwise. Approximate positions come
/// after exact ones, by the tens of kilometres to their town; what has no position comes last. Pure.
/// </summary>
internal static class FindServices
{
    /// <summary>What fits a search at a moment, counted; which of it is shown is worked out when a part of it is taken.</summary>
    public static Findings In(Offers offers, Search search, DateTimeOffset now)
    {
        var fitting = offers.Sets.Fitting(search);
        var scores = TypedWords.Find(offers, search.Words);
        if (scores is not null)
            fitting.Intersect(scores.Rows);
        var until = DateTimeOffset.MaxValue;
        if (search.OpenNow)
        {
            // Rows are taken out while others are looked at: hence the copy.
            foreach (var row in fitting.Copy().Rows())
            {
                var state = offers.Openings.At(row, now, out var stays);
                if (stays < until)
                    until = stays;
                if (state == Opening.Closed)
                    fitting.Remove(row);
            }
        }

        return search.From is { } from
            ? new FindingsByDistance(offers, fitting, from, search.Kilometres, until)
            : new FindingsByWords(offers, fitting, scores, until);
    }
}

/// <summary>What was found, in an order of which any part can be taken.</summary>
/// <param name="until">No opening or closing changes what was found before this.</param>
internal abstract class Findings(DateTimeOffset until)
{
    /// <summary>How many were found.</summary>
    public abstract int Total { get; }

    /// <summary>No opening or closing changes what was found before this; how it is shown may.</summary>
    public DateTimeOffset Until => until;

    /// <summary>Some of what was found, in its order.</summary>
    public abstract IReadOnlyList<Found> Take(int skip, int take);
}

/// <summary>By how well the words fit, then by name.</summary>
internal sealed class FindingsByWords(Offers offers, RowSet fitting, WordScores? scores, DateTimeOffset until) : Findings(until)
{
    public override int Total { get; } = fitting.Count;

    public override IReadOnlyList<Found> Take(int skip, int take)
    {
        take = Math.Clamp(take, 0, Math.Max(0, Total - skip));
        IEnumerable<int> rows;
        if (scores is null)
        {
            rows = offers.ByName.Where(fitting.Contains).Skip(skip).Take(take);
        }
        else
        {
            // A better score is a smaller number: scores are positive, and positive floats are ordered as their bits are.
            var keys = new ulong[Total];
            var count = 0;
            foreach (var row in fitting.Rows())
                keys[count++] = ((ulong)(uint)~BitConverter.SingleToInt32Bits(scores.Of(row)) << 32) | (uint)offers.NameRank(row);
            Array.Sort(keys);
            rows = keys.Skip(skip).Take(take).Select(key => offers.ByName[(int)(uint)key]);
        }

        return [.. rows.Select(row => new Found(offers.All[row], null, null))];
    }
}
