using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Access;

/// <summary>
/// One run of a clock: each of what is due is done by itself, so that neither somebody who was first nor what cannot be read keeps the
/// others waiting.
/// </summary>
/// <param name="first">The refusals that say that somebody was first: what is left of it is for the next run.</param>
internal sealed class ClockRun(params IReadOnlyList<ProblemKind> first)
{
    private readonly List<Exception> unread = [];

    /// <summary>Does one of them; false when it was not to be done any more, or cannot be read.</summary>
    /// <param name="subject">How the audit names it.</param>
    /// <param name="act">Does it, and says whether it was still to be done.</param>
    public async Task<bool> DoAsync(string subject, Func<Task<bool>> act)
    {
        try
        {
            return await act();
        }
        catch (Problem taken) when (first.Contains(taken.Kind))
        {
            return false;
        }
        catch (Exception damaged) when (damaged is CryptographicException or JsonException)
        {
            unread.Add(new InvalidOperationException(subject, damaged));
            return false;
        }
    }

    /// <summary>What the run says at its end.</summary>
    /// <exception cref="AggregateException">Some cannot be read, and all others are done: somebody has to look at what does not open.</exception>
    public string End(string done) => unread.Count == 0
        ? done
        : throw new AggregateException(string.Create(CultureInfo.InvariantCulture, $"{done}, {unread.Count} cannot be read"), unread);
}
