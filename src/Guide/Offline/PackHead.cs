using System.Globalization;
using System.Text;
using Tambo.Guide.Finding;
using Tambo.Guide.Schedules;
using Tambo.Platform.Languages;
using Tambo.Platform.Maps;
using Tambo.Platform.Places;

namespace Tambo.Guide.Offline;

/// <summary>
/// What the rows of a pack have in common: the map beneath them, towns to start from, the names of their countries, and
/// public holidays of this year and the next. Holidays after these are not known to a device, and it says so.
/// </summary>
internal static class PackHead
{
    private const int Width = 360, Height = 280;
    private const int MostTowns = 80;
    private const double StepsPerDegree = 10_000;

    /// <summary>The head as JSON.</summary>
    /// <param name="area">The area.</param>
    /// <param name="texts">The language of the pack.</param>
    /// <param name="year">The present year.</param>
    public static string Of(PackArea area, Texts texts, int year)
    {
        var points = area.Offers.Select(offer => offer.AnyPoint).OfType<GeoPoint>().ToList();
        var countries = area.Offers.Select(offer => Countries.Find(offer.Country)).OfType<Country>().DistinctBy(country => country.Alpha2)
            .OrderBy(country => country.Alpha2, StringComparer.Ordinal).ToList();
        var json = new StringBuilder();
        PackJson.Write(json, Object(
            ("countries", countries.Select(country => List(country.Alpha2, Countries.Name(country.Alpha2, texts)))),
            ("holidays", countries.SelectMany(country => Holidays(country.Alpha2, texts, year))),
            ("holidaysUntil", Number(year + 1) + "-12-31"),
            ("towns", points.Count == 0 ? [] : Towns(points).Select(town => List(town.Name, town.Admin1, Steps(town.Point.Latitude), Steps(town.Point.Longitude)))),
            ("map", points.Count == 0 ? Array.Empty<object>() : Map(AreaMap.Of(points, Width, Height)))));
        return json.ToString();
    }

    private static IEnumerable<object> Holidays(string country, Texts texts, int year) =>
        PublicHolidays.Shipped.Of(country)
            .SelectMany(holiday => new[] { year, year + 1 }.Select(of => (Date: holiday.In(of), Name: holiday.NameIn(texts))))
            .OrderBy(holiday => holiday.Date)
            .Select(holiday => (object)List(country, holiday.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), holiday.Name));

    // A little beyond the points: somebody may set out from the next town.
    private static IEnumerable<GazetteerPlace> Towns(List<GeoPoint> points) => Gazetteer.Within(
            new GeoPoint(points.Min(point => point.Latitude) - 0.3, points.Min(point => point.Longitude) - 0.3),
            new GeoPoint(points.Max(point => point.Latitude) + 0.3, points.Max(point => point.Longitude) + 0.3), 4 * MostTowns)
        .Where(town => town.Population is not null).Take(MostTowns);

    private static object[] Map(AreaMap map) => List(map.Land, map.Left, map.Top, map.Scale, map.Width, map.Height);

    private static int Steps(double degrees) => (int)Math.Round(degrees * StepsPerDegree);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static (string Name, object Value)[] Object(params (string Name, object Value)[] fields) => fields;

    private static object[] List(params object[] values) => values;
}
