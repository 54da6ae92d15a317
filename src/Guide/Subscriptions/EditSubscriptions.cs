using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Guide.Directory;
using Tambo.Guide.Staff;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Subscriptions;

/// <summary>Those who import for the whole node say from whom it takes a directory over, how often, and see how it went.</summary>
internal static class EditSubscriptions
{
    public const string Root = "/staff/guide/subscriptions";
    private const int MostHours = 720;
    private const int UsualHours = 24;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, ShowAsync).Needs(GuideScope.Importing).ExcludeFromDescription();
        routes.MapPost(Root, AddAsync).Needs(GuideScope.Importing).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
        routes.MapPost(Root + "/{id:guid}", ChangeAsync).Needs(GuideScope.Importing).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
    }

    private static Task<IResult> ShowAsync(HttpContext context, NodeDb db, string? done, CancellationToken cancellationToken)
    {
        RequireWholeNode(context);
        return PageAsync(context, db, new FormValues(), null, cancellationToken, done is not null);
    }

    private static async Task<IResult> AddAsync(HttpContext context, NodeDb db, CancellationToken cancellationToken)
    {
        RequireWholeNode(context);
        var values = await StaffAnswers.FormAsync(context, cancellationToken);
        var form = new FormReading(values);
        var address = form.Web("address", "");
        if (address.Length == 0 && form.Refusal is null)
            form.Refuse("address", FormProblems.Missing);
        var title = form.Text("title", 200, required: true);
        var licence = form.Text("licence", 100);
        var hours = form.Number("every", 1, MostHours, FormProblems.Missing) ?? UsualHours;
        var known = await SubscriptionRows.AllAsync(db, cancellationToken);
        if (known.Any(one => string.Equals(one.Address.TrimEnd('/'), address.TrimEnd('/'), StringComparison.OrdinalIgnoreCase)))
            form.Refuse("address", GuideProblems.FeedKnown);
        if (form.Refusal is { } refusal)
            return await PageAsync(context, db, values, refusal, cancellationToken);
        var id = Guid.CreateVersion7(db.Time.GetUtcNow());
        await using var change = await db.BeginAsync(context.Actor(), "guide.subscription.added", id.ToString("D"), cancellationToken);
        await SubscriptionRows.AddAsync(change, new Subscription
        {
            Id = id,
            Address = address,
            // A name that no file and no other subscription has, so that nobody's records pass for another's.
            SourceSet = "subscription-" + id.ToString("N"),
            Title = title,
            Licence = licence,
            EveryHours = (int)hours,
            DueAt = db.Time.GetUtcNow(),
        });
        change.Describe(new { host = new Uri(address).Host });
        await change.CommitAsync(cancellationToken);
        return Results.Redirect(Root + "?done=1");
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, NodeDb db, Guid id, CancellationToken cancellationToken)
    {
        RequireWholeNode(context);
        var values = await StaffAnswers.FormAsync(context, cancellationToken);
        var now = db.Time.GetUtcNow();
        var (code, sql) = values["do"] switch
        {
            "ask" => ("guide.subscription.asked", "update guide_subscriptions set due_at = @now, paused = @no where id = @id"),
            "take_out" => ("guide.subscription.shrinking_allowed", "update guide_subscriptions set due_at = @now, takes_out = @yes where id = @id"),
            "pause" => ("guide.subscription.paused", "update guide_subscriptions set paused = @yes where id = @id"),
            "end" => ("guide.subscription.ended", "delete from guide_subscriptions where id = @id"),
            _ => throw PlatformProblems.Malformed.With(),
        };
        await using var change = await db.BeginAsync(context.Actor(), code, id.ToString("D"), cancellationToken);
        if (await change.ExecuteAsync(sql, new { id, now, yes = true, no = false }) == 0)
            throw GuideProblems.NoSuchRecord.With();
        await change.CommitAsync(cancellationToken);
        return Results.Redirect(Root + "?done=1");
    }

    // What comes in this way belongs to no agency.
    private static void RequireWholeNode(HttpContext context)
    {
        if (!context.Actor().May(GuideScope.Importing, new RecordPlace()))
            throw GuideProblems.NoSuchRecord.With();
    }

    private static async Task<IResult> PageAsync(
        HttpContext context, NodeDb db, FormValues values, Problem? problem, CancellationToken cancellationToken, bool done = false) =>
        context.Staff<SubscriptionsPage>(
            problem, ("Values", values), ("All", await SubscriptionRows.AllAsync(db, cancellationToken)), ("Done", done), ("Hours", UsualHours.ToString(CultureInfo.InvariantCulture)));
}
