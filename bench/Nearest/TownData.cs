using System.Text.Json;

namespace Tambo.Bench.Nearest;

internal readonly record struct TownQuery(double Latitude, double Longitude, int Category, int Hour);

/// <summary>
/// Made-up services the way they really lie: four in five crowd into 300 towns of very unequal size, the rest stand along
/// the roads between neighbouring towns. Twelve categories of unequal frequency; opening hours the same every day, whole hours.
/// </summary>
internal sealed record TownData(
    double[] Latitudes, double[] Longitudes, int[] Categories, int[] HourMasks, TownQuery[] Queries)
{
    public const int CategoryCount = 12;
    public const int Wanted = 10;
    private const int Towns = 300;
    private const int QueryCount = 10_000;

    public static TownData Make(int size)
    {
        var places = new Random(11);
        var towns = new (double Latitude, double Longitude)[Towns];
        for (var i = 0; i < Towns; i++)
            towns[i] = (places.NextDouble() * 60 - 30, places.NextDouble() * 70 - 115);
        var neighbours = Array.ConvertAll(towns, town => towns
            .OrderBy(other => Math.Pow(other.Latitude - town.Latitude, 2) + Math.Pow(other.Longitude - town.Longitude, 2))
            .Skip(1).Take(3).ToArray());

        var data = new TownData(new double[size], new double[size], new int[size], new int[size], new TownQuery[QueryCount]);
        for (var i = 0; i < size; i++)
        {
            (data.Latitudes[i], data.Longitudes[i]) = Somewhere(places, towns, neighbours);
            data.Categories[i] = Unequal(places, CategoryCount);
            data.HourMasks[i] = Hours(places);
        }
        var questions = new Random(13);
        for (var i = 0; i < QueryCount; i++)
        {
            var (latitude, longitude) = Somewhere(questions, towns, neighbours);
            data.Queries[i] = new TownQuery(latitude, longitude, questions.Next(CategoryCount), questions.Next(7, 21));
        }
        return data;
    }

    public bool IsOpen(int place, int hour) => ((HourMasks[place] >> hour) & 1) != 0;

    /// <summary>The same points, masks and questions for a peer in another process.</summary>
    public async Task WriteJsonAsync(string path)
    {
        await using var file = File.Create(path);
        await JsonSerializer.SerializeAsync(file, new
        {
            wanted = Wanted,
            categoryCount = CategoryCount,
            latitudes = Latitudes,
            longitudes = Longitudes,
            categories = Categories,
            hourMasks = HourMasks,
            queries = Queries.Select(q => new[] { q.Latitude, q.Longitude, q.Category, q.Hour }),
        });
    }

    private static (double Latitude, double Longitude) Somewhere(
        Random random, (double Latitude, double Longitude)[] towns, (double Latitude, double Longitude)[][] neighbours)
    {
        var which = Unequal(random, Towns);
        var town = towns[which];
        if (random.NextDouble() < 0.8)
        {
            var spread = 0.01 + 0.05 / Math.Sqrt(1 + which);
            return (town.Latitude + Normal(random) * spread, town.Longitude + Normal(random) * spread);
        }
        var (latitude, longitude) = neighbours[which][random.Next(3)];
        var along = random.NextDouble();
        return (
            town.Latitude + (latitude - town.Latitude) * along + Normal(random) * 0.005,
            town.Longitude + (longitude - town.Longitude) * along + Normal(random) * 0.005);
    }

    /// <summary>A number below <paramref name="count"/>, the low ones more often: the square of a uniform draw.</summary>
    private static int Unequal(Random random, int count)
    {
        var draw = random.NextDouble();
        return (int)(draw * draw * count);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>One in ten never closes; the others open between 6 and 10 for four to ten hours; one in ten of them at night instead.</summary>
    private static int Hours(Random random)
    {
        const int Always = (1 << 24) - 1;
        if (random.Next(10) == 0)
            return Always;
        var from = random.Next(10) == 0 ? 18 : random.Next(6, 11);
        var mask = 0;
        for (var hour = from; hour < from + random.Next(4, 11); hour++)
            mask |= 1 << (hour % 24);
        return mask;
    }
}
