using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Places;

namespace Tambo.Cases.Persons;

/// <summary>
/// The keyed hashes by which persons are found without their names, numbers and phones standing anywhere: of each word of a
/// name its beginnings of three to eight letters, of each document its number, of each phone its last digits.
/// </summary>
/// <remarks>
/// What the index gives away to whoever has the database without the node key: that two persons share a word of a name, its
/// beginning, a document or a phone, since equal texts have equal hashes; and how often each occurs, from which the commonest
/// names can be guessed where the frequencies of a population are known. It does not give the letters, and not which of
/// the three a hash is of. The hash has 64 bits; what is found is compared once more after it has been opened.
/// </remarks>
internal sealed class PersonKeys(NodeKey node)
{
    public const int Shortest = 3;
    private const int Longest = 8;
    private const int MostWords = 40;
    private const int PhoneDigits = 8;

    private readonly byte[] names = node.KeyFor("cases index names");
    private readonly byte[] documents = node.KeyFor("cases index documents");
    private readonly byte[] phones = node.KeyFor("cases index phones");

    /// <summary>The hashes of an identity.</summary>
    public IReadOnlySet<long> Of(PersonIdentity identity)
    {
        var found = new HashSet<long>();
        foreach (var word in Words(identity).Take(MostWords))
        {
            if (word.Length < Shortest)
                found.Add(Hash(names, word));
            for (var length = Shortest; length <= Math.Min(word.Length, Longest); length++)
                found.Add(Hash(names, word[..length]));
        }

        foreach (var document in identity.Documents)
            found.Add(OfDocument(document.Number));
        foreach (var phone in identity.Contact.Where(contact => contact.Kind is "phone" or "messaging" && Digits(contact.Value).Length > 0))
            found.Add(OfPhone(phone.Value));
        return found;
    }

    /// <summary>The hash of what somebody types as the beginning of a name's word.</summary>
    public long OfWord(string word) => Hash(names, word[..Math.Min(word.Length, Longest)]);

    /// <summary>The hash of a document's number.</summary>
    public long OfDocument(string number) => Hash(documents, Plain(number));

    /// <summary>The hash of a phone: by its last digits, so that it is found with and without the country in front.</summary>
    public long OfPhone(string phone) => Hash(phones, Digits(phone) is var digits && digits.Length > PhoneDigits ? digits[^PhoneDigits..] : digits);

    /// <summary>The words of all names of an identity, as they are compared.</summary>
    public static IEnumerable<string> Words(PersonIdentity identity) =>
        identity.Names.SelectMany(name => name.Parts).SelectMany(Words).Distinct(StringComparer.Ordinal);

    /// <summary>The words of a text, as they are compared.</summary>
    public static string[] Words(string text) => Spelling.Fold(text).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Letters and digits alone, without case and accents: numbers are written with all kinds of marks between.</summary>
    public static string Plain(string number) => Spelling.Fold(number).Replace(" ", "", StringComparison.Ordinal);

    /// <summary>The digits of a phone.</summary>
    public static string Digits(string phone) => string.Concat(Plain(phone).Where(char.IsAsciiDigit));

    private static long Hash(byte[] key, string text) =>
        BinaryPrimitives.ReadInt64BigEndian(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
}
