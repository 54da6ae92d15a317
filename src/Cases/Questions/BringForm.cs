using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Tracing;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Files;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Questions;

/// <summary>What became of a form that was brought.</summary>
/// <param name="Kept">True when it is asked from now on, or was already.</param>
/// <param name="Id">The version; null when none was kept.</param>
/// <param name="Form">The form's own name.</param>
/// <param name="Number">Which version it is, or would be.</param>
/// <param name="Unchanged">True when it says what the version says that is asked already.</param>
/// <param name="Questions">How many questions it asks.</param>
/// <param name="Issues">What is wrong, by sheet and row.</param>
public sealed record BroughtForm(bool Kept, Guid? Id, string Form, int Number, bool Unchanged, int Questions, IReadOnlyList<ToldIssue> Issues);

/// <summary>Takes a form of further questions in, whole or not at all, as a version of its own; and retires one.</summary>
public sealed class BringForm
{
    internal const string Root = "/api/cases/forms";
    private readonly NodeDb db;

    internal BringForm(NodeDb db) => this.db = db;

    /// <summary>Bytes of a workbook.</summary>
    public static int Largest => ReadXlsForm.Largest;

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, static async (HttpContext context, BringForm bring, CancellationToken cancellationToken) =>
                Results.Json((await bring.ListAsync(context.Actor(), cancellationToken)).Select(kept => new { kept.Id, kept.Agency, kept.Number, kept.State, kept.BroughtAt, kept.Form }), CaseJson.Options))
            .Needs(CasesRights.Read)
            .WithSummary("The forms of further questions, with every version");
        routes.MapPost(Root, static async (HttpContext context, BringForm bring, bool? dryRun, Guid? agency, CancellationToken cancellationToken) =>
            {
                using var bytes = new MemoryStream();
                await context.Request.Body.CopyToAsync(bytes, cancellationToken);
                bytes.Position = 0;
                var brought = await bring.RunAsync(bytes, dryRun ?? false, agency ?? context.Features.Get<User>()?.AgencyId ?? CaseScope.For(context.Actor()).OnlyAgency(CasesRights.Forms), context.Actor(), context.Texts(), cancellationToken);
                return Results.Json(brought, CaseJson.Options, statusCode: brought.Issues.Any(issue => issue.Severity == "error") ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
            })
            .Needs(CasesRights.Forms).KnowsItsKeys("a form that is asked already stays as it is").DisableAntiforgery().TakesAtMost(ReadXlsForm.Largest)
            .WithSummary("Takes a form of XLSForm in (an .xlsx workbook) as further questions of registration; dryRun=true only says what is wrong")
            .WithDescription("Sheets survey, choices, settings. Kinds: text, integer, decimal, date, select_one, select_multiple, note, begin and end group. Columns: type, name, label, hint, constraint_message (also ::Language (code) of en, es, fr, pt, ht), required, relevant, constraint, compartment. Conditions: ${q} and . compared, selected(), and, or, not(). Anything else is refused with its sheet and row, and then nothing is kept.")
            .Produces<BroughtForm>();
        routes.MapPost(Root + "/{id:guid}/retire", static async (HttpContext context, Guid id, BringForm bring, CancellationToken cancellationToken) =>
            {
                await bring.RetireAsync(id, context.Actor(), cancellationToken);
                return Results.NoContent();
            })
            .Needs(CasesRights.Forms).DoneOnce().DisableAntiforgery().TakesAtMost(1024)
            .WithSummary("Asks a form no more; what was answered stays readable");
    }

    /// <summary>Every version within reach, the newest of each form first.</summary>
    internal async Task<IReadOnlyList<KeptForm>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        await using var connection = await db.ReadAsync(cancellationToken);
        return [.. (await KeptForms.AllAsync(connection)).Where(kept => kept.Agency is null || scope.May(CasesRights.Read, Place(kept.Agency)) || scope.May(CasesRights.Forms, Place(kept.Agency)))];
    }

    /// <summary>Takes a workbook in, or only says what is wrong with it.</summary>
    /// <param name="workbook">The workbook; it can be sought in.</param>
    /// <param name="dryRun">True to write nothing.</param>
    /// <param name="agency">Whose persons are asked; null for everybody's.</param>
    /// <param name="actor">Who brings it.</param>
    /// <param name="texts">The language of what is wrong.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="Problem">It is no workbook with a form, or nothing may be asked there by them.</exception>
    public async Task<BroughtForm> RunAsync(Stream workbook, bool dryRun, Guid? agency, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        if (!CaseScope.For(actor).May(CasesRights.Forms, Place(agency)))
            throw PlatformProblems.Forbidden.With();
        var report = new IssueReport();
        if (ReadXlsForm.From(workbook, report) is not { } form)
            return new BroughtForm(false, null, "", 0, false, 0, ToldIssue.Of(report, texts));
        var (now, content) = (db.Time.GetUtcNow(), KeptForms.Written(form));
        IReadOnlyList<KeptForm> before;
        await using (var connection = await db.ReadAsync(cancellationToken))
            before = await KeptForms.OfAsync(connection, form.Id, agency);
        var last = before.Count > 0 ? before[0] : null;
        var number = (last?.Number ?? 0) + 1;
        var told = new BroughtForm(false, null, form.Id, number, false, form.Items.Count(item => item.IsAsked), ToldIssue.Of(report, texts));
        if (last is { State: KeptForm.Asked } && KeptForms.Written(last.Form) == content)
            return told with { Kept = true, Id = last.Id, Number = last.Number, Unchanged = true };
        if (dryRun)
            return told;
        var id = Guid.CreateVersion7(now);
        await using var change = await db.BeginAsync(actor, "cases.form.brought", SubjectOf(id), cancellationToken);
        change.Describe(new { form = form.Id, number });
        await change.ExecuteAsync(
            "update cases_forms set state = 'replaced' where form = @Id and coalesce(agency_id, '') = @Agency and state = 'asked'", new { form.Id, Agency = agency?.ToString("D") ?? "" });
        if (await change.ExecuteAsync(
            "insert into cases_forms (id, agency_id, form, number, content, state, brought_at, brought_by) values (@id, @agency, @Name, @number, @content, 'asked', @now, @By) on conflict do nothing",
            new { id, agency, Name = form.Id, number, content, now, By = actor.AuditName }) == 0)
            throw PlatformProblems.Changed.With();
        await change.CommitAsync(cancellationToken);
        return told with { Kept = true, Id = id };
    }

    /// <summary>Asks a form no more.</summary>
    /// <exception cref="Problem">There is none within reach, or it is asked no more.</exception>
    internal async Task RetireAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            var kept = await KeptForms.FindAsync(connection, id);
            if (kept is null || !CaseScope.For(actor).May(CasesRights.Forms, Place(kept.Agency)))
                throw PlatformProblems.NotFound.With();
        }

        await using var change = await db.BeginAsync(actor, "cases.form.retired", SubjectOf(id), cancellationToken);
        if (await change.ExecuteAsync("update cases_forms set state = 'retired', retired_at = @Now where id = @id and state = 'asked'", new { Now = db.Time.GetUtcNow(), id }) == 0)
            throw QuestionProblems.FormUnknown.With();
        await change.CommitAsync(cancellationToken);
    }

    private static RecordPlace Place(Guid? agency) => new(null, null, agency);

    private static string SubjectOf(Guid id) => $"form:{id:D}";
}
