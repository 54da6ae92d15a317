using Tambo.Guide.Schedules;
using Tambo.Platform.Languages;

namespace Tambo.Guide.Screens;

/// <summary>What a door says from a moment on.</summary>
/// <param name="From">Seconds since 1970, UTC.</param>
/// <param name="Words">"Open now, until 17:00".</param>
/// <param name="Tone">The class of its colour; empty for none.</param>
public sealed record StateAhead(long From, string Words, string Tone);

/// <summary>
/// Everything that a door will say in the next hours, so that a screen says the right thing at each turn even when it has
/// lost the network. Pure.
/// </summary>
internal static class StatesAhead
{
    /// <summary>For how long: over a night and the day after it.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromHours(36);

    private const int Most = 60;

    /// <summary>The states from a moment on, each until the next.</summary>
    public static IReadOnlyList<StateAhead> Of(OpeningHours hours, DateTimeOffset now, Texts texts, bool canBeCalled)
    {
        var states = new List<StateAhead>();
        var end = now + Horizon;
        for (DateTimeOffset? at = now; at < end && states.Count < Most; at = Next(hours, at.Value))
        {
            var words = HoursInWords.State(hours, at.Value, texts, canBeCalled);
            if (states.Count == 0 || states[^1].Words != words)
                states.Add(new StateAhead(at.Value.ToUnixTimeSeconds(), words, ToneOf(hours.OpeningAt(at.Value))));
        }

        return states;
    }

    private static string ToneOf(Opening opening) => opening switch
    {
        Opening.Open => "good",
        Opening.Closed => "bad",
        _ => "",
    };

    // The words change at an opening or closing, and at midnight, when tomorrow becomes today.
    private static DateTimeOffset? Next(OpeningHours hours, DateTimeOffset at)
    {
        if (hours.Clock is not { } clock)
            return null;
        var tomorrow = clock.DayOf(ZoneClock.Minute(at)) + 1;
        var midnight = clock.At(clock.ToUtc(ZoneClock.Midnight(tomorrow), out _));
        var next = hours.NextBoundary(at) is { } boundary && boundary < midnight ? boundary : midnight;
        return next > at ? next : at.AddMinutes(1);
    }
}
