using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Disclosure;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Disclosure;

/// <summary>A place where somebody lies: who holds it, and of a case the compartment of its kind and whether it is restricted.</summary>
internal sealed record Lies(RecordPlace At, string? Home = null, bool Restricted = false);

/// <summary>A person of the town, as the sentences know them: nothing of it is read back from the node.</summary>
internal sealed record Townsman(Guid Id, Guid? Agency, IReadOnlyList<Lies> Places, IReadOnlyList<string> Countries, bool NeedsProtection, bool AskedForConsulate, IReadOnlyList<(string Kind, string Code)> Never)
{
    /// <summary>What they agreed to beside: of which compartment, who, and whether to look or to keep on paper.</summary>
    public required IReadOnlyList<(string Category, string Kind, string Code, string Action)> Agreed { get; init; }
}

/// <summary>Persons by chance in a node of Panama, with files that were merged, cases, consents and what they shut out; and agencies of several kinds.</summary>
internal sealed class ViewsTown
{
    private static readonly Guid[] Users = Ids(0xA1);
    private static readonly Guid[] Agencies = Ids(0xC1);

    // Each team is of the agency with its number; a record lies with a team of another agency now and then, as after a mistake.
    private static readonly Guid[] Teams = Ids(0xB1);

    // What each agency is: nothing said, a shelter, the police of Panama, the police of Guatemala at the border, a consulate of nobody knows whom, one of Haiti.
    private static readonly (string Kinds, string? Country)[] Said =
        [("", null), ("service_provider", null), ("police", null), ("police child_protection", "GT"), ("consulate", null), ("consulate", "HT")];

    private static readonly string[][] Around = [[], ["PA", "PAN"], ["GT", "GTM"], ["PA-8", "PA", "PAN"]];

    public List<Townsman> Persons { get; } = [];

    public static async Task<ViewsTown> FillAsync(CasesOffice office, Random random)
    {
        var (town, services, now) = (new ViewsTown(), office.Node.Services, office.Time.GetUtcNow());
        var (keys, seals, guards, consents) = (services.GetRequiredService<DataKeys>(), services.GetRequiredService<SealedRecords>(), services.GetRequiredService<CaseGuards>(), services.GetRequiredService<KeptConsents>());
        await using (var change = await office.Node.Db.BeginAsync(TestDatabase.Alice, "test.agencies", "sample", CancellationToken.None))
        {
            for (var i = 0; i < Agencies.Length; i++)
            {
                await change.ExecuteAsync("insert into platform_agencies (id, name, created_at, version) values (@Id, @Name, @now, 1)", new { Id = Agencies[i], Name = $"Agency {i}", now });
                await change.ExecuteAsync("insert into platform_teams (id, agency_id, name, created_at, version) values (@Id, @Agency, 'Team', @now, 1)", new { Id = Teams[i], Agency = Agencies[i], now });
                if (i > 0)
                    await change.ExecuteAsync(
                        "insert into cases_agency_kinds (agency_id, kinds, country, changed_at, changed_by, version) values (@Id, @Kinds, @Country, @now, 'x', 1)", new { Id = Agencies[i], Said[i].Kinds, Said[i].Country, now });
            }

            change.Touch(AgencyKinds.Area);
            await change.CommitAsync(CancellationToken.None);
        }

        for (var i = 0; i < 48; i++)
        {
            var (id, merged) = (new Guid(i, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1), i % 6 == 0 ? new Guid(i, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3) : (Guid?)null);
            var made = await keys.MakeAsync(merged is { } two ? [id, two] : [id], CancellationToken.None);
            await using var change = await office.Node.Db.BeginAsync(TestDatabase.Alice, "test.persons", "sample", CancellationToken.None);
            List<Lies> places = [new(Place(random, out var path))];
            var (own, countries, needs) = (places[0].At, new List<string>(), random.Next(3) == 0);
            await PersonAsync(id, own, path, null);
            if (merged is { } file)
            {
                places.Add(new Lies(Place(random, out var other)));
                await PersonAsync(file, places[^1].At, other, id);
                await change.ExecuteAsync(
                    """
                    insert into cases_merges (id, survivor_id, absorbed_id, state, survivor_version, absorbed_version, proposed_at, proposed_by, decided_at, decided_by, version)
                    values (@Merge, @id, @file, 'done', 1, 1, @now, 'x', @now, 'y', 1)
                    """,
                    new { Merge = Guid.CreateVersion7(now), id, file, now });
            }

            for (var count = random.Next(3); count > 0; count--)
            {
                var home = Compartments.All[random.Next(Compartments.All.Count)];
                places.Add(new Lies(Place(random, out var at), home, (i + places.Count) % 3 == 0));
                var one = Guid.CreateVersion7(now);
                await change.ExecuteAsync(
                    """
                    insert into cases_cases (id, public_ref, person_id, state, guard, urgency, due_at, owner_id, team_id, agency_id, restricted, area, area_path, created_at, created_by, changed_at, version)
                    values (@one, @Ref, @id, 'active', @Guard, 1, @now, @Owner, @Team, @Agency, @Restricted, '', @at, @now, 'x', @now, 1)
                    """,
                    new { one, Restricted = places[^1].Restricted ? 1 : 0, Ref = one.ToString("N"), id, Guard = guards.Of(home), now, places[^1].At.Owner, places[^1].At.Team, places[^1].At.Agency, at });
                await change.ExecuteAsync("insert into cases_case_persons (case_id, person_id) values (@one, @id)", new { one, id });
            }

            // What a person said of asylum is what they need protection by; where nobody knows a country, they may be from anywhere.
            countries.AddRange(new[] { "GT", "PA", "HT" }.Where(_ => random.Next(3) == 0));
            // Where somebody comes from may stand as their nationality, as where they were born, on their papers, or in a file that was merged into theirs.
            var stands = countries.ToLookup(_ => random.Next(merged is null ? 3 : 4));
            await seals.WriteAsync(change, made[id], id, Compartments.Identity, 1, new
            {
                names = new[] { new { full = "Somebody" } },
                birth = new { inYear = 1980 },
                nationalities = stands[0].Concat(stands[1].Skip(1)).Select(code => new { code }),
                placeOfBirth = stands[1].Select(country => new { country }).FirstOrDefault(),
                documents = stands[2].Select(issuer => new { type = "passport", number = "X1", issuer }),
            });
            if (merged is { } held && stands[3].Any())
                await seals.WriteAsync(change, made[held], held, Compartments.Identity, 1, new { nationalities = stands[3].Select(code => new { code }) });
            if (needs)
                await seals.WriteAsync(change, made[id], id, Compartments.Asylum, 1, new { notes = "x" });
            var (never, asked, agreed) = (new List<(string, string)>(), new HashSet<Guid>(), new List<(string, string, string, string)>());
            for (var count = random.Next(3); count > 0; count--)
            {
                var holder = merged is { } absorbed && random.Next(2) == 0 ? absorbed : id;
                if (await ConsentAsync(holder, never))
                    asked.Add(holder);
            }

            // Of two files that became one, each has to say that they asked for it: who agrees with one has not agreed for what is in the other.
            var isAsked = asked.Contains(id) && (merged is not { } second || asked.Contains(second));
            // Whose authorities somebody shuts out, they may have fled.
            town.Persons.Add(new Townsman(id, own.Agency, places, [.. countries.Concat(never.Where(one => one.Item1 == "country").Select(one => one.Item2))], needs, isAsked, never) { Agreed = agreed });
            await change.CommitAsync(CancellationToken.None);

            Task PersonAsync(Guid person, RecordPlace place, string area, Guid? into) => change.ExecuteAsync(
                """
                insert into cases_persons (id, public_ref, status, merged_into, owner_id, team_id, agency_id, area, area_path, created_at, created_by, changed_at, version)
                values (@person, @Ref, @Status, @into, @Owner, @Team, @Agency, '', @area, @now, 'x', @now, 1)
                """,
                new { person, Ref = person.ToString("N"), Status = into is null ? "active" : "merged", into, place.Owner, place.Team, place.Agency, area, now });

            async Task<bool> ConsentAsync(Guid holder, List<(string, string)> never)
            {
                var (isConsular, state) = (random.Next(3) == 0, random.Next(3));
                List<Exclusion> exclusions = [];
                if (random.Next(2) == 0)
                {
                    var (kind, code) = random.Next(4) switch
                    {
                        0 => ("class", new[] { "police", "consulate", "service_provider", "migration_control" }[random.Next(4)]),
                        1 => ("one", Agencies[random.Next(Agencies.Length)].ToString("D")),
                        2 => ("one", Users[random.Next(Users.Length)].ToString("D")),
                        _ => ("country", new[] { "GT", "HT", "PA" }[random.Next(3)]),
                    };
                    var isLifted = random.Next(4) == 0;
                    exclusions.Add(new Exclusion(new RecipientName(kind, code)) { LiftedAt = isLifted ? now : null });
                    if (!isLifted)
                        never.Add((kind, code));
                }

                // Of files that were merged a consent says less than it does by itself: those agree to nothing beside.
                List<(string Category, string Kind, string Code, string Action)> beside = merged is not null || isConsular ? [] :
                [
                    .. Enumerable.Range(0, random.Next(16)).Select(_ =>
                    {
                        var (kind, code) = random.Next(3) switch
                        {
                            0 => ("class", "service_provider"),
                            1 => ("one", Agencies[random.Next(Agencies.Length)].ToString("D")),
                            _ => ("one", Users[random.Next(Users.Length)].ToString("D")),
                        };
                        return (random.Next(2) == 0 ? "lgbti" : Compartments.All[random.Next(Compartments.All.Count)], kind, code, random.Next(2) == 0 ? "view" : "retain");
                    }),
                ];
                if (state == 2)
                    agreed.AddRange(beside);
                var consent = new GivenConsent
                {
                    Id = Guid.CreateVersion7(now),
                    PersonId = holder,
                    GivenBy = new ConsentGiver(ConsentGiver.Self),
                    Form = new ConsentForm(ConsentForm.Verbal, "x"),
                    Language = "es",
                    NoticeVersion = NoticeWording.Versions.First(),
                    Explained = NoticeWording.Points,
                    FreeToRefuse = true,
                    Purpose = isConsular ? "consular" : "services",
                    // A consent to everything for every kind opens nothing on a screen to whom no grant leads there.
                    Scopes = [.. Compartments.All.Select(compartment => new ConsentScope(compartment, new RecipientName(RecipientName.OfClass, "service_provider"), "view")), .. beside.Select(one => new ConsentScope(one.Category, new RecipientName(one.Kind, one.Code), one.Action))],
                    Exclusions = exclusions,
                    GrantedAt = now.AddDays(-3),
                    ExpiresAt = state == 0 ? now : now.AddDays(30),
                    WithdrawnAt = state == 1 ? now : null,
                };
                await change.ExecuteAsync(
                    "insert into cases_consents (id, person_id, granted_at, expires_at, withdrawn_at, created_at, created_by, version) values (@Id, @PersonId, @GrantedAt, @ExpiresAt, @WithdrawnAt, @GrantedAt, 'x', 1)",
                    new { consent.Id, consent.PersonId, consent.GrantedAt, consent.ExpiresAt, consent.WithdrawnAt });
                await consents.WriteAsync(change, made[holder], 1, new ConsentContent(consent));
                return isConsular && state == 2;
            }
        }

        return town;
    }

    /// <summary>A user of the town by chance: with rights in several scopes, a role of police or migration control, a token that leaves something out.</summary>
    public Actor Somebody(Random random)
    {
        Scope Any() => random.Next(6) switch
        {
            0 => Scope.Node,
            1 => new Scope("agency", Agencies[random.Next(Agencies.Length)].ToString("D")),
            2 => new Scope("team", Teams[random.Next(Teams.Length)].ToString("D")),
            3 => new Scope("place", new[] { "PA", "PAN", "GT", "PA-8" }[random.Next(4)]),
            4 => new Scope("own", ""),
            _ => new Scope("agency", Agencies[0].ToString("D")),
        };
        var main = Any();
        var grants = new List<Grant> { new("cases.read", main) };
        if (random.Next(3) == 0)
            grants.Add(new Grant("cases.read", Any()));
        if (random.Next(4) == 0)
            grants.Add(new Grant("cases.supervise", Any()));
        if (random.Next(5) == 0)
            grants.Add(new Grant(random.Next(2) == 0 ? "cases.as.police" : "cases.as.migration_control", Any()));
        foreach (var compartment in Compartments.All.Where(compartment => compartment != "consular" || random.Next(4) == 0))
        {
            if (random.Next(4) > 0)
                grants.Add(new Grant("cases.see." + compartment, random.Next(2) == 0 ? main : Any()));
        }

        return new Actor("user:x", Users[random.Next(Users.Length)], "X", grants)
        {
            Agency = random.Next(3) == 0 ? null : Agencies[random.Next(Agencies.Length)],
            OnlyPermissions = random.Next(6) == 0 ? new HashSet<string> { "cases.read", "cases.see.general", "cases.see.identity", "cases.see.asylum" } : null,
        };
    }

    /// <summary>The sentences: a grant leads there, nothing shuts them out by any agency that they work for, and what goes to no consulate and to no country of origin stays away.</summary>
    public bool Shows(Actor actor, Townsman person, string compartment) =>
        person.Places.Any(place => Holds(actor, "cases.read", place.At) && Holds(actor, "cases.see." + compartment, place.At) && (place.Home is null || Holds(actor, "cases.see." + place.Home, place.At))
            && (!place.Restricted || Holds(actor, "cases.supervise", place.At) || place.At.Owner == actor.UserId || (place.At.Team is { } team && actor.Grants.Contains(new Grant("cases.read", new Scope("team", team.ToString("D")))))))
            && Works(actor).All(office => !IsClosed(actor, office, person, compartment, office.Agency == person.Agency || !office.Kinds.Any(DenialTable.IsAuthority)));

    /// <summary>What a list shows of somebody's orientation: what a view does, to whom they chose by name for it in every office that the reader works for.</summary>
    public bool Lists(Actor actor, Townsman person) => Shows(actor, person, "lgbti")
        && Works(actor).All(office => person.Agreed.Any(one => one is { Category: "lgbti", Kind: "one", Action: "view" } && IsMeant(actor, office, one.Kind, one.Code)));

    /// <summary>
    /// What goes onto paper: by those who look after the person and hold the rights where their own file lies; by others who hold them
    /// somewhere what the person let them keep. Nothing that is closed to any office that they work for.
    /// </summary>
    public bool Prints(Actor actor, Townsman person, string compartment)
    {
        var offices = Works(actor).ToList();
        return offices.TrueForAll(office => !IsClosed(actor, office, person, compartment, office.Agency == person.Agency))
            && new[] { "cases.read", "cases.see." + compartment }.All(right => (actor.OnlyPermissions is null || actor.OnlyPermissions.Contains(right)) && actor.Grants.Any(grant => grant.Permission == right))
            && offices.Exists(office => office.Agency == person.Agency
                ? Holds(actor, "cases.read", person.Places[0].At) && Holds(actor, "cases.see." + compartment, person.Places[0].At)
                : person.Agreed.Any(one => one.Category == compartment && one.Action == "retain" && IsMeant(actor, office, one.Kind, one.Code)));
    }

    private static bool IsMeant(Actor actor, (Guid? Agency, List<string> Kinds, string? Country) office, string kind, string code) =>
        kind == "class" ? office.Kinds.Contains(code) : code == actor.UserId!.Value.ToString("D") || code == office.Agency?.ToString("D");

    private static bool IsClosed(Actor actor, (Guid? Agency, List<string> Kinds, string? Country) office, Townsman person, string compartment, bool isNear)
    {
        var isAuthority = office.Kinds.Any(DenialTable.IsAuthority);
        var isExcluded = person.Never.Any(never => never.Kind switch
        {
            "class" => office.Kinds.Contains(never.Code),
            "one" => never.Code == actor.UserId!.Value.ToString("D") || never.Code == office.Agency?.ToString("D"),
            _ => isAuthority && (office.Country is null || office.Country == never.Code),
        });
        var isLocked = (person.NeedsProtection || compartment == "asylum")
            && (office.Kinds.Contains("consulate")
                || (isNear ? office.Country is "GT" or "HT" && person.Countries.Contains(office.Country)
                    : office.Country is null || (person.Countries.Count == 0 ? office.Country != "PA" : person.Countries.Contains(office.Country))));
        var isUnasked = !person.AskedForConsulate && (office.Kinds.Contains("consulate") || (compartment == "consular" && !isNear));
        return isExcluded || isLocked || isUnasked || office.Kinds.Any(kind => DenialTable.IsNeverShownTo(kind, compartment));
    }

    private static bool Holds(Actor actor, string right, RecordPlace place) =>
        (actor.OnlyPermissions is null || actor.OnlyPermissions.Contains(right)) && actor.Grants.Any(grant => grant.Permission == right && grant.Scope.Kind switch
        {
            "node" => true,
            "agency" => grant.Scope.Id == place.Agency?.ToString("D"),
            "team" => grant.Scope.Id == place.Team?.ToString("D"),
            "own" => place.Owner == actor.UserId,
            _ => place.Areas.Contains(grant.Scope.Id),
        });

    // Every agency that they work for: their own, and those at which they may read by the agency or by one of its teams.
    private static IEnumerable<(Guid? Agency, List<string> Kinds, string? Country)> Works(Actor actor)
    {
        var agencies = actor.Grants.Where(grant => grant.Permission == "cases.read").Select(grant => grant.Scope.Kind switch
        {
            "agency" => Guid.Parse(grant.Scope.Id),
            "team" => Agencies[Array.IndexOf(Teams, Guid.Parse(grant.Scope.Id))],
            _ => (Guid?)null,
        }).Append(actor.Agency).OfType<Guid>().Distinct().Select(agency => (Guid?)agency).DefaultIfEmpty(null);
        foreach (var agency in agencies)
        {
            var (kinds, country) = agency is { } known ? Said[Array.IndexOf(Agencies, known)] : ("", null);
            List<string> all = [.. kinds.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
            if (actor.Grants.Any(grant => grant.Permission == "cases.as.police"))
                all.Add("police");
            if (actor.Grants.Any(grant => grant.Permission == "cases.as.migration_control"))
                all.Add("migration_control");
            if (actor.Grants.Any(grant => grant.Permission == "cases.see.consular"))
                all.Add("consulate");
            yield return (agency, all, country ?? (all.Contains("consulate") ? null : "PA"));
        }
    }

    private static RecordPlace Place(Random random, out string path)
    {
        Guid? Perhaps(Guid[] among) => random.Next(4) == 0 ? null : among[random.Next(among.Length)];
        var (agency, areas) = (Perhaps(Agencies), Around[random.Next(Around.Length)]);
        // Mostly a team of the agency that holds it.
        Guid? team = random.Next(3) == 0 ? null : agency is { } holder && random.Next(5) > 0 ? Teams[Array.IndexOf(Agencies, holder)] : Perhaps(Teams);
        path = areas.Length == 0 ? "/" : $"/{string.Join('/', areas)}/";
        return new RecordPlace(Perhaps(Users), team, agency) { Areas = areas };
    }

    private static Guid[] Ids(byte kind) => [.. Enumerable.Range(1, 6).Select(i => new Guid(i, kind, 4, 8, 0, 0, 0, 0, 0, 0, kind))];
}
