using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Glass;
using Tambo.Cases.Persons;
using Tambo.Cases.Plan;
using Tambo.Cases.Questions;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Cases.Screening;
using Tambo.Cases.Tracing;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Desk;

/// <summary>The pages of officers and case workers: what is to be done, whom one looks for, a new person, a person's file.</summary>
internal static class CasesDesk
{
    public const string Root = "/staff/cases";
    private const int MostTasks = 20;
    private const int ReadersAtOnce = 200;
    public const string Persons = Root + "/persons";

    /// <summary>Where a person's file is.</summary>
    public static string PersonAddress(Guid id) => $"{Persons}/{id:D}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, WorkAsync).Needs(CasesRights.Read).ExcludeFromDescription();
        // Names are posted: an address stays in the history of a shared telephone.
        routes.MapPost(Persons + "/search", SearchAsync).Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().OnlyReads();
        routes.MapGet(Persons + "/{id:guid}", (HttpContext context, Guid id, ShowPerson show, QuestionDesk questions, ChoosePublication tracing, NodeDb db, CancellationToken cancellationToken) =>
            PersonAsync(context, id, show, questions, tracing, db, null, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapGet(Persons + "/{id:guid}/seen-by", SeenByAsync).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(Persons + "/{id:guid}/cases", OpenAsync).Needs(CasesRights.Register).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    private static async Task<IResult> WorkAsync(HttpContext context, Worklist worklist, KeepTasks tasks, WaitingScreenings waiting, WaitingLifts lifts, NodeDb db, string? mine, string? after, CancellationToken cancellationToken)
    {
        var items = await worklist.RunAsync(context.Actor(), mine == "true", 50, after, Purposes.Assistance, cancellationToken);
        var due = after is null ? await tasks.DueAsync(context.Actor(), mine == "true", MostTasks, null, Purposes.Assistance, cancellationToken) : [];
        var screened = after is null ? await waiting.RunAsync(context.Actor(), mine == "true", MostTasks, Purposes.Assistance, cancellationToken, CasesRights.Screen, CasesRights.Supervise) : [];
        var asked = after is null ? await lifts.RunAsync(context.Actor(), Purposes.Assistance, cancellationToken) : [];
        var (texts, now) = (context.PageTexts(), db.Time.GetUtcNow());
        return StaffForm.Page<WorkPage>(
            context,
            null,
            ("Screened", screened.Select(one => (ScreeningsDesk.AddressOf(one.Person), texts.Format("cases.person.ref", ("ref", one.Ref)), one.Urgency, DeskViews.Waiting(one, now, texts))).ToList()),
            ("Lifts", asked.Where(one => !one.IsOwn).Take(MostTasks).Select(one => (ExclusionDesk.AddressOf(one.Person, one.Id), texts.Format("cases.person.ref", ("ref", one.Ref)), DeskViews.At(one.AskedAt, texts))).ToList()),
            ("Tasks", due.Where(task => task.DueAt is not null).Select(task => (Sections.AddressOf(task.Case, "tasks"), PlanDesk.Said(task, texts), $"{task.CaseRef} · {PlanDesk.Due(task, now, texts)}", task.Late)).ToList()),
            ("Cases", items.Cases.Select(item => DeskViews.Of(item, now, texts)).ToList()),
            ("Mine", mine == "true"),
            ("Next", items.Next),
            ("MayRegister", context.Actor().May(CasesRights.Register)));
    }

    private static async Task<IResult> SearchAsync(HttpContext context, FindPersons find, NodeDb db, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        var query = new PersonQuery { Name = Said(form, "name"), Document = Said(form, "document"), Phone = Said(form, "phone"), Ref = Said(form, "ref"), After = Said(form, "after") };
        var (found, refusal) = (new ListedPersons([], null), (Problem?)null);
        try
        {
            if (query is { Name: null, Document: null, Phone: null, Ref: null })
                throw FormProblems.With(("name", CasesProblems.SearchTooShort));
            found = await find.RunAsync(query, context.Actor(), Purposes.Assistance, cancellationToken);
        }
        catch (Problem problem) when (problem.Kind.Status == 422)
        {
            refusal = problem;
        }

        return StaffForm.Page<FoundPage>(
            context,
            refusal,
            ("Persons", found.Persons.Select(person => DeskViews.Of(person, db.Time.Today, context.PageTexts())).ToList()),
            ("Next", found.Next),
            ("MayRegister", context.Actor().May(CasesRights.Register)),
            ("Emergency", context.Actor().May(CasesRights.BreakGlass) ? GlassDesk.Break : null));
    }

    private static async Task<IResult> PersonAsync(
        HttpContext context, Guid id, ShowPerson show, QuestionDesk questions, ChoosePublication tracing, NodeDb db, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts) = (context.Actor(), context.PageTexts());
        var scope = CaseScope.For(actor);
        var opened = await show.OpenAsync(id, actor, Purposes.Assistance, cancellationToken);
        var file = DeskViews.Of(opened.Seen, opened.File, scope, db.Time.Today, texts);
        if (await tracing.OfFileAsync(opened.Seen, cancellationToken) is { } chosen)
            file = file with { Facts = [.. file.Facts, (texts["tracing.fact"], PublicationDesk.Said(chosen.Publication, chosen.Fields, texts))] };
        var judges = (GlassJudges)context.RequestServices.GetService(typeof(GlassJudges))!;
        var alone = opened.Glass is { } broken && (await judges.OfAsync(broken.Row, broken.Person, cancellationToken)).Count == 0;
        return StaffForm.Page<PersonPage>(
            context,
            problem,
            ("File", file with
            {
                NextSteps = [.. file.NextSteps, .. GlassDesk.NextSteps(opened, actor, texts)],
                Emergency = opened.Glass is { } glass ? new DeskEmergency(GlassDesk.EndOf(glass.Row.Id), texts.Due(glass.Row.Until, db.Time.GetUtcNow()), alone) : null,
            }),
            ("Questions", await questions.OfAsync(opened.Seen, scope, texts, cancellationToken)));
    }

    private static async Task<IResult> SeenByAsync(HttpContext context, Guid id, SeenBy seenBy, NodeDb db, int? page, CancellationToken cancellationToken)
    {
        var texts = context.PageTexts();
        var all = await seenBy.RunAsync(id, context.Actor(), texts, db.Time.LocalTimeZone, cancellationToken);
        var pages = Math.Max(1, (all.Count + ReadersAtOnce - 1) / ReadersAtOnce);
        var number = Math.Clamp(page ?? 1, 1, pages);
        return StaffForm.Page<SeenByPage>(
            context,
            null,
            ("Person", id),
            ("Number", number),
            ("Pages", pages),
            ("Readers", all.Skip((number - 1) * ReadersAtOnce).Take(ReadersAtOnce)
                .Select(reader => new SeenByLine(DeskViews.Day(reader.Day, texts), reader.Who, reader.PurposeName, reader.Said, reader.To ?? (reader.Refused ? "" : texts["cases.seen_by.themselves"]), reader.Times.ToString("N0", texts.Culture))).ToList()));
    }

    private static async Task<IResult> OpenAsync(
        HttpContext context, Guid id, OpenCase open, ShowPerson show, QuestionDesk questions, ChoosePublication tracing, NodeDb db, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        var said = new SentCase
        {
            Person = id,
            Type = form.Text("kind", required: true),
            Urgency = form.Text("urgency", required: true),
            Note = form.Words("note", 5000, CasesProblems.TextTooLong) is { Length: > 0 } note ? note : null,
            Confidentiality = form.Ticked("restricted") ? Confidentiality.Restricted : Confidentiality.Standard,
        };
        if (form.Refusal is { } unfit)
            return await PersonAsync(context, id, show, questions, tracing, db, unfit, cancellationToken);
        await open.RunAsync(said, [], context.Actor(), cancellationToken);
        return Results.Redirect(PersonAddress(id) + "?done=opened");
    }

    private static string? Said(StaffForm form, string name) => form.Text(name) is { Length: > 0 } said ? said : null;
}
