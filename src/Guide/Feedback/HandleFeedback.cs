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
/// spam, or hand it to the protection focal point; who alone may hand one back.
/// </summary>
internal static class HandleFeedback
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var inbox in new[] { Inbox.Ordinary, Inbox.Sensitive })
        {
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
        var note = Note(context, desk, inbox, id, FeedbackNote.ByStaff, text) with { Language = values.Has("language") ? NewFeedback.LanguageOf(values["language"]) : row.Language };
        await desk.WriteAsync(context.Actor(), inbox, row, after, [note], cancellationToken);
        return Results.Redirect($"{inbox.Root}/{id:D}?done=answer");
    }

    private static async Task<IResult> MoveAsync(HttpContext context, FeedbackDesk desk, Inbox inbox, Guid id, CancellationToken cancellationToken)
    {
        var (row, _, values) = await ReadAsync(context, desk, inbox, id, cancellationToken);
        var form = new FormReading(values);
        // Into protection on the spot; out of it only with a reason, and as something the ordinary inbox knows.
        var why = form.Text("why", required: inbox.IsSensitive);
        var kind = inbox.IsSensitive ? values["kind"] : row.Kind;
        if (inbox.IsSensitive && FeedbackKinds.Find(kind) is not { Sensitive: false })
            form.Refuse("kind", GuideProblems.FeedbackKindUnknown);
        if (form.Refusal is { } refusal)
            return await ReadInbox.ShowAsync(context, desk, inbox, id, "", values, refusal, cancellationToken);
        if (row.State == FeedbackStates.Withdrawn || row.ErasedAt is not null)
            throw PlatformProblems.Changed.With();
        var step = new FeedbackStep(inbox.IsSensitive ? "release" : "protect", why);
        await desk.MoveAsync(context.Actor(), inbox, row, kind, Note(context, desk, inbox, id, FeedbackNote.Step, step.ToText()), cancellationToken);
        // Whoever hands it over does not see it any more.
        return Results.Redirect($"{inbox.Root}?done={step.Act}");
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

    private static FeedbackNote Note(HttpContext context, FeedbackDesk desk, Inbox inbox, Guid message, string author, string text)
    {
        var id = Guid.CreateVersion7(desk.Now);
        return new FeedbackNote
        {
            Id = id,
            FeedbackId = message,
            At = desk.Now,
            Author = author,
            Actor = context.Actor().AuditName,
            KeyHash = id.ToString("D"),
            Sealed = desk.Seals.Seal(inbox, message, text),
        };
    }
}
