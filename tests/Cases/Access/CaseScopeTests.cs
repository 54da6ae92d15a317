using Dapper;
using Tambo.Cases.Access;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Access;

public sealed class CaseScopeTests
{
    private static readonly Guid[] Users = Ids(0xA1, 3);
    private static readonly Guid[] Teams = Ids(0xB1, 3);
    private static readonly Guid[] Agencies = Ids(0xC1, 3);
    private static readonly string[] AreaCodes = ["", "PA", "GT", "PA-8"];
    private static readonly CaseGuards Guards = new(new NodeKey(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()));

    [Theory]
    [OnEachEngine]
    public async Task The_condition_lets_pass_exactly_what_the_question_about_one_record_does(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var random = new Random(20260304);
        var records = await FillAsync(test, random, 150);
        await using var connection = await test.Db.ReadAsync(CancellationToken.None);
        var (reached, hidden, closed, named, supervised) = (0, 0, 0, 0, 0);
        for (var turn = 0; turn < 150; turn++)
        {
            var actor = Somebody(random);
            var scope = CaseScope.For(actor);
            var cases = (await connection.QueryAsync<Guid>("select c.id from cases_cases c where " + scope.Cases("c", Guards), scope.Parameters())).Order().ToList();
            Assert.Equal(records.Where(record => Sees(actor, record.Case, record.Home, record.Restricted)).Select(record => record.CaseId).Order(), cases);
            foreach (var compartment in new[] { null, "identity", "asylum" })
            {
                var persons = (await connection.QueryAsync<Guid>("select p.id from cases_persons p where " + scope.Persons("p", Guards, compartment), scope.Parameters())).Order().ToList();
                var expected = records.Where(record =>
                    new (RecordPlace Place, string? Home)[] { (record.Person, null), (record.Case, record.Home) }.Any(way =>
                        (way.Home is null ? Holds(actor, "cases.read", way.Place) : Sees(actor, way.Place, way.Home, record.Restricted))
                        && (compartment is null || Holds(actor, "cases.see." + compartment, way.Place))));
                Assert.Equal(expected.Select(record => record.PersonId).Order(), persons);
            }

            // The question about one record says the same, and each of its ways was gone.
            foreach (var record in records)
                Assert.Equal(cases.Contains(record.CaseId), scope.SeesCase(record.Case, record.Home, record.Restricted));
            closed += records.Count(record => record.Restricted && !cases.Contains(record.CaseId) && Sees(actor, record.Case, record.Home, false));
            named += records.Count(record => record.Restricted && cases.Contains(record.CaseId) && !Holds(actor, "cases.supervise", record.Case));
            supervised += records.Count(record => record.Restricted && cases.Contains(record.CaseId) && Holds(actor, "cases.supervise", record.Case));
            reached += cases.Count;
            hidden += records.Count - cases.Count;
        }

        // Both answers were asked for often.
        Assert.True(reached > 300 && hidden > 300, $"{reached} reached, {hidden} hidden");
        Assert.True(closed > 100 && named > 30 && supervised > 30, $"of restricted cases {closed} closed, {named} to those who are named, {supervised} to those who supervise");
    }

    [Theory]
    [OnEachEngine]
    public async Task A_scope_that_is_written_like_a_statement_is_a_value_and_reaches_nothing(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        await FillAsync(test, new Random(1), 5);
        await using var connection = await test.Db.ReadAsync(CancellationToken.None);
        foreach (var text in new[] { "' or 1=1 --", "%", "_", "/", "", "\\", "PA/GT" })
        {
            foreach (var kind in new[] { "agency", "team", "place", "node ", "own'" })
            {
                var actor = new Actor("user:x", null, "X", [new Grant("cases.read", new Scope(kind, text)), new Grant("cases.see.general", Scope.Node)]);
                var scope = CaseScope.For(actor);
                Assert.Equal((kind, text, 0), (kind, text, (await connection.QueryAsync<Guid>("select p.id from cases_persons p where " + scope.Persons("p", Guards), scope.Parameters())).Count()));
            }
        }
    }

    [Fact]
    public void Whoever_sees_the_consular_compartment_never_sees_asylum_whatever_else_they_hold()
    {
        var both = new Actor("user:x", null, "X", [.. Compartments.All.Select(compartment => new Grant("cases.see." + compartment, Scope.Node)), new Grant("cases.read", Scope.Node)]);
        var place = new RecordPlace();
        Assert.DoesNotContain("asylum", CaseScope.For(both).CompartmentsAt([place]));
        Assert.Contains("consular", CaseScope.For(both).CompartmentsAt([place]));
        Assert.False(CaseScope.For(both).SeesCase(place, "asylum"));
        // A token that leaves the one out does not open the other.
        var token = both with { OnlyPermissions = new HashSet<string> { "cases.read", "cases.see.asylum" } };
        Assert.Empty(CaseScope.For(token).CompartmentsAt([place]));
        var without = both with { Grants = [.. both.Grants.Where(grant => grant.Permission != "cases.see.consular")] };
        Assert.Contains("asylum", CaseScope.For(without).CompartmentsAt([place]));
    }

    [Fact]
    public void A_token_opens_only_what_it_was_made_for()
    {
        var actor = new Actor("token:x", Users[0], "X", [new Grant("*", Scope.Node)]) { OnlyPermissions = new HashSet<string> { "cases.read", "cases.see.general" } };
        Assert.Equal(["general"], CaseScope.For(actor).CompartmentsAt([new RecordPlace()]));
        Assert.False(CaseScope.For(actor).May("cases.edit", new RecordPlace()));
    }

    // The oracle: what a right in a scope reaches, said once more in other words.
    private static bool Holds(Actor actor, string right, RecordPlace place) =>
        (actor.OnlyPermissions?.Contains(right) ?? true)
        && !(right == "cases.see.asylum" && actor.Grants.Any(grant => grant.Permission == "cases.see.consular"))
        && (from grant in actor.Grants
            where grant.Permission == right
            select grant.Scope is { Kind: "node" }
                || (grant.Scope.Kind == "agency" && place.Agency?.ToString() == grant.Scope.Id)
                || (grant.Scope.Kind == "team" && place.Team?.ToString() == grant.Scope.Id)
                || (grant.Scope.Kind == "own" && place.Owner is not null && place.Owner == actor.UserId)
                || (grant.Scope.Kind == "place" && place.Areas.Contains(grant.Scope.Id))).Any(reaches => reaches);

    // A restricted case is for its owner, its team and those who supervise it.
    private static bool Sees(Actor actor, RecordPlace place, string home, bool restricted) => Holds(actor, "cases.read", place) && Holds(actor, "cases.see." + home, place)
        && (!restricted || Holds(actor, "cases.supervise", place) || (place.Owner is not null && place.Owner == actor.UserId)
            || (place.Team is { } team && (actor.OnlyPermissions?.Contains("cases.read") ?? true) && actor.Grants.Any(grant => grant.Permission == "cases.read" && grant.Scope == new Scope("team", team.ToString("D")))));

    private static Guid[] Ids(byte kind, int count) => [.. Enumerable.Range(1, count).Select(i => new Guid(i, kind, 4, 8, 0, 0, 0, 0, 0, 0, kind))];

    private static T? Perhaps<T>(Random random, T[] among)
        where T : struct => random.Next(4) == 0 ? null : among[random.Next(among.Length)];

    private static Actor Somebody(Random random)
    {
        Scope Any() => random.Next(6) switch
        {
            0 => Scope.Node,
            1 => new Scope("agency", Agencies[random.Next(3)].ToString("D")),
            2 => new Scope("team", Teams[random.Next(3)].ToString("D")),
            3 => new Scope("place", new[] { "PA", "PAN", "GT", "pa", "PA-8" }[random.Next(5)]),
            4 => new Scope("own", ""),
            _ => new Scope("elsewhere", "x"),
        };
        var main = Any();
        var grants = new List<Grant> { new("cases.read", main) };
        if (random.Next(3) == 0)
            grants.Add(new Grant("cases.read", Any()));
        if (random.Next(3) == 0)
            grants.Add(new Grant("cases.supervise", random.Next(2) == 0 ? main : Any()));
        foreach (var compartment in Compartments.All.Where(compartment => compartment != "consular" || random.Next(4) == 0))
        {
            if (random.Next(3) > 0)
                grants.Add(new Grant("cases.see." + compartment, random.Next(2) == 0 ? main : Any()));
        }

        return new Actor("user:x", Perhaps(random, Users), "X", grants)
        {
            OnlyPermissions = random.Next(6) == 0 ? new HashSet<string> { "cases.read", "cases.see.general", "cases.see.identity" } : null,
        };
    }

    private static async Task<List<(Guid PersonId, RecordPlace Person, Guid CaseId, RecordPlace Case, string Home, bool Restricted)>> FillAsync(TestDatabase test, Random random, int count)
    {
        var records = new List<(Guid, RecordPlace, Guid, RecordPlace, string, bool)>();
        await using var change = await test.Db.BeginAsync(TestDatabase.Alice, "test.cases", "sample", CancellationToken.None);
        for (var i = 0; i < count; i++)
        {
            var (person, one) = (new Guid(i, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1), new Guid(i, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2));
            var home = Compartments.All[random.Next(Compartments.All.Count)];
            await change.ExecuteAsync(
                """
                insert into cases_persons (id, public_ref, status, owner_id, team_id, agency_id, area, area_path, created_at, created_by, changed_at, version)
                values (@Id, @Ref, 'active', @Owner, @Team, @Agency, @Area, @Path, 'x', 'x', 'x', 1)
                """,
                Row(person, out var ofPerson));
            await change.ExecuteAsync(
                """
                insert into cases_cases (id, public_ref, person_id, state, guard, urgency, due_at, owner_id, team_id, agency_id, restricted, area, area_path, created_at, created_by, changed_at, version)
                values (@Id, @Ref, @Person, 'active', @Guard, 1, 'x', @Owner, @Team, @Agency, @Restricted, @Area, @Path, 'x', 'x', 'x', 1)
                """,
                Row(one, out var ofCase, person, Guards.Of(home), i % 3 == 0));
            await change.ExecuteAsync("insert into cases_case_persons (case_id, person_id) values (@one, @person)", new { one, person });
            records.Add((person, ofPerson, one, ofCase, home, i % 3 == 0));
        }

        await change.CommitAsync(CancellationToken.None);
        return records;

        object Row(Guid id, out RecordPlace place, Guid person = default, string guard = "", bool restricted = false)
        {
            var area = AreaCodes[random.Next(AreaCodes.Length)];
            var (owner, team, agency) = (Perhaps(random, Users), Perhaps(random, Teams), Perhaps(random, Agencies));
            // What lies around an area is said here, not asked of the code: Panama is PA and PAN.
            place = new RecordPlace(owner, team, agency) { Areas = area switch { "PA" => ["PA", "PAN"], "GT" => ["GT", "GTM"], "PA-8" => ["PA-8", "PA", "PAN"], _ => [] } };
            return new { Id = id, Ref = id.ToString("N"), Owner = owner, Team = team, Agency = agency, Area = area, Path = area == "PA-8" ? "/PA-8/PA/PAN/" : CaseAreas.PathOf(area), Person = person, Guard = guard, Restricted = restricted ? 1 : 0 };
        }
    }
}
