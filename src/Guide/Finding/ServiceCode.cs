using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace Tambo.Guide.Finding;

/// <summary>
/// Short codes of services, where their whole identifiers would be too long: 48 bits of the identifier's SHA-256, in hexadecimal. With 25,000
/// services the odds that two share one are one in a million; such a code leads nowhere rather than to the wrong one.
/// </summary>
internal sealed class ServiceCode(IEnumerable<Guid> services)
{
    private const int Bytes = 6;
    private const int Length = 2 * Bytes;

    private readonly Lazy<FrozenDictionary<string, Guid>> known = new(() => services.Distinct().GroupBy(Of, StringComparer.Ordinal)
        .Where(same => same.Count() == 1).ToFrozenDictionary(same => same.Key, same => same.First(), StringComparer.Ordinal));

    /// <summary>The short code of a service.</summary>
    public static string Of(Guid service) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(service.ToString("D"))).AsSpan(0, Bytes));

    /// <summary>The service of a short code; null when there is none.</summary>
    public Guid? Find(string code) => code.Length == Length && known.Value.TryGetValue(code, out var service) ? service : null;
}
