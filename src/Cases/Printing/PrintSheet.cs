using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Desk;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Merging;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Printing;

/// <summary>A sheet of a person or a case: what may stand on paper, and what of the page stays on the screen.</summary>
public sealed record PrintedSheet
{
    /// <summary>Whose it is.</summary>
    public required string Title { get; init; }

    /// <summary>The reference.</summary>
    public required string Ref { get; init; }

    /// <summary>When it was made, and by whom, in words.</summary>
    public required string Made { get; init; }

    /// <summary>Where the page is that it is of.</summary>
    public required string Back { get; init; }

    /// <summary>Names and values; nothing when nothing may be printed.</summary>
    public IReadOnlyList<(string Name, string Value)> Facts { get; init; } = [];

    /// <summary>What the reader has on the screen and not on paper, each with why; never printed.</summary>
    public IReadOnlyList<(string Name, string Why)> Withheld { get; init; } = [];

    /// <summary>Prints nothing of what it shows.</summary>
    public override string ToString() => "•••";
}

/// <summary>
/// Makes sheets of persons and cases to take along on paper: of what is open to a reader, what the rule of disclosure lets them print.
/// Each sheet leaves its line before it is shown, and so does one on which nothing may stand.
/// </summary>
internal sealed class PrintSheet(NodeDb db, PersonFiles files, CaseFiles cases, SealedRecords seals, PrintedDisclosure printed, ReadTrail trail)
{
    private const string Purpose = "services";

    /// <summary>The sheet of a person.</summary>
    /// <exception cref="Problem">There is no such person for this reader by their own rights.</exception>
    public async Task<PrintedSheet> OfPersonAsync(Guid id, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        SeenPerson seen;
        DisclosureAnswer answer;
        IReadOnlyList<string> may;
        var file = new Dictionary<string, object?>(StringComparer.Ordinal);
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            seen = await files.FindAsync(connection, scope, id) is { Row.Status: PersonRow.Active } found ? found : throw PlatformProblems.NotFound.With();
            answer = (await printed.DecideAsync(connection, actor, [seen.Row], Purpose, Fields(seen.Open), cancellationToken))[id];
            may = [.. seen.Open.Where(answer.Allows)];
            foreach (var ((_, compartment), content) in await seals.OpenAsync(connection, [new Wanted(id, id, may)], cancellationToken))
                file[compartment] = content;
        }

        await LeaveAsync(actor, "file", [(id, may, DecisionLine.Of(DisclosureRoute.Print, "", answer.Fields).And(DecisionLine.OfLook(seen.Open, seen.Shut, scope)))], cancellationToken);
        return new PrintedSheet
        {
            Title = may.Count == 0 ? seen.Row.PublicRef : DeskViews.Who(file.GetValueOrDefault(Compartments.Identity) is JsonElement identity && identity.TryGetProperty("names", out var names) ? names : null, seen.Row.PublicRef),
            Ref = texts.Format("cases.person.ref", ("ref", seen.Row.PublicRef)),
            Made = Made(actor, texts),
            Back = CasesDesk.PersonAddress(id),
            Facts = DeskViews.Facts(file, db.Time.Today, texts),
            Withheld = Withheld(answer, texts),
        };
    }

    /// <summary>The sheet of a case: of several persons, what may be printed of each of them.</summary>
    /// <exception cref="Problem">There is no such case for this reader by their own rights.</exception>
    public async Task<PrintedSheet> OfCaseAsync(Guid id, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        var (scope, now) = (CaseScope.For(actor), db.Time.GetUtcNow());
        SeenCase seen;
        ShownCase shown;
        IReadOnlyDictionary<Guid, DisclosureAnswer> answers;
        IReadOnlyList<string> may;
        HashSet<Guid> named;
        var names = new List<string>();
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            seen = await cases.FindAsync(connection, scope, id) ?? throw await CaseAdmission.NotFoundAsync(cases, trail, connection, scope, id, cancellationToken);
            var rows = await LeadsAsync(connection, [.. (await cases.PersonsAsync(connection, [id]))[id], seen.Row.PersonId]);
            var people = await files.FindAsync(connection, scope, rows.Select(row => row.Id));
            var known = people.Values.Where(person => person.Open.Contains(Compartments.Identity)).Select(person => person.Row.Id).ToList();
            answers = await printed.DecideAsync(
                connection, actor, rows, Purpose, Fields(known.Count > 0 ? seen.Open.Union([Compartments.Identity], StringComparer.Ordinal) : seen.Open), cancellationToken);
            may = [.. seen.Open.Where(compartment => answers.Values.All(answer => answer.Allows(compartment)))];
            // Without what kind of case it is nothing of it is said.
            may = may.Contains(seen.Home) ? may : [];
            shown = ShownCase.Of(seen, (await cases.OpenAsync(connection, [seen with { Open = may }], cancellationToken))[id]);
            named = known.Where(person => may.Count > 0 && answers[person].Allows(Compartments.Identity)).ToHashSet();
            var opened = await seals.OpenAsync(connection, [.. named.Select(person => new Wanted(person, person, [Compartments.Identity]))], cancellationToken);
            foreach (var person in people.Values.OrderBy(person => person.Row.Id))
                names.Add(DeskViews.Who(opened.TryGetValue((person.Row.Id, Compartments.Identity), out var identity) && identity.TryGetProperty("names", out var said) ? said : (JsonElement?)null, person.Row.PublicRef));
        }

        await LeaveAsync(actor, "case", [.. answers.Select(one => (one.Key, may, DecisionLine.Of(DisclosureRoute.Print, "", one.Value.Fields, field => field == Compartments.Identity ? named.Contains(one.Key) : may.Contains(field)) with { Part = seen.Home, Case = id }))], cancellationToken);
        return new PrintedSheet
        {
            Title = texts.Format("cases.sheet.case", ("ref", seen.Row.PublicRef)),
            Ref = string.Join(texts.Comma, names),
            Made = Made(actor, texts),
            Back = $"{CasesDesk.Root}/{id:D}",
            Facts = may.Count == 0 ? [] :
            [
                .. shown.Type is { } kind ? [(texts["cases.field.kind"], texts["cases.kind." + kind])] : Array.Empty<(string, string)>(),
                (texts["cases.field.urgency"], texts["cases.urgency." + shown.Urgency.ToLowerInvariant()]),
                (texts["cases.sheet.state"], texts["cases.state." + shown.State]),
                .. CaseDesk.Facts(shown, now, texts),
            ],
            Withheld = [.. answers.Values.SelectMany(answer => Withheld(answer, texts)).Distinct()],
        };
    }

    private async Task LeaveAsync(Actor actor, string how, IReadOnlyList<(Guid Person, IReadOnlyList<string> May, DecisionLine Decided)> lines, CancellationToken cancellationToken)
    {
        await trail.RefuseAsync(actor, Purposes.Assistance, how, lines.Where(line => line.May.Count == 0).Select(line => (line.Person, line.Decided)), cancellationToken);
        await trail.LeaveAsync(actor, Purposes.Assistance, how, lines.Where(line => line.May.Count > 0).Select(line => new Shown(line.Person, line.May) { Decided = line.Decided }), cancellationToken);
    }

    private async Task<IReadOnlyList<PersonRow>> LeadsAsync(DbConnection connection, IReadOnlyList<Guid> persons)
    {
        var leads = await MergedFiles.LeadAsync(db, connection, persons);
        return
        [
            .. await connection.QueryAsync<PersonRow>(
                "select * from cases_persons where id" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(persons.Select(person => leads.GetValueOrDefault(person, person).ToString("D")).Distinct(StringComparer.Ordinal)) }),
        ];
    }

    private static IReadOnlyList<Disclosure.AskedField> Fields(IEnumerable<string> compartments) => [.. compartments.Select(compartment => new Disclosure.AskedField(compartment, compartment))];

    private static IReadOnlyList<(string Name, string Why)> Withheld(DisclosureAnswer answer, Texts texts) =>
        [.. answer.Fields.Where(field => !field.Allowed).Select(field => (texts["disclosure.compartment." + field.Field.Compartment], texts["disclosure.reason." + field.Reason]))];

    private string Made(Actor actor, Texts texts) => texts.Format("cases.sheet.made", ("at", DeskViews.At(db.Time.GetUtcNow(), texts)), ("who", actor.DisplayName));
}
