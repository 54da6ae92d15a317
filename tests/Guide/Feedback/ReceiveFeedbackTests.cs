using System.Globalization;
using System.Net;
using Dapper;
using Tambo.Guide.Feedback;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Feedback;

/// <summary>What readers send is kept once, sealed, and answered with a code that stays the same.</summary>
public sealed class ReceiveFeedbackTests
{
    private const string Said = "La puerta de la casa azul estaba cerrada el martes";

    [Theory, OnEachEngine]
    public async Task The_same_message_under_the_same_key_counts_once_and_has_one_code(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var reader = new FeedbackReader(desk);
        var key = GiveFeedback.NewKey();
        var codes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => await reader.CodeAsync("closed", Said, key: key)));
        // Long after the day for which answers to other requests are kept.
        ((SettableTime)desk.Node.Db.Time.Source).Advance(TimeSpan.FromDays(40));
        var late = await reader.CodeAsync("closed", Said, key: key);
        Assert.Single(codes.Append(late).Distinct(StringComparer.Ordinal));
        Assert.Equal(1, await CountAsync(desk, "guide_feedback"));
        Assert.Equal(1, await AuditedAsync(desk, "guide.feedback.received"));

        using var other = await reader.PostAsync(new { kind = "full", text = Said }, key);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        Assert.NotEqual(late, await reader.CodeAsync("closed", Said));
        Assert.Equal(2, await CountAsync(desk, "guide_feedback"));
    }

    [Theory, OnEachEngine]
    public async Task Nothing_that_was_written_stands_in_the_database_in_the_clear_and_of_harm_not_even_what_it_is_about(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var reader = new FeedbackReader(desk);
        var code = await reader.CodeAsync("closed", Said, $"/es/services/{desk.Service.Id:D}?q=secret");
        var found = await reader.CodeAsync("exploitation", "Me pidió favores el vigilante", $"services/{desk.Service.Id:D}", language: "quc");

        await using var read = await desk.Node.Db.ReadAsync(CancellationToken.None);
        var ordinary = await read.QuerySingleAsync<FeedbackRow>("select * from guide_feedback");
        Assert.Equal(("closed", $"services/{desk.Service.Id:D}", "es", "2026-03-03"), (ordinary.Kind, ordinary.About, ordinary.Language, ordinary.WrittenOn));
        var sensitive = await read.QuerySingleAsync<FeedbackRow>("select * from guide_sensitive_feedback");
        Assert.Equal(("", "", "", ""), (sensitive.Kind, sensitive.About, sensitive.ServiceId, sensitive.Language));
        foreach (var row in new[] { ordinary, sensitive })
        {
            Assert.DoesNotContain("puerta", row.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("vigilante", row.ToString(), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("exploitation", sensitive.ToString(), StringComparison.Ordinal);
        // Said twice, under two keys, nothing tells that it is the same: nobody can find out what was said by trying it.
        await reader.CodeAsync("exploitation", "Me pidió favores el vigilante", $"services/{desk.Service.Id:D}", language: "quc");
        var kept = (await read.QueryAsync(
            "select s.*, c.key_hash, c.code_hash from guide_sensitive_feedback s join guide_answer_codes c on c.feedback_id = s.id")).Cast<IDictionary<string, object>>().ToList();
        Assert.Equal(2, kept.Count);
        Assert.Empty(kept[0].Where(column => column.Value is string { Length: >= 16 } value && !value.EndsWith('Z') && value == (string)kept[1][column.Key]).Select(column => column.Key));
        Assert.DoesNotContain(code, string.Join('\n', await read.QueryAsync<string>("select code_hash || key_hash from guide_answer_codes")), StringComparison.Ordinal);
        // The audit names both alike.
        var lines = (await read.QueryAsync<(string Actor, string Subject, string Details)>(
            "select actor, subject, details from platform_audit_entries where change = 'guide.feedback.received'")).ToList();
        Assert.All(lines, line => Assert.Equal(("anonymous", "{}", true), (line.Actor, line.Details, line.Subject.StartsWith("feedback:", StringComparison.Ordinal))));
        Assert.Equal(3, lines.Count);
        // Of what follows, the language as well.
        await reader.LookUpAsync(found, ("act", "add"), ("text", "y otra vez el jueves"));
        Assert.Equal("", await read.QuerySingleAsync<string>("select language from guide_sensitive_feedback_notes"));
    }

    [Theory]
    [InlineData("not json", "application/json", 400)]
    [InlineData("[]", "application/json", 400)]
    [InlineData("null", "application/json", 400)]
    [InlineData("""{"kind":"closed","text":"\ud800"}""", "application/json", 400)]
    [InlineData("""{"kind":"closed","text":7}""", "application/json", 400)]
    [InlineData("""{"kind":"nonsense"}""", "application/json", 422)]
    [InlineData("""{"kind":"closed"}""", "text/plain", 415)]
    public async Task What_is_no_message_is_refused_with_its_code(string body, string type, int status)
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var client = desk.Node.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, GiveFeedback.Api) { Content = new StringContent(body, null, type) };
        request.Headers.Add("Idempotency-Key", "0123456789abcdef");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((status, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal(0, await CountAsync(desk, "guide_feedback"));
    }

    [Fact]
    public async Task A_message_is_as_long_as_anybody_reads_and_a_program_brings_a_key_of_its_own()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var reader = new FeedbackReader(desk);
        await reader.CodeAsync("question", new string('å', NewFeedback.Longest));
        using var longer = await reader.PostAsync(new { kind = "question", text = new string('x', NewFeedback.Longest + 1) });
        Assert.Equal(422, reader.Status);
        using var huge = await reader.PostAsync(new { kind = "question", text = new string('x', 200_000) });
        Assert.Equal(413, reader.Status);
        using var weak = await reader.PostAsync(new { kind = "question" }, "1234");
        Assert.Equal(400, reader.Status);
        Assert.Equal(1, await CountAsync(desk, "guide_feedback"));
    }

    [Fact]
    public async Task A_flood_from_one_address_is_told_to_wait_and_others_are_not()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var reader = new FeedbackReader(desk);
        var refused = 0;
        for (var i = 0; i < FeedbackLimits.Burst + 20; i++)
        {
            using var answer = await reader.PostAsync(new { kind = "thanks", text = i.ToString(CultureInfo.InvariantCulture) });
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                refused++;
                Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
            }
        }

        Assert.InRange(refused, 1, 20);
        Assert.Equal(FeedbackLimits.Burst + 20 - refused, await CountAsync(desk, "guide_feedback"));
    }

    [Theory]
    [InlineData("https://example.org/oferta", "links")]
    [InlineData("  www.example.org!! ", "links")]
    [InlineData("www.example.org http://example.net", "links")]
    [InlineData("Compre hoy en example.com o en example.shop/oferta", "links")]
    [InlineData("Llámeme: juan@gmail.com", "")]
    [InlineData("juan@gmail.com o ana@example.org", "")]
    [InlineData("这里关门了，请看 www.abc.cn", "")]
    [InlineData("这里关门了请看abc.cn", "")]
    [InlineData("Fui ayer.Compré comida.Informaron mal", "")]
    [InlineData("La página nueva de la clínica es https://example.org y ya no la otra", "")]
    [InlineData("Gracias", "")]
    public void A_message_of_links_alone_is_held(string text, string held) =>
        Assert.Equal(held, new NewFeedback(FeedbackKinds.Find("thanks")!, "", text, "es").HeldFor(0));

    [Fact]
    public void What_tells_of_harm_is_never_held()
    {
        var said = new NewFeedback(FeedbackKinds.Find("exploitation")!, "", "https://example.org/photo", "es") { FellIntoTrap = true };
        Assert.Equal("", said.HeldFor(50));
    }

    [Fact]
    public async Task A_form_that_was_corrected_after_it_was_sent_stands_again_with_its_text_and_a_key_of_its_own()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var reader = new FeedbackReader(desk);
        var key = GiveFeedback.NewKey();
        await reader.SendAsync("/en/feedback", ("kind", "question"), ("text", "first"), ("idempotency-key", key));
        var form = await reader.SendAsync("/en/feedback", ("kind", "question"), ("text", "second"), ("idempotency-key", key));
        Assert.Equal((422, "second"), (reader.Status, form.QuerySelector("textarea[name=text]")!.TextContent));
        var next = form.QuerySelector("input[name=idempotency-key]")!.GetAttribute("value")!;
        Assert.NotEqual(key, next);
        await reader.SendAsync("/en/feedback", ("kind", "question"), ("text", "second"), ("idempotency-key", next));
        Assert.Equal((200, 2L), (reader.Status, await CountAsync(desk, "guide_feedback")));
        for (var i = 0; i < FeedbackLimits.Burst && reader.Status != 429; i++)
            form = await reader.SendAsync("/en/feedback", ("kind", "question"), ("text", "waiting"));
        Assert.Equal((429, "waiting"), (reader.Status, form.QuerySelector("textarea[name=text]")!.TextContent));
    }

    [Theory]
    [InlineData("/es/services/ABC", "services/abc")]
    [InlineData("es", "")]
    [InlineData("emergency", "emergency")]
    [InlineData("/ht/emergency?x=1#y", "emergency")]
    [InlineData("https://example.org/evil", "")]
    [InlineData("services/<script>", "")]
    [InlineData(null, "")]
    public void A_page_is_named_by_its_plain_path(string? address, string page) =>
        Assert.Equal(page, NewFeedback.PageOf(address, code => code is "es" or "ht"));

    [Theory]
    [InlineData("2026-03-01T08:00:00Z", "2026-03-01")]
    [InlineData("2031-03-01T08:00:00Z", "")]
    [InlineData("1970-01-01T00:00:00Z", "")]
    [InlineData("yesterday", "")]
    public void A_device_whose_clock_is_wrong_says_no_day(string writtenAt, string day) =>
        Assert.Equal(day, NewFeedback.DayOf(writtenAt, SettableTime.Noon));

    [Theory, OnEachEngine]
    public async Task The_trap_and_the_fourth_of_the_same_are_kept_with_the_spam(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var reader = new FeedbackReader(desk);
        var page = await reader.SendAsync("/en/feedback", ("kind", "thanks"), ("text", "hello"), ("website", "http://x"));
        Assert.Equal(200, reader.Status);
        Assert.NotNull(page.QuerySelector("main code"));
        for (var i = 0; i < 5; i++)
            await reader.CodeAsync("question", "The same long text again and again");
        await using var read = await desk.Node.Db.ReadAsync(CancellationToken.None);
        var held = (await read.QueryAsync<string>("select held from guide_feedback where state = 'spam'")).Order(StringComparer.Ordinal);
        Assert.Equal(["repeated", "repeated", "trap"], held);
    }

    internal static async Task<long> CountAsync(StaffDesk desk, string table)
    {
        await using var read = await desk.Node.Db.ReadAsync(CancellationToken.None);
        return await read.ExecuteScalarAsync<long>("select count(*) from " + table);
    }

    internal static async Task<long> AuditedAsync(StaffDesk desk, string change)
    {
        await using var read = await desk.Node.Db.ReadAsync(CancellationToken.None);
        return await read.ExecuteScalarAsync<long>("select count(*) from platform_audit_entries where change = @change", new { change });
    }
}
