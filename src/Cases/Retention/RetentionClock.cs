namespace Tambo.Cases.Retention;

/// <summary>What the clock has to know of a person; no content.</summary>
internal sealed record KeptPerson
{
    /// <summary>When they were registered.</summary>
    public required DateOnly Registered { get; init; }

    /// <summary>When anybody last spoke with them or did something for them.</summary>
    public required DateOnly LastContact { get; init; }

    /// <summary>False while nothing was done since they were registered: no consent, case, screening, referral or answer.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>True when nothing but consent is the ground for keeping.</summary>
    public bool ByConsentAlone { get; init; }

    /// <summary>Since when no consent holds any more, because it was withdrawn; null while one does.</summary>
    public DateOnly? Withdrawn { get; init; }

    /// <summary>The last day on which they can come of age; null when that was before they were registered or nobody knows.</summary>
    public DateOnly? OfAge { get; init; }

    /// <summary>True while a referral of theirs goes on.</summary>
    public bool IsReferred { get; init; }

    /// <summary>Why nothing may be deleted for now (a court, an investigation, a claim of the person); null when nothing stands against it.</summary>
    public string? LegalHold { get; init; }

    /// <summary>Their cases.</summary>
    public IReadOnlyList<KeptCase> Cases { get; init; } = [];
}

/// <summary>A case, as far as the clock asks.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Closed">When it was closed; null while it is open.</param>
internal sealed record KeptCase(string Type, DateOnly? Closed);

/// <summary>Until when somebody is kept.</summary>
/// <param name="Until">The day on which their data is erased; null while nothing runs.</param>
/// <param name="Rule">The rule that says so; null while nothing runs.</param>
/// <param name="Held">Why nothing runs: open_case, open_referral, legal_hold; null when it does.</param>
internal sealed record RetentionAnswer(DateOnly? Until, RetentionRule? Rule, string? Held);

/// <summary>
/// Says until when a person's data is kept. The clock never runs while a case is open or somebody has to be able to ask for
/// it; of several rules the latest day counts, but a withdrawn consent on which alone everything stood ends it at once. Pure.
/// </summary>
internal static class RetentionClock
{
    /// <summary>The answer for one person.</summary>
    public static RetentionAnswer Of(KeptPerson person, RetentionRules rules)
    {
        if (person.LegalHold is not null)
            return new RetentionAnswer(null, null, "legal_hold");
        // Who has taken back the ground of everything is not kept because a case was still open.
        if (person is { ByConsentAlone: true, Withdrawn: { } withdrawn })
            return Running(withdrawn, rules.About("consent_only"));
        if (person.Cases.Any(one => one.Closed is null))
            return new RetentionAnswer(null, null, "open_case");
        if (person.IsReferred)
            return new RetentionAnswer(null, null, "open_referral");
        if (!person.IsComplete && person.Cases.Count == 0)
            return Running(person.LastContact > person.Registered ? person.LastContact : person.Registered, rules.About("never_completed"));
        var running = person.Cases.Count == 0
            ? [Running(person.LastContact, rules.About("without_case"))]
            : person.Cases.Select(one => Running(one.Closed!.Value, rules.About("closed_case", one.Type))).ToList();
        // Who came back after a case was closed is kept as long as somebody who never had one.
        if (person.Cases.Count > 0 && person.LastContact > person.Cases.Max(one => one.Closed))
            running.Add(Running(person.LastContact, rules.About("without_case")));
        // Who was a child may ask as an adult what was done.
        if (person is { OfAge: { } ofAge, Cases.Count: > 0 })
            running.Add(Running(ofAge, rules.About("was_child")));
        return running.MaxBy(answer => answer.Until)!;
    }

    // A month that has no such day ends with its last (31 January and a month: 28 February).
    private static RetentionAnswer Running(DateOnly from, RetentionRule rule) => new(from.AddMonths(rule.Months), rule, null);
}
