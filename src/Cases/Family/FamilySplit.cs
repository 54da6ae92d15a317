namespace Tambo.Cases.Family;

/// <summary>Who holds a case.</summary>
internal sealed record Holder(Guid? Owner, Guid? Team);

/// <summary>A member of the same household or travelling group who is not in the case, with an open case of theirs; null when they have none.</summary>
internal sealed record LeftBehind(Guid Person, Holder? Case);

/// <summary>Whether a step takes somebody from those they belong to. Pure.</summary>
internal static class FamilySplit
{
    /// <summary>A case is given to somebody else.</summary>
    public const string Assign = "assign";

    /// <summary>A person is referred to a service.</summary>
    public const string Refer = "refer";

    /// <summary>A person is moved to another place, or a case to another office.</summary>
    public const string Transfer = "transfer";

    /// <summary>A person goes back.</summary>
    public const string Return = "return";

    /// <summary>A case is closed.</summary>
    public const string Close = "close";

    /// <summary>A person is taken out of a household or group.</summary>
    public const string Leave = "leave_household";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Steps { get; } = [Assign, Refer, Transfer, Return, Close, Leave];

    /// <summary>True when the step leaves somebody behind.</summary>
    /// <param name="step">The step.</param>
    /// <param name="others">Those who belong to the persons of the case and are not in it.</param>
    /// <param name="from">Who holds the case.</param>
    /// <param name="to">Who is to hold it, for an assignment.</param>
    public static bool Splits(string step, IReadOnlyList<LeftBehind> others, Holder from, Holder? to) => step switch
    {
        // One who is looked after together with the others goes elsewhere; whoever joins them does not.
        Assign => to is not null && others.Any(other => other.Case is { } theirs && Together(theirs, from) && !Together(theirs, to)),
        // The last one open may be closed: nobody stays behind in an open case.
        Close => others.Any(other => other.Case is not null),
        _ => others.Count > 0,
    };

    // By a team, whoever of it; without one, by the same person.
    private static bool Together(Holder one, Holder other) => one.Team == other.Team
        && (one.Team is null ? one.Owner is not null && one.Owner == other.Owner : one.Owner is null || other.Owner is null || one.Owner == other.Owner);
}
