using System.Globalization;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Family;
using Tambo.Cases.Households;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Desk;

/// <summary>The page of a household or travelling group: who is in it, and how somebody is taken out of it by two people.</summary>
internal sealed class HouseholdDesk(NodeDb db, KeepHouseholds keep, HouseholdFiles households, CaseFiles cases, CaseGuards guards, PersonNames names, SplitReviews splits)
{
    private const string One = CasesDesk.Root + "/households/{id:guid}";

    /// <summary>Where a household is.</summary>
    public static string AddressOf(Guid id) => $"{CasesDesk.Root}/households/{id:D}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(One, (HttpContext context, Guid id, HouseholdDesk desk, CancellationToken cancellationToken) => desk.ShowAsync(context, id, null, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(One, (HttpContext context, Guid id, HouseholdDesk desk, CancellationToken cancellationToken) => desk.WriteAsync(context, id, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    private async Task<IResult> ShowAsync(HttpContext context, Guid id, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts, address) = (context.Actor(), context.PageTexts(), AddressOf(id));
        var scope = CaseScope.For(actor);
        var shown = await keep.ShowAsync(id, actor, Purposes.Assistance, cancellationToken);
        HashSet<Guid> mine;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            var found = await households.FindAsync(connection, scope, id) ?? throw PlatformProblems.NotFound.With();
            mine = [.. found.Members.Values.Where(member => member.Allows(scope, CasesRights.Edit)).Select(member => member.Row.Id)];
        }

        // Of several questions about one member the last one counts.
        var asked = (await splits.OfHouseholdAsync(id, shown.Members, actor, Purposes.Assistance, cancellationToken)).GroupBy(split => split.Person ?? Guid.Empty).ToDictionary(of => of.Key, of => of.First());
        var people = await names.NamedAsync(shown.Members, actor, Purposes.Assistance, cancellationToken);
        string Who(Guid person) => people.GetValueOrDefault(person) is { Length: > 0 } name ? name : texts["cases.closed_part"];
        var may = shown.Members.Where(mine.Contains).ToList();
        return Sections.Page(context, new SectionView(texts["cases.household." + shown.Kind])
        {
            Notices = [(texts["cases.household.together"], NoticeTone.Info)],
            Blocks =
            [
                new SectionBlock(texts["cases.household.members"]) { Cards = [.. shown.Members.Select(Card)] },
                .. may.Count == 0 ? Array.Empty<SectionBlock>() :
                [
                    new SectionBlock(texts["cases.household.ask"])
                    {
                        Forms =
                        [
                            new SectionForm(address, "ask", texts["cases.family.ask.save"])
                            {
                                Fields =
                                [
                                    new AskedField("person", texts["cases.household.who"], FieldKind.Radio) { Required = true, Choices = [.. may.Select(person => new Choice(person.ToString("D"), Who(person)))] },
                                    new AskedField("reason", texts["cases.family.reason"], FieldKind.Textarea) { Required = true, MaxLength = 5000, Hint = texts["cases.household.ask.hint"] },
                                ],
                            },
                        ],
                    },
                ],
            ],
            Links = [(CasesDesk.Root, texts["cases.work"])],
        }, problem);

        SectionCard Card(Guid person)
        {
            var split = asked.GetValueOrDefault(person);
            return new SectionCard(Who(person))
            {
                Tags = split is null ? [] : [(texts["cases.split.state." + split.State], split.State switch { "approved" => NoticeTone.Success, "asked" => NoticeTone.Warning, _ => NoticeTone.Neutral })],
                Soft = split is null ? "" : texts.Format("cases.household.asked", ("at", DeskViews.At(split.AskedAt, texts))),
                Lines =
                [
                    .. shown.Links.Where(link => link.A == person).Select(link => texts.Format("cases.household.link." + link.Relation, ("who", Who(link.B)))),
                    .. new[] { split?.Reason, split?.Answer }.OfType<string>(),
                ],
                Links =
                [
                    (CasesDesk.PersonAddress(person), texts.Format("cases.household.file", ("who", Who(person)))),
                    .. split is null ? Array.Empty<(string, string)>() : [(Sections.AddressOf(split.Case, "family"), texts.Format("cases.household.review", ("who", Who(person))))],
                ],
                Forms = !mine.Contains(person) ? [] :
                [
                    new SectionForm(address, "leave", texts["cases.household.leave"]) { Hidden = [("person", person.ToString("D")), ("version", shown.Version.ToString(CultureInfo.InvariantCulture))] },
                ],
            };
        }
    }

    private async Task<IResult> WriteAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        var (actor, back) = (context.Actor(), AddressOf(id));
        var left = false;
        var answer = await Sections.DoAsync(context, back, async form =>
        {
            if (form.Text("act") == "leave")
            {
                var version = form.Version();
                await keep.LeaveAsync(id, form.Key("person"), () => version, actor, cancellationToken);
                left = true;
                return;
            }

            var (who, reason) = (form.Text("person", required: true), form.Said("reason"));
            if (reason is null)
                form.Refuse("reason", FormProblems.Missing);
            form.RequireFit();
            var leaver = Guid.TryParse(who, out var one) ? one : throw PlatformProblems.Malformed.With();
            var entered = await splits.AdmitAsync(await CaseOfAsync(leaver, actor, cancellationToken), actor, cancellationToken);
            await splits.AskAsync(entered, new SentSplit { Step = FamilySplit.Leave, Person = leaver, Household = id, Reason = reason }, [], cancellationToken);
        }, problem => ShowAsync(context, id, problem, cancellationToken), cancellationToken);
        // With the last of those within reach the household is out of reach, too.
        return left && !await IsSeenAsync(id, actor, cancellationToken) ? Results.Redirect(CasesDesk.Root) : answer;
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
