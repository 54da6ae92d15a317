using Tambo.Cases.Access;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Questions;

/// <summary>What is sent of further questions together with a new person: for each form its answers, by question.</summary>
internal sealed record SentWithPerson
{
    public IReadOnlyDictionary<Guid, IReadOnlyDictionary<string, IReadOnlyList<string>>> Answers { get; set; } = new Dictionary<Guid, IReadOnlyDictionary<string, IReadOnlyList<string>>>();

    public override string ToString() => "•••";
}

/// <summary>Answers that were looked over, for the change in which their person is registered.</summary>
internal sealed record LookedOver(IReadOnlyList<(KeptForm Form, IReadOnlyDictionary<string, IReadOnlyList<string>> Answers)> Forms)
{
    public override string ToString() => "•••";
}

/// <summary>
/// The further questions of a country or an agency on the form by which somebody is registered: looked over by their rules first, and
/// kept with the person in one change or not at all.
/// </summary>
internal sealed class AskAtRegistration(NodeDb db, DataKeys keys, KeptFormAnswers kept)
{
    /// <summary>The forms that persons of an agency are asked now.</summary>
    public async Task<IReadOnlyList<KeptForm>> FormsAsync(Guid? agency, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await KeptForms.AskedAsync(connection, agency);
    }

    /// <summary>
    /// The compartments in which somebody asks at registration: what is open to them where the person will belong, and what the form of
    /// registration asks of everybody.
    /// </summary>
    public static IReadOnlyList<string> OpenTo(Actor actor, Guid? agency)
    {
        var open = CaseScope.For(actor).CompartmentsAt([new RecordPlace(actor.UserId, null, agency)]);
        return [.. Compartments.All.Where(one => one is Compartments.Identity or Compartments.General || open.Contains(one, StringComparer.Ordinal))];
    }

    /// <summary>Looks answers over by the rules of their forms; a form without any is left for later.</summary>
    /// <param name="forms">What is asked.</param>
    /// <param name="said">By form, the answers by question.</param>
    /// <param name="open">The compartments in which the sender asks.</param>
    /// <param name="wrong">Hears what is wrong, as <c>answers.FORM.QUESTION</c>.</param>
    /// <exception cref="Problem">A form is not asked, or a compartment is closed to the sender.</exception>
    public static LookedOver Look(
        IReadOnlyList<KeptForm> forms, IReadOnlyDictionary<Guid, IReadOnlyDictionary<string, IReadOnlyList<string>>> said, IReadOnlyList<string> open, List<(string Field, ProblemKind Kind)> wrong)
    {
        var looked = new List<(KeptForm, IReadOnlyDictionary<string, IReadOnlyList<string>>)>();
        foreach (var (id, answers) in said)
        {
            var form = forms.FirstOrDefault(one => one.Id == id) ?? throw QuestionProblems.FormUnknown.With();
            if (answers is null)
            {
                wrong.Add(($"answers.{id:D}", CasesProblems.ValueUnfit));
                continue;
            }

            var given = FormAnswers.Given(answers);
            if (form.Form.Items.Any(item => given.ContainsKey(item.Name) && !open.Contains(item.Compartment, StringComparer.Ordinal)))
                throw CasesProblems.CompartmentClosed.With();
            wrong.AddRange(new FormAnswers(form.Form, given).Wrong(open).Select(one => (FieldOf(id, one.Question), one.Kind)));
            if (given.Count > 0)
                looked.Add((form, given));
        }

        return new LookedOver(looked);
    }

    /// <summary>Keeps answers in the change that registers their person.</summary>
    public async Task WriteAsync(Change change, Guid person, LookedOver looked, Actor actor)
    {
        if (looked.Forms.Count == 0)
            return;
        var key = await keys.FindAsync(person, CancellationToken.None) ?? throw CasesProblems.PersonInactive.With();
        foreach (var (form, answers) in looked.Forms)
            await kept.AddAsync(change, key, person, form, answers, db.Time.GetUtcNow(), actor.AuditName);
        change.AlsoRecord("cases.person.answered", ReadTrail.SubjectOf(person));
    }

    /// <summary>How what is wrong names a question of a form.</summary>
    public static string FieldOf(Guid form, string question) => $"answers.{form:D}.{question}";
}
