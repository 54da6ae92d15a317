using System.Net;
using Microsoft.AspNetCore.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Sending;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Access.Users;

/// <summary>Sends somebody the one-time link by which they come in, to their mail address and in their language.</summary>
public sealed class LinkMail
{
    private readonly StaffUsers users;
    private readonly Outbox outbox;
    private readonly TextCatalog catalog;
    private readonly AccessSettings settings;

    internal LinkMail(StaffUsers users, Outbox outbox, TextCatalog catalog, AccessSettings settings) =>
        (this.users, this.outbox, this.catalog, this.settings) = (users, outbox, catalog, settings);

    /// <summary>True when a person can be sent one.</summary>
    public bool Reaches(User user) => outbox.SendsMail && user.DisabledAt is null && Outbox.IsAddress(user.Email);

    /// <summary>Makes the link and sends it; nobody but the person sees it.</summary>
    /// <param name="actor">Who does it.</param>
    /// <param name="signInName">Whom it lets in.</param>
    /// <param name="node">The address under which the person reaches the node.</param>
    /// <param name="otherwise">The language of the mail to somebody whose own is not known.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="Problem">Nobody has this name, they have no mail address, or the node sends no mail.</exception>
    public Task SendAsync(Actor actor, string signInName, string node, Texts otherwise, CancellationToken cancellationToken) =>
        users.CreateLinkAsync(
            actor,
            signInName,
            (user, secret) => Compose(user, catalog.Has(user.Language) ? catalog.In(user.Language) : otherwise, $"{node}/staff/sign-in/link/{secret}"),
            cancellationToken);

    /// <summary>
    /// The address of the node to write into a mail. What a request says of it is believed on the machine itself only:
    /// elsewhere a forged name would lead the reader astray.
    /// </summary>
    /// <exception cref="Problem">It is not known.</exception>
    public string AddressFor(HttpRequest request)
    {
        if (settings.PublicUrl is { } known)
            return known.GetLeftPart(UriPartial.Authority);
        var host = request.Host.Host;
        return host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address))
            ? $"{request.Scheme}://{request.Host}"
            : throw OutboxProblems.NoPublicAddress.With();
    }

    private SealedMessage Compose(User user, Texts texts, string link)
    {
        var hours = (long)settings.LinkFor.TotalHours;
        var text = texts.Format("mail.link.text", ("name", user.DisplayName), ("node", settings.NodeName), ("link", link), ("hours", hours));
        var mail = new OutgoingMail(user.Email, texts.Format("mail.link.subject", ("node", settings.NodeName)), text) { Language = texts.Code };
        return outbox.Mail("access.sign_in_link", mail, settings.LinkFor);
    }
}
