using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Parts;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;

namespace Tambo.Guide.Staff;

/// <summary>One line of the list of services.</summary>
/// <param name="Id">The service.</param>
/// <param name="Name">Its name.</param>
/// <param name="Organization">Whose it is.</param>
/// <param name="State">One of due, hidden, retired, closed, unconfirmed, fine.</param>
/// <param name="ConfirmedAt">When somebody last made sure of it.</param>
/// <param name="SourceSet">Where it came from, or empty.</param>
public sealed record ServiceLine(Guid Id, string Name, string Organization, string State, DateTimeOffset? ConfirmedAt, string SourceSet)
{
    /// <summary>When it is to be confirmed again.</summary>
    public DateOnly? ReviewDue { get; init; }

    /// <summary>What the list sends to confirm it; empty when the reader may not.</summary>
    public string Pick { get; init; } = "";
}

/// <summary>What the list is narrowed to, as it stands in the address.</summary>
/// <param name="Words">Words of the name, the organisation or the description.</param>
/// <param name="Show">Empty, <c>due</c> or <c>retired</c>.</param>
/// <param name="Set">A source set, <c>here</c> for what was written here, or empty.</param>
/// <param name="Level">A level of confidentiality, or empty.</param>
/// <param name="Page">From 1.</param>
public sealed record ServiceFilter(string Words, string Show, string Set, string Level, int Page)
{
    /// <summary>True when something is left out.</summary>
    public bool Narrows => Words.Length > 0 || Show.Length > 0 || Set.Length > 0 || Level.Length > 0;

    /// <summary>The address of a page of the list.</summary>
    public string Href(int page)
    {
        var query = new List<string>();
        foreach (var (name, value) in new[] { ("q", Words), ("show", Show), ("set", Set), ("level", Level), ("page", page > 1 ? page.ToString(CultureInfo.InvariantCulture) : "") })
        {
            if (value.Length > 0)
                query.Add($"{name}={Uri.EscapeDataString(value)}");
        }

        return query.Count == 0 ? StaffAnswers.Root : $"{StaffAnswers.Root}?{string.Join('&', query)}";
    }
}

/// <summary>One page of the list.</summary>
/// <param name="Filter">What was asked for.</param>
/// <param name="Lines">The services of this page.</param>
/// <param name="Found">How many there are in all.</param>
/// <param name="Pages">How many pages.</param>
/// <param name="Sets">The source sets to choose from.</param>
/// <param name="MaySeeAll">True when the reader may see what is confidential.</param>
public sealed record ServiceList(
    ServiceFilter Filter, IReadOnlyList<ServiceLine> Lines, int Found, int Pages, IReadOnlyList<(string Name, string Title)> Sets, bool MaySeeAll)
{
    /// <summary>The answers of the form that confirms several.</summary>
    public required FormValues Values { get; init; }

    /// <summary>When they are to be confirmed again, proposed.</summary>
    public DateOnly NextReview { get; init; }

    /// <summary>True when all of the page are to be ticked.</summary>
    public bool AllTicked { get; init; }

    /// <summary>How many have just been confirmed, and how many were left; null when the list was only opened.</summary>
    public (int Confirmed, int Left)? Done { get; init; }
}

/// <summary>Staff look services up: by words, by what needs confirming, by source, by confidentiality, retired ones.</summary>
internal static class LookUpServices
{
    /// <summary>Services on a page, and the most that are confirmed at once.</summary>
    public const int PerPage = 50;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(StaffAnswers.Root, ShowAsync).Needs(GuideScope.Edit).ExcludeFromDescription();

    /// <summary>What the staff's start page says of the directory.</summary>
    public static async Task<IReadOnlyList<HomeFigure>> FiguresAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (!context.Actor().May(GuideScope.Edit))
            return [];
        var desk = context.RequestServices.GetRequiredService<DirectoryDesk>();
        var scope = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
        var today = desk.Today;
        var services = scope.Services.ToList();
        var places = services.SelectMany(service => scope.As(service).PlacesOf(service)).Select(offer => offer.LocationId).OfType<Guid>().Distinct();
        return
        [
            new HomeFigure("edit.home.services", services.Count, StaffAnswers.Root),
            new HomeFigure("edit.home.places", places.Count(), null),
            new HomeFigure("edit.home.organizations", scope.Organizations.Count(), EditOrganization.Root),
            new HomeFigure("edit.home.due", services.Count(service => IsDue(service, today)), StaffAnswers.Root + "?show=due") { Asks = true },
        ];
    }

    /// <summary>True when the service should have been confirmed by now; without a day, when nobody ever has.</summary>
    public static bool IsDue(Service service, DateOnly today) => service.ReviewDue is { } due ? due <= today : service.ConfirmedAt is null;

    /// <summary>What a form that stands below the list was narrowed to.</summary>
    public static ServiceFilter FilterOf(FormValues values) =>
        new(TextCharacters.Mended(values["q"]).Trim(), values["show"], values["set"], values["level"], int.TryParse(values["page"], CultureInfo.InvariantCulture, out var page) ? Math.Max(1, page) : 1);

    private static Task<IResult> ShowAsync(
        HttpContext context, DirectoryDesk desk, string? q, string? show, string? set, string? level, int? page, int? confirmed, int? left, string? all,
        CancellationToken cancellationToken) =>
        PageAsync(
            context, desk, new ServiceFilter(TextCharacters.Mended(q ?? "").Trim(), show ?? "", set ?? "", level ?? "", Math.Max(1, page ?? 1)), new FormValues(), null, cancellationToken,
            confirmed is { } done ? (done, left ?? 0) : null, all is not null);

    /// <summary>One page of the list.</summary>
    public static async Task<IResult> PageAsync(
        HttpContext context, DirectoryDesk desk, ServiceFilter filter, FormValues values, Problem? problem, CancellationToken cancellationToken,
        (int Confirmed, int Left)? done = null, bool ticked = false)
    {
        var scope = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
        var today = desk.Today;
        // A line is made when its page is shown: what somebody may do with a service takes a look at all there is of it.
        var mine = scope.Services.ToList();
        List<Func<ServiceLine>> all;
        if (filter.Show == "retired")
            all = [.. scope.SeesSome ? (await StoredRecords.RetiredAsync(desk.Db, cancellationToken))
                .Where(r => scope.SeesRetired(r.OrganizationId) && IsWanted(filter, r.SourceSet, r.Confidentiality))
                .Where(r => Matches(filter.Words, r.Name))
                .Select(r => (Func<ServiceLine>)(() => new ServiceLine(r.Id, r.Name, "", "retired", r.RetiredAt, r.SourceSet))) : []];
        else
            all = [.. mine
                .Where(s => IsWanted(filter, s.SourceSet, s.Confidentiality) && (filter.Show != "due" || IsDue(s, today)))
                .Where(s => Matches(filter.Words, s.Name, s.AlternateName, OrganizationOf(s, scope), s.Description))
                .Select(s => (Func<ServiceLine>)(() => LineOf(s, scope, today)))];
        var pages = Math.Max(1, (all.Count + PerPage - 1) / PerPage);
        filter = filter with { Page = Math.Min(filter.Page, pages) };
        return context.Staff<ServicesPage>(problem, ("List", new ServiceList(
            filter,
            [.. all.Skip((filter.Page - 1) * PerPage).Take(PerPage).Select(line => line())],
            all.Count,
            pages,
            [.. mine.Select(s => s.SourceSet).Where(name => name.Length > 0).Distinct().Select(name => (name, scope.Full.SourceTitle(name))).OrderBy(set => set.Item2, StringComparer.Ordinal)],
            scope.SeesSome)
        {
            Values = values,
            NextReview = desk.NextReview,
            Done = done,
            AllTicked = ticked,
        }));
    }

    private static ServiceLine LineOf(Service service, GuideScope scope, DateOnly today)
    {
        var hidden = scope.Sees(service) && (service.Confidentiality != Confidentiality.Public || scope.Full.PlacesOf(service)
            .Any(offer => offer.Confidentiality != Confidentiality.Public || scope.Full.Location(offer.LocationId)?.Confidentiality is { } level and not Confidentiality.Public));
        var state = hidden ? "hidden" : service.Status != "active" ? "closed" : IsDue(service, today) ? "due" : service.ConfirmedAt is null ? "unconfirmed" : "fine";
        return new ServiceLine(
            service.Id, service.Name, OrganizationOf(service, scope), state, service.ConfirmedAt, service.SourceSet)
        {
            ReviewDue = service.ReviewDue,
            Pick = scope.MayEdit(service) ? ConfirmServices.PickOf(service) : "",
        };
    }

    private static string OrganizationOf(Service service, GuideScope scope) => scope.As(service).Organization(service.OrganizationId)?.Name ?? "";

    private static bool IsWanted(ServiceFilter filter, string set, string level) =>
        (filter.Set.Length == 0 || (filter.Set == "here" ? set.Length == 0 : set == filter.Set)) && (filter.Level.Length == 0 || level == filter.Level);

    // Every word of the question stands somewhere, whatever its accents and case.
    private static bool Matches(string words, params ReadOnlySpan<string> texts)
    {
        if (words.Length == 0)
            return true;
        var said = Spelling.Fold(string.Join(' ', texts));
        foreach (var word in Spelling.Fold(words).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!said.Contains(word, StringComparison.Ordinal))
                return false;
        }

        return true;
    }
}
