using Tambo.Cases.Access;

namespace Tambo.Cases.Referrals;

/// <summary>A referral as the table has it: neither where to nor what for.</summary>
internal sealed record ReferralRow
{
    public Guid Id { get; init; }

    public Guid CaseId { get; init; }

    public Guid PersonId { get; init; }

    public Guid? Follows { get; init; }

    public string State { get; init; } = ReferralStates.Draft;

    public string Guard { get; init; } = "";

    public string Inbox { get; init; } = "";

    public int Urgency { get; init; }

    public DateTimeOffset? OfferedAt { get; init; }

    public DateTimeOffset? AnswerDueAt { get; init; }

    public DateTimeOffset? ContactDueAt { get; init; }

    public DateTimeOffset? EscalatedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>How a basis other than consent stands: <see cref="ReferralBasis.Mark"/>, empty without one.</summary>
    public string Basis { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    public int Version { get; init; } = 1;
}

/// <summary>What is sealed of a referral, in the compartment of its kind of help.</summary>
internal sealed record ReferralContent
{
    /// <summary>The agency that asks.</summary>
    public string From { get; init; } = "";

    /// <summary>The organisation that is asked.</summary>
    public string To { get; init; } = "";

    /// <summary>The agency of this node that works for that organisation, where there is one.</summary>
    public Guid? ToAgency { get; init; }

    /// <summary>The service in the directory.</summary>
    public Guid Service { get; init; }

    /// <summary>The kind of help.</summary>
    public string Kind { get; init; } = "";

    /// <summary>What kind of recipient somebody said that the service is; empty when nobody did.</summary>
    public string Class { get; set; } = "";

    /// <summary>The consent that it rests on.</summary>
    public Guid? Consent { get; init; }

    /// <summary>The legal basis that it rests on where there is no consent.</summary>
    public ReferralBasis? Basis { get; init; }

    /// <summary>How the person gets there.</summary>
    public Arrangements? Arrangements { get; init; }

    /// <summary>What was written for the service, as compartment and field.</summary>
    public IReadOnlyDictionary<string, string> Told { get; set; } = new Dictionary<string, string>();

    /// <summary>What those who refer should know; empty when nobody wrote any.</summary>
    public string Note { get; set; } = "";

    /// <summary>Services that were asked before.</summary>
    public IReadOnlyList<string> Tried { get; set; } = [];

    /// <summary>Why a step was taken, by the version that it made.</summary>
    public IReadOnlyDictionary<int, string> Reasons { get; set; } = new Dictionary<int, string>();

    /// <summary>What was written with a step, by the version that it made.</summary>
    public IReadOnlyDictionary<int, string> Notes { get; set; } = new Dictionary<int, string>();

    /// <summary>What the receiver signed for.</summary>
    public ReferralReceipt? Receipt { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A step as its table has it.</summary>
internal sealed record StepRow(Guid ReferralId, int Version, string Act, string ByRole, string Actor, DateTimeOffset At)
{
    // Dapper makes rows by their properties.
    private StepRow()
        : this(Guid.Empty, 0, "", "", "", default)
    {
    }
}

/// <summary>A referral with what is sealed of it.</summary>
/// <param name="Row">The row.</param>
/// <param name="Home">The compartment of its kind of help.</param>
/// <param name="Content">What was sealed.</param>
/// <param name="Referral">The same as the rules know it.</param>
internal sealed record StoredReferral(ReferralRow Row, string Home, ReferralContent Content, Referral Referral)
{
    /// <summary>What the line of a reading says of those who are asked: the same of everybody, so that it tells nothing of the person.</summary>
    public static readonly IReadOnlyList<string> OpenToReceivers = [Compartments.Identity, Compartments.General];

    private static readonly string[] Telling =
        [Compartments.Violence, Compartments.Lgbti, Compartments.Asylum, Compartments.Child, Compartments.Tracing, Compartments.Consular, Compartments.Health];

    /// <summary>The compartment that a kind of help belongs to: the most telling one of which its services ask anything.</summary>
    public static string HomeOf(KindOfHelp kind) =>
        Array.Find(Telling, compartment => kind.Asked.Any(field => field.Compartment == compartment)) ?? Compartments.General;

    /// <summary>Puts it together.</summary>
    public static StoredReferral Of(ReferralRow row, string home, ReferralContent content, IEnumerable<StepRow> steps) => new(row, home, content, new Referral
    {
        Id = row.Id,
        PersonId = row.PersonId,
        From = content.From,
        To = content.To,
        Service = content.Service.ToString("D"),
        KindOfHelp = content.Kind,
        Urgency = ReferralRules.Shipped.Urgencies[row.Urgency].Code,
        ConsentId = content.Consent,
        State = row.State,
        FirstOfferedAt = row.OfferedAt,
        AnswerBy = row.AnswerDueAt,
        ContactBy = row.ContactDueAt,
        EscalatedAt = row.EscalatedAt,
        Receipt = content.Receipt,
        Follows = row.Follows,
        Tried = content.Tried,
        Steps =
        [
            .. steps.OrderBy(step => step.Version).Select(step => new ReferralStep(
                step.Act, step.ByRole, step.ByRole switch { ReferralMoves.Referrer => content.From, ReferralMoves.Receiver => content.To, _ => "" }, step.Actor, step.At, content.Reasons.GetValueOrDefault(step.Version, "")) { Note = content.Notes.GetValueOrDefault(step.Version) }),
        ],
    });
}
