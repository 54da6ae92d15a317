using Tambo.Guide.Directory;
using Tambo.Guide.Notices;
using Tambo.Platform.Access;
using Tambo.Platform.Languages;

namespace Tambo.Guide.Translating;

/// <summary>A notice that a file names.</summary>
/// <param name="Notice">As it is stored.</param>
/// <param name="Hashes">Of what it has said in its first language, the newest first; empty where nobody has to know.</param>
internal sealed record NamedNotice(AreaNotice Notice, IReadOnlyList<string> Hashes);

/// <summary>
/// What a file of translations does to notices, by the rules of every other text. What a notice says first and the rest are
/// two units of a file and one text: they come in together or not at all. Pure.
/// </summary>
internal sealed class NoticePlan
{
    public const string TitleUnit = "title";
    public const string WordsUnit = "words";

    /// <summary>It was taken back, or its days are over.</summary>
    public const string NoticeOver = "notice_over";

    /// <summary>One of its two units is missing, or was left out, or is of another version of it.</summary>
    public const string NoticeParts = "notice_parts";

    /// <summary>Too long for a notice, or with characters that cannot be shown.</summary>
    public const string NoticeUnfit = "notice_unfit";

    private readonly XliffDocument document;
    private readonly string language;
    private readonly TranslationTerms terms;
    private readonly Actor actor;
    private readonly DateTimeOffset now;
    private readonly Dictionary<int, UnitResult> results = [];
    private readonly List<(AreaNotice Before, AreaNotice After)> changed = [];

    private NoticePlan(XliffDocument document, string language, TranslationTerms terms, Actor actor, DateTimeOffset now, IReadOnlyDictionary<Guid, NamedNotice> named)
    {
        (this.document, this.language, this.terms, this.actor, this.now) = (document, language, terms, actor, now);
        foreach (var group in UnitsOf(document).GroupBy(unit => unit.Notice, unit => unit.Index))
            Place(named.GetValueOrDefault(group.Key), [.. group]);
    }

    /// <summary>The notices that change, as they are and as they will be.</summary>
    public IReadOnlyList<(AreaNotice Before, AreaNotice After)> Changed => changed;

    /// <summary>Makes the plan.</summary>
    /// <param name="document">The file.</param>
    /// <param name="language">The language of the node that its target language means.</param>
    /// <param name="terms">Who made it.</param>
    /// <param name="actor">Who brings it.</param>
    /// <param name="now">The present.</param>
    /// <param name="named">Those of <see cref="Named"/> that there are.</param>
    public static NoticePlan Of(XliffDocument document, string language, TranslationTerms terms, Actor actor, DateTimeOffset now, IReadOnlyDictionary<Guid, NamedNotice> named) =>
        new(document, language, terms, actor, now, named);

    /// <summary>The notices that a file names, each once.</summary>
    public static IReadOnlyCollection<Guid> Named(XliffDocument document) => UnitsOf(document).Select(unit => unit.Notice).ToHashSet();

    /// <summary>True for a notice of which it matters in which order its texts followed each other: what stands is outdated.</summary>
    public static bool Asks(AreaNotice notice, string language) => notice.Texts.Any(text => text.Language == language && notice.IsOutdated(text));

    /// <summary>What becomes of a unit, by its place in the file; null for one of no notice.</summary>
    public UnitResult? ResultOf(int index) => results.GetValueOrDefault(index);

    private static IEnumerable<(int Index, Guid Notice)> UnitsOf(XliffDocument document)
    {
        for (var index = 0; index < document.Units.Count; index++)
        {
            if (Xliff.NoticeOf(document.Units[index].File) is { } notice)
                yield return (index, notice);
        }
    }

    private void Place(NamedNotice? named, IReadOnlyList<int> units)
    {
        // Whether a notice is not there or not theirs is the same answer.
        if (named is null || !WriteNotice.MayWrite(actor, named.Notice.Area))
        {
            Refuse(units, null, TranslationPlan.RecordUnknown);
            return;
        }

        var notice = named.Notice;
        if (notice.TakenBack || notice.Span.Ends <= now)
            Refuse(units, notice, NoticeOver);
        else if (!string.Equals(document.From, notice.Language, StringComparison.OrdinalIgnoreCase))
            Refuse(units, notice, TranslationPlan.SourceLanguage);
        else
            PlaceParts(named, units);
    }

    private void PlaceParts(NamedNotice named, IReadOnlyList<int> units)
    {
        var notice = named.Notice;
        var parts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var index in units)
        {
            if (document.Units[index].Id is not (TitleUnit or WordsUnit))
                Refuse(index, notice, TranslationPlan.TextGone);
            else if (!parts.TryAdd(document.Units[index].Id, index))
                Refuse(index, notice, TranslationPlan.Twice);
        }

        var bases = BasesOf(notice, parts);
        // A rest that this version of it does not have.
        if (notice.First.Words.Length == 0 && bases is [var only] && only == notice.First.Hash && parts.Remove(WordsUnit, out var more))
            Refuse(more, notice, TranslationPlan.TextGone);
        var needed = bases is [var one] && one == notice.First.Hash && notice.First.Words.Length > 0 ? 2 : Math.Max(1, parts.Count);
        var refused = parts.ToDictionary(part => part.Key, part => ReasonOf(notice, document.Units[part.Value]), StringComparer.Ordinal);
        var isWhole = parts.ContainsKey(TitleUnit) && parts.Count == needed && bases.Count == 1 && refused.Values.All(reason => reason is { Length: 0 });
        if (!isWhole)
        {
            foreach (var (name, index) in parts)
            {
                if (refused[name] is { } reason)
                    Refuse(index, notice, reason.Length > 0 ? reason : NoticeParts);
                else
                    results[index] = ResultOf(index, notice) with { Outcome = UnitOutcome.Untranslated };
            }

            return;
        }

        Take(named, [.. parts.Values], bases[0], SaidIn(parts, TitleUnit), SaidIn(parts, WordsUnit));
    }

    // By what a translation was made, as far as its units say the same.
    private List<string> BasesOf(AreaNotice notice, Dictionary<string, int> parts)
    {
        string? SourceIn(string part) => parts.TryGetValue(part, out var index) ? document.Units[index].Source : null;
        bool IsAsNow(string? source, string first) => source is null || TranslationPlan.Squeezed(source) == TranslationPlan.Squeezed(first);
        var (title, words) = (SourceIn(TitleUnit), SourceIn(WordsUnit));
        var otherwise = IsAsNow(title, notice.First.Title) && IsAsNow(words, notice.First.Words) ? notice.First.Hash : new NoticeText { Title = title ?? "", Words = words ?? "" }.Hash;
        return [.. parts.Values.Select(index => Xliff.IsHash(document.Units[index].Hash) ? document.Units[index].Hash : otherwise).Distinct(StringComparer.Ordinal)];
    }

    // Why a unit cannot be taken in whatever stands beside it; empty where it can, null where it holds no translation.
    private static string? ReasonOf(AreaNotice notice, XliffUnit unit)
    {
        var (first, most) = unit.Id == TitleUnit ? (notice.First.Title, NoticeForm.LongestTitle) : (notice.First.Words, NoticeForm.LongestText);
        var said = SaidIn(unit);
        return said.Length == 0 ? null
            : unit.HasPlaceholder ? TranslationPlan.Placeholder
            : said.Length > most || !TextCharacters.AreFit(said) ? NoticeUnfit
            : unit.Hash == notice.First.Hash && TranslationPlan.Squeezed(unit.Source) != TranslationPlan.Squeezed(first) ? TranslationPlan.SourceAltered
            : "";
    }

    private void Take(NamedNotice named, IReadOnlyList<int> units, string basis, string title, string words)
    {
        var notice = named.Notice;
        var made = notice.Texts.FirstOrDefault(text => text.Language == language);
        var state = units.Select(index => document.Units[index].State).MinBy(state => Array.IndexOf(XliffReading.States, state));
        var isRead = state is "reviewed" or "final" && terms.Reviewer.Length > 0;
        var isSame = made is not null && (made.Title, made.Words) == (title, words);
        var isCurrent = made is not null && !notice.IsOutdated(made);
        var ours = new NoticeText
        {
            NoticeId = notice.Id,
            Language = language,
            Title = title,
            Words = words,
            SourceHash = notice.First.Hash,
            Method = terms.Method,
            Translator = terms.Translator,
            TranslatedAt = now,
            Reviewer = isRead ? terms.Reviewer : "",
            ReviewedAt = isRead ? now : null,
        };
        var outcome = (made, isSame, isCurrent) switch
        {
            (not null, true, true) => isRead && made.ReviewedAt is null
                ? Keep(UnitOutcome.Confirmed, made with { SourceHash = notice.First.Hash, Reviewer = terms.Reviewer, ReviewedAt = now })
                : UnitOutcome.Unchanged,
            // It went along as it is, for the translator to mend: only what is called done was looked at.
            (not null, true, false) => basis == notice.First.Hash && state != "initial" ? Keep(UnitOutcome.Confirmed, ours with { Method = made.Method }) : UnitOutcome.Unchanged,
            _ when basis == notice.First.Hash => Keep(made is null ? UnitOutcome.Added : UnitOutcome.Changed, ours),
            // Of two that are outdated, the one of the later text stays.
            (not null, _, _) when isCurrent || (made.SourceHash != basis && !IsLater(named.Hashes, basis, made.SourceHash)) => UnitOutcome.Refused,
            _ => Keep(UnitOutcome.Older, ours with { SourceHash = basis }),
        };
        foreach (var index in units)
        {
            if (outcome == UnitOutcome.Refused)
                Refuse(index, notice, isCurrent ? TranslationPlan.NewerStands : TranslationPlan.LaterStands);
            else
                results[index] = ResultOf(index, notice) with { Outcome = outcome, Reason = document.Units[index].HasFormatting ? TranslationPlan.FormattingLeft : "" };
        }

        UnitOutcome Keep(UnitOutcome outcome, NoticeText text)
        {
            changed.Add((notice, notice with { Texts = [.. notice.Texts.Where(one => one.Language != language), text] }));
            return outcome;
        }
    }

    private static bool IsLater(IReadOnlyList<string> newestFirst, string hash, string than)
    {
        var (at, other) = (newestFirst.ToList().IndexOf(hash), newestFirst.ToList().IndexOf(than));
        return at >= 0 && (other < 0 || at < other);
    }

    private void Refuse(IEnumerable<int> units, AreaNotice? notice, string reason)
    {
        foreach (var index in units)
            Refuse(index, notice, reason);
    }

    private void Refuse(int index, AreaNotice? notice, string reason) => results[index] = ResultOf(index, notice) with { Outcome = UnitOutcome.Refused, Reason = reason };

    private UnitResult ResultOf(int index, AreaNotice? notice)
    {
        var unit = document.Units[index];
        var result = TranslationPlan.ResultOf(unit);
        return notice is null ? result : result with
        {
            Kind = NoticeWork.Kind,
            Id = notice.Id,
            Name = notice.First.Title,
            Path = unit.Id is TitleUnit or WordsUnit ? unit.Id : "",
            Text = WordDiff.Begin(SaidIn(unit), TranslationPlan.ShownText),
        };
    }

    private string SaidIn(Dictionary<string, int> parts, string part) => parts.TryGetValue(part, out var index) ? SaidIn(document.Units[index]) : "";

    // What it says first is one line.
    private static string SaidIn(XliffUnit unit)
    {
        var said = (unit.Target ?? "").ReplaceLineEndings("\n").Trim();
        return unit.Id == TitleUnit ? string.Join(' ', said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) : said;
    }
}
