using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tambo.Platform.Http;
using Tambo.Tests.Cases.Consent;
using Tambo.Tests.Cases.Merging;
using Tambo.Tests.Cases.Questions;
using Tambo.Tests.Cases.Referrals;
using Tambo.Tests.Security;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Access;

/// <summary>
/// Whatever is done with persons, well or badly, and whatever breaks: no log line, no trace, no label of a metric and no refusal to
/// somebody else holds a word of anybody.
/// </summary>
public sealed class NothingInLogsTests
{
    // Begins every word that is written of a person here.
    private const string Mark = "Wiraqlok";

    [Theory]
    [OnEachEngine]
    public async Task No_log_line_trace_label_or_refusal_of_others_holds_a_word_of_anybody(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        using var heard = new Heard(office.Node);
        // Whoever is the police, migration control or a consulate by their role sees nothing of what somebody needs protection from.
        await office.AddRoleAsync("everything", [.. Tambo.Cases.CasesRights.All.Where(right => right is not ("cases.see.consular" or "cases.as.police" or "cases.as.migration_control"))]);
        var (nora, saul) = (await office.OfficerAsync("nora", "everything"), await office.OfficerAsync("saul", "everything", CasesOffice.South));
        var refusals = new StringBuilder();

        // Everything goes well.
        var person = await nora.RegisterAsync(Person());
        var path = $"/api/cases/persons/{person.Id:D}";
        var consent = await nora.PostAsync(path + "/consents", KeptConsentTests.Said(new { kind = "assent_with_guardian", who = Mark + "guardian" }));
        Assert.True(consent.Status == 201, consent.Text);
        Assert.Equal(201, (await nora.PostAsync(path + "/screenings", new { answers = new[] { new { question = "triage.controlled", way = "said", values = new[] { "yes" } } }, @override = new { urgency = "emergency", reason = Mark + "reason" } })).Status);
        var one = await nora.OpenAsync(new { person = person.Id, type = "trafficking", note = Mark + "note" });
        await WentWellAsync(nora.PostAsync(path + "/export", new { reason = "data_request", form = "json" }));
        await WentWellAsync(nora.PutAsync(path + "/tracing", new { publication = "consented" }, "\"v0\""));
        await WentWellAsync(nora.PostAsync("/api/cases/tracing/export", new { to = "A register", kind = "tracing_network", country = "001" }));
        await WentWellAsync(nora.PostAsync("/api/cases/statistics/export", new { purpose = "research_deidentified", to = "University", kind = "researcher" }));
        await WentWellAsync(nora.PostAsync("/api/cases/htcds/export", new { purpose = "research_deidentified", to = "University", kind = "researcher" }));
        var form = await AnswerFormTests.BringAsync(office, nora, Forms.Book());
        Assert.Equal(200, (await nora.PutAsync($"{path}/answers/{form.Json.GetProperty("id").GetGuid():D}", new { answers = new { by_boat = new[] { "no" }, needs = new[] { "other" }, other_need = new[] { Mark + "need" } } }, "\"v0\"")).Status);
        await WentWellAsync(nora.PostAsync("/api/cases/persons/search", new { name = Mark }));
        await WentWellAsync(nora.GetAsync($"/api/cases/persons?name={Mark}"));

        // Everything goes wrong.
        using var reader = new Reader(office.Node);
        foreach (var address in new[] { "/api/cases/persons/" + Mark, "/api/cases/" + Mark, $"{path}?{Mark}={Mark}", "/staff/cases/persons/" + Mark, path + "/consents/" + Mark + "/withdraw" })
        {
            await nora.GetAsync(address, ("Tambo-Purpose", Mark), ("X-Anything", Mark));
            await nora.PostAsync(address, new { name = Mark });
        }

        foreach (var body in new object[] { $"{{\"identity\": {{\"{Mark}\": \"{Mark}\"}}}}", $"{{\"identity\": \"{Mark}\"", $"{{\"identity\": {{\"names\": [{{\"full\": \"{Mark}\\ud800\"}}]}}}}", new { identity = new { birth = new { date = Mark }, sexRecorded = Mark, nationalities = new[] { new { code = Mark } } }, area = Mark } })
            Assert.InRange((await nora.PostAsync("/api/cases/persons", body)).Status, 400, 422);
        await nora.PutAsync(path, Person(), Mark);
        Assert.Equal(422, (await nora.PostAsync($"/api/cases/{one.Id:D}/referrals", new { kind = Mark, urgency = Mark, told = new Dictionary<string, string> { [Mark] = Mark }, note = Mark })).Status);
        await nora.PostAsync(path + "/erase", new { reason = Mark });
        await nora.PostAsync(path + "/consents", new { purpose = Mark, language = Mark, scopes = new[] { new { category = Mark, recipient = new { kind = Mark, code = Mark }, action = Mark } } });
        await nora.PostAsync(path + "/screenings", new { answers = new[] { new { question = Mark, way = Mark } } });
        foreach (var document in new[] { $"<{Mark}>{Mark}", $"<p:pfif xmlns:p=\"http://zesty.ca/pfif/1.4\"><p:person><p:person_record_id>{Mark}</p:person_record_id><p:full_name>{Mark}</p:full_name></p:person></p:pfif>", $"<!DOCTYPE {Mark}>" })
            await SendAsync(reader, nora, office, "/api/cases/tracing/import", new StringContent(document, Encoding.UTF8, "application/xml"));
        await AnswerFormTests.BringAsync(office, nora, Forms.Book([[Mark, Mark, Mark, "", Mark, Mark, Mark, "", Mark]]));
        await AnswerFormTests.BringAsync(office, nora, Encoding.UTF8.GetBytes(Mark));

        // Somebody else asks for all of it, and hears of nothing.
        foreach (var address in new[] { path, path + "/consents", path + "/screenings", path + "/seen-by", path + "/answers", path + "/tracing", $"/api/cases/{one.Id:D}", $"/api/cases/persons?name={Mark}", "/api/cases/worklist", "/api/cases/tracing/sought", "/api/cases/erasures" })
            refusals.Append((await saul.GetAsync(address)).Text.Replace("name=" + Mark, "", StringComparison.Ordinal));
        foreach (var address in new[] { path + "/export", path + "/erase", $"{path}/consents/{consent.Id:D}/withdraw", "/api/cases/tracing/export", "/api/cases/statistics/export", "/api/cases/htcds/export", "/api/cases", "/api/cases/households" })
            refusals.Append((await saul.PostAsync(address, new { person = person.Id, members = new[] { person.Id }, reason = "data_request", to = "x", purpose = "research_deidentified" })).Text);

        // Things break: a content that was changed by other hands, a table that is gone, a key store that is.
        await office.WriteAsync("update cases_sealed set sealed = @Spoiled where person_id = @Id", new { Spoiled = new byte[200], person.Id });
        var broken = new List<Told> { await nora.GetAsync(path), await nora.GetAsync($"/api/cases/persons?name={Mark}"), await nora.PostAsync(path + "/export", new { reason = "data_request" }), await nora.GetAsync($"/api/cases/{one.Id:D}") };
        await office.WriteAsync("alter table cases_person_keys rename to cases_person_keys_gone");
        broken.AddRange([await nora.PostAsync("/api/cases/persons", Person()), await nora.PostAsync("/api/cases/persons/search", new { name = Mark, document = Mark + "doc" })]);
        await office.WriteAsync("alter table cases_consents rename to cases_consents_gone");
        broken.AddRange([await nora.PostAsync(path + "/consents", KeptConsentTests.Said(new { kind = "assent_with_guardian", who = Mark })), await nora.GetAsync(path + "/consents"), await nora.PostAsync("/api/cases/statistics/export", new { purpose = "research_deidentified", to = Mark + " institute", kind = "researcher" })]);
        Assert.InRange(broken.Count(told => told.Status == 500), 5, broken.Count);
        Assert.All(broken.Where(told => told.Status == 500), told => Assert.DoesNotContain(Mark, told.Text, StringComparison.OrdinalIgnoreCase));

        // What is searched did hear of it.
        Assert.NotEmpty(heard.Lines);
        Assert.Contains(heard.Lines, line => line.Contains("Exception", StringComparison.Ordinal));
        Assert.Contains(heard.Traces, trace => trace.Contains("HttpRequestIn", StringComparison.Ordinal));
        Assert.Contains(heard.Labels, label => label.Contains("/api/cases/persons/{id:guid}", StringComparison.Ordinal));
        Assert.All(new[] { Mark, person.Ref, "4711-99" }, word =>
        {
            Assert.DoesNotContain(heard.Lines, line => line.Contains(word, StringComparison.OrdinalIgnoreCase));
            Assert.DoesNotContain(heard.Traces, trace => trace.Contains(word, StringComparison.OrdinalIgnoreCase));
            Assert.DoesNotContain(heard.Labels, label => label.Contains(word, StringComparison.OrdinalIgnoreCase));
            Assert.DoesNotContain(word, refusals.ToString(), StringComparison.OrdinalIgnoreCase);
        });
    }

    [Theory]
    [OnEachEngine]
    public async Task No_log_line_trace_or_label_of_referrals_emergencies_and_merges_holds_a_word_of_anybody(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine, "lantern@example.org", sends: true);
        var office = desk.Office;
        using var heard = new Heard(office.Node);
        var (carla, sara) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("sara", "cases_supervisor"));
        List<string> words = [Mark, ReferralOffice.Name, "Zorayda", "Quispillo"];

        // Offered, looked at, accepted, handed over and received by an agency with accounts; then told of a consent that ends.
        var received = await desk.HandOverAsync();
        await WentWellAsync(desk.Nora.GetAsync($"/api/cases/referrals/{received:D}"));

        // By mail and by links, for those without: offered, opened, accepted, received.
        var offered = await desk.OfferAsync(desk.Mats);
        await desk.DoneAsync(offered, "links", new { mail = true });
        Assert.NotEmpty(await office.MailsAsync(1));
        var answer = await desk.LinkAsync(offered, "links");
        Assert.Equal(200, (await desk.PageAsync(answer, null)).Status);
        Assert.Equal(200, (await desk.PageAsync(answer, ("act", "accept"))).Status);
        var fields = await desk.LinkAsync(offered, "hand-over");
        Assert.Equal(200, (await desk.PageAsync(fields, null)).Status);
        var shown = await desk.PageAsync(fields, []);
        Assert.Equal(200, shown.Status);
        Assert.Contains("Quispillo", shown.Html, StringComparison.Ordinal);
        words.AddRange(new[] { answer, fields }.Select(link => link.Split('/')[^1]));
        await WentWellAsync(desk.WithdrawAsync(desk.Nora));

        // Opened in an emergency, and judged.
        var far = await desk.Saul.RegisterAsync(Person());
        words.Add(far.Ref);
        var broken = await carla.PostAsync("/api/cases/glass", new { person = far.Ref, purpose = "medical", reason = Mark + " cannot wait for anybody" });
        Assert.True(broken.Status == 201, broken.Text);
        await WentWellAsync(carla.PostAsync($"/api/cases/glass/{broken.Id:D}/end", new { }));
        await WentWellAsync(sara.PostAsync($"/api/cases/glass/{broken.Id:D}/review", new { judgement = "not_justified", note = Mark + " could have been asked" }));

        // Two files made one, and two again.
        Task<Told> TwinAsync(string name, int year) => carla.RegisterAsync(new { identity = new { names = new[] { new { full = Mark + name } }, birth = new { inYear = year } } });
        var (stays, goes) = (await TwinAsync(" One", 1990), await TwinAsync(" Other", 1991));
        words.AddRange([stays.Ref, goes.Ref]);
        var merge = await MergeTests.MergeAsync(carla, sara, stays, goes);
        await WentWellAsync(carla.PostAsync(merge + "/undo", new { }));
        await WentWellAsync(sara.PostAsync(merge + "/undo/decide", new { approve = true }));

        Assert.Contains(heard.Traces, trace => trace.Contains("HttpRequestIn", StringComparison.Ordinal));
        foreach (var route in new[] { "/{lang}/referral/{token}", "/api/cases/referrals/{id:guid}/receive", "/api/cases/merges/{id:guid}/decide", "/api/cases/glass/{id:guid}/review" })
            Assert.Contains(heard.Labels, label => label.Contains(route, StringComparison.Ordinal));
        Assert.All(words.Append("the same scar"), word =>
        {
            Assert.DoesNotContain(heard.Lines, line => line.Contains(word, StringComparison.OrdinalIgnoreCase));
            Assert.DoesNotContain(heard.Traces, trace => trace.Contains(word, StringComparison.OrdinalIgnoreCase));
            Assert.DoesNotContain(heard.Labels, label => label.Contains(word, StringComparison.OrdinalIgnoreCase));
        });
    }

    private static async Task WentWellAsync(Task<Told> asked)
    {
        var told = await asked;
        Assert.True(told.Status is >= 200 and < 300, $"{told.Status} {told.Text}");
    }

    private static object Person() => new
    {
        identity = new
        {
            names = new[] { new { full = Mark + " Person" } },
            documents = new[] { new { type = "passport", number = Mark + "doc" } },
            contact = new[] { new { kind = "phone", value = "+509 4711-99 01" }, new { kind = "email", value = Mark + "@example.org" } },
        },
        general = new { notes = Mark + "general" },
        health = new { notes = Mark + "health" },
        asylum = new { notes = Mark + "asylum" },
    };

    private static async Task SendAsync(Reader reader, Officer officer, CasesOffice office, string address, HttpContent content)
    {
        using (content)
        {
            var token = await office.Node.Services.GetRequiredService<Tambo.Platform.Access.Tokens.ApiTokens>().CreateAsync(
                officer.Actor, "wrong", [.. officer.Actor.Grants.Select(grant => grant.Permission).Distinct()], office.Time.GetUtcNow().AddDays(1), CancellationToken.None);
            await reader.AskAsync(HttpMethod.Post, address, content, [("Authorization", "Bearer " + token)]);
        }
    }

    /// <summary>Every line of the log, every trace as it would be sent and every label of a metric, while it listens.</summary>
    private sealed class Heard : ILoggerProvider
    {
        private readonly ActivityListener traces;
        private readonly MeterListener metrics = new();

        public Heard(TestNode node)
        {
            node.Services.GetRequiredService<ILoggerFactory>().AddProvider(this);
            var scrub = new Telemetry.WithoutQueries();
            traces = new ActivityListener
            {
                ShouldListenTo = source => source.Name is "Microsoft.AspNetCore" or "Npgsql",
                Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = activity =>
                {
                    scrub.OnEnd(activity);
                    var events = activity.Events.SelectMany(one => one.Tags.Select(tag => $"{tag.Key}={tag.Value}").Append(one.Name));
                    Traces.Add(string.Join('\n', activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Concat(events).Concat(activity.Baggage.Select(pair => $"{pair.Key}={pair.Value}")).Append(activity.DisplayName).Append(activity.StatusDescription ?? "")));
                },
            };
            ActivitySource.AddActivityListener(traces);
            metrics.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name is "Microsoft.AspNetCore.Hosting" or "Microsoft.AspNetCore.Server.Kestrel" or "Tambo")
                    listener.EnableMeasurementEvents(instrument);
            };
            metrics.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(instrument, tags));
            metrics.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Note(instrument, tags));
            metrics.Start();
        }

        public ConcurrentBag<string> Lines { get; } = [];

        public ConcurrentBag<string> Traces { get; } = [];

        public ConcurrentBag<string> Labels { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Line(categoryName, Lines);

        public void Dispose()
        {
            traces.Dispose();
            metrics.Dispose();
        }

        private void Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags)
                Labels.Add($"{instrument.Name} {tag.Key}={tag.Value}");
        }

        private sealed class Line(string category, ConcurrentBag<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull
            {
                lines.Add($"{category} {state}");
                return null;
            }

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                lines.Add($"{category} {formatter(state, exception)} {exception}");
                if (state is IEnumerable<KeyValuePair<string, object?>> values)
                    lines.Add(string.Join(' ', values.Select(value => $"{value.Key}={value.Value}")));
            }
        }
    }
}
