using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Desk;
using Tambo.Cases.Persons;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Screening;

/// <summary>
/// A screening on pages: the first questions, then the modules that answers lead to, then the result; nothing is kept before
/// the last step, and each step brings the answers of those before it.
/// </summary>
internal sealed class ScreenDesk(RecordScreening record, OpenCase open, NodeDb db, SurroundingsFile around)
{
    private const string Address = CasesDesk.Persons + "/{id:guid}/screen";
    private const int LongestReason = 5000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (HttpContext context, Guid id, ScreenDesk desk, CancellationToken cancellationToken) =>
            desk.BeginAsync(context, id, cancellationToken)).Needs(CasesRights.Screen).ExcludeFromDescription();
        routes.MapPost(Address + "/next", (HttpContext context, Guid id, ScreenDesk desk, CancellationToken cancellationToken) =>
            desk.GoOnAsync(context, id, cancellationToken)).Needs(CasesRights.Screen).ExcludeFromDescription().DisableAntiforgery().OnlyReads();
        routes.MapPost(Address, (HttpContext context, Guid id, ScreenDesk desk, CancellationToken cancellationToken) =>
            desk.KeepAsync(context, id, cancellationToken)).Needs(CasesRights.Screen).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    /// <summary>Where the page of a person is.</summary>
    public static string AddressOf(Guid person) => CasesDesk.PersonAddress(person) + "/screen";

    private async Task<IResult> BeginAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        var seen = await record.AdmitAsync(id, context.Actor(), cancellationToken);
        var known = await record.KnownAsync(seen, null, context.Actor(), cancellationToken);
        return Questions(context, seen, known, InstrumentSet.Shipped.Instruments.Where(instrument => instrument.Step == 1), [], [], new ScreeningCircumstances(), null);
    }

    private async Task<IResult> GoOnAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        var (form, instruments) = (await StaffForm.ReadAsync(context, cancellationToken), InstrumentSet.Shipped);
        var seen = await record.AdmitAsync(id, context.Actor(), cancellationToken);
        var (answers, asked, circumstances) = (ScreenForm.Read(instruments, form), form.Texts(ScreenForm.Asked), Circumstances(form));
        var known = await record.KnownAsync(seen, circumstances, context.Actor(), cancellationToken);
        var unfit = answers.Where(answer => answer.Stored is not { } stored || instruments.Fault(stored) is not null).ToList();
        if (unfit.Count > 0)
        {
            // The last step again, with what was typed.
            var modules = instruments.Instruments.Where(instrument => unfit.Exists(answer => answer.Question.Split('.')[0] == instrument.Id)).ToList();
            var others = answers.Where(answer => modules.TrueForAll(module => module.Id != answer.Question.Split('.')[0])).ToList();
            return Questions(context, seen, known, modules, others, asked, circumstances, FormProblems.With(
                [.. unfit.Select(answer => (ScreenForm.NameOf(instruments.Questions[instruments.PlaceOf(answer.Question)!.Value]), CasesProblems.ValueUnfit))]));
        }

        var result = Evaluate(answers, known);
        var next = result.Triggered.Select(module => module.Instrument).Where(module => !asked.Contains(module.Id)).ToList();
        return next.Count > 0 ? Questions(context, seen, known, next, answers, asked, circumstances, null) : Outcome(context, seen, result, answers, circumstances, null);
    }

    private async Task<IResult> KeepAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        var (form, actor) = (await StaffForm.ReadAsync(context, cancellationToken), context.Actor());
        var seen = await record.AdmitAsync(id, actor, cancellationToken);
        var (answers, circumstances, again) = (ScreenForm.Read(InstrumentSet.Shipped, form), Circumstances(form), form.Day("followUpOn", CasesProblems.DateUnfit));
        if (again is { } day && (day < db.Time.Today || day > db.Time.Today.AddDays(366)))
            form.Refuse("followUpOn", CasesProblems.DateUnfit);
        var (other, reason) = (form.Text("override"), form.Words("reason", LongestReason, CasesProblems.TextTooLong));
        if (other.Length > 0 && reason.Length == 0)
            form.Refuse("reason", FormProblems.Missing);
        if (form.Ticked("case") && !CaseKinds.Homes.ContainsKey(form.Text("kind")))
            form.Refuse("kind", CasesProblems.CodeUnknown);
        if (form.Refusal is { } refused)
        {
            if (answers.Any(answer => answer.Stored is not { } stored || InstrumentSet.Shipped.Fault(stored) is not null))
                throw PlatformProblems.Malformed.With();
            return Outcome(context, seen, Evaluate(answers, await record.KnownAsync(seen, circumstances, actor, cancellationToken)), answers, circumstances, refused);
        }

        // The screening and its case are kept together or not at all.
        var meant = form.Ticked("case") ? new SentCase { Person = id, Type = form.Text("kind") } : null;
        var ready = meant is null ? null : await open.ReadyAsync(meant, [], actor, cancellationToken);
        await record.RunAsync(
            seen,
            new SentScreening
            {
                Answers = answers,
                Override = other.Length > 0 ? new SentOverride(other, reason) : null,
                Circumstances = circumstances,
                FollowUpOn = again?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) ?? "",
            },
            [], actor, cancellationToken,
            opening: ready is null ? null : async (change, kept) =>
            {
                change.AlsoRecord("cases.case.opened", OpenCase.SubjectOf(ready.Id));
                await open.WriteAsync(
                    change,
                    ready,
                    meant! with
                    {
                        Urgency = Register.Urgency.At(RecordScreening.RankOf(kept.Override?.Urgency ?? kept.Result.Urgency)),
                        Profiles = ScreeningSeals.ForCase(kept.Result.Profiles),
                    },
                    actor);
            });
        return Results.Redirect(CasesDesk.PersonAddress(id));
    }

    private static ScreenResult Evaluate(IEnumerable<SentAnswer> answers, KnownOfPerson known) =>
        Screen.Evaluate(InstrumentSet.Shipped, [.. answers.Select(answer => InstrumentSet.Shipped.Read(answer.Stored!))], known.Facts);

    private PageResult<ScreenPage> Questions(
        HttpContext context, SeenPerson seen, KnownOfPerson known, IEnumerable<Instrument> modules, IReadOnlyList<SentAnswer> answers, IReadOnlyList<string> asked,
        ScreeningCircumstances circumstances, Problem? problem)
    {
        var now = modules.ToList();
        // They stand with the first questions; later steps carry them along.
        var isFirst = now.Exists(module => module.Step == 1);
        return StaffForm.Page<ScreenPage>(context, problem, ("View", Step(context, seen, answers, asked.Concat(now.Select(module => module.Id)), isFirst ? new ScreeningCircumstances() : circumstances) with
        {
            Modules = [.. now.Select(module => ScreenForm.Of(InstrumentSet.Shipped, module, known.Facts, circumstances, context.PageTexts()))],
            Circumstances = isFirst ? ScreenForm.Circumstances(around.Current.AlertsOn(db.Time.Today), context.PageTexts()) : [],
        }));
    }

    private PageResult<ScreenResultPage> Outcome(HttpContext context, SeenPerson seen, ScreenResult result, IReadOnlyList<SentAnswer> answers, ScreeningCircumstances circumstances, Problem? problem)
    {
        var texts = context.PageTexts();
        var kept = KeptScreening.Of(result);
        var lists = new (string Title, IReadOnlyList<string> Lines)[]
        {
            (texts["cases.field.profiles"], [.. kept.Profiles.Select(code => texts["screening.profile." + code])]),
            (texts["screening.result.pathways"], [.. kept.Pathways.Select(code => texts["screening.pathway." + code])]),
            (texts["screening.result.follow_up"], [.. result.FollowUps.Select(due => texts.Format(due.Question.Text, ("number", due.Question.Number)))]),
        };
        return StaffForm.Page<ScreenResultPage>(context, problem, ("View", new ScreenOutcome(
            Step(context, seen, answers, [], circumstances),
            kept.Urgency,
            [.. kept.Locks.Select(code => texts["screening.lock." + code])],
            [.. lists.Where(list => list.Lines.Count > 0)],
            [.. Explanation.Of(result).Select(rule => (rule.In(texts), Because(rule, seen.Open.Contains(Compartments.Identity), texts)))],
            seen.Allows(CaseScope.For(context.Actor()), CasesRights.Register),
            ScreeningSeals.KindOfCase(kept.Profiles))
        {
            Warnings = [.. circumstances.Warnings.Select(code => texts["screening.warning." + code])],
            Days = (Iso(db.Time.Today), Iso(db.Time.Today.AddDays(366))),
        }));
    }

    // How old somebody is, or of which sex, is told to nobody to whom their identity is closed.
    private static IReadOnlyList<string> Because(ExplainedRule rule, bool facts, Texts texts) =>
    [
        .. rule.Answers.Select(answer => answer.In(texts)).Select(said => $"{said.Question} {said.Answer}"),
        .. rule.Facts.Where(_ => facts).Select(fact => fact.In(texts)),
    ];

    // Codes that nobody knows come from no page of this node.
    private static ScreeningCircumstances Circumstances(StaffForm form)
    {
        var (said, wrong) = (ScreeningCircumstances.Read(form), new List<(string, ProblemKind)>());
        said.LookOver(wrong);
        return wrong.Count == 0 ? said : throw PlatformProblems.Malformed.With();
    }

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static ScreenStep Step(HttpContext context, SeenPerson seen, IReadOnlyList<SentAnswer> answers, IEnumerable<string> asked, ScreeningCircumstances circumstances) => new(
        AddressOf(seen.Row.Id),
        CasesDesk.PersonAddress(seen.Row.Id),
        context.PageTexts().Format("cases.person.ref", ("ref", seen.Row.PublicRef)),
        [.. ScreenForm.Carried(InstrumentSet.Shipped, answers), .. circumstances.Carried, .. asked.Distinct(StringComparer.Ordinal).Select(id => (ScreenForm.Asked, id))],
        []);
}
