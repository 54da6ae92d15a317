using System.Text.Json.Serialization;
using Tambo.Cases.Access;
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

    /// <summary>Who sees to it.</summary>
    public Guid? Responsible { get; init; }

    /// <summary>By when.</summary>
    public DateTimeOffset? DueAt { get; init; }

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

    /// <summary>Everybody who wrote in this version; in the compartment of the case alone.</summary>
    public IReadOnlyList<string> Writers { get; set; } = [];

    /// <summary>Why it was sent back; in the compartment of the case alone.</summary>
    public string? ReturnedBecause { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A plan as it is sent: everything of it that is open to the sender.</summary>
internal sealed record SentPlan
{
    public IReadOnlyList<PlanNeed> Needs { get; set; } = [];

    public override string ToString() => "•••";

    /// <summary>What is wrong with it.</summary>
    public void LookOver(List<(string Field, ProblemKind Kind)> wrong)
    {
        if (Needs.Count > 50)
            wrong.Add(("needs", CasesProblems.TooManyItems));
        for (var i = 0; i < Math.Min(Needs.Count, 50); i++)
        {
            var need = Needs[i];
            if (NeedCodes.Find(need.Code) is null)
                wrong.Add(($"needs[{i}].code", CasesProblems.CodeUnknown));
            if (!NeedCodes.Origins.Contains(need.Origin, StringComparer.Ordinal))
                wrong.Add(($"needs[{i}].origin", CasesProblems.CodeUnknown));
            if (need.Actions.Count > 20)
                wrong.Add(($"needs[{i}].actions", CasesProblems.TooManyItems));
            for (var j = 0; j < need.Actions.Count; j++)
            {
                if (string.IsNullOrWhiteSpace(need.Actions[j].What))
                    wrong.Add(($"needs[{i}].actions[{j}].what", FormProblems.Missing));
            }
        }
    }
}

/// <summary>A version of a plan as it is shown: as far as its compartments are open to the reader.</summary>
internal sealed record ShownPlan(
    Guid Id, int Number, string State, int Version, DateTimeOffset ChangedAt, DateTimeOffset? DecidedAt, IReadOnlyList<PlanNeed> Needs, string? ReturnedBecause)
{
    public override string ToString() => "•••";
}
