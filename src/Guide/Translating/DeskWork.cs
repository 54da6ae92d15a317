using Tambo.Guide.Directory;
using Tambo.Guide.Staff;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;

namespace Tambo.Guide.Translating;

/// <summary>What a text asks of translators in one language, the most urgent first.</summary>
public enum TextState
{
    /// <summary>Translated, and the text has changed since: readers are not shown the translation.</summary>
    Outdated,

    /// <summary>Not translated.</summary>
    Missing,

    /// <summary>Translated here or by a machine, and read over by nobody.</summary>
    Unreviewed,

    /// <summary>Translated and read over, or published by the source in this language.</summary>
    Done,
}

/// <summary>How far a language has come.</summary>
/// <param name="Language">The language.</param>
/// <param name="Texts">How many texts there are to be said in it.</param>
/// <param name="Outdated">Those whose translation belongs to an older text.</param>
/// <param name="Missing">Those without one.</param>
/// <param name="Unreviewed">Those with one that nobody has read over.</param>
public sealed record LanguageTally(Language Language, int Texts, int Outdated, int Missing, int Unreviewed)
{
    /// <summary>Those that readers are given in this language.</summary>
    public int Current => Texts - Outdated - Missing;

    /// <summary>Both together.</summary>
    internal LanguageTally With(LanguageTally other) =>
        new(Language, Texts + other.Texts, Outdated + other.Outdated, Missing + other.Missing, Unreviewed + other.Unreviewed);

    /// <summary>The share of them in percent, rounded down: a hundred is said only of a language that lacks nothing.</summary>
    public int Percent => Texts == 0 ? 100 : (int)(100L * Current / Texts);
}

/// <summary>One text in one language.</summary>
/// <param name="Record">The record it belongs to, with all there is of it.</param>
/// <param name="Text">The text as it is written.</param>
/// <param name="Language">The language it is to be said in.</param>
/// <param name="Made">Its translation, or null.</param>
/// <param name="State">What is to be done.</param>
/// <param name="Hidden">How much of the record is hidden from readers: 0 nothing, 3 all.</param>
internal sealed record DeskItem(DirectoryRecord Record, SaidText Text, string Language, Translation? Made, TextState State, int Hidden);

/// <summary>What there is to translate for one person: pure counting over the records that they may change.</summary>
internal sealed class DeskWork
{
    private DeskWork(IReadOnlyList<LanguageTally> tallies, IReadOnlyList<DeskItem> items, IReadOnlyDictionary<string, int> written, int unsaid)
    {
        Tallies = tallies;
        Items = items;
        WrittenIn = written;
        Unsaid = unsaid;
    }

    /// <summary>How far each language has come.</summary>
    public IReadOnlyList<LanguageTally> Tallies { get; }

    /// <summary>The texts that were asked for, in the order in which they are to be done.</summary>
    public IReadOnlyList<DeskItem> Items { get; }

    /// <summary>How many of these texts are written in which language.</summary>
    public IReadOnlyDictionary<string, int> WrittenIn { get; }

    /// <summary>Records with texts of which nobody has said in which language they are written.</summary>
    public int Unsaid { get; }

    /// <summary>Counts and sorts.</summary>
    /// <param name="scope">Whose work it is.</param>
    /// <param name="languages">The languages of the node.</param>
    /// <param name="filter">What was asked for.</param>
    public static DeskWork Of(GuideScope scope, IReadOnlyList<Language> languages, DeskFilter filter)
    {
        var tallies = languages.ToDictionary(language => language.Code, language => new LanguageTally(language, 0, 0, 0, 0), StringComparer.Ordinal);
        var written = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var items = new List<DeskItem>();
        var unsaid = 0;
        var words = Spelling.Fold(filter.Words);
        foreach (var record in scope.Editable(filter.Kind.Length > 0 ? [filter.Kind] : SaidTexts.Kinds))
        {
            if ((filter.Agency is { } agency && scope.AgencyOf(record) != agency) || SaidTexts.Of(record) is not { Count: > 0 } texts)
                continue;
            if (record.TextLanguage.Length == 0)
            {
                unsaid++;
                continue;
            }

            var isNamed = words.Length == 0 || Spelling.Fold(scope.TitleOf(record)).Contains(words, StringComparison.Ordinal);
            var hidden = HiddenOf(scope, record);
            var made = record.Translations.ToDictionary(t => (t.Field, t.Language));
            foreach (var text in texts)
            {
                foreach (var language in languages)
                {
                    if (language.Code == record.TextLanguage)
                        continue;
                    var translation = made.GetValueOrDefault((text.Path, language.Code));
                    var state = StateOf(text, translation);
                    tallies[language.Code] = Counted(tallies[language.Code], state);
                    if (!isNamed || !filter.Asks(language.Code, state))
                        continue;
                    items.Add(new DeskItem(record, text, language.Code, translation, state, hidden));
                    written[record.TextLanguage] = written.GetValueOrDefault(record.TextLanguage) + 1;
                }
            }
        }

        return new DeskWork([.. tallies.Values], Sorted(scope, items), written, unsaid);
    }

    /// <summary>What a text asks for, given its translation.</summary>
    public static TextState StateOf(SaidText text, Translation? made) => made is null ? TextState.Missing
        : made.SourceHash != text.Hash ? TextState.Outdated
        : made.ReviewedAt is null && made.Method != "source" ? TextState.Unreviewed
        : TextState.Done;

    /// <summary>How much of a record is hidden from readers; what they are not given at all is hidden whole.</summary>
    private static int HiddenOf(GuideScope scope, DirectoryRecord record) =>
        scope.Public.Find(record.Kind, record.Id) is null ? 3 : Confidentiality.Rank(PublicView.LevelOf(scope.Full, record));

    // What readers see most stands first: open records before hidden ones, alerts before all else, services before places.
    private static List<DeskItem> Sorted(GuideScope scope, List<DeskItem> items) =>
    [
        .. items.OrderBy(item => item.State).ThenBy(item => item.Hidden).ThenBy(item => item.Text.Path == "alert" ? 0 : 1)
            .ThenBy(item => KindOrder(item.Record.Kind)).ThenBy(item => scope.TitleOf(item.Record), StringComparer.OrdinalIgnoreCase).ThenBy(item => item.Record.Id)
            .ThenBy(item => item.Text.Order).ThenBy(item => item.Language, StringComparer.Ordinal),
    ];

    private static int KindOrder(string kind)
    {
        for (var order = 0; order < SaidTexts.Kinds.Count; order++)
        {
            if (SaidTexts.Kinds[order] == kind)
                return order;
        }

        return SaidTexts.Kinds.Count;
    }

    private static LanguageTally Counted(LanguageTally tally, TextState state) => tally with
    {
        Texts = tally.Texts + 1,
        Outdated = tally.Outdated + (state == TextState.Outdated ? 1 : 0),
        Missing = tally.Missing + (state == TextState.Missing ? 1 : 0),
        Unreviewed = tally.Unreviewed + (state == TextState.Unreviewed ? 1 : 0),
    };
}
