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

    /// <summary>
    /// Decides for somebody who is several readers at once, as a user who works for two agencies: what is closed to one of them stays
    /// closed, and else they have what any of them may have.
    /// </summary>
    /// <param name="readers">Who they are, at least one.</param>
    /// <param name="ask">The question for one of them.</param>
    public static DisclosureAnswer Decide(IReadOnlyList<Reader> readers, Func<Reader, DisclosureRequest> ask)
    {
        var asked = readers.Select(ask).ToList();
        var answers = asked.Select(request => Decide(request).Fields).ToList();
        return new DisclosureAnswer([.. asked[0].Fields.Select((field, at) =>
            asked.Zip(answers).Where(one => Closed(one.First, field) is not null).Select(one => one.Second[at])
                .Concat(answers.Select(answer => answer[at]).Where(decision => decision.Allowed))
                .FirstOrDefault(answers[0][at]))]);
    }

    /// <summary>
    /// True when what is known of a person may close something to a reader who looks, beside what the person has excluded and what is
    /// closed to their kind. Of all others the facts need not be read.
    /// </summary>
    /// <param name="reader">Who looks.</param>
    /// <param name="agency">The agency that looks after the person.</param>
    /// <param name="hostCountry">Where the node stands.</param>
    /// <param name="vocabulary">The kinds of recipients.</param>
    public static bool AsksFacts(Reader reader, string agency, string hostCountry, Vocabulary vocabulary) =>
        reader.IsConsular(vocabulary)
        || (reader.Country is { } country && !CountryCodes.Same(country, hostCountry))
        || (reader.IsAuthority(vocabulary) && reader.Agency != agency);

    /// <summary>True when a compartment is closed to readers of a kind, whoever it is of.</summary>
    public static bool IsClosedToKind(Reader reader, string compartment, Vocabulary vocabulary) =>
        reader.Classes.Select(vocabulary.FindClass).OfType<RecipientClass>()
            .Any(kind => kind.NeverReceives.Contains(compartment) || (reader.IsUser && kind.UsersNeverSee.Contains(compartment)));

    private static bool Excluded(DisclosureRequest request, IEnumerable<GivenConsent> consents) => consents.SelectMany(consent => consent.Exclusions)
        .Any(exclusion => exclusion.StandsAt(request.Now) && request.Reader.IsExcludedBy(exclusion.Recipient, request.Vocabulary));

    private static FieldDecision Decide(DisclosureRequest request, AskedField field, CarryingConsents carrying, bool excluded)
    {
        if (Never(request, field, carrying, excluded) is { } never)
            return new FieldDecision(field, Allowed: false, never);
        var (person, reader) = (request.Person, request.Reader);
        var lacking = reader.IsUser ? RightLacking(request, field) : null;
        if (lacking is null && request.Vocabulary.FindPurpose(request.Purpose)!.RightsSuffice)
        {
            if (reader.LooksAfter(person))
                return new FieldDecision(field, Allowed: true, DisclosureReasons.LooksAfter);
            // Whom the node's administrator lets look over several agencies looks, and has nothing to take along for that.
            if (reader.IsUser && IsLook(request.Route))
                return new FieldDecision(field, Allowed: true, DisclosureReasons.GrantedReach);
        }

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
        // Authorities that look over others' files are of their own state there, and not of the circle that has them from the person.
        var isInside = reader.LooksAfter(person) || (IsLook(request.Route) && !reader.IsAuthority(request.Vocabulary) && reader.Reaches(person));
        if (OriginLock.Stands(person, reader, isInside, compartment, request.HostCountry, request.Vocabulary))
            return DisclosureReasons.OriginLock;
        if (IsClosedToKind(reader, compartment, request.Vocabulary))
            return DisclosureReasons.ClosedToKind;
        var toConsulate = reader.IsConsular(request.Vocabulary) || (compartment == Compartments.Consular && !isInside);
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
        // On a screen there is what grants reach: consent tells to whom something may go, and opens no file to who cannot find it.
        if (IsLook(request.Route))
            return reader.Reaches(person, field.Compartment) ? null : DisclosureReasons.OutOfScope;
        // People of another agency hold their rights there; what reaches them of this person, consent says.
        if (reader.LooksAfter(person) && !Array.TrueForAll(needed, right => reader.HoldsFor(right, person)))
            return DisclosureReasons.OutOfScope;
        var mayExport = reader.LooksAfter(person) ? reader.HoldsFor(ExportRight, person) : reader.Holds(ExportRight);
        return request.Route == DisclosureRoute.Export && !mayExport ? DisclosureReasons.ExportRightMissing : null;
    }

    private static bool IsLook(DisclosureRoute route) => route is DisclosureRoute.View or DisclosureRoute.List;

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
