using System.Security.Cryptography;
using System.Text;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Platform.Cryptography;

namespace Tambo.Guide.Reviews;

/// <summary>
/// The secrets of confirmation links, the hashes by which they and addresses are known, and the seals of what people
/// wrote; with keys derived from the node key, so that the database alone opens nothing.
/// </summary>
internal sealed class ReviewSeals(NodeKey key)
{
    /// <summary>160 bits, beyond all guessing.</summary>
    private const int SecretBytes = 20;

    private const string Sealing = "guide reviews";
    private readonly byte[] hashes = key.KeyFor("guide review hashes");

    /// <summary>The secret of a new link; nobody keeps it but who receives it.</summary>
    public static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));

    public string HashOfSecret(string secret) => Hash("secret", secret);

    /// <summary>The same for one mailbox, however its letters are written.</summary>
    public string HashOfAddress(string address) => Hash("address", address.Trim().ToLowerInvariant());

    /// <summary>A text, sealed for one row: moved to another it does not open.</summary>
    public string Seal(string row, string text) => Convert.ToBase64String(key.Seal(Encoding.UTF8.GetBytes(text), $"{Sealing} {row}"));

    /// <summary>What was sealed; empty where nothing was.</summary>
    public string Open(string row, string sealedText) =>
        sealedText.Length == 0 ? "" : Encoding.UTF8.GetString(key.Open(Convert.FromBase64String(sealedText), $"{Sealing} {row}"));

    /// <summary>A hash of what readers see of a service: it changes with every word and hour of it, and not by being confirmed.</summary>
    public static string Shown(IEnumerable<Offer> offers)
    {
        var records = offers.SelectMany(offer => new DirectoryRecord?[] { offer.Service, offer.Organization, offer.At, offer.Location })
            .OfType<DirectoryRecord>().DistinctBy(record => (record.Kind, record.Id)).OrderBy(record => record.Kind, StringComparer.Ordinal).ThenBy(record => record.Id);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var record in records)
            hash.AppendData(Encoding.UTF8.GetBytes(RecordJson.SnapshotText(record)));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    private string Hash(string use, string value) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(hashes, Encoding.UTF8.GetBytes($"{use}\n{value}")));
}
