using System.Text.Json;
using AngleSharp.Html.Parser;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Erasing;
using Tambo.Platform.Access;
using Tambo.Tests.Cases.Consent;
using Tambo.Tests.Cases.Referrals;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Exporting;

/// <summary>Whoever asks what is kept of them gets all of it; nobody takes along more than may leave.</summary>
public sealed class ExportPersonTests
{
    [Theory]
    [OnEachEngine]
    public async Task The_person_who_asks_gets_all_that_is_kept_and_who_has_seen_it(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (paula, dora) = (await office.OfficerAsync("paula", "protection_specialist"), await office.OfficerAsync("dora", "data_protection_officer", language: "es"));
        var person = await RegisterAsync(paula);
        var other = await paula.RegisterAsync(new { identity = new { names = new[] { new { full = "Tovar Torrealta" } } }, general = new { notes = "kite-word" } });
        await paula.PostAsync("/api/cases/households", new { members = new[] { person.Id, other.Id }, links = new[] { new { a = person.Id, b = other.Id, relation = "sibling_of" } } });
        await paula.OpenAsync(new { person = person.Id, type = "trafficking", note = "torn-shirt-word" });
        await paula.OpenAsync(new { person = person.Id, otherPersons = new[] { other.Id }, note = "about-both-word" });
        var file = (await paula.GetAsync($"/api/cases/persons/{person.Id:D}")).Json;
        var path = $"/api/cases/persons/{person.Id:D}/export";

        var told = await dora.PostAsync(path, new { reason = "data_request", form = "json" });
        Assert.True(told.Status == 200, told.Text);
        var kept = told.Json.GetProperty("kept");
        // What is handed over is what is seen by the one to whom every one of these compartments is open.
        Assert.Equal(["identity", "health", "violence", "lgbti"], kept.EnumerateObject().Select(one => one.Name));
        foreach (var compartment in kept.EnumerateObject())
            Assert.True(JsonElement.DeepEquals(file.GetProperty(compartment.Name), compartment.Value), compartment.Name);
        Assert.True(told.Json.GetProperty("complete").GetBoolean());
        var cases = told.Json.GetProperty("cases").EnumerateArray().ToList();
        Assert.Equal(file.GetProperty("cases").EnumerateArray().Select(one => one.GetProperty("ref").GetString()).Order(), cases.Select(one => one.GetProperty("ref").GetString()).Order());
        Assert.Contains("torn-shirt-word", told.Text, StringComparison.Ordinal);
        Assert.Equal("sibling_of", told.Json.GetProperty("relations").EnumerateArray().Single().GetProperty("relation").GetString());
        Assert.Equal(["Paula"], told.Json.GetProperty("seenBy").EnumerateArray().Select(reader => reader.GetProperty("who").GetString()).Distinct());
        // Others have a right of their own: of them stands how they are related and, as the exporter sees them, their name.
        Assert.DoesNotContain("about-both-word", told.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("kite-word", told.Text, StringComparison.Ordinal);
        var household = told.Json.GetProperty("households").EnumerateArray().Single();
        Assert.Equal("travelling_group", household.GetProperty("kind").GetString());
        Assert.Equal(["sibling_of Tovar Torrealta"], household.GetProperty("relations").EnumerateArray().Select(one => $"{one.GetProperty("as").GetString()} {one.GetProperty("name").GetString()}"));
        Assert.Equal(2, told.Text.Split("Tovar").Length);

        var page = new HtmlParser().ParseDocument((await dora.PostAsync(path, new { reason = "data_request" })).Text);
        Assert.Equal("es", page.DocumentElement.GetAttribute("lang"));
        Assert.Empty(page.QuerySelectorAll("script, link, img, iframe"));
        Assert.Equal($"Lo que se guarda sobre {person.Ref}", page.QuerySelector("h1")!.TextContent.Replace("\u2068", "", StringComparison.Ordinal).Replace("\u2069", "", StringComparison.Ordinal));
        var said = page.QuerySelector("main")!.TextContent;
        Assert.All(["Ilmara Torrealta", "<b>insulin-word</b>", "hit-word", "chosen-word", "torn-shirt-word", "Paula", "Tovar Torrealta", "Grupo de viaje"], word => Assert.Contains(word, said, StringComparison.Ordinal));
        Assert.Null(page.QuerySelector("main b"));

        Assert.Equal(2, (await office.ReadAsync<long>("select count(*) from cases_views where person_id = @Id and purpose = 'data_request'", new { person.Id })).Single());
        Assert.Equal(2, (await office.ReadAsync<long>("select count(*) from platform_audit_entries where change = 'cases.person.exported'")).Single());
        Assert.Equal(422, (await dora.PostAsync(path, new { form = "json" })).Status);
        Assert.Equal(422, (await dora.PostAsync(path, new { reason = "curiosity" })).Status);
    }

    [Theory]
    [OnEachEngine]
    public async Task Every_record_that_is_sealed_of_a_person_goes_along_with_those_of_files_merged_into_it(Engine engine)
    {
        await using var referring = await ReferralOffice.OpenAsync(engine);
        var (office, paula) = (referring.Office, referring.Nora);
        var person = referring.Consent.PersonId;
        await referring.OfferAsync(referring.Mats);
        var agreed = await paula.PostAsync($"/api/cases/persons/{person:D}/consents", KeptConsentTests.Said());
        Assert.True(agreed.Status == 201, agreed.Text);
        var screened = await paula.PostAsync($"/api/cases/persons/{person:D}/screenings", new { answers = new[] { new { question = "triage.controlled", way = "said", values = new[] { "yes" } } } });
        Assert.True(screened.Status == 201, screened.Text);
        Assert.Equal(201, (await paula.PostAsync($"/api/cases/{referring.Case:D}/notes", new { note = "written-word" })).Status);
        Assert.Equal(201, (await paula.PostAsync($"/api/cases/{referring.Case:D}/tasks", new { what = "task-word" })).Status);
        Assert.Equal(200, (await paula.PutAsync($"/api/cases/{referring.Case:D}/safety-plan", new { steps = "safety-word" }, "\"v0\"")).Status);
        Assert.Equal(200, (await paula.PostAsync($"/api/cases/{referring.Case:D}/transfer", new { kind = "shelter", place = "moved-word" }, ("If-Match", (await paula.GetAsync($"/api/cases/{referring.Case:D}")).Tag!))).Status);
        var twin = await paula.RegisterAsync(new { identity = new { names = new[] { new { full = "Twin Ofword" } } }, violence = new { notes = "twin-hit-word" } });
        var before = await paula.OpenAsync(new { person = twin.Id, type = "protection" });
        Assert.Equal(201, (await paula.PostAsync($"/api/cases/{before.Id:D}/notes", new { note = "twin-note-word" })).Status);
        var proposed = await paula.PostAsync("/api/cases/merges", new { survivor = person, absorbed = twin.Id, decisions = new Dictionary<string, string> { ["identity.names"] = "survivor" }, note = "merged-word" });
        Assert.True(proposed.Status == 201, proposed.Text);
        var nadia = await office.OfficerAsync("nadia", "protection_specialist");
        var decided = await nadia.PostAsync($"/api/cases/merges/{proposed.Id:D}/decide", new { approve = true });
        Assert.True(decided.Status == 200, decided.Text);
        var dora = await office.OfficerAsync("dora", "data_protection_officer");

        var told = await dora.PostAsync($"/api/cases/persons/{person:D}/export", new { reason = "data_request", form = "json" });
        Assert.True(told.Status == 200, told.Text);
        var sealedOf = await office.ReadAsync<Guid>("select distinct record_id from cases_sealed where person_id = @person or person_id = @Id", new { person, twin.Id });
        // Two files, a case, a consent, a screening, a referral.
        Assert.InRange(sealedOf.Count, 6, 50);
        Assert.All(sealedOf, record => Assert.Contains(record.ToString("D"), told.Text, StringComparison.Ordinal));
        Assert.Contains("twin-hit-word", told.Text, StringComparison.Ordinal);
        Assert.All(["written-word", "task-word", "safety-word", "twin-note-word"], word => Assert.Contains(word, told.Text, StringComparison.Ordinal));
        Assert.Equal(["consents", "exclusions", "merges", "referrals", "screenings", "transfers", "written"], told.Json.GetProperty("records").EnumerateObject().Select(one => one.Name).Order(StringComparer.Ordinal));

        var page = new HtmlParser().ParseDocument((await dora.PostAsync($"/api/cases/persons/{person:D}/export", new { reason = "data_request" })).Text);
        var titles = page.QuerySelectorAll("h2").Select(title => title.TextContent).ToList();
        Assert.Contains("What the person agreed to", titles);
        Assert.Contains("Twin Ofword", page.QuerySelector("dl")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(page.QuerySelectorAll("li"), line => line.TextContent.Contains("cases.export", StringComparison.Ordinal));
    }

    [Fact]
    public async Task For_anything_else_only_what_is_open_and_may_leave_goes_along()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        await office.AddRoleAsync("carrier", "cases.read", "cases.export", "cases.see.identity", "cases.see.general", "cases.see.lgbti", "cases.see.health");
        var (paula, carl) = (await office.OfficerAsync("paula", "protection_specialist"), await office.OfficerAsync("carl", "carrier"));
        var person = await RegisterAsync(paula);
        var path = $"/api/cases/persons/{person.Id:D}/export";
        var told = await carl.PostAsync(path, new { reason = "referral", form = "json" });
        Assert.True(told.Status == 200, told.Text);
        // Of what is open to them, nothing of orientation leaves without the person's own choice.
        Assert.Equal(["identity", "health"], told.Json.GetProperty("kept").EnumerateObject().Select(one => one.Name));
        Assert.False(told.Json.GetProperty("complete").GetBoolean());
        Assert.False(told.Json.TryGetProperty("seenBy", out _));
        // The person's own request is answered by those alone who may know who has seen the file.
        Assert.Equal(403, (await carl.PostAsync(path, new { reason = "data_request", form = "json" })).Status);
        Assert.Equal(1, (await office.ReadAsync<long>("select count(*) from platform_audit_entries where change = 'cases.person.exported'")).Single());
    }

    [Fact]
    public async Task At_the_console_the_file_is_written_and_of_somebody_erased_there_is_none()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var paula = await office.OfficerAsync("paula", "protection_specialist");
        var person = await RegisterAsync(paula);
        var (console, operating) = (office.Node.Services.GetRequiredService<PersonsAtConsole>(), Actor.OperatingSystem("operator"));
        var written = JsonDocument.Parse(await console.ExportAsync(person.Ref, asJson: true, "fr", operating, CancellationToken.None)).RootElement;
        Assert.Equal("hit-word", written.GetProperty("kept").GetProperty("violence").GetProperty("notes").GetString());
        Assert.Equal("os:operator data_request", (await office.ReadAsync<string>("select actor || ' ' || purpose from cases_views where person_id = @Id", new { person.Id })).Single());
        await console.EraseAsync(person.Ref, "person_asked", false, operating, CancellationToken.None);
        var gone = await Assert.ThrowsAsync<Tambo.Platform.Problems.Problem>(() => console.ExportAsync(person.Ref, true, "fr", operating, CancellationToken.None));
        Assert.Equal("cases.person_inactive", gone.Kind.Code);
    }

    private static Task<Told> RegisterAsync(Officer officer) => officer.RegisterAsync(new
    {
        identity = new { names = new[] { new { full = "Ilmara Torrealta" } }, birth = new { date = "1994-06-17" } },
        health = new { notes = "<b>insulin-word</b>" },
        violence = new { notes = "hit-word" },
        lgbti = new { notes = "chosen-word" },
    });
}
