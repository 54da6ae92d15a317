using System.Text;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Tracing;
using Tambo.Platform.Access;
using Tambo.Platform.Languages;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Persons;

/// <summary>Whoever steals the database finds nobody in it.</summary>
public sealed class NothingInClearTests
{
    private static readonly string[] Words =
        ["Ilmara", "Quesquén", "quesquen", "Torrealta", "7730415", "AN-773", "34017788", "3401 7788", "2009-06-17", "insulin-word", "afraid-word", "TRAFFICKING", "asylum_referral", "trafficking", "torn-shirt-word", "interpreter-word", "health_provider", "override-word", "phone-word", "device-word", "office-word", "possible_trafficking", "triage.controlled", "glass-word", "merge-word", "lift-word", "decided-word",
            "bakery-word", "goal-word", "river-word", "minutes-word", "monday-word", "passport-word", "station-word", "aunt-word", "survivor_support", "notify_consulate", "child_release", "kite-word", "lantern-word", "other_names", "Sought-word", "river-house-word", "accommodation", "a.example/77", "consented", "indicator-word", "panel-word", "weighed-word", "guardian-word", "partly_reached", "determination_needed", "approval-word"];

    [Theory]
    [OnEachEngine]
    public async Task No_name_number_phone_birth_note_kind_or_profile_of_anybody_stands_in_the_database(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var officer = await office.OfficerAsync("norma", "protection_specialist");
        var person = (await officer.PostAsync(
            "/api/cases/persons",
            new
            {
                identity = new
                {
                    names = new[] { new { full = "Ilmara Quesquén Torrealta" } },
                    birth = new { date = "2009-06-17" },
                    documents = new[] { new { type = "passport", number = "AN-773 0415/Q" } },
                    contact = new[] { new { kind = "phone", value = "+509 3401 7788" } },
                },
                health = new { notes = "insulin-word" },
                asylum = new { notes = "afraid-word" },
            },
            ("Idempotency-Key", "\"kept\"")));
        var path = $"/api/cases/persons/{person.Id:D}";
        await officer.SendAsync(HttpMethod.Put, path, new { identity = new { names = new[] { new { full = "Ilmara Torrealta" } } } }, ("If-Match", "\"v1\""), ("Idempotency-Key", "\"edited\""));
        var one = await officer.OpenAsync(new { person = person.Id, type = "trafficking", profiles = new[] { "TRAFFICKING_POSSIBLE" }, note = "torn-shirt-word" });
        await officer.OpenAsync(new { person = person.Id, type = "asylum_referral" });
        await officer.GetAsync(path);
        await officer.GetAsync("/api/cases/persons?name=ilmara");
        await officer.PostAsync("/api/cases/persons/search", new { document = "AN7730415Q" });
        await officer.GetAsync("/api/cases/worklist");
        await officer.GetAsync($"/api/cases/{one.Id:D}");
        var consent = await officer.PostAsync(path + "/consents", Consent.KeptConsentTests.Said(new { kind = "assent_with_guardian", who = "her grandmother" }), ("Idempotency-Key", "\"agreed\""));
        Assert.True(consent.Status == 201, consent.Text);
        await officer.PostAsync($"{path}/consents/{consent.Id:D}/withdraw", new { }, ("Idempotency-Key", "\"withdrawn\""));
        var screened = await officer.PostAsync(
            path + "/screenings",
            new { answers = new[] { new { question = "triage.controlled", way = "said", values = new[] { "yes" } } }, @override = new { urgency = "emergency", reason = "override-word" } },
            ("Idempotency-Key", "\"screened\""));
        Assert.True(screened.Status == 201, screened.Text);
        var ofScreening = $"{path}/screenings/{screened.Id:D}";
        var lift = await officer.PostAsync(ofScreening + "/lifts", new { locks = new[] { screened.Json.GetProperty("standing").GetProperty("locks")[0].GetString() }, reason = "lift-word" }, ("Idempotency-Key", "\"lift\""));
        Assert.True(lift.Status == 202, lift.Text);
        Assert.Equal(200, (await officer.PostAsync(ofScreening + "/decisions", new { urgency = "urgent", reason = "decided-word" }, ("Idempotency-Key", "\"decided\""))).Status);
        var carla = await office.OfficerAsync("carla", "case_worker");
        Assert.Equal(201, (await carla.PostAsync("/api/cases/glass", new { person = person.Ref, purpose = "medical", reason = "glass-word, and the clinic waits" }, ("Idempotency-Key", "\"glass\""))).Status);
        var twin = await officer.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara T." } } } });
        var proposed = await officer.PostAsync(
            "/api/cases/merges", new { survivor = person.Id, absorbed = twin.Id, decisions = new Dictionary<string, string> { ["identity.names"] = "survivor" }, note = "merge-word" }, ("Idempotency-Key", "\"merged\""));
        Assert.True(proposed.Status == 201, proposed.Text);
        var nadia = await office.OfficerAsync("nadia", "protection_specialist");
        Assert.Equal(200, (await nadia.PostAsync($"/api/cases/merges/{proposed.Id:D}/decide", new { approve = true })).Status);

        await WriteAllAsync(officer, $"/api/cases/{one.Id:D}");

        var brought = await Questions.AnswerFormTests.BringAsync(office, await office.OfficerAsync("susan", "cases_supervisor"), Questions.Forms.Book());
        var answered = await officer.SendAsync(
            HttpMethod.Put, $"{path}/answers/{brought.Json.GetProperty("id").GetGuid():D}", new { answers = new { by_boat = new[] { "no" }, needs = new[] { "other" }, other_need = new[] { "kite-word" } } }, ("If-Match", "\"v0\""), ("Idempotency-Key", "\"answered\""));
        Assert.True(answered.Status == 200, answered.Text);
        var registered = await officer.PostAsync(
            "/api/cases/persons", new { answers = new Dictionary<string, object> { [$"{brought.Json.GetProperty("id").GetGuid():D}"] = new { by_boat = new[] { "no" }, needs = new[] { "other" }, other_need = new[] { "lantern-word" } } } }, ("Idempotency-Key", "\"asked-at-once\""));
        Assert.True(registered.Status == 201, registered.Text);
        var chosen = await officer.SendAsync(HttpMethod.Put, path + "/tracing", new { publication = "consented", fields = new[] { "name", "other_names" } }, ("If-Match", "\"v0\""), ("Idempotency-Key", "\"chosen\""));
        Assert.True(chosen.Status == 200, chosen.Text);
        var sought = await office.Node.Services.GetRequiredService<ImportSought>().RunAsync(
            new MemoryStream(Encoding.UTF8.GetBytes("<p:pfif xmlns:p=\"http://zesty.ca/pfif/1.4\"><p:person><p:person_record_id>a.example/77</p:person_record_id><p:source_date>2026-03-04T05:06:07Z</p:source_date><p:full_name>Sought-word</p:full_name></p:person></p:pfif>")),
            false, null, Actor.OperatingSystem("operator"), office.Node.Services.GetRequiredService<TextCatalog>().In("en"), CancellationToken.None);
        Assert.Equal(1, sought.Added);

        // What two say of the same field on a phone and at the office.
        var phone = (await officer.PostAsync("/api/cases/devices", new { name = "phone-word", proof = new string('a', 43) }, ("Idempotency-Key", "\"phone\""))).Id;
        var changed = await officer.SendAsync(HttpMethod.Put, path, new { health = new { notes = "office-word" } }, ("If-Match", (await officer.GetAsync(path)).Tag!));
        Assert.True(changed.Status == 200, changed.Text);
        var came = await officer.PostAsync($"/api/cases/devices/{phone:D}/changes", new
        {
            changes = new[] { new { id = Guid.CreateVersion7(office.Time.GetUtcNow()), kind = "person", record = person.Id, was = new { health = new { notes = "insulin-word" } }, now = new { health = new { notes = "device-word" } } } },
        });
        Assert.Contains("\"conflict\"", came.Text, StringComparison.Ordinal);
        await officer.PostAsync($"/api/cases/devices/{phone:D}/cases", new { });

        var stolen = engine == Engine.Sqlite ? await FilesAsync(office) : await TablesAsync(office);

        // The search finds what does stand there.
        Assert.Contains(person.Ref, stolen, StringComparison.Ordinal);
        Assert.Contains(one.Ref, stolen, StringComparison.Ordinal);
        Assert.Empty(Words.Where(word => WithoutRoles(stolen).Contains(word, StringComparison.OrdinalIgnoreCase)));
    }

    private static async Task WriteAllAsync(Officer officer, string path)
    {
        await officer.SendAsync(HttpMethod.Put, path + "/plan", new { needs = new object[] { new { code = "survivor_support", goal = "goal-word", indicator = "indicator-word", state = "partly_reached", actions = new[] { new { what = "river-word" } } } } }, ("If-Match", "\"v0\""), ("Idempotency-Key", "\"planned\""));
        await officer.SendAsync(HttpMethod.Put, path + "/safety-plan", new { steps = "bakery-word" }, ("If-Match", "\"v0\""), ("Idempotency-Key", "\"safe\""));
        async Task<Told> InOrderAsync(HttpMethod method, string part, object body, string key) =>
            await officer.SendAsync(method, path + part, body, ("If-Match", (await officer.GetAsync(path)).Tag!), ("Idempotency-Key", $"\"{key}\""));
        Assert.All(
            new[]
            {
                await InOrderAsync(HttpMethod.Post, "/best-interests", new { step = "assessment", on = "2026-01-02", by = "weighed-word", outcome = "determination_needed", notes = "weighed-word" }, "bia"),
                await InOrderAsync(HttpMethod.Post, "/best-interests", new { step = "determination", on = "2026-01-02", panel = new[] { "panel-word", "office" }, decision = "stay" }, "bid"),
                await InOrderAsync(HttpMethod.Put, "/representative", new { name = "guardian-word", role = "guardian" }, "guardian"),
                await InOrderAsync(HttpMethod.Post, "/state", new { state = "registered" }, "registered"),
                await InOrderAsync(HttpMethod.Post, "/state", new { state = "assessed" }, "assessed"),
                await InOrderAsync(HttpMethod.Post, "/approvals", new { what = "assessment", note = "approval-word" }, "approval"),
            },
            told => Assert.True(told.Status == 200, told.Text));
        var written = new List<Told>
        {
            await officer.PostAsync(path + "/notes", new { note = "monday-word" }, ("Idempotency-Key", "\"noted\"")),
            await officer.PostAsync(path + "/tasks", new { what = "river-word" }, ("Idempotency-Key", "\"todo\"")),
            await officer.PostAsync(path + "/conferences", new { on = "2026-01-02", participants = new[] { "person" }, minutes = "minutes-word" }, ("Idempotency-Key", "\"met\"")),
            await officer.PostAsync(path + "/files", new { name = "passport-word.png", length = 10, sha256 = new string('0', 64), note = "passport-word" }, ("Idempotency-Key", "\"filed\"")),
            await officer.PostAsync(path + "/detentions", new { place = "station-word" }, ("Idempotency-Key", "\"held\"")),
        };
        Assert.All(written, told => Assert.True(told.Status == 201, told.Text));
        await officer.PostAsync($"{path}/detentions/{written[^1].Id:D}/steps", new { act = "consulate_wanted", note = "aunt-word" }, ("If-Match", "\"v1\""), ("Idempotency-Key", "\"asked\""));
        var moved = await officer.PostAsync(path + "/transfer", new { kind = "accommodation", place = "river-house-word" }, ("If-Match", (await officer.GetAsync(path)).Tag!), ("Idempotency-Key", "\"moved\""));
        Assert.True(moved.Status == 200, moved.Text);
        foreach (var part in new[] { "transfers", "plan", "notes", "tasks", "timeline", "files", "safety-plan", "detentions", "conferences" })
            Assert.Equal((part, 200), (part, (await officer.GetAsync($"{path}/{part}")).Status));
    }

    // What roles may is told by words of the field; it says nothing of any person.
    private static string WithoutRoles(string stolen) => System.Text.RegularExpressions.Regex.Replace(stolen, "audit.change[^\"]*|cases\\.see\\.[a-z]+", "");

    private static async Task<string> FilesAsync(CasesOffice office)
    {
        var all = new StringBuilder();
        foreach (var path in Directory.EnumerateFiles(office.Node.Settings.Folder, "*", SearchOption.AllDirectories).Where(path => Path.GetExtension(path) is not (".sock" or ".lock")))
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            await file.CopyToAsync(bytes);
            all.Append(Encoding.UTF8.GetString(bytes.ToArray())).Append('\n');
            all.Append(Encoding.Unicode.GetString(bytes.ToArray())).Append('\n');
        }

        return all.ToString();
    }

    private static async Task<string> TablesAsync(CasesOffice office)
    {
        await using var connection = await office.Node.Db.ReadAsync(CancellationToken.None);
        var all = new StringBuilder();
        foreach (var table in await connection.QueryAsync<string>("select table_name from information_schema.tables where table_schema = 'public'"))
        {
            foreach (var row in await connection.QueryAsync($"select * from {table}"))
            {
                foreach (var (_, value) in (IDictionary<string, object?>)row)
                    all.Append(value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : value).Append('\n');
            }
        }

        return all.ToString();
    }
}
