using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tambo.Platform.Http;
using Tambo.Platform.Maps;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Pages;

/// <summary>
/// Lets a person tap where they are on a map, nearer with each tap, with no script and no name of a place. What was
/// tapped comes by POST and is kept nowhere.
/// </summary>
internal static class ChooseOnMap
{
    /// <summary>The map of the Americas.</summary>
    public static IResult Show(HttpContext context) => Page(context, MapPicture.Start, null);

    /// <summary>A tap: the next nearer map, and the point to search from.</summary>
    public static async Task<IResult> TapAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var form = await SentForm.ReadAsync(context, cancellationToken);
        var picture = new MapPicture(Number(form, "lat"), Number(form, "lon"), (int)Number(form, "depth"));
        if (!picture.IsPossible)
            throw PlatformProblems.BadParameter.With(("name", "lat, lon, depth"), ("value", "…"));
        var tapped = picture.At((int)Number(form, "tap.x"), (int)Number(form, "tap.y"));
        return Page(context, picture.Nearer(tapped), tapped);
    }

    private static PageResult<ChooseOnMapPage> Page(HttpContext context, MapPicture picture, GeoPoint? tapped)
    {
        var near = tapped is { } point ? Gazetteer.Nearest(point).Place : null;
        return new PageResult<ChooseOnMapPage>(
            context.Texts(), ("Picture", picture), ("Tapped", tapped is { } at ? (at.Latitude, at.Longitude) : null), ("Near", near?.Name ?? ""));
    }

    private static double Number(IFormCollection form, string name) =>
        double.TryParse(form[name].ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < 10_000
            ? number
            : throw PlatformProblems.BadParameter.With(("name", name), ("value", "…"));
}
