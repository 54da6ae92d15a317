using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Plan;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Desk;

/// <summary>The page on which it is said who sees a case, and on which a supervisor approves its assessment and its closure.</summary>
internal sealed class HandlingDesk(NodeDb db, ShowCase cases, CaseFiles files, ChangeCase change, ApproveCase approvals)
{
    public const string Part = "handling";
    private const string Address = CasesDesk.Root + "/{id:guid}/" + Part;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (HttpContext context, Guid id, HandlingDesk desk, CancellationToken cancellationToken) => desk.ShowAsync(context, id, null, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(Address, (HttpContext context, Guid id, HandlingDesk desk, CancellationToken cancellationToken) => desk.DoAsync(context, id, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    private async Task<IResult> ShowAsync(HttpContext context, Guid id, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts, address) = (context.Actor(), context.PageTexts(), Sections.AddressOf(id, Part));
        var shown = await cases.RunAsync(id, actor, Purposes.Assistance, cancellationToken);
        var scope = CaseScope.For(actor);
        var (mayEdit, isOpen, restricted) = (scope.May(CasesRights.Edit, shown.Place), shown.ClosedAt is null, shown.Confidentiality == Confidentiality.Restricted);
        var mayLift = mayEdit && isOpen && (!restricted || scope.May(CasesRights.Supervise, shown.Place));
        var names = await ActorNames.OfAsync(db, shown.Approvals.SelectMany(one => new[] { one.AskedBy, one.DecidedBy }).OfType<string>().Distinct(), cancellationToken);
        var version = ("version", shown.Version.ToString(CultureInfo.InvariantCulture));
        var askable = mayEdit && shown.Awaits is null ? ApproveCase.AskableIn(shown.State, shown.Approvals) : null;
        var waits = shown is { Awaits: not null, Approvals: [.., var last] } ? last : null;
        var decides = waits is not null && scope.May(CasesRights.Approve, shown.Place) && waits.AskedBy != CaseEntries.NameOf(actor);
        return Sections.Page(context, new SectionView(texts["cases.handling"])
        {
            Lead = shown.Ref,
            Notices = [(texts["cases.confidentiality." + shown.Confidentiality + ".what"], restricted ? NoticeTone.Warning : NoticeTone.Info)],
            Blocks =
            [
                .. !mayLift ? Array.Empty<SectionBlock>() :
                [
                    new SectionBlock(texts["cases.confidentiality"])
                    {
                        Forms =
                        [
                            new SectionForm(address, "confidentiality", texts["cases.confidentiality.save"])
                            {
                                Hidden = [version],
                                Fields =
                                [
                                    new AskedField("confidentiality", texts["cases.confidentiality.field"], FieldKind.Radio)
                                    {
                                        Required = true,
                                        Hint = texts["cases.confidentiality.hint"],
                                        Choices = Sections.Of(texts, "cases.confidentiality.", Confidentiality.All),
                                        Value = shown.Confidentiality,
                                    },
                                ],
                            },
                        ],
                    },
                ],
                new SectionBlock(texts["cases.approvals"])
                {
                    Empty = texts["cases.approvals.none"],
                    Cards = [.. shown.Approvals.Reverse().Select(one => new SectionCard(texts["cases.approval." + one.What])
                    {
                        Tags = [(texts["cases.approval.state." + one.State], one.State switch { "approved" => NoticeTone.Success, "returned" => NoticeTone.Warning, _ => NoticeTone.Neutral })],
                        Soft = string.Join(" · ", new[] { $"{DeskViews.At(one.AskedAt, texts)} {ActorNames.Said(one.AskedBy, names, texts)}", one.DecidedAt is { } at ? $"{DeskViews.At(at, texts)} {ActorNames.Said(one.DecidedBy!, names, texts)}" : null }.OfType<string>()),
                        Lines = [.. new[] { one.Note, one.Reason }.OfType<string>().Where(line => line.Length > 0)],
                    })],
                    Forms =
                    [
                        .. askable is null ? Array.Empty<SectionForm>() :
                        [
                            new SectionForm(address, "ask", texts["cases.approval.ask." + askable])
                            {
                                Hidden = [version, ("what", askable)],
                                Fields = [new AskedField("note", texts["cases.field.note"], FieldKind.Textarea) { MaxLength = 5000 }],
                            },
                        ],
                        .. !decides ? Array.Empty<SectionForm>() :
                        [
                            new SectionForm(address, "decide", texts["cases.plan.decide.save"])
                            {
                                Hidden = [version],
                                Fields =
                                [
                                    new AskedField("approve", texts["cases.approval.decide." + waits!.What], FieldKind.Radio) { Required = true, Choices = [new Choice("yes", texts["cases.plan.decide.yes"]), new Choice("no", texts["cases.plan.decide.no"])] },
                                    new AskedField("reason", texts["cases.plan.decide.reason"], FieldKind.Textarea) { MaxLength = 5000 },
                                ],
                            },
                        ],
                    ],
                },
            ],
            Links = WritingDesk.Back(id, texts),
        }, problem);
    }

    // Who keeps a case to fewer people may not be among them; then the list of work is where they go on.
    private async Task<IResult> DoAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        var answer = await Sections.DoAsync(context, Sections.AddressOf(id, Part), async form =>
        {
            var (actor, version) = (context.Actor(), form.Version());
            switch (form.Text("act"))
            {
                case "confidentiality":
                    var level = form.Text("confidentiality", required: true);
                    form.RequireFit();
                    await change.RunAsync(await change.AdmitAsync(id, version, actor, cancellationToken), new SentChange { Confidentiality = level }, [], actor, cancellationToken);
                    return;
                case "decide":
                    var decided = new SentDecision { Approve = form.Text("approve", required: true) == "yes", Reason = form.Said("reason") };
                    form.RequireFit();
                    await approvals.DecideAsync(await approvals.AdmitDecidingAsync(id, () => version, actor, cancellationToken), decided, actor, cancellationToken);
                    return;
                default:
                    var asked = new SentApproval { What = form.Text("what"), Note = form.Said("note") };
                    form.RequireFit();
                    await approvals.AskAsync(await approvals.AdmitAsync(id, () => version, actor, cancellationToken), asked, [], actor, cancellationToken);
                    return;
            }
        }, problem => ShowAsync(context, id, problem, cancellationToken), cancellationToken);
        await using var connection = await db.ReadAsync(cancellationToken);
        return await files.FindAsync(connection, CaseScope.For(context.Actor()), id) is null ? Results.Redirect(CasesDesk.Root) : answer;
    }
}
