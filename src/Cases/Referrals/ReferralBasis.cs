using System.Text.Json.Serialization;

namespace Tambo.Cases.Referrals;

/// <summary>
/// A legal basis other than consent on which one referral rests: called upon with a reason, for a time, and confirmed by a second person.
/// To save a life nobody is waited for; the second person looks at it afterwards.
/// </summary>
internal sealed record ReferralBasis
{
    /// <summary>To save a life, or against grave harm (ICRC handbook, chapter 3, section 3.1).</summary>
    public const string VitalInterests = "vital_interests";

    /// <summary>A second person has not answered yet.</summary>
    public const string Asked = "asked";

    /// <summary>It carries what it allows.</summary>
    public const string Stands = "stands";

    /// <summary>A second person said no.</summary>
    public const string Refused = "refused";

    /// <summary>What the table says of one that was refused.</summary>
    public const string RefusedMark = "refused";

    /// <summary>For how long after a no whatever is called upon for the same help waits for a second one.</summary>
    public static TimeSpan RefusalBinds { get; } = TimeSpan.FromDays(14);

    /// <summary>For how long it holds that nobody could be waited for.</summary>
    public static TimeSpan NowHolds { get; } = TimeSpan.FromDays(3);

    /// <summary>For how long a second person's yes holds.</summary>
    public static TimeSpan YesHolds { get; } = TimeSpan.FromDays(14);

    /// <summary>The basis, a code of the vocabulary.</summary>
    public string Code { get; init; } = "";

    /// <summary>Why, in the words of whoever called upon it.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Who did, as the audit names them.</summary>
    public string By { get; init; } = "";

    /// <summary>When.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>asked, stands, refused.</summary>
    public string State { get; init; } = Asked;

    /// <summary>The second person; null while nobody has looked.</summary>
    public string? DecidedBy { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>What the second person wrote.</summary>
    public string? Note { get; init; }

    /// <summary>From when it no longer holds.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>True while it carries anything.</summary>
    public bool StandsAt(DateTimeOffset now) => State == Stands && now < Until;

    /// <summary>True while a second person is to look at it.</summary>
    [JsonIgnore]
    public bool Waits => State == Asked || (State == Stands && DecidedBy is null);

    /// <summary>What the table says of it: that somebody waits, that it is to be looked at, or that it was; not which it is.</summary>
    [JsonIgnore]
    public string Mark => State == Asked ? "asked" : Waits ? "review" : State == Refused ? RefusedMark : "settled";

    public override string ToString() => "•••";
}
