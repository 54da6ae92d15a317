using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Family;
using Tambo.Cases.Plan;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Audit;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Desk;

/// <summary>The page on which somebody of a case is moved to another place, shelter or office, and where it stands who was moved before.</summary>
internal sealed class TransferDesk(NodeDb db, CaseEntries entries, CaseFiles cases, PersonNames names, TransferPersons transfer, ShowTransfers show, SplitReviews splits)
{
    private const string Section = "transfer";
    private const string Everybody = "everybody";
    private const string One = CasesDesk.Root + "/{id:guid}/" + Section;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(One, (HttpContext context, Guid id, TransferDesk desk, CancellationToken cancellationToken) => desk.ShowAsync(context, id, null, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(One, (HttpContext context, Guid id, TransferDesk desk, CancellationToken cancellationToken) => desk.WriteAsync(context, id, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    /// <summary>The question who of a case is meant; none where there is one person. Nothing is chosen beforehand: nobody is moved by the way.</summary>
    public static IReadOnlyList<AskedField> Whom(IReadOnlyList<Guid> persons, IReadOnlyDictionary<Guid, string> people, Texts texts, string name) => persons.Count < 2 ? [] :
    [
        new AskedField(name, texts["cases.transfer.whom"], FieldKind.Radio)
        {
            Required = true,
            Choices = [new Choice(Everybody, texts["cases.transfer.everybody"]), .. persons.Select(person => new Choice(person.ToString("D"), people.GetValueOrDefault(person) is { Length: > 0 } who ? who : texts["cases.closed_part"]))],
        },
    ];

    /// <summary>Who was chosen of a case; null for everybody.</summary>
    public static Guid? Chosen(StaffForm form, string name) => form.Text(name, required: form.Text("several") == "yes") == Everybody ? null : form.Chosen(name);

    private async Task<IResult> ShowAsync(HttpContext context, Guid id, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts, address) = (context.Actor(), context.PageTexts(), Sections.AddressOf(id, Section));
        var entered = await entries.EnterAsync(id, actor, cancellationToken);
        var moved = await show.RunAsync(id, actor, Purposes.Assistance, cancellationToken);
        IReadOnlyList<Guid> persons;
        await using (var connection = await db.ReadAsync(cancellationToken))
            persons = [.. (await cases.PersonsAsync(connection, [id]))[id].Order()];
        var people = await names.NamedAsync([.. persons.Concat(moved.Select(one => one.Person)).Distinct()], actor, Purposes.Assistance, cancellationToken);
        var staff = await ActorNames.OfAsync(db, moved.Select(one => one.By).Distinct(), cancellationToken);
        var teams = (await Agencies.TeamsAsync(db, cancellationToken)).Where(team => team.AgencyId == entered.Row.AgencyId).ToList();
        var offices = teams.Where(team => team.Id != entered.Row.TeamId).ToList();
        (string, string)[] several = persons.Count > 1 ? [("several", "yes")] : [];
        var open = entered.Row.ClosedAt is null;
        var (may, supervises) = (open && entered.May(CasesRights.Edit), open && entered.May(CasesRights.Supervise) && offices.Count > 0);
        string[] kinds = [.. TransferContent.Kinds.Where(kind => kind == TransferContent.Office ? supervises : may)];
        return Sections.Page(context, new SectionView(texts["cases.transfer"])
        {
            Lead = entered.Row.PublicRef,
            Notices = [(texts["cases.transfer.together"], NoticeTone.Info)],
            Blocks =
            [
                new SectionBlock("") { Empty = texts["cases.transfer.none"], Cards = [.. moved.Select(Card)] },
                .. kinds.Length == 0 ? Array.Empty<SectionBlock>() :
                [
                    new SectionBlock(texts["cases.transfer.move"])
                    {
                        Forms =
                        [
                            new SectionForm(address, "move", texts["cases.transfer.save"])
                            {
                                Hidden = [("version", entered.Row.Version.ToString(CultureInfo.InvariantCulture)), .. several],
                                Fields =
                                [
                                    .. Whom(persons, people, texts, "person"),
                                    .. Where("", texts["cases.transfer.place.hint"]),
                                ],
                            },
                        ],
                    },
                    new SectionBlock(texts["cases.family.ask"])
                    {
                        Forms =
                        [
                            new SectionForm(address, "ask", texts["cases.family.ask.save"])
                            {
                                Hidden = [.. several],
                                Fields = [.. Whom(persons, people, texts, "whom"), .. Where("ask_", ""), new AskedField("reason", texts["cases.family.reason"], FieldKind.Textarea) { Required = true, MaxLength = 5000, Hint = texts["cases.transfer.ask.hint"] }],
                            },
                        ],
                    },
                ],
            ],
            Links = [(Sections.AddressOf(id, "family"), texts["cases.family"]), .. WritingDesk.Back(id, texts)],
        }, problem);

        // A question is for one place alone: it is said as the move is.
        AskedField[] Where(string names, string hint) =>
        [
            new AskedField(names + "kind", texts["cases.transfer.kind"], FieldKind.Select) { Required = true, Choices = Sections.Of(texts, "cases.transfer.kind.", kinds) },
            new AskedField(names + "place", texts["cases.transfer.place"]) { Required = true, Hint = hint.Length > 0 ? hint : null },
            .. !supervises ? Array.Empty<AskedField>() :
            [
                new AskedField(names + "team", texts["cases.transfer.team"], FieldKind.Select)
                {
                    Hint = texts["cases.transfer.team.hint"],
                    Choices = [new Choice("", texts["cases.not_said"]), .. offices.Select(team => new Choice(team.Id.ToString("D"), team.Name))],
                },
            ],
        ];

        SectionCard Card(ShownTransfer one) => new(people.GetValueOrDefault(one.Person) is { Length: > 0 } who ? who : texts["cases.closed_part"])
        {
            Soft = string.Join(" · ", DeskViews.At(one.At, texts), ActorNames.Said(one.By, staff, texts)),
            Lines = one.Transfer is not { } to ? [] :
            [
                $"{texts["cases.transfer.kind." + to.Kind]}: {to.Place}",
                .. to.Team is { } office && teams.Find(team => team.Id == office) is { } known ? [known.Name] : Array.Empty<string>(),
            ],
        };
    }

    private async Task<IResult> WriteAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        var asked = false;
        var answer = await Sections.DoAsync(context, Sections.AddressOf(id, Section), async form =>
        {
            var asks = form.Text("act") == "ask";
            await (asks ? AskAsync(context, id, form, cancellationToken) : MoveAsync(context, id, form, cancellationToken));
            asked = asks;
        }, problem => ShowAsync(context, id, problem, cancellationToken), cancellationToken);
        // How a question stands is on the page of the family.
        return asked ? Results.Redirect(Sections.AddressOf(id, "family")) : answer;
    }

    private async Task AskAsync(HttpContext context, Guid id, StaffForm form, CancellationToken cancellationToken)
    {
        var said = new SentSplit
        {
            Step = FamilySplit.Transfer,
            Person = Chosen(form, "whom"),
            Kind = form.Text("ask_kind", required: true),
            Place = form.Text("ask_place", required: true),
            Team = form.Chosen("ask_team"),
            Reason = form.Said("reason"),
        };
        if (said.Reason is null)
            form.Refuse("reason", FormProblems.Missing);
        form.RequireFit();
        await splits.AskAsync(await splits.AdmitAsync(id, context.Actor(), cancellationToken), said, [], cancellationToken);
    }

    private async Task MoveAsync(HttpContext context, Guid id, StaffForm form, CancellationToken cancellationToken)
    {
        var version = form.Version();
        var said = new SentTransfer { Person = Chosen(form, "person"), Kind = form.Text("kind", required: true), Place = form.Text("place", required: true), Team = form.Chosen("team") };
        form.RequireFit();
        var admitted = await transfer.AdmitAsync(id, () => version, context.Actor(), cancellationToken);
        await transfer.RunAsync(admitted, said, [], context.Actor(), cancellationToken);
    }
}
