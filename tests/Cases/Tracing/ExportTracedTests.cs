using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Erasing;
using Tambo.Cases.Tracing;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Files;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Tracing;

/// <summary>Registers for tracing get what persons chose and agreed to, and hear when it is to be forgotten.</summary>
public sealed class ExportTracedTests
{
    [Theory]
    [OnEachEngine]
    public async Task Nobody_leaves_who_did_not_choose_and_agree_and_of_who_did_nothing_but_names_sex_and_birth(Engine engine)
    {
        await using var desk = await TracingOffice.OpenAsync(engine);
        var (agreed, unasked, refused, silent, elsewhere) = (
            await desk.RegisterAsync("Agreeda"), await desk.RegisterAsync("Unaskeda"), await desk.RegisterAsync("Refuseda"), await desk.RegisterAsync("Silenta"), await desk.RegisterAsync("Elsewherea"));
        foreach (var person in new[] { agreed, unasked, refused })
            await desk.AgreeAsync(person.Id);
        await desk.AgreeAsync(elsewhere.Id, recipient: "family");
        await desk.ChooseAsync(agreed.Id, "consented");
        await desk.ChooseAsync(refused.Id, "picture_and_relation");
        await desk.ChooseAsync(silent.Id, "consented");
        await desk.ChooseAsync(elsewhere.Id, "consented");

        var document = await desk.ExportAsync();
        var report = new IssueReport();
        var person1 = Assert.Single(ReadPfif.From(new MemoryStream(Encoding.UTF8.GetBytes(document)), report));
        Assert.Equal(0, report.Total);
        Assert.Equal(("Agreeda Torrealta", "Agreeda", "Torrealta", "Agreeda of the bridge", "female", "1994-06-17"), (person1["full_name"], person1["given_name"], person1["family_name"], person1["alternate_names"], person1["sex"], person1["date_of_birth"]));
        Assert.Equal(desk.Office.Time.GetUtcNow().AddDays(30), person1.ExpiryDate);
        Assert.Equal(["alternate_names", "author_name", "date_of_birth", "family_name", "full_name", "given_name", "sex", "source_name"], person1.Fields.Keys.Order(StringComparer.Ordinal));
        Assert.All(
            new[] { "Unaskeda", "Refuseda", "Silenta", "Elsewherea", "DOC4711", "555", "insulin", "Placeword", "AND", agreed.Id.ToString("D"), agreed.Id.ToString("N"), agreed.Ref },
            word => Assert.DoesNotContain(word, document, StringComparison.Ordinal));
        // The same name the next time; and it stands nowhere in the database, so that a thief of it finds nobody.
        Assert.Equal(person1.RecordId, Assert.Single(ReadPfif.From(new MemoryStream(Encoding.UTF8.GetBytes(await desk.ExportAsync())), report)).RecordId);
        Assert.DoesNotContain(await desk.Office.ReadAsync<string>("select id from cases_traced"), id => person1.RecordId.Contains(id.Replace("-", "", StringComparison.Ordinal), StringComparison.Ordinal));
        // Its reading is noted for the person, and the exchange in the audit.
        Assert.Equal(2, (await desk.Office.ReadAsync<long>("select count(*) from cases_views where person_id = @Id and purpose = 'tracing' and how = 'list'", new { agreed.Id })).Single());
        Assert.Equal(2, (await desk.Office.ReadAsync<long>("select count(*) from platform_audit_entries where change = 'cases.tracing.exported'")).Single());
    }

    [Theory]
    [OnEachEngine]
    public async Task Who_takes_it_back_or_is_erased_or_whose_time_is_over_is_forgotten_by_the_next_document(Engine engine)
    {
        await using var desk = await TracingOffice.OpenAsync(engine);
        var (withdraws, erased, runsOut, changes) = (await desk.RegisterAsync("Withdrawsa"), await desk.RegisterAsync("Eraseda"), await desk.RegisterAsync("Runsouta"), await desk.RegisterAsync("Changesa"));
        var consent = await desk.AgreeAsync(withdraws.Id);
        foreach (var person in new[] { erased, runsOut, changes })
            await desk.AgreeAsync(person.Id);
        foreach (var person in new[] { withdraws, erased, runsOut, changes })
            await desk.ChooseAsync(person.Id, "consented");
        var first = Records(await desk.ExportAsync());
        Assert.Equal(4, first.Count(record => !record.IsPlaceholder));
        var before = desk.Office.Time.GetUtcNow();
        desk.Office.Time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(Records(await desk.ExportAsync(since: before)));

        var told = await desk.Paula.PostAsync($"/api/cases/persons/{withdraws.Id:D}/consents/{consent:D}/withdraw", new { });
        Assert.True(told.Status == 200, told.Text);
        // The receiver is among those to be told.
        Assert.Contains("Red de búsqueda", told.Text, StringComparison.Ordinal);
        await desk.Office.Node.Services.GetRequiredService<PersonsAtConsole>().EraseAsync(erased.Ref, "person_asked", false, Actor.OperatingSystem("operator"), CancellationToken.None);
        await desk.ChooseAsync(changes.Id, "none", 2);
        var delta = Records(await desk.ExportAsync(since: before));
        Assert.Equal(3, delta.Count);
        Assert.All(delta, record => Assert.True(record.IsPlaceholder));
        Assert.Equal(
            new[] { "Withdrawsa", "Eraseda", "Changesa" }.Select(name => first.Single(record => record["given_name"] == name).RecordId).Order(StringComparer.Ordinal), delta.Select(record => record.RecordId).Order(StringComparer.Ordinal));
        Assert.All(delta, record => Assert.True(record.ExpiryDate <= desk.Office.Time.GetUtcNow()));
        // Another receiver never had them and hears of none but those whose row names nobody any more.
        Assert.Equal(1, Records(await desk.ExportAsync("Another register")).Count(record => record.IsPlaceholder));
        Assert.Null((await desk.Office.ReadAsync<string?>("select person_id from cases_traced where forgotten_at is not null")).Single());

        desk.Office.Time.Advance(TimeSpan.FromDays(40));
        var last = Records(await desk.ExportAsync());
        Assert.Equal(4, last.Count);
        Assert.All(last, record => Assert.True(record.IsPlaceholder));
        // Who agrees again is there again under the same name.
        await desk.AgreeAsync(runsOut.Id);
        Assert.Equal(first.Single(record => record["given_name"] == "Runsouta").RecordId, Records(await desk.ExportAsync()).Single(record => !record.IsPlaceholder).RecordId);
    }

    [Fact]
    public async Task A_consent_counts_and_ends_within_the_second()
    {
        await using var desk = await TracingOffice.OpenAsync(Engine.Sqlite);
        var person = await desk.RegisterAsync("Secondsa");
        void Later() => desk.Office.Time.Advance(TimeSpan.FromMilliseconds(200));
        Later();
        var consent = await desk.AgreeAsync(person.Id);
        await desk.ChooseAsync(person.Id, "consented");
        Later();
        Assert.False(Assert.Single(Records(await desk.ExportAsync())).IsPlaceholder);
        Later();
        Assert.Equal(200, (await desk.Paula.PostAsync($"/api/cases/persons/{person.Id:D}/consents/{consent:D}/withdraw", new { })).Status);
        Later();
        Assert.True(Assert.Single(Records(await desk.ExportAsync())).IsPlaceholder);
    }

    [Fact]
    public async Task Of_somebody_who_fears_their_country_nothing_goes_to_it_nor_to_a_receiver_whose_country_nobody_knows()
    {
        await using var desk = await TracingOffice.OpenAsync(Engine.Sqlite);
        var afraid = await desk.RegisterAsync("Afraida", new { notes = "afraid-word" });
        var excluding = await desk.RegisterAsync("Excludinga");
        await desk.AgreeAsync(afraid.Id);
        await desk.AgreeAsync(excluding.Id, exclusions: [new { kind = "named", code = " A bad  Register" }]);
        await desk.ChooseAsync(afraid.Id, "consented");
        await desk.ChooseAsync(excluding.Id, "consented");
        Assert.DoesNotContain("Afraida", await desk.ExportAsync("Unknown register", null), StringComparison.Ordinal);
        Assert.DoesNotContain("Afraida", await desk.ExportAsync("Home register", "AND"), StringComparison.Ordinal);
        Assert.Contains("Afraida", await desk.ExportAsync("Family links", "001"), StringComparison.Ordinal);
        Assert.DoesNotContain("Excludinga", await desk.ExportAsync("A bad register", "001"), StringComparison.Ordinal);
        Assert.Equal(422, (await desk.Dora.PostAsync("/api/cases/tracing/export", new { kind = "tracing_network", country = "001" })).Status);
        Assert.Equal(422, (await desk.Dora.PostAsync("/api/cases/tracing/export", new { to = "x", kind = "tracing_network", country = "Atlantis" })).Status);
    }

    [Theory]
    [OnEachEngine]
    public async Task A_receiver_says_what_it_is_and_is_excluded_by_its_kind_its_name_its_organisation_and_the_agency_of_that(Engine engine)
    {
        await using var desk = await TracingOffice.OpenAsync(engine);
        var sonia = await desk.Office.OfficerAsync("sonia", "case_worker", CasesOffice.South);
        var now = SettableTime.Noon;
        var house = new Organization { Id = Guid.CreateVersion7(now), Name = "Búsqueda del Sur", AlternateName = "Southern Search", AgencyId = sonia.Agency, TextLanguage = "es", CreatedAt = now, ChangedAt = now, ChangedBy = "test" };
        await using (var change = await desk.Office.Node.Db.BeginAsync(TestDatabase.Alice, "test.directory", "house", CancellationToken.None))
        {
            await DirectoryWriter.AddAsync(change, DirectoryRecords.Of([house]), "edited");
            await change.CommitAsync(CancellationToken.None);
        }

        var (kind, name, organisation, agency, free) = (
            await desk.RegisterAsync("Kinda"), await desk.RegisterAsync("Nameda"), await desk.RegisterAsync("Organisationa"), await desk.RegisterAsync("Agencya"), await desk.RegisterAsync("Freea"));
        await desk.AgreeAsync(kind.Id, exclusions: [new { kind = "class", code = "police" }]);
        await desk.AgreeAsync(name.Id, exclusions: [new { kind = "named", code = "Red de búsqueda" }]);
        await desk.AgreeAsync(organisation.Id, exclusions: [new { kind = "one", code = house.Id.ToString("D") }]);
        await desk.AgreeAsync(agency.Id, exclusions: [new { kind = "one", code = sonia.Agency!.Value.ToString("D") }]);
        await desk.AgreeAsync(free.Id);
        foreach (var person in new[] { kind, name, organisation, agency, free })
            await desk.ChooseAsync(person.Id, "consented");
        async Task<string> WithoutAsync(string to, string of = "tracing_network")
        {
            var document = await desk.ExportAsync(to, kind: of);
            return string.Join(' ', new[] { "Kinda", "Nameda", "Organisationa", "Agencya", "Freea" }.Where(one => !document.Contains(one, StringComparison.Ordinal)));
        }

        Assert.Equal("", await WithoutAsync("Another register"));
        Assert.Equal("Kinda", await WithoutAsync("A register", "police"));
        foreach (var spelt in new[] { "Red de búsqueda", "RED DE BUSQUEDA", " red  de-búsqueda. " })
            Assert.Equal("Nameda", await WithoutAsync(spelt));
        foreach (var spelt in new[] { house.Id.ToString("D"), "busqueda del sur", "SOUTHERN search" })
            Assert.Equal("Organisationa Agencya", await WithoutAsync(spelt));
        // However it is named it is one receiver: what it was given stands once.
        Assert.Equal(
            ["A register", "Another register", "Búsqueda del Sur", "Red de búsqueda"],
            (await desk.Paula.GetAsync($"/api/cases/persons/{free.Id:D}/tracing")).Json.GetProperty("given").EnumerateArray().Select(one => one.GetProperty("to").GetString()!).Order(StringComparer.Ordinal));

        async Task<IReadOnlyList<string>> RefusedAsync(object sent) => (await desk.Dora.PostAsync("/api/cases/tracing/export", sent)).Errors;
        Assert.Equal(["kind form.missing"], await RefusedAsync(new { to = "x" }));
        Assert.Equal(["kind cases.code_unknown"], await RefusedAsync(new { to = "x", kind = "friends" }));
        Assert.Equal(["to form.missing"], await RefusedAsync(new { to = " .-", kind = "police" }));
        Assert.Equal(["to cases.value_unfit"], await RefusedAsync(new { to = Guid.AllBitsSet.ToString("D"), kind = "police" }));
    }

    [Theory]
    [OnEachEngine]
    public async Task Who_was_shut_out_gives_nobody_away_and_still_calls_back_what_is_to_be_forgotten(Engine engine)
    {
        await using var desk = await TracingOffice.OpenAsync(engine);
        var dario = await desk.Office.OfficerAsync("dario", "tracing_officer");
        var person = await desk.RegisterAsync("Shuttinga");
        var consent = await desk.AgreeAsync(person.Id, exclusions: [new { kind = "one", code = dario.Id.ToString("D") }]);
        await desk.ChooseAsync(person.Id, "consented");
        async Task<string> OfDarioAsync() => (await dario.PostAsync("/api/cases/tracing/export", new { to = "Red de búsqueda", kind = "tracing_network", country = "001" })).Text;
        Assert.Empty(Records(await OfDarioAsync()));
        Assert.Contains("Shuttinga", await desk.ExportAsync(), StringComparison.Ordinal);
        Assert.Empty(Records(await OfDarioAsync()));
        Assert.DoesNotContain("Shuttinga", await OfDarioAsync(), StringComparison.Ordinal);
        Assert.Equal(200, (await desk.Paula.PostAsync($"/api/cases/persons/{person.Id:D}/consents/{consent:D}/withdraw", new { })).Status);
        Assert.True(Assert.Single(Records(await OfDarioAsync())).IsPlaceholder);
    }

    [Theory]
    [OnEachEngine]
    public async Task What_a_merged_file_said_of_fear_and_what_was_decided_later_keep_a_person_from_their_country(Engine engine)
    {
        await using var desk = await TracingOffice.OpenAsync(engine);
        var nadia = await desk.Office.OfficerAsync("nadia", "protection_specialist");
        var (one, twin, other, gone, decided) = (
            await desk.RegisterAsync("Stayeda"), await desk.RegisterAsync("Goneda"), await desk.RegisterAsync("Othera"), await desk.RegisterAsync("Noteda", new { notes = "afraid-word" }), await desk.RegisterAsync("Decideda"));
        static string PathOf(Told person) => $"/api/cases/persons/{person.Id:D}";
        var fear = await desk.Paula.PostAsync(PathOf(twin) + "/screenings", new { answers = new[] { new { question = "triage.fear", way = "said", values = new[] { "yes" } } } });
        var nothing = await desk.Paula.PostAsync(PathOf(decided) + "/screenings", new { });
        Assert.Equal((201, 201), (fear.Status, nothing.Status));
        await Merging.MergeTests.MergeAsync(desk.Paula, nadia, one, twin);
        await Merging.MergeTests.MergeAsync(desk.Paula, nadia, other, gone);
        // What the persons agree to after it holds for both files.
        desk.Office.Time.Advance(TimeSpan.FromMinutes(1));
        foreach (var person in new[] { one, other, decided })
        {
            await desk.AgreeAsync(person.Id);
            await desk.ChooseAsync(person.Id, "consented");
        }

        var open = await desk.ExportAsync("First register", "AND");
        Assert.All(new[] { "Stayeda", "Othera" }, name => Assert.DoesNotContain(name, open, StringComparison.Ordinal));
        Assert.Contains("Decideda", open, StringComparison.Ordinal);
        var said = await desk.Paula.PostAsync($"{PathOf(decided)}/screenings/{nothing.Id:D}/decisions", new { addProfiles = new[] { "protection_need" }, reason = "she told it later" });
        Assert.True(said.Status == 200, said.Text);
        foreach (var (to, country) in new (string To, string? Country)[] { ("Home register", "AND"), ("Unknown register", null) })
        {
            var document = await desk.ExportAsync(to, country);
            Assert.All(new[] { "Stayeda", "Goneda", "Othera", "Noteda", "Decideda" }, name => Assert.DoesNotContain(name, document, StringComparison.Ordinal));
        }

        var elsewhere = await desk.ExportAsync("Family links", "001");
        Assert.All(new[] { "Stayeda", "Othera", "Decideda" }, name => Assert.Contains(name, elsewhere, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whose_papers_somebody_carries_and_whose_authorities_they_excluded_may_be_where_they_fled_from()
    {
        await using var desk = await TracingOffice.OpenAsync(Engine.Sqlite);
        Task<Told> RegisterAsync(string name, string? issuer) => desk.Paula.RegisterAsync(new
        {
            identity = new
            {
                names = new[] { new { full = name } },
                sexRecorded = "female",
                birth = new { date = "1994-06-17" },
                nationalities = new[] { new { code = "SMR" } },
                documents = new[] { new { type = "passport", number = "DOC4712", issuer } }.Where(document => document.issuer is not null),
            },
            asylum = new { notes = "afraid-word" },
        });
        var (papers, excluding, free) = (await RegisterAsync("Papersa", "AND"), await RegisterAsync("Excludinga", null), await RegisterAsync("Freea", null));
        await desk.AgreeAsync(papers.Id);
        await desk.AgreeAsync(excluding.Id, exclusions: [new { kind = "country", code = "AND" }]);
        await desk.AgreeAsync(free.Id);
        foreach (var person in new[] { papers, excluding, free })
            await desk.ChooseAsync(person.Id, "consented");
        var document = await desk.ExportAsync("Home register", "AND");
        Assert.All(new[] { "Papersa", "Excludinga" }, name => Assert.DoesNotContain(name, document, StringComparison.Ordinal));
        Assert.Contains("Freea", document, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_exports_whom_they_do_not_reach_or_without_the_compartments()
    {
        await using var desk = await TracingOffice.OpenAsync(Engine.Sqlite);
        var person = await desk.RegisterAsync("Nearbya");
        await desk.AgreeAsync(person.Id);
        await desk.ChooseAsync(person.Id, "consented");
        Assert.Contains("Nearbya", await desk.ExportAsync(), StringComparison.Ordinal);
        await desk.Office.AddRoleAsync("trace_alone", "cases.read", "cases.trace", "cases.see.identity");
        var south = await desk.Office.OfficerAsync("sonia", "tracing_officer", CasesOffice.South);
        var plain = await desk.Office.OfficerAsync("dana", "trace_alone");
        foreach (var officer in new[] { south, plain })
            Assert.Empty(Records((await officer.PostAsync("/api/cases/tracing/export", new { to = "Red de búsqueda", kind = "tracing_network", country = "001" })).Text));
        // Who gives files to the persons themselves gives none to registers, and the other way round.
        var protection = await desk.Office.OfficerAsync("dario", "data_protection_officer");
        Assert.Equal(404, (await protection.PostAsync("/api/cases/tracing/export", new { to = "Red de búsqueda", kind = "tracing_network", country = "001" })).Status);
        Assert.Equal(404, (await desk.Dora.PostAsync($"/api/cases/persons/{person.Id:D}/export", new { reason = "tracing" })).Status);
        Assert.Equal(403, (await desk.Dora.PutAsync($"/api/cases/persons/{person.Id:D}/tracing", new { publication = "none" }, "\"v1\"")).Status);
        // The choice itself is for those to whom tracing is open.
        Assert.Equal(403, (await plain.GetAsync($"/api/cases/persons/{person.Id:D}/tracing")).Status);
        Assert.Equal(404, (await south.GetAsync($"/api/cases/persons/{person.Id:D}/tracing")).Status);
        var shown = await desk.Paula.GetAsync($"/api/cases/persons/{person.Id:D}/tracing");
        Assert.Equal("consented", shown.Json.GetProperty("publication").GetString());
        Assert.Equal(412, (await desk.Paula.PutAsync($"/api/cases/persons/{person.Id:D}/tracing", new { publication = "none" }, "\"v0\"")).Status);
        Assert.Equal(422, (await desk.Paula.PutAsync($"/api/cases/persons/{person.Id:D}/tracing", new { publication = "everything" }, shown.Tag)).Status);
        foreach (var fields in new string[][] { ["sex"], ["name", "documents"], [] })
            Assert.Equal(["fields cases.code_unknown"], (await desk.Paula.PutAsync($"/api/cases/persons/{person.Id:D}/tracing", new { publication = "consented", fields }, shown.Tag)).Errors);
        Assert.Equal(["consent cases.value_unfit"], (await desk.Paula.PutAsync($"/api/cases/persons/{person.Id:D}/tracing", new { publication = "consented", consent = Guid.AllBitsSet }, shown.Tag)).Errors);
    }

    [Theory]
    [OnEachEngine]
    public async Task Whoever_was_given_the_record_of_a_merged_file_hears_of_a_withdrawal_and_what_either_file_kept_back_stays_back(Engine engine)
    {
        await using var desk = await TracingOffice.OpenAsync(engine);
        var nadia = await desk.Office.OfficerAsync("nadia", "protection_specialist");
        var (one, twin) = (await desk.RegisterAsync("Stayeda"), await desk.RegisterAsync("Goneda"));
        var (own, other) = (await desk.AgreeAsync(one.Id), await desk.AgreeAsync(twin.Id));
        await desk.ChooseAsync(one.Id, "consented");
        var narrow = await desk.Paula.PutAsync($"/api/cases/persons/{twin.Id:D}/tracing", new { publication = "consented", fields = new[] { "name", "sex" } }, "\"v0\"");
        Assert.True(narrow.Status == 200, narrow.Text);
        var given = Records(await desk.ExportAsync());
        Assert.Equal(2, given.Count);
        Assert.Equal(("", "female", ""), given.Single(record => record["given_name"] == "Goneda") is var goneda ? (goneda["date_of_birth"], goneda["sex"], goneda["alternate_names"]) : default);
        Assert.Equal("1994-06-17", given.Single(record => record["given_name"] == "Stayeda")["date_of_birth"]);

        desk.Office.Time.Advance(TimeSpan.FromMinutes(1));
        await Merging.MergeTests.MergeAsync(desk.Paula, nadia, one, twin);
        desk.Office.Time.Advance(TimeSpan.FromMinutes(1));
        var merged = Records(await desk.ExportAsync("Another register"));
        Assert.Equal(("female", ""), Assert.Single(merged, record => !record.IsPlaceholder) is var narrower ? (narrower["sex"], narrower["date_of_birth"]) : default);
        var shown = (await desk.Paula.GetAsync($"/api/cases/persons/{one.Id:D}/tracing")).Json;
        Assert.Equal(3, shown.GetProperty("given").GetArrayLength());

        // The other file's consent is taken back: its receiver is told, though another consent for tracing stands.
        var ended = await desk.Paula.PostAsync($"/api/cases/persons/{one.Id:D}/consents/{other:D}/withdraw", new { });
        Assert.True(ended.Status == 200, ended.Text);
        var ending = ended.Json.GetProperty("ending");
        Assert.Contains("Red de búsqueda", ending.GetProperty("tell").EnumerateArray().Select(told => told.GetProperty("recipient").GetString()));
        Assert.False(ending.TryGetProperty("eraseOwnBy", out _));
        var last = await desk.Paula.PostAsync($"/api/cases/persons/{one.Id:D}/consents/{own:D}/withdraw", new { });
        Assert.Equal(desk.Office.Time.GetUtcNow().AddDays(30), last.Json.GetProperty("ending").GetProperty("eraseOwnBy").GetDateTimeOffset());
        Assert.All(Records(await desk.ExportAsync()), record => Assert.True(record.IsPlaceholder));
    }

    private static IReadOnlyList<PfifPerson> Records(string document) => ReadPfif.From(new MemoryStream(Encoding.UTF8.GetBytes(document)), new IssueReport());
}
