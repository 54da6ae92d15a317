using System.Text.Json;
using AngleSharp.Html.Parser;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Consent;
using Tambo.Cases.Exporting;
using Tambo.Tests.Cases.Merging;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Devices;

/// <summary>What was done without internet is done once, put together field by field, and never writes over anybody unseen.</summary>
public sealed class DeviceChangesTests
{
    private const string Root = "/api/cases/devices";

    [Theory]
    [OnEachEngine]
    public async Task A_day_without_internet_arrives_whole_and_once_however_often_its_answers_are_lost(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var nora = await office.OfficerAsync("nora", "case_worker");
        var device = await DeviceAsync(nora);
        var day = Enumerable.Range(0, 40).SelectMany(one =>
        {
            var (person, opened) = (Key(), Key());
            return new object[]
            {
                new { id = person, kind = "register", body = new { identity = new { names = new[] { new { full = $"Person {one}" } }, birth = new { inYear = 1990 } } }, saidAt = "2026-03-01T08:00:00Z" },
                new { id = Key(), kind = "consent", person, body = KeptConsentBody },
                new { id = Key(), kind = "screening", person, body = new { answers = new[] { new { question = "triage.danger_now", way = "said", values = new[] { "yes" } } } } },
                new { id = opened, kind = "case", person, body = new { type = "protection", urgency = "Normal", note = $"case {one}" } },
                new { id = Key(), kind = "change", record = opened, was = new { urgency = "Normal" }, now = new { urgency = "Urgent" } },
                new { id = Key(), kind = "person", record = person, was = new { identity = new { birth = new { inYear = 1990 } } }, now = new { identity = new { birth = new { inYear = 1991 } } } },
            };
        }).ToList();
        var chance = new Random(7);
        var cuts = 0;
        for (var at = 0; at < day.Count;)
        {
            var chunk = day.Skip(at).Take(chance.Next(3, 20)).ToList();
            // The line breaks somewhere between the first byte and the last: nobody knows how far it went.
            if (cuts < 20)
            {
                cuts++;
                using var cut = new CancellationTokenSource(TimeSpan.FromMilliseconds(chance.Next(1, 60)));
                try
                {
                    await nora.SendCutAsync($"{Root}/{device:D}/changes", new { changes = chunk }, cut.Token);
                }
                catch (OperationCanceledException)
                {
                    // As meant.
                }
            }

            var told = await nora.PostAsync($"{Root}/{device:D}/changes", new { changes = chunk });
            Assert.True(told.Status == 200, told.Text);
            Assert.All(told.Json.GetProperty("answers").EnumerateArray(), answer => Assert.Equal("done", answer.GetProperty("answer").GetString()));
            at += chunk.Count;
        }

        Assert.Equal(20, cuts);
        foreach (var (table, count) in new[] { ("cases_persons", 40L), ("cases_consents", 40L), ("cases_screenings", 40L), ("cases_cases", 40L), ("cases_device_changes", 240L) })
            Assert.Equal([count], await office.ReadAsync<long>("select count(*) from " + table));
        Assert.Equal([1, 2], await office.ReadAsync<int>("select distinct version from cases_device_changes order by version"));
        Assert.Equal([2], await office.ReadAsync<int>("select distinct version from cases_persons"));
        Assert.Equal([1], await office.ReadAsync<int>("select distinct urgency from cases_cases"));
        // The device's own time is kept as it said it.
        Assert.Equal([40L], await office.ReadAsync<long>("select count(*) from cases_device_changes where said_at like '2026-03-01T08%'"));
    }

    [Theory]
    [OnEachEngine]
    public async Task Fields_that_one_changed_are_written_those_that_two_changed_are_asked_about_and_both_stay(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (nora, omar) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"));
        var device = await DeviceAsync(omar);
        var person = (await nora.RegisterAsync(new { identity = new { names = new[] { new { full = "Anahira" } }, sexRecorded = "unknown" }, general = new { notes = "before" } })).Id;
        var path = $"/api/cases/persons/{person:D}";
        await nora.PutAsync(path, new { general = new { notes = "by nora" } }, "\"v1\"");

        var change = new
        {
            id = Key(),
            kind = "person",
            record = person,
            was = new { general = new { notes = "before" }, identity = new { sexRecorded = "unknown" } },
            now = new { general = new { notes = "by omar" }, identity = new { sexRecorded = "female" } },
        };
        for (var turn = 0; turn < 2; turn++)
        {
            var answer = await SendAsync(omar, device, change);
            Assert.Equal("conflict", answer.GetProperty("answer").GetString());
            var conflict = Assert.Single(answer.GetProperty("conflicts").EnumerateArray());
            Assert.Equal(
                ("general.notes", "before", "by nora", "by omar"),
                (conflict.GetProperty("field").GetString(), conflict.GetProperty("was").GetString(), conflict.GetProperty("theirs").GetString(), conflict.GetProperty("mine").GetString()));
            var file = (await nora.GetAsync(path)).Json;
            Assert.Equal(("female", "by nora", 3), (file.GetProperty("identity").GetProperty("sexRecorded").GetString(), file.GetProperty("general").GetProperty("notes").GetString(), file.GetProperty("version").GetInt32()));
        }

        // Somebody is still faster than the decision: it is asked anew, and nothing of theirs is written over.
        await nora.PutAsync(path, new { general = new { notes = "nora again" } }, "\"v3\"");
        object Decision(string was, Guid id, Guid settles) => new { id, kind = "person", record = person, was = new { general = new { notes = was } }, now = new { general = new { notes = "by omar" } }, settles };
        var late = Key();
        Assert.Equal("conflict", (await SendAsync(omar, device, Decision("by nora", late, change.id))).GetProperty("answer").GetString());
        Assert.Equal("done", (await SendAsync(omar, device, Decision("nora again", Key(), late))).GetProperty("answer").GetString());
        Assert.Equal("by omar", (await nora.GetAsync(path)).Json.GetProperty("general").GetProperty("notes").GetString());

        var history = (await nora.GetAsync(path + "/conflicts")).Json.EnumerateArray().ToList();
        var first = history.Single(one => one.GetProperty("id").GetGuid() == change.id);
        Assert.Equal(("settled", "Omar"), (first.GetProperty("state").GetString(), first.GetProperty("who").GetString()));
        Assert.Equal(("by nora", "by omar", "by omar"), (At(first, "theirs"), At(first, "mine"), At(first, "taken")));
        // To whom the compartment is closed, there is nothing of it.
        var mario = await office.OfficerAsync("mario", "migration_control");
        Assert.Equal("[]", (await mario.GetAsync(path + "/conflicts")).Text);

        // Whoever is given their file is given both.
        var kept = office.Node.Services.GetServices<IExportedRecords>().Single(kind => kind.Name == "conflicts");
        await using var connection = await office.Node.Db.ReadAsync(CancellationToken.None);
        var given = JsonSerializer.Serialize((await kept.OfAsync(connection, person, ["general"], CancellationToken.None)).Select(one => one.Kept));
        Assert.All(["by nora", "by omar", "nora again"], said => Assert.Contains(said, given, StringComparison.Ordinal));
        Assert.Empty(await kept.OfAsync(connection, person, ["identity"], CancellationToken.None));

        string? At(JsonElement one, string side) => one.GetProperty("fields")[0].GetProperty(side).GetString();
    }

    [Theory]
    [OnEachEngine]
    public async Task Whoever_sends_a_change_again_is_told_values_only_of_what_they_still_reach_and_each_time_there_is_a_line_of_it(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (nora, omar, saul) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"), await office.OfficerAsync("saul", "case_worker", CasesOffice.South));
        var device = await DeviceAsync(nora);
        var person = (await nora.RegisterAsync(new { identity = new { birth = new { inYear = 1990 } }, general = new { notes = "before" } })).Id;
        var one = await nora.OpenAsync(new { person, urgency = "Normal", note = "at first" });
        await omar.PutAsync($"/api/cases/persons/{person:D}", new { general = new { notes = "by omar" } }, "\"v1\"");
        await omar.PutAsync($"/api/cases/{one.Id:D}", new { note = "noted by omar", urgency = "Urgent" }, "\"v1\"");
        object[] sent =
        [
            new { id = Key(), kind = "person", record = person, was = new { general = new { notes = "before" } }, now = new { general = new { notes = "by nora" } } },
            new { id = Key(), kind = "change", record = one.Id, was = new { note = "at first" }, now = new { note = "noted by nora" } },
            new { id = Key(), kind = "change", record = one.Id, was = new { urgency = "Normal" }, now = new { urgency = "Emergency" } },
        ];
        var first = await SendAllAsync(nora, device, sent);
        Assert.Equal(["conflict", "conflict", "done"], first.Select(answer => answer.GetProperty("answer").GetString()));
        Assert.All(first, answer => Assert.Equal(1, answer.GetProperty("conflicts").GetArrayLength()));
        Task<IReadOnlyList<long>> LinesAsync() => office.ReadAsync<long>("select count(*) from cases_views where person_id = @person", new { person });
        var before = (await LinesAsync()).Single();
        Assert.Equal(first.Select(answer => answer.GetRawText()), (await SendAllAsync(nora, device, sent)).Select(answer => answer.GetRawText()));
        Assert.Equal(before + 3, (await LinesAsync()).Single());
        async Task<IEnumerable<Guid>> ReachedAsync() => (await nora.PostAsync($"{Root}/{device:D}/cases", new { undecided = new[] { person, one.Id, Key() } })).Json.GetProperty("reached").EnumerateArray().Select(id => id.GetGuid());
        Assert.Equal([person, one.Id], await ReachedAsync());

        // Another agency has taken over.
        var to = new { agency = saul.Agency!.Value, owner = saul.Id };
        await office.WriteAsync("update cases_cases set agency_id = @agency, owner_id = @owner, team_id = null", to);
        await office.WriteAsync("update cases_persons set agency_id = @agency, owner_id = @owner, team_id = null", to);
        before = (await LinesAsync()).Single();
        var again = await SendAllAsync(nora, device, sent);
        Assert.All(again, answer =>
        {
            Assert.Equal("done", answer.GetProperty("answer").GetString());
            Assert.All(["omar", "nora", "before", "at first", "Urgent", "Emergency"], said => Assert.DoesNotContain(said, answer.GetRawText(), StringComparison.Ordinal));
        });
        Assert.Equal(before, (await LinesAsync()).Single());
        Assert.Empty(await ReachedAsync());
    }

    [Theory]
    [OnEachEngine]
    public async Task What_was_done_without_internet_for_somebody_whose_file_was_merged_arrives_at_the_one_that_stays(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, sara) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("sara", "cases_supervisor"));
        var device = await DeviceAsync(carla);
        Task<Told> PersonAsync(string name, int year) => carla.RegisterAsync(new { identity = new { names = new[] { new { full = name } }, birth = new { inYear = year } } });
        var (stays, goes) = (await PersonAsync("Ilmara Quesquén", 1990), await PersonAsync("Ilmara Quesken", 1991));
        await carla.PutAsync(MergeTests.PathOf(goes), new { general = new { notes = "by the office" } }, "\"v1\"");
        var conflict = new { id = Key(), kind = "person", record = goes.Id, was = new { general = new { notes = "before" } }, now = new { general = new { notes = "by the phone" } } };
        Assert.Equal("conflict", (await SendAsync(carla, device, conflict)).GetProperty("answer").GetString());
        await MergeTests.MergeAsync(carla, sara, stays, goes);

        var screened = await SendAsync(carla, device, new { id = Key(), kind = "screening", person = goes.Id, body = new { answers = new[] { new { question = "triage.danger_now", way = "said", values = new[] { "yes" } } } } });
        Assert.Equal(("done", "emergency"), (screened.GetProperty("answer").GetString(), screened.GetProperty("urgency").GetString()));
        Assert.Equal("done", (await SendAsync(carla, device, new { id = Key(), kind = "consent", person = goes.Id, body = KeptConsentBody })).GetProperty("answer").GetString());
        Assert.Equal("done", (await SendAsync(carla, device, new { id = Key(), kind = "case", person = goes.Id, body = new { type = "protection", urgency = "Emergency" } })).GetProperty("answer").GetString());
        Assert.Equal("done", (await SendAsync(carla, device, new { id = Key(), kind = "person", record = goes.Id, was = new { }, now = new { health = new { notes = "asthma" } } })).GetProperty("answer").GetString());
        foreach (var table in new[] { "cases_screenings", "cases_consents", "cases_cases" })
            Assert.Equal((table, stays.Id), (table, Assert.Single(await office.ReadAsync<Guid>($"select person_id from {table}"))));
        Assert.Equal("asthma", (await carla.GetAsync(MergeTests.PathOf(stays))).Json.GetProperty("health").GetProperty("notes").GetString());

        // What was to be decided of the one that went is shown with the one that stays, and decided there.
        Assert.Equal("conflict", (await SendAsync(carla, device, conflict)).GetProperty("answer").GetString());
        var shown = Assert.Single((await carla.GetAsync(MergeTests.PathOf(stays) + "/conflicts")).Json.EnumerateArray());
        Assert.Equal(("by the office", "by the phone"), (shown.GetProperty("fields")[0].GetProperty("theirs").GetString(), shown.GetProperty("fields")[0].GetProperty("mine").GetString()));
        var notes = (await carla.GetAsync(MergeTests.PathOf(stays))).Json.GetProperty("general").GetProperty("notes").GetString();
        Assert.Equal("done", (await SendAsync(carla, device, new { id = Key(), kind = "person", record = goes.Id, was = new { general = new { notes } }, now = new { general = new { notes = "by the phone" } }, settles = conflict.id })).GetProperty("answer").GetString());
        shown = Assert.Single((await carla.GetAsync(MergeTests.PathOf(stays) + "/conflicts")).Json.EnumerateArray());
        Assert.Equal(("settled", "by the phone"), (shown.GetProperty("state").GetString(), shown.GetProperty("fields")[0].GetProperty("taken").GetString()));
    }

    [Theory]
    [OnEachEngine]
    public async Task A_consent_says_which_words_were_read_and_holds_since_it_was_given_and_not_since_it_arrived(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var nora = await office.OfficerAsync("nora", "case_worker");
        var (began, device) = (office.Time.GetUtcNow(), await DeviceAsync(nora));
        var person = (await nora.RegisterAsync(new { identity = new { birth = new { inYear = 1990 } } })).Id;
        // The page that a device keeps carries the words and their version together.
        var page = new HtmlParser().ParseDocument((await nora.GetAsync("/staff/cases/offline/kept")).Text);
        var aloud = JsonDocument.Parse(page.GetElementById("vault-notices")!.TextContent).RootElement.GetProperty("aloud").EnumerateObject().ToList();
        Assert.Equal(["en", "es", "fr", "ht", "pt"], aloud.Select(one => one.Name).Order());
        Assert.All(aloud, one => Assert.Contains(one.Value.GetProperty("version").GetString()!, NoticeWording.Versions));

        async Task<JsonElement> AgreeAsync(string? words, DateTimeOffset? saidAt)
        {
            var body = JsonSerializer.SerializeToNode(KeptConsentBody)!;
            body["noticeVersion"] = words;
            return await SendAsync(nora, device, new { id = Key(), kind = "consent", person, body, saidAt });
        }

        foreach (var unknown in new[] { null, "", "0" })
        {
            var refused = await AgreeAsync(unknown, began);
            Assert.Equal(("refused", "noticeVersion"), (refused.GetProperty("answer").GetString(), refused.GetProperty("fields").EnumerateObject().Single().Name));
        }

        async Task<DateTimeOffset> GivenAsync(DateTimeOffset? saidAt)
        {
            var done = await AgreeAsync(NoticeWording.All[0].Version, saidAt);
            Assert.True(done.GetProperty("answer").GetString() == "done", done.GetRawText());
            var shown = (await nora.GetAsync($"/api/cases/persons/{person:D}/consents")).Json.EnumerateArray().Single(one => one.GetProperty("id").GetGuid() == done.GetProperty("record").GetGuid());
            Assert.Equal(NoticeWording.All[0].Version, shown.GetProperty("consent").GetProperty("noticeVersion").GetString());
            Assert.Equal(shown.GetProperty("grantedAt").GetDateTimeOffset(), shown.GetProperty("consent").GetProperty("grantedAt").GetDateTimeOffset());
            return shown.GetProperty("grantedAt").GetDateTimeOffset();
        }

        office.Time.Advance(TimeSpan.FromHours(30));
        var now = office.Time.GetUtcNow();
        Assert.Equal(now.AddHours(-20), await GivenAsync(now.AddHours(-20)));
        // Another contact in between, as there is when it is opened with internet, takes nothing from what was said before it.
        Assert.Equal(200, (await nora.PostAsync($"{Root}/{device:D}/open", new { proof = new string('a', 43) })).Status);
        Assert.Equal(now.AddHours(-10), await GivenAsync(now.AddHours(-10)));
        // Neither before there was a device, nor ahead of the node, nor further back than a device may be without contact.
        Assert.Equal(began, await GivenAsync(began.AddYears(-1)));
        Assert.Equal(now, await GivenAsync(now.AddDays(1)));
        Assert.Equal(now, await GivenAsync(null));
        office.Time.Advance(TimeSpan.FromDays(10));
        await nora.PostAsync($"{Root}/{device:D}/open", new { proof = new string('a', 43) });
        office.Time.Advance(TimeSpan.FromDays(10));
        Assert.Equal(office.Time.GetUtcNow().AddDays(-14), await GivenAsync(began));
    }

    [Theory]
    [InlineData("Normal", "Emergency", "Urgent", 0)]
    [InlineData("Normal", "Urgent", "Emergency", 0)]
    [InlineData("Emergency", "Normal", "Urgent", 1)]
    public async Task Of_two_urgencies_the_higher_is_taken_at_once_and_both_are_told(string before, string device, string atOffice, int rank)
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var (nora, omar) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"));
        var phone = await DeviceAsync(nora);
        var person = (await nora.RegisterAsync(new { identity = new { birth = new { inYear = 1990 } } })).Id;
        var one = await nora.OpenAsync(new { person, urgency = before });
        await omar.PutAsync($"/api/cases/{one.Id:D}", new { urgency = atOffice, profiles = new[] { "STRANDED" } }, "\"v1\"");
        var answer = await SendAsync(nora, phone, new { id = Key(), kind = "change", record = one.Id, was = new { urgency = before, profiles = new Dictionary<string, bool> { ["OLDER_PERSON"] = false } }, now = new { urgency = device, profiles = new Dictionary<string, bool> { ["OLDER_PERSON"] = true } } });
        Assert.True(answer.GetProperty("answer").GetString() == "done", answer.GetRawText());
        Assert.Equal(atOffice, answer.GetProperty("conflicts")[0].GetProperty("theirs").GetString());
        Assert.Equal([rank], await office.ReadAsync<int>("select urgency from cases_cases"));
        var profiles = (await nora.GetAsync($"/api/cases/{one.Id:D}")).Json.GetProperty("profiles").EnumerateArray().Select(code => code.GetString());
        Assert.Equal(["OLDER_PERSON", "STRANDED"], profiles);
        Assert.Equal("settled", (await nora.GetAsync($"/api/cases/persons/{person:D}/conflicts")).Json[0].GetProperty("state").GetString());
    }

    [Fact]
    public async Task What_is_refused_says_why_keeps_its_key_and_what_belongs_to_it_waits()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var (nora, saul) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("saul", "case_worker", CasesOffice.South));
        var device = await DeviceAsync(nora);
        var (person, screening) = (Key(), Key());
        object Register(int year) => new { id = person, kind = "register", body = new { identity = new { birth = new { inYear = year } } } };
        var screened = new { id = screening, kind = "screening", person, body = new { answers = Array.Empty<object>() } };
        var answers = await SendAllAsync(nora, device, Register(2999), screened);
        Assert.Equal(["refused", "waits"], answers.Select(answer => answer.GetProperty("answer").GetString()));
        Assert.Contains("birth", answers[0].GetProperty("fields").EnumerateObject().Single().Name, StringComparison.Ordinal);
        Assert.Equal(["done", "done"], (await SendAllAsync(nora, device, Register(1999), screened)).Select(answer => answer.GetProperty("answer").GetString()));

        // Somebody else's key, record or device leads nowhere.
        var foreign = await DeviceAsync(saul);
        Assert.Equal("cases.device_key_taken", (await SendAsync(saul, foreign, Register(1999))).GetProperty("code").GetString());
        var id = (await office.ReadAsync<Guid>("select id from cases_persons")).Single();
        Assert.Equal("request.not_found", (await SendAsync(saul, foreign, new { id = Key(), kind = "person", record = id, was = new { }, now = new { general = new { notes = "x" } } })).GetProperty("code").GetString());
        Assert.Equal("request.not_found", (await SendAsync(saul, foreign, new { id = Key(), kind = "screening", person, body = new { } })).GetProperty("code").GetString());
        // What may not lie on a device is not changed from one, and what nobody knows is refused alone.
        Assert.Equal("cases.compartment_closed", (await SendAsync(nora, device, new { id = Key(), kind = "person", record = id, was = new { }, now = new { asylum = new { notes = "x" } } })).GetProperty("code").GetString());
        Assert.Equal("cases.device_unfit", (await SendAsync(nora, device, new { id = Key(), kind = "attachment", person })).GetProperty("code").GetString());
        Assert.Equal("refused", (await SendAsync(nora, device, new { id = Key(), kind = "person", record = id, was = new { }, now = new { general = new { notes = "a\u0007b" } } })).GetProperty("answer").GetString());
        Assert.Equal(400, (await nora.PostAsync($"{Root}/{device:D}/changes", new { changes = new object[] { 1 } })).Status);
        Assert.Equal(422, (await nora.PostAsync($"{Root}/{device:D}/changes", new { changes = Enumerable.Range(0, 51).Select(_ => screened) })).Status);
    }

    [Fact]
    public async Task A_clock_that_is_far_off_is_told_to_the_device_and_to_whoever_looks_after_it()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var nora = await office.OfficerAsync("nora", "case_worker");
        var device = await DeviceAsync(nora);
        var now = office.Time.GetUtcNow();
        Assert.Equal(0, (await nora.PostAsync($"{Root}/{device:D}/cases", new { now = now.AddMinutes(-2), unsent = 1 })).Json.GetProperty("clockOff").GetInt32());
        Assert.Equal(7200, (await nora.PostAsync($"{Root}/{device:D}/cases", new { now = now.AddHours(-2), unsent = 0 })).Json.GetProperty("clockOff").GetInt32());
        Assert.Equal(7200, (await nora.GetAsync(Root)).Json[0].GetProperty("clockOff").GetInt32());
    }

    [Fact]
    public async Task A_change_with_nothing_in_a_list_is_refused_and_those_beside_it_are_done()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var nora = await office.OfficerAsync("nora", "case_worker");
        var device = await DeviceAsync(nora);
        var answers = await SendAllAsync(
            nora, device,
            new { id = Key(), kind = "register", body = new { identity = new { names = new object?[] { null } } } },
            new { id = Key(), kind = "register", body = new { } });
        Assert.Equal(["refused", "done"], answers.Select(answer => answer.GetProperty("answer").GetString()));
    }

    private static object KeptConsentBody => new
    {
        givenBy = new { kind = "self" },
        form = "verbal",
        language = "en",
        noticeVersion = NoticeWording.All[0].Version,
        explained = new[] { "interview", "purpose", "potential_use", "research_use", "request_data", "storage_time", "withdrawal" },
        freeToRefuse = true,
        purpose = "referral",
        scopes = new[] { new { category = "general", recipient = new { kind = "class", code = "health_provider" }, action = "share" } },
    };

    private static Guid Key() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    private static async Task<Guid> DeviceAsync(Officer officer) => (await officer.PostAsync(Root, new { name = "Phone", proof = new string('a', 43) })).Id;

    private static async Task<JsonElement> SendAsync(Officer officer, Guid device, object change) => (await SendAllAsync(officer, device, change)).Single();

    private static async Task<List<JsonElement>> SendAllAsync(Officer officer, Guid device, params object[] changes)
    {
        var told = await officer.PostAsync($"{Root}/{device:D}/changes", new { changes });
        Assert.True(told.Status == 200, told.Text);
        return [.. told.Json.GetProperty("answers").EnumerateArray()];
    }
}
