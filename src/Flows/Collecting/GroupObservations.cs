using System.Text.Json;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Collecting;

/// <summary>
/// What a record of a group says as observations of flows; pure. The main table counts each person once. Reasons, and each
/// kind of care needed, are tables of their own: they are never crossed with sex and age.
/// </summary>
internal sealed class GroupObservations
{
    private static readonly Component[] Coded = [.. Dataflow.Flow.Components.Where(component => !component.IsMeasure)];
    private static readonly string[] Nothing = [.. Coded.Select(_ => "_T")];
    private static readonly int Sex = At("SEX");
    private static readonly int Age = At("AGE");
    private static readonly int Nationality = At("CITIZENSHIP");
    private static readonly int Reason = At("REASON");
    private static readonly int Care = At("VULN");
    private static readonly int Table = At(Dataflow.Series);

    // Where the values stand that all rows of a record share.
    private static readonly int[] Shared = [.. new[]
    {
        Dataflow.Period, "REF_AREA", "POINT", "DIRECTION", "C_ORIGIN", "C_PREVIOUS", "C_NEXT", "C_DEST", "TRANS_MODE", Dataflow.Unit, "COLL_METHOD", "OBS_STATUS", "DATA_SOURCE",
    }.Select(At)];

    private readonly CodeBook[] books = [.. Coded.Select(_ => new CodeBook())];
    private readonly List<int>[] codes = [.. Coded.Select(_ => new List<int>())];
    private readonly List<long> values = [];
    private readonly List<int> lines = [];

    /// <summary>How many observations so far.</summary>
    public int Count => values.Count;

    /// <summary>The table of reasons beside a main one.</summary>
    public static string OfReasons(string series) => series + ".REASON";

    /// <summary>The table of those who need one kind of care.</summary>
    public static string OfCare(string series, string code) => $"{series}.{code}";

    /// <summary>The main table and all that may stand beside it.</summary>
    public static IEnumerable<string> TablesOf(string series) => [series, OfReasons(series), .. GroupCodes.Vulnerabilities.Select(code => OfCare(series, code))];

    /// <summary>The tables that a record stands in.</summary>
    public static IEnumerable<string> SeriesOf(SentGroup group, Point point) =>
    [
        point.Series,
        .. group.Reasons is { Count: > 0 } ? [OfReasons(point.Series)] : (string[])[],
        .. GroupCodes.Vulnerabilities.Where(code => group.Vulnerabilities?.GetValueOrDefault(code) is not null).Select(code => OfCare(point.Series, code)),
    ];

    /// <summary>The observations of a record in each of its tables.</summary>
    /// <exception cref="InvalidDataException">It says nothing where a code has to stand.</exception>
    public static IReadOnlyList<(string Series, IReadOnlyList<GroupObservation> Observations)> Of(SentGroup group, Point point)
    {
        var shared = SharedBy(group, point);
        return [.. SeriesOf(group, point).Select(series => (series, (IReadOnlyList<GroupObservation>)[.. In(series, group, point, shared)]))];
    }

    /// <summary>The same of a record as it was sent; nothing when no figures can be made of it.</summary>
    public static IReadOnlyList<(string Series, IReadOnlyList<GroupObservation> Observations)> TryOf(string payload, Func<SentGroup, Point> pointOf, Action<Exception>? failed = null)
    {
        try
        {
            var group = JsonSerializer.Deserialize(payload, GroupJson.Default.SentGroup)!;
            return Of(group, pointOf(group));
        }
        catch (Exception failure)
        {
            failed?.Invoke(failure);
            return [];
        }
    }

    /// <summary>Adds what a record says in this table; the line is where the record stands among those kept with it.</summary>
    public void Add(IReadOnlyList<GroupObservation> observations, int line)
    {
        foreach (var (said, persons) in observations)
        {
            for (var column = 0; column < codes.Length; column++)
                codes[column].Add(books[column].NumberOf(said[column]));
            values.Add(persons);
            lines.Add(line);
        }
    }

    /// <summary>Everything added, as a segment is made from it.</summary>
    public ObservationBatch Batch() => new()
    {
        Rows = values.Count,
        Books = books,
        Codes = [.. codes.Select(column => column.ToArray())],
        Measures = [values.ToArray()],
        Lines = [.. lines],
    };

    private static int At(string code) => Array.FindIndex(Coded, component => component.Code == code);

    private static IEnumerable<GroupObservation> In(string series, SentGroup group, Point point, string[] shared)
    {
        if (series == point.Series)
            return Main(group, series, shared);
        if (series == OfReasons(point.Series))
            return group.Parts.Select(part => Row(shared, series, part.Nationality, "_T", "_T", part.Persons, reason: group.Reasons![0]));
        var code = series[(point.Series.Length + 1)..];
        return [Row(shared, series, group.Parts.Count == 1 ? group.Parts[0].Nationality : "_U", "_T", "_T", group.Vulnerabilities![code]!.Value, care: code)];
    }

    // Of whom nothing more was said stands beside those who were divided: unknown, and no total of these.
    private static IEnumerable<GroupObservation> Main(SentGroup group, string series, string[] shared)
    {
        foreach (var part in group.Parts)
        {
            var known = 0;
            foreach (var cell in part.Known().Where(cell => cell.Persons > 0))
            {
                known += cell.Persons;
                yield return Row(shared, series, part.Nationality, cell.Sex == "_T" ? "_U" : cell.Sex, cell.Age == "_T" ? "_U" : cell.Age, cell.Persons);
            }

            if (known < part.Persons)
                yield return Row(shared, series, part.Nationality, "_U", "_U", part.Persons - known);
        }
    }

    private static string[] SharedBy(SentGroup group, Point point)
    {
        var day = point.DayOf(group.ObservedAt);
        ReadOnlySpan<string> said =
        [
            new Period(day, day, 'D').ToString(), point.Country, point.Code, group.Direction, group.Origin ?? "_U", group.Previous ?? "_U", group.Next ?? "_U",
            group.Destination ?? "_U", group.Transport ?? "_U", "PS", group.Method, "A", "FMR",
        ];
        string[] codes = [.. Nothing];
        for (var at = 0; at < said.Length; at++)
            codes[Shared[at]] = said[at];
        return codes;
    }

    private static GroupObservation Row(string[] shared, string series, string nationality, string sex, string age, long persons, string reason = "_T", string care = "_T")
    {
        string[] codes = [.. shared];
        (codes[Table], codes[Nationality], codes[Sex], codes[Age], codes[Reason], codes[Care]) = (series, nationality, sex, age, reason, care);
        // Before any is written: half a row would put every later one out of line.
        var none = Array.IndexOf(codes, null);
        return none < 0 ? new GroupObservation(codes, persons) : throw new InvalidDataException($"nothing stands where {Coded[none].Code} has to");
    }
}

/// <summary>One observation of a record.</summary>
/// <param name="Codes">Its codes, for each component that is not a measure.</param>
/// <param name="Persons">What it counts.</param>
internal sealed record GroupObservation(string[] Codes, long Persons);
