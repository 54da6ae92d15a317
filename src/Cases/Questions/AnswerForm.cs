using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Questions;

/// <summary>What is sent: for each question its answers; several only where several may be chosen.</summary>
internal sealed record SentAnswers
{
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Answers { get; set; } = new Dictionary<string, IReadOnlyList<string>>();

    public override string ToString() => "•••";
}

/// <summary>Answers as they are shown: under the version of the form to which they were given.</summary>
internal sealed record ShownAnswers(Guid Form, string Name, int Number, bool Asked, int Version, DateTimeOffset? AnsweredAt, IReadOnlyDictionary<string, IReadOnlyList<string>> Answers)
{
    public override string ToString() => "•••";
}

/// <summary>
/// A person's answers to further questions. Those of a compartment are seen and changed by whom it is open to; what is asked
/// depends on all answers, which the rule reads and nobody is shown.
/// </summary>
internal sealed class AnswerForm(NodeDb db, DataKeys keys, PersonFiles files, KeptFormAnswers kept, ReadTrail trail)
{
    private const string Address = RegisterPerson.Root + "/{id:guid}/answers";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, static async (HttpContext context, Guid id, AnswerForm answer, CancellationToken cancellationToken) =>
                Results.Json(await answer.ShowAsync(id, context.Actor(), Purposes.Of(context, Purposes.Assistance), cancellationToken), CaseJson.Options))
            .Needs(CasesRights.Read)
            .WithSummary("A person's answers to further questions, each under the version of the form that was asked, and the forms that are asked now with version 0");
        routes.MapPut(Address + "/{form:guid}", static async (HttpContext context, Guid id, Guid form, AnswerForm answer, CancellationToken cancellationToken) =>
            {
                var seen = await answer.AdmitAsync(id, context.Actor(), cancellationToken);
                var meant = RecordVersions.Meant(context);
                var (said, wrong) = await SentJson.ReadAsync<SentAnswers>(context.Request, cancellationToken);
                SentJson.RefuseIf(wrong);
                var version = await answer.RunAsync(seen, form, said.Answers, meant, context.Actor(), cancellationToken);
                context.Response.Headers.ETag = RecordVersions.Tag(version);
                return Results.Json(new { id = form, version }, CaseJson.Options);
            })
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(SentJson.LargestBody)
            .WithSummary("Replaces a person's answers to a form, in the compartments that are open to the sender: {answers: {question: [answer]}}; If-Match \"v0\" the first time");
    }

    /// <summary>The person, for somebody who may answer for them.</summary>
    /// <exception cref="Problem">Out of reach, or not theirs to register or change.</exception>
    public async Task<SeenPerson> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        await using var connection = await db.ReadAsync(cancellationToken);
        var seen = await files.FindAsync(connection, scope, id) ?? throw PlatformProblems.NotFound.With();
        return seen.Allows(scope, CasesRights.Edit) || seen.Allows(scope, CasesRights.Register) ? seen : throw PlatformProblems.Forbidden.With();
    }

    /// <summary>The answers that are open to the reader, once their reading is noted.</summary>
    /// <exception cref="Problem">There is no such person for this reader.</exception>
    public async Task<IReadOnlyList<ShownAnswers>> ShowAsync(Guid id, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        SeenPerson seen;
        IReadOnlyList<(KeptForm Form, PersonAnswers? Given)> all;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            seen = await files.FindAsync(connection, CaseScope.For(actor), id) ?? throw PlatformProblems.NotFound.With();
            all = await OpenAsync(connection, seen, cancellationToken);
        }

        await trail.LeaveAsync(actor, purpose, "file", [new Shown(id, seen.Open)], cancellationToken);
        return [.. all.Select(one => new ShownAnswers(
            one.Form.Id, one.Form.Form.Id, one.Form.Number, one.Form.State == KeptForm.Asked, one.Given?.Row.Version ?? 0, one.Given?.Row.AnsweredAt,
            one.Given?.Answers ?? new Dictionary<string, IReadOnlyList<string>>()))];
    }

    /// <summary>
    /// The forms that were answered, as far as that is open, and those that are asked now. A form that asks nothing in a
    /// compartment that is open to the reader is not there for them.
    /// </summary>
    public async Task<IReadOnlyList<(KeptForm Form, PersonAnswers? Given)>> OpenAsync(System.Data.Common.DbConnection connection, SeenPerson seen, CancellationToken cancellationToken)
    {
        var given = await kept.OfAllFilesAsync(connection, seen.Row.Id, seen.Open, cancellationToken);
        var all = new List<(KeptForm, PersonAnswers?)>();
        foreach (var form in await KeptForms.AskedAsync(connection, seen.Row.AgencyId))
        {
            if (!form.Form.Items.Any(item => item.IsAsked && seen.Open.Contains(item.Compartment, StringComparer.Ordinal)))
                continue;
            var row = given.FirstOrDefault(one => one.Form == form.Id);
            // Answers may stand behind closed doors alone; their version counts all the same.
            all.Add((form, row ?? (await kept.FindAsync(connection, seen.Row.Id, form.Id) is { } closed ? new PersonAnswers(closed, form.Id, new Dictionary<string, IReadOnlyList<string>>(), []) : null)));
        }

        foreach (var old in given.Where(one => all.TrueForAll(known => known.Item1.Id != one.Form)))
        {
            if (await KeptForms.FindAsync(connection, old.Form) is { } form)
                all.Add((form, old));
        }

        return all;
    }

    /// <summary>Keeps answers; their version.</summary>
    /// <exception cref="Problem">They are none, a compartment is closed, or somebody else has changed them meanwhile.</exception>
    public async Task<int> RunAsync(
        SeenPerson seen, Guid form, IReadOnlyDictionary<string, IReadOnlyList<string>> said, int meant, Actor actor, CancellationToken cancellationToken)
    {
        var (person, now) = (seen.Row, db.Time.GetUtcNow());
        if (person.Status != PersonRow.Active || await keys.FindAsync(person.Id, cancellationToken) is not { } key)
            throw CasesProblems.PersonInactive.With();
        KeptForm asked;
        PersonAnswers? before;
        AnswersRow? row;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            asked = (await KeptForms.AskedAsync(connection, person.AgencyId)).FirstOrDefault(one => one.Id == form) ?? throw QuestionProblems.FormUnknown.With();
            row = await kept.FindAsync(connection, person.Id, form);
            before = (await kept.OfAsync(connection, person.Id, Compartments.All, cancellationToken)).FirstOrDefault(one => one.Form == form);
        }

        if ((row?.Version ?? 0) != meant)
            throw PlatformProblems.Changed.With();
        var given = FormAnswers.Given(said);
        var homes = asked.Form.Items.Where(item => item.IsAsked).ToDictionary(item => item.Name, item => item.Compartment, StringComparer.Ordinal);
        if (given.Keys.Any(name => homes.TryGetValue(name, out var home) && !seen.Open.Contains(home, StringComparer.Ordinal)))
            throw CasesProblems.CompartmentClosed.With();
        var all = new Dictionary<string, IReadOnlyList<string>>(given, StringComparer.Ordinal);
        foreach (var (name, answers) in before?.Answers ?? new Dictionary<string, IReadOnlyList<string>>())
        {
            if (homes.TryGetValue(name, out var home) && !seen.Open.Contains(home, StringComparer.Ordinal))
                all[name] = answers;
        }

        if (new FormAnswers(asked.Form, all).Wrong(seen.Open) is { Count: > 0 } wrong)
            throw FormProblems.With([.. wrong.Select(one => ("answers." + one.Question, one.Kind))]);
        var id = row?.Id ?? Guid.CreateVersion7(now);
        await using var change = await db.BeginAsync(actor, "cases.person.answered", ReadTrail.SubjectOf(person.Id), cancellationToken);
        var written = row is null
            ? await change.ExecuteAsync(
                "insert into cases_form_answers (id, mark, person_id, answered_at, answered_by, version) values (@id, @Mark, @Person, @now, @By, 1) on conflict do nothing",
                new { id, Mark = kept.MarkOf(person.Id, form), Person = person.Id, now, By = actor.AuditName })
            : await change.ExecuteAsync(
                "update cases_form_answers set answered_at = @now, answered_by = @By, version = version + 1 where id = @id and version = @meant", new { id, now, By = actor.AuditName, meant });
        if (written == 0)
            throw PlatformProblems.Changed.With();
        foreach (var compartment in homes.Values.Distinct(StringComparer.Ordinal).Where(one => seen.Open.Contains(one, StringComparer.Ordinal)))
        {
            var own = given.Where(one => homes[one.Key] == compartment).ToDictionary(one => one.Key, one => one.Value, StringComparer.Ordinal);
            if (own.Count > 0 || before?.Compartments.Contains(compartment, StringComparer.Ordinal) == true)
                await kept.WriteAsync(change, key, id, compartment, meant + 1, new AnswersContent(form, own));
        }

        await change.CommitAsync(cancellationToken);
        return meant + 1;
    }
}
