using System.Text.Json;
using System.Text.Json.Serialization;
using Tambo.Cases.Referrals;
using Tambo.Platform.Settings;

namespace Tambo.Cases.Disclosure;

/// <summary>
/// The vocabulary as a node has it. Which of the legal bases its own law knows is data of the node: <c>legal-bases.json</c> of its folder, as
/// <c>{"confirmed": [{"code": "child_protection_duty", "source": "…"}]}</c>. A basis of which nobody has read the law opens nothing.
/// </summary>
/// <param name="Words">Purposes, kinds of recipients, bases.</param>
internal sealed record NodeVocabulary(Vocabulary Words)
{
    /// <summary>The file.</summary>
    public const string Name = "legal-bases.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Bases that somebody may call upon.</summary>
    public IReadOnlyList<LegalBasis> Read => [.. Words.LegalBases.Where(basis => basis.Verified)];

    /// <summary>That of a node.</summary>
    /// <exception cref="Platform.Problems.Problem">The file cannot be read, names a basis that there is not, or says not which law it is.</exception>
    public static NodeVocabulary Of(NodeSettings settings)
    {
        var (path, words) = (Path.Combine(settings.Folder, Name), Vocabulary.Shipped);
        if (!File.Exists(path))
            return new NodeVocabulary(words);
        Said? said;
        try
        {
            said = JsonSerializer.Deserialize<Said>(File.ReadAllText(path), Json);
        }
        catch (JsonException)
        {
            said = null;
        }

        if (said is not { Confirmed: { } confirmed } || confirmed.Any(one => one is null || string.IsNullOrWhiteSpace(one.Source) || words.LegalBases.All(basis => basis.Code != one.Code)))
            throw ReferralProblems.BasesUnreadable.With(("file", Name));
        return new NodeVocabulary(words with
        {
            LegalBases = [.. words.LegalBases.Select(basis => confirmed.FirstOrDefault(one => one.Code == basis.Code) is { } one ? basis with { Verified = true, Source = one.Source } : basis)],
        });
    }

    private sealed record Said
    {
        public IReadOnlyList<Confirmed>? Confirmed { get; init; }
    }

    private sealed record Confirmed(string Code = "", string Source = "");
}
