using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Guide.Staff;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Roles;
using Tambo.Platform.Audit;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Parts;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Feedback;

/// <summary>What a list of messages is narrowed to, as it stands in the address.</summary>
/// <param name="State">A state, <c>open</c> or <c>all</c>.</param>
/// <param name="Kind">A kind, or empty.</param>
/// <param name="Show">Empty, <c>mine</c> or <c>late</c>.</param>
/// <param name="Service">A service's identifier, or empty.</param>
/// <param name="Page">From 1.</param>
public sealed record InboxFilter(string State, string Kind, string Show, string Service, int Page)
{
    /// <summary>True when something else than what is open is asked for.</summary>
    public bool Narrows => State != "open" || Kind.Length > 0 || Show.Length > 0 || Service.Length > 0;

    /// <summary>The address of a page of the list.</summary>
    public string Href(string root, int page)
    {
        var query = new List<string>();
        foreach (var (name, value) in new[] { ("state", State == "open" ? "" : State), ("kind", Kind), ("show", Show), ("service", Service), ("page", page > 1 ? page.ToString(CultureInfo.InvariantCulture) : "") })
        {
            if (value.Length > 0)
                query.Add($"{name}={Uri.EscapeDataString(value)}");
        }

        return query.Count == 0 ? root : $"{root}?{string.Join('&', query)}";
    }
}

/// <summary>One line of an inbox.</summary>
public sealed record InboxLine
{
    /// <summary>The message.</summary>
    public required Guid Id { get; init; }

    /// <summary>The version that is shown.</summary>
    public int Version { get; init; }

    /// <summary>What it is about.</summary>
    public required string Kind { get; init; }

    /// <summary>The service, or the page.</summary>
    public required string About { get; init; }

    /// <summary>How it stands.</summary>
    public required string State { get; init; }

    /// <summary>When it came.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When it should be dealt with; null once it is.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>True when that time is over.</summary>
    public bool Late { get; init; }

    /// <summary>Who has taken it on, or empty.</summary>
    public string AssignedTo { get; init; } = "";

    /// <summary>The language it is written in, in words.</summary>
    public string Language { get; init; } = "";

    /// <summary>Why the node took it for spam, or empty.</summary>
    public string Held { get; init; } = "";
}

/// <summary>One page of an inbox.</summary>
public sealed record InboxList(
    InboxFilter Filter, string Root, bool Sensitive, IReadOnlyList<InboxLine> Lines, int Found, int Pages, IReadOnlyList<Choice> Kinds)
{
    /// <summary>What has just been done to a message, or empty.</summary>
    public string Done { get; init; } = "";
}

/// <summary>Staff read what readers told the node: a list with clocks, and one message with all that was said.</summary>
internal static class ReadInbox
{
    public const int PerPage = 50;

    /// <summary>No address asks for more: what follows is counted in whole numbers of 32 bits.</summary>
    private const int MostPages = 1_000_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var inbox in new[] { Inbox.Ordinary, Inbox.Sensitive })
        {
            routes.MapGet(inbox.Root, (HttpContext context, FeedbackDesk desk, string? state, string? kind, string? show, string? service, int? page, string? done, CancellationToken cancellationToken) =>
                ListAsync(context, desk, inbox, new InboxFilter(Known(state), kind ?? "", show ?? "", service ?? "", Math.Clamp(page ?? 1, 1, MostPages)), done ?? "", cancellationToken))
                .Needs(inbox.Permission).ExcludeFromDescription();
            routes.MapGet(inbox.Root + "/{id:guid}", (HttpContext context, FeedbackDesk desk, Guid id, string? done, CancellationToken cancellationToken) =>
                ShowAsync(context, desk, inbox, id, done ?? "", null, null, cancellationToken))
                .Needs(inbox.Permission).ExcludeFromDescription();
        }
    }

    /// <summary>What waits in the inboxes that this person reads, and in no other.</summary>
    public static async Task<IReadOnlyList<HomeFigure>> FiguresAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (actor, desk) = (context.Actor(), context.RequestServices.GetRequiredService<FeedbackDesk>());
        var figures = new List<HomeFigure>();
        foreach (var inbox in new[] { Inbox.Ordinary, Inbox.Sensitive }.Where(inbox => actor.May(inbox.Permission)))
        {
            var (open, late, held) = await desk.CountAsync(actor, inbox, cancellationToken);
            var name = inbox.IsSensitive ? "feedback.home.protection" : "feedback.home";
            figures.Add(new HomeFigure(name, open, inbox.Root) { Asks = true });
            if (late > 0)
                figures.Add(new HomeFigure(name + ".late", late, inbox.Root + "?show=late") { Asks = true });
            if (held > 0)
                figures.Add(new HomeFigure("feedback.home.held", held, inbox.Root + "?state=held") { Asks = true });
        }

        // Whoever gives roles learns that nobody reads what tells of harm, and of no message.
        if (actor.May("users.manage", new RecordPlace()) && await Holders.CountAsync(desk.Db, Inbox.Sensitive.Permission, cancellationToken) == 0)
            figures.Add(new HomeFigure("feedback.home.no_reader", 1, "/staff/users") { Asks = true });

        return figures;
    }

    private static string Known(string? state) => state is "all" or "held" || FeedbackStates.All.Contains(state) ? state! : "open";

    private static async Task<IResult> ListAsync(
        HttpContext context, FeedbackDesk desk, Inbox inbox, InboxFilter filter, string done, CancellationToken cancellationToken)
    {
        var actor = context.Actor();
        if (inbox.IsSensitive)
            await desk.NoteReadingAsync(actor, "feedback:list", cancellationToken);
        var now = desk.Now;
        var (shown, found) = await desk.ListAsync(actor, inbox, filter, PerPage, cancellationToken);
        var pages = Math.Max(1, (found + PerPage - 1) / PerPage);
        filter = filter with { Page = Math.Min(filter.Page, pages) };
        var names = await ActorNames.OfAsync(desk.Db, shown.Select(row => row.AssignedTo), cancellationToken);
        var scope = await desk.ScopeAsync(actor, cancellationToken);
        var texts = context.PageTexts();
        return context.Staff<InboxPage>(null, ("List", new InboxList(
            filter, inbox.Root, inbox.IsSensitive, [.. shown.Select(row => LineOf(row, scope, names, texts, now))], found, pages,
            [new Choice("", texts["edit.filter.all"]), .. FeedbackKinds.All.Where(kind => Inbox.Of(kind) == inbox).Select(kind => new Choice(kind.Code, texts[kind.TextKey]))])
        {
            Done = texts.Knows("feedback.done." + done) ? texts["feedback.done." + done] : "",
        }));
    }

    private static InboxLine LineOf(FeedbackRow row, GuideScope scope, IReadOnlyDictionary<string, string> names, Texts texts, DateTimeOffset now) => new()
    {
        Id = row.Id,
        Version = row.Version,
        Kind = KindName(row.Kind, texts),
        About = AboutName(row, scope, texts),
        State = row.State,
        ReceivedAt = row.ReceivedAt,
        DueAt = row.IsOpen ? row.DueAt : null,
        Late = row.IsLate(now),
        AssignedTo = NameOf(row.AssignedTo, names),
        Language = row.Language.Length > 0 ? SpokenLanguages.Name(row.Language, texts) : "",
        Held = row.Held,
    };

    private static string KindName(string kind, Texts texts) => FeedbackKinds.Find(kind) is { } known ? texts[known.TextKey] : texts["feedback.kind.erased"];

    private static string NameOf(string actor, IReadOnlyDictionary<string, string> names) => names.GetValueOrDefault(actor) ?? actor;

    /// <summary>What a message is about: the service as this person may see it, else the page.</summary>
    private static string AboutName(FeedbackRow row, GuideScope scope, Texts texts) =>
        row.Kind.Length == 0 ? texts["feedback.kind.erased"]
            : scope.Full.Service(row.Service ?? Guid.Empty) is { } service && scope.As(service).Service(service.Id) is { } seen
            ? seen.Name
            : row.About.Length > 0 ? "/" + row.About : texts["feedback.about.start"];

    /// <summary>One message; a refusal of what was done to it is shown with what was written.</summary>
    public static async Task<IResult> ShowAsync(
        HttpContext context, FeedbackDesk desk, Inbox inbox, Guid id, string done, FormValues? values, Problem? problem, CancellationToken cancellationToken)
    {
        var (row, notes, scope) = await desk.FindAsync(context.Actor(), inbox, id, cancellationToken);
        await desk.NoteReadingAsync(context.Actor(), FeedbackBox.SubjectOf(id), cancellationToken);
        var texts = context.PageTexts();
        var steps = notes.Where(note => note.Author == FeedbackNote.Step).Select(note => FeedbackStep.NamedIn(desk.Seals.OpenNote(inbox, note).Text));
        var names = await ActorNames.OfAsync(desk.Db, notes.Select(note => note.Actor).Concat(steps).Append(row.AssignedTo), cancellationToken);
        return context.Staff<MessagePage>(problem, ("Message", new MessageAnswer
        {
            Line = LineOf(row, scope, names, texts, desk.Now),
            Root = inbox.Root,
            Sensitive = inbox.IsSensitive,
            Version = row.Version,
            Text = desk.Seals.Open(inbox, id, row.Sealed),
            Language = row.Language,
            WrittenOn = row.WrittenOn,
            Erased = row.ErasedAt is not null,
            HasWriter = await desk.HasWriterAsync(id, cancellationToken),
            Closing = row.Closing,
            PublicPath = row.About,
            Service = scope.Full.Service(row.Service ?? Guid.Empty) is { } service && context.Actor().May(GuideScope.Edit) ? service.Id : null,
            IsMine = row.AssignedTo == context.Actor().AuditName,
            Changes = await ChangesAsync(desk, scope, row, cancellationToken),
            Changed = row.ChangedVersion,
            Notes = [.. notes.Select(note => NoteOf(desk, inbox, note, names, texts))],
            Kinds = [.. FeedbackKinds.All.Where(kind => !kind.Sensitive).Select(kind => new Choice(kind.Code, texts[kind.TextKey]))],
            Closings = [.. FeedbackKinds.Closings.Select(code => new Choice(code, texts["feedback.closing." + code]))],
            Colleagues = [.. (await desk.ReadersAsync(inbox, row, cancellationToken)).Where(actor => actor.AuditName != context.Actor().AuditName && actor.AuditName != row.AssignedTo)
                .Select(actor => new Choice(actor.AuditName, actor.DisplayName))],
            Values = values ?? new FormValues(),
            Done = texts.Knows("feedback.done." + done) ? texts["feedback.done." + done] : "",
        }));
    }

    // The versions of the service since the message came: one of them is what it led to.
    private static async Task<IReadOnlyList<(int Version, DateTimeOffset At, string Change)>> ChangesAsync(
        FeedbackDesk desk, GuideScope scope, FeedbackRow row, CancellationToken cancellationToken)
    {
        if (scope.Full.Service(row.Service ?? Guid.Empty) is not { } service)
            return [];
        var versions = await RecordHistory.OfAsync(desk.Db, RecordKinds.Service, service.Id, cancellationToken);
        return scope.MayReadHistory(RecordKinds.Service, service.Id, versions)
            ? [.. versions.Where(version => version.At >= row.ReceivedAt).Take(30).Select(version => (version.Version, version.At, version.Change))]
            : [];
    }

    private static MessageNote NoteOf(FeedbackDesk desk, Inbox inbox, FeedbackNote note, IReadOnlyDictionary<string, string> names, Texts texts)
    {
        (note, var text) = desk.Seals.OpenNote(inbox, note);
        return new MessageNote(
            note.At, note.Author, NameOf(note.Actor, names), note.Author == FeedbackNote.Step ? FeedbackStep.Words(text, texts, actor => NameOf(actor, names)) : text,
            note.Language.Length > 0 ? note.Language : null, note.Language.Length > 0 ? SpokenLanguages.Name(note.Language, texts) : "");
    }
}

/// <summary>One message with all that was said and done.</summary>
public sealed record MessageAnswer
{
    /// <summary>What its line in the list says.</summary>
    public required InboxLine Line { get; init; }

    /// <summary>Where its list is.</summary>
    public required string Root { get; init; }

    /// <summary>True in the inbox of what tells of harm.</summary>
    public required bool Sensitive { get; init; }

    /// <summary>The version its forms were filled from.</summary>
    public required int Version { get; init; }

    /// <summary>What was written.</summary>
    public required string Text { get; init; }

    /// <summary>The tag of its language, or empty.</summary>
    public string Language { get; init; } = "";

    /// <summary>The day it was written on, when it waited in a device; else empty.</summary>
    public string WrittenOn { get; init; } = "";

    /// <summary>True when its texts were deleted.</summary>
    public bool Erased { get; init; }

    /// <summary>False for what was passed on in other words: nobody reads an answer.</summary>
    public bool HasWriter { get; init; } = true;

    /// <summary>Why it was closed, or empty.</summary>
    public string Closing { get; init; } = "";

    /// <summary>The page it is about, below the language.</summary>
    public string PublicPath { get; init; } = "";

    /// <summary>The service, when the reader may open its staff page.</summary>
    public Guid? Service { get; init; }

    /// <summary>True when the reader has taken it on.</summary>
    public bool IsMine { get; init; }

    /// <summary>Versions of the service since the message came.</summary>
    public IReadOnlyList<(int Version, DateTimeOffset At, string Change)> Changes { get; init; } = [];

    /// <summary>The version that puts it right; 0 when none is named.</summary>
    public int Changed { get; init; }

    /// <summary>What followed.</summary>
    public IReadOnlyList<MessageNote> Notes { get; init; } = [];

    /// <summary>The kinds under which the ordinary inbox may take it.</summary>
    public IReadOnlyList<Choice> Kinds { get; init; } = [];

    /// <summary>Why it may be closed.</summary>
    public IReadOnlyList<Choice> Closings { get; init; } = [];

    /// <summary>Others who may read it, to whom it can be given.</summary>
    public IReadOnlyList<Choice> Colleagues { get; init; } = [];

    /// <summary>What was written in its forms.</summary>
    public required FormValues Values { get; init; }

    /// <summary>What has just been done, or empty.</summary>
    public string Done { get; init; } = "";
}

/// <summary>What was said after a message, or done with it.</summary>
/// <param name="At">When.</param>
/// <param name="Author">writer, staff or step.</param>
/// <param name="Who">The member of staff.</param>
/// <param name="Text">What was said, or the step in words.</param>
/// <param name="Language">The tag of its language, or null.</param>
/// <param name="LanguageName">The name of it.</param>
public sealed record MessageNote(DateTimeOffset At, string Author, string Who, string Text, string? Language, string LanguageName);
