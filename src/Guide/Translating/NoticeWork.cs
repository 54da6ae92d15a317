using Tambo.Guide.Directory;
using Tambo.Guide.Notices;
using Tambo.Platform.Access;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;

namespace Tambo.Guide.Translating;

/// <summary>
/// What there is to translate of notices, which are told for some days and stand before everything else; a notice is one
/// text, and is translated in its own form. Pure.
/// </summary>
internal static class NoticeWork
{
    /// <summary>What the desk calls notices among its kinds of record.</summary>
    public const string Kind = "notice";

    /// <summary>A notice in one language.</summary>
    private sealed record Item(AreaNotice Notice, string Language, Translation? Made, TextState State);

    /// <summary>The lines that were asked for, what is outdated first, and how far each language has come.</summary>
    /// <param name="notices">Those that are not over.</param>
    /// <param name="actor">Whose work it is.</param>
    /// <param name="languages">The languages of the node.</param>
    /// <param name="filter">What was asked for.</param>
    public static (IReadOnlyList<DeskLine> Lines, IReadOnlyList<LanguageTally> Tallies, int Found) Of(
        IReadOnlyList<AreaNotice> notices, Actor actor, IReadOnlyList<Language> languages, DeskFilter filter)
    {
        var words = Spelling.Fold(filter.Words);
        var all = filter.Agency is not null || (filter.Kind.Length > 0 && filter.Kind != Kind) ? [] : notices.Where(notice => WriteNotice.MayWrite(actor, notice.Area))
            .SelectMany(notice => languages.Where(language => language.Code != notice.Language).Select(language => ItemOf(notice, language.Code))).ToList();
        var asked = all.FindAll(item => filter.Asks(item.Language, item.State) && Spelling.Fold(item.Notice.First.Title).Contains(words, StringComparison.Ordinal));
        var lines = asked.GroupBy(item => (item.Notice.Id, item.State, item.State == TextState.Missing ? "" : item.Language))
            .OrderBy(line => line.Key.State).ThenByDescending(line => line.First().Notice.Urgent).ThenBy(line => line.Key.Item3, StringComparer.Ordinal).Select(line => LineOf([.. line]));
        return ([.. lines], [.. languages.Select(language => TallyOf(language, all))], asked.Count);
    }

    private static Item ItemOf(AreaNotice notice, string language) => notice.Texts.FirstOrDefault(text => text.Language == language) is not { } text
        ? new Item(notice, language, null, TextState.Missing)
        : new Item(notice, language, text.AsTranslation(), notice.IsOutdated(text) ? TextState.Outdated : text.ReviewedAt is null ? TextState.Unreviewed : TextState.Done);

    private static LanguageTally TallyOf(Language language, List<Item> all)
    {
        int Count(TextState state) => all.Count(item => item.Language == language.Code && item.State == state);
        return new LanguageTally(
            language, all.Count(item => item.Language == language.Code), Count(TextState.Outdated), Count(TextState.Missing), Count(TextState.Unreviewed));
    }

    private static DeskLine LineOf(List<Item> line) => new()
    {
        Href = $"{WriteNotice.Root}/{line[0].Notice.Id:D}#f-title-{line[0].Language}",
        Kind = Kind,
        Name = line[0].Notice.First.Title,
        Path = Kind,
        Languages = [.. line.Select(item => item.Language)],
        WrittenIn = line[0].Notice.Language,
        State = line[0].State,
        Text = [new Piece(PieceKind.Same, $"{line[0].Notice.First.Title}\n{line[0].Notice.First.Words}".TrimEnd())],
        Made = line[0].Made,
    };
}
