namespace Tambo.Platform.Places;

/// <summary>The places of one country, in bands of a degree of latitude and from west to east in each, so that whether a box holds one is found without a walk.</summary>
public sealed class CountryPlaces
{
    private const int South = 90;

    private readonly (double Longitude, double Latitude)[][] bands;

    internal CountryPlaces(IEnumerable<GeoPoint> points)
    {
        var places = points.ToLookup(point => BandOf(point.Latitude), point => (point.Longitude, point.Latitude));
        bands = [.. Enumerable.Range(0, (2 * South) + 1).Select(band => places[band].Order().ToArray())];
        Count = bands.Sum(band => band.Length);
    }

    /// <summary>How many places are known.</summary>
    public int Count { get; }

    /// <summary>Whether one lies in a box or on its edge; a west beyond the east holds none.</summary>
    public bool AnyWithin(GeoPoint southWest, GeoPoint northEast)
    {
        var (first, last) = (BandOf(southWest.Latitude), BandOf(northEast.Latitude));
        // Of bands that lie in the box whole the longitude says it; the middle ones are the likeliest.
        for (var (up, down) = ((first + last) / 2, ((first + last) / 2) - 1); up < last || down > first; up++, down--)
        {
            if ((up > first && up < last && Within(bands[up])) || (down > first && down < last && Within(bands[down])))
                return true;
        }

        return Within(bands[first]) || (last != first && Within(bands[last]));

        bool Within((double Longitude, double Latitude)[] band)
        {
            for (var at = FirstEastOf(band, southWest.Longitude); at < band.Length && band[at].Longitude <= northEast.Longitude; at++)
            {
                if (band[at].Latitude >= southWest.Latitude && band[at].Latitude <= northEast.Latitude)
                    return true;
            }

            return false;
        }
    }

    private static int BandOf(double latitude) => (int)Math.Floor(latitude) + South;

    private static int FirstEastOf((double Longitude, double Latitude)[] band, double longitude)
    {
        var (low, high) = (0, band.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (band[middle].Longitude < longitude)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
