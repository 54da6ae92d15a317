using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases;
using Tambo.Cases.Access;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Tests.Cases.Family;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Register;

/// <summary>
/// Cases are taken from owners who were shut out by what changed. That the short way takes what going through every open case of every
/// owner would take, and nothing else, is tried over random sequences.
/// </summary>
public sealed class OwnersShutOutTests
{
    private const string South = CasesOffice.South;

    [Theory]
    [OnEachEngine]
    public async Task What_changed_leads_to_every_owner_who_was_shut_out_and_to_nobody_else(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine, prepare: settings => settings with { File = settings.File with { Country = "PA" } });
        var town = await Town.OpenAsync(office);
        var job = office.Node.Services.GetRequiredService<OwnersShutOut>();
        var (taken, by) = (0, new HashSet<string>());
        foreach (var seed in new[] { 20260722, 4, 17, 99, 2024, 31 })
        {
            var random = new Random(seed);
            for (var step = 0; step < 45; step++)
            {
                var done = await town.StepAsync(random);
                if (random.Next(4) != 0)
                    continue;
                var (wanted, before) = (await FullPassAsync(office), await OwnedAsync(office));
                await job.RunAsync(CancellationToken.None);
                var gone = before.Except(await OwnedAsync(office)).ToList();
                Assert.True(wanted.Order().SequenceEqual(gone.Order()), $"{seed}/{step} after {done}: {string.Join(' ', wanted)} and not {string.Join(' ', gone)}");
                Assert.Empty(await FullPassAsync(office));
                taken += gone.Count;
                if (gone.Count > 0)
                    by.Add(done);
            }
        }

        Assert.True(taken >= 15 && by.Count >= 4, $"Only {taken} were taken, after {string.Join(' ', by)}.");
        Assert.Equal(taken, (await office.ReadAsync<string>("select subject from platform_audit_entries where change = 'cases.case.owner_shut_out'")).Count);
        // Nothing is left to look at, and nothing is looked at for nothing.
        await job.RunAsync(CancellationToken.None);
        await job.RunAsync(CancellationToken.None);
        Assert.Empty(await office.ReadAsync<string>("select case_id from cases_owners_to_look"));
        var lines = await office.ReadAsync<long>("select count(*) from platform_audit_entries");
        Assert.Equal(0, await job.RunAsync(CancellationToken.None));
        Assert.Equal(lines, await office.ReadAsync<long>("select count(*) from platform_audit_entries"));
    }

    [Theory]
    [OnEachEngine]
    public async Task Who_is_given_a_case_while_its_person_shuts_them_out_loses_it(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (nora, omar, susan) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"), await office.OfficerAsync("susan", "cases_supervisor"));
        var job = office.Node.Services.GetRequiredService<OwnersShutOut>();
        for (var round = 0; round < 3; round++)
        {
            var person = (await nora.RegisterAsync(new { identity = new { birth = new { inYear = 1990 } } })).Id;
            var one = await nora.OpenAsync(new { person });
            await job.RunAsync(CancellationToken.None);
            // Whoever shuts him out waits for the one who holds the person: she does not know yet that he gets the case.
            Task<Told> never;
            await using (var change = await office.Node.Db.BeginAsync(TestDatabase.Alice, "test.assigned", "sample", CancellationToken.None))
            {
                await Tambo.Cases.Family.HeldPersons.HoldAsync(office.Node.Db, change, [person]);
                await change.ExecuteAsync("update cases_cases set owner_id = @Owner, version = version + 1 where id = @Id", new { Owner = omar.Id, one.Id });
                never = Town.NeverAsync(nora, person, new { kind = "one", code = omar.Id });
                await AtOnce.UntilWaitsAsync(office, never);
                await change.CommitAsync(CancellationToken.None);
            }

            Assert.Equal(201, (await never).Status);
            Assert.Equal(1, await job.OfNotedAsync(CancellationToken.None));
            Assert.Empty((await office.ReadAsync<string?>("select owner_id from cases_cases where id = @Id", new { one.Id })).OfType<string>());
            Assert.Equal(200, (await susan.GetAsync($"/api/cases/{one.Id:D}")).Status);
        }
    }

    [Theory]
    [OnEachEngine]
    public async Task Who_was_away_while_a_person_shut_them_out_does_not_keep_the_case_when_they_come_back(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (nora, omar) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"));
        var job = office.Node.Services.GetRequiredService<OwnersShutOut>();
        var person = (await nora.RegisterAsync(new { identity = new { birth = new { inYear = 1990 } } })).Id;
        await omar.OpenAsync(new { person });
        for (var run = 0; run < 3; run++)
            await job.RunAsync(CancellationToken.None);
        await office.WriteAsync("update platform_users set disabled_at = @Now where id = @Id", new { Now = office.Time.GetUtcNow(), omar.Id });
        Assert.Equal(201, (await Town.NeverAsync(nora, person, new { kind = "one", code = omar.Id })).Status);
        // He comes back before anybody looked who is there.
        Assert.Equal(0, await job.OfNotedAsync(CancellationToken.None));
        await office.WriteAsync("update platform_users set disabled_at = null where id = @Id", new { omar.Id });
        Assert.Equal(1, await job.OfChangedAsync(CancellationToken.None));
        Assert.Empty(await OwnedAsync(office));
    }

    // As it was done before: every open case of every owner, one by one.
    private static async Task<IReadOnlyList<Guid>> FullPassAsync(CasesOffice office)
    {
        var (cases, guards, shut) = (office.Node.Services.GetRequiredService<CaseFiles>(), office.Node.Services.GetRequiredService<CaseGuards>(), new List<Guid>());
        await using var connection = await office.Node.Db.ReadAsync(CancellationToken.None);
        foreach (var owner in await Colleagues.HoldingAsync(office.Node.Db, CasesRights.Read, CancellationToken.None))
        {
            var scope = CaseScope.For(owner);
            foreach (var row in await office.ReadAsync<CaseRow>("select * from cases_cases where owner_id = @Owner and closed_at is null", new { Owner = owner.UserId!.Value }))
            {
                if (scope.SeesCase(row.Place, guards.CompartmentOf(row.Guard)) && (await cases.SeenAsync(connection, scope, [row], CancellationToken.None)).Count == 0)
                    shut.Add(row.Id);
            }
        }

        return shut;
    }

    private static Task<IReadOnlyList<Guid>> OwnedAsync(CasesOffice office) => office.ReadAsync<Guid>("select id from cases_cases where owner_id is not null and closed_at is null");

    /// <summary>Two offices and people of the whole node, in which things happen by chance.</summary>
    private sealed class Town
    {
        private readonly List<(Guid Id, bool IsNorth)> persons = [];
        private readonly Dictionary<Guid, int> kinds = [];

        // In the order in which they were opened: keys of one moment have none.
        private readonly List<Guid> opened = [];

        private Town(CasesOffice office) => Office = office;

        private CasesOffice Office { get; }

        public required Officer Root { get; init; }

        public required Officer Susan { get; init; }

        public required Officer Tina { get; init; }

        public required Officer Vera { get; init; }

        public required IReadOnlyList<Officer> Workers { get; init; }

        public static async Task<Town> OpenAsync(CasesOffice office)
        {
            var town = new Town(office)
            {
                Root = await office.OfficerAsync("root", "administrator", null),
                Susan = await office.OfficerAsync("susan", "cases_supervisor", null),
                Tina = await office.OfficerAsync("tina", "case_worker", null),
                Vera = await office.OfficerAsync("vera", "case_worker", null),
                // Of the last two, one works for both offices, and one is of the north and reaches everything.
                Workers =
                [
                    await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"), await office.OfficerAsync("saul", "case_worker", South), await office.OfficerAsync("sira", "case_worker", South),
                    await office.OfficerAsync("bela", "case_worker"), await office.OfficerAsync("nadia", "case_worker"),
                ],
            };
            await office.AddRoleAsync("as_police", "cases.as.police");
            await office.WriteAsync("insert into platform_role_grants (user_id, role, scope_kind, scope_id) values (@Id, 'case_worker', 'agency', @South)", new { town.Workers[4].Id, South = town.Workers[2].Agency!.Value.ToString("D") });
            await office.WriteAsync("update platform_role_grants set scope_kind = 'node', scope_id = '' where user_id = @Id", new { town.Workers[5].Id });
            return town;
        }

        /// <summary>Somebody of full age says to whom never.</summary>
        public static Task<Told> NeverAsync(Officer by, Guid person, params object[] exclusions) => by.PostAsync($"/api/cases/persons/{person:D}/consents", new
        {
            givenBy = new { kind = "self" },
            form = "verbal",
            language = "es",
            purpose = "services",
            exclusions,
            leftConfirmed = true,
        });

        /// <summary>One thing happens; which.</summary>
        public async Task<string> StepAsync(Random random)
        {
            T Any<T>(IReadOnlyList<T> some) => some[random.Next(some.Count)];
            if (persons.Count < 3)
                return await RegisterAsync();
            var person = Any(persons).Id;
            switch (random.Next(22))
            {
                case 0 or 1 or 2:
                    return await RegisterAsync();
                case 3 or 4:
                    object never = random.Next(4) switch
                    {
                        0 => new { kind = "one", code = Any(Workers).Agency },
                        1 => new { kind = "country", code = Any(["PA", "GT"]) },
                        _ => new { kind = "class", code = Any(["police", "migration_control", "service_provider"]) },
                    };
                    await Fits(await WithAsync(Tina, tina => NeverAsync(tina, person, never)));
                    return "excluded";
                case 5 or 6:
                    // Whoever looks after a case of theirs.
                    foreach (var one in await SomeAsync("closed_at is null and owner_id is not null", 1, random))
                        await Fits(await WithAsync(Tina, tina => NeverAsync(tina, one.PersonId, new { kind = "one", code = one.OwnerId })));
                    return "owner";
                case 7 or 8:
                    return await LiftAsync();
                case 9 or 10 or 11 or 12:
                    var given = Any(Workers).Id;
                    foreach (var one in await SomeAsync("closed_at is null", 2, random))
                        await Fits(await WithAsync(Susan, susan => susan.PostAsync($"/api/cases/{one.Id:D}/assign", new { owner = given }, ("If-Match", $"\"v{one.Version}\""))));
                    return "assigned";
                case 13:
                    foreach (var one in await SomeAsync("closed_at is null", 1, random))
                    {
                        await Office.WriteAsync("update cases_cases set state = 'closing' where id = @Id", new { one.Id });
                        await Fits(await WithAsync(Tina, tina => tina.PostAsync($"/api/cases/{one.Id:D}/close", new { reason = "needs_met", personAgreed = "yes" }, ("If-Match", $"\"v{one.Version}\""))));
                    }

                    return "closed";
                case 14:
                    foreach (var one in await SomeAsync("closed_at is not null", 2, random))
                        await Fits(await WithAsync(Tina, tina => tina.PostAsync($"/api/cases/{one.Id:D}/reopen", new { reason = "came back" }, ("If-Match", $"\"v{one.Version}\""))));
                    return "reopened";
                case 15 or 16:
                    var (agency, said) = (Any(Workers).Agency!.Value, Any<string[]>([[], ["police"], ["migration_control"], ["service_provider"]]));
                    var told = await WithAsync(Root, root => root.PutAsync($"/api/cases/agencies/{agency:D}/kinds", new { kinds = said, country = said is ["police"] && random.Next(2) == 0 ? "GT" : null }, $"\"v{kinds.GetValueOrDefault(agency)}\""));
                    Assert.True(told.Status == 200, told.Text);
                    kinds[agency] = told.Json.GetProperty("version").GetInt32();
                    return "kinds";
                case 17:
                    var worker = Any(Workers).Id;
                    await Office.WriteAsync(
                        (await Office.ReadAsync<string>("select role from platform_role_grants where user_id = @worker and role = 'as_police'", new { worker })).Count > 0
                            ? "delete from platform_role_grants where user_id = @worker and role = 'as_police'"
                            : "insert into platform_role_grants (user_id, role, scope_kind, scope_id) values (@worker, 'as_police', 'node', '')",
                        new { worker });
                    return "role";
                case 18:
                    await Office.WriteAsync("update platform_users set disabled_at = case when disabled_at is null then @Now end where id = @Id", new { Now = Office.Time.GetUtcNow(), Any(Workers).Id });
                    return "user";
                case 19:
                    return await MergeAsync(random);
                case 20:
                    // What is known of somebody can close them to authorities that look over another office.
                    var file = await WithAsync(Tina, tina => tina.GetAsync($"/api/cases/persons/{person:D}"));
                    await Fits(await WithAsync(Tina, tina => tina.PutAsync($"/api/cases/persons/{person:D}", new { asylum = new { notes = "afraid" } }, file.Tag)));
                    return "known";
                default:
                    Office.Time.Advance(TimeSpan.FromMinutes(17));
                    return "time";
            }

            async Task<string> RegisterAsync()
            {
                var by = Any(Workers.Take(4).ToList());
                var isNorth = by.Agency == Workers[0].Agency;
                var made = await WithAsync(by, officer => officer.PostAsync("/api/cases/persons", new { identity = new { birth = new { inYear = 1990 }, nationalities = new[] { new { code = Any(["PA", "GT", "HT"]) } } } }));
                await Fits(made);
                if (made.Status != 201)
                    return "away";
                var others = persons.Where(one => one.IsNorth == isNorth).Select(one => one.Id).Where(_ => random.Next(6) == 0).Take(2).ToList();
                persons.Add((made.Id, isNorth));
                // Somebody of their own office, or whoever reaches it too.
                var told = await WithAsync(random.Next(3) == 0 ? Workers[4 + random.Next(2)] : by, officer => officer.PostAsync("/api/cases", new { person = made.Id, otherPersons = others }));
                await Fits(told);
                if (told.Status == 201)
                    opened.Add(told.Id);
                return "opened";
            }

            async Task<string> LiftAsync()
            {
                var all = await WithAsync(Tina, tina => tina.GetAsync($"/api/cases/persons/{person:D}/exclusions"));
                if (all.Status != 200 || all.Json.GetProperty("exclusions").EnumerateArray().FirstOrDefault(one => one.GetProperty("stands").GetBoolean()) is not { ValueKind: System.Text.Json.JsonValueKind.Object } shut)
                    return "none";
                var told = await WithAsync(Tina, tina => tina.PostAsync($"/api/cases/persons/{person:D}/exclusions/asked", new { recipient = shut.GetProperty("recipient"), givenBy = new { kind = "self" }, form = "verbal", note = "her own wish" }));
                await Fits(told);
                if (told.Status != 202)
                    return "none";
                var lift = told.Json.GetProperty("asked").EnumerateArray().First(one => one.GetProperty("state").GetString() == "asked").GetProperty("id").GetGuid();
                await Fits(await WithAsync(Vera, vera => vera.PostAsync($"/api/cases/persons/{person:D}/exclusions/asked/{lift:D}/confirm", new { approve = true })));
                return "lifted";
            }
        }

        private async Task<string> MergeAsync(Random random)
        {
            var isNorth = random.Next(2) == 0;
            var two = persons.Where(one => one.IsNorth == isNorth).OrderBy(_ => random.Next()).Take(2).ToList();
            if (two.Count < 2)
                return "none";
            // What both files say otherwise is picked from the one that stays.
            var compared = await WithAsync(Tina, tina => tina.GetAsync($"/api/cases/merges/compare?survivor={two[0].Id:D}&absorbed={two[1].Id:D}"));
            await Fits(compared);
            if (compared.Status != 200)
                return "none";
            var decisions = compared.Json.GetProperty("fields").EnumerateArray().Where(field => field.GetProperty("choices").GetArrayLength() > 1)
                .ToDictionary(field => field.GetProperty("name").GetString()!, field => field.GetProperty("choices").EnumerateArray().First().GetString());
            var proposed = await WithAsync(Tina, tina => tina.PostAsync("/api/cases/merges", new { survivor = two[0].Id, absorbed = two[1].Id, decisions }));
            await Fits(proposed);
            if (proposed.Status != 201)
                return "none";
            var done = await WithAsync(Vera, vera => vera.PostAsync($"/api/cases/merges/{proposed.Id:D}/decide", new { approve = true }));
            await Fits(done);
            if (done.Status == 200)
                persons.Remove(two[1]);
            return "merged";
        }

        private async Task<IReadOnlyList<CaseRow>> SomeAsync(string which, int most, Random random)
        {
            var rows = (await Office.ReadAsync<CaseRow>("select * from cases_cases where " + which)).OrderBy(row => opened.IndexOf(row.Id)).ToArray();
            random.Shuffle(rows);
            return [.. rows.Take(most)];
        }

        // Each from a network address of their own: limits count by address.
        private static async Task<Told> WithAsync(Officer officer, Func<Officer, Task<Told>> act)
        {
            using var elsewhere = officer.Elsewhere();
            return await act(elsewhere);
        }

        // Much of what is tried is refused; nothing of it fails.
        private static Task Fits(Told told)
        {
            Assert.True(told.Status < 500, told.Text);
            return Task.CompletedTask;
        }
    }
}
