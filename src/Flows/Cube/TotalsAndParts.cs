using System.Numerics;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Cube;

/// <summary>One total with its parts, by the components that it puts together.</summary>
/// <param name="Period">The period.</param>
/// <param name="Area">The country.</param>
/// <param name="Components">What the total puts together and the parts say.</param>
/// <param name="Total">What the total says; null when that is not known.</param>
/// <param name="Parts">What the known parts come to.</param>
internal sealed record TotalWithParts(string Period, string Area, IReadOnlyList<string> Components, long? Total, long Parts);

/// <summary>
/// Which rows of a series are totals of others of its rows: for the same time, place and unit, alike in every component or
/// <c>_T</c> where the other says more. Where most such totals equal their parts they are known to be totals; else they may
/// just as well be those of whom nothing more is said, and rows are in doubt. Pure but for reading segments.
/// </summary>
internal sealed class TotalsAndParts
{
    // What is made up of several dimensions of who and where; the others tell how something was counted and are never put together.
    private static readonly HashSet<string> How = new(StringComparer.Ordinal)
    {
        Dataflow.Series, Dataflow.Period, Dataflow.Unit, "REF_AREA", "COLL_METHOD", "OBS_STATUS", "CONF_STATUS", "DATA_SOURCE", "ROUND", "QUESTION",
    };

    private readonly List<Kind> kinds = [];
    private readonly List<int[]> kindOfRow = [];

    private TotalsAndParts(IReadOnlyList<string> components) => Components = components;

    /// <summary>The components that the series has totals of, in the order of their bits.</summary>
    public IReadOnlyList<string> Components { get; }

    /// <summary>The totals that have parts.</summary>
    public IReadOnlyList<TotalWithParts> Found { get; private set; } = [];

    /// <summary>The totals of a series; null when no component of it has both a total and something else.</summary>
    /// <param name="flow">The dataflow.</param>
    /// <param name="parts">The segments of the series.</param>
    public static TotalsAndParts? Of(Dataflow flow, IReadOnlyList<CarriedSegment> parts)
    {
        List<string> totalled = [.. flow.Components.Where(component => component.IsDimension && component.Kind != ComponentKind.Period && !How.Contains(component.Code)).Select(component => component.Code).Where(component => HasBoth(component, parts))];
        return totalled.Count == 0 ? null : new Reader(flow, parts, totalled).Read();
    }

    /// <summary>The mark of each of a segment's rows for a question, before anything else is said of them.</summary>
    /// <param name="segment">The segment's place among those of the series.</param>
    /// <param name="asked">The components asked for, as bits.</param>
    public (byte[] MarkOfKind, int[] KindOfRow) MarksOf(int segment, int asked) => ([.. kinds.Select(kind => kind.Mark(asked))], kindOfRow[segment]);

    /// <summary>The components of a question as bits: what it groups by, and what it chooses by other than by the total itself.</summary>
    public int BitsOf(CubeQuestion question)
    {
        var bits = 0;
        for (var at = 0; at < Components.Count; at++)
        {
            if (question.By.Any(by => by.Component == Components[at]) || question.Where.Any(where => where.Component == Components[at] && where.Of("_T") != Meant.Sure))
                bits |= 1 << at;
        }

        return bits;
    }

    // What the ledger tells of a total (families of mixed ages) is a category of its own.
    private static bool HasBoth(string component, IReadOnlyList<CarriedSegment> parts)
    {
        var (total, other) = (false, false);
        foreach (var part in parts)
        {
            var codes = part.Segment.File.Find(component)?.Codes;
            total |= (codes is null || codes.Contains("_T", StringComparer.Ordinal)) && !IsTold(component, part);
            other |= codes?.Any(code => code != "_T") == true;
        }

        return total && other;
    }

    private static bool IsTold(string component, CarriedSegment part) =>
        part.Ledger.Any(line => line.Concerns.Contains(component, StringComparer.Ordinal) && line.Codes.First(pair => pair.Key == component).Value.Contains("_T"));

    /// <summary>Rows of which the same is known.</summary>
    private sealed record Kind(IReadOnlyList<int> PartOf, IReadOnlyList<(int Bits, bool IsWhole)> TotalOf, IReadOnlyList<int> InDoubt)
    {
        // A row is left out for a total that says as much as is asked; a total for parts that are all of it and say more of what is asked.
        public byte Mark(int asked) =>
            PartOf.Any(bits => (bits & asked) == 0) || TotalOf.Any(one => (one.Bits & asked) != 0 && one.IsWhole) ? CountedRows.OtherLevel
            : InDoubt.Any(bits => (bits & asked) == 0) ? CountedRows.Doubtful
            : CountedRows.Counts;
    }

    private sealed class Cell
    {
        public long Sum;
        public bool IsUnknown;
        public int Pattern;
    }

    /// <summary>Reads the rows of a series: each as one number, so that the total of a row is found by its number.</summary>
    private sealed class Reader(Dataflow flow, IReadOnlyList<CarriedSegment> parts, List<string> totalled)
    {
        private readonly string[] components = [.. flow.Components.Where(component => component.IsDimension).Select(component => component.Code)];
        private readonly Dictionary<UInt128, Cell> cells = [];
        private readonly List<UInt128[]> keys = [];
        private readonly UInt128[] strides = new UInt128[32];
        private CodeBook[] books = [];

        public TotalsAndParts? Read()
        {
            books = [.. components.Select(_ => new CodeBook())];
            var numbers = parts.Select(part => components.Select((component, at) =>
                part.Segment.File.Find(component) is { } column ? column.Codes.Select(books[at].NumberOf).ToArray() : [books[at].NumberOf("_T")]).ToArray()).ToList();
            foreach (var (component, at) in components.Select((component, at) => (component, at)).Where(pair => totalled.Contains(pair.component)))
                books[at].NumberOf("_T");
            var size = BigInteger.One;
            for (var at = 0; at < components.Length; at++)
            {
                strides[at] = (UInt128)size;
                size *= books[at].Codes.Count;
                if (size > (BigInteger)UInt128.MaxValue)
                    return null;
            }

            for (var part = 0; part < parts.Count; part++)
                Add(parts[part], numbers[part]);
            return Related();
        }

        private void Add(CarriedSegment part, int[][] numbers)
        {
            var file = part.Segment.File;
            var values = file.Column(Dataflow.Value);
            UInt128 beginning = 0;
            var columns = new List<(NumberColumn Column, UInt128[] Parts)>();
            for (var at = 0; at < components.Length; at++)
            {
                if (numbers[at].Length == 1)
                    beginning += (UInt128)numbers[at][0] * strides[at];
                else
                    columns.Add((file.Column(components[at])!, [.. numbers[at].Select(number => (UInt128)number * strides[at])]));
            }

            // Of what the ledger tells, a total is a category like others.
            var told = totalled.Select((component, at) => IsTold(component, part) ? 1 << at : 0).Sum();
            var its = new UInt128[file.Rows];
            its.AsSpan().Fill(UInt128.MaxValue);
            if (new MeantRows(new CubeQuestion(), [part.Segment]) is { IsEmpty: false } standing)
            {
                foreach (var row in standing.Places(file))
                {
                    var key = beginning;
                    foreach (var (column, of) in columns)
                        key += of[column[row]];
                    its[row] = key;
                    if (!cells.TryGetValue(key, out var cell))
                        cells[key] = cell = new Cell { Pattern = PatternOf(key) & ~told };
                    cell.Sum += values?[row] ?? 0;
                    cell.IsUnknown |= values?.Unknown?[row] == true;
                }
            }

            keys.Add(its);
        }

        private int PatternOf(UInt128 key)
        {
            var pattern = 0;
            for (var bit = 0; bit < totalled.Count; bit++)
            {
                if (NumberAt(key, PlaceOf(bit)) == TotalAt(bit))
                    pattern |= 1 << bit;
            }

            return pattern;
        }

        private TotalsAndParts? Related()
        {
            int[] patterns = [.. cells.Values.Select(cell => cell.Pattern).Distinct()];
            var links = new Dictionary<(UInt128 Total, int Bits), (long Sum, bool IsUnknown)>();
            var partOf = new Dictionary<UInt128, List<(UInt128 Total, int Bits)>>();
            foreach (var (key, cell) in cells)
            {
                foreach (var pattern in patterns)
                {
                    if (pattern == cell.Pattern || (pattern & cell.Pattern) != cell.Pattern)
                        continue;
                    var (bits, total) = (pattern & ~cell.Pattern, key);
                    for (var bit = 0; bit < totalled.Count; bit++)
                    {
                        if ((bits & (1 << bit)) != 0)
                            total += ((UInt128)TotalAt(bit) * strides[PlaceOf(bit)]) - ((UInt128)NumberAt(key, PlaceOf(bit)) * strides[PlaceOf(bit)]);
                    }

                    if (!cells.TryGetValue(total, out var its) || its.Pattern != pattern)
                        continue;
                    var known = links.GetValueOrDefault((total, bits));
                    links[(total, bits)] = (known.Sum + cell.Sum, known.IsUnknown || cell.IsUnknown);
                    if (!partOf.TryGetValue(key, out var of))
                        partOf[key] = of = [];
                    of.Add((total, bits));
                }
            }

            return links.Count == 0 ? null : Marked(links, partOf);
        }

        private TotalsAndParts Marked(Dictionary<(UInt128 Total, int Bits), (long Sum, bool IsUnknown)> links, Dictionary<UInt128, List<(UInt128 Total, int Bits)>> partOf)
        {
            bool IsEqual(KeyValuePair<(UInt128 Total, int Bits), (long Sum, bool IsUnknown)> link) => !link.Value.IsUnknown && !cells[link.Key.Total].IsUnknown && link.Value.Sum == cells[link.Key.Total].Sum;
            var totals = links.GroupBy(link => link.Key.Bits).Where(same => same.Count(IsEqual) * 2 >= same.Count()).Select(same => same.Key).ToHashSet();
            bool IsTotal(UInt128 total, int bits) => totals.Contains(bits) && (cells[total].IsUnknown || links[(total, bits)].Sum <= cells[total].Sum);
            var totalOf = links.ToLookup(link => link.Key.Total);
            var answer = new TotalsAndParts(totalled)
            {
                Found =
                [
                    .. links.GroupBy(link => (Period: CodeAt(link.Key.Total, Dataflow.Period), Area: CodeAt(link.Key.Total, "REF_AREA"), link.Key.Bits)).Select(same => new TotalWithParts(
                        same.Key.Period, same.Key.Area, [.. totalled.Where((_, bit) => (same.Key.Bits & (1 << bit)) != 0)],
                        same.Any(link => cells[link.Key.Total].IsUnknown) ? null : same.Sum(link => cells[link.Key.Total].Sum), same.Sum(link => link.Value.Sum))),
                ],
            };
            var kindOf = new Dictionary<UInt128, int>();
            var known = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var its in keys)
            {
                var ofRows = new int[its.Length];
                for (var row = 0; row < its.Length; row++)
                {
                    if (!kindOf.TryGetValue(its[row], out var kind))
                        kindOf[its[row]] = kind = KindOf(its[row]);
                    ofRows[row] = kind;
                }

                answer.kindOfRow.Add(ofRows);
            }

            return answer;

            int KindOf(UInt128 key)
            {
                int[] part = [.. partOf.GetValueOrDefault(key, []).Where(one => IsTotal(one.Total, one.Bits)).Select(one => one.Bits).Order()];
                (int Bits, bool IsWhole)[] total = [.. totalOf[key].Where(link => IsTotal(key, link.Key.Bits)).Select(link => (link.Key.Bits, IsEqual(link))).OrderBy(one => one.Bits)];
                int[] doubt = [.. totalOf[key].Where(link => !IsTotal(key, link.Key.Bits)).Select(link => link.Key.Bits).Order()];
                var name = $"{string.Join(',', part)}|{string.Join(',', total)}|{string.Join(',', doubt)}";
                if (!known.TryGetValue(name, out var kind))
                {
                    known[name] = kind = answer.kinds.Count;
                    answer.kinds.Add(new Kind(part, total, doubt));
                }

                return kind;
            }
        }

        private int PlaceOf(int bit) => Array.IndexOf(components, totalled[bit]);

        private int TotalAt(int bit) => books[PlaceOf(bit)].NumberOf("_T");

        private int NumberAt(UInt128 key, int place) => (int)(key / strides[place] % (UInt128)books[place].Codes.Count);

        private string CodeAt(UInt128 key, string component) => Array.IndexOf(components, component) is >= 0 and var place ? books[place].Codes[NumberAt(key, place)] : "_T";
    }
}
