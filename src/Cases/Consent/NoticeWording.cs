using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tambo.Platform.Languages;

namespace Tambo.Cases.Consent;

/// <summary>
/// What a person is told before they agree: seven points and that they may refuse, as texts <c>consent.notice.{point}</c> in
/// short sentences for reading aloud. Each wording has a version, kept with the hash of its texts: other words are another
/// version.
/// </summary>
/// <param name="Version">Stands in consents.</param>
/// <param name="Since">From which day it was in use.</param>
/// <param name="Hashes">For each language, the SHA-256 of the texts.</param>
internal sealed record NoticeWording(string Version, DateOnly Since, IReadOnlyDictionary<string, string> Hashes)
{
    private static readonly NoticeFile File = Read();

    /// <summary>
    /// The points to inform on, in the order in which they are read: those of the consent guidance of the Human Trafficking
    /// Case Data Standard 2.0.
    /// </summary>
    public static IReadOnlyList<string> Points => File.Points;

    /// <summary>The wordings that were ever in use, the present one last.</summary>
    public static IReadOnlyList<NoticeWording> All => File.Wordings;

    /// <summary>Their versions.</summary>
    public static IReadOnlySet<string> Versions { get; } = File.Wordings.Select(wording => wording.Version).ToHashSet(StringComparer.Ordinal);

    /// <summary>The version in which a language has its texts now; null when these words were never registered.</summary>
    public static string? VersionOf(Texts texts)
    {
        var hash = HashOf(texts);
        return All.LastOrDefault(wording => wording.Hashes.GetValueOrDefault(texts.Code) == hash)?.Version;
    }

    /// <summary>The hash of the texts of a language.</summary>
    public static string HashOf(Texts texts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Keys.Select(key => texts[key])))));

    /// <summary>What is read aloud for a purpose, point by point; the last says that the person may refuse.</summary>
    /// <param name="texts">The language of the person.</param>
    /// <param name="purpose">What the data is asked for.</param>
    /// <param name="until">The day until which the consent would hold, as that language writes it.</param>
    public static IReadOnlyList<string> ReadAloud(Texts texts, string purpose, string until) =>
        [.. Keys.Select(key => texts.Format(key, ("purpose", texts["consent.purpose." + purpose]), ("until", until)))];

    private static IEnumerable<string> Keys => [.. Points.Select(point => "consent.notice." + point), "consent.notice.free_to_refuse"];

    private static NoticeFile Read()
    {
        using var stream = typeof(NoticeWording).Assembly.GetManifestResourceStream("Tambo.Cases.Rules.notice.json")!;
        return JsonSerializer.Deserialize<NoticeFile>(stream, JsonSerializerOptions.Web)!;
    }

    private sealed record NoticeFile(IReadOnlyList<string> Points, IReadOnlyList<NoticeWording> Wordings);
}
