using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Persons;
using Tambo.Cases.Register;
using Tambo.Platform.Database;

namespace Tambo.Cases.Retention;

/// <summary>A person whose time may be over, as the tables have them.</summary>
internal sealed record PersonToJudge(Guid Id, string Ref, KeptPerson Facts);

/// <summary>
/// Gathers what the clock asks of persons, in portions. Nothing is shown to anybody: of what is sealed only the kind of a closed
/// case and the birth are opened, and only where they decide.
/// </summary>
internal sealed class KeptPersons(NodeDb db, SealedRecords seals, KeptConsents consents, CaseGuards guards)
{
    private const int AtOnce = 500;
    private const int OfAge = 18;

    /// <summary>The next portion of those who are kept, after a person; empty at the end.</summary>
    public async Task<IReadOnlyList<PersonToJudge>> NextAsync(Guid after, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var persons = (await connection.QueryAsync<PersonRow>(
            "select * from cases_persons where id > @after and status = 'active' order by id limit @AtOnce", new { after, AtOnce })).ToList();
        return await OfAsync(connection, persons, cancellationToken);
    }

    /// <summary>One person as they are now; null when nobody is kept under that key.</summary>
    public async Task<PersonToJudge?> OneAsync(Guid person, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var persons = (await connection.QueryAsync<PersonRow>("select * from cases_persons where id = @person and status = 'active'", new { person })).ToList();
        return await OfAsync(connection, persons, cancellationToken) is [var one] ? one : null;
    }

    private async Task<IReadOnlyList<PersonToJudge>> OfAsync(DbConnection connection, List<PersonRow> persons, CancellationToken cancellationToken)
    {
        if (persons.Count == 0)
            return [];
        var among = db.Dialect.Among(persons.Select(person => person.Id.ToString("D")));
        var cases = (await connection.QueryAsync<CaseOf>(
            """
            select cp.person_id as judged, c.id, c.person_id, c.guard, c.changed_at, c.closed_at
            from cases_case_persons cp join cases_cases c on c.id = cp.case_id where cp.person_id
            """ + db.Dialect.IsAmong,
            new { Among = among })).ToLookup(one => one.Judged);
        // Whatever holds, or was done for, a file that was merged into one counts for that one.
        var holds = (await connection.QueryAsync<(Guid Person, string Kind)>(Led("select person_id, kind as said from cases_holds"), new { Among = among }))
            .GroupBy(hold => hold.Person).ToDictionary(hold => hold.Key, hold => hold.Min(one => one.Kind)!);
        // Whatever was done for somebody since: consents, screenings, referrals and who they were with leave the person's own row as it was.
        var met = (await connection.QueryAsync<(Guid Person, DateTimeOffset At)>(
            Led("""
                select person_id, created_at as said from cases_consents
                union all select person_id, at from cases_screenings
                union all select person_id, changed_at from cases_referrals
                union all select person_id, changed_at from cases_entries
                union all select person_id, at from cases_transfers
                union all select person_id, joined_at from cases_household_members
                union all select person_id, changed_at from cases_traced where person_id is not null
                union all select person_id, answered_at from cases_form_answers
                """),
            new { Among = among })).GroupBy(one => one.Person).ToDictionary(one => one.Key, one => one.Max(same => same.At));
        var referred = (await connection.QueryAsync<(Guid Person, string State)>(Led("select person_id, state as said from cases_referrals where closed_at is null"), new { Among = among })).Select(one => one.Person).ToHashSet();
        var opened = await OpenAsync(connection, [.. persons.Where(person => !holds.ContainsKey(person.Id)).Select(person => person.Id)], cases, cancellationToken);
        // Whom anybody has begun to help, and whether that is more than what a consent brings with it: to be grouped with others is part of being registered.
        var helped = (await connection.QueryAsync<(Guid Person, DateTimeOffset At, int More)>(
            Led("""
                select person_id, created_at as said, 0 as more from cases_consents
                union all select person_id, at, 1 from cases_screenings
                union all select person_id, created_at, 1 from cases_referrals
                union all select person_id, created_at, 1 from cases_entries
                union all select person_id, changed_at, 0 from cases_traced where person_id is not null
                union all select person_id, answered_at, 1 from cases_form_answers
                """, ", more"),
            new { Among = among })).ToLookup(one => one.Person);
        var withdrawn = await WithdrawnAsync(connection, [.. persons.Select(person => person.Id).Where(person => !cases[person].Any() && !referred.Contains(person) && !holds.ContainsKey(person))], cancellationToken);
        return [.. persons.Select(person => new PersonToJudge(person.Id, person.PublicRef, With(person.Id, Facts(person, [.. cases[person.Id]], holds.GetValueOrDefault(person.Id), opened))))];

        KeptPerson With(Guid person, KeptPerson facts)
        {
            var ended = withdrawn.TryGetValue(person, out var day) ? day : (DateOnly?)null;
            return facts with
            {
                LastContact = met.TryGetValue(person, out var at) && DayOf(at) > facts.LastContact ? DayOf(at) : facts.LastContact,
                IsReferred = referred.Contains(person),
                IsComplete = facts.Cases.Count > 0 || helped[person].Any(),
                Withdrawn = ended,
                // Who came back after that is helped on other grounds.
                ByConsentAlone = ended is { } last && !helped[person].Any(one => one.More == 1 && DayOf(one.At) > last),
            };
        }
    }

    // Of persons without a case, the day on which the last consent ended of those who took consent back and to whom none holds any
    // more. A consent that stood beside another legal basis, or that nobody can open, leaves that basis.
    private async Task<IReadOnlyDictionary<Guid, DateOnly>> WithdrawnAsync(DbConnection connection, List<Guid> persons, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        var leads = (await connection.QueryAsync<(Guid Person, Guid Consent)>(
            Led("select person_id, id as said from cases_consents"), new { Among = db.Dialect.Among(persons.Select(person => person.ToString("D"))) })).ToList();
        var rows = (await connection.QueryAsync<ConsentRow>(
            "select * from cases_consents where id" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(leads.Select(one => one.Consent.ToString("D"))) })).ToDictionary(row => row.Id);
        var taken = leads.GroupBy(one => one.Person).Select(own => (Person: own.Key, Rows: own.Select(one => rows[one.Consent]).ToList())).Where(own => own.Rows.Exists(row => row.WithdrawnAt is not null)).ToList();
        var (contents, _) = await consents.ReadAsync(connection, [.. taken.SelectMany(own => own.Rows)], cancellationToken);
        // Whoever agrees to nothing, and says to whom never, keeps nothing here by it.
        var ended = taken.Select(own => (own.Person, Rows: own.Rows.FindAll(row => !contents.TryGetValue(row.Id, out var content) || !content.Consent.Refuses)))
            .Where(own => own.Rows.Exists(row => row.WithdrawnAt is not null) && own.Rows.TrueForAll(row => row.StandingAt(now) is ConsentStanding.Withdrawn or ConsentStanding.Expired));
        return ended.Where(own => own.Rows.TrueForAll(row => contents.TryGetValue(row.Id, out var content) && content.Consent.LegalBasis == GivenConsent.ConsentItself))
            .ToDictionary(own => own.Person, own => own.Rows.Max(row => DayOf(row.WithdrawnAt < row.ExpiresAt ? row.WithdrawnAt.Value : row.ExpiresAt)));
    }

    // Rows of persons and what they say, by the person to whose file theirs leads.
    private string Led(string rows, string further = "") =>
        "select p.id, said" + further + " from (" + rows + ") met join cases_persons own on own.id = met.person_id join cases_persons p on p.id = own.id or p.id = own.merged_into where p.id" + db.Dialect.IsAmong;

    /// <summary>When the youngest that somebody can be comes of age; null when that was before they were registered, or nobody knows.</summary>
    public static DateOnly? ComesOfAge(Birth? birth, DateOnly registered)
    {
        if (birth?.Days is not { } days)
            return null;
        var day = days.Last.AddYears(OfAge);
        // Somebody born on 29 February is a year older on 1 March of years without that day.
        if (days.Last is { Month: 2, Day: 29 } && day.Day == 28)
            day = day.AddDays(1);
        return day > registered ? day : null;
    }

    // The kind and the birth of those alone whose cases are all closed.
    private Task<IReadOnlyDictionary<(Guid Record, string Compartment), JsonElement>> OpenAsync(
        DbConnection connection, List<Guid> persons, ILookup<Guid, CaseOf> cases, CancellationToken cancellationToken)
    {
        var wanted = new List<Wanted>();
        foreach (var person in persons.Where(person => cases[person].Any() && cases[person].All(one => one.ClosedAt is not null)))
        {
            wanted.Add(new Wanted(person, person, [Compartments.Identity]));
            wanted.AddRange(cases[person].Select(one => new Wanted(one.PersonId, one.Id, [guards.CompartmentOf(one.Guard)])));
        }

        return seals.OpenAsync(connection, wanted, cancellationToken);
    }

    private KeptPerson Facts(PersonRow person, List<CaseOf> cases, string? hold, IReadOnlyDictionary<(Guid Record, string Compartment), JsonElement> opened)
    {
        var registered = DayOf(person.CreatedAt);
        var identity = opened.TryGetValue((person.Id, Compartments.Identity), out var content) ? content.Deserialize<PersonIdentity>(CaseJson.Options) : null;
        var kinds = cases.ConvertAll(one => KindOf(one, opened));
        return new KeptPerson
        {
            Registered = registered,
            LastContact = DayOf(cases.Select(one => one.ChangedAt).Append(person.ChangedAt).Max()),
            // Of whom nobody knows how old they are, or is sure, was perhaps born on the day they came.
            OfAge = identity?.Birth is { Disputed: true } || (identity?.Birth?.Days is null && kinds.Any(kind => kind is "child" or "")) ? registered.AddYears(OfAge) : ComesOfAge(identity?.Birth, registered),
            LegalHold = hold,
            Cases = [.. cases.Select((one, at) => new KeptCase(kinds[at], one.ClosedAt is { } closed ? DayOf(closed) : null))],
        };
    }

    // What cannot be opened any more has no kind of its own: the rule for all others holds.
    private string KindOf(CaseOf one, IReadOnlyDictionary<(Guid Record, string Compartment), JsonElement> opened) =>
        opened.TryGetValue((one.Id, guards.CompartmentOf(one.Guard)), out var content) ? content.Deserialize<CaseContent>(CaseJson.Options)?.Type ?? "" : "";

    private DateOnly DayOf(DateTimeOffset at) => db.Time.DayOf(at);

    private sealed record CaseOf
    {
        public Guid Judged { get; init; }

        public Guid Id { get; init; }

        public Guid PersonId { get; init; }

        public string Guard { get; init; } = "";

        public DateTimeOffset ChangedAt { get; init; }

        public DateTimeOffset? ClosedAt { get; init; }
    }
}
