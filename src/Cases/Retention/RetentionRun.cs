using Tambo.Cases.Erasing;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Cases.Retention;

/// <summary>Somebody whose time is over.</summary>
/// <param name="Id">Their key.</param>
/// <param name="Ref">Their reference.</param>
/// <param name="Rule">The rule that says so.</param>
/// <param name="Day">The day on which it was over.</param>
internal sealed record DuePerson(Guid Id, string Ref, string Rule, DateOnly Day);

/// <summary>
/// Looks over everybody who is kept, and erases those whose time is over. Somebody starts it, who has looked at the list: no
/// shipped period has been checked against a law.
/// </summary>
internal sealed class RetentionRun(NodeDb db, NodeSettings settings, KeptPersons kept, ErasureSteps steps)
{
    /// <summary>The file of the data folder with the node's own rules, which stand in the place of those shipped.</summary>
    public const string OwnRules = "retention.json";

    /// <summary>Erases those who are due, or only says who they are.</summary>
    /// <exception cref="Problem">The node's own rules cannot be read: nobody is erased by others.</exception>
    public async Task<IReadOnlyList<DuePerson>> RunAsync(bool dryRun, Actor actor, CancellationToken cancellationToken)
    {
        var rules = await RulesAsync(cancellationToken);
        var today = db.Time.Today;
        var all = new List<DuePerson>();
        var after = Guid.Empty;
        while (await kept.NextAsync(after, cancellationToken) is { Count: > 0 } portion)
        {
            after = portion[^1].Id;
            foreach (var person in portion)
            {
                if (Due(person) is not { } due)
                    continue;
                // Looked at once more right before: much may have happened since the portion was read.
                if (dryRun || (await kept.OneAsync(person.Id, cancellationToken) is { } again && Due(again) is not null && await EraseAsync(person.Id, due.Rule, actor, cancellationToken)))
                    all.Add(due);
            }
        }

        return all;

        DuePerson? Due(PersonToJudge person) => RetentionClock.Of(person.Facts, rules) is { Until: { } until, Rule: { } rule } && until <= today
            ? new DuePerson(person.Id, person.Ref, rule.Code, until)
            : null;
    }

    private async Task<bool> EraseAsync(Guid person, string rule, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            await steps.EraseAsync(person, ErasureReasons.Retention, rule, null, actor, cancellationToken);
            return true;
        }
        catch (Problem refused) when (refused.Kind == ErasingProblems.CaseOpen || refused.Kind == ErasingProblems.ReferralOpen || refused.Kind == ErasingProblems.Held
            || refused.Kind == CasesProblems.PersonInactive || refused.Kind == PlatformProblems.Changed)
        {
            // Somebody has taken them up again since they were looked at; the next day says.
            return false;
        }
    }

    private async Task<RetentionRules> RulesAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(settings.Folder, OwnRules);
        if (!File.Exists(path))
            return RetentionRules.Shipped;
        try
        {
            return RetentionRules.Read(await File.ReadAllTextAsync(path, cancellationToken));
        }
        catch (FormatException unfit)
        {
            throw ErasingProblems.RulesUnfit.With(("file", OwnRules), ("why", unfit.Message));
        }
    }
}
