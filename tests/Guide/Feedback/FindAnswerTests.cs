using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Dapper;
using Tambo.Guide.Feedback;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Feedback;

/// <summary>From the form to the answer: by a code that stands in no address.</summary>
public sealed class FindAnswerTests
{
    [Theory, OnEachEngine]
    public async Task An_editor_answers_in_the_writers_language_and_names_the_change_and_the_writer_finds_both_by_the_code(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var reader = new FeedbackReader(desk);
        using var bob = await desk.SignInAsync("bob", "editor");
        var form = await reader.OpenAsync($"/es/feedback?about=services/{desk.Service.Id:D}");
        Assert.Contains("Albergue de noche", form.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var key = form.QuerySelector<IHtmlInputElement>("input[name=idempotency-key]")!.Value;
        (string, string)[] said = [("about", $"services/{desk.Service.Id:D}"), ("kind", "wrong_information"), ("text", "El número de teléfono es otro"), ("language", "es"), ("idempotency-key", key)];
        var code = (await reader.SendAsync("/es/feedback", said)).QuerySelector("main code")!.TextContent;
        Assert.Equal(code, (await reader.SendAsync("/es/feedback", said)).QuerySelector("main code")!.TextContent);
        Assert.Contains("It has arrived and waits for an answer.", (await reader.LookUpAsync(code)).Body!.TextContent, StringComparison.Ordinal);

        await bob.SubmitAsync(await bob.OpenAsync(desk.ServicePath), desk.ServicePath, ("alert", "The telephone number has changed."));
        var path = await OnlyAsync(bob, Inbox.Ordinary);
        var message = await bob.OpenAsync(path);
        Assert.Contains("El número de teléfono es otro", message.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("es", message.QuerySelector<IHtmlSelectElement>("select[name=language]")!.Value);
        await ActAsync(bob, path, "answer", ("text", "Gracias. Ya lo corregimos."));
        var version = (await bob.OpenAsync(path)).QuerySelectorAll<IHtmlOptionElement>("select[name=changed] option").Max(option => option.Value)!;
        await ActAsync(bob, path, "step", ("act", "link"), ("changed", version));

        var answer = (await reader.LookUpAsync(code.ToLowerInvariant())).QuerySelector("main")!;
        Assert.Equal("Gracias. Ya lo corregimos.", answer.QuerySelector(".card p")!.TextContent);
        Assert.Equal("es", answer.QuerySelector(".card p")!.GetAttribute("lang"));
        Assert.Contains("The page was corrected because of it", answer.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("teléfono", answer.TextContent, StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task What_the_writer_adds_opens_the_message_again_once_for_each_key(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var reader = new FeedbackReader(desk);
        using var bob = await desk.SignInAsync("bob", "editor");
        var code = await reader.CodeAsync("question", "¿Dónde está la oficina?");
        var path = await OnlyAsync(bob, Inbox.Ordinary);
        await ActAsync(bob, path, "step", ("act", "close"), ("closing", "handled"));
        Assert.Contains("We have dealt with it.", (await reader.LookUpAsync(code)).Body!.TextContent, StringComparison.Ordinal);
        for (var i = 0; i < 2; i++)
        {
            var added = await reader.LookUpAsync(code, ("act", "add"), ("text", "Es la oficina del puerto"), ("idempotency-key", "the-same-key-each-time"));
            Assert.Equal(200, reader.Status);
            Assert.Contains("It has arrived and waits for an answer.", added.Body!.TextContent, StringComparison.Ordinal);
        }

        Assert.Equal(1, await ReceiveFeedbackTests.AuditedAsync(desk, "guide.feedback.added_to"));
        Assert.Contains("Es la oficina del puerto", (await bob.OpenAsync(path)).Body!.TextContent, StringComparison.Ordinal);
        await reader.LookUpAsync(code, ("act", "add"), ("text", " "));
        Assert.Equal(422, reader.Status);
    }

    [Theory, OnEachEngine]
    public async Task What_is_taken_back_is_deleted_at_once_and_nobody_deals_with_it(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var reader = new FeedbackReader(desk);
        using var bob = await desk.SignInAsync("bob", "editor");
        var code = await reader.CodeAsync("question", "¿Dónde está la oficina?");
        var path = await OnlyAsync(bob, Inbox.Ordinary);
        var open = await bob.OpenAsync(path);
        Assert.Contains("taken this message back", (await reader.LookUpAsync(code, ("act", "withdraw"))).Body!.TextContent, StringComparison.Ordinal);
        await bob.SubmitAsync(open, path + "/answer", ("text", "En el puerto"));
        Assert.Equal(412, bob.Status);
        Assert.DoesNotContain("oficina", (await bob.OpenAsync(path)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        await reader.LookUpAsync(code, ("act", "add"), ("text", "more"));
        Assert.Equal(409, reader.Status);
        await using var read = await desk.Node.Db.ReadAsync(CancellationToken.None);
        Assert.Equal(0, await read.ExecuteScalarAsync<long>("select count(*) from guide_feedback where sealed <> ''"));
    }

    [Theory, OnEachEngine]
    public async Task Of_a_complaint_that_is_taken_back_nothing_is_kept_and_taking_it_back_again_leaves_no_trace(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var reader = new FeedbackReader(desk);
        var key = GiveFeedback.NewKey();
        var code = await reader.CodeAsync("mistreatment", "No me dejaron entrar", $"services/{desk.Service.Id:D}", key);
        await reader.LookUpAsync(code, ("act", "add"), ("text", "Fue el martes"));
        for (var i = 0; i < 2; i++)
            Assert.Contains("taken this message back", (await reader.LookUpAsync(code, ("act", "withdraw"))).Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(1, await ReceiveFeedbackTests.AuditedAsync(desk, "guide.feedback.withdrawn"));
        await using (var read = await desk.Node.Db.ReadAsync(CancellationToken.None))
        {
            Assert.Equal(0, await read.ExecuteScalarAsync<long>("select count(*) from guide_sensitive_feedback where sealed <> '' or head <> '' or written_on <> ''"));
            Assert.Equal(0, await read.ExecuteScalarAsync<long>("select count(*) from guide_sensitive_feedback_notes where sealed <> ''"));
        }

        // The device that never got the answer still learns the code.
        Assert.Equal(code, await reader.CodeAsync("mistreatment", "No me dejaron entrar", $"services/{desk.Service.Id:D}", key));
        Assert.Equal(1, await ReceiveFeedbackTests.CountAsync(desk, "guide_sensitive_feedback"));
    }

    [Theory, OnEachEngine]
    public async Task The_same_addition_sent_many_times_at_once_counts_once_and_is_answered_alike(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var reader = new FeedbackReader(desk);
        var code = await reader.CodeAsync("question", "¿Dónde está la oficina?");
        var pages = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => reader.LookUpAsync(code, ("act", "add"), ("text", "Es la del puerto"), ("idempotency-key", "the-same-key-at-once"))));
        Assert.All(pages, page => Assert.Contains("We have added that.", page.Body!.TextContent, StringComparison.Ordinal));
        Assert.Equal(1, await ReceiveFeedbackTests.CountAsync(desk, "guide_feedback_notes"));
        Assert.Equal(1, await ReceiveFeedbackTests.AuditedAsync(desk, "guide.feedback.added_to"));
    }

    [Theory, OnEachEngine]
    public async Task What_is_added_or_taken_back_while_a_message_is_handed_over_reaches_it_where_it_lies(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var reader = new FeedbackReader(desk);
        using var bob = await desk.SignInAsync("bob", "editor");
        var box = (FeedbackBox)desk.Node.Services.GetService(typeof(FeedbackBox))!;
        foreach (var act in new[] { "add", "withdraw" })
        {
            var code = await reader.CodeAsync("question", "Preguntan cuánto se paga");
            var found = (await box.FindAsync(code, CancellationToken.None))!;
            var path = await OnlyAsync(bob, Inbox.Ordinary);
            var page = await bob.OpenAsync(path);
            await bob.PostAsync(path + "/move", page, ("version", page.QuerySelector<IHtmlInputElement>("input[name=version]")!.Value), ("why", ""));
            Assert.Equal(302, bob.Status);
            // It was found before it was handed over, and is written to afterwards.
            if (act == "add")
                await box.AddAsync(found, "y a quién", "es", GiveFeedback.NewKey(), CancellationToken.None);
            else
                await box.WithdrawAsync(found, CancellationToken.None);
            var now = (await box.FindAsync(code, CancellationToken.None))!;
            Assert.Equal((true, act == "withdraw", act == "add" ? 1 : 0), (now.Inbox.IsSensitive, now.Row.State == "withdrawn", now.Notes.Count(note => note.Author == FeedbackNote.ByWriter)));
        }
    }

    [Fact]
    public async Task What_was_typed_is_not_lost_when_somebody_has_to_wait()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var reader = new FeedbackReader(desk);
        var code = await reader.CodeAsync("question", "¿Dónde está la oficina?");
        for (var i = 0; i <= FeedbackLimits.LookUps && reader.Status != 429; i++)
            await reader.LookUpAsync("0000-0000-0000-00000");
        AngleSharp.Html.Dom.IHtmlDocument page;
        var tries = 0;
        do
            page = await reader.LookUpAsync(code, ("act", "add"), ("text", "Es la del puerto"));
        while (reader.Status != 429 && ++tries < 20);
        Assert.Equal("Es la del puerto", page.QuerySelector<IHtmlTextAreaElement>("textarea[name=text]")!.Value);
        Assert.Equal((code, "add"), (page.QuerySelector<IHtmlInputElement>("input[name=code]")!.Value, page.QuerySelector<IHtmlInputElement>("main input[name=act]")!.Value));
    }

    [Fact]
    public async Task A_message_is_given_to_a_colleague_who_may_read_it_and_to_nobody_else()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var reader = new FeedbackReader(desk);
        using var bob = await desk.SignInAsync("bob", "editor");
        using var erik = await desk.SignInAsync("erik", "editor");
        using var dora = await desk.SignInAsync("dora", "statistician");
        using var hanna = await desk.SignInAsync("hanna", "editor", "Harbour");
        await reader.CodeAsync("question", "¿Dónde está la oficina?");
        var path = await OnlyAsync(bob, Inbox.Ordinary);
        var page = await bob.OpenAsync(path);
        Assert.Equal(["Erik"], page.QuerySelectorAll("select[name=to] option").Select(option => option.TextContent).Where(name => name != "Choose…"));
        var version = ("version", page.QuerySelector<IHtmlInputElement>("input[name=version]")!.Value);
        await bob.PostAsync(path + "/step", page, version, ("act", "assign"), ("to", "user:somebody"));
        Assert.Equal(422, bob.Status);
        await ActAsync(bob, path, "step", ("act", "assign"), ("to", page.QuerySelectorAll<IHtmlOptionElement>("select[name=to] option").Single(option => option.TextContent == "Erik").Value));
        Assert.Single((await erik.OpenAsync(Inbox.Ordinary.Root + "?show=mine")).QuerySelectorAll("main table th a"));
        Assert.Contains("given to: Erik", (await erik.OpenAsync(path)).QuerySelector(".steps")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_that_nobody_was_given_and_what_can_be_no_code_are_told_the_same()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var reader = new FeedbackReader(desk);
        await reader.CodeAsync("question", "¿Dónde está la oficina?");
        var pages = new List<string>();
        foreach (var code in new[] { FeedbackCode.Of(new byte[10]), "0000-0000-0000-00009", "", "x'; drop table guide_feedback", new string('7', 3000) })
        {
            var page = await reader.LookUpAsync(code);
            Assert.Equal(422, reader.Status);
            page.QuerySelector("input[name=code]")!.RemoveAttribute("value");
            pages.Add(page.QuerySelector("main")!.InnerHtml);
        }

        Assert.Single(pages.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Codes_cannot_be_tried_without_end()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var reader = new FeedbackReader(desk);
        var statuses = new List<int>();
        for (var i = 0; i < FeedbackLimits.LookUps + 15; i++)
        {
            await reader.LookUpAsync("0000-0000-0000-00000");
            statuses.Add(reader.Status);
        }

        Assert.Equal([422, 429], statuses.Distinct().Order());
    }

    /// <summary>The page of the one message in an inbox.</summary>
    internal static async Task<string> OnlyAsync(StaffBrowser staff, Inbox inbox) =>
        (await staff.OpenAsync(inbox.Root)).QuerySelectorAll("main table th a").Single().GetAttribute("href")!;

    /// <summary>Does something with a message as its page offers it.</summary>
    internal static async Task ActAsync(StaffBrowser staff, string path, string form, params (string Name, string Value)[] answers)
    {
        var page = await staff.OpenAsync(path);
        var version = page.QuerySelector<IHtmlInputElement>("input[name=version]")!.Value;
        await staff.PostAsync($"{path}/{form}", page, [("version", version), .. answers]);
        Assert.Equal((302, path), (staff.Status, staff.Location?.Split('?')[0]));
    }
}
