using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Http;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Maps;

/// <summary>
/// Names of towns for the map that can be moved, square by square of the usual tile grid (Web Mercator, 2^zoom squares a
/// side): squares can be kept by browsers and proxies, and say no more of where somebody looks than a map tile does.
/// </summary>
internal static class TownTiles
{
    private const int Widest = 4, Closest = 14, MostTowns = 10;

    /// <summary>Serves <c>/map/towns/{zoom}/{x}/{y}.json</c>.</summary>
    public static void MapTowns(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/map/towns/{zoom:int}/{x:int}/{y:int}.json", Serve).Open().ExcludeFromDescription();

    private static IResult Serve(HttpContext context, int zoom, int x, int y)
    {
        if (zoom is < Widest or > Closest || x < 0 || y < 0 || x >= 1 << zoom || y >= 1 << zoom)
            throw PlatformProblems.NotFound.With();
        context.Response.Headers.CacheControl = "public, max-age=86400";
        return Results.Json(In(zoom, x, y).Select(town => new
        {
            name = town.Name,
            at = new[] { Math.Round(town.Point.Latitude, 3), Math.Round(town.Point.Longitude, 3) },
        }));
    }

    /// <summary>The largest towns of a square, those of unknown size left out.</summary>
    internal static IEnumerable<GazetteerPlace> In(int zoom, int x, int y)
    {
        double side = 1 << zoom;
        var southWest = new GeoPoint(WebMercator.Latitude((y + 1) / side), WebMercator.Longitude(x / side));
        var northEast = new GeoPoint(WebMercator.Latitude(y / side), WebMercator.Longitude((x + 1) / side));
        return Gazetteer.Within(southWest, northEast, 4 * MostTowns).Where(town => town.Population is not null).Take(MostTowns);
    }
}
