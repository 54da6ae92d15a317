using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Guide.Notices;
using Tambo.Guide.Staff;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Translating;

/// <summary>What to take along for translators.</summary>
public sealed record TranslationRequest
{
    /// <summary>The language to translate into.</summary>
    public required string Language { get; init; }

    /// <summary>The language the texts are written in, as a file has one; empty for the one that most of them are written in.</summary>
    public string From { get; init; } = "";

    /// <summary>True for all texts; false for those that are outdated or missing.</summary>
    public bool Everything { get; init; }

    /// <summary>A kind of record, <c>notice</c>, or empty.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The agency that looks after the records, or null for all.</summary>
    public Guid? Agency { get; init; }

    /// <summary>True to take texts along that readers are not shown, for those who may see them.</summary>
    public bool Hidden { get; init; }
}

/// <summary>A file for translators.</summary>
/// <param name="From">The language the texts are written in.</param>
/// <param name="Bytes">XLIFF 2.0.</param>
/// <param name="Records">How many records, notices among them.</param>
/// <param name="Texts">How many texts; a notice is one.</param>
/// <param name="Others">How many texts are written in other languages, each with its number.</param>
public sealed record TranslationFile(string From, byte[] Bytes, int Records, int Texts, IReadOnlyDictionary<string, int> Others);

/// <summary>
/// Somebody takes texts along to a translation program, or gives them to a translator. A file may go anywhere: unless it is
/// asked for by somebody who may see more, it holds what readers are shown and nothing else.
/// </summary>
public sealed class ExportTranslations
{
    private readonly NodeDb db;
    private readonly LiveDirectory live;
    private readonly LiveNotices notices;
    private readonly TextCatalog catalog;
    private readonly PageSettings page;

    private ExportTranslations(IServiceProvider services)
    {
        db = services.GetRequiredService<NodeDb>();
        live = services.GetRequiredService<LiveDirectory>();
        notices = services.GetRequiredService<LiveNotices>();
        catalog = services.GetRequiredService<TextCatalog>();
        page = services.GetRequiredService<PageSettings>();
    }

    /// <summary>That of a node.</summary>
    public static ExportTranslations Of(IServiceProvider services) => new(services);

    /// <summary>Makes the file.</summary>
    /// <param name="request">What to take.</param>
    /// <param name="actor">Who takes it.</param>
    /// <param name="texts">The language of the notes.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="Platform.Problems.Problem">There is no such language, or nothing to take.</exception>
    public async Task<TranslationFile> MakeAsync(TranslationRequest request, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        var language = catalog.Languages.FirstOrDefault(known => known.Code == request.Language)
            ?? throw GuideProblems.XliffTarget.With(("language", request.Language), ("languages", string.Join(", ", catalog.Languages.Select(known => known.Code))));
        var scope = GuideScope.For(actor, await live.GetAsync(cancellationToken));
        var filter = new DeskFilter { Language = request.Language, Show = "all", Kind = request.Kind, Agency = request.Agency };
        var items = DeskWork.Of(scope, catalog.Languages, filter).Items
            .Select(item => request.Hidden && scope.SeesSome ? item : Shown(scope, item)).OfType<DeskItem>()
            .Where(item => request.Everything || item.State is TextState.Outdated or TextState.Missing).ToList();
        // Those of days to come too: they are written for everybody, and to be translated before they are shown.
        var told = NoticeWork.Of(await notices.NotOverAsync(cancellationToken), actor, catalog.Languages, filter).Items
            .Where(item => request.Everything || item.State is TextState.Outdated or TextState.Missing).ToList();
        var written = items.Select(item => item.Record.TextLanguage).Concat(told.Select(item => item.Notice.Language)).GroupBy(code => code, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        var from = request.From.Length > 0 ? request.From : written.OrderByDescending(one => one.Value).ThenBy(one => one.Key, StringComparer.Ordinal).Select(one => one.Key).FirstOrDefault("");
        var taken = items.FindAll(item => item.Record.TextLanguage == from);
        told.RemoveAll(item => item.Notice.Language != from);
        if (taken.Count + told.Count == 0)
            throw GuideProblems.NothingToTranslate.With();
        var earlier = await EarlierTexts.FindAsync(
            db, scope, taken.Where(item => item.State == TextState.Outdated).Select(item => (item.Record, item.Text.Path, item.Made!.SourceHash)), cancellationToken, onlyOpen: !request.Hidden);
        var before = await NoticeWork.EarlierAsync(db, told, cancellationToken);
        var records = told.Select(item => NoticeFiles.RecordOf(item, before.GetValueOrDefault((item.Notice.Id, item.Made?.SourceHash ?? "")), texts)).ToList();
        records.AddRange(taken.GroupBy(item => (item.Record.Kind, item.Record.Id)).Select(group => RecordOf([.. group], earlier, texts)));
        if (request.Hidden)
            await NoteAsync(actor, request, taken.Count, cancellationToken);
        written.Remove(from);
        return new TranslationFile(from, XliffWriting.Write(from, language, records), records.Count, taken.Count + told.Count, written);
    }

    // What readers are shown of a text and of its translation; null when they are shown none of it.
    private static DeskItem? Shown(GuideScope scope, DeskItem item)
    {
        if (scope.Public.Find(item.Record.Kind, item.Record.Id) is not { } shown || SaidTexts.Of(shown).FirstOrDefault(text => text.Path == item.Text.Path) is not { } text || text.Hash != item.Text.Hash)
            return null;
        var made = shown.Translations.FirstOrDefault(t => t.Field == text.Path && t.Language == item.Language);
        return item with { Record = shown, Text = text, Made = made, State = DeskWork.StateOf(text, made) };
    }

    private async Task NoteAsync(Actor actor, TranslationRequest request, int texts, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(actor, "guide.translations.taken", request.Language, cancellationToken);
        change.Describe(new { hidden = true, texts });
        await change.CommitAsync(cancellationToken);
    }

    private XliffRecord RecordOf(List<DeskItem> items, IReadOnlyDictionary<(Guid Id, string Path, string Hash), string> earlier, Texts texts)
    {
        var record = items[0].Record;
        var notes = new List<XliffNote>();
        if (GuideScope.NameOf(record) is { Length: > 0 } name)
            notes.Add(new XliffNote("record", $"{texts["imports.kind." + record.Kind]}: {name}"));
        var link = record is Service && page.PublicUrl is { } root ? $"{root.GetLeftPart(UriPartial.Authority)}/{record.TextLanguage}/services/{record.Id:D}" : null;
        if (link is not null)
            notes.Add(new XliffNote("link", link));
        return new XliffRecord(Xliff.FileId(record), link ?? $"{record.Kind}/{record.Id:D}", notes, [.. items.OrderBy(item => item.Text.Order).Select(item => TextOf(item, earlier, texts))]);
    }

    private static XliffText TextOf(DeskItem item, IReadOnlyDictionary<(Guid Id, string Path, string Hash), string> earlier, Texts texts)
    {
        var notes = new List<XliffNote> { new("field", FieldNames.Of(item.Text.Path, texts)) };
        if (item is { State: TextState.Outdated, Made: { } made })
        {
            notes.Add(new XliffNote("changed", earlier.TryGetValue((item.Record.Id, item.Text.Path, made.SourceHash), out var then)
                ? texts.Format("translating.note.changed", ("text", then))
                : texts["translating.note.changed_unknown"]));
        }

        return new XliffText
        {
            Path = item.Text.Path,
            Source = item.Text.Text,
            Hash = item.Text.Hash,
            Target = item.Made?.Value,
            State = item switch
            {
                { Made: null } or { State: TextState.Outdated } => "initial",
                { State: TextState.Unreviewed } => "translated",
                { Made.Method: "source" } => "final",
                _ => "reviewed",
            },
            SubState = item.State == TextState.Outdated ? "outdated" : item.Made?.IsUnread == true ? "machine" : "",
            Notes = notes,
        };
    }
}
