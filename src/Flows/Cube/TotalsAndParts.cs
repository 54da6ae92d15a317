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
/// just as well be those of whom nothing more is said, and rows are in doubt. So it is with breakdowns that have no total
/// (<see cref="SideBySide"/>). Pure but for reading segments.
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
    private readonly IReadOnlyList<IReadOnlyList<string>> codes;

    private TotalsAndParts(IReadOnlyList<string> components, IReadOnlyList<IReadOnlyList<string>> codes) => (Components, this.codes) = (components, codes);

    /// <summary>The components that the series has totals of, in the order of their bits.</summary>
    public IReadOnlyList<string> Components { get; }

    /// <summary>The totals that have parts.</summary>
    public IReadOnlyList<TotalWithParts> Found { get; private set; } = [];

    /// <summary>The totals of a series; null when none of its rows stand beside others of the same people.</summary>
    /// <param name="flow">The dataflow.</param>
    /// <param name="parts">The segments of the series.</param>
    public static TotalsAndParts? Of(Dataflow flow, IReadOnlyList<CarriedSegment> parts)
    {
        List<string> totalled = [.. flow.Components.Where(component => component.IsDimension && component.Kind != ComponentKind.Period && !How.Contains(component.Code)).Select(component => component.Code).Where(component => HasBoth(component, parts))];
        return totalled.Count == 0 ? null : new Reader(flow, parts, totalled).Read();
    }

    /// <summary>The mark of each of a segment's rows for a question, before anything else is said of them.</summary>
    /// <param name="segment">The segment's place among those of the series.</param>
    /// <param name="question">The question.</param>
    public (byte[] MarkOfKind, int[] KindOfRow) MarksOf(int segment, CubeQuestion question)
    {
        var by = BitsOf(component => question.By.Any(one => one.Component == component));
        var asked = new AskedBits(
            by, by | BitsOf(component => question.Where.Any(where => where.Component == component && where.Of("_T") != Meant.Sure)),
            BitsOf(component => question.Where.Any(where => where.Component == component && where.Of("_T") == Meant.Sure && codes[Place(component)].Any(code => where.Of(code) == Meant.Not))));
        return ([.. kinds.Select(kind => kind.Mark(asked))], kindOfRow[segment]);
    }

    private int Place(string component) => Components.TakeWhile(one => one != component).Count();

    private int BitsOf(Func<string, bool> isOne) => Components.Select((component, at) => isOne(component) ? 1 << at : 0).Sum();

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

    /// <summary>The components of a question as bits.</summary>
    /// <param name="By">What it groups by.</param>
    /// <param name="All">What it groups by, and what it chooses by other than by the total itself.</param>
    /// <param name="Named">Of what it asks for the total by name, so that rows that say more are not meant.</param>
    private readonly record struct AskedBits(int By, int All, int Named);

    /// <summary>Rows of which the same is known.</summary>
    private sealed record Kind(int Pattern, IReadOnlyList<int> PartOf, IReadOnlyList<(int Bits, bool IsWhole)> TotalOf, IReadOnlyList<int> InDoubt, IReadOnlyList<OtherBreakdown> Others)
    {
        // A row is left out for a total that says as much as is asked; a total for parts that are all of it and say more of what is asked.
        public byte Mark(AskedBits asked) =>
            PartOf.Any(bits => (bits & asked.All) == 0) || TotalOf.Any(one => (one.Bits & asked.All) != 0 && one.IsWhole) ? CountedRows.OtherLevel
            : Others.Any(other => other.IsSame && IsFor(other, asked)) ? CountedRows.OtherBreakdown
            : InDoubt.Any(bits => (bits & asked.All) == 0) ? CountedRows.Doubtful
            : Others.Any(other => !other.IsSame && ((Pattern ^ other.Pattern) & asked.By) == 0 && IsFor(other, asked)) ? CountedRows.Perhaps
            : CountedRows.Counts;

        // Of two breakdowns the one that says more of what is asked; both where each says of what is grouped by what the other does not.
        private bool IsFor(OtherBreakdown other, AskedBits asked)
        {
            var (own, its) = (asked.By & ~Pattern, asked.By & ~other.Pattern);
            if ((own & ~its) != 0 || (asked.Named & ~other.Pattern) != 0)
                return false;
            if (own != its)
                return true;
            var (said, says) = (BitOperations.PopCount((uint)(asked.All & ~Pattern)), BitOperations.PopCount((uint)(asked.All & ~other.Pattern)));
            return says > said || (says == said && other.IsBetter);
        }
    }

    /// <summary>Reads the rows of a series: each as one number, so that the total of a row is found by its number.</summary>
    private sealed class Reader(Dataflow flow, IReadOnlyList<CarriedSegment> parts, List<string> totalled)
    {
        private readonly string[] components = [.. flow.Components.Where(component => component.IsDimension).Select(component => component.Code)];
        private readonly Dictionary<UInt128, CountedCell> cells = [];
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
                        cells[key] = cell = new CountedCell(PatternOf(key) & ~told);
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
                    var bits = pattern & ~cell.Pattern;
                    var total = TotalOf(key, bits);
                    if (!cells.TryGetValue(total, out var its) || its.Pattern != pattern)
                        continue;
                    var known = links.GetValueOrDefault((total, bits));
                    links[(total, bits)] = (known.Sum + cell.Sum, known.IsUnknown || cell.IsUnknown);
                    if (!partOf.TryGetValue(key, out var of))
                        partOf[key] = of = [];
                    of.Add((total, bits));
                }
            }

            var others = SideBySide.Find(cells, TotalOf);
            return links.Count + others.Count == 0 ? null : Marked(links, partOf, others);
        }

        // The number of the row for all that a row is of.
        private UInt128 TotalOf(UInt128 key, int bits)
        {
            for (var bit = 0; bit < totalled.Count; bit++)
            {
                if ((bits & (1 << bit)) != 0)
                    key += ((UInt128)TotalAt(bit) * strides[PlaceOf(bit)]) - ((UInt128)NumberAt(key, PlaceOf(bit)) * strides[PlaceOf(bit)]);
            }

            return key;
        }

        private TotalsAndParts Marked(
            Dictionary<(UInt128 Total, int Bits), (long Sum, bool IsUnknown)> links, Dictionary<UInt128, List<(UInt128 Total, int Bits)>> partOf, Dictionary<UInt128, List<OtherBreakdown>> others)
        {
            bool IsEqual(KeyValuePair<(UInt128 Total, int Bits), (long Sum, bool IsUnknown)> link) => !link.Value.IsUnknown && !cells[link.Key.Total].IsUnknown && link.Value.Sum == cells[link.Key.Total].Sum;
            var totals = links.GroupBy(link => link.Key.Bits).Where(same => same.Count(IsEqual) * 2 >= same.Count()).Select(same => same.Key).ToHashSet();
            bool IsTotal(UInt128 total, int bits) => totals.Contains(bits) && (cells[total].IsUnknown || links[(total, bits)].Sum <= cells[total].Sum);
            var totalOf = links.ToLookup(link => link.Key.Total);
            var answer = new TotalsAndParts(totalled, [.. totalled.Select((_, bit) => books[PlaceOf(bit)].Codes)])
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
                // What is in no cell was replaced.
                var pattern = cells.TryGetValue(key, out var its) ? its.Pattern : 0;
                OtherBreakdown[] beside = [.. others.GetValueOrDefault(key, []).OrderBy(one => one.Pattern)];
                var name = $"{pattern}|{string.Join(',', part)}|{string.Join(',', total)}|{string.Join(',', doubt)}|{string.Join(',', beside)}";
                if (!known.TryGetValue(name, out var kind))
                {
                    known[name] = kind = answer.kinds.Count;
                    answer.kinds.Add(new Kind(pattern, part, total, doubt, beside));
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
