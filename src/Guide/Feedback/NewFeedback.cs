using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;

namespace Tambo.Guide.Feedback;

/// <summary>A message as it came, made fit to be kept: nothing of the sender is in it but what they wrote.</summary>
internal sealed partial record NewFeedback(FeedbackKind Kind, string About, string Text, string Language)
{
    /// <summary>Longest text, in characters (UTF-16 units, as a browser counts them).</summary>
    public const int Longest = 4000;

    /// <summary>Texts shorter than this, without blanks, are said by many: that they are alike means nothing.</summary>
    public const int Telling = 20;

    private const RegexOptions Plain = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture;
    private const int LongestAbout = 120;
    private static readonly TimeSpan OldestWriting = TimeSpan.FromDays(120);

    /// <summary>The day of writing, or empty.</summary>
    public string WrittenOn { get; init; } = "";

    /// <summary>True when the field that no person sees was filled in.</summary>
    public bool FellIntoTrap { get; init; }

    /// <summary>The service it is about, or empty.</summary>
    public string Service => About.StartsWith("services/", StringComparison.Ordinal) && Guid.TryParseExact(About["services/".Length..], "D", out var id) ? id.ToString("D") : "";

    /// <summary>The text by which two are known to be the same; empty when it is too short to tell.</summary>
    public string Essence => Spelling.Fold(Text) is { Length: >= Telling } folded ? folded : "";

    /// <summary>The page an address names: below its language, without its question. Anything odd is no page.</summary>
    public static string PageOf(string? address, Func<string, bool> isLanguage)
    {
        var path = (address ?? "").Trim().Split('?', '#')[0].Trim('/').ToLowerInvariant();
        var end = path.IndexOf('/', StringComparison.Ordinal);
        if (isLanguage(end < 0 ? path : path[..end]))
            path = end < 0 ? "" : path[(end + 1)..];
        return path.Length <= LongestAbout && PlainPath().IsMatch(path) ? path : "";
    }

    /// <summary>The text with one kind of line end, and without characters that show nothing.</summary>
    public static string TextOf(string? text)
    {
        var kept = new StringBuilder();
        foreach (var letter in (text ?? "").ReplaceLineEndings("\n").Trim())
            kept.Append(char.IsControl(letter) && letter is not '\n' and not '\t' ? ' ' : letter);
        return TextCharacters.Mended(kept.ToString());
    }

    /// <summary>A language tag, or empty when it is none.</summary>
    public static string LanguageOf(string? tag) => (tag ?? "").Trim().ToLowerInvariant() is { Length: > 0 } code && Tag().IsMatch(code) ? code : "";

    /// <summary>The day a device says it was written on; empty when its clock cannot be right.</summary>
    public static string DayOf(string? writtenAt, DateTimeOffset now) =>
        DateTimeOffset.TryParse(writtenAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
        && at <= now.AddDays(1) && at >= now - OldestWriting
            ? DateOnly.FromDateTime(at.UtcDateTime).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : "";

    /// <summary>
    /// Why the node holds it as probable spam, or empty. It is never thrown away, and what tells of harm is never held:
    /// a link may be the evidence.
    /// </summary>
    /// <param name="alike">How many with the same text came in the last day.</param>
    public string HeldFor(int alike)
    {
        if (Kind.Sensitive)
            return "";
        if (FellIntoTrap)
            return "trap";
        if (LinksIn(Text, out var rest) is var links && (links > 1 || (links == 1 && !rest.Any(char.IsLetterOrDigit))))
            return "links";
        return alike >= 3 ? "repeated" : "";
    }

    /// <summary>How many links a text has, and what it says beside them. An e-mail address is no link: people leave theirs.</summary>
    private static int LinksIn(string text, out string rest)
    {
        var links = 0;
        rest = Address().Replace(text, match =>
        {
            var isLink = match.Groups["link"].Success
                || (match.Groups["host"].Success && Endings.Contains(match.Groups["host"].Value.Split('.')[^1].ToLowerInvariant()));
            links += isLink ? 1 : 0;
            return isLink ? "" : match.Value;
        });
        return links;
    }

    // How addresses end that people who sell something use; a full stop without a blank after it ends most sentences.
    private static readonly HashSet<string> Endings = new(StringComparer.Ordinal) { "com", "net", "org", "info", "ru", "cn", "top", "xyz", "shop", "online" };

    [GeneratedRegex("^[a-z0-9/_-]*$", Plain)]
    private static partial Regex PlainPath();

    [GeneratedRegex("^[a-z]{2,3}(-[a-z0-9]{1,8}){0,3}$", Plain)]
    private static partial Regex Tag();

    [GeneratedRegex(@"(?<link>(https?://|www\.)[!-~]+)|(?<mail>[a-z0-9._%+-]+@[a-z0-9.-]+)|(?<host>[a-z0-9-]+(\.[a-z0-9-]+)+)(/[!-~]*)?", RegexOptions.IgnoreCase | Plain)]
    private static partial Regex Address();
}
