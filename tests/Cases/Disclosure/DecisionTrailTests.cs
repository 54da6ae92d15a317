using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Erasing;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Tests.Cases.Referrals;
using Tambo.Tests.Cases.Tracing;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Disclosure;

/// <summary>Each decision that gives or refuses something of a person leaves a line with what it said, and what it said is sealed by the person's key.</summary>
public sealed class DecisionTrailTests
{
    [Theory]
    [OnEachEngine]
    public async Task Opening_a_file_leaves_what_was_given_and_withheld_and_a_list_one_line_for_each_person_and_no_more(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await office.AddRoleAsync("overseer", "cases.read", "cases.see.identity", "cases.see.general");
        var (carla, olga) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("olga", "overseer", null));
        var person = await carla.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara" } } } });
        await carla.OpenAsync(new { person = person.Id });
        Assert.Empty(await LinesAsync(office, person.Id));

        Assert.Equal(200, (await carla.GetAsync($"/api/cases/persons/{person.Id:D}")).Status);
        var opened = Assert.Single(await LinesAsync(office, person.Id));
        Assert.Equal(("view", "looks_after", 0L), (opened.Route, opened.Basis, opened.Refused));
        // What a case worker may not open, written down from the table of rights.
        Assert.Equal(["right_missing: violence lgbti consular"], Said(opened.Decided!.Withheld));
        Assert.Empty(opened.Decided.Given);
        // The audit has the line and the hash of what is sealed.
        var details = (await office.ReadAsync<string>("select details from platform_audit_entries where change = 'cases.person.seen' order by writer, sequence"))[^1];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(opened.Decision!).AsSpan(0, 16)), JsonDocument.Parse(details).RootElement.GetProperty("decision").GetString());
        Assert.DoesNotContain("right_missing", details, StringComparison.Ordinal);

        Assert.Equal(200, (await carla.GetAsync("/api/cases/worklist")).Status);
        var listed = Assert.Single(await LinesAsync(office, person.Id), line => line.How == "list");
        Assert.Equal(("list", "looks_after", 0L, (byte[]?)null), (listed.Route, listed.Basis, listed.Refused, listed.Decision));
        Assert.Equal(2, (await LinesAsync(office, person.Id)).Count);
        // Who reads by a reach that was granted, and not for the agency that looks after the person, reads as that.
        Assert.Equal(200, (await olga.GetAsync("/api/cases/persons?limit=5")).Status);
        Assert.Equal(["granted_reach"], (await LinesAsync(office, person.Id)).Where(line => line.Actor == $"user:{olga.Id:D}").Select(line => line.Basis));
    }

    [Theory]
    [OnEachEngine]
    public async Task A_referral_leaves_what_its_receiver_was_shown_and_given_and_by_which_consent_and_a_refusal_why(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var (office, person) = (desk.Office, desk.Consent.PersonId);
        await desk.HandOverAsync();
        var lines = (await LinesAsync(office, person)).Where(line => line.Actor == $"user:{desk.Saul.Id:D}").ToList();
        var preview = lines.First(line => line.Route == "preview").Decided!;
        Assert.Equal($"service:{desk.Beds.Id:D}", preview.To);
        var shown = Assert.Single(preview.Given);
        Assert.Equal(("consent", (Guid?)desk.Consent.Id), (shown.Why, shown.Consent));
        Assert.Equal(["general/age_band", "general/district", "general/language", "general/sex"], shown.Fields.Order(StringComparer.Ordinal));
        var handed = Assert.Single(lines, line => line.Route == "referral");
        var given = Assert.Single(handed.Decided!.Given);
        Assert.Equal(("consent", (Guid?)desk.Consent.Id), (given.Why, given.Consent));
        Assert.Contains("identity/name", given.Fields);
        Assert.DoesNotContain(given.Fields, field => field.StartsWith("health", StringComparison.Ordinal));

        // Of a consent that was taken back nothing is shown any more, and the line says why.
        var second = await desk.OfferAsync(desk.Mats);
        var link = await desk.LinkAsync(second, "links");
        await desk.ChangeAsync(consent => consent with { WithdrawnAt = office.Time.GetUtcNow() });
        Assert.Equal(410, (await desk.PageAsync(link, null)).Status);
        var refused = Assert.Single(await LinesAsync(office, person), line => line.Refused == 1);
        Assert.Equal(("preview", "", "referral"), (refused.Route, refused.Compartments, refused.Purpose));
        Assert.Equal($"service:{desk.Mats.Id:D}", refused.Decided!.To);
        Assert.Empty(refused.Decided.Given);
        Assert.Equal(["consent_withdrawn"], refused.Decided.Withheld.Select(one => one.Why));
        Assert.Single(await office.ReadAsync<string>("select change from platform_audit_entries where change = 'cases.disclosure.refused'"));

        // In the clear stands neither to whom nor what nor why.
        var clear = string.Join('\n', await office.ReadAsync<string>("select actor || ' ' || purpose || ' ' || compartments || ' ' || how || ' ' || route || ' ' || coalesce(basis, '') from cases_views"))
            + string.Join('\n', await office.ReadAsync<string>("select details from platform_audit_entries where change in ('cases.person.seen', 'cases.disclosure.refused')"));
        Assert.All([$"{desk.Beds.Id:D}", $"{desk.Mats.Id:D}", $"{desk.Consent.Id:D}", "consent_withdrawn", "general/", "age_band"], word => Assert.DoesNotContain(word, clear, StringComparison.Ordinal));

        // The person is told in plain words; whoever may not know where the help is learns that somebody got something.
        var dora = await office.OfficerAsync("dora", "data_protection_officer");
        var told = (await dora.GetAsync($"/api/cases/persons/{person:D}/seen-by")).Json.EnumerateArray().ToList();
        var handover = told.Single(one => one.GetProperty("route").GetString() == "referral");
        Assert.Equal(("Saul", "Camas"), (handover.GetProperty("who").GetString(), handover.GetProperty("to").GetString()));
        Assert.Contains("Name", handover.GetProperty("what").EnumerateArray().Select(one => one.GetString()));
        Assert.StartsWith("Was given to help: ", Plain(handover.GetProperty("said").GetString()!), StringComparison.Ordinal);
        var stopped = told.Single(one => one.GetProperty("refused").GetBoolean());
        Assert.Equal(("preview", "Colchonetas"), (stopped.GetProperty("route").GetString(), stopped.GetProperty("to").GetString()));
        Assert.Empty(stopped.GetProperty("what").EnumerateArray());
        var page = (await dora.GetAsync($"/staff/cases/persons/{person:D}/seen-by")).Text;
        Assert.All(["Was given to help", "Camas", "Was to be shown what help is needed, and was not"], words => Assert.Contains(words, page, StringComparison.Ordinal));
    }

    [Theory]
    [OnEachEngine]
    public async Task An_export_and_a_register_leave_what_went_and_to_whom_and_what_did_not(Engine engine)
    {
        await using var desk = await TracingOffice.OpenAsync(engine);
        var office = desk.Office;
        await office.AddRoleAsync("carrier", "cases.read", "cases.export", "cases.see.identity", "cases.see.lgbti", "cases.see.health");
        var carl = await office.OfficerAsync("carl", "carrier");
        var (agreed, locked) = (await desk.RegisterAsync("Agreeda"), await desk.RegisterAsync("Lockeda", asylum: new { notes = "fear" }));
        foreach (var person in new[] { agreed, locked })
        {
            await desk.AgreeAsync(person.Id);
            await desk.ChooseAsync(person.Id, "consented");
        }

        await desk.ExportAsync(to: "Red de búsqueda", country: "AND");
        var went = Assert.Single(await LinesAsync(office, agreed.Id), line => line.Route == "exchange");
        Assert.Equal(("name:Red de búsqueda", 0L), (went.Decided!.To, went.Refused));
        Assert.Equal(["identity/name", "identity/other_names", "identity/sex", "identity/birth"], Assert.Single(went.Decided.Given).Fields);
        // Who asks for protection goes to no register of their country, and that nothing went is kept.
        var stayed = Assert.Single(await LinesAsync(office, locked.Id), line => line.Route == "exchange");
        Assert.Equal((1L, "origin_lock"), (stayed.Refused, Assert.Single(stayed.Decided!.Withheld).Why));

        Assert.Equal(200, (await carl.PostAsync($"/api/cases/persons/{agreed.Id:D}/export", new { reason = "tracing", form = "json" })).Status);
        var taken = Assert.Single(await LinesAsync(office, agreed.Id), line => line.Route == "export");
        Assert.Equal(["looks_after: identity health"], Said(taken.Decided!.Given));
        Assert.Equal(["not_chosen: lgbti", "right_missing: general violence asylum child tracing consular"], Said(taken.Decided.Withheld));
        var dora = await office.OfficerAsync("dolores", "data_protection_officer");
        Assert.Equal(200, (await dora.PostAsync($"/api/cases/persons/{agreed.Id:D}/export", new { reason = "data_request", form = "json" })).Status);
        var whole = Assert.Single(await LinesAsync(office, agreed.Id), line => line.Purpose == "data_request");
        Assert.Equal(("person", "own_request"), (whole.Decided!.To, Assert.Single(whole.Decided.Given).Why));

        var said = (await dora.GetAsync($"/api/cases/persons/{agreed.Id:D}/seen-by")).Json.EnumerateArray().Select(one => Plain($"{one.GetProperty("said").GetString()} / {(one.TryGetProperty("to", out var to) ? to.GetString() : "")}")).ToList();
        Assert.Contains("Took out in a file: Identity, Health / ", said);
        Assert.Contains("Given to a register that looks for people: birth or age, name, other names they are called by, sex / Red de búsqueda", said);
        Assert.Contains(said, one => one.StartsWith("Took out in a file: Identity, General, Health", StringComparison.Ordinal) && one.EndsWith("/ The person themselves", StringComparison.Ordinal));

        // Of who is erased it stays that somebody saw the file, and nothing of what was decided.
        await office.Node.Services.GetRequiredService<PersonsAtConsole>().EraseAsync(agreed.Ref, "person_asked", false, Actor.OperatingSystem("operator"), CancellationToken.None);
        Assert.Equal(0, (await office.ReadAsync<long>("select count(*) from cases_views where person_id = @Id and (decision is not null or basis is not null or compartments <> '')", new { agreed.Id })).Single());
        Assert.True((await office.ReadAsync<long>("select count(*) from cases_views where person_id = @Id", new { agreed.Id })).Single() >= 3);
    }

    [Theory]
    [OnEachEngine]
    public async Task Who_asks_for_whom_they_are_shut_out_of_leaves_why_and_the_person_is_told_that_they_asked(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (nora, omar, dora) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"), await office.OfficerAsync("dora", "data_protection_officer"));
        var person = await nora.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara" } } } });
        var one = await nora.OpenAsync(new { person = person.Id });
        await ShutOutTests.ShutOutAsync(nora, person.Id, omar.Id);
        Assert.Equal(404, (await omar.GetAsync($"/api/cases/persons/{person.Id:D}", ("Tambo-Purpose", "correction"))).Status);
        Assert.Equal(404, (await omar.GetAsync($"/api/cases/{one.Id:D}")).Status);
        var lines = (await LinesAsync(office, person.Id)).Where(line => line.Actor == $"user:{omar.Id:D}").ToList();
        Assert.Equal(["case assistance view 1", "file correction view 1"], lines.Select(line => $"{line.How} {line.Purpose} {line.Route} {line.Refused}").Order(StringComparer.Ordinal));
        Assert.All(lines, line => Assert.Equal([$"excluded: {string.Join(' ', Compartments.All)}"], Said(line.Decided!.Withheld)));
        // In the audit and in the clear it stays that he asked, and nothing else.
        Assert.All(await office.ReadAsync<string>("select coalesce(nullif(details, ''), '{}') from platform_audit_entries where change = 'cases.shut.asked'"), details => Assert.Equal("{}", details));
        var told = (await dora.GetAsync($"/api/cases/persons/{person.Id:D}/seen-by")).Json.EnumerateArray().Where(reader => reader.GetProperty("who").GetString() == "Omar").ToList();
        Assert.All(told, reader => Assert.Equal("Asked for the file and was not shown it", reader.GetProperty("said").GetString()));
        Assert.Equal(2, told.Count);
        // Of somebody who is out of reach nothing is decided, and there is no line.
        var saul = await office.OfficerAsync("saul", "case_worker", CasesOffice.South);
        Assert.Equal(404, (await saul.GetAsync($"/api/cases/persons/{person.Id:D}")).Status);
        Assert.DoesNotContain(await LinesAsync(office, person.Id), line => line.Actor == $"user:{saul.Id:D}");
    }

    [Theory]
    [OnEachEngine]
    public async Task Whoever_supervises_learns_of_closed_parts_that_something_went_and_not_what_or_to_whom(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await office.AddRoleAsync("carrier", "cases.read", "cases.export", "cases.see.health");
        await office.AddRoleAsync("overseer", "cases.read", "cases.supervise", "cases.see.identity");
        var (paula, carl, sara) = (await office.OfficerAsync("paula", "protection_specialist"), await office.OfficerAsync("carl", "carrier"), await office.OfficerAsync("sara", "overseer"));
        var person = await paula.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara" } } }, health = new { notes = "asthma" } });
        Assert.Equal(200, (await carl.PostAsync($"/api/cases/persons/{person.Id:D}/export", new { reason = "referral", form = "json" })).Status);
        var told = (await sara.GetAsync($"/api/cases/persons/{person.Id:D}/seen-by")).Json.EnumerateArray().Single(one => one.GetProperty("route").GetString() == "export");
        Assert.Equal(["Not open to you"], told.GetProperty("what").EnumerateArray().Select(one => one.GetString()));
        Assert.DoesNotContain("Health", told.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [OnEachEngine]
    public async Task Where_a_referral_went_is_told_to_nobody_to_whom_its_kind_of_help_is_closed(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        await desk.Office.AddRoleAsync("overseer", "cases.read", "cases.supervise", "cases.see.identity", "cases.see.general");
        var (sara, dora) = (await desk.Office.OfficerAsync("sara", "overseer"), await desk.Office.OfficerAsync("dora", "data_protection_officer"));
        await desk.HandOverAsync();
        // As of a kind of help that is closed to her: what the lines say it belongs to is all that tells.
        var key = await desk.Office.Node.Services.GetRequiredService<DataKeys>().FindAsync(desk.Consent.PersonId, CancellationToken.None);
        var seals = desk.Office.Node.Services.GetRequiredService<SealedRecords>();
        foreach (var line in (await LinesAsync(desk.Office, desk.Consent.PersonId)).Where(line => line.Decided?.Part is not null))
            await desk.Office.WriteAsync("update cases_views set decision = @Bytes where id = @Id", new { line.Id, seals.Seal(key!, line.Id, ReadTrail.Seal, 1, line.Decided! with { Part = Compartments.Violence }).Bytes });
        async Task<IReadOnlyList<string>> ToldAsync(Officer reader) =>
            [.. (await reader.GetAsync($"/api/cases/persons/{desk.Consent.PersonId:D}/seen-by")).Json.EnumerateArray().Where(one => one.GetProperty("route").GetString() is "preview" or "referral").Select(one => one.GetProperty("to").GetString()!).Distinct()];
        Assert.Equal(["Not open to you"], await ToldAsync(sara));
        Assert.Equal([desk.Beds.Name], await ToldAsync(dora));
        // A line that was changed by other hands stops nobody's account.
        await desk.Office.WriteAsync("update cases_views set decision = @Bytes where route = 'referral'", new { Bytes = new byte[80] });
        Assert.Contains("Not open to you", await ToldAsync(dora));
    }

    private static string Plain(string said) => said.Replace("\u2068", "", StringComparison.Ordinal).Replace("\u2069", "", StringComparison.Ordinal);

    private static IReadOnlyList<string> Said(IEnumerable<DecidedFields> decided) =>
        [.. decided.Select(one => $"{one.Why}: {string.Join(' ', one.Fields)}").Order(StringComparer.Ordinal)];

    /// <summary>The lines of a person, with what is sealed in them.</summary>
    internal static async Task<IReadOnlyList<Line>> LinesAsync(CasesOffice office, Guid person)
    {
        var key = await office.Node.Services.GetRequiredService<DataKeys>().FindAsync(person, CancellationToken.None);
        return
        [
            .. (await office.ReadAsync<Line>("select id, actor, purpose, compartments, how, route, basis, refused, decision from cases_views where person_id = @person order by at, id", new { person }))
                .Select(line => line with { Decided = line.Decision is null ? null : SealedRecords.Open(key!, line.Id, ReadTrail.Seal, 1, line.Decision).Deserialize<DecisionLine>(CaseJson.Options) }),
        ];
    }

    internal sealed record Line
    {
        public Guid Id { get; init; }

        public string Actor { get; init; } = "";

        public string Purpose { get; init; } = "";

        public string Compartments { get; init; } = "";

        public string How { get; init; } = "";

        public string Route { get; init; } = "";

        public string? Basis { get; init; }

        public long Refused { get; init; }

        public byte[]? Decision { get; init; }

        public DecisionLine? Decided { get; init; }
    }
}
