using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Households;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Desk;

/// <summary>The pages on which a household or travelling group is made for a person, and on which somebody registered is looked for to join one.</summary>
internal sealed class GroupDesk(NodeDb db, PersonFiles files, FindPersons find, PersonNames names, KeepHouseholds keep, HouseholdMembers people)
{
    private const string OfPerson = CasesDesk.Persons + "/{id:guid}/family";
    private const string Find = CasesDesk.Root + "/households/{id:guid}/find";
    private const string Register = "register";

    /// <summary>Where the groups of a person are, and where one is made.</summary>
    public static string AddressOf(Guid person) => $"{CasesDesk.PersonAddress(person)}/family";

    /// <summary>Where somebody is looked for who joins a household.</summary>
    public static string FindAddress(Guid household) => $"{HouseholdDesk.AddressOf(household)}/find";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(OfPerson, (HttpContext context, Guid id, GroupDesk desk, CancellationToken cancellationToken) => desk.ShowAsync(context, id, null, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(OfPerson, (HttpContext context, Guid id, GroupDesk desk, CancellationToken cancellationToken) => desk.MakeAsync(context, id, cancellationToken)).Needs(CasesRights.Register).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapGet(Find, (HttpContext context, Guid id, GroupDesk desk, CancellationToken cancellationToken) => desk.FindAsync(context, id, null, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        // Names are posted: an address stays in the history of a shared telephone.
        routes.MapPost(Find, async (HttpContext context, Guid id, GroupDesk desk, CancellationToken cancellationToken) => await desk.FindAsync(context, id, await StaffForm.ReadAsync(context, cancellationToken), cancellationToken))
            .Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().OnlyReads();
    }

    /// <summary>The person of a reference.</summary>
    /// <exception cref="Problem">There is none within reach; one out of reach is not told from none.</exception>
    public async Task<Guid> ByRefAsync(string reference, Actor actor, CancellationToken cancellationToken) =>
        (await find.RunAsync(new PersonQuery { Ref = reference }, actor, Purposes.Assistance, cancellationToken)).Persons is [var only] ? only.Id : throw FormProblems.With(("ref", CasesProblems.PersonUnknown));

    /// <summary>Somebody who was found and may be added to a group; null for whom the reader may change nothing.</summary>
    public async Task<DeskMember?> FoundAsync(Guid person, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        SeenPerson? seen;
        await using (var connection = await db.ReadAsync(cancellationToken))
            seen = await files.FindAsync(connection, CaseScope.For(actor), person);
        if (seen is not { Row.Status: PersonRow.Active } || !KeepHouseholds.IsOpenTo(CaseScope.For(actor), seen))
            return null;
        var named = await names.NamedAsync([person], actor, Purposes.Assistance, cancellationToken);
        return new DeskMember { Id = person, Ref = seen.Row.PublicRef, Who = named.GetValueOrDefault(person) is { Length: > 0 } name ? name : texts["cases.closed_part"] };
    }

    private async Task<IResult> ShowAsync(HttpContext context, Guid id, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts, address) = (context.Actor(), context.PageTexts(), AddressOf(id));
        var scope = CaseScope.For(actor);
        SeenPerson seen;
        List<Guid> groups;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            seen = await files.FindAsync(connection, scope, id) ?? throw PlatformProblems.NotFound.With();
            groups = [.. await Dapper.SqlMapper.QueryAsync<Guid>(connection, "select household_id from cases_household_members where person_id = @id order by household_id", new { id })];
        }

        var named = await names.NamedAsync([id], actor, Purposes.Assistance, cancellationToken);
        var cards = new List<SectionCard>();
        foreach (var one in groups)
        {
            var shown = await keep.ShowAsync(one, actor, Purposes.Assistance, cancellationToken);
            var members = await people.OfAsync(shown, actor, Purposes.Assistance, texts, cancellationToken);
            cards.Add(new SectionCard(texts["cases.household." + shown.Kind])
            {
                Tags = members.Any(member => member.IsAlone) ? [(texts["cases.household.child_alone"], NoticeTone.Danger)] : [],
                Lines = [.. members.Select(member => string.Join(texts.Comma, new[] { member.Who, member.Age, member.Id == shown.Head ? texts["cases.household.is_head"] : null }.OfType<string>()))],
                Links = [(HouseholdDesk.AddressOf(one), groups.Count == 1 ? texts["cases.household.to"] : $"{texts["cases.household.to"]} ({cards.Count + 1})")],
            });
        }

        var may = seen.Row.Status == PersonRow.Active && seen.Allows(scope, CasesRights.Register) && KeepHouseholds.IsOpenTo(scope, seen);
        return Sections.Page(context, new SectionView(texts["cases.household.page"])
        {
            Lead = named.GetValueOrDefault(id) is { Length: > 0 } who ? who : seen.Row.PublicRef,
            Blocks =
            [
                new SectionBlock(texts["cases.household.of"]) { Cards = cards, Empty = texts["cases.household.of.none"] },
                .. !may ? Array.Empty<SectionBlock>() : [new SectionBlock(texts["cases.household.make"]) { Forms = [ToMake()] }],
            ],
            Links = [(CasesDesk.PersonAddress(id), texts["cases.household.back"])],
        }, problem);

        SectionForm ToMake() => new(address, "make", texts["cases.household.make.save"])
        {
            Fields =
            [
                HouseholdForms.Kind(texts, null),
                new AskedField("head", texts["cases.household.make.head"], FieldKind.Checkbox) { Hint = texts["cases.household.head.hint"] },
                new AskedField("next", texts["cases.household.make.next"], FieldKind.Radio) { Required = true, Choices = Sections.Of(texts, "cases.household.make.next.", [Register, "registered", "nobody"]), Value = Register },
                new AskedField("ref", texts["cases.household.make.ref"]) { MaxLength = 40, Hint = texts["cases.household.make.ref.hint"] },
                new AskedField("newRelation", texts["cases.household.make.relation"], FieldKind.Select) { Choices = [new Choice("", texts["cases.not_said"]), .. Kinship.Said.Select(relation => new Choice(relation, texts.Format("cases.household.link." + relation, ("who", "…"))))] },
            ],
        };
    }

    private async Task<IResult> MakeAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        var (actor, leads) = (context.Actor(), "");
        var answer = await Sections.DoAsync(context, CasesDesk.PersonAddress(id), async form =>
        {
            await using (var connection = await db.ReadAsync(cancellationToken))
                _ = await files.FindAsync(connection, CaseScope.For(actor), id) ?? throw PlatformProblems.NotFound.With();
            var (kind, next, reference, relation) = (form.Text("kind", required: true), form.Text("next"), form.Text("ref"), form.Text("newRelation"));
            if (reference.Length == 0 && (next == "registered" || relation.Length > 0))
                form.Refuse("ref", FormProblems.Missing);
            form.RequireFit();
            Guid[] members = reference.Length == 0 ? [id] : [id, await ByRefAsync(reference, actor, cancellationToken)];
            var made = await keep.MakeAsync(
                new SentHousehold { Kind = kind, Members = members, Head = form.Ticked("head") ? id : null, Links = relation.Length == 0 ? [] : [Kinship.Link(id, new Kin(members[^1], relation))] },
                [], actor, cancellationToken);
            leads = next == Register ? RegisterDesk.AddressFor(made.Id) : HouseholdDesk.AddressOf(made.Id);
        }, problem => ShowAsync(context, id, HouseholdForms.AtFields(problem, HouseholdForms.Add), cancellationToken), cancellationToken);
        return leads.Length > 0 ? Results.Redirect(leads) : answer;
    }

    // The search is that of everybody: who is out of reach is not there.
    private async Task<IResult> FindAsync(HttpContext context, Guid id, StaffForm? form, CancellationToken cancellationToken)
    {
        var (actor, texts, today) = (context.Actor(), context.PageTexts(), db.Time.Today);
        var admitted = await keep.AdmitAsync(id, actor, cancellationToken);
        var (found, refusal) = (new ListedPersons([], null), (Problem?)null);
        if (form is not null)
        {
            string? Said(string name) => form.Text(name) is { Length: > 0 } said ? said : null;
            var query = new PersonQuery { Name = Said("name"), Document = Said("document"), Phone = Said("phone"), Ref = Said("ref") };
            try
            {
                found = query is { Name: null, Document: null, Phone: null, Ref: null }
                    ? throw FormProblems.With(("name", CasesProblems.SearchTooShort))
                    : await find.RunAsync(query, actor, Purposes.Assistance, cancellationToken);
            }
            catch (Problem problem) when (problem.Kind.Status == 422)
            {
                refusal = problem;
            }
        }

        var others = found.Persons.Where(person => !admitted.Members.ContainsKey(person.Id)).Select(person => (person.Id, Shown: DeskViews.Of(person, today, texts))).ToList();
        return Sections.Page(context, new SectionView(texts["cases.household.find"])
        {
            Lead = texts["cases.household." + admitted.Row.Kind],
            Blocks =
            [
                new SectionBlock(texts["cases.seek"])
                {
                    Forms =
                    [
                        new SectionForm(FindAddress(id), "find", texts["cases.seek"])
                        {
                            Fields =
                            [
                                new AskedField("name", texts["cases.seek.name"]), new AskedField("document", texts["cases.seek.document"]) { MaxLength = 60 },
                                new AskedField("phone", texts["cases.seek.phone"], FieldKind.Tel) { MaxLength = 40 }, new AskedField("ref", texts["cases.seek.ref"]) { MaxLength = 40 },
                            ],
                        },
                    ],
                },
                .. form is null || refusal is not null ? Array.Empty<SectionBlock>() :
                [
                    new SectionBlock(texts["cases.found"])
                    {
                        Empty = $"{texts["cases.found.none"]}. {texts["cases.found.none.hint"]}",
                        Cards = [.. others.Select(one => new SectionCard(one.Shown.Who)
                        {
                            Soft = one.Shown.About.Length > 0 ? $"{one.Shown.About} · {one.Shown.Ref}" : one.Shown.Ref,
                            Links = [($"{HouseholdDesk.AddressOf(id)}?add={one.Id:D}", texts.Format("cases.household.add.who", ("who", one.Shown.Who)))],
                        })],
                    },
                ],
            ],
            Links = [(HouseholdDesk.AddressOf(id), texts["cases.household.to"])],
        }, refusal);
    }
}
