using System.Diagnostics;
using Tambo.Guide.Nearest;

namespace Tambo.Bench.Nearest;

/// <summary>Ours, in this process.</summary>
internal sealed class TamboContender : IContender
{
    private const int Wednesday = 2;
    private readonly TownData data;
    private readonly NearestEntry[] entries;
    private readonly NearestHit[] hits = new NearestHit[TownData.Wanted];
    private NearestIndex index;

    public TamboContender(TownData data)
    {
        this.data = data;
        entries = [.. Enumerable.Range(0, data.Latitudes.Length).Select(Entry)];
        index = NearestIndex.Build(entries);
        // Lets the compiler's second tier settle before anything is measured.
        Span<int> ids = stackalloc int[TownData.Wanted];
        for (var pass = 0; pass < 5; pass++)
        {
            for (var query = 0; query < 2000; query++)
                Ask(query, ids);
            Thread.Sleep(120);
        }
    }

    public string Name => "Tambo NearestIndex";

    public double BuildCpuSeconds { get; private set; }

    /// <summary>Wall seconds of each rebuild.</summary>
    public List<double> Rebuilds { get; } = [];

    public Task<ContenderRun> RunAsync()
    {
        for (var rebuild = 0; rebuild < 3; rebuild++)
        {
            var cpu = Measuring.OwnCpuSeconds();
            var clock = Stopwatch.StartNew();
            index = NearestIndex.Build(entries);
            Rebuilds.Add(clock.Elapsed.TotalSeconds);
            BuildCpuSeconds = Measuring.OwnCpuSeconds() - cpu;
        }
        return Task.FromResult(Measuring.Run(data.Queries.Length, data.Queries.Length, Ask, Measuring.OwnCpuSeconds));
    }

    public int Ask(int query, Span<int> ids)
    {
        var asked = data.Queries[query];
        var found = index.Find(
            new NearestQuery(asked.Latitude, asked.Longitude)
            {
                Categories = [asked.Category],
                Opening = OpeningNeed.Open,
                HourOfWeek = Wednesday * 24 + asked.Hour,
            },
            new OpenThen(data, asked.Hour),
            hits);
        for (var i = 0; i < found; i++)
            ids[i] = hits[i].Id;
        return found;
    }

    /// <summary>Every place, by the same distance: what each answer has to equal.</summary>
    public int[] Exhaustive(int query)
    {
        var asked = data.Queries[query];
        var from = new Place(asked.Latitude, asked.Longitude);
        return [.. entries
            .Where(entry => data.Categories[entry.Id] == asked.Category && data.IsOpen(entry.Id, asked.Hour))
            .Select(entry => (entry.Id, Metres: GreatCircle.Metres(from, new Place(entry.Latitude, entry.Longitude))))
            .OrderBy(hit => hit.Metres).ThenBy(hit => hit.Id)
            .Take(TownData.Wanted)
            .Select(hit => hit.Id)];
    }

    public void Dispose()
    {
    }

    private NearestEntry Entry(int id)
    {
        var open = WeekMask.None;
        for (var hour = 0; hour < WeekMask.Hours; hour++)
            if (data.IsOpen(id, hour % 24))
                open = open.With(hour);
        return new NearestEntry(id, data.Latitudes[id], data.Longitudes[id], [data.Categories[id]], open, WeekMask.None);
    }

    /// <summary>The exact question, asked of every candidate as the directory does.</summary>
    private readonly struct OpenThen(TownData data, int hour) : INearestFilter
    {
        public OpenState StateOf(int id) => data.IsOpen(id, hour) ? OpenState.Open : OpenState.Closed;

        public bool Accepts(int id) => true;
    }
}
