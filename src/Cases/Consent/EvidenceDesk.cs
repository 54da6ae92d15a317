using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Attachments;
using Tambo.Cases.Desk;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Consent;

/// <summary>The page of the signed sheets and recordings that show a consent.</summary>
internal sealed class EvidenceDesk(NodeDb db, SealedRecords seals, ConsentEvidence evidence, BringFile bring, ReadTrail trail)
{
    private const string One = CasesDesk.Persons + "/{id:guid}/consent/{consent:guid}/evidence";
    private const string Kinds = ".jpg,.jpeg,.png,.webp,.pdf,.m4a,.mp4,.3gp,.ogg,.oga,.opus,.wav,image/jpeg,image/png,image/webp,application/pdf,audio/mp4,audio/ogg,audio/wav,audio/3gpp";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(One, (HttpContext context, Guid id, Guid consent, EvidenceDesk desk, CancellationToken cancellationToken) => desk.ShowAsync(context, id, consent, null, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(One, (HttpContext context, Guid id, Guid consent, EvidenceDesk desk, CancellationToken cancellationToken) => desk.TakeAsync(context, id, consent, cancellationToken))
            .Needs(CasesRights.Register).TakesFiles(CleanFile.MostBytes, inMemory: true).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapGet(One + "/{evidence:guid}", (HttpContext context, Guid id, Guid consent, Guid evidence, ConsentEvidence kept, CancellationToken cancellationToken) => kept.GiveAsync(context, id, consent, evidence, cancellationToken))
            .Needs(CasesRights.Read).ExcludeFromDescription();
    }

    /// <summary>Where the page of a consent's sheets and recordings is.</summary>
    public static string AddressOf(Guid person, Guid consent) => $"{ConsentDesk.AddressOf(person)}/{consent:D}/evidence";

    private async Task<IResult> ShowAsync(HttpContext context, Guid person, Guid consent, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts, address) = (context.Actor(), context.PageTexts(), AddressOf(person, consent));
        var seen = await evidence.AdmitAsync(person, consent, write: false, actor, cancellationToken);
        IReadOnlyList<ShownEvidence> shown;
        await using (var connection = await db.ReadAsync(cancellationToken))
            shown = [.. (await ConsentEvidence.OfAsync(seals, db, connection, [seen.Row], [seen.Home], cancellationToken))[consent]];
        await trail.LeaveAsync(actor, Purposes.Assistance, "file", [new Shown(person, [seen.Home])], cancellationToken);
        var may = seen.Seen.Allows(CaseScope.For(actor), CasesRights.Register);
        return Sections.Page(context, new SectionView(texts["consent.evidence"])
        {
            Lead = texts.Format("consent.evidence.lead", ("day", DeskViews.At(seen.Row.GrantedAt, texts))),
            Blocks =
            [
                new SectionBlock("")
                {
                    Empty = texts["consent.evidence.none"],
                    Cards =
                    [
                        .. shown.Select(one => new SectionCard(texts["consent.evidence." + (one.MediaType.StartsWith("audio/", StringComparison.Ordinal) ? "voice" : "sheet")])
                        {
                            Soft = $"{DeskViews.At(one.At, texts)} · {texts.Format("cases.files.size", ("kilobytes", (one.Bytes + 1023) / 1024))}",
                            Links = [($"{address}/{one.Id:D}", texts["cases.files.save"])],
                            Forms = may ? [new SectionForm(address, "remove", texts["cases.files.remove"]) { Hidden = [("file_id", one.Id.ToString("D"))] }] : [],
                        }),
                    ],
                },
                .. !may ? Array.Empty<SectionBlock>() :
                [
                    new SectionBlock(texts["consent.evidence.bring"])
                    {
                        Forms =
                        [
                            new SectionForm(address, "bring", texts["cases.files.bring.save"])
                            {
                                Files = true,
                                Fields = [new AskedField("file", texts["consent.evidence.file"], FieldKind.File) { Required = true, Accept = Kinds, Hint = texts.Format("consent.evidence.hint", ("megabytes", bring.Limit / (1024 * 1024))) }],
                            },
                        ],
                    },
                ],
            ],
            Links = [(may ? ConsentDesk.AddressOf(person) : CasesDesk.PersonAddress(person), texts["consent.page"])],
        }, problem);
    }

    private Task<IResult> TakeAsync(HttpContext context, Guid person, Guid consent, CancellationToken cancellationToken)
    {
        FileForm.Prepare(context);
        return Sections.DoAsync(context, AddressOf(person, consent), async form =>
        {
            var seen = await evidence.AdmitAsync(person, consent, write: true, context.Actor(), cancellationToken);
            if (form.Text("act") == "remove")
            {
                await evidence.RemoveAsync(seen, form.Key("file_id"), context.Actor(), cancellationToken);
                return;
            }

            var sent = (await SentForm.ReadAsync(context, cancellationToken)).Files.GetFile("file");
            if (sent is null || sent.Length == 0)
                throw FormProblems.With(("file", FormProblems.Missing));
            if (sent.Length > bring.Limit)
                throw AttachmentProblems.TooLarge.With(("megabytes", bring.Limit / (1024 * 1024)));
            var bytes = new byte[sent.Length];
            await using (var stream = sent.OpenReadStream())
                await stream.ReadExactlyAsync(bytes, cancellationToken);
            await evidence.KeepAsync(seen, bytes, context.Actor(), cancellationToken);
        }, problem => ShowAsync(context, person, consent, problem, cancellationToken), cancellationToken);
    }
}
