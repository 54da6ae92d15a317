using Tambo.Cases.Disclosure;

namespace Tambo.Cases.Consent;

/// <summary>One thing that a consent allows: a compartment of the file, a recipient, and what they may do with it.</summary>
/// <param name="Category">The compartment.</param>
/// <param name="Recipient">A kind of recipient, or one.</param>
/// <param name="Action">view, share or retain; none of them contains another.</param>
internal sealed record ConsentScope(string Category, RecipientName Recipient, string Action)
{
    /// <summary>The fields of the compartment that are meant; empty when all are.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];
}

/// <summary>Whom a scope or an exclusion means.</summary>
/// <param name="Kind">class, one, named or country.</param>
/// <param name="Code">The code of a kind of recipient, the key of one, what somebody calls itself, or the code of a country whose authorities are meant.</param>
internal sealed record RecipientName(string Kind, string Code)
{
    /// <summary>Every recipient of a kind.</summary>
    public const string OfClass = "class";

    /// <summary>One recipient that the node knows: an agency, a member of staff, an organisation or a service of the directory.</summary>
    public const string One = "one";

    /// <summary>One that it knows by name alone: a register for tracing, a place of research.</summary>
    public const string Named = "named";

    /// <summary>The authorities of a country.</summary>
    public const string OfCountry = "country";

    /// <summary>Of one that was typed: the name, which shuts out whoever goes by it, too.</summary>
    public string? Typed { get; init; }

    /// <summary>True when both mean the same, however they are written.</summary>
    public bool Means(RecipientName other) =>
        Kind == other.Kind && (Kind == OfCountry ? CountryCodes.Same(Code, other.Code) : string.Equals(Code, other.Code, StringComparison.OrdinalIgnoreCase));
}

/// <summary>
/// To whom never. It stands from when it was said, however the consent it was said with ends, until the person takes it back
/// themselves: who was afraid of somebody is not less afraid when a consent runs out.
/// </summary>
/// <param name="Recipient">A kind of recipient, one, or the authorities of a country.</param>
internal sealed record Exclusion(RecipientName Recipient)
{
    /// <summary>When the person took it back.</summary>
    public DateTimeOffset? LiftedAt { get; init; }

    /// <summary>True while it stands.</summary>
    public bool StandsAt(DateTimeOffset now) => !(LiftedAt <= now);
}
