using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Guide.Notices;
using Tambo.Guide.Staff;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Parts;
using Tambo.Platform.Problems;

namespace Tambo.Guide.Translating;

/// <summary>One line of the work list.</summary>
public sealed record DeskLine
{
    /// <summary>Where it is translated.</summary>
    public required string Href { get; init; }

    /// <summary>The kind of the record.</summary>
    public required string Kind { get; init; }

    /// <summary>What the record is called.</summary>
    public required string Name { get; init; }

    /// <summary>The path of the text in it.</summary>
    public required string Path { get; init; }

    /// <summary>The languages to translate into; several only where it is missing in each of them.</summary>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>The language the text is written in.</summary>
    public required string WrittenIn { get; init; }

    /// <summary>What is to be done.</summary>
    public required TextState State { get; init; }

    /// <summary>True when readers do not see the record whole.</summary>
    public bool IsHidden { get; init; }

    /// <summary>The text, or what has changed of it.</summary>
    public required IReadOnlyList<Piece> Text { get; init; }

    /// <summary>True when the text has changed and nobody knows what it said.</summary>
    public bool IsEarlierUnknown { get; init; }

    /// <summary>The translation there is, or null.</summary>
    public Translation? Made { get; init; }
}

/// <summary>Everything the desk shows.</summary>
public sealed record DeskAnswer
{
    /// <summary>What was asked for.</summary>
    public required DeskFilter Filter { get; init; }

    /// <summary>How far each language has come.</summary>
    public required IReadOnlyList<LanguageTally> Tallies { get; init; }

    /// <summary>How far the site's own sentences have come; empty for those whose right ends with an agency.</summary>
    public IReadOnlyList<LanguageTally> Interface { get; init; } = [];

    /// <summary>The lines of this page.</summary>
    public required IReadOnlyList<DeskLine> Lines { get; init; }

    /// <summary>How many there are in all.</summary>
    public int Found { get; init; }

    /// <summary>How many pages.</summary>
    public int Pages { get; init; }

    /// <summary>Records of which nobody has said in which language they are written.</summary>
    public int Unsaid { get; init; }

    /// <summary>The languages that texts are written in, those of most texts first.</summary>
    public IReadOnlyList<string> WrittenIn { get; init; } = [];

    /// <summary>The agencies to choose from; empty for those whose right ends with one.</summary>
    public IReadOnlyList<Agency> Agencies { get; init; } = [];

    /// <summary>True for those who may take hidden texts along in a file.</summary>
    public bool MaySeeHidden { get; init; }
}

/// <summary>A translator sees how far each language has come and what to do next: what is outdated, missing, or read over by nobody.</summary>
internal static class ShowDesk
{
    public const string Root = "/staff/guide/translations";
    private const int PerPage = 25;

    // Characters shown around each change, and of a text that is new.
    private const int Around = 60;
    private const int Beginning = 240;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(Root, ShowAsync).Needs(GuideScope.Edit).ExcludeFromDescription();

    /// <summary>What the staff's start page says of translations.</summary>
    public static async Task<IReadOnlyList<HomeFigure>> FiguresAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (!context.Actor().May(GuideScope.Edit))
            return [];
        var desk = context.RequestServices.GetRequiredService<DirectoryDesk>();
        var languages = context.RequestServices.GetRequiredService<TextCatalog>().Languages;
        var scope = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
        var filter = new DeskFilter { Show = DeskFilter.Name(TextState.Outdated) };
        var told = await context.RequestServices.GetRequiredService<LiveNotices>().NotOverAsync(cancellationToken);
        var outdated = DeskWork.Of(scope, languages, filter).Items.Count + NoticeWork.Of(told, context.Actor(), languages, filter).Items.Count;
        return [new HomeFigure("translating.home.outdated", outdated, Root + "?show=outdated") { Asks = true }];
    }

    /// <summary>What an address narrows the desk to; what nobody knows is as if it had not been said.</summary>
    public static DeskFilter FilterOf(HttpContext context, GuideScope scope, IReadOnlyList<Language> languages)
    {
        string Said(string name, IEnumerable<string> known) => context.Request.Query[name].ToString() is var value && known.Contains(value) ? value : "";
        return new DeskFilter
        {
            Language = Said("language", languages.Select(language => language.Code)),
            Show = Said("show", DeskFilter.Shows),
            Kind = Said("kind", [.. SaidTexts.Kinds, NoticeWork.Kind]),
            Agency = scope.IsNodeWide && Guid.TryParse(context.Request.Query["agency"], out var agency) ? agency : null,
            Words = TextCharacters.Mended(context.Request.Query["q"].ToString()).Trim(),
            Page = int.TryParse(context.Request.Query["page"], System.Globalization.CultureInfo.InvariantCulture, out var page) ? Math.Max(1, page) : 1,
        };
    }

    private static Task<IResult> ShowAsync(HttpContext context, DirectoryDesk desk, TextCatalog catalog, CancellationToken cancellationToken) =>
        PageAsync(context, desk, catalog, null, cancellationToken);

    /// <summary>The desk, with why something that was asked for on it was refused.</summary>
    public static async Task<IResult> PageAsync(HttpContext context, DirectoryDesk desk, TextCatalog catalog, Problem? problem, CancellationToken cancellationToken)
    {
        var scope = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
        var filter = FilterOf(context, scope, catalog.Languages);
        var work = DeskWork.Of(scope, catalog.Languages, filter);
        // A text that is missing in several languages is one line.
        var lines = work.Items.GroupBy(item => (item.Record.Id, item.Text.Path, item.State, item.State == TextState.Missing ? "" : item.Language)).ToList();
        // What is told these days stands before everything else.
        var notices = NoticeWork.Of(await context.RequestServices.GetRequiredService<LiveNotices>().NotOverAsync(cancellationToken), context.Actor(), catalog.Languages, filter);
        var noticeLines = notices.Lines(await NoticeWork.EarlierAsync(desk.Db, notices.Items, cancellationToken));
        var pages = Math.Max(1, (noticeLines.Count + lines.Count + PerPage - 1) / PerPage);
        filter = filter with { Page = Math.Min(filter.Page, pages) };
        var from = (filter.Page - 1) * PerPage;
        var told = noticeLines.Skip(from).Take(PerPage).ToList();
        var shown = lines.Skip(Math.Max(0, from - noticeLines.Count)).Take(PerPage - told.Count).Select(line => line.ToList()).ToList();
        var earlier = await EarlierTexts.FindAsync(
            desk.Db, scope, shown.SelectMany(line => line).Where(item => item.State == TextState.Outdated).Select(item => (item.Record, item.Text.Path, item.Made!.SourceHash)), cancellationToken);
        return context.Staff<DeskPage>(problem, ("Answer", new DeskAnswer
        {
            Filter = filter,
            Tallies = [.. work.Tallies.Zip(notices.Tallies, (one, other) => one.With(other))],
            Interface = scope.IsNodeWide ? context.RequestServices.GetRequiredService<InterfaceTexts>().Tallies() : [],
            Lines = [.. told, .. shown.Select(line => LineOf(scope, line, line[0] is { Made: { } made } item ? earlier.GetValueOrDefault((item.Record.Id, item.Text.Path, made.SourceHash)) : null))],
            Found = work.Items.Count + notices.Items.Count,
            Pages = pages,
            Unsaid = work.Unsaid,
            WrittenIn = [.. notices.Items.GroupBy(item => item.Notice.Language, item => 1).Select(language => KeyValuePair.Create(language.Key, language.Count())).Concat(work.WrittenIn)
                .GroupBy(language => language.Key, language => language.Value).OrderByDescending(language => language.Sum()).ThenBy(language => language.Key, StringComparer.Ordinal).Select(language => language.Key)],
            Agencies = scope.IsNodeWide ? await Agencies.AllAsync(desk.Db, cancellationToken) : [],
            MaySeeHidden = scope.SeesSome,
        }));
    }

    private static DeskLine LineOf(GuideScope scope, List<DeskItem> line, string? earlier) => line[0] is var item && line.Count == 1
        ? LineOf(scope, item, earlier)
        : LineOf(scope, item, earlier) with
        {
            Href = $"{Translate.Href(item.Record.Kind, item.Record.Id)}#{Translate.AnchorOf(item.Text.Path)}",
            Languages = [.. line.Select(one => one.Language)],
        };

    private static DeskLine LineOf(GuideScope scope, DeskItem item, string? earlier) => new()
    {
        Href = Translate.Href(item.Record.Kind, item.Record.Id, item.Language, item.Text.Path),
        Kind = item.Record.Kind,
        Name = scope.TitleOf(item.Record),
        Path = item.Text.Path,
        Languages = [item.Language],
        WrittenIn = item.Record.TextLanguage,
        State = item.State,
        IsHidden = item.Hidden > 0,
        Text = item.State == TextState.Outdated && earlier is not null
            ? WordDiff.Excerpt(WordDiff.Of(earlier, item.Text.Text), Around)
            : [new Piece(PieceKind.Same, WordDiff.Begin(item.Text.Text, Beginning))],
        IsEarlierUnknown = item.State == TextState.Outdated && earlier is null,
        Made = item.Made is { } made ? made with { Value = WordDiff.Begin(made.Value, Beginning) } : null,
    };
}
