using System.Text.Json;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Persons;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Settings;

namespace Tambo.Bench.Cases;

/// <summary>Fills the tables of a node with made-up people and cases: sealed, keyed and indexed as registering does, many at once.</summary>
internal sealed class FilledRegister(NodeDb db, NodeKey node, DataKeys keys, IReadOnlyList<Guid> offices, IReadOnlyList<Guid> officers)
{
    private const int AtOnce = 10_000;
    private static readonly Actor Actor = Actor.OperatingSystem("bench");

    private readonly SealedRecords seals = new(node, keys, db);
    private readonly PersonKeys index = new(node);
    private readonly CaseGuards guards = new(node);
    private readonly List<(long Hash, Guid Person)> hashes = [];
    private int consented;

    /// <summary>People of whom somebody may look for one, and cases that somebody may open, with their offices.</summary>
    public List<MadeUpPerson> Some { get; } = [];

    public List<(Guid Case, Guid Person, int Office)> Cases { get; } = [];

    /// <summary>What somebody has to know of a register that is filled already.</summary>
    public byte[] Remember() => JsonSerializer.SerializeToUtf8Bytes(new Known(Some, [.. Cases.Select(one => new KnownCase(one.Case, one.Person, one.Office))]));

    /// <summary>Knows it again.</summary>
    public void Recall(byte[] remembered)
    {
        var known = JsonSerializer.Deserialize<Known>(remembered)!;
        Some.AddRange(known.Some);
        Cases.AddRange(known.Cases.Select(one => (one.Case, one.Person, one.Office)));
    }

    /// <summary>Writes so many people, of whom three in ten have an open case.</summary>
    public async Task RunAsync(int persons)
    {
        var (people, random, now) = (new MadeUpPersons(), new Random(7), db.Time.GetUtcNow());
        for (var from = 0; from < persons; from += AtOnce)
        {
            await WriteAsync([.. Enumerable.Range(from, Math.Min(AtOnce, persons - from)).Select(number => people.Next(number, offices.Count, now))], random, now);
            if ((from / AtOnce) % 10 == 9)
                await Results.ProgressAsync($"{from + AtOnce:N0} persons");
        }

        await IndexAsync();
    }

    private async Task WriteAsync(IReadOnlyList<(MadeUpPerson Person, PersonIdentity Identity, PersonGeneral General)> some, Random random, DateTimeOffset now)
    {
        var made = await keys.MakeAsync([.. some.Select(one => one.Person.Id)], CancellationToken.None);
        var rows = new SealedRow[some.Count * 3];
        var given = some.Select(one => Agreed(one.Person, now)).ToList();
        Parallel.For(0, some.Count, at =>
        {
            var (person, identity, general) = some[at];
            rows[3 * at] = Sealed(made[person.Id], person.Id, Compartments.Identity, identity);
            rows[(3 * at) + 1] = Sealed(made[person.Id], person.Id, Compartments.General, general);
            rows[(3 * at) + 2] = Sealed(made[person.Id], given[at].Id, Compartments.General, new ConsentContent(given[at]));
        });
        foreach (var (person, identity, _) in some)
            hashes.AddRange(index.Of(identity).Select(hash => (hash, person.Id)));
        var (cases, contents) = (new List<CaseOf>(), new List<SealedRow>());
        foreach (var (person, _, _) in some.Where(_ => random.Next(10) < 3))
        {
            var (opened, rank) = (now.AddMinutes(-random.Next(90 * 24 * 60)), random.Next(20) switch { 0 => 0, < 5 => 1, _ => 2 });
            var id = Guid.CreateVersion7(opened);
            cases.Add(new CaseOf(id, PublicRef.New(), person.Id, guards.Of(Compartments.General), rank, now.AddMinutes(random.Next(-5, 14) * 24 * 60), officers[((person.Office * 2) + random.Next(2)) % officers.Count], offices[person.Office], opened));
            contents.Add(Sealed(made[person.Id], id, Compartments.General, new CaseContent { Type = "protection", Note = "A bed for some nights, and help with a paper that was lost on the way." }));
            Cases.Add((id, person.Id, person.Office));
        }

        Some.AddRange(some.Where(_ => random.Next(20) == 0).Select(one => one.Person));
        await using var change = await db.BeginAsync(Actor, "test.bench", "cases", CancellationToken.None, bulk: true);
        await change.ExecuteAsync(
            """
            insert into cases_persons (id, public_ref, status, owner_id, team_id, agency_id, area, area_path, created_at, created_by, changed_at, version)
            values (@Id, @Ref, @Status, @Owner, @Team, @Agency, @Area, @AreaPath, @At, @By, @At, @Version)
            """,
            some.Select(one => new { one.Person.Id, Ref = PublicRef.New(), Status = "active", Owner = (Guid?)officers[one.Person.Office * 2 % officers.Count], Team = (Guid?)null, Agency = offices[one.Person.Office], Area = "", AreaPath = "/", At = now, By = "bench", Version = 1 }).ToList());
        await change.ExecuteAsync(
            "insert into cases_consents (id, person_id, granted_at, expires_at, created_at, created_by, version) values (@Id, @PersonId, @GrantedAt, @ExpiresAt, @GrantedAt, @By, 1)",
            given.Select(one => new { one.Id, one.PersonId, one.GrantedAt, one.ExpiresAt, By = "bench" }).ToList());
        // One in ten was screened. Of those found in need nearly all have a case, and of those who were to come back half came. Lists of
        // who waits read the row alone.
        var (charge, settled) = (cases.Select(one => one.Person).ToHashSet(), 0);
        await change.ExecuteAsync(
            "insert into cases_screenings (id, person_id, agency_id, at, urgency, follow_up_at, created_by, version, taken, answered) values (@Id, @Person, (select agency_id from cases_persons where id = @Person), @At, @Rank, @FollowUp, @By, 1, @Taken, @Answered)",
            some.Where(_ => random.Next(10) == 0).Select(one => (one.Person.Id, At: now.AddMinutes(-random.Next(120 * 24 * 60)))).Select(one => new
            {
                Id = Guid.CreateVersion7(one.At),
                Person = one.Id,
                one.At,
                Rank = !charge.Contains(one.Id) && random.Next(50) > 0 ? 2 : random.Next(20) switch { 0 => 0, < 5 => 1, _ => 2 },
                Taken = charge.Contains(one.Id) ? 1 : 0,
                Answered = ++settled % 2,
                FollowUp = random.Next(2) == 0 ? one.At.AddDays(random.Next(1, 180)) : (DateTimeOffset?)null,
                By = "bench",
            }).ToList());
        await change.ExecuteAsync(
            "insert into cases_sealed (slot, record_id, person_id, version, sealed) values (@Slot, @Record, @Person, @Version, @Bytes)",
            rows.Concat(contents).OrderBy(row => row.Slot, StringComparer.Ordinal).ToList());
        await change.ExecuteAsync(
            """
            insert into cases_cases (id, public_ref, person_id, state, guard, urgency, due_at, owner_id, agency_id, area, area_path, created_at, created_by, changed_at, version)
            values (@Id, @Ref, @Person, @State, @Guard, @Rank, @Due, @Owner, @Agency, @Area, @AreaPath, @At, @By, @At, @Version)
            """,
            cases);
        await change.ExecuteAsync("insert into cases_case_persons (case_id, person_id) values (@Id, @Person)", cases.Select(one => new { one.Id, one.Person }).ToList());
        await change.CommitAsync(CancellationToken.None);
    }

    // As everybody is asked at registration; one in fifty shuts out the police.
    private GivenConsent Agreed(MadeUpPerson person, DateTimeOffset now)
    {
        var at = now.AddMinutes(-1);
        return new GivenConsent
        {
            Id = Guid.CreateVersion7(at),
            PersonId = person.Id,
            GivenBy = new ConsentGiver(ConsentGiver.Self),
            Form = new ConsentForm(ConsentForm.Verbal, "bench"),
            Language = "es",
            NoticeVersion = NoticeWording.Versions.Order(StringComparer.Ordinal).Last(),
            Explained = [.. NoticeWording.Points],
            FreeToRefuse = true,
            Purpose = "services",
            Scopes = [.. new[] { Compartments.Identity, Compartments.General, Compartments.Health }.Select(category => new ConsentScope(category, new RecipientName(RecipientName.OfClass, "service_provider"), "share"))],
            Exclusions = consented++ % 50 == 0 ? [new Exclusion(new RecipientName(RecipientName.OfClass, "police"))] : [],
            GrantedAt = at,
            ExpiresAt = at.AddDays(365),
        };
    }

    // In the order of the table, so that its pages fill one after the other.
    private async Task IndexAsync()
    {
        hashes.Sort();
        await Results.ProgressAsync($"{hashes.Count:N0} hashes");
        await using var change = await db.BeginAsync(Actor, "test.bench", "cases", CancellationToken.None, bulk: true);
        await change.ExecuteAsync("drop index cases_person_keys_by_person");
        foreach (var some in hashes.Chunk(200_000))
            await change.ExecuteAsync("insert into cases_person_keys (hash, person_id) values (@Hash, @Person)", some.Select(one => new { one.Hash, one.Person }).ToList());
        await change.ExecuteAsync("create index cases_person_keys_by_person on cases_person_keys (person_id)");
        await change.CommitAsync(CancellationToken.None);
        hashes.Clear();
        hashes.TrimExcess();
    }

    private SealedRow Sealed(DataKey key, Guid record, string compartment, object content)
    {
        var (slot, bytes) = seals.Seal(key, record, compartment, 1, content);
        return new SealedRow(slot, record, key.Subject, 1, bytes);
    }

    private sealed record Known(IReadOnlyList<MadeUpPerson> Some, IReadOnlyList<KnownCase> Cases);

    private sealed record KnownCase(Guid Case, Guid Person, int Office);

    private sealed record SealedRow(string Slot, Guid Record, Guid Person, int Version, byte[] Bytes);

    private sealed record CaseOf(Guid Id, string Ref, Guid Person, string Guard, int Rank, DateTimeOffset Due, Guid Owner, Guid Agency, DateTimeOffset At)
    {
        public string State => "identified";

        public string Area => "";

        public string AreaPath => "/";

        public string By => "bench";

        public int Version => 1;
    }
}
