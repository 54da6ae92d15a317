using Tambo.Cases.Consent;

namespace Tambo.Cases.Disclosure;

/// <summary>By which way data would reach somebody; the names are the texts <c>disclosure.route.{name}</c>.</summary>
internal enum DisclosureRoute
{
    /// <summary>One file opened on a screen.</summary>
    View,

    /// <summary>A line among others: lists, counts, suggestions, search.</summary>
    List,

    /// <summary>What a receiver sees before it accepts.</summary>
    Preview,

    /// <summary>A file that leaves the node with somebody.</summary>
    Export,

    /// <summary>Paper.</summary>
    Print,

    /// <summary>The payload of a referral that was accepted.</summary>
    Referral,

    /// <summary>Another node.</summary>
    Exchange,
}

/// <summary>A field that is asked for.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Compartment">The compartment it lies in.</param>
internal readonly record struct AskedField(string Name, string Compartment);

/// <summary>A basis other than consent, called upon for one person by somebody who wrote down why.</summary>
/// <param name="Code">The basis.</param>
/// <param name="PersonId">For whom.</param>
/// <param name="By">By whom.</param>
/// <param name="Reasoned">True when the reason is written down.</param>
/// <param name="Until">From when it no longer holds.</param>
internal sealed record InvokedBasis(string Code, Guid PersonId, string By, bool Reasoned, DateTimeOffset Until);

/// <summary>Leave to open what somebody may not see, for one person and a short time; it is looked at afterwards.</summary>
/// <param name="PersonId">Whose file.</param>
/// <param name="UserId">Who may.</param>
/// <param name="Compartments">Which compartments.</param>
/// <param name="Reasoned">True when the reason is written down.</param>
/// <param name="From">Since when.</param>
/// <param name="Until">From when no longer.</param>
internal sealed record BreakGlass(Guid PersonId, string UserId, IReadOnlyList<string> Compartments, bool Reasoned, DateTimeOffset From, DateTimeOffset Until);

/// <summary>What is asked: whether these fields of this person may reach this reader by this way for this purpose, now.</summary>
internal sealed record DisclosureRequest
{
    /// <summary>Whose data.</summary>
    public required PersonFacts Person { get; init; }

    /// <summary>Who would see it.</summary>
    public required Reader Reader { get; init; }

    /// <summary>By which way.</summary>
    public required DisclosureRoute Route { get; init; }

    /// <summary>What for.</summary>
    public required string Purpose { get; init; }

    /// <summary>Which fields.</summary>
    public required IReadOnlyList<AskedField> Fields { get; init; }

    /// <summary>Every consent of the person, whatever became of it: what was excluded in an old one still is.</summary>
    public IReadOnlyList<GivenConsent> Consents { get; init; } = [];

    /// <summary>The one consent that may carry it, as at the handover of a referral; any when null.</summary>
    public Guid? OnlyConsent { get; init; }

    /// <summary>Bases called upon.</summary>
    public IReadOnlyList<InvokedBasis> Bases { get; init; } = [];

    /// <summary>Leave to break the glass, if somebody took it.</summary>
    public BreakGlass? BreakGlass { get; init; }

    /// <summary>The country in which the node stands.</summary>
    public required string HostCountry { get; init; }

    /// <summary>Purposes, kinds of recipients, bases.</summary>
    public Vocabulary Vocabulary { get; init; } = Vocabulary.Shipped;

    /// <summary>The wordings of the notice that are known.</summary>
    public IReadOnlySet<string> Notices { get; init; } = NoticeWording.Versions;

    /// <summary>The moment.</summary>
    public required DateTimeOffset Now { get; init; }
}
