using System.Text.Json.Serialization;
using Tambo.Cases.Access;
using Tambo.Cases.Persons;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Plan;

/// <summary>Something that is to be done for a need.</summary>
internal sealed record PlanAction
{
    /// <summary>By which the task of an approved action is known; drawn by the node when left out.</summary>
    public Guid Id { get; init; }

    /// <summary>What.</summary>
    public string What { get; set; } = "";

    /// <summary>By whom it is given: the key of a service of the directory, or words.</summary>
    public string? Service { get; init; }

    /// <summary>Who sees to it.</summary>
    public Guid? Responsible { get; init; }

    /// <summary>By when.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>How far it is: <c>planned</c> until it is approved, then as its task says; never kept here, and left out of what is sent.</summary>
    public string? Status { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A need, what is to become of it, and what is to be done.</summary>
internal sealed record PlanNeed
{
    /// <summary>Drawn by the node when left out.</summary>
    public Guid Id { get; init; }

    /// <summary>A code of <see cref="NeedCodes"/>, which says the compartment.</summary>
    public string Code { get; set; } = "";

    /// <summary>Who told of it: person, screening, observed, other_service.</summary>
    public string Origin { get; set; } = "person";

    public string? Note { get; init; }

    /// <summary>What is to be so once the need is met.</summary>
    public string? Goal { get; init; }

    /// <summary>By what one sees that it is.</summary>
    public string? Indicator { get; init; }

    /// <summary>Whether the person wants it so: one of <see cref="PlanGoals.Agreements"/>.</summary>
    public string Agreed { get; set; } = PlanGoals.NotYet;

    /// <summary>The day on which they said so.</summary>
    public string? AgreedOn { get; init; }

    /// <summary>The day by which it is to be so.</summary>
    public string? TargetDate { get; init; }

    /// <summary>How far it is: one of <see cref="PlanGoals.States"/>.</summary>
    public string State { get; set; } = PlanGoals.Open;

    public IReadOnlyList<PlanAction> Actions { get; set; } = [];

    /// <summary>Where it is sealed.</summary>
    [JsonIgnore]
    public string Compartment => NeedCodes.Find(Code)?.Compartment ?? Compartments.General;

    public override string ToString() => "•••";
}

/// <summary>What is sealed of a version of a plan in one compartment.</summary>
internal sealed record PlanContent
{
    public IReadOnlyList<PlanNeed> Needs { get; set; } = [];

    /// <summary>The days on which the plan is looked over; in the compartment of the case alone.</summary>
    public IReadOnlyList<string> Reviews { get; set; } = [];

    /// <summary>Everybody who wrote in this version; in the compartment of the case alone.</summary>
    public IReadOnlyList<string> Writers { get; set; } = [];

    /// <summary>Why it was sent back; in the compartment of the case alone.</summary>
    public string? ReturnedBecause { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A plan as it is sent: everything of it that is open to the sender.</summary>
internal sealed record SentPlan
{
    private const int MostReviews = 20;

    public IReadOnlyList<PlanNeed> Needs { get; set; } = [];

    /// <summary>The days on which the plan is looked over; those that it has when left out.</summary>
    public IReadOnlyList<string>? Reviews { get; init; }

    public override string ToString() => "•••";

    /// <summary>What is wrong with it.</summary>
    /// <param name="isService">Whether an action may name a service: the directory has it.</param>
    /// <param name="today">The day.</param>
    /// <param name="wrong">Where it is added.</param>
    public void LookOver(Func<PlanAction, Guid, bool> isService, DateOnly today, List<(string Field, ProblemKind Kind)> wrong)
    {
        if (Reviews is { Count: > MostReviews })
            wrong.Add(("reviews", CasesProblems.TooManyItems));
        if (Reviews?.Any(day => Birth.ReadDay(day) is null) == true)
            wrong.Add(("reviews", CasesProblems.DateUnfit));
        if (Needs.Count > 50)
            wrong.Add(("needs", CasesProblems.TooManyItems));
        for (var i = 0; i < Math.Min(Needs.Count, 50); i++)
        {
            var need = Needs[i];
            if (NeedCodes.Find(need.Code) is null)
                wrong.Add(($"needs[{i}].code", CasesProblems.CodeUnknown));
            if (!NeedCodes.Origins.Contains(need.Origin, StringComparer.Ordinal))
                wrong.Add(($"needs[{i}].origin", CasesProblems.CodeUnknown));
            PlanGoals.LookOver(need.Agreed, need.AgreedOn, need.State, today, $"needs[{i}].", wrong);
            if (need.TargetDate is { } target && Birth.ReadDay(target) is null)
                wrong.Add(($"needs[{i}].targetDate", CasesProblems.DateUnfit));
            if (need.Actions.Count > 20)
                wrong.Add(($"needs[{i}].actions", CasesProblems.TooManyItems));
            for (var j = 0; j < need.Actions.Count; j++)
            {
                if (string.IsNullOrWhiteSpace(need.Actions[j].What))
                    wrong.Add(($"needs[{i}].actions[{j}].what", FormProblems.Missing));
                if (Guid.TryParseExact(need.Actions[j].Service, "D", out var service) && !isService(need.Actions[j], service))
                    wrong.Add(($"needs[{i}].actions[{j}].service", CasesProblems.ValueUnfit));
            }
        }
    }
}

/// <summary>A version of a plan as it is shown: as far as its compartments are open to the reader.</summary>
internal sealed record ShownPlan(
    Guid Id, int Number, string State, int Version, DateTimeOffset ChangedAt, DateTimeOffset? DecidedAt, IReadOnlyList<PlanNeed> Needs, IReadOnlyList<string> Reviews, string? ReturnedBecause)
{
    public override string ToString() => "•••";
}
