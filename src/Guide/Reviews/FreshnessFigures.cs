using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Platform.Http;

namespace Tambo.Guide.Reviews;

/// <summary>How much of what readers are shown was confirmed lately, as everybody may know.</summary>
/// <param name="Date">The day, in UTC.</param>
/// <param name="Services">Services that readers can find.</param>
/// <param name="ConfirmedWithin90Days">Those of them confirmed within 90 days.</param>
/// <param name="ConfirmedWithin180Days">Those confirmed longer ago, but within 180 days.</param>
/// <param name="ConfirmedEarlier">Those confirmed longer ago than that.</param>
/// <param name="NeverConfirmed">Those that nobody has confirmed.</param>
public sealed record FreshnessFigures(
    DateOnly Date, int Services, int ConfirmedWithin90Days, int ConfirmedWithin180Days, int ConfirmedEarlier, int NeverConfirmed)
{
    /// <summary>Confirmed within 90 days, of all, in whole percent and never rounded up; null when there is no service.</summary>
    public int? SharePercent => Services == 0 ? null : 100 * ConfirmedWithin90Days / Services;

    /// <summary>What these figures are, for whoever uses them.</summary>
    public string Definition { get; init; } =
        "Services that readers can find on this node on the date. Confirmed: somebody of the service, of the node, or of the source it came from "
        + "made sure that it is right; the days count from then. Each service is counted once, in one of the four groups.";

    /// <summary>The figures of services. Pure.</summary>
    internal static FreshnessFigures Of(IEnumerable<Service> services, DateTimeOffset now)
    {
        var counts = services.CountBy(service => Surenesses.Of(service.ConfirmedAt, now)).ToDictionary();
        int Count(Sureness sureness) => counts.GetValueOrDefault(sureness);
        return new FreshnessFigures(
            DateOnly.FromDateTime(now.UtcDateTime), counts.Values.Sum(), Count(Sureness.Recent), Count(Sureness.Ageing), Count(Sureness.Old), Count(Sureness.Never));
    }

    /// <summary>The figures of all that readers can find.</summary>
    internal static FreshnessFigures Of(Offers offers, DateTimeOffset now) =>
        Of(offers.All.Select(offer => offer.Service).DistinctBy(service => service.Id), now);

    internal static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/guide/freshness", async (HttpContext context, LiveOffers offers, TimeProvider time, CancellationToken cancellationToken) =>
        {
            context.Response.Headers.CacheControl = "public, max-age=600";
            return Results.Json(Of(await offers.GetAsync(cancellationToken), time.GetUtcNow()));
        }).Open().WithSummary("How many of the public services were confirmed within 90 days, within 180, earlier, or never");
}
