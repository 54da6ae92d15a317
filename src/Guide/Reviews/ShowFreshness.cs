using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Guide.Staff;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Parts;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Reviews;

/// <summary>How fresh the public services of one organisation, or of one agency, are.</summary>
/// <param name="Id">The organisation, where the line is one's.</param>
/// <param name="Name">Its name, or that of the agency; empty for what has none.</param>
/// <param name="Agency">The agency that looks after it, or empty.</param>
/// <param name="Figures">The figures.</param>
/// <param name="Oldest">The oldest confirmation; null when a service was never confirmed.</param>
public sealed record FreshnessLine(Guid? Id, string Name, string Agency, FreshnessFigures Figures, DateTimeOffset? Oldest);

/// <summary>A task as the page shows it.</summary>
/// <param name="Id">The task.</param>
/// <param name="Service">The service.</param>
/// <param name="Name">Its name.</param>
/// <param name="Reason">no_answer, wrong or not_mine.</param>
/// <param name="Since">When it came up.</param>
public sealed record ReviewTaskLine(Guid Id, Guid Service, string Name, string Reason, DateTimeOffset Since)
{
    /// <summary>What was ticked.</summary>
    public IReadOnlyList<string> Marks { get; init; } = [];

    /// <summary>What was written.</summary>
    public string Said { get; init; } = "";
}

/// <summary>What the page of freshness shows to somebody.</summary>
public sealed record FreshnessAnswer
{
    /// <summary>All public services this person looks after.</summary>
    public required FreshnessFigures All { get; init; }

    /// <summary>One page of lines, the oldest first.</summary>
    public required IReadOnlyList<FreshnessLine> Lines { get; init; }

    /// <summary>agency, or empty for organisations.</summary>
    public string By { get; init; } = "";

    /// <summary>From 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>How many pages.</summary>
    public int Pages { get; init; } = 1;

    /// <summary>What is to be seen to.</summary>
    public required IReadOnlyList<ReviewTaskLine> Tasks { get; init; }

    /// <summary>Services to be confirmed, public or not.</summary>
    public int Due { get; init; }

    /// <summary>True when a task has just been done.</summary>
    public bool Done { get; init; }
}

/// <summary>Staff see how fresh what they look after is, the oldest first, and what came of asking.</summary>
internal static class ShowFreshness
{
    public const string Root = "/staff/guide/freshness";
    private const int PerPage = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, ShowAsync).Needs(GuideScope.Edit).ExcludeFromDescription();
        routes.MapPost(Root + "/tasks/{id:guid}/done", DoneAsync).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
    }

    /// <summary>What waits for this person.</summary>
    public static async Task<IReadOnlyList<HomeFigure>> FiguresAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (!context.Actor().May(GuideScope.Edit))
            return [];
        var services = context.RequestServices;
        var scope = GuideScope.For(context.Actor(), await services.GetRequiredService<DirectoryDesk>().MomentAsync(cancellationToken));
        var tasks = await services.GetRequiredService<ReviewDesk>().OpenAsync(scope, cancellationToken);
        return [new HomeFigure("review.home.tasks", tasks.Count, Root) { Asks = true }];
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, DirectoryDesk desk, ReviewDesk reviews, string? by, int? page, string? done, CancellationToken cancellationToken)
    {
        var moment = await desk.MomentAsync(cancellationToken);
        var scope = GuideScope.For(context.Actor(), moment);
        var mine = scope.Services.ToList();
        var shown = mine.Where(service => Offers.Of(moment.Public, service.Id).Count > 0).ToList();
        var agencies = (await Agencies.AllAsync(desk.Db, cancellationToken)).ToDictionary(agency => agency.Id, agency => agency.Name);
        var lines = LinesOf(shown, moment, scope, agencies, by == "agency", desk.Now)
            .OrderBy(line => line.Oldest ?? DateTimeOffset.MinValue).ThenBy(line => line.Figures.SharePercent).ThenBy(line => line.Name, StringComparer.OrdinalIgnoreCase).ToList();
        var pages = Math.Max(1, (lines.Count + PerPage - 1) / PerPage);
        var number = Math.Clamp(page ?? 1, 1, pages);
        var tasks = await reviews.OpenAsync(scope, cancellationToken);
        return context.Staff<FreshnessPage>(null, ("Answer", new FreshnessAnswer
        {
            All = FreshnessFigures.Of(shown, desk.Now),
            Lines = [.. lines.Skip((number - 1) * PerPage).Take(PerPage)],
            By = by == "agency" ? "agency" : "",
            Page = number,
            Pages = pages,
            Due = mine.Count(service => LookUpServices.IsDue(service, desk.Today)),
            Done = done is not null,
            Tasks = [.. tasks.Select(task => new ReviewTaskLine(task.Id, task.ServiceId, scope.Find(task.ServiceId).Name, task.Reason, task.CreatedAt)
            {
                Marks = task.Marks.Split(' ', StringSplitOptions.RemoveEmptyEntries),
                Said = reviews.Seals.Open(task.Row, task.Sealed),
            })],
        }));
    }

    private static IEnumerable<FreshnessLine> LinesOf(
        List<Service> shown, DirectoryMoment moment, GuideScope scope, Dictionary<Guid, string> agencies, bool byAgency, DateTimeOffset now)
    {
        string AgencyOf(Guid? organization) => scope.AgencyOf(organization) is { } agency ? agencies.GetValueOrDefault(agency, "") : "";
        // Whose a service is, the public record says: of a hidden organisation nothing is told here.
        Guid? OrganizationOf(Service service) => moment.Public.Service(service.Id)?.OrganizationId;
        DateTimeOffset? Oldest(IEnumerable<Service> services) =>
            services.Min(service => Surenesses.Of(service.ConfirmedAt, now) == Sureness.Never ? DateTimeOffset.MinValue : service.ConfirmedAt!.Value) is var oldest && oldest > DateTimeOffset.MinValue ? oldest : null;
        return byAgency
            ? shown.GroupBy(service => AgencyOf(service.OrganizationId), StringComparer.Ordinal)
                .Select(group => new FreshnessLine(null, group.Key, group.Key, FreshnessFigures.Of(group, now), Oldest(group)))
            : shown.GroupBy(OrganizationOf)
                .Select(group => new FreshnessLine(
                    group.Key, moment.Public.Organization(group.Key)?.Name ?? "", AgencyOf(group.Key), FreshnessFigures.Of(group, now), Oldest(group)));
    }

    private static async Task<IResult> DoneAsync(HttpContext context, DirectoryDesk desk, ReviewDesk reviews, Guid id, CancellationToken cancellationToken)
    {
        var scope = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
        var task = (await reviews.OpenAsync(scope, cancellationToken)).FirstOrDefault(open => open.Id == id) ?? throw GuideProblems.NoSuchRecord.With();
        await reviews.DoneAsync(context.Actor(), task, cancellationToken);
        return Results.Redirect(Root + "?done=1");
    }
}
