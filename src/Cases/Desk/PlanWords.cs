using Tambo.Cases.Plan;
using Tambo.Platform.Languages;

namespace Tambo.Cases.Desk;

/// <summary>What a plan says, in words: for its page, for former versions of it, and for whoever takes their file along.</summary>
internal static class PlanWords
{
    /// <summary>What is said of the goal of a need, a line each.</summary>
    public static IReadOnlyList<string> Goal(PlanNeed need, Texts texts) =>
    [
        .. new[]
        {
            need.Goal is { Length: > 0 } goal ? texts.Format("cases.plan.goal.line", ("goal", goal)) : null,
            need.Indicator is { Length: > 0 } indicator ? texts.Format("cases.plan.indicator.line", ("indicator", indicator)) : null,
            need.TargetDate is { } target ? texts.Format("cases.plan.target.line", ("day", DeskViews.Day(target, texts))) : null,
            need.Goal is { Length: > 0 } ? Agreement(need, texts) : null,
        }.OfType<string>(),
    ];

    /// <summary>Whether the person agrees, and since when.</summary>
    public static string Agreement(PlanNeed need, Texts texts) =>
        need.AgreedOn is { } day ? $"{texts["cases.plan.agreed." + need.Agreed]} ({DeskViews.Day(day, texts)})" : texts["cases.plan.agreed." + need.Agreed];

    /// <summary>The days on which a plan is looked over; none for none.</summary>
    public static IReadOnlyList<string> Reviews(IReadOnlyList<string> days, Texts texts) =>
        days.Count == 0 ? [] : [texts.Format("cases.plan.reviews.line", ("days", string.Join(texts.Comma, days.Select(day => DeskViews.Day(day, texts)))))];

    /// <summary>All of a need in one line.</summary>
    public static string Line(PlanNeed need, Texts texts) => string.Join(" · ", [
        texts["cases.need." + need.Code],
        .. need.Note is { Length: > 0 } note ? [note] : Array.Empty<string>(),
        .. Goal(need, texts),
        .. need.Goal is { Length: > 0 } ? [texts["cases.plan.goal.state." + need.State]] : Array.Empty<string>(),
        .. need.Actions.Select(action => action.What),
    ]);
}
