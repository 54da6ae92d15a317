using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
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
internal sealed class KeptPersons(NodeDb db, SealedRecords seals, CaseGuards guards)
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
                union all select person_id, withdrawn_at from cases_consents where withdrawn_at is not null
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
        return [.. persons.Select(person => new PersonToJudge(person.Id, person.PublicRef, Facts(person, [.. cases[person.Id]], holds.GetValueOrDefault(person.Id), opened) is var facts && met.TryGetValue(person.Id, out var at)
            ? facts with { LastContact = DayOf(at) > facts.LastContact ? DayOf(at) : facts.LastContact, IsReferred = referred.Contains(person.Id) }
            : facts with { IsReferred = referred.Contains(person.Id) }))];
    }

    // Rows of persons and what they say, by the person to whose file theirs leads.
    private string Led(string rows) =>
        "select p.id, said from (" + rows + ") met join cases_persons own on own.id = met.person_id join cases_persons p on p.id = own.id or p.id = own.merged_into where p.id" + db.Dialect.IsAmong;

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

    private static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

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
