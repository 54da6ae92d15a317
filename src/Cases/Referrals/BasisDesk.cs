using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Desk;
using Tambo.Cases.Plan;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Referrals;

/// <summary>The page on which a second person looks at the legal basis that a referral rests on.</summary>
internal sealed class BasisDesk(NodeDb db, RecordBasis bases, LiveDirectory directory)
{
    private const string One = ReferralDesk.Board + "/{id:guid}/review";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(One, (HttpContext context, Guid id, BasisDesk desk, CancellationToken cancellationToken) => desk.ShowAsync(context, id, null, cancellationToken)).Needs(CasesRights.Approve).ExcludeFromDescription();
        routes.MapPost(One, (HttpContext context, Guid id, BasisDesk desk, ReferralFiles referrals, CancellationToken cancellationToken) => desk.DecideAsync(context, id, referrals, cancellationToken))
            .Needs(CasesRights.Approve).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    /// <summary>Where the page of a referral's basis is.</summary>
    public static string AddressOf(Guid id) => ReferralDesk.AddressOf(id) + "/review";

    private async Task<IResult> ShowAsync(HttpContext context, Guid id, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts) = (context.Actor(), context.PageTexts());
        var stored = await bases.OpenAsync(id, actor, cancellationToken);
        var basis = stored.Content.Basis;
        var names = basis is null ? null : await ActorNames.OfAsync(db, [basis.By], cancellationToken);
        var service = ReceiverNames.Of(await directory.GetAsync(cancellationToken), stored.Content.Service, actor, texts);
        return Sections.Page(context, new SectionView(texts["referral.basis.review"])
        {
            Lead = texts["referral.basis.review.lead"],
            Blocks =
            [
                new SectionBlock("")
                {
                    Empty = texts["referral.basis.none"],
                    Cards = basis is null ? [] :
                    [
                        new SectionCard(texts["disclosure.basis." + basis.Code])
                        {
                            Tags = [(texts["referral.urgency." + stored.Referral.Urgency], ReferralsPage.ToneOf(stored.Referral.Urgency)), (texts["referral.state." + stored.Row.State], NoticeTone.Neutral)],
                            Soft = $"{DeskViews.At(basis.At, texts)} · {ActorNames.Said(basis.By, names!, texts)}",
                            Lines = [$"{service} · {texts["referral.kind." + stored.Content.Kind]}", basis.Reason, .. basis.Note is { Length: > 0 } note ? [note] : Array.Empty<string>()],
                        },
                    ],
                },
                .. basis is not { Waits: true } || basis.By == CaseEntries.NameOf(actor) ? Array.Empty<SectionBlock>() :
                [
                    new SectionBlock(texts["referral.basis.decide"])
                    {
                        Forms =
                        [
                            new SectionForm(AddressOf(id), "decide", texts["lift.decide.save"])
                            {
                                Hidden = [("version", stored.Row.Version.ToString(CultureInfo.InvariantCulture))],
                                Fields =
                                [
                                    new AskedField("approve", texts["referral.basis.decide"], FieldKind.Radio) { Required = true, Choices = [new Choice("yes", texts["referral.basis.yes"]), new Choice("no", texts["referral.basis.no"])] },
                                    new AskedField("reason", texts["referral.basis.note"], FieldKind.Textarea) { MaxLength = 5000 },
                                ],
                            },
                        ],
                    },
                ],
            ],
            Links = [(BoardDesk.Reviews, texts["cases.reviews"])],
        }, problem);
    }

    private Task<IResult> DecideAsync(HttpContext context, Guid id, ReferralFiles referrals, CancellationToken cancellationToken) => Sections.DoAsync(context, AddressOf(id), async form =>
    {
        var version = form.Version();
        var stored = await referrals.AdmitAsync(id, () => version, context.Actor(), cancellationToken, CasesRights.Approve);
        var approve = form.Text("approve", required: true);
        var said = new SentDecision { Approve = approve == "yes", Reason = form.Said("reason") };
        if (approve is not ("yes" or "no" or ""))
            form.Refuse("approve", CasesProblems.CodeUnknown);
        form.RequireFit();
        await bases.DecideAsync(stored, said, context.Actor(), cancellationToken);
    }, problem => ShowAsync(context, id, problem, cancellationToken), cancellationToken);
}
