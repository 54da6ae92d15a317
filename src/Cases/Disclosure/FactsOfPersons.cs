using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Persons;
using Tambo.Cases.Screening;
using Tambo.Platform.Database;

namespace Tambo.Cases.Disclosure;

/// <summary>A person as the rule of disclosure has to know them, and what their file says of who they are and what was found.</summary>
/// <param name="Facts">What the rule asks.</param>
/// <param name="Identity">Who they are.</param>
/// <param name="General">What help has to know.</param>
/// <param name="Screened">The results of their screenings, the oldest first, each with the compartments that it belongs to.</param>
/// <param name="Consents">Every consent, whatever became of it.</param>
internal sealed record KnownPerson(
    PersonFacts Facts, PersonIdentity Identity, PersonGeneral General, IReadOnlyList<KeptScreening> Screened, IReadOnlyList<GivenConsent> Consents)
{
    public override string ToString() => "•••";
}

/// <summary>Puts together, for the rule and for no reader, what decisions about many persons need.</summary>
internal sealed class FactsOfPersons(NodeDb db, SealedRecords seals, KeptConsents consents)
{
    /// <summary>Those of the persons whose key is still there.</summary>
    public async Task<IReadOnlyDictionary<Guid, KnownPerson>> OfAsync(DbConnection connection, IReadOnlyList<PersonRow> persons, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var among = db.Dialect.Among(persons.Select(person => person.Id.ToString("D")));
        var cases = (await connection.QueryAsync<(Guid Case, Guid Holder, Guid Person)>(
            "select c.id, c.person_id, cp.person_id from cases_case_persons cp join cases_cases c on c.id = cp.case_id where cp.person_id" + db.Dialect.IsAmong, new { Among = among })).ToLookup(one => one.Person);
        var screenings = (await connection.QueryAsync<(Guid Screening, Guid Person)>(
            "select id, person_id from cases_screenings where person_id" + db.Dialect.IsAmong + " order by at, id", new { Among = among })).ToLookup(one => one.Person);
        string[] telling = [Compartments.Asylum, Compartments.Child];
        var opened = await seals.OpenAsync(
            connection,
            [
                .. persons.Select(person => new Wanted(person.Id, person.Id, [Compartments.Identity, Compartments.General, .. telling])),
                .. cases.SelectMany(of => of).Select(one => new Wanted(one.Holder, one.Case, telling)),
                .. screenings.SelectMany(of => of).Select(one => new Wanted(one.Person, one.Screening, Compartments.All)),
            ],
            cancellationToken);
        var known = new Dictionary<Guid, KnownPerson>();
        foreach (var person in persons)
        {
            var screened = screenings[person.Id].SelectMany(one => Compartments.All.Where(compartment => opened.ContainsKey((one.Screening, compartment)))
                .Select(compartment => opened[(one.Screening, compartment)].Deserialize<KeptScreening>(CaseJson.Options)!)).ToList();
            var identity = Read<PersonIdentity>(opened, person.Id, Compartments.Identity);
            known[person.Id] = new KnownPerson(
                new PersonFacts
                {
                    PersonId = person.Id,
                    Node = "",
                    Agency = person.AgencyId?.ToString("D") ?? "",
                    TreatedAsChild = Childhood.IsAssumed(identity.Birth, DateOnly.FromDateTime(now.UtcDateTime)),
                    // What a screening found holds, whether or not anybody has opened a case for it.
                    ProtectionNeed = opened.ContainsKey((person.Id, Compartments.Asylum)) || cases[person.Id].Any(one => opened.ContainsKey((one.Case, Compartments.Asylum)))
                        || screened.Exists(one => one.Result.Locks.Contains("consular_origin", StringComparer.Ordinal) || one.Result.Profiles.Contains("protection_need", StringComparer.Ordinal)),
                    Nationalities = [.. identity.Nationalities.Select(nationality => nationality.Code)],
                    Origins = identity.PlaceOfBirth?.Country is { } born ? [born] : [],
                },
                identity,
                Read<PersonGeneral>(opened, person.Id, Compartments.General),
                screened,
                await consents.AllAsync(connection, person.Id, cancellationToken));
        }

        return known;
    }

    private static T Read<T>(IReadOnlyDictionary<(Guid, string), JsonElement> opened, Guid record, string compartment)
        where T : new() =>
        opened.TryGetValue((record, compartment), out var content) ? content.Deserialize<T>(CaseJson.Options) ?? new T() : new T();
}
