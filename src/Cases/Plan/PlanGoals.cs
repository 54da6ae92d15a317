using Tambo.Cases.Persons;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Plan;

/// <summary>How far a goal is, and whether the person wants it so: what is said of it while the plan stands as it was approved.</summary>
internal sealed record SentGoal
{
    public string? Agreed { get; init; }

    public string? AgreedOn { get; init; }

    public string? State { get; init; }

    public override string ToString() => "•••";
}

/// <summary>What may be said of a goal.</summary>
internal static class PlanGoals
{
    /// <summary>The person was not asked yet, or has not said.</summary>
    public const string NotYet = "not_yet";

    /// <summary>It is worked on.</summary>
    public const string Open = "open";

    /// <summary>Whether the person agrees; the names are the texts <c>cases.plan.agreed.{code}</c>.</summary>
    public static IReadOnlyList<string> Agreements { get; } = ["yes", "no", NotYet];

    /// <summary>How far a goal is; the names are the texts <c>cases.plan.goal.state.{code}</c>.</summary>
    public static IReadOnlyList<string> States { get; } = [Open, "reached", "partly_reached", "not_reached", "dropped"];

    /// <summary>What is wrong with what is said of a goal.</summary>
    public static void LookOver(string? agreed, string? agreedOn, string? state, DateOnly today, string at, List<(string Field, ProblemKind Kind)> wrong)
    {
        if (agreed is not null && !Agreements.Contains(agreed, StringComparer.Ordinal))
            wrong.Add((at + "agreed", CasesProblems.CodeUnknown));
        if (agreedOn is not null && (Birth.ReadDay(agreedOn) is not { } day || day > today))
            wrong.Add((at + "agreedOn", CasesProblems.DateUnfit));
        if (state is not null && !States.Contains(state, StringComparer.Ordinal))
            wrong.Add((at + "state", CasesProblems.CodeUnknown));
    }

    /// <summary>The goal with the day of the agreement: today where nobody said one, none while there is no agreement.</summary>
    public static PlanNeed Dated(PlanNeed need, string today) => need with { AgreedOn = need.Agreed == NotYet ? null : need.AgreedOn ?? today };
}
