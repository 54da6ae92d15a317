using System.Data.Common;
using Tambo.Cases.Consent;
using Tambo.Cases.Desk;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;

namespace Tambo.Cases.Exporting;

/// <summary>Whom the person has shut out, and whom they have let back in: when, and how they asked.</summary>
internal sealed class ExportedExclusions(NodeDb db, KeptConsents consents, KnownRecipients recipients) : IExportedRecords
{
    public string Name => "exclusions";

    public async Task<IReadOnlyList<ExportedRecord>> OfAsync(DbConnection connection, Guid person, IReadOnlyList<string> open, CancellationToken cancellationToken)
    {
        var rows = (await KeptConsents.RowsAsync(connection, person)).Where(row => row.PersonId == person).ToList();
        var opened = await consents.OpenAsync(connection, rows, open, cancellationToken);
        var shut = ShutOut.Of(opened.Values, db.Time.GetUtcNow());
        var words = await recipients.WordsAsync(shut.Select(one => one.Recipient), null, cancellationToken);
        return
        [
            .. shut.Select(one => new ExportedRecord(
                opened.Values.Where(content => content.Consent.Exclusions.Any(exclusion => exclusion.Recipient.Means(one.Recipient))).Select(content => content.Consent).MinBy(consent => (consent.GrantedAt, consent.Id))!.Id,
                one.SaidAt,
                new { one.Recipient, one.SaidAt, one.Stands, one.LiftedAt, asked = one.Lifts },
                texts => Line(one, words, texts))),
        ];
    }

    private static string Line(ShutOut one, RecipientWords words, Texts texts) => string.Join(texts.Comma, [
        texts.Format("consent.never.said", ("who", words.Say(one.Recipient, texts)), ("at", DeskViews.At(one.SaidAt, texts))),
        .. one.Lifts.Select(lift => texts.Format(
            "consent.lift.line",
            ("at", DeskViews.At(lift.At, texts)), ("how", texts["consent.form." + lift.Form]), ("words", lift.Words), ("state", texts["consent.lift.state." + lift.State]))),
    ]);
}
