using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Plan;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Audit;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Desk;

/// <summary>The page on which it stands who looks after a case, and on which it is given to somebody: a supervisor gives it to anybody who may have it, others take it themselves.</summary>
internal sealed class GiveDesk(NodeDb db, CaseEntries entries, CaseFiles cases, AssignCase assign)
{
    public const string Part = "give";
    private const string Address = CasesDesk.Root + "/{id:guid}/" + Part;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (HttpContext context, Guid id, GiveDesk desk, CancellationToken cancellationToken) => desk.ShowAsync(context, id, null, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(Address, (HttpContext context, Guid id, GiveDesk desk, CancellationToken cancellationToken) => desk.GiveAsync(context, id, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    private async Task<IResult> ShowAsync(HttpContext context, Guid id, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts, address) = (context.Actor(), context.PageTexts(), Sections.AddressOf(id, Part));
        var entered = await entries.EnterAsync(id, actor, cancellationToken);
        var row = entered.Row;
        var owner = row.OwnerId is { } user ? $"user:{user:D}" : null;
        var names = await ActorNames.OfAsync(db, owner is null ? [] : [owner], cancellationToken);
        var teams = (await Agencies.TeamsAsync(db, cancellationToken)).Where(team => team.AgencyId == row.AgencyId).ToList();
        var supervises = entered.May(CasesRights.Supervise);
        var version = ("version", row.Version.ToString(CultureInfo.InvariantCulture));
        return Sections.Page(context, new SectionView(texts["cases.give"])
        {
            Lead = row.PublicRef,
            Blocks =
            [
                new SectionBlock("")
                {
                    Cards =
                    [
                        new SectionCard(owner is null ? texts["cases.give.nobody"] : ActorNames.Said(owner, names, texts))
                        {
                            Tags = row.OwnerId == actor.UserId && owner is not null ? [(texts["cases.give.yours"], NoticeTone.Success)] : [],
                            Lines = [row.TeamId is { } team ? teams.Find(one => one.Id == team)?.Name ?? texts["shell.unknown"] : texts["cases.give.no_team"]],
                        },
                    ],
                },
                .. row.ClosedAt is not null ? Array.Empty<SectionBlock>() : supervises ? [await ToOthersAsync()] : MayTake() ? [ToMyself()] : [],
            ],
            Links = [(Sections.AddressOf(id, "family"), texts["cases.family"]), .. WritingDesk.Back(id, texts)],
        }, problem);

        bool MayTake() => actor.UserId is not null && actor.UserId != row.OwnerId && entered.May(CasesRights.Edit);

        SectionBlock ToMyself() => new(texts["cases.give.take"]) { Forms = [new SectionForm(address, "take", texts["cases.give.take.save"]) { Hidden = [version] }] };

        async Task<SectionBlock> ToOthersAsync()
        {
            var able = await assign.AbleAsync(entered, cancellationToken);
            return new SectionBlock(texts["cases.give.to"])
            {
                Forms =
                [
                    new SectionForm(address, "give", texts["cases.give.save"])
                    {
                        Hidden = [version],
                        Fields =
                        [
                            new AskedField("owner", texts["cases.family.owner"], FieldKind.Select)
                            {
                                Hint = texts["cases.give.hint"],
                                Choices = [new Choice("", texts["cases.give.nobody"]), .. able.Select(one => new Choice(one.UserId!.Value.ToString("D"), one.DisplayName))],
                                Value = row.OwnerId?.ToString("D"),
                            },
                            .. teams.Count == 0 ? Array.Empty<AskedField>() :
                            [
                                new AskedField("team", texts["cases.family.team"], FieldKind.Select)
                                {
                                    Choices = [new Choice("", texts["cases.give.no_team"]), .. teams.Select(one => new Choice(one.Id.ToString("D"), one.Name))],
                                    Value = row.TeamId?.ToString("D"),
                                },
                            ],
                        ],
                    },
                ],
            };
        }
    }

    // Who gives a case away may not see it afterwards; then the list of work is where they go on.
    private async Task<IResult> GiveAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        var actor = context.Actor();
        var answer = await Sections.DoAsync(context, Sections.AddressOf(id, Part), async form =>
        {
            var version = form.Version();
            var admitted = await assign.AdmitAsync(id, () => version, actor, cancellationToken);
            var said = form.Text("act") == "take"
                ? new SentAssignment { Owner = actor.UserId, Team = admitted.Seen.Row.TeamId }
                : new SentAssignment { Owner = form.Chosen("owner"), Team = form.Chosen("team") };
            form.RequireFit();
            await assign.RunAsync(admitted, said, actor, cancellationToken);
        }, problem => ShowAsync(context, id, problem, cancellationToken), cancellationToken);
        await using var connection = await db.ReadAsync(cancellationToken);
        return await cases.FindAsync(connection, CaseScope.For(actor), id) is null ? Results.Redirect(CasesDesk.Root) : answer;
    }
}
