using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Tambo.Guide.Directory;
using Tambo.Guide.Notices;
using Tambo.Guide.Staff;
using Tambo.Platform.Languages;

namespace Tambo.Guide.Translating;

/// <summary>What becomes of one unit of a file, the most notable last.</summary>
public enum UnitOutcome
{
    /// <summary>A translation where there was none.</summary>
    Added,

    /// <summary>Another translation than the one there is.</summary>
    Changed,

    /// <summary>The translation there is, said to be right for the text as it is now, or read over.</summary>
    Confirmed,

    /// <summary>A translation of a text that has changed since it was taken along: kept, and outdated.</summary>
    Older,

    /// <summary>What is here already.</summary>
    Unchanged,

    /// <summary>No translation in it.</summary>
    Untranslated,

    /// <summary>Left out, for a reason.</summary>
    Refused,
}

/// <summary>What became, or would become, of one unit.</summary>
public sealed record UnitResult
{
    /// <summary>The line it begins in.</summary>
    public int Line { get; init; }

    /// <summary>What the file calls it: record and text.</summary>
    public string Unit { get; init; } = "";

    /// <summary>What becomes of it.</summary>
    public UnitOutcome Outcome { get; init; }

    /// <summary>Why it is left out, or what was left out of it; the text is <c>translating.reason.{code}</c>.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The kind of the record; empty when there is none for this person.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The record.</summary>
    public Guid Id { get; init; }

    /// <summary>What it is called.</summary>
    public string Name { get; init; } = "";

    /// <summary>The path of the text.</summary>
    public string Path { get; init; } = "";

    /// <summary>The translation, shortened.</summary>
    public string Text { get; init; } = "";
}

/// <summary>Who made the translations of a file, as whoever brings it says.</summary>
/// <param name="Method">human, post_edited or machine.</param>
/// <param name="Translator">Who made them, or put in what a machine made.</param>
/// <param name="Reviewer">Who read over those that the file calls reviewed; empty when nobody did.</param>
public sealed record TranslationTerms(string Method, string Translator, string Reviewer);

/// <summary>What a file of translations does to the directory: a pure function of the file and the directory as it stands.</summary>
internal sealed partial class TranslationPlan
{
    public const string RecordUnknown = "record_unknown";
    public const string TextGone = "text_gone";
    public const string SourceLanguage = "source_language";
    public const string SourceAltered = "source_altered";
    public const string TextUnfit = "text_unfit";
    public const string Placeholder = "placeholder";
    public const string Twice = "twice";
    public const string NewerStands = "newer_stands";

    /// <summary>The translation that stands is outdated too, and was made of a later text, or nobody knows of an earlier one.</summary>
    public const string LaterStands = "later_stands";

    /// <summary>Of a sentence of the program, which has no older translations.</summary>
    public const string SourceChanged = "source_changed";

    /// <summary>Of a sentence of the program whose places to fill are not those of the English one.</summary>
    public const string PlacesDiffer = "places_differ";

    /// <summary>No refusal: only the words were kept.</summary>
    public const string FormattingLeft = "formatting_left";

    /// <summary>How much of a translation the report shows, in characters.</summary>
    public const int ShownText = 160;

    private readonly GuideScope scope;
    private readonly XliffDocument document;
    private readonly string language;
    private readonly TranslationTerms terms;
    private readonly DateTimeOffset now;
    private readonly TextVersions versions;
    private readonly NoticePlan notices;
    private readonly Dictionary<(string Kind, Guid Id), (DirectoryRecord Record, Dictionary<(string Path, string Language), Translation> Made)> touched = [];
    private readonly HashSet<(Guid Id, string Path)> seen = [];

    private TranslationPlan(GuideScope scope, XliffDocument document, string language, TranslationTerms terms, DateTimeOffset now, TextVersions versions, NoticePlan notices)
    {
        (this.scope, this.document, this.language, this.terms, this.now, this.versions, this.notices) = (scope, document, language, terms, now, versions, notices);
        Results = [.. document.Units.Select((unit, index) => notices.ResultOf(index) ?? Place(unit))];
    }

    /// <summary>Every code above.</summary>
    public static IReadOnlyList<string> Reasons { get; } =
    [
        RecordUnknown, TextGone, SourceLanguage, SourceAltered, TextUnfit, Placeholder, Twice, NewerStands, LaterStands, SourceChanged, PlacesDiffer, FormattingLeft,
        NoticePlan.NoticeOver, NoticePlan.NoticeParts, NoticePlan.NoticeUnfit,
    ];

    /// <summary>What becomes of each unit, in the order of the file.</summary>
    public IReadOnlyList<UnitResult> Results { get; }

    /// <summary>The records that change, each with its translations as they will be and the version it was read at.</summary>
    public IEnumerable<DirectoryRecord> Records => touched.Values.Select(one => one.Record with
    {
        Translations = [.. one.Made.Values.OrderBy(t => t.Field, StringComparer.Ordinal).ThenBy(t => t.Language, StringComparer.Ordinal)],
    });

    /// <summary>The notices that change, as they are and as they will be.</summary>
    public IReadOnlyList<(AreaNotice Before, AreaNotice After)> Notices => notices.Changed;

    /// <summary>Makes the plan.</summary>
    /// <param name="scope">What the person may change.</param>
    /// <param name="document">The file.</param>
    /// <param name="language">The language of the node that its target language means.</param>
    /// <param name="terms">Who made it.</param>
    /// <param name="now">The present.</param>
    /// <param name="versions">In which order texts followed each other, of those that <see cref="Asks"/> names.</param>
    /// <param name="notices">What becomes of the notices in it.</param>
    public static TranslationPlan Of(
        GuideScope scope, XliffDocument document, string language, TranslationTerms terms, DateTimeOffset now, TextVersions versions, NoticePlan notices) =>
        new(scope, document, language, terms, now, versions, notices);

    /// <summary>The texts of which a file brings a translation of another version than the outdated one that stands was made of.</summary>
    public static IEnumerable<(DirectoryRecord Record, string Path)> Asks(GuideScope scope, XliffDocument document, string language) =>
        from unit in document.Units
        let named = Xliff.RecordOf(unit.File)
        where named is not null
        let record = scope.Stored(named.Value.Kind, named.Value.Id)
        where record is not null && scope.MayEdit(record)
        let text = SaidTexts.Of(record).FirstOrDefault(text => Xliff.UnitId(text.Path) == unit.Id)
        where text is not null
        let made = record.Translations.FirstOrDefault(t => t.Field == text.Path && t.Language == language)
        let basis = BasisOf(unit, text)
        where made is not null && made.SourceHash != text.Hash && basis != text.Hash && basis != made.SourceHash
        select (record, text.Path);

    /// <summary>A hash of what would be done: if it is another one later, a person has to look again.</summary>
    public string Fingerprint()
    {
        var said = new StringBuilder();
        foreach (var result in Results)
            said.Append(result.Unit).Append('\t').Append(result.Outcome).Append('\t').Append(result.Reason).Append('\n');
        foreach (var one in touched.Values)
            said.Append(System.Globalization.CultureInfo.InvariantCulture, $"{one.Record.Id:D} {one.Record.Version}\n");
        foreach (var (notice, _) in Notices)
            said.Append(System.Globalization.CultureInfo.InvariantCulture, $"{notice.Id:D} {notice.Version}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(said.ToString())));
    }

    /// <summary>What every answer to a unit begins with.</summary>
    internal static UnitResult ResultOf(XliffUnit unit) => new() { Line = unit.Line, Unit = WordDiff.Begin($"{unit.File} / {unit.Id}", 200) };

    private UnitResult Place(XliffUnit unit)
    {
        var result = ResultOf(unit);
        // Whether a record is not there or not theirs is the same answer.
        if (Xliff.RecordOf(unit.File) is not { } named || scope.Stored(named.Kind, named.Id) is not { } record || !scope.MayEdit(record))
            return Refused(RecordUnknown);
        result = result with { Kind = record.Kind, Id = record.Id, Name = scope.TitleOf(record) };
        if (SaidTexts.Of(record).FirstOrDefault(text => Xliff.UnitId(text.Path) == unit.Id) is not { } text)
            return Refused(TextGone);
        result = result with { Path = text.Path };
        if (record.TextLanguage.Length == 0 || !string.Equals(document.From, record.TextLanguage, StringComparison.OrdinalIgnoreCase))
            return Refused(SourceLanguage);
        if (!seen.Add((record.Id, text.Path)))
            return Refused(Twice);
        var said = (unit.Target ?? "").ReplaceLineEndings("\n").Trim();
        if (said.Length == 0)
            return result with { Outcome = UnitOutcome.Untranslated };
        result = result with { Text = WordDiff.Begin(said, ShownText), Reason = unit.HasFormatting ? FormattingLeft : "" };
        if (unit.HasPlaceholder)
            return Refused(Placeholder);
        if (said.Length > FormReading.LongText || !TextCharacters.AreFit(said))
            return Refused(TextUnfit);
        if (unit.Hash == text.Hash && Squeezed(unit.Source) != Squeezed(text.Text))
            return Refused(SourceAltered);
        var outcome = Take(record, text, unit, said);
        return outcome == UnitOutcome.Refused
            ? Refused(record.Translations.Any(t => t.Field == text.Path && t.Language == language && t.SourceHash == text.Hash) ? NewerStands : LaterStands)
            : result with { Outcome = outcome };

        UnitResult Refused(string reason) => result with { Outcome = UnitOutcome.Refused, Reason = reason };
    }

    private UnitOutcome Take(DirectoryRecord record, SaidText text, XliffUnit unit, string said)
    {
        var made = record.Translations.FirstOrDefault(t => t.Field == text.Path && t.Language == language);
        var basis = BasisOf(unit, text);
        var isSame = made is not null && made.Value.ReplaceLineEndings("\n").Trim() == said;
        var isRead = unit.State is "reviewed" or "final" && terms.Reviewer.Length > 0;
        if (made is not null && isSame)
        {
            if (made.SourceHash == text.Hash)
                return isRead && made.ReviewedAt is null && made.Method != "source" ? Keep(UnitOutcome.Confirmed, made with { Reviewer = terms.Reviewer, ReviewedAt = now }) : UnitOutcome.Unchanged;
            // It went along as it is, for the translator to mend: only what is called done was looked at.
            return basis == text.Hash && unit.State != "initial" ? Keep(UnitOutcome.Confirmed, Made() with { Method = made.Method == "source" ? terms.Method : made.Method }) : UnitOutcome.Unchanged;
        }

        if (basis == text.Hash)
            return Keep(made is null ? UnitOutcome.Added : UnitOutcome.Changed, Made());
        // Of two that are outdated, the one of the later text stays.
        return made is not null && (made.SourceHash == text.Hash || (made.SourceHash != basis && !versions.IsLater(record.Id, text.Path, basis, made.SourceHash)))
            ? UnitOutcome.Refused
            : Keep(UnitOutcome.Older, Made() with { SourceHash = basis });

        Translation Made() => new()
        {
            Field = text.Path,
            Language = language,
            Value = said,
            SourceHash = text.Hash,
            Method = terms.Method,
            Translator = terms.Translator,
            TranslatedAt = now,
            Reviewer = isRead ? terms.Reviewer : "",
            ReviewedAt = isRead ? now : null,
        };

        UnitOutcome Keep(UnitOutcome outcome, Translation translation)
        {
            if (!touched.TryGetValue((record.Kind, record.Id), out var known))
                touched[(record.Kind, record.Id)] = known = (record, record.Translations.ToDictionary(t => (t.Field, t.Language)));
            known.Made[(text.Path, language)] = translation;
            return outcome;
        }
    }

    // The hash of the text that was translated: as it went along, or as the file still has the text, whose spaces programs change.
    private static string BasisOf(XliffUnit unit, SaidText text) => Xliff.IsHash(unit.Hash) ? unit.Hash
        : Squeezed(unit.Source) == Squeezed(text.Text) ? text.Hash
        : TextHash.Of(unit.Source);

    internal static string Squeezed(string text) => Spaces().Replace(Platform.Places.Spelling.Normalise(text, NormalizationForm.FormC), " ").Trim();

    [GeneratedRegex(@"\s+", RegexOptions.None, 2000)]
    private static partial Regex Spaces();
}
