using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Desk;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Merging;
using Tambo.Cases.Persons;
using Tambo.Cases.Screening;
using Tambo.Guide.Directory;
using Tambo.Platform.Settings;

namespace Tambo.Cases.Referrals;

/// <summary>What is asked of the rule of disclosure about one referral at one moment, and what the file would answer with.</summary>
/// <param name="Asked">The question.</param>
/// <param name="Facts">What a preview is made from.</param>
/// <param name="Values">What could be handed over, as compartment and field.</param>
/// <param name="Service">The service.</param>
internal sealed record ReferralQuestion(DisclosureRequest Asked, PreviewFacts Facts, IReadOnlyDictionary<string, string> Values, Receiver Service)
{
    public override string ToString() => "•••";
}

/// <summary>Puts the question together: the person, every consent as it is now, the service as the directory has it now.</summary>
internal sealed class ReferralQuestions(PersonConsents consents, SealedRecords seals, LiveDirectory directory, NodeSettings settings)
{
    /// <summary>The question; null when the service is no longer there.</summary>
    public async Task<ReferralQuestion?> AskAsync(DbConnection connection, StoredReferral stored, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var moment = await directory.GetAsync(cancellationToken);
        if (Receiver.Find(moment, stored.Content.Service, confidentialToo: true, stored.Content.Class) is not { } service || service.To != stored.Content.To)
            return null;
        var person = await connection.QuerySingleAsync<PersonRow>("select * from cases_persons where id = @Lead", new { Lead = await MergedFiles.LeadAsync(connection, stored.Row.PersonId) });
        var cases = (await connection.QueryAsync<(Guid Case, Guid Person)>(
            "select c.id, c.person_id from cases_case_persons cp join cases_cases c on c.id = cp.case_id where cp.person_id = @Id", new { person.Id })).ToList();
        var screenings = (await connection.QueryAsync<(Guid Id, Guid Person)>("select id, person_id from cases_screenings where " + MergedFiles.Of("person_id"), new { person = person.Id })).ToList();
        // The rule alone learns of fear or of care, whoever asks: none of it is in any answer.
        string[] telling = [Compartments.Asylum, Compartments.Child];
        var opened = await seals.OpenAsync(
            connection,
            [new Wanted(person.Id, person.Id, [Compartments.Identity, Compartments.General, .. telling]), .. cases.Select(one => new Wanted(one.Person, one.Case, telling)), .. screenings.Select(one => new Wanted(one.Person, one.Id, Compartments.All))],
            cancellationToken);
        var screened = screenings.SelectMany(one => Compartments.All.Where(compartment => opened.ContainsKey((one.Id, compartment))).Select(compartment => (Compartment: compartment, Kept: opened[(one.Id, compartment)].Deserialize<KeptScreening>(CaseJson.Options)!))).ToList();
        var identity = Read<PersonIdentity>(opened, person.Id, Compartments.Identity);
        var general = Read<PersonGeneral>(opened, person.Id, Compartments.General);
        var given = await consents.AllAsync(connection, person.Id);
        var age = identity.Birth?.AgeOn(DateOnly.FromDateTime(now.UtcDateTime));
        var facts = new PersonFacts
        {
            PersonId = person.Id,
            Node = "",
            Agency = person.AgencyId?.ToString("D") ?? "",
            TreatedAsChild = Childhood.IsAssumed(identity.Birth, DateOnly.FromDateTime(now.UtcDateTime)),
            // What a screening found holds, whether or not anybody has opened a case for it.
            // Where two people have lifted the lock of one, that one says no more.
            ProtectionNeed = opened.Keys.Any(key => key.Compartment == Compartments.Asylum && !screenings.Exists(one => one.Id == key.Record))
                || screened.Exists(one => one.Kept.Standing is var standing && !standing.Lifted.Contains("consular_origin")
                    && (one.Compartment == Compartments.Asylum || standing.Locks.Contains("consular_origin") || standing.Profiles.Contains("protection_need"))),
            Nationalities = [.. identity.Nationalities.Select(nationality => nationality.Code)],
            // Where somebody was born, whose papers they carry, and whose authorities they said never to: each may be where they fled from.
            Origins =
            [
                .. new[] { identity.PlaceOfBirth?.Country }.Concat(identity.Documents.Select(document => document.Issuer))
                    .Concat(given.SelectMany(consent => consent.Exclusions)
                        .Where(exclusion => exclusion.Recipient.Kind == RecipientName.OfCountry && exclusion.StandsAt(now))
                        .Select(exclusion => exclusion.Recipient.Code))
                    .OfType<string>().Where(country => country.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase),
            ],
            // Whoever agrees to something for their consulate has asked for it.
            AskedForConsulate = given.Any(consent => consent.Purpose == "consular" && consent.StandingAt(now) == ConsentStanding.InForce),
        };
        var band = age is { } years && AgeBands.Of(years.Least) == AgeBands.Of(years.Greatest) ? years.Least : (int?)null;
        return new ReferralQuestion(
            new DisclosureRequest
            {
                Person = facts,
                Reader = service.Reader,
                Route = DisclosureRoute.Referral,
                Purpose = "referral",
                Fields = [],
                Consents = given,
                HostCountry = settings.File.Country ?? "",
                Now = now,
            },
            new PreviewFacts(band, identity.SexRecorded, general.Languages.Count > 0 ? general.Languages[0].Code : null, person.Area),
            Values(stored, identity, general, band),
            service);
    }

    private static Dictionary<string, string> Values(StoredReferral stored, PersonIdentity identity, PersonGeneral general, int? band)
    {
        var values = new Dictionary<string, string>(stored.Content.Told, StringComparer.Ordinal);
        Add("identity/name", identity.Names.Select(DeskViews.Said).FirstOrDefault(said => said.Length > 0));
        // Where a call would put somebody at risk, nobody is told to call.
        Add("identity/contact", string.Join(", ", identity.Contact.Where(contact => contact.Safe != false).Select(contact => contact.Value)));
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

    private static T Read<T>(IReadOnlyDictionary<(Guid, string), JsonElement> opened, Guid record, string compartment)
        where T : new() =>
        opened.TryGetValue((record, compartment), out var content) ? content.Deserialize<T>(CaseJson.Options) ?? new T() : new T();
}
