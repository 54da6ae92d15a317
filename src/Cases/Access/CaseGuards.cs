using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Tambo.Platform.Cryptography;

namespace Tambo.Cases.Access;

/// <summary>
/// The mark by which a case says, without naming it, which compartment its kind belongs to: lists leave out what somebody
/// may not see without opening anything.
/// </summary>
/// <remarks>
/// Who has the database alone sees which cases carry the same mark and how many, and not what any mark stands for. Without
/// a mark nothing could be counted or paged that hides cases of asylum or violence from those who must not know of them.
/// </remarks>
internal sealed class CaseGuards(NodeKey key)
{
    private readonly byte[] ofWords = key.KeyFor("cases marks");
    private readonly Dictionary<string, string> marks = MarksOf(key.KeyFor("cases guards"));
    private readonly byte[] inboxes = key.KeyFor("cases inboxes");
    private readonly byte[] chances = key.KeyFor("cases figures");

    /// <summary>The mark of a compartment.</summary>
    public string Of(string compartment) => marks[compartment];

    /// <summary>The compartment of a mark.</summary>
    public string CompartmentOf(string mark) => marks.First(known => known.Value == mark).Key;

    /// <summary>The mark of what an agency of this node is asked; empty for nobody. Who has the database alone sees which referrals go to one agency, and not to which.</summary>
    public string InboxOf(Guid? agency) =>
        agency is { } id ? Convert.ToHexStringLower(HMACSHA256.HashData(inboxes, id.ToByteArray(bigEndian: true)).AsSpan(0, 8)) : "";

    /// <summary>A mark of something else that a row is for and must not say: alike for the same words alone.</summary>
    public string MarkOf(string words) => Convert.ToHexStringLower(HMACSHA256.HashData(ofWords, Encoding.UTF8.GetBytes(words)).AsSpan(0, 12));

    /// <summary>A number for the name of a figure, always the same: how it is rounded is chance to whoever has not the key.</summary>
    public ulong ChanceOf(string name) => BinaryPrimitives.ReadUInt64BigEndian(HMACSHA256.HashData(chances, Encoding.UTF8.GetBytes(name)));

    private static Dictionary<string, string> MarksOf(byte[] key) => Compartments.All.Append(Compartments.Safety).ToDictionary(
        compartment => compartment,
        compartment => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(compartment)).AsSpan(0, 8)),
        StringComparer.Ordinal);
}
