using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Http;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Maps;

/// <summary>A square part of the world as a picture, on which a person can tap a place even without scripts.</summary>
/// <param name="Latitude">Of its middle, degrees, on a grid of hundredths.</param>
/// <param name="Longitude">Of its middle.</param>
/// <param name="Depth">How far one has tapped in: 0 shows the Americas, each step a fifth of the one before.</param>
public sealed record MapPicture(double Latitude, double Longitude, int Depth)
{
    /// <summary>Pixels of a side.</summary>
    public const int Side = 340;

    /// <summary>The deepest view, about 50 km across.</summary>
    public const int Deepest = 3;

    private const double WidestMetres = 14_000_000;

    /// <summary>The Americas.</summary>
    public static MapPicture Start { get; } = new(8, -80, 0);

    /// <summary>The picture's address.</summary>
    public string Href => string.Create(CultureInfo.InvariantCulture, $"/map/{Depth}/{Latitude:0.00}/{Longitude:0.00}.svg");

    /// <summary>Where a tap lies on the ground, rounded to a hundredth of a degree.</summary>
    /// <param name="x">Pixels from the left.</param>
    /// <param name="y">Pixels from the top.</param>
    public GeoPoint At(int x, int y)
    {
        var view = View();
        var west = WebMercator.X(view.West);
        var top = WebMercator.Y(view.North);
        var scale = Side / (WebMercator.X(view.East) - west);
        var latitude = WebMercator.Latitude(top + (Math.Clamp(y, 0, Side) / scale));
        var longitude = WebMercator.Longitude(west + (Math.Clamp(x, 0, Side) / scale));
        return new GeoPoint(Math.Round(latitude, 2), Math.Round(longitude < -180 ? longitude + 360 : longitude > 180 ? longitude - 360 : longitude, 2));
    }

    /// <summary>The view one step nearer around a tap.</summary>
    public MapPicture Nearer(GeoPoint tapped) => new(tapped.Latitude, tapped.Longitude, Math.Min(Depth + 1, Deepest));

    /// <summary>True when the numbers can be a view.</summary>
    public bool IsPossible => Math.Abs(Latitude) <= 80 && Math.Abs(Longitude) <= 180 && Depth is >= 0 and <= Deepest
        && Latitude == Math.Round(Latitude, 2) && Longitude == Math.Round(Longitude, 2);

    /// <summary>Serves <c>/map/{depth}/{lat}/{lon}.svg</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/map/{depth:int}/{latitude:double}/{longitude:double}.svg", Serve).Open()
            .RequireRateLimiting(RateLimits.Costly).ExcludeFromDescription();

    private static IResult Serve(HttpContext context, int depth, double latitude, double longitude)
    {
        var picture = new MapPicture(latitude, longitude, depth);
        if (!picture.IsPossible)
            throw PlatformProblems.NotFound.With();
        context.Response.Headers.CacheControl = "public, max-age=86400";
        return Results.Text(picture.Draw(), "image/svg+xml", Encoding.UTF8);
    }

    private MapView View() =>
        MapView.Fit([new GeoPoint(Latitude, Longitude)], Side, Side, padding: 0, minimumSpan: WidestMetres / Math.Pow(6.5, Depth));

    private string Draw()
    {
        var view = View();
        var svg = new StringBuilder(8192);
        svg.Append(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Side} {Side}" width="{Side}" height="{Side}" font-family="sans-serif" font-size="12">""");
        svg.Append("""<rect width="100%" height="100%" fill="#cfe0e3"/><path fill="#fbf8f3" stroke="#6a7a7e" stroke-width=".7" d=""");
        svg.Append('"').Append(LandPath.Draw(view)).Append("\"/>");
        if (Depth > 0)
        {
            foreach (var label in PlaceLabels.Choose(view, [], null))
            {
                svg.Append(CultureInfo.InvariantCulture, $"""<circle cx="{label.DotX}" cy="{label.DotY}" r="2.5" fill="#14262b"/><text x="{label.X}" y="{label.Y}" fill="#14262b" stroke="#fbf8f3" stroke-width="3" paint-order="stroke" text-anchor="{(label.EndsThere ? "end" : "start")}">{System.Net.WebUtility.HtmlEncode(label.Text)}</text>""");
            }
        }

        return svg.Append("</svg>").ToString();
    }
}
