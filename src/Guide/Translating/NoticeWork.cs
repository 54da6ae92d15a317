using Tambo.Guide.Directory;
using Tambo.Guide.Notices;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;

namespace Tambo.Guide.Translating;

/// <summary>A notice in one language.</summary>
/// <param name="Notice">The notice.</param>
/// <param name="Language">The language it is to be said in.</param>
/// <param name="Made">What it says there, or null.</param>
/// <param name="State">What is to be done.</param>
internal sealed record NoticeItem(AreaNotice Notice, string Language, NoticeText? Made, TextState State);

/// <summary>
/// What there is to translate of notices, which are told for some days and stand before everything else; a notice is one
/// text, and is translated in its own form.
/// </summary>
internal sealed class NoticeWork
{
    /// <summary>What the desk calls notices among its kinds of record, and files of translations too.</summary>
    public const string Kind = "notice";

    private NoticeWork(IReadOnlyList<NoticeItem> items, IReadOnlyList<LanguageTally> tallies) => (Items, Tallies) = (items, tallies);

    /// <summary>What was asked for, what is outdated first.</summary>
    public IReadOnlyList<NoticeItem> Items { get; }

    /// <summary>How far each language has come.</summary>
    public IReadOnlyList<LanguageTally> Tallies { get; }

    /// <summary>Counts and sorts.</summary>
    /// <param name="notices">Those that are not over.</param>
    /// <param name="actor">Whose work it is.</param>
    /// <param name="languages">The languages of the node.</param>
    /// <param name="filter">What was asked for.</param>
    public static NoticeWork Of(IReadOnlyList<AreaNotice> notices, Actor actor, IReadOnlyList<Language> languages, DeskFilter filter)
    {
        var words = Spelling.Fold(filter.Words);
        var all = filter.Agency is not null || (filter.Kind.Length > 0 && filter.Kind != Kind) ? [] : notices.Where(notice => WriteNotice.MayWrite(actor, notice.Area))
            .SelectMany(notice => languages.Where(language => language.Code != notice.Language).Select(language => ItemOf(notice, language.Code))).ToList();
        var asked = all.FindAll(item => filter.Asks(item.Language, item.State) && Spelling.Fold(item.Notice.First.Title).Contains(words, StringComparison.Ordinal));
        return new NoticeWork(
            [.. asked.OrderBy(item => item.State).ThenByDescending(item => item.Notice.Urgent)], [.. languages.Select(language => TallyOf(language, all))]);
    }

    /// <summary>The lines of the desk: what is missing in several languages is one.</summary>
    /// <param name="earlier">What <see cref="EarlierAsync"/> found.</param>
    public IReadOnlyList<DeskLine> Lines(IReadOnlyDictionary<(Guid Id, string Hash), NoticeText> earlier) =>
    [
        .. Items.GroupBy(item => (item.Notice.Id, item.State, item.State == TextState.Missing ? "" : item.Language))
            .OrderBy(line => line.Key.State).ThenByDescending(line => line.First().Notice.Urgent).ThenBy(line => line.Key.Item3, StringComparer.Ordinal)
            .Select(line => LineOf([.. line], line.First() is { State: TextState.Outdated, Made: { } made } item ? earlier.GetValueOrDefault((item.Notice.Id, made.SourceHash)) : null)),
    ];

    /// <summary>What notices said when they were translated, of those that have changed since; what history does not have is left out.</summary>
    public static async Task<IReadOnlyDictionary<(Guid Id, string Hash), NoticeText>> EarlierAsync(NodeDb db, IEnumerable<NoticeItem> items, CancellationToken cancellationToken)
    {
        var found = new Dictionary<(Guid, string), NoticeText>();
        foreach (var id in items.Where(item => item.State == TextState.Outdated).Select(item => item.Notice.Id).Distinct())
        {
            foreach (var said in await NoticeStore.SaidAsync(db, id, cancellationToken))
                found.TryAdd((id, said.Hash), said);
        }

        return found;
    }

    private static NoticeItem ItemOf(AreaNotice notice, string language) => notice.Texts.FirstOrDefault(text => text.Language == language) is not { } text
        ? new NoticeItem(notice, language, null, TextState.Missing)
        : new NoticeItem(notice, language, text, notice.IsOutdated(text) ? TextState.Outdated : text.ReviewedAt is null ? TextState.Unreviewed : TextState.Done);

    private static LanguageTally TallyOf(Language language, List<NoticeItem> all)
    {
        int Count(TextState state) => all.Count(item => item.Language == language.Code && item.State == state);
        return new LanguageTally(
            language, all.Count(item => item.Language == language.Code), Count(TextState.Outdated), Count(TextState.Missing), Count(TextState.Unreviewed));
    }

    private static DeskLine LineOf(List<NoticeItem> line, NoticeText? earlier) => new()
    {
        Href = HrefOf(line[0].Notice.Id, line[0].Language, NoticePlan.TitleUnit),
        Kind = Kind,
        Name = line[0].Notice.First.Title,
        Path = Kind,
        Languages = [.. line.Select(item => item.Language)],
        WrittenIn = line[0].Notice.Language,
        State = line[0].State,
        Text = earlier is null ? [new Piece(PieceKind.Same, line[0].Notice.First.Whole)] : WordDiff.Of(earlier.Whole, line[0].Notice.First.Whole),
        IsEarlierUnknown = line[0].State == TextState.Outdated && earlier is null,
        Made = line[0].Made?.AsTranslation(),
    };

    /// <summary>Where what a notice says in a language is written.</summary>
    public static string HrefOf(Guid id, string language, string part) => $"{WriteNotice.Root}/{id:D}#f-{part}-{language}";
}
