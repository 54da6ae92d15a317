using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Tambo.Guide.Finding;
using Tambo.Platform.Http;
using Tambo.Platform.Maps;

namespace Tambo.Guide.Pages;

/// <summary>The points of a list for the map that can be moved, and the outlines beneath them.</summary>
internal sealed class ListPoints(LiveOffers offers, TimeProvider time)
{
    private const int MostPoints = 2000;

    /// <summary>The services of a question as GeoJSON (RFC 7946): number in the list, whether on this page of it, name, address of the page, and whether only the town is known.</summary>
    public async Task<IResult> ShowAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var question = SearchQuestion.Of(context.Request.Query);
        var texts = context.Texts();
        var all = await offers.GetAsync(cancellationToken);
        var from = question.Near.Length > 0 ? all.Towns.Find(question.Near, 1, texts.Code) : [];
        var found = FindServices.In(all, question.From(from.Count > 0 ? from[0].Point : null), time.GetUtcNow());
        context.Response.Headers.CacheControl = "public, max-age=60";
        return Results.Json(
            new
            {
                type = "FeatureCollection",
                features = found.Take(0, MostPoints).Select((hit, index) => (hit.Offer, Number: index + 1)).Where(line => line.Offer.AnyPoint is not null).Select(line => new
                {
                    type = "Feature",
                    geometry = new { type = "Point", coordinates = new[] { line.Offer.AnyPoint!.Value.Longitude, line.Offer.AnyPoint.Value.Latitude } },
                    properties = new
                    {
                        number = line.Number,
                        listed = ListServices.PageOf(line.Number) == question.Page,
                        name = Words.Of(line.Offer.Service, "name", line.Offer.Service.Name, texts).Text,
                        href = $"/{texts.Code}/services/{line.Offer.Service.Id:D}",
                        approximate = line.Offer.IsApproximate,
                    },
                }),
            },
            JsonSerializerOptions.Web,
            "application/geo+json");
    }
}
