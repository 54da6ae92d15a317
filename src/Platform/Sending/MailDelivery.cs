using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Text;
using Tambo.Platform.Blobs;

namespace Tambo.Platform.Sending;

/// <summary>
/// Gives a mail to the mail server, or writes it as a file. Its Message-ID is that of the message, so that a server that is
/// given it twice, and a reader's mailbox, can tell.
/// </summary>
internal sealed class MailDelivery(MailSettings settings)
{
    /// <exception cref="DeliveryFailure">The server did not take it.</exception>
    public async Task DeliverAsync(Guid id, OutgoingMail mail, CancellationToken cancellationToken)
    {
        using var message = Compose(id, mail);
        try
        {
            if (settings.Folder is { } folder)
                await WriteFileAsync(message, folder, id, cancellationToken);
            else
                await SendAsync(message, cancellationToken);
        }
        catch (SmtpException failure)
        {
            // 550, 551, 553: the mailbox does not exist or may not be written to, whoever asks and whenever.
            var code = (int)failure.StatusCode;
            throw new DeliveryFailure(
                code > 0 ? string.Create(CultureInfo.InvariantCulture, $"smtp {code}") : "unreachable",
                failure is SmtpFailedRecipientException && code is 550 or 551 or 553);
        }
        catch (Exception failure) when (failure is IOException or System.Security.Authentication.AuthenticationException or InvalidOperationException)
        {
            throw new DeliveryFailure(failure is IOException ? "unreachable" : "tls", forGood: false);
        }
    }

    private async Task SendAsync(MailMessage message, CancellationToken cancellationToken)
    {
        using var server = new SmtpClient(settings.Host, settings.Port) { EnableSsl = settings.Encrypted };
        if (settings.User.Length > 0)
            server.Credentials = new NetworkCredential(settings.User, settings.Password);
        await server.SendMailAsync(message, cancellationToken);
    }

    /// <summary>One file a mail, named by it: written twice it is still one.</summary>
    private static async Task WriteFileAsync(MailMessage message, string folder, Guid id, CancellationToken cancellationToken)
    {
        var part = Path.Combine(folder, $"{id:N}.part");
        // What an attempt that was killed had begun is no mail.
        if (Directory.Exists(part))
            Directory.Delete(part, recursive: true);
        Directory.CreateDirectory(part);
        using (var server = new SmtpClient { DeliveryMethod = SmtpDeliveryMethod.SpecifiedPickupDirectory, PickupDirectoryLocation = part })
            await server.SendMailAsync(message, cancellationToken);
        File.Move(Directory.EnumerateFiles(part).First(), Path.Combine(folder, $"{id:N}.eml"), overwrite: true);
        Directory.Delete(part, recursive: true);
        DurableFolder.Sync(folder);
    }

    private MailMessage Compose(Guid id, OutgoingMail mail)
    {
        var message = new MailMessage
        {
            From = new MailAddress(settings.From, settings.Name),
            Subject = mail.Subject.ReplaceLineEndings(" "),
            SubjectEncoding = Encoding.UTF8,
            Body = mail.Text.ReplaceLineEndings("\r\n"),
            BodyEncoding = Encoding.UTF8,
            BodyTransferEncoding = TransferEncoding.QuotedPrintable,
            IsBodyHtml = false,
        };
        message.To.Add(new MailAddress(mail.To));
        message.Headers.Add("Message-ID", $"<{id:N}@{settings.Domain}>");
        message.Headers.Add("Content-Language", mail.Language);
        // No answering machine should answer a machine (RFC 3834).
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }
}
