using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Households;
using Tambo.Cases.Persons;
using Tambo.Cases.Questions;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Desk;

/// <summary>
/// The form by which an officer registers a person, with the further questions of the country or agency. What the answers lead to is
/// asked on the same form before anything is kept; then person and answers are kept together. With a group set, the person becomes one
/// of its members in the same step, and what the others have in common is proposed.
/// </summary>
internal sealed class RegisterDesk(NodeDb db, RegisterPerson register, AskAtRegistration ask, KeepHouseholds keep, HouseholdMembers people)
{
    private const string Address = CasesDesk.Persons + "/new";

    /// <summary>Where somebody is registered who becomes a member of a household.</summary>
    public static string AddressFor(Guid household) => $"{Address}?household={household:D}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (HttpContext context, Guid? household, RegisterDesk desk, CancellationToken cancellationToken) =>
            desk.ShowAsync(context, household, cancellationToken)).Needs(CasesRights.Register).ExcludeFromDescription();
        routes.MapPost(Address, (HttpContext context, RegisterDesk desk, CancellationToken cancellationToken) =>
            desk.RegisterAsync(context, cancellationToken)).Needs(CasesRights.Register).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    private DateOnly Today => db.Time.Today;

    private async Task<IResult> ShowAsync(HttpContext context, Guid? household, CancellationToken cancellationToken)
    {
        var asked = await AskedAsync(context, cancellationToken);
        var group = household is { } id ? await GroupAsync(await keep.AdmitAsync(id, context.Actor(), cancellationToken), context, cancellationToken) : null;
        return Page(context, asked, new Dictionary<Guid, Dictionary<string, IReadOnlyList<string>>>(), null, group, null);
    }

    private async Task<IResult> RegisterAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        var admitted = form.Chosen("household") is { } household ? await keep.AdmitAsync(household, context.Actor(), cancellationToken) : null;
        var asked = await AskedAsync(context, cancellationToken);
        var answers = asked.Forms.ToDictionary(one => one.Id, one => QuestionViews.Read(one.Form, asked.Open, form, QuestionViews.FieldOf(one.Id)));
        var spoken = form.Text("language") is { Length: > 0 } language && QuestionForm.Languages.Contains(language, StringComparer.Ordinal) ? language : null;
        try
        {
            // A form that was replaced while somebody filled it in: what they typed is of questions that nobody asks now.
            if (form.Texts("form").Any(key => !asked.Forms.Any(one => one.Id.ToString("D") == key)))
                throw QuestionProblems.FormUnknown.With();
            var said = PersonForm.Read(form, Today);
            var (kin, version) = admitted is null ? ([], 0) : (HouseholdForms.ReadKin(form), form.Version());
            if (form.Refusal is { } unfit)
                throw unfit;
            var wanted = answers.Where(one => one.Value.Count > 0 || !form.Ticked(Later(one.Key)))
                .ToDictionary(one => one.Key, one => (IReadOnlyDictionary<string, IReadOnlyList<string>>)one.Value);
            var wrong = new List<(string Field, ProblemKind Kind)>();
            if (admitted is not null)
                KeepHouseholds.LookOver(kin, admitted, wrong);
            var looked = AskAtRegistration.Look(asked.Forms, wanted, asked.Open, wrong);
            var unshown = asked.Forms.Where(one => wanted.ContainsKey(one.Id)).SelectMany(one => Unshown(one, answers[one.Id], asked.Open, form)).ToHashSet(StringComparer.Ordinal);
            // Nobody is told that an answer is missing to what they were not asked.
            wrong.RemoveAll(one => unshown.Contains(one.Field));
            if (unshown.Count > 0)
            {
                said.LookOver(Today, wrong);
                SentJson.RefuseIf(wrong);
                throw QuestionProblems.MoreFollow.With();
            }

            var actor = context.Actor();
            var kept = await register.RunAsync(said, wrong, actor, context.Features.Get<User>()?.AgencyId, cancellationToken, async (change, person) =>
            {
                await ask.WriteAsync(change, person.Id, looked, actor);
                if (admitted is not null)
                    await keep.JoinAsync(change, admitted, version, person.Id, kin, actor, cancellationToken);
            });
            if (admitted is not null)
                return Results.Redirect($"{HouseholdDesk.AddressOf(admitted.Row.Id)}?registered={kept.Id:D}");
            // Who registers does not always see afterwards; then the reference is all they are given.
            return actor.May(CasesRights.Read)
                ? Results.Redirect(CasesDesk.PersonAddress(kept.Id))
                : StaffForm.Page<RegisteredPage>(context, null, ("Ref", kept.Ref));
        }
        catch (Problem problem) when (problem.Kind.Status is 403 or 409 or 412 or 422)
        {
            // As it is now: whoever looks it over and sends it once more means what stands on the page.
            var group = admitted is null ? null : await GroupAsync(admitted, context, cancellationToken);
            return Page(context, asked, answers, spoken, group, PersonForm.AtFields(HouseholdForms.AtFields(problem, HouseholdForms.Add)));
        }
    }

    private async Task<DeskGroup> GroupAsync(AdmittedHousehold admitted, HttpContext context, CancellationToken cancellationToken)
    {
        var (actor, texts) = (context.Actor(), context.PageTexts());
        var shown = await keep.ShowAsync(admitted.Row.Id, actor, Purposes.Assistance, cancellationToken);
        var members = await people.OfAsync(shown, actor, Purposes.Assistance, texts, cancellationToken);
        var common = await people.CommonAsync(shown, actor, cancellationToken);
        // Who came last is related to somebody; so, mostly, is who comes next.
        var last = shown.Links.Select(link => shown.Members[^1] == link.A || shown.Members[^1] == link.B ? Kinship.SaidOf(shown.Members[^1], link) : null).LastOrDefault(kin => kin is not null && admitted.Editable.Contains(kin.To));
        return new DeskGroup
        {
            Id = shown.Id,
            Version = shown.Version,
            Kind = texts["cases.household." + shown.Kind],
            Address = HouseholdDesk.AddressOf(shown.Id),
            Members = [.. members.Select(member => member.Age is { } age ? $"{member.Who}{texts.Comma}{age}" : member.Who)],
            Fields = HouseholdForms.Kin([.. members.Where(member => admitted.Editable.Contains(member.Id))], shown.Head, last, texts),
            Area = common.Area is { } area ? new Choice(area, AdminAreas.Find(area)?.Name ?? Countries.Name(area, texts)) : null,
            Proposed = new DeskProposal(common.Nationality, common.Language, common.Interpreter, common.Phone?.Value, common.Phone?.Safe switch { true => "yes", false => "no", _ => null }),
        };
    }

    private async Task<Asked> AskedAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var agency = RegisterPerson.AgencyOf(context.Actor(), context.Features.Get<User>()?.AgencyId);
        var open = AskAtRegistration.OpenTo(context.Actor(), agency);
        return new Asked([.. (await ask.FormsAsync(agency, cancellationToken)).Where(one => one.Form.Items.Any(item => item.IsAsked && open.Contains(item.Compartment, StringComparer.Ordinal)))], open);
    }

    private PageResult<NewPersonPage> Page(HttpContext context, Asked asked, Dictionary<Guid, Dictionary<string, IReadOnlyList<string>>> answers, string? spoken, DeskGroup? group, Problem? problem)
    {
        var texts = context.PageTexts();
        var forms = new List<RegistrationForm>();
        foreach (var one in asked.Forms)
        {
            var (said, field) = (answers.GetValueOrDefault(one.Id) ?? new Dictionary<string, IReadOnlyList<string>>(), QuestionViews.FieldOf(one.Id));
            var errors = one.Form.Items.Where(item => problem?.Fields.ContainsKey(AskAtRegistration.FieldOf(one.Id, item.Name)) == true).ToDictionary(
                item => item.Name, item => QuestionDesk.Words(one.Form, item.Name, problem!.Fields[AskAtRegistration.FieldOf(one.Id, item.Name)], spoken, texts), StringComparer.Ordinal);
            forms.Add(new RegistrationForm(
                one.Id.ToString("D"), QuestionDesk.Title(one.Form, texts), Later(one.Id), QuestionViews.Lines(one.Form, new FormAnswers(one.Form, said), said, asked.Open, spoken, errors, texts, field)));
        }

        return StaffForm.Page<NewPersonPage>(context, AtFields(problem, asked), ("ThisYear", Today.Year), ("Forms", forms), ("Group", group));
    }

    // The questions that are asked after these answers and did not stand on the form yet.
    private static IEnumerable<string> Unshown(KeptForm one, Dictionary<string, IReadOnlyList<string>> answers, IReadOnlyList<string> open, StaffForm form)
    {
        var state = new FormAnswers(one.Form, answers);
        return one.Form.Items
            .Where(item => item.IsAsked && open.Contains(item.Compartment, StringComparer.Ordinal) && state.IsAsked(item) && !form.Asks(QuestionViews.Shown + QuestionViews.FieldOf(one.Id) + item.Name))
            .Select(item => AskAtRegistration.FieldOf(one.Id, item.Name));
    }

    private static Problem? AtFields(Problem? refused, Asked asked) => refused is null ? null : new Problem(refused.Kind, [.. refused.Values])
    {
        Fields = refused.Fields.ToDictionary(field => FieldOf(field.Key, asked), field => field.Value, StringComparer.Ordinal),
        RetryAfter = refused.RetryAfter,
    };

    private static string FieldOf(string field, Asked asked) =>
        asked.Forms.SelectMany(one => one.Form.Items.Select(item => (Said: AskAtRegistration.FieldOf(one.Id, item.Name), Field: QuestionViews.FieldOf(one.Id) + item.Name))).FirstOrDefault(one => one.Said == field).Field ?? field;

    private static string Later(Guid form) => $"later_{form:N}";

    /// <summary>What is asked beside the person, and in which compartments.</summary>
    private sealed record Asked(IReadOnlyList<KeptForm> Forms, IReadOnlyList<string> Open);
}
