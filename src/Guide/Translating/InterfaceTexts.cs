using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Tambo.Guide.Directory;
using Tambo.Platform.Files;
using Tambo.Platform.Languages;
using Tambo.Platform.Settings;

namespace Tambo.Guide.Translating;

/// <summary>What became, or would become, of the sentences of a file.</summary>
/// <param name="Language">Their language.</param>
/// <param name="File">The file of texts that has them.</param>
/// <param name="Taken">How many are new or other than before.</param>
/// <param name="Unchanged">How many are here already.</param>
/// <param name="Untranslated">How many have no translation.</param>
/// <param name="Refused">Those that were left out, each with its line and reason.</param>
public sealed record InterfaceReport(string Language, string File, int Taken, int Unchanged, int Untranslated, IReadOnlyList<UnitResult> Refused)
{
    /// <summary>False while nobody has said what the language calls itself: until then it is not offered.</summary>
    public bool IsNamed { get; init; }

    /// <summary>How many are here already and were said to be right although the English has changed.</summary>
    public int Confirmed { get; init; }

    /// <summary>True while a further language counts as most do, with one form for 1 and one for the rest, because nobody has said otherwise.</summary>
    public bool CountsAsMost { get; init; }

    /// <summary>True for a further language that is written from right to left.</summary>
    public bool RightToLeft { get; init; }
}

/// <summary>
/// An operator gives the node's own sentences to a translator and takes them back, for a language that is there or a further
/// one: they become the file <c>text/{language}.json</c> of the data folder, which goes before the texts of the program.
/// </summary>
/// <param name="catalog">The sentences.</param>
/// <param name="settings">Where the node's own are.</param>
public sealed partial class InterfaceTexts(TextCatalog catalog, NodeSettings settings)
{
    // What the file element of our sentences is called.
    private const string FileId = "interface";
    private const string Declared = "language.";
    private const string OwnName = "language.name";
    private const string Reviewed = "language.reviewed";
    private const string Direction = "language.direction";
    private const string PluralDeclared = "language.plural.";
    private const string Number = "{count}";

    internal static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    private Texts English => catalog.In(TextCatalog.Fallback);

    private string Folder => Path.Combine(settings.Folder, "text");

    /// <summary>How far the sentences have come in each language that readers are offered.</summary>
    public IReadOnlyList<LanguageTally> Tallies() => [.. catalog.Languages.Where(language => language.Code != TextCatalog.Fallback).Select(language =>
    {
        var own = catalog.In(language.Code);
        var (keys, sources) = (KeysOf(own).ToList(), SourcesOf(language.Code));
        var (missing, outdated) = (keys.Count(key => !own.Has(key)), keys.Count(key => own.Has(key) && sources.IsOutdated(key, SourceOf(key))));
        return new LanguageTally(language, keys.Count, outdated, missing, language.IsReviewed ? 0 : keys.Count - missing);
    })];

    /// <summary>Makes a file of XLIFF 2.0 of the sentences that a language lacks, and of those whose English has changed since, or of all.</summary>
    /// <exception cref="Platform.Problems.Problem">It is no name of a language, or nothing is missing.</exception>
    public (byte[] Bytes, int Texts) Export(string language, bool everything)
    {
        var code = Named(language);
        var own = catalog.Knows(code) ? catalog.In(code) : null;
        var sources = SourcesOf(code);
        bool IsOutdated(string key) => own?.Has(key) == true && sources.IsOutdated(key, SourceOf(key));
        var units = KeysOf(own).Where(key => everything || own?.Has(key) != true || IsOutdated(key)).Select(key => new XliffText
        {
            Path = key,
            Source = SourceOf(key),
            Hash = TextHash.Of(SourceOf(key)),
            Target = own?.Has(key) == true ? own[key] : null,
            State = own?.Has(key) != true || IsOutdated(key) ? "initial" : own.Language.IsReviewed ? "reviewed" : "translated",
            SubState = IsOutdated(key) ? "outdated" : "",
            Notes = IsOutdated(key) ? [new XliffNote("changed", "The English has changed since this was translated."), .. NotesOf(key)] : NotesOf(key),
        }).ToList();
        if (units.Count == 0)
            throw GuideProblems.NothingToTranslate.With();
        return (XliffWriting.Write(TextCatalog.Fallback, own?.Language ?? new Language(code, code, RightToLeft: false), [new XliffRecord(FileId, FileId, [], units)]), units.Count);
    }

    /// <summary>Takes the sentences of a file in, or only says what it would do; a running node reads them when it starts again.</summary>
    /// <exception cref="Platform.Problems.Problem">The file cannot be read, or is not from English.</exception>
    public InterfaceReport Import(Stream file, bool dryRun)
    {
        var document = XliffReading.Read(file, settings.UploadLimit("translations"));
        var code = Named(document.To);
        if (document.From != TextCatalog.Fallback || code == TextCatalog.Fallback)
            throw GuideProblems.XliffSameLanguage.With(("language", document.From is { Length: > 0 and <= 35 } from ? from : "?"));
        var own = catalog.Knows(code) ? catalog.In(code) : null;
        var path = Path.Combine(Folder, code + ".json");
        var (present, sources, confirmed) = (Present(path), SourcesOf(code), 0);
        var (taken, refused, unchanged, untranslated) = (new SortedDictionary<string, string>(StringComparer.Ordinal), new List<UnitResult>(), 0, 0);
        foreach (var unit in document.Units)
        {
            var said = (unit.Target ?? "").ReplaceLineEndings("\n").Trim();
            if (WhyNot(unit, said) is { } reason)
                refused.Add(new UnitResult { Line = unit.Line, Unit = WordDiff.Begin($"{unit.File} / {unit.Id}", 200), Outcome = UnitOutcome.Refused, Reason = reason });
            else if (said.Length == 0)
                untranslated++;
            else if (taken.ContainsKey(unit.Id) || (own?.Has(unit.Id) == true && own[unit.Id].Trim() == said))
                _ = Confirms(unit) ? confirmed++ : unchanged++;
            else
                taken[unit.Id] = Spaced(SourceOf(unit.Id), said);
        }

        foreach (var key in taken.Keys)
            sources.Note(key, SourceOf(key));
        if (!dryRun && taken.Count > 0)
            Write(path, present, taken, isNew: own is null);
        if (!dryRun && taken.Count + confirmed > 0)
            sources.Write();
        bool Declares(string beginning) => present.Keys.Concat(own?.Keys ?? []).Any(key => key.StartsWith(beginning, StringComparison.Ordinal));
        return new InterfaceReport(code, path, taken.Count, unchanged, untranslated, refused)
        {
            Confirmed = confirmed,
            IsNamed = own is not null || taken.ContainsKey(OwnName) || present.ContainsKey(OwnName),
            // The program's own languages have said how they count.
            CountsAsMost = (own is null || present.ContainsKey(OwnName)) && !Declares(PluralDeclared),
            RightToLeft = own is null ? IsRightToLeft(code) : own.Language.RightToLeft && present.ContainsKey(OwnName),
        };

        // It went along outdated, and comes back as it was: only what is called done was looked at.
        bool Confirms(XliffUnit unit)
        {
            if (!present.ContainsKey(unit.Id) || unit.State == "initial" || !sources.IsOutdated(unit.Id, SourceOf(unit.Id)))
                return false;
            sources.Note(unit.Id, SourceOf(unit.Id));
            return true;
        }
    }

    private InterfaceSources SourcesOf(string code) => InterfaceSources.Of(Folder, code, Present(Path.Combine(Folder, code + ".json")));

    // Beside the keys of English those that the plural forms of the language need; what a language declares of itself is no sentence.
    private IEnumerable<string> KeysOf(Texts? own)
    {
        var forms = own?.PluralRules.Select(rule => rule.Form).ToList() ?? [];
        foreach (var key in English.Keys.Where(key => key == OwnName || !key.StartsWith(Declared, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            if (own is not null && IsCounted(key) && key.EndsWith(".one", StringComparison.Ordinal))
                continue;
            yield return key;
            if (own is null || !IsCounted(key))
                continue;
            foreach (var form in forms.Where(form => form != "other"))
                yield return $"{BeforeForm(key)}.{form}";
        }
    }

    private string? WhyNot(XliffUnit unit, string said)
    {
        if (unit.File != FileId || (unit.Id != OwnName && unit.Id.StartsWith(Declared, StringComparison.Ordinal)) || SourceOf(unit.Id) is not { Length: > 0 } source)
            return TranslationPlan.TextGone;
        if (said.Length == 0)
            return null;
        if (unit.HasPlaceholder)
            return TranslationPlan.Placeholder;
        if (said.Length > XliffReading.LongestText || !TextCharacters.AreFit(said))
            return TranslationPlan.TextUnfit;
        // Without a hash, by the English as the file has it, whose spaces programs change.
        if (Xliff.IsHash(unit.Hash) ? unit.Hash != TextHash.Of(source) : TranslationPlan.Squeezed(unit.Source) != TranslationPlan.Squeezed(source))
            return TranslationPlan.SourceChanged;
        var (wanted, given) = (PlacesOf(source), PlacesOf(said));
        // "One text": a form of its own for a number may say the number or leave it out.
        if (IsCounted(unit.Id) && !unit.Id.EndsWith(".other", StringComparison.Ordinal))
        {
            wanted.Remove(Number);
            given.Remove(Number);
        }

        return wanted.SetEquals(given) ? null : TranslationPlan.PlacesDiffer;
    }

    /// <summary>The English of a key; of a plural form that English does not know that of all the others; empty when there is none.</summary>
    private string SourceOf(string key) => English.Has(key) ? English[key]
        : IsCounted(key) ? English[BeforeForm(key) + ".other"]
        : "";

    // "hours.at.one" is one o'clock and no count, and "other" may be the other kind of something.
    private bool IsCounted(string key) => Form().IsMatch(key) && English.Has(BeforeForm(key) + ".one") && English.Has(BeforeForm(key) + ".other");

    // Programs take spaces from the ends, and some sentences are joined to others.
    private static string Spaced(string source, string said) => source[..^source.TrimStart().Length] + said + source[source.TrimEnd().Length..];

    private static string BeforeForm(string key) => key[..key.LastIndexOf('.')];

    private static List<XliffNote> NotesOf(string key)
    {
        if (key == OwnName)
            return [new XliffNote("hint", "The name of the language in itself.")];
        return key.Contains(".one", StringComparison.Ordinal) || key.Contains(".other", StringComparison.Ordinal) ? [new XliffNote("hint", "What stands in braces is filled in: keep it as it is.")] : [];
    }

    private static HashSet<string> PlacesOf(string text) => Place().Matches(text).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);

    // Programs write "fr-FR" where the node says "fr"; what it does not know is a further language.
    private string Named(string language) => catalog.Knows(language) ? catalog.In(language).Code
        : catalog.Knows(language.Split('-')[0]) ? catalog.In(language.Split('-')[0]).Code
        : Tag().IsMatch(language) ? language
        : throw GuideProblems.XliffTarget.With(("language", language.Length is > 0 and <= 35 ? language : "?"), ("languages", "en, pt-BR, quz, …"));

    // The whole file beside its place, then under its name: a node that starts meanwhile reads the one or the other.
    private static void Write(string path, Dictionary<string, string> present, SortedDictionary<string, string> taken, bool isNew)
    {
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, text) in present)
            texts[key] = text;
        foreach (var (key, text) in taken)
            texts[key] = text;
        // Until somebody says otherwise nobody has read a new language over, and its pages say so.
        if (isNew)
            texts.TryAdd(Reviewed, "no");
        if (isNew && IsRightToLeft(Path.GetFileNameWithoutExtension(path)))
            texts.TryAdd(Direction, "rtl");
        File.WriteAllText(path + ".partial", JsonSerializer.Serialize(texts, Written) + "\n", new UTF8Encoding(false));
        File.Move(path + ".partial", path, overwrite: true);
    }

    private static Dictionary<string, string> Present(string path) =>
        File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(path)) ?? [] : [];

    // As Unicode's collection of languages (CLDR) has it; of a language that it lacks nothing is known.
    private static bool IsRightToLeft(string code)
    {
        try
        {
            return CultureInfo.GetCultureInfo(code, predefinedOnly: true).TextInfo.IsRightToLeft;
        }
        catch (CultureNotFoundException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"\{[a-z_]+\}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Place();

    [GeneratedRegex(@"\.(zero|one|two|few|many|other)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Form();

    // BCP 47: a language, and what narrows it.
    [GeneratedRegex("^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Tag();
}
