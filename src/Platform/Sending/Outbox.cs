using System.Net.Mail;
using System.Text.Json;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Files;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Sending;

/// <summary>
/// Prepares messages for <see cref="Database.Change.SendAsync"/>: what is committed is sent, and what is not committed is not.
/// </summary>
public sealed class Outbox(NodeKey key, MailSettings? mail, TimeProvider time)
{
    /// <summary>A message that nobody could be given for so long is given up.</summary>
    private static readonly TimeSpan GoodFor = TimeSpan.FromDays(3);

    /// <summary>True when the node has a way to send mail.</summary>
    public bool SendsMail => mail is not null;

    /// <summary>A mail.</summary>
    /// <param name="purpose">What it is about, as a dotted code.</param>
    /// <param name="message">The mail.</param>
    /// <param name="goodFor">After this it would be of no use; three days when not said.</param>
    /// <exception cref="Problem">The node sends no mail, or the address cannot be one.</exception>
    public SealedMessage Mail(string purpose, OutgoingMail message, TimeSpan? goodFor = null)
    {
        if (!SendsMail)
            throw OutboxProblems.MailNotSetUp.With();
        if (!IsAddress(message.To))
            throw OutboxProblems.AddressUnusable.With();
        return Seal(OutboxKinds.Mail, purpose, message, goodFor);
    }

    /// <summary>A message to a program of somebody else.</summary>
    /// <param name="purpose">What it is about, as a dotted code.</param>
    /// <param name="message">The message.</param>
    /// <param name="goodFor">After this it would be of no use; three days when not said.</param>
    /// <exception cref="Problem">The address is neither HTTPS nor of this machine.</exception>
    /// <exception cref="FormatException">The secret is not base64.</exception>
    public SealedMessage Webhook(string purpose, OutgoingWebhook message, TimeSpan? goodFor = null)
    {
        if (message.Address.Scheme != Uri.UriSchemeHttps && !message.Address.IsLoopback)
            throw FileRefusal.LinkScheme(message.Address.Scheme);
        _ = Convert.FromBase64String(message.Secret);
        return Seal(OutboxKinds.Webhook, purpose, message, goodFor);
    }

    /// <summary>Lets what was given up within a week be tried again; how many messages that are.</summary>
    public async Task<int> RetryAsync(NodeDb db, Actor actor, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(actor, "outbox.retried", "outbox", cancellationToken);
        var revived = await OutboxRows.ReviveAsync(change, time.GetUtcNow());
        change.Describe(new { messages = revived });
        await change.CommitAsync(cancellationToken);
        return revived;
    }

    /// <summary>True when a text can be the address of one mailbox, and nothing that a mail server would read otherwise.</summary>
    public static bool IsAddress(string text) =>
        text.Length is > 2 and <= 254 && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is ',' or ';' or '<' or '>')
        && MailAddress.TryCreate(text, out var address) && address.Address == text;

    internal static T Open<T>(string text, string kind, NodeKey key) =>
        JsonSerializer.Deserialize<T>(key.Open(Convert.FromBase64String(text), PurposeOf(kind)))!;

    private SealedMessage Seal<T>(string kind, string purpose, T message, TimeSpan? goodFor)
    {
        var now = time.GetUtcNow();
        var text = Convert.ToBase64String(key.Seal(JsonSerializer.SerializeToUtf8Bytes(message), PurposeOf(kind)));
        return new SealedMessage(Guid.CreateVersion7(now), kind, purpose, text, now, now + (goodFor ?? GoodFor));
    }

    private static string PurposeOf(string kind) => "outbox " + kind;
}

/// <summary>The ways by which messages leave.</summary>
internal static class OutboxKinds
{
    public const string Mail = "mail";
    public const string Webhook = "webhook";
}
