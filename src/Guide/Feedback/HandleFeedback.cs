using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Guide.Directory;
using Tambo.Guide.Staff;
using Tambo.Platform.Access;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Feedback;

/// <summary>
/// Staff deal with a message: take it on, answer it in the writer's language, name the change it led to, close it, call it
/// spam, or hand it to whoever is responsible for protection; who may pass something of it on, in other words.
/// </summary>
internal static class HandleFeedback
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var inbox in new[] { Inbox.Ordinary, Inbox.Sensitive })
        {
            routes.MapPost(inbox.Root + "/spam", (HttpContext context, FeedbackDesk desk, CancellationToken cancellationToken) =>
                SpamAsync(context, desk, inbox, cancellationToken)).Needs(inbox.Permission).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
            var one = inbox.Root + "/{id:guid}";
            routes.MapPost(one + "/step", (HttpContext context, FeedbackDesk desk, Guid id, CancellationToken cancellationToken) =>
                StepAsync(context, desk, inbox, id, cancellationToken)).Needs(inbox.Permission).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
            routes.MapPost(one + "/answer", (HttpContext context, FeedbackDesk desk, Guid id, CancellationToken cancellationToken) =>
                AnswerAsync(context, desk, inbox, id, cancellationToken)).Needs(inbox.Permission).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
            routes.MapPost(one + "/move", (HttpContext context, FeedbackDesk desk, Guid id, CancellationToken cancellationToken) =>
                MoveAsync(context, desk, inbox, id, cancellationToken)).Needs(inbox.Permission).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
        }
    }

    private static async Task<IResult> StepAsync(HttpContext context, FeedbackDesk desk, Inbox inbox, Guid id, CancellationToken cancellationToken)
    {
        var (row, scope, values) = await ReadAsync(context, desk, inbox, id, cancellationToken);
        var act = values["act"];
        if (!FeedbackStep.Acts.Contains(act))
            throw PlatformProblems.Malformed.With();
        if (act == "close" && !FeedbackKinds.Closings.Contains(values["closing"]))
            return await RefusedAsync("closing", GuideProblems.FeedbackReasonNeeded);
        if (act == "link" && !await IsVersionAsync(desk, scope, row, values["changed"], cancellationToken))
            return await RefusedAsync("changed", FormProblems.Missing);
        if (act == "assign" && !(await desk.ReadersAsync(inbox, row, cancellationToken)).Any(actor => actor.AuditName == values["to"]))
            return await RefusedAsync("to", FormProblems.Missing);
        var step = new FeedbackStep(act, act switch { "close" => values["closing"], "link" => values["changed"], "assign" => values["to"], _ => "" });
        var after = step.After(row, context.Actor().AuditName, desk.Now) ?? throw PlatformProblems.Changed.With();
        await desk.WriteAsync(context.Actor(), inbox, row, after, [Note(context, desk, inbox, id, FeedbackNote.Step, step.ToText())], cancellationToken);
        return Results.Redirect($"{inbox.Root}/{id:D}?done={act}");

        Task<IResult> RefusedAsync(string field, ProblemKind kind) =>
            ReadInbox.ShowAsync(context, desk, inbox, id, "", values, FormProblems.With((field, kind)), cancellationToken);
    }

    private static async Task<IResult> AnswerAsync(HttpContext context, FeedbackDesk desk, Inbox inbox, Guid id, CancellationToken cancellationToken)
    {
        var (row, _, values) = await ReadAsync(context, desk, inbox, id, cancellationToken);
        var form = new FormReading(values);
        var text = form.Text("text", NewFeedback.Longest, required: true);
        if (form.Refusal is { } refusal)
            return await ReadInbox.ShowAsync(context, desk, inbox, id, "", values, refusal, cancellationToken);
        var after = new FeedbackStep("answer").After(row, context.Actor().AuditName, desk.Now) ?? throw PlatformProblems.Changed.With();
        var note = Note(context, desk, inbox, id, FeedbackNote.ByStaff, text, values.Has("language") ? NewFeedback.LanguageOf(values["language"]) : row.Language);
        await desk.WriteAsync(context.Actor(), inbox, row, after, [note], cancellationToken);
        return Results.Redirect($"{inbox.Root}/{id:D}?done=answer");
    }

    private static async Task<IResult> MoveAsync(HttpContext context, FeedbackDesk desk, Inbox inbox, Guid id, CancellationToken cancellationToken)
    {
        var (row, _, values) = await ReadAsync(context, desk, inbox, id, cancellationToken);
        var form = new FormReading(values);
        // Into protection on the spot; out of it only what is told in other words, and as something the ordinary inbox knows.
        var text = inbox.IsSensitive ? form.Text("passed", NewFeedback.Longest, required: true) : form.Text("why");
        var kind = FeedbackKinds.Find(values["kind"]);
        if (inbox.IsSensitive && kind is not { Sensitive: false })
            form.Refuse("kind", GuideProblems.FeedbackKindUnknown);
        if (form.Refusal is { } refusal)
            return await ReadInbox.ShowAsync(context, desk, inbox, id, "", values, refusal, cancellationToken);
        if (row.State == FeedbackStates.Withdrawn || row.ErasedAt is not null)
            throw PlatformProblems.Changed.With();
        if (inbox.IsSensitive)
        {
            var step = new FeedbackStep("release", text);
            await desk.PassOnAsync(context.Actor(), row, kind!, text, context.Texts().Code, Note(context, desk, inbox, id, FeedbackNote.Step, step.ToText()), cancellationToken);
            return Results.Redirect($"{inbox.Root}/{id:D}?done={step.Act}");
        }

        var handed = new FeedbackStep("protect", text);
        await desk.ProtectAsync(context.Actor(), row, Note(context, desk, inbox.Other, id, FeedbackNote.Step, handed.ToText()), cancellationToken);
        // Whoever hands it over does not see it any more.
        return Results.Redirect($"{inbox.Root}?done={handed.Act}");
    }

    // Each line of the page brings "id.version": what somebody has changed meanwhile stays as it is.
    private static async Task<IResult> SpamAsync(HttpContext context, FeedbackDesk desk, Inbox inbox, CancellationToken cancellationToken)
    {
        var form = await SentForm.ReadAsync(context, cancellationToken);
        var versions = new Dictionary<Guid, int>();
        foreach (var line in form["line"].Take(ReadInbox.PerPage))
        {
            if (line?.Split('.') is not [var id, var number] || !Guid.TryParseExact(id, "D", out var message)
                || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
                throw PlatformProblems.Malformed.With();
            versions[message] = version;
        }

        var step = new FeedbackStep("spam").ToText();
        await desk.SpamAsync(context.Actor(), inbox, versions, id => Note(context, desk, inbox, id, FeedbackNote.Step, step), cancellationToken);
        return Results.Redirect($"{inbox.Root}?done=spam_page");
    }

    private static async Task<(FeedbackRow Row, GuideScope Scope, FormValues Values)> ReadAsync(
        HttpContext context, FeedbackDesk desk, Inbox inbox, Guid id, CancellationToken cancellationToken)
    {
        var values = await StaffAnswers.FormAsync(context, cancellationToken);
        var (row, _, scope) = await desk.FindAsync(context.Actor(), inbox, id, cancellationToken);
        return row.Version == values.Version() ? (row, scope, values) : throw PlatformProblems.Changed.With();
    }

    private static async Task<bool> IsVersionAsync(FeedbackDesk desk, GuideScope scope, FeedbackRow row, string version, CancellationToken cancellationToken)
    {
        if (row.Service is not { } service || scope.Full.Service(service) is null)
            return false;
        var versions = await RecordHistory.OfAsync(desk.Db, RecordKinds.Service, service, cancellationToken);
        return scope.MayReadHistory(RecordKinds.Service, service, versions)
            && versions.Any(known => known.Version.ToString(CultureInfo.InvariantCulture) == version);
    }

    private static FeedbackNote Note(HttpContext context, FeedbackDesk desk, Inbox inbox, Guid message, string author, string text, string language = "")
    {
        var id = Guid.CreateVersion7(desk.Now);
        var note = new FeedbackNote
        {
            Id = id,
            FeedbackId = message,
            At = desk.Now,
            Author = author,
            Actor = context.Actor().AuditName,
            Language = language,
            KeyHash = id.ToString("D"),
        };
        return desk.Seals.SealNote(inbox, note, text);
    }
}
