using System.Security.Cryptography;
using System.Text;
using Tambo.Platform.Cryptography;

namespace Tambo.Guide.Feedback;

/// <summary>
/// Seals texts and makes the codes and hashes of feedback, with keys derived from the node key: who has the database
/// alone can read no message and check no guessed code. Two ordinary messages of the same long text are seen to be alike,
/// until their texts are deleted; two of harm never are.
/// </summary>
internal sealed class FeedbackSeals(NodeKey key)
{
    private readonly byte[] codes = key.KeyFor("guide feedback codes");
    private readonly byte[] hashes = key.KeyFor("guide feedback hashes");

    /// <summary>A text of a message, sealed for its inbox and itself: moved to another row it does not open.</summary>
    public string Seal(Inbox inbox, Guid message, string text) => Seal(inbox, message, Encoding.UTF8.GetBytes(text));

    public string Seal(Inbox inbox, Guid message, byte[] bytes) => Convert.ToBase64String(key.Seal(bytes, Purpose(inbox, message)));

    /// <summary>What was sealed; empty once it was erased.</summary>
    public string Open(Inbox inbox, Guid message, string sealedText) =>
        sealedText.Length == 0 ? "" : Encoding.UTF8.GetString(OpenBytes(inbox, message, sealedText));

    public byte[] OpenBytes(Inbox inbox, Guid message, string sealedText) =>
        key.Open(Convert.FromBase64String(sealedText), Purpose(inbox, message));

    /// <summary>
    /// The code of a message that was sent under a key: always the same, so that a device that lost the answer is given it
    /// again, and known to nobody without the node key.
    /// </summary>
    /// <remarks>
    /// Another message under the same key has another code: so the code alone tells whether it is the same one. Without the
    /// request key, which is drawn at random and not kept, nobody can try what a stored message says.
    /// </remarks>
    public string CodeFor(string requestKey, NewFeedback said)
    {
        var content = Hash("content", $"{requestKey}\n{said.Kind.Code}\n{said.About}\n{said.Language}\n{said.Text}");
        return FeedbackCode.Of(HMACSHA256.HashData(codes, Encoding.UTF8.GetBytes(requestKey + "\n" + content)).AsSpan(0, FeedbackCode.Bytes));
    }

    /// <summary>A keyed hash, for looking up what is not kept itself.</summary>
    public string Hash(string use, string value) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(hashes, Encoding.UTF8.GetBytes(use + "\n" + value)));

    /// <summary>A note with its text, as its inbox keeps it: of a sensitive one the language is sealed too.</summary>
    public FeedbackNote SealNote(Inbox inbox, FeedbackNote note, string text) => inbox.IsSensitive
        ? note with { Sealed = Seal(inbox, note.FeedbackId, note.Language + "\n" + text), Language = "" }
        : note with { Sealed = Seal(inbox, note.FeedbackId, text) };

    /// <summary>The text of a note, and the note with its language; both empty once it was erased.</summary>
    public (FeedbackNote Note, string Text) OpenNote(Inbox inbox, FeedbackNote note)
    {
        var text = Open(inbox, note.FeedbackId, note.Sealed);
        return inbox.IsSensitive && text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end
            ? (note with { Language = text[..end] }, text[(end + 1)..])
            : (note, text);
    }

    /// <summary>A row that says in its columns, or under seal, what the message is about: as its inbox keeps it.</summary>
    public FeedbackRow WithHead(Inbox inbox, FeedbackRow row, FeedbackHead head) => inbox.IsSensitive
        ? row with { Kind = "", About = "", ServiceId = "", Language = "", TextHash = "", Head = Seal(inbox, row.Id, head.ToBytes()) }
        : row with { Kind = head.Kind, About = head.About, ServiceId = head.Service, Language = head.Language, Head = "" };

    /// <summary>The row with its head opened; of an erased one nothing is known.</summary>
    public FeedbackRow Opened(Inbox inbox, FeedbackRow row)
    {
        if (row.Head.Length == 0)
            return row;
        var head = FeedbackHead.Of(OpenBytes(inbox, row.Id, row.Head));
        return row with { Kind = head.Kind, About = head.About, ServiceId = head.Service, Language = head.Language };
    }

    private static string Purpose(Inbox inbox, Guid message) => $"{inbox.Purpose} {message:D}";
}
