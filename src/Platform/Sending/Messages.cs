namespace Tambo.Platform.Sending;

/// <summary>A mail in plain text to one person.</summary>
/// <param name="To">The mail address.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">The text, in the language of who reads it.</param>
public sealed record OutgoingMail(string To, string Subject, string Text)
{
    /// <summary>The language of the text, as a BCP 47 tag.</summary>
    public string Language { get; init; } = "en";

    /// <inheritdoc />
    public override string ToString() => "•••";
}

/// <summary>A message to a program of somebody else: JSON, signed with a secret that both know.</summary>
/// <param name="Address">Where it is posted, over HTTPS.</param>
/// <param name="Secret">The key of the signature, base64; kept nowhere but in the sealed message.</param>
/// <param name="Json">The content.</param>
public sealed record OutgoingWebhook(Uri Address, string Secret, string Json)
{
    /// <inheritdoc />
    public override string ToString() => "•••";
}

/// <summary>A message as it stands in the outbox: only <see cref="Outbox"/> makes one, and only delivery opens it.</summary>
public sealed class SealedMessage
{
    internal SealedMessage(Guid id, string kind, string purpose, string text, DateTimeOffset createdAt, DateTimeOffset goodUntil)
    {
        Id = id;
        Kind = kind;
        Purpose = purpose;
        Sealed = text;
        CreatedAt = createdAt;
        GoodUntil = goodUntil;
    }

    /// <summary>Stays the same however often it is delivered, so that who receives it twice can tell.</summary>
    public Guid Id { get; }

    /// <summary>What it is about, as a dotted code.</summary>
    public string Purpose { get; }

    internal string Kind { get; }

    internal string Sealed { get; }

    internal DateTimeOffset CreatedAt { get; }

    internal DateTimeOffset GoodUntil { get; }
}
