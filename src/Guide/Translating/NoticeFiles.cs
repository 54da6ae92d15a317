using System.Globalization;
using Tambo.Guide.Notices;
using Tambo.Platform.Languages;

namespace Tambo.Guide.Translating;

/// <summary>A notice as a file for translators has it: what it says first is one unit, the rest another, both with the hash of the whole. Pure.</summary>
internal static class NoticeFiles
{
    /// <summary>The notice in one language.</summary>
    /// <param name="item">The notice.</param>
    /// <param name="earlier">What it said when it was translated, where it has changed since and that is known.</param>
    /// <param name="texts">The language of the notes.</param>
    public static XliffRecord RecordOf(NoticeItem item, NoticeText? earlier, Texts texts)
    {
        var (notice, first) = (item.Notice, item.Notice.First);
        var notes = new List<XliffNote> { new("record", $"{texts["notice.kind"]}: {first.Title}"), new("days", notice.For(texts).WhereAndWhen) };
        var units = new List<XliffText> { TextOf(item, NoticePlan.TitleUnit, first.Title, item.Made?.Title, earlier?.Title, NoticeForm.LongestTitle, texts) };
        if (first.Words.Length > 0)
            units.Add(TextOf(item, NoticePlan.WordsUnit, first.Words, item.Made?.Words, earlier?.Words, NoticeForm.LongestText, texts));
        return new XliffRecord(Xliff.FileId(notice), $"{NoticeWork.Kind}/{notice.Id:D}", notes, units);
    }

    private static XliffText TextOf(NoticeItem item, string part, string source, string? target, string? earlier, int most, Texts texts)
    {
        var notes = new List<XliffNote> { new("field", texts["notice." + part]), new("length", texts.Format("translating.note.most", ("count", most.ToString(CultureInfo.InvariantCulture)))) };
        if (item.State == TextState.Outdated && earlier != source)
            notes.Add(new XliffNote("changed", earlier is { Length: > 0 } ? texts.Format("translating.note.changed", ("text", earlier)) : texts["translating.note.changed_unknown"]));
        return new XliffText
        {
            Path = part,
            Source = source,
            Hash = item.Notice.First.Hash,
            Target = target is { Length: > 0 } ? target : null,
            State = item.State switch
            {
                TextState.Done => "reviewed",
                TextState.Unreviewed => "translated",
                _ => "initial",
            },
            SubState = item.State == TextState.Outdated ? "outdated" : item.Made?.AsTranslation().IsUnread == true ? "machine" : "",
            Notes = notes,
        };
    }
}
