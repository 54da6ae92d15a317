using Tambo.Cases.Consent;

namespace Tambo.Cases.Disclosure;

/// <summary>The consents of a person that could carry a disclosure at this moment, each looked at once.</summary>
internal sealed class CarryingConsents
{
    private readonly DisclosureRequest request;
    private readonly List<(GivenConsent Consent, ConsentStanding Standing, bool Valid)> looked;
    private readonly string action;

    /// <summary>Looks at them.</summary>
    public CarryingConsents(DisclosureRequest request, IEnumerable<GivenConsent> consents)
    {
        this.request = request;
        action = ActionOf(request.Route);
        looked = [.. consents
            .Where(consent => consent.LegalBasis == GivenConsent.ConsentItself && (request.OnlyConsent is not { } only || consent.Id == only))
            .Select(consent => (
                consent,
                consent.StandingAt(request.Now),
                ConsentChecks.Look(consent, request.Person.TreatedAsChild, request.Vocabulary, request.Notices).Count == 0))];
    }

    /// <summary>What a recipient needs leave for: to look, to keep a copy, or to be sent it.</summary>
    public static string ActionOf(DisclosureRoute route) => route switch
    {
        DisclosureRoute.View or DisclosureRoute.List or DisclosureRoute.Preview => Vocabulary.View,
        DisclosureRoute.Export or DisclosureRoute.Print => Vocabulary.Retain,
        _ => Vocabulary.Share,
    };

    /// <summary>The consent that carries a field; null when none does.</summary>
    /// <param name="field">The field.</param>
    /// <param name="oneOnly">True when the reader must be named, and no kind of recipient is enough.</param>
    public GivenConsent? Covering(AskedField field, bool oneOnly) =>
        looked.Where(one => one is { Standing: ConsentStanding.InForce, Valid: true })
            .Select(one => one.Consent)
            .FirstOrDefault(consent => Covers(consent, field, oneOnly));

    /// <summary>Why none does: what stood nearest to it.</summary>
    public string WhyNot(AskedField field)
    {
        var near = looked.Where(one => Covers(one.Consent, field, oneOnly: false)).ToList();
        return near.Exists(one => one.Standing == ConsentStanding.Withdrawn) ? DisclosureReasons.ConsentWithdrawn
            : near.Exists(one => one.Standing == ConsentStanding.Expired) ? DisclosureReasons.ConsentExpired
            : near.Exists(one => !one.Valid) ? DisclosureReasons.ConsentInvalid
            : request.Bases.Count > 0 ? DisclosureReasons.BasisUnfit
            : looked.Exists(one => one.Standing == ConsentStanding.InForce) ? DisclosureReasons.ConsentElsewhere
            : DisclosureReasons.NoConsent;
    }

    private bool Covers(GivenConsent consent, AskedField field, bool oneOnly) =>
        consent.Purpose == request.Purpose
        && consent.Scopes.Any(scope => scope.Category == field.Compartment
            && scope.Action == action
            && (scope.Fields.Count == 0 || scope.Fields.Contains(field.Name))
            && (!oneOnly || scope.Recipient.Kind == RecipientName.One)
            && request.Reader.IsMeantBy(scope.Recipient));
}
