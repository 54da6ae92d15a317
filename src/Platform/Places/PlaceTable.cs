namespace Tambo.Platform.Places;

/// <summary>
/// The places of the gazetteer as columns, the largest place first: a fourth of the memory that as many objects take, on
/// machines that have little. A place is made when it is asked for.
/// </summary>
internal sealed class PlaceTable
{
    private readonly TextColumn names;
    private readonly TextColumn foldedNames;
    private readonly ulong[] letters;
    private readonly int[] placeOfFurther;
    private readonly ushort[] areaOf;
    private readonly int[] populations;
    private readonly GeoPoint[] points;

    /// <param name="bySize">The places, the largest first.</param>
    /// <param name="further">Further names, each with the number of its place.</param>
    public PlaceTable(GazetteerPlace[] bySize, IEnumerable<(string Name, int Place)> further)
    {
        names = new TextColumn([.. bySize.Select(place => place.Name)]);
        var others = further.ToList();
        string[] folded = [.. bySize.Select(place => Spelling.Fold(place.Name)), .. others.Select(other => Spelling.Fold(other.Name))];
        foldedNames = new TextColumn(folded);
        letters = [.. folded.Select(name => Spelling.LettersOf(name))];
        placeOfFurther = [.. others.Select(other => other.Place)];
        Areas = [.. bySize.Select(place => (place.Admin1, place.Country)).Distinct()];
        var numbers = Areas.Select((area, number) => (area, number)).ToDictionary(pair => pair.area, pair => checked((ushort)pair.number));
        areaOf = [.. bySize.Select(place => numbers[(place.Admin1, place.Country)])];
        populations = [.. bySize.Select(place => place.Population ?? -1)];
        points = [.. bySize.Select(place => place.Point)];
        ByLatitude = [.. Enumerable.Range(0, bySize.Length).OrderBy(place => points[place].Latitude)];
    }

    /// <summary>How many places there are.</summary>
    public int Count => points.Length;

    /// <summary>How many names: first one for each place, then the further ones.</summary>
    public int Names => letters.Length;

    /// <summary>The areas of the first level in which there is a place.</summary>
    public (string Admin1, string Country)[] Areas { get; }

    /// <summary>The places from south to north, by their numbers.</summary>
    public int[] ByLatitude { get; }

    /// <summary>Every place, the largest first.</summary>
    public IEnumerable<GazetteerPlace> BySize => Enumerable.Range(0, Count).Select(place => this[place]);

    /// <summary>A place by its number.</summary>
    public GazetteerPlace this[int place]
    {
        get
        {
            var (admin1, country) = AreaOf(place);
            return new GazetteerPlace(names[place].ToString(), admin1, country, points[place], populations[place] < 0 ? null : populations[place]);
        }
    }

    /// <summary>Where a place is.</summary>
    public GeoPoint PointOf(int place) => points[place];

    /// <summary>The area that a place lies in.</summary>
    public (string Admin1, string Country) AreaOf(int place) => Areas[areaOf[place]];

    /// <summary>A name, folded (<see cref="Spelling.Fold"/>).</summary>
    public ReadOnlySpan<char> FoldedName(int name) => foldedNames[name];

    /// <summary>Which letters a folded name has.</summary>
    public ulong LettersOf(int name) => letters[name];

    /// <summary>The place that a name is of.</summary>
    public int PlaceOf(int name) => name < Count ? name : placeOfFurther[name - Count];

    /// <summary>Of <see cref="ByLatitude"/> the first that does not lie south of a latitude.</summary>
    public int FirstNorthOf(double latitude)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (points[ByLatitude[middle]].Latitude < latitude)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
