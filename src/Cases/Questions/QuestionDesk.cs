using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Desk;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Questions;

/// <summary>The pages of further questions: the form of a person, in the language that they speak where the form has it; and the forms themselves.</summary>
internal sealed class QuestionDesk(NodeDb db, AnswerForm answer, BringForm bring, SealedRecords seals, ReadTrail trail)
{
    /// <summary>The forms.</summary>
    public const string Forms = CasesDesk.Root + "/forms";

    private const string Person = CasesDesk.Persons + "/{id:guid}/questions/{form:guid}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Person, (HttpContext context, Guid id, Guid form, QuestionDesk desk, string? more, CancellationToken cancellationToken) =>
            desk.ShowAsync(context, id, form, null, null, more == "true", cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(Person, (HttpContext context, Guid id, Guid form, QuestionDesk desk, CancellationToken cancellationToken) =>
            desk.KeepAsync(context, id, form, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapGet(Forms, (HttpContext context, QuestionDesk desk, CancellationToken cancellationToken) =>
            desk.FormsAsync(context, null, null, cancellationToken)).Needs(CasesRights.Forms).ExcludeFromDescription();
        routes.MapPost(Forms, (HttpContext context, QuestionDesk desk, CancellationToken cancellationToken) =>
            desk.BringAsync(context, cancellationToken)).Needs(CasesRights.Forms).TakesFiles(ReadXlsForm.Largest).ExcludeFromDescription().DisableAntiforgery().MayRepeat("a form that is asked already stays as it is");
        routes.MapPost(Forms + "/{id:guid}/retire", async (HttpContext context, Guid id, QuestionDesk desk, CancellationToken cancellationToken) =>
        {
            await desk.RetireAsync(context, id, cancellationToken);
            return Results.Redirect(Forms);
        }).Needs(CasesRights.Forms).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
    }

    /// <summary>The forms of a person for their page: what was answered, and where it is.</summary>
    public async Task<IReadOnlyList<AnsweredForm>> OfAsync(SeenPerson seen, CaseScope scope, Texts texts, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var may = seen.Row.Status == PersonRow.Active && (seen.Allows(scope, CasesRights.Edit) || seen.Allows(scope, CasesRights.Register));
        return
        [
            .. (await answer.OpenAsync(connection, seen, cancellationToken)).Select(one => new AnsweredForm(
                one.Form.State == KeptForm.Asked ? Title(one.Form.Form, texts) : texts.Format("questions.old", ("title", Title(one.Form.Form, texts)), ("number", one.Form.Number)),
                one.Given is null ? [] : Exporting.ExportedAnswers.Lines(one.Form, one.Given.Answers, texts),
                may && one.Form.State == KeptForm.Asked ? AddressOf(seen.Row.Id, one.Form.Id) : null)),
        ];
    }

    private async Task<IResult> ShowAsync(HttpContext context, Guid id, Guid form, Dictionary<string, IReadOnlyList<string>>? said, Problem? problem, bool more, CancellationToken cancellationToken)
    {
        var (actor, texts) = (context.Actor(), context.PageTexts());
        var seen = await answer.AdmitAsync(id, actor, cancellationToken);
        (KeptForm Form, PersonAnswers? Given) asked;
        string? spoken;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            asked = (await answer.OpenAsync(connection, seen, cancellationToken)).FirstOrDefault(one => one.Form.Id == form && one.Form.State == KeptForm.Asked);
            if (asked.Form is null)
                throw PlatformProblems.NotFound.With();
            var general = seen.Open.Contains(Compartments.General, StringComparer.Ordinal)
                ? (await seals.OpenAsync(connection, [new Wanted(id, id, [Compartments.General])], cancellationToken)).Values.Select(content => content.Deserialize<PersonGeneral>(CaseJson.Options)!).FirstOrDefault()
                : null;
            spoken = general?.Languages.Select(language => language.Code).FirstOrDefault(code => QuestionForm.Languages.Contains(code, StringComparer.Ordinal));
        }

        await trail.LeaveAsync(actor, Purposes.Registration, "file", [new Shown(id, seen.Open)], cancellationToken);
        var answers = said ?? asked.Given?.Answers ?? new Dictionary<string, IReadOnlyList<string>>();
        var errors = (problem?.Fields ?? new Dictionary<string, ProblemKind>()).Where(field => field.Key.StartsWith("answers.", StringComparison.Ordinal)).ToDictionary(
            field => field.Key["answers.".Length..], field => Words(asked.Form.Form, field.Key["answers.".Length..], field.Value, spoken, texts), StringComparer.Ordinal);
        return StaffForm.Page<QuestionsPage>(context, AtFields(problem), ("View", new AskedForm(
            AddressOf(id, form),
            CasesDesk.PersonAddress(id),
            Title(asked.Form.Form, texts),
            texts.Format("cases.person.ref", ("ref", seen.Row.PublicRef)),
            asked.Given?.Row.Version ?? 0,
            more,
            QuestionViews.Lines(asked.Form.Form, new FormAnswers(asked.Form.Form, answers), answers, seen.Open, spoken, errors, texts))));
    }

    private async Task<IResult> KeepAsync(HttpContext context, Guid id, Guid form, CancellationToken cancellationToken)
    {
        var sent = await StaffForm.ReadAsync(context, cancellationToken);
        var seen = await answer.AdmitAsync(id, context.Actor(), cancellationToken);
        KeptForm? kept;
        await using (var connection = await db.ReadAsync(cancellationToken))
            kept = (await answer.OpenAsync(connection, seen, cancellationToken)).Select(one => one.Form).FirstOrDefault(one => one.Id == form && one.State == KeptForm.Asked);
        if (kept is null)
            throw PlatformProblems.NotFound.With();
        var said = QuestionViews.Read(kept.Form, seen.Open, sent);
        var meant = sent.Whole("version", CasesProblems.ValueUnfit) ?? 0;
        try
        {
            await answer.RunAsync(seen, form, said, meant, context.Actor(), cancellationToken);
        }
        catch (Problem refused) when (refused.Kind.Status is 409 or 412 or 422)
        {
            return await ShowAsync(context, id, form, said, refused, false, cancellationToken);
        }

        var shown = sent.Texts("shown");
        var state = new FormAnswers(kept.Form, said);
        // What was answered may lead to more.
        return kept.Form.Items.Any(item => item.IsAsked && seen.Open.Contains(item.Compartment, StringComparer.Ordinal) && state.IsAsked(item) && !shown.Contains(item.Name, StringComparer.Ordinal))
            ? Results.Redirect(AddressOf(id, form) + "?more=true")
            : Results.Redirect(CasesDesk.PersonAddress(id));
    }

    private async Task<IResult> FormsAsync(HttpContext context, Problem? problem, BroughtForm? brought, CancellationToken cancellationToken)
    {
        var (actor, texts) = (context.Actor(), context.PageTexts());
        var scope = CaseScope.For(actor);
        return StaffForm.Page<FormsPage>(
            context,
            problem,
            ("Brought", brought),
            ("Forms", (await bring.ListAsync(actor, cancellationToken)).Select(kept => new FormLine(
                Title(kept.Form, texts),
                string.Join(texts.Comma, kept.Form.Id, texts.Format("questions.version", ("number", kept.Number)), texts["questions.state." + kept.State], texts.Count("questions.count", kept.Form.Items.Count(item => item.IsAsked))),
                kept.State == KeptForm.Asked && scope.May(CasesRights.Forms, new RecordPlace(null, null, kept.Agency)) ? $"{Forms}/{kept.Id:D}/retire" : null)).ToList()));
    }

    private async Task<IResult> BringAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var form = await SentForm.ReadAsync(context, cancellationToken);
        if (form.Files.FirstOrDefault(file => file.Length > 0) is not { } sent)
            return await FormsAsync(context, FormProblems.With(("file", FormProblems.Missing)), null, cancellationToken);
        try
        {
            using var bytes = new MemoryStream();
            await sent.CopyToAsync(bytes, cancellationToken);
            bytes.Position = 0;
            var brought = await bring.RunAsync(bytes, form["dry_run"] == "true", context.Features.Get<User>()?.AgencyId ?? CaseScope.For(context.Actor()).OnlyAgency(CasesRights.Forms), context.Actor(), context.PageTexts(), cancellationToken);
            return await FormsAsync(context, null, brought, cancellationToken);
        }
        catch (Problem refused) when (refused.Kind.Status is 403 or 409 or 412 or 413 or 415 or 422)
        {
            return await FormsAsync(context, refused, null, cancellationToken);
        }
    }

    private async Task RetireAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        await SentForm.ReadAsync(context, cancellationToken);
        await bring.RetireAsync(id, context.Actor(), cancellationToken);
    }

    private static string AddressOf(Guid person, Guid form) => $"{CasesDesk.PersonAddress(person)}/questions/{form:D}";

    /// <summary>The title of a form in a language; its name where it has none.</summary>
    internal static string Title(QuestionForm form, Texts texts) => form.Said(form.Title, texts.Code).Text is { Length: > 0 } title ? title : form.Id;

    /// <summary>What is wrong with an answer, in the form's own words where it has some.</summary>
    internal static string Words(QuestionForm form, string question, ProblemKind kind, string? spoken, Texts texts) =>
        kind == QuestionProblems.RuleBroken && form.Items.FirstOrDefault(item => item.Name == question) is { ConstraintMessage.Count: > 0 } item
            ? form.Said(item.ConstraintMessage, spoken is null ? [texts.Code] : [texts.Code, spoken]).Text
            : texts[kind.TitleKey];

    private static Problem? AtFields(Problem? refused) => refused is null ? null : new Problem(refused.Kind, [.. refused.Values])
    {
        Fields = refused.Fields.ToDictionary(field => field.Key.StartsWith("answers.", StringComparison.Ordinal) ? QuestionViews.Field + field.Key["answers.".Length..] : field.Key, field => field.Value, StringComparer.Ordinal),
    };
}
