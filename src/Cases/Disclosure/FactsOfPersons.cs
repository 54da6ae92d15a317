using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Family;
using Tambo.Cases.Persons;
using Tambo.Cases.Screening;
using Tambo.Platform.Access;
using Tambo.Platform.Database;

namespace Tambo.Cases.Disclosure;

/// <summary>A person as the rule of disclosure has to know them, and what their file says of who they are and what was found.</summary>
/// <param name="Facts">What the rule asks.</param>
/// <param name="Identity">Who they are.</param>
/// <param name="General">What help has to know.</param>
/// <param name="Screened">The results of their screenings, the oldest first, each with the compartments that it belongs to; those of files that were merged into theirs are among them.</param>
/// <param name="Consents">Every consent, whatever became of it.</param>
internal sealed record KnownPerson(
    PersonFacts Facts, PersonIdentity Identity, PersonGeneral General, IReadOnlyList<KeptScreening> Screened, IReadOnlyList<GivenConsent> Consents)
{
    public override string ToString() => "•••";
}

/// <summary>
/// Puts together, for the rule and for no reader, what decisions about persons need: whatever leaves the node, the rule knows the same
/// of them. What files say that were merged into theirs counts as what their own says.
/// </summary>
internal sealed class FactsOfPersons(NodeDb db, SealedRecords seals, KeptConsents consents, CaseGuards guards)
{
    private const string Lock = "consular_origin";
    private const string Need = "protection_need";

    /// <summary>Those of the persons whose key is still there, with their consents as they are kept.</summary>
    public Task<IReadOnlyDictionary<Guid, KnownPerson>> OfAsync(DbConnection connection, IReadOnlyList<PersonRow> persons, DateTimeOffset now, CancellationToken cancellationToken) =>
        OfAsync(connection, persons, person => consents.AllAsync(connection, person, cancellationToken), now, cancellationToken);

    /// <summary>The same for whoever reads the consents by another way.</summary>
    /// <param name="connection">Where they are read.</param>
    /// <param name="persons">The persons, none of whom was merged into another.</param>
    /// <param name="consentsOf">Reads every consent of one of them.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<IReadOnlyDictionary<Guid, KnownPerson>> OfAsync(
        DbConnection connection, IReadOnlyList<PersonRow> persons, Func<Guid, Task<IReadOnlyList<GivenConsent>>> consentsOf, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (leads, merged) = await LeadsAsync(connection, persons);
        var files = leads.ToLookup(one => one.Value, one => one.Key);
        var among = db.Dialect.Among(leads.Keys.Select(file => file.ToString("D")));
        var cases = (await connection.QueryAsync<CaseOfPerson>(
            "select c.id, c.person_id, cp.person_id as file_id, c.guard, c.restricted, c.owner_id, c.team_id, c.agency_id, c.area_path from cases_case_persons cp join cases_cases c on c.id = cp.case_id where cp.person_id" + db.Dialect.IsAmong, new { Among = among })).ToLookup(one => leads[one.FileId]);
        var signs = (await AsylumSigns.OfAsync(db, seals, connection, leads, cancellationToken)).ToLookup(sign => sign.Person);
        var screenings = (await connection.QueryAsync<(Guid Screening, Guid File)>(
            "select id, person_id from cases_screenings where person_id" + db.Dialect.IsAmong + " order by at, id", new { Among = among })).ToLookup(one => leads[one.File]);
        var opened = await seals.OpenAsync(
            connection,
            [
                .. leads.Keys.Select(file => new Wanted(file, file, [Compartments.Identity, Compartments.General])),
                .. screenings.SelectMany(of => of).Select(one => new Wanted(one.File, one.Screening, Compartments.All)),
            ],
            cancellationToken);
        var known = new Dictionary<Guid, KnownPerson>();
        foreach (var person in persons)
        {
            var screened = screenings[person.Id].SelectMany(one => Compartments.All.Where(compartment => opened.ContainsKey((one.Screening, compartment)))
                .Select(compartment => (Compartment: compartment, Kept: opened[(one.Screening, compartment)].Deserialize<KeptScreening>(CaseJson.Options)!))).ToList();
            var identity = Read<PersonIdentity>(opened, person.Id, Compartments.Identity);
            var (given, own, child) = (await consentsOf(person.Id), PersonPlace.Of(person.Place), Childhood.IsAssumed(identity.Birth, db.Time.DayOf(now)));
            known[person.Id] = new KnownPerson(
                new PersonFacts
                {
                    PersonId = person.Id,
                    Node = "",
                    Agency = own.Agency,
                    Team = own.Team,
                    CaseWorkers = own.CaseWorkers,
                    Areas = own.Areas,
                    Further =
                    [
                        .. merged[person.Id].Select(file => PersonPlace.Of(file.Place)),
                        .. cases[person.Id].DistinctBy(one => one.Id).Select(one => PersonPlace.Of(one.Place, guards.CompartmentOf(one.Guard), one.Restricted)),
                    ],
                    TreatedAsChild = child,
                    // What a screening found holds, whether or not anybody has opened a case for it; and so does every sign of a claim that nobody has lifted.
                    ProtectionNeed = signs[person.Id].Any(sign => StandingLocks.Stands(Lock, sign, screened.Select(one => one.Kept))) || screened.Exists(one => Says(one.Compartment, one.Kept.Standing)),
                    Nationalities = [.. identity.Nationalities.Select(nationality => nationality.Code)],
                    Origins = Origins(identity, [.. files[person.Id].Where(file => file != person.Id).Select(file => Read<PersonIdentity>(opened, file, Compartments.Identity))], given, now),
                    // Whoever agrees to something for their consulate has asked for it.
                    AskedForConsulate = ConsulateWish.Of(given, child, now).Count > 0,
                },
                identity,
                Read<PersonGeneral>(opened, person.Id, Compartments.General),
                [.. screened.Select(one => one.Kept)],
                given);
        }

        return known;
    }

    // Where two people have lifted the lock of one, that one says no more.
    private static bool Says(string compartment, ScreeningStanding standing) =>
        !standing.Lifted.Contains(Lock, StringComparer.Ordinal)
        && (compartment == Compartments.Asylum || standing.Locks.Contains(Lock, StringComparer.Ordinal) || standing.Profiles.Contains(Need, StringComparer.Ordinal));

    // Where somebody was born, whose papers they carry, what a file said that was merged into theirs, and whose authorities they said
    // never to: each may be where they fled from.
    private static IReadOnlyList<string> Origins(PersonIdentity own, IReadOnlyList<PersonIdentity> merged, IReadOnlyList<GivenConsent> given, DateTimeOffset now) =>
    [
        .. merged.Prepend(own).SelectMany(identity => identity.Documents.Select(document => document.Issuer).Prepend(identity.PlaceOfBirth?.Country))
            .Concat(merged.SelectMany(identity => identity.Nationalities.Select(nationality => nationality.Code)))
            .Concat(given.SelectMany(consent => consent.Exclusions)
                .Where(exclusion => exclusion.Recipient.Kind == RecipientName.OfCountry && exclusion.StandsAt(now))
                .Select(exclusion => exclusion.Recipient.Code))
            .OfType<string>().Where(country => country.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase),
    ];

    // Every file that is of one of the persons, with whose it is: their own, and those that were merged into it.
    private async Task<(Dictionary<Guid, Guid> Leads, ILookup<Guid, PersonRow> Merged)> LeadsAsync(DbConnection connection, IReadOnlyList<PersonRow> persons)
    {
        var merged = (await connection.QueryAsync<PersonRow>(
            "select * from cases_persons where merged_into" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(persons.Select(person => person.Id.ToString("D"))) })).ToList();
        var leads = persons.Select(person => person.Id).Distinct().ToDictionary(id => id, id => id);
        foreach (var file in merged)
            leads[file.Id] = file.MergedInto!.Value;
        return (leads, merged.ToLookup(file => file.MergedInto!.Value));
    }

    private static T Read<T>(IReadOnlyDictionary<(Guid, string), JsonElement> opened, Guid record, string compartment)
        where T : new() =>
        opened.TryGetValue((record, compartment), out var content) ? content.Deserialize<T>(CaseJson.Options) ?? new T() : new T();

    private sealed record CaseOfPerson
    {
        public Guid Id { get; init; }

        public Guid PersonId { get; init; }

        public Guid FileId { get; init; }

        public string Guard { get; init; } = "";

        public bool Restricted { get; init; }

        public Guid? OwnerId { get; init; }

        public Guid? TeamId { get; init; }

        public Guid? AgencyId { get; init; }

        public string AreaPath { get; init; } = "/";

        public RecordPlace Place => CaseAreas.Place(OwnerId, TeamId, AgencyId, AreaPath);
    }
}
