using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Family;
using Tambo.Cases.Households;
using Tambo.Cases.Reading;
using Tambo.Cases.Screening;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Desk;

/// <summary>The page of a household or travelling group: who is in it and how they are related, who comes to it, and how somebody is taken out of it by two people.</summary>
internal sealed class HouseholdDesk(NodeDb db, KeepHouseholds keep, ChangeHousehold anew, HouseholdFiles households, CaseFiles cases, HouseholdMembers people, GroupDesk group, CaseGuards guards, SplitReviews splits)
{
    private const string One = CasesDesk.Root + "/households/{id:guid}";

    /// <summary>Where a household is.</summary>
    public static string AddressOf(Guid id) => $"{CasesDesk.Root}/households/{id:D}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(One, (HttpContext context, Guid id, Guid? add, Guid? registered, HouseholdDesk desk, CancellationToken cancellationToken) => desk.ShowAsync(context, id, add, registered, null, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(One, (HttpContext context, Guid id, HouseholdDesk desk, CancellationToken cancellationToken) => desk.WriteAsync(context, id, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    private async Task<IResult> ShowAsync(HttpContext context, Guid id, Guid? add, Guid? registered, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts, address) = (context.Actor(), context.PageTexts(), AddressOf(id));
        var scope = CaseScope.For(actor);
        var shown = await keep.ShowAsync(id, actor, Purposes.Assistance, cancellationToken);
        HashSet<Guid> mine, open, screened;
        bool basis;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            var found = await households.FindAsync(connection, scope, id) ?? throw PlatformProblems.NotFound.With();
            mine = [.. found.Members.Values.Where(member => member.Allows(scope, CasesRights.Edit)).Select(member => member.Row.Id)];
            open = [.. found.Members.Values.Where(member => KeepHouseholds.IsOpenTo(scope, member)).Select(member => member.Row.Id)];
            screened = [.. found.Members.Values.Where(member => member.Allows(scope, CasesRights.Screen)).Select(member => member.Row.Id)];
            basis = found.Members.Values.Any(member => open.Contains(member.Row.Id) && member.Open.Contains(Compartments.Child));
        }

        // Of several questions about one member the last one counts.
        var asked = (await splits.OfHouseholdAsync(id, shown.Members, actor, Purposes.Assistance, cancellationToken)).GroupBy(split => split.Person ?? Guid.Empty).ToDictionary(of => of.Key, of => of.First());
        var members = await people.OfAsync(shown, actor, Purposes.Assistance, texts, cancellationToken);
        var may = members.Where(member => open.Contains(member.Id)).ToList();
        var coming = add is { } who && may.Count > 0 ? await group.FoundAsync(who, actor, texts, cancellationToken) : null;
        var came = members.FirstOrDefault(member => member.Id == registered);
        string Who(Guid person) => members.FirstOrDefault(member => member.Id == person)?.Who ?? texts["cases.closed_part"];
        return Sections.Page(context, new SectionView(texts["cases.household." + shown.Kind])
        {
            Notices =
            [
                .. came is null ? Array.Empty<(string, NoticeTone)>() : [(texts.Format("cases.household.registered", ("who", came.Who), ("ref", came.Ref)), NoticeTone.Success)],
                .. members.Any(member => member.IsAlone) ? [(texts["cases.household.child_alone.notice"], NoticeTone.Danger)] : Array.Empty<(string, NoticeTone)>(),
                (texts["cases.household.together"], NoticeTone.Info),
            ],
            Acts = may.Count == 0 ? [] :
            [
                .. actor.May(CasesRights.Register) ? [(RegisterDesk.AddressFor(id), texts[came is null ? "cases.household.register" : "cases.household.register.next"])] : Array.Empty<(string, string)>(),
                (GroupDesk.FindAddress(id), texts["cases.household.find"]),
            ],
            Blocks =
            [
                new SectionBlock(texts["cases.household.members"]) { Cards = [.. members.Select(Card)] },
                .. may.Count == 0 ? Array.Empty<SectionBlock>() :
                [
                    new SectionBlock(coming is null ? texts["cases.household.add"] : texts.Format("cases.household.add.who", ("who", coming.Who))) { Forms = [HouseholdForms.ToAdd(address, shown, may, coming, texts)] },
                    .. may.Count < 2 ? Array.Empty<SectionBlock>() : [new SectionBlock(texts["cases.household.relate"]) { Forms = [HouseholdForms.ToRelate(address, shown, may, basis, texts)] }],
                    new SectionBlock(texts["cases.household.about"]) { Forms = [HouseholdForms.ToSay(address, shown, may, texts)] },
                ],
                .. mine.Count == 0 ? Array.Empty<SectionBlock>() : [new SectionBlock(texts["cases.household.ask"]) { Forms = [ToAsk()] }],
            ],
            Links = [(CasesDesk.Root, texts["cases.work"])],
        }, problem);

        SectionForm ToAsk() => new(address, "ask", texts["cases.family.ask.save"])
        {
            Fields =
            [
                new AskedField("person", texts["cases.household.who"], FieldKind.Radio) { Required = true, Choices = [.. members.Where(member => mine.Contains(member.Id)).Select(member => new Choice(member.Id.ToString("D"), member.Who))] },
                new AskedField("reason", texts["cases.family.reason"], FieldKind.Textarea) { Required = true, MaxLength = 5000, Hint = texts["cases.household.ask.hint"] },
            ],
        };

        SectionCard Card(DeskMember member)
        {
            var split = asked.GetValueOrDefault(member.Id);
            return new SectionCard(member.Who)
            {
                Tags = [.. Marks(member, shown, texts), .. split is null ? Array.Empty<(string, NoticeTone)>() : [(texts["cases.split.state." + split.State], split.State switch { "approved" => NoticeTone.Success, "asked" => NoticeTone.Warning, _ => NoticeTone.Neutral })]],
                Soft = split is null ? "" : texts.Format("cases.household.asked", ("at", DeskViews.At(split.AskedAt, texts))),
                Lines =
                [
                    .. member.Age is { } age ? [age] : Array.Empty<string>(),
                    .. shown.Links.Where(link => link.A == member.Id || link.B == member.Id).Select(link => Said(Kinship.SaidOf(member.Id, link), Who, texts)),
                    .. new[] { split?.Until is { } until ? texts.Format("cases.family.until", ("at", DeskViews.At(until, texts))) : null, split?.Reason, split?.Answer }.OfType<string>(),
                ],
                Links =
                [
                    (CasesDesk.PersonAddress(member.Id), texts.Format("cases.household.file", ("who", member.Who))),
                    .. member.Cases.Select(one => ($"{CasesDesk.Root}/{one.Id:D}", texts.Format("cases.household.case", ("ref", one.Ref)))),
                    .. member.IsAlone && screened.Contains(member.Id) ? [(ScreenDesk.AddressOf(member.Id), texts.Format("cases.household.screen", ("who", member.Who)))] : Array.Empty<(string, string)>(),
                    .. split is null ? Array.Empty<(string, string)>() : [(Sections.AddressOf(split.Case, "family"), texts.Format("cases.household.review", ("who", member.Who)))],
                ],
                Forms = !mine.Contains(member.Id) ? [] : [new SectionForm(address, "leave", texts["cases.household.leave"]) { Hidden = [("person", member.Id.ToString("D")), HouseholdForms.Version(shown)] }],
            };
        }
    }

    private static IReadOnlyList<(string, NoticeTone)> Marks(DeskMember member, ShownHousehold shown, Texts texts) =>
    [
        .. member.Id == shown.Head ? [(texts["cases.household.is_head"], NoticeTone.Info)] : Array.Empty<(string, NoticeTone)>(),
        .. member.IsAlone ? [(texts["cases.household.child_alone"], NoticeTone.Danger)] : member.IsChild == true ? [(texts["cases.household.child"], NoticeTone.Warning)] : Array.Empty<(string, NoticeTone)>(),
        .. member.IsChild is null ? [(texts["cases.household.age_unknown"], NoticeTone.Neutral)] : Array.Empty<(string, NoticeTone)>(),
    ];

    /// <summary>A relation in words; how it is known beside it where it was more than said.</summary>
    public static string Said(Kin kin, Func<Guid, string> who, Texts texts)
    {
        var said = texts.Format("cases.household.link." + kin.As, ("who", who(kin.To)));
        return kin.VerifiedBy == "declared" ? said : $"{said} ({texts["cases.household.verified." + kin.VerifiedBy]})";
    }

    private async Task<IResult> WriteAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        var (actor, back, act) = (context.Actor(), AddressOf(id), "");
        var left = false;
        Guid? coming = null;
        var answer = await Sections.DoAsync(context, back, async form =>
        {
            act = form.Text("act");
            if (act == "leave")
            {
                var version = form.Version();
                await keep.LeaveAsync(id, form.Key("person"), () => version, actor, cancellationToken);
                left = true;
            }
            else if (act == HouseholdForms.Add)
            {
                var admitted = await keep.AdmitAsync(id, actor, cancellationToken);
                var (version, kin) = (form.Version(), HouseholdForms.ReadKin(form));
                coming = form.Chosen("who");
                var reference = coming is null ? form.Text("ref", required: true) : "";
                form.RequireFit();
                var person = coming ?? await group.ByRefAsync(reference, actor, cancellationToken);
                await keep.AddAsync(admitted, version, new SentHousehold { Members = [person], Links = [.. kin.Select(one => Kinship.Link(person, one))] }, [], actor, cancellationToken);
            }
            else if (act is HouseholdForms.Relate or HouseholdForms.About)
            {
                var admitted = await keep.AdmitAsync(id, actor, cancellationToken);
                var (version, said) = (form.Version(), HouseholdForms.ReadChange(form));
                try
                {
                    await anew.RunAsync(admitted, version, said, [], actor, cancellationToken);
                }
                catch (Problem problem) when (problem.Kind == CasesProblems.CompartmentClosed)
                {
                    throw FormProblems.With(("relation", CasesProblems.CompartmentClosed));
                }
            }
            else
            {
                await AskAsync(id, form, actor, cancellationToken);
            }
        }, problem => ShowAsync(context, id, coming, null, HouseholdForms.AtFields(problem, act), cancellationToken), cancellationToken);
        // With the last of those within reach the household is out of reach, too.
        return left && !await IsSeenAsync(id, actor, cancellationToken) ? Results.Redirect(CasesDesk.Root) : answer;
    }

    private async Task AskAsync(Guid id, StaffForm form, Actor actor, CancellationToken cancellationToken)
    {
        var (who, reason) = (form.Text("person", required: true), form.Said("reason"));
        if (reason is null)
            form.Refuse("reason", FormProblems.Missing);
        form.RequireFit();
        var leaver = Guid.TryParse(who, out var one) ? one : throw PlatformProblems.Malformed.With();
        var entered = await splits.AdmitAsync(await CaseOfAsync(leaver, actor, cancellationToken), actor, cancellationToken);
        await splits.AskAsync(entered, new SentSplit { Step = FamilySplit.Leave, Person = leaver, Household = id, Reason = reason }, [], cancellationToken);
    }

    private async Task<bool> IsSeenAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await households.FindAsync(connection, CaseScope.For(actor), id) is not null;
    }

    // A second person is asked within a case: one that goes on before one that is closed.
    private async Task<Guid> CaseOfAsync(Guid person, Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        var sql = "select c.id from cases_case_persons cp join cases_cases c on c.id = cp.case_id where cp.person_id = @person and " + scope.Cases("c", guards)
            + " order by case when c.closed_at is null then 0 else 1 end, c.created_at, c.id";
        await using var connection = await db.ReadAsync(cancellationToken);
        var found = (await connection.QueryAsync<Guid>(sql, scope.Parameters(new { person }))).ToList();
        var listed = await cases.ListedAsync(connection, scope, found, cancellationToken);
        return found.Find(listed.Contains) is var one && one != Guid.Empty ? one : throw FormProblems.With(("person", CasesProblems.CaseUnknown));
    }
}
