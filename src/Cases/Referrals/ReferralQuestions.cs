using System.Data.Common;
using Dapper;
using Tambo.Cases.Consent;
using Tambo.Cases.Desk;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Merging;
using Tambo.Cases.Persons;
using Tambo.Guide.Directory;
using Tambo.Platform.Clocks;
using Tambo.Platform.Settings;

namespace Tambo.Cases.Referrals;

/// <summary>What is asked of the rule of disclosure about one referral at one moment, and what the file would answer with.</summary>
/// <param name="Referral">The referral, of the person that the question is about.</param>
/// <param name="Asked">The question.</param>
/// <param name="Facts">What a preview is made from.</param>
/// <param name="Values">What could be handed over, as compartment and field.</param>
/// <param name="Service">The service.</param>
internal sealed record ReferralQuestion(Referral Referral, DisclosureRequest Asked, PreviewFacts Facts, IReadOnlyDictionary<string, string> Values, Receiver Service)
{
    /// <summary>The compartment that the help belongs to.</summary>
    public required string Part { get; init; }

    /// <summary>The case that it is of.</summary>
    public required Guid Case { get; init; }

    /// <summary>What was decided of its preview, for the trail.</summary>
    public DecisionLine PreviewLine => LineOf(DisclosureRoute.Preview, ReferralPreview.AnswerOf(Referral, Asked).Fields);

    /// <summary>What was decided of handing it over, for the trail.</summary>
    /// <param name="given">What went; nothing where it was refused.</param>
    public DecisionLine HandoverLine(IEnumerable<string> given)
    {
        var gone = given.ToHashSet(StringComparer.Ordinal);
        return LineOf(DisclosureRoute.Referral, ReferralConsent.Decide(Referral, Asked, ReferralRules.Shipped).Fields, gone.Contains);
    }

    /// <summary>The same where nothing goes though fields by themselves might: what stopped it stands beside what was withheld.</summary>
    /// <param name="route">By which way it would have gone.</param>
    public DecisionLine RefusedLine(DisclosureRoute route)
    {
        var decided = ReferralConsent.Decide(Referral, Asked, ReferralRules.Shipped).Fields;
        var line = LineOf(route, decided, static _ => false);
        var stopped = decided.Where(field => field.Allowed).Select(field => ($"{field.Field.Compartment}/{field.Field.Name}", Asked.Consents.FirstOrDefault(consent => consent.Id == Referral.ConsentId)?.StandingAt(Asked.Now) switch
        {
            ConsentStanding.Withdrawn => DisclosureReasons.ConsentWithdrawn,
            ConsentStanding.Expired => DisclosureReasons.ConsentExpired,
            // Nobody has said what kind of recipient the service is, and the person has shut out what it may be.
            _ => DisclosureReasons.Excluded,
        })).ToList();
        return stopped.Count == 0 ? line : line.And(new DecisionLine { Withheld = DecisionLine.Because(stopped) });
    }

    private DecisionLine LineOf(DisclosureRoute route, IEnumerable<FieldDecision> decided, Func<string, bool>? given = null) =>
        DecisionLine.Of(route, Recipients.Service(Service.Service.Id), decided, given) with { Part = Part, Case = Case };

    public override string ToString() => "•••";
}

/// <summary>Puts the question together: the person, every consent as it is now, the service as the directory has it now.</summary>
internal sealed class ReferralQuestions(PersonConsents consents, FactsOfPersons persons, LiveDirectory directory, Receivers receivers, NodeSettings settings, NodeVocabulary vocabulary, NodeClock clock)
{
    /// <summary>What stands for ways to reach the person of which none is known to be safe; in words, the text <c>referral.contact.ask</c>.</summary>
    public const string AskThem = "ask_person";

    /// <summary>The question, about the service as the directory has it at this moment; null when the service is no longer there.</summary>
    /// <exception cref="Platform.Problems.Problem">Another organisation gives the service now, or another agency works for it: whom the person agreed to is not who would read it.</exception>
    public async Task<ReferralQuestion?> AskAsync(DbConnection connection, StoredReferral stored, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var moment = await directory.GetAsync(cancellationToken);
        if (Receiver.Find(moment, stored.Content.Service, confidentialToo: true, stored.Content.Class) is not { } service)
            return null;
        // An organisation that has got an agency since is asked by its links still; the agency that was asked must be the one that works for it.
        if (service.To != stored.Content.To || (stored.Content.ToAgency is { } agency && service.Agency != agency))
            throw ReferralProblems.ReceiverChanged.With();
        var person = await connection.QuerySingleAsync<PersonRow>("select * from cases_persons where id = @Lead", new { Lead = await MergedFiles.LeadAsync(connection, stored.Row.PersonId) });
        var known = (await persons.OfAsync(connection, [person], one => consents.AllAsync(connection, one), now, cancellationToken))[person.Id];
        var (identity, general) = (known.Identity, known.General);
        var age = identity.Birth?.AgeOn(clock.DayOf(now));
        var band = age is { } years && AgeBands.Of(years.Least) == AgeBands.Of(years.Greatest) ? years.Least : (int?)null;
        return new ReferralQuestion(
            // Of a file that was merged into another it is asked for the one that stayed.
            stored.Referral with { PersonId = person.Id },
            new DisclosureRequest
            {
                Person = known.Facts,
                Reader = await receivers.OfAsync(service, cancellationToken),
                Route = DisclosureRoute.Referral,
                Purpose = "referral",
                Fields = [],
                Consents = known.Consents,
                Bases = stored.Content.Basis is { } basis && basis.StandsAt(now) ? [new InvokedBasis(basis.Code, person.Id, basis.By, basis.Reason.Length > 0, basis.Until!.Value)] : [],
                Vocabulary = vocabulary.Words,
                HostCountry = settings.File.Country ?? "",
                Now = now,
            },
            new PreviewFacts(band, identity.SexRecorded, general.Languages.Count > 0 ? general.Languages[0].Code : null, person.Area),
            Values(stored, identity, general, band),
            service)
        { Part = stored.Home, Case = stored.Row.CaseId };
    }

    private static Dictionary<string, string> Values(StoredReferral stored, PersonIdentity identity, PersonGeneral general, int? band)
    {
        var values = new Dictionary<string, string>(stored.Content.Told, StringComparer.Ordinal);
        Add("identity/name", identity.Names.Select(DeskViews.Said).FirstOrDefault(said => said.Length > 0));
        // Where nobody has said that a call puts no one at risk, nobody is told to call: not asked is not safe.
        var safe = identity.Contact.Where(contact => contact.Safe == true).Select(contact => contact.Value).ToList();
        Add("identity/contact", safe.Count > 0 ? string.Join(", ", safe) : identity.Contact.Count > 0 ? AskThem : null);
        Add("identity/birth", identity.Birth?.Date);
        Add("general/sex", identity.SexRecorded);
        Add("general/age_band", band is { } years ? AgeBands.Of(years).ToString() : null);
        Add("general/language", string.Join(", ", general.Languages.Select(language => language.Code)));
        Add("general/interpreter", general.Languages.Count == 0 ? null : general.Languages.Any(language => language.Interpreter) ? "yes" : "no");
        return values;

        void Add(string field, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                values[field] = value;
        }
    }
}
