using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Sending;
using Tambo.Platform.Settings;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Glass;

/// <summary>A file is opened in an emergency by one, to look and for a time; others are told and judge it.</summary>
public sealed class BreakGlassTests
{
    private const string Root = "/api/cases/glass";
    private const string Reason = "She is unconscious and the clinic asks what she takes";

    [Theory]
    [OnEachEngine]
    public async Task A_foreign_file_opens_to_look_until_the_clock_ends_it_and_is_then_as_if_it_had_never_been(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (saul, carla) = (await office.OfficerAsync("saul", "protection_specialist", CasesOffice.South), await office.OfficerAsync("carla", "case_worker"));
        var (dora, dino) = (await office.OfficerAsync("dora", "data_protection_officer", CasesOffice.South), await office.OfficerAsync("dino", "data_protection_officer"));
        var person = await RegisterAsync(saul);
        var one = await saul.OpenAsync(new { person = person.Id, type = "trafficking", profiles = new[] { "TRAFFICKING_POSSIBLE" }, note = "torn-shirt-word" });
        var path = $"/api/cases/persons/{person.Id:D}";
        string[] reads = [path, $"/api/cases/{one.Id:D}"];
        var nobody = Plain(await carla.GetAsync($"/api/cases/persons/{Guid.CreateVersion7(SettableTime.Noon):D}"));
        Assert.All(await Task.WhenAll(reads.Select(read => carla.GetAsync(read))), told => Assert.Equal(nobody, Plain(told)));

        var broken = await BreakAsync(carla, person.Ref);
        Assert.True(broken.Status == 201, broken.Text);
        Assert.Equal(SettableTime.Noon.AddHours(4), broken.Json.GetProperty("until").GetDateTimeOffset());
        var file = (await carla.GetAsync(path)).Json;
        Assert.Contains("Ilmara", file.GetProperty("identity").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(["violence-word", "lgbti-word", "afraid-word"], new[] { "violence", "lgbti", "asylum" }.Select(compartment => file.GetProperty(compartment).GetProperty("notes").GetString()));
        Assert.Equal(one.Ref, file.GetProperty("cases")[0].GetProperty("ref").GetString());
        Assert.Equal("torn-shirt-word", (await carla.GetAsync(reads[1])).Json.GetProperty("note").GetString());

        // To look alone: nothing else of the file opens.
        Assert.Equal(404, (await carla.PutAsync(path, new { general = new { notes = "mine" } }, "\"v1\"")).Status);
        Assert.Equal(404, (await carla.PutAsync(reads[1], new { urgency = "Urgent" }, "\"v1\"")).Status);
        Assert.Equal(404, (await carla.PostAsync(path + "/export", new { reason = "data_request" })).Status);
        Assert.Equal(404, (await carla.PostAsync($"/api/cases/{one.Id:D}/referrals", new { kind = "shelter" })).Status);
        Assert.Equal(422, (await carla.PostAsync("/api/cases", new { person = person.Id })).Status);
        Assert.All(
            await Task.WhenAll(carla.GetAsync("/api/cases/persons?name=ilmara"), carla.GetAsync("/api/cases/persons?ref=" + person.Ref)),
            found => Assert.Empty(found.Json.GetProperty("persons").EnumerateArray()));
        Assert.Empty((await carla.GetAsync("/api/cases/worklist")).Json.GetProperty("cases").EnumerateArray());

        // Every look says under which emergency, and the person can be told.
        var lines = await office.ReadAsync<string>("select details from platform_audit_entries where change = 'cases.person.seen' and details like '%glass%'");
        Assert.Equal(2, lines.Count);
        Assert.All(lines, line => Assert.Equal(
            (broken.Id, carla.Agency, "emergency"),
            (JsonDocument.Parse(line).RootElement.GetProperty("glass").GetGuid(), JsonDocument.Parse(line).RootElement.GetProperty("agency").GetGuid(), JsonDocument.Parse(line).RootElement.GetProperty("purpose").GetString())));
        Assert.Contains(
            "Carla emergency 2", (await dora.GetAsync(path + "/seen-by")).Json.EnumerateArray().Select(reader => $"{reader.GetProperty("who")} {reader.GetProperty("purpose")} {reader.GetProperty("times")}"));
        // Data protection of either agency sees it on their desk.
        Assert.All(await Task.WhenAll(dora.GetAsync(Root), dino.GetAsync(Root)), queue => Assert.Equal(broken.Id, queue.Json.GetProperty("reviews")[0].GetProperty("id").GetGuid()));

        office.Time.Advance(TimeSpan.FromHours(4));
        Assert.All(await Task.WhenAll(reads.Select(read => carla.GetAsync(read))), told => Assert.Equal(nobody, Plain(told)));
        Assert.Equal("glass.over", (await carla.PostAsync($"{Root}/{broken.Id:D}/end", new { })).Code);
    }

    [Theory]
    [OnEachEngine]
    public async Task Whoever_opened_it_ends_it_early_and_what_is_open_by_right_stays_open(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (norma, carla) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("carla", "case_worker"));
        var person = await RegisterAsync(norma);
        var path = $"/api/cases/persons/{person.Id:D}";
        var before = await carla.GetAsync(path);
        Assert.False(before.Json.TryGetProperty("violence", out _));
        var broken = await BreakAsync(carla, person.Id.ToString("D"), hours: 1);
        Assert.True((await carla.GetAsync(path)).Json.TryGetProperty("violence", out _));
        Assert.Equal(404, (await norma.PostAsync($"{Root}/{broken.Id:D}/end", new { })).Status);
        Assert.Equal(204, (await carla.PostAsync($"{Root}/{broken.Id:D}/end", new { })).Status);
        Assert.Equal(before.Text, (await carla.GetAsync(path)).Text);
        Assert.Equal(201, (await BreakAsync(carla, person.Ref)).Status);
    }

    [Theory]
    [OnEachEngine]
    public async Task Short_reasons_second_openings_long_times_and_whoever_lacks_the_right_are_refused(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (norma, carla, flora) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("flora", "frontline_officer"));
        var person = await RegisterAsync(norma);
        Assert.Equal(404, (await BreakAsync(flora, person.Ref)).Status);
        Assert.Equal(["reason glass.reason_short"], (await BreakAsync(carla, person.Ref, reason: "     urgent         ")).Errors);
        Assert.Equal(["purpose cases.code_unknown"], (await BreakAsync(carla, person.Ref, purpose: "curiosity")).Errors);
        Assert.Equal(["hours cases.value_unfit"], (await BreakAsync(carla, person.Ref, hours: 5)).Errors);
        Assert.Equal(["person cases.person_unknown"], (await BreakAsync(carla, "7H3K-9QXM-2R4TW")).Errors);
        Assert.Empty(await office.ReadAsync<string>("select id from cases_glass"));
        Assert.Equal(201, (await BreakAsync(carla, person.Ref)).Status);
        var second = await BreakAsync(carla, person.Ref);
        Assert.Equal((409, "glass.open_already"), (second.Status, second.Code));
        office.Time.Advance(TimeSpan.FromHours(4));
        Assert.Equal(201, (await BreakAsync(carla, person.Ref)).Status);
        // Whoever loses the right loses what it opened.
        Assert.True((await carla.GetAsync($"/api/cases/persons/{person.Id:D}")).Json.TryGetProperty("violence", out _));
        await using (var change = await office.Node.Db.BeginAsync(TestDatabase.Alice, "access.test", "carla", CancellationToken.None))
        {
            await change.ExecuteAsync("delete from platform_role_grants where user_id = @Id", new { carla.Id });
            await change.CommitAsync(CancellationToken.None);
        }

        Assert.NotEqual(200, (await carla.GetAsync($"/api/cases/persons/{person.Id:D}")).Status);
    }

    [Theory]
    [OnEachEngine]
    public async Task Somebody_else_judges_it_once_it_is_over_and_what_waits_too_long_is_overdue(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await office.AddRoleAsync("both", "cases.read", "cases.break_glass", "cases.review_glass");
        var (norma, sara, sofia) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("sara", "cases_supervisor"), await office.OfficerAsync("sofia", "cases_supervisor", CasesOffice.South));
        var both = await office.OfficerAsync("beto", "both");
        var person = await RegisterAsync(norma);
        var first = $"{Root}/{(await BreakAsync(both, person.Ref)).Id:D}";

        Assert.Equal(404, (await sofia.GetAsync(first)).Status);
        Assert.Equal(404, (await sofia.PostAsync(first + "/review", new { judgement = "justified" })).Status);
        Assert.Empty((await sofia.GetAsync(Root)).Json.GetProperty("reviews").EnumerateArray());
        Assert.Equal("glass.own_review", (await both.PostAsync(first + "/review", new { judgement = "justified" })).Code);
        Assert.Equal("glass.still_open", (await sara.PostAsync(first + "/review", new { judgement = "justified" })).Code);
        Assert.DoesNotContain(Reason, (await sara.GetAsync(Root)).Text, StringComparison.Ordinal);
        Assert.Equal(Reason, (await sara.GetAsync(first)).Json.GetProperty("reason").GetString());

        office.Time.Advance(TimeSpan.FromDays(3).Add(TimeSpan.FromHours(1)));
        var queue = (await sara.GetAsync(Root)).Json;
        Assert.True(queue.GetProperty("reviews")[0].GetProperty("overdue").GetBoolean());
        Assert.Equal((1, 1), (queue.GetProperty("figures").GetProperty("waiting").GetInt32(), queue.GetProperty("figures").GetProperty("overdue").GetInt32()));
        Assert.Equal(["note form.missing"], (await sara.PostAsync(first + "/review", new { judgement = "follow_up" })).Errors);
        Assert.Equal(204, (await sara.PostAsync(first + "/review", new { judgement = "follow_up", note = "talk to him" })).Status);
        Assert.Equal(204, (await sara.PostAsync(first + "/review", new { judgement = "justified" })).Status);
        Assert.Equal("glass.reviewed_already", (await sara.PostAsync(first + "/review", new { judgement = "not_justified", note = "changed my mind" })).Code);
        Assert.Equal("talk to him", (await sara.GetAsync(first)).Json.GetProperty("note").GetString());

        // What is not justified ends at once.
        var second = await BreakAsync(both, person.Ref);
        Assert.True((await both.GetAsync($"/api/cases/persons/{person.Id:D}")).Json.TryGetProperty("violence", out _));
        Assert.Equal(204, (await sara.PostAsync($"{Root}/{second.Id:D}/review", new { judgement = "not_justified", note = "a colleague was there" })).Status);
        Assert.False((await both.GetAsync($"/api/cases/persons/{person.Id:D}")).Json.TryGetProperty("violence", out _));
        var figures = (await sara.GetAsync(Root)).Json.GetProperty("figures");
        Assert.Equal((2, 0, 0, 1, 1), (figures.GetProperty("all").GetInt32(), figures.GetProperty("open").GetInt32(), figures.GetProperty("overdue").GetInt32(), figures.GetProperty("justified").GetInt32(), figures.GetProperty("notJustified").GetInt32()));
        if (engine == Engine.Sqlite)
            Assert.Empty(await office.ReadAsync<string>("select details from platform_audit_entries where details like '%unconscious%' or details like '%talk to him%'"));
    }

    [Fact]
    public async Task Those_who_look_over_it_are_written_to_at_once_and_the_mail_says_neither_who_nor_why()
    {
        var node = await TestNode.StartAsync(Engine.Sqlite, new SettableTime(SettableTime.Noon), settings => settings with
        {
            // Nobody listens there: what is written stays in the outbox, where it is looked at.
            File = settings.File with { PublicUrl = "https://nodo.example", Mail = new MailFile { Host = "127.0.0.1", Port = 1, Tls = false, From = "nodo@isla.example" } },
        });
        await using var office = CasesOffice.Of(node);
        var (norma, carla) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("carla", "case_worker"));
        foreach (var (name, role, agency) in new[] { ("sara", "cases_supervisor", CasesOffice.North), ("dino", "data_protection_officer", CasesOffice.North), ("sofia", "cases_supervisor", CasesOffice.South) })
        {
            var reader = await office.OfficerAsync(name, role, agency);
            await office.WriteAsync("update platform_users set email = @Mail, language = 'es' where id = @Id", new { Mail = name + "@oficina.example", reader.Id });
        }

        var person = await RegisterAsync(norma);
        Assert.Equal(201, (await BreakAsync(carla, person.Ref)).Status);
        Assert.Equal(2, (await office.ReadAsync<long>("select count(*) from platform_outbox where purpose = 'cases.glass'")).Single());
        var key = node.Services.GetRequiredService<NodeKey>();
        var mails = (await office.ReadAsync<string>("select sealed from platform_outbox where purpose = 'cases.glass'")).Select(text => Outbox.Open<OutgoingMail>(text, "mail", key)).ToList();
        Assert.Equal(["dino@oficina.example", "sara@oficina.example"], mails.Select(mail => mail.To).Order());
        Assert.All(mails, mail => Assert.Equal("es", mail.Language));
        Assert.All(mails, mail => Assert.Contains("https://nodo.example/staff/cases/emergencies", mail.Text, StringComparison.Ordinal));
        Assert.All(mails, mail => Assert.All(["Carla", "Ilmara", person.Ref, "unconscious", "clinic"], word => Assert.DoesNotContain(word, mail.Subject + mail.Text, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Where_nobody_else_may_judge_it_administrators_and_data_protection_are_told_and_it_waits()
    {
        var node = await TestNode.StartAsync(Engine.Sqlite, new SettableTime(SettableTime.Noon), settings => settings with
        {
            File = settings.File with { PublicUrl = "https://nodo.example", Mail = new MailFile { Host = "127.0.0.1", Port = 1, Tls = false, From = "nodo@isla.example" } },
        });
        await using var office = CasesOffice.Of(node);
        await office.AddRoleAsync("both", "cases.read", "cases.break_glass", "cases.review_glass");
        var (norma, beto, ada, sofia) = (
            await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("beto", "both"), await office.OfficerAsync("ada", "administrator", null), await office.OfficerAsync("sofia", "data_protection_officer", CasesOffice.South));
        foreach (var (reader, name) in new[] { (beto, "beto"), (ada, "ada"), (sofia, "sofia") })
            await office.WriteAsync("update platform_users set email = @Mail where id = @Id", new { Mail = name + "@oficina.example", reader.Id });
        var person = await RegisterAsync(norma);
        // He alone may judge here, and never his own.
        var broken = await BreakAsync(beto, person.Ref);
        Assert.True(broken.Status == 201, broken.Text);
        Assert.True(broken.Json.GetProperty("nobodyToJudge").GetBoolean());
        var key = node.Services.GetRequiredService<NodeKey>();
        var mails = (await office.ReadAsync<string>("select sealed from platform_outbox where purpose = 'cases.glass'")).Select(text => Outbox.Open<OutgoingMail>(text, "mail", key)).ToList();
        Assert.Equal(["ada@oficina.example", "sofia@oficina.example"], mails.Select(mail => mail.To).Order());
        Assert.All(mails, mail => Assert.Contains("nobody else has the right to judge it", mail.Text, StringComparison.Ordinal));
        Assert.All(mails, mail => Assert.All(["Beto", "Ilmara", person.Ref, "unconscious"], word => Assert.DoesNotContain(word, mail.Subject + mail.Text, StringComparison.Ordinal)));

        async Task<string> SeesAsync(string name, string address)
        {
            using var browser = await office.BrowserAsync(name);
            return (await browser.OpenAsync(address)).DocumentElement.TextContent;
        }

        const string Alone = "Files opened in emergencies that nobody may judge";
        Assert.Contains("Nobody else has the right to judge this yet", await SeesAsync("beto", $"/staff/cases/persons/{person.Id:D}"), StringComparison.Ordinal);
        Assert.Contains(Alone, await SeesAsync("ada", "/staff"), StringComparison.Ordinal);
        Assert.Empty((await sofia.GetAsync(Root)).Json.GetProperty("reviews").EnumerateArray());

        // It waits however long, and whoever is given the right finds it.
        office.Time.Advance(TimeSpan.FromDays(30));
        var dino = await office.OfficerAsync("dino", "data_protection_officer");
        Assert.Equal(broken.Id, (await dino.GetAsync(Root)).Json.GetProperty("reviews")[0].GetProperty("id").GetGuid());
        Assert.DoesNotContain(Alone, await SeesAsync("ada", "/staff"), StringComparison.Ordinal);
        Assert.False((await BreakAsync(beto, person.Ref)).Json.GetProperty("nobodyToJudge").GetBoolean());
        Assert.Equal(204, (await dino.PostAsync($"{Root}/{broken.Id:D}/review", new { judgement = "justified" })).Status);
    }

    [Fact]
    public async Task Whom_the_person_shut_out_hears_nothing_of_it_and_where_nobody_else_is_left_administrators_do()
    {
        var node = await TestNode.StartAsync(Engine.Sqlite, new SettableTime(SettableTime.Noon), settings => settings with
        {
            File = settings.File with { PublicUrl = "https://nodo.example", Mail = new MailFile { Host = "127.0.0.1", Port = 1, Tls = false, From = "nodo@isla.example" } },
        });
        await using var office = CasesOffice.Of(node);
        var (norma, carla) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("carla", "case_worker"));
        var people = new Dictionary<string, Officer>();
        foreach (var (name, role, agency) in new[] { ("sara", "cases_supervisor", CasesOffice.North), ("dino", "data_protection_officer", CasesOffice.North), ("sofia", "cases_supervisor", CasesOffice.South), ("ada", "administrator", null), ("abel", "administrator", null) })
        {
            people[name] = await office.OfficerAsync(name, role, agency);
            await office.WriteAsync("update platform_users set email = @Mail where id = @Id", new { Mail = name + "@oficina.example", people[name].Id });
        }

        // One of two.
        Assert.Equal("dino", await ToldAsync("sara"));
        // Both: then whoever judges elsewhere, and those of the administrators whom they did not shut out.
        Assert.Equal("abel sofia alone", await ToldAsync("sara", "dino", "ada"));
        Assert.Equal("abel alone", await ToldAsync("sara", "dino", "ada", "sofia"));
        // Somebody has to give the right: of whom it is, the mail does not say.
        Assert.Equal("abel ada alone", await ToldAsync("sara", "dino", "sofia", "ada", "abel"));
        Assert.Equal("dino sara", await ToldAsync());

        async Task<string> ToldAsync(params string[] never)
        {
            var person = await norma.RegisterAsync(new { identity = new { birth = new { inYear = 1990 } }, violence = new { notes = "violence-word" } });
            if (never.Length > 0)
                await Disclosure.ShutOutTests.ShutOutAsync(norma, person.Id, [.. never.Select(name => people[name].Id)]);
            await office.WriteAsync("delete from platform_outbox");
            var broken = await BreakAsync(carla, person.Ref);
            Assert.True(broken.Status == 201, broken.Text);
            var key = node.Services.GetRequiredService<NodeKey>();
            var mails = (await office.ReadAsync<string>("select sealed from platform_outbox where purpose = 'cases.glass'")).Select(text => Outbox.Open<OutgoingMail>(text, "mail", key)).ToList();
            var alone = broken.Json.GetProperty("nobodyToJudge").GetBoolean();
            Assert.All(mails, mail => Assert.Equal(alone, mail.Text.Contains("nobody else has the right to judge it", StringComparison.Ordinal)));
            // Nor is it counted as theirs.
            foreach (var name in never.Where(name => name is "sara" or "dino" or "sofia"))
                Assert.DoesNotContain(person.Ref, (await people[name].GetAsync(Root)).Text, StringComparison.Ordinal);
            return string.Join(' ', mails.Select(mail => mail.To.Split('@')[0]).Order(StringComparer.Ordinal).Concat(alone ? ["alone"] : []));
        }
    }

    [Theory]
    [OnEachEngine]
    public async Task What_the_person_shut_out_stays_shut(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (norma, carla) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("carla", "case_worker", CasesOffice.South));
        var person = await norma.RegisterAsync(new { identity = new { birth = new { inYear = 1990 } }, violence = new { notes = "violence-word" } });
        await norma.AgreeAsync(person.Id, "referral", [Officer.Scope("general", "health_provider")], [new { kind = "one", code = carla.Agency!.Value.ToString("D") }], SettableTime.Noon.AddDays(30));
        // No more is said than of somebody whom there is not.
        Assert.Equal(["person cases.person_unknown"], (await BreakAsync(carla, person.Ref)).Errors);
        Assert.Equal(Plain(await BreakAsync(carla, "7H3K-9QXM-2R4TW")), Plain(await BreakAsync(carla, person.Ref)));
    }

    internal static Task<Told> BreakAsync(Officer officer, string person, string purpose = "medical", string reason = Reason, int? hours = null) =>
        officer.PostAsync(Root, hours is null ? new { person, purpose, reason } : new { person, purpose, reason, hours });

    internal static Task<Told> RegisterAsync(Officer officer) => officer.RegisterAsync(new
    {
        identity = new { names = new[] { new { full = "Ilmara Quesquén" } }, nationalities = new[] { new { code = "AND" } } },
        violence = new { notes = "violence-word" },
        lgbti = new { notes = "lgbti-word" },
        asylum = new { notes = "afraid-word" },
    });

    // What differs between any two answers: when, and which request.
    private static (int, string) Plain(Told told) => (told.Status, Regex.Replace(told.Text, "\"(traceId|instance|requestId)\":\"[^\"]*\"", ""));
}
