using Tambo.Cases.Access;
using Tambo.Cases.Consent;

namespace Tambo.Cases.Disclosure;

/// <summary>
/// Whether data of a person may be seen: the one function that every view, list, preview, export, print, referral and exchange
/// asks. Pure. What nothing allows is refused.
/// </summary>
internal static class DisclosureDecision
{
    /// <summary>The right to export.</summary>
    public const string ExportRight = "cases.export";

    /// <summary>The right to break the glass.</summary>
    public const string BreakGlassRight = "cases.break_glass";

    /// <summary>Decides each field.</summary>
    public static DisclosureAnswer Decide(DisclosureRequest request)
    {
        var consents = request.Consents.Where(consent => consent.PersonId == request.Person.PersonId).ToList();
        var carrying = new CarryingConsents(request, consents);
        var excluded = Excluded(request, consents);
        return new DisclosureAnswer([.. request.Fields.Select(field => Decide(request, field, carrying, excluded))]);
    }

    /// <summary>Why a field stays closed to a reader whatever rights they hold and whoever agreed; null when nothing stands in the way.</summary>
    public static string? Closed(DisclosureRequest request, AskedField field)
    {
        var consents = request.Consents.Where(consent => consent.PersonId == request.Person.PersonId).ToList();
        return Never(request, field, new CarryingConsents(request, consents), Excluded(request, consents));
    }

    private static bool Excluded(DisclosureRequest request, IEnumerable<GivenConsent> consents) => consents.SelectMany(consent => consent.Exclusions)
        .Any(exclusion => exclusion.StandsAt(request.Now) && request.Reader.IsExcludedBy(exclusion.Recipient, request.Vocabulary));

    private static FieldDecision Decide(DisclosureRequest request, AskedField field, CarryingConsents carrying, bool excluded)
    {
        if (Never(request, field, carrying, excluded) is { } never)
            return new FieldDecision(field, Allowed: false, never);
        var (person, reader) = (request.Person, request.Reader);
        var lacking = reader.IsUser ? RightLacking(request, field) : null;
        if (lacking is null && reader.LooksAfter(person) && request.Vocabulary.FindPurpose(request.Purpose)!.RightsSuffice)
            return new FieldDecision(field, Allowed: true, DisclosureReasons.LooksAfter);
        if (lacking is null && carrying.Covering(field, oneOnly: false) is { } consent)
            return new FieldDecision(field, Allowed: true, DisclosureReasons.Consent, ConsentId: consent.Id);
        if (lacking is null && BasisFor(request, field) is { } basis)
            return new FieldDecision(field, Allowed: true, DisclosureReasons.LegalBasis, Basis: basis.Code);
        return GlassIsBroken(request, field)
            ? new FieldDecision(field, Allowed: true, DisclosureReasons.BreakGlass)
            : new FieldDecision(field, Allowed: false, lacking ?? carrying.WhyNot(field));
    }

    /// <summary>What neither consent nor law nor need opens; null when nothing stands in the way.</summary>
    private static string? Never(DisclosureRequest request, AskedField field, CarryingConsents carrying, bool excluded)
    {
        var (person, reader, compartment) = (request.Person, request.Reader, field.Compartment);
        if (request.Vocabulary.FindPurpose(request.Purpose) is not { } purpose)
            return DisclosureReasons.PurposeUnknown;
        if (!Compartments.All.Contains(compartment))
            return DisclosureReasons.CompartmentUnknown;
        if (reader.IsUser && reader.Node != person.Node)
            return DisclosureReasons.OtherNode;
        if (excluded)
            return DisclosureReasons.Excluded;
        if (OriginLock.Stands(person, reader, compartment, request.HostCountry, request.Vocabulary))
            return DisclosureReasons.OriginLock;

        var kinds = reader.Classes.Select(request.Vocabulary.FindClass).OfType<RecipientClass>().ToList();
        if (kinds.Exists(kind => kind.NeverReceives.Contains(compartment) || (reader.IsUser && kind.UsersNeverSee.Contains(compartment))))
            return DisclosureReasons.ClosedToKind;
        var toConsulate = kinds.Exists(kind => kind.Consular) || (compartment == Compartments.Consular && !reader.LooksAfter(person));
        if (toConsulate && !person.AskedForConsulate)
            return DisclosureReasons.ConsulateNotAsked;
        if (compartment == Compartments.Lgbti
            && request.Route is DisclosureRoute.List or DisclosureRoute.Preview or DisclosureRoute.Export
            && carrying.Covering(field, oneOnly: true) is null)
            return DisclosureReasons.NotChosen;
        return purpose.Deidentified && compartment is Compartments.Identity or Compartments.Tracing ? DisclosureReasons.SaysWho : null;
    }

    /// <summary>The right that a user lacks; null when they lack none.</summary>
    private static string? RightLacking(DisclosureRequest request, AskedField field)
    {
        var (person, reader) = (request.Person, request.Reader);
        string[] needed = [CasesRights.Read, Compartments.Right(field.Compartment)];
        if (!Array.TrueForAll(needed, reader.Holds))
            return DisclosureReasons.RightMissing;
        // People of another agency hold their rights there; what reaches them of this person, consent says.
        if (reader.LooksAfter(person) && !Array.TrueForAll(needed, right => reader.HoldsFor(right, person)))
            return DisclosureReasons.OutOfScope;
        var mayExport = reader.LooksAfter(person) ? reader.HoldsFor(ExportRight, person) : reader.Holds(ExportRight);
        return request.Route == DisclosureRoute.Export && !mayExport ? DisclosureReasons.ExportRightMissing : null;
    }

    private static LegalBasis? BasisFor(DisclosureRequest request, AskedField field) =>
        request.Bases
            .Where(invoked => invoked.PersonId == request.Person.PersonId && invoked.Reasoned && request.Now < invoked.Until)
            .SelectMany(invoked => request.Vocabulary.LegalBases.Where(basis => basis.Code == invoked.Code))
            .FirstOrDefault(basis => basis.Verified
                && (!basis.OnlyForChildren || request.Person.TreatedAsChild)
                && basis.Purposes.Contains(request.Purpose)
                && basis.Categories.Contains(field.Compartment)
                && basis.Actions.Contains(CarryingConsents.ActionOf(request.Route))
                && basis.RecipientClasses.Any(request.Reader.Classes.Contains));

    // One person, named compartments, a short time, to look at: neither lists nor paper nor anything that leaves.
    private static bool GlassIsBroken(DisclosureRequest request, AskedField field) =>
        request.BreakGlass is { } glass
        && request.Route == DisclosureRoute.View
        && request.Reader.Holds(BreakGlassRight)
        && glass.UserId == request.Reader.Id
        && glass.PersonId == request.Person.PersonId
        && glass.Compartments.Contains(field.Compartment)
        && glass.Reasoned
        && glass.From <= request.Now && request.Now < glass.Until
        && glass.Until - glass.From <= TimeSpan.FromHours(request.Vocabulary.BreakGlassHours);
}
