using System.Text.Json.Serialization;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;

namespace Tambo.Cases.Referrals;

/// <summary>A step as an answer shows it.</summary>
internal sealed record ShownStep(string Act, string By, DateTimeOffset At, string? Reason)
{
    /// <summary>What was written with it.</summary>
    public string? Note { get; init; }

    public override string ToString() => "•••";
}

/// <summary>The legal basis of a referral as an answer shows it: which, why, and who said yes.</summary>
internal sealed record ShownBasis(string Code, string Reason, string State, DateTimeOffset At, bool Confirmed, string? Note, DateTimeOffset? Until)
{
    public override string ToString() => "•••";
}

/// <summary>A referral as those see it who refer: how it stands, and nothing of the person.</summary>
internal sealed record ShownReferral
{
    public required Guid Id { get; init; }

    public required Guid Case { get; init; }

    public required string State { get; init; }

    public required string Urgency { get; init; }

    public required string Kind { get; init; }

    public required Guid Service { get; init; }

    /// <summary>Its name, as long as the directory has it and the reader may know of it.</summary>
    public string? ServiceName { get; init; }

    /// <summary>True when it is not named to the reader.</summary>
    [JsonIgnore]
    public bool IsHidden { get; init; }

    public Guid? Consent { get; init; }

    /// <summary>What those who refer should know.</summary>
    public string? Note { get; init; }

    /// <summary>The legal basis that it rests on where there is no consent.</summary>
    public ShownBasis? Basis { get; init; }

    /// <summary>How the person gets there.</summary>
    public Arrangements? Arrangements { get; init; }

    /// <summary>When somebody was called for it.</summary>
    public DateTimeOffset? EscalatedAt { get; init; }

    public Guid? Follows { get; init; }

    public DateTimeOffset? OfferedAt { get; init; }

    public DateTimeOffset? AnswerDueAt { get; init; }

    public DateTimeOffset? ContactDueAt { get; init; }

    /// <summary>What is late: answer or contact.</summary>
    public string? Late { get; init; }

    public IReadOnlyList<ShownStep> Steps { get; init; } = [];

    public required int Version { get; init; }

    /// <summary>As it stands at a moment, for a reader.</summary>
    public static ShownReferral Of(StoredReferral stored, DirectoryMoment directory, Actor reader, DateTimeOffset now) => new()
    {
        Id = stored.Row.Id,
        Case = stored.Row.CaseId,
        State = stored.Row.State,
        Urgency = stored.Referral.Urgency,
        Kind = stored.Content.Kind,
        Service = stored.Content.Service,
        ServiceName = ReceiverNames.Find(directory, stored.Content.Service, reader),
        IsHidden = ReceiverNames.IsHidden(directory, stored.Content.Service, reader),
        Consent = stored.Content.Consent,
        Note = stored.Content.Note.Length > 0 ? stored.Content.Note : null,
        Basis = stored.Content.Basis is { } basis ? new ShownBasis(basis.Code, basis.Reason, basis.State, basis.At, basis.DecidedBy is not null && basis.State == ReferralBasis.Stands, basis.Note, basis.Until) : null,
        Arrangements = stored.Content.Arrangements,
        EscalatedAt = stored.Row.EscalatedAt,
        Follows = stored.Row.Follows,
        OfferedAt = stored.Row.OfferedAt,
        AnswerDueAt = stored.Row.AnswerDueAt,
        ContactDueAt = stored.Row.ContactDueAt,
        Late = stored.Referral.LateAt(now),
        Steps = [.. stored.Referral.Steps.Select(step => new ShownStep(step.Act, step.By, step.At, step.Reason.Length > 0 ? step.Reason : null) { Note = step.Note })],
        Version = stored.Row.Version,
    };
}

/// <summary>What a receiver sees before it accepts.</summary>
internal sealed record ShownPreview
{
    public required string State { get; init; }

    public required string Age { get; init; }

    public required string Sex { get; init; }

    public string? Language { get; init; }

    public string? District { get; init; }

    public string? Need { get; init; }

    public string? Urgency { get; init; }

    public DateTimeOffset? AnswerBy { get; init; }

    public required int Version { get; init; }

    /// <summary>Of a preview that was decided.</summary>
    public static ShownPreview Of(StoredReferral stored, ReferralPreview preview) => new()
    {
        State = stored.Row.State,
        Age = preview.Age.ToString(),
        Sex = preview.Sex.ToString(),
        Language = preview.Language.Code,
        District = preview.District.Code,
        Need = preview.Service.Code,
        Urgency = preview.Urgency.Code,
        AnswerBy = stored.Row.AnswerDueAt,
        Version = stored.Row.Version,
    };
}
