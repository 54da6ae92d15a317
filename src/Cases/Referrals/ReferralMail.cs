using Tambo.Cases.Desk;
using Tambo.Guide.Directory;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;
using Tambo.Platform.Sending;
using Tambo.Platform.Settings;

namespace Tambo.Cases.Referrals;

/// <summary>Where a service can be written to, and in which language.</summary>
internal sealed record PublishedAddress(string Address, Texts Texts);

/// <summary>
/// Mail to services: that somebody needs help, or that what they received is to be erased. It holds a link and a code, and nothing
/// of anybody: not the need, not an age, not a place.
/// </summary>
internal sealed class ReferralMail(Outbox outbox, LiveDirectory directory, TextCatalog catalog, NodeSettings settings)
{
    private static readonly TimeSpan NoticeGoodFor = TimeSpan.FromDays(30);

    /// <summary>The address that the service of a referral publishes; null when there is none, or when this node cannot send mail.</summary>
    public async Task<PublishedAddress?> AddressAsync(StoredReferral stored, CancellationToken cancellationToken)
    {
        if (!outbox.SendsMail || settings.AddressForMail is null)
            return null;
        var found = Receiver.Find(await directory.GetAsync(cancellationToken), stored.Content.Service, confidentialToo: true);
        return found is { Mail.Length: > 0 } ? new PublishedAddress(found.Mail, catalog.In(catalog.Has(found.Service.TextLanguage) ? found.Service.TextLanguage : "en")) : null;
    }

    /// <summary>Asks whether the service can help: its link shows the preview and takes one answer.</summary>
    public SealedMessage Ask(StoredReferral stored, PublishedAddress to, string path, DateTimeOffset now, DateTimeOffset until) =>
        Compose("cases.referral.asked", "referral.mail.ask", stored.Referral.Code, to, path, until, until - now);

    /// <summary>Says that a consent was taken back: its link confirms that what was received is erased.</summary>
    public SealedMessage Tell(string code, PublishedAddress to, string path, DateTimeOffset eraseBy) =>
        Compose("cases.referral.consent_ended", "referral.mail.ended", code, to, path, eraseBy, NoticeGoodFor);

    /// <summary>Says that a request still waits, and until when; whoever is asked has its list, or the link that was sent.</summary>
    public SealedMessage Press(StoredReferral stored, PublishedAddress to, DateTimeOffset answerBy, DateTimeOffset now)
    {
        (string, object?)[] values = [("node", settings.File.Name), ("code", stored.Referral.Code), ("until", DeskViews.At(answerBy, to.Texts))];
        return outbox.Mail(
            "cases.referral.pressed",
            new OutgoingMail(to.Address, to.Texts.Format("referral.mail.pressed.subject", values), to.Texts.Format("referral.mail.pressed.text", values)) { Language = to.Texts.Code },
            answerBy - now);
    }

    private SealedMessage Compose(string purpose, string key, string code, PublishedAddress to, string path, DateTimeOffset until, TimeSpan goodFor)
    {
        var texts = to.Texts;
        (string, object?)[] values =
            [("node", settings.File.Name), ("code", code), ("until", DeskViews.At(until, texts)), ("link", $"{settings.AddressForMail}/{texts.Code}/{path}")];
        return outbox.Mail(purpose, new OutgoingMail(to.Address, texts.Format(key + ".subject", values), texts.Format(key + ".text", values)) { Language = texts.Code }, goodFor);
    }
}
