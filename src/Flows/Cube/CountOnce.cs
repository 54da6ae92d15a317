using System.Collections.Concurrent;
using System.Globalization;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Imports;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Cube;

/// <summary>
/// Sees to it that nobody is counted twice within a series: of stocks the last of a time counts and never their sum, of a span and
/// its parts one, and so of a total and its parts. What is known of a series is kept for as long as the same imports stand.
/// </summary>
internal sealed class CountOnce
{
    private const string Area = "REF_AREA";
    private const string Round = "ROUND";

    private readonly ConcurrentDictionary<string, Known> known = new(StringComparer.Ordinal);

    /// <summary>The segments of each import with the rows of them that a question counts.</summary>
    public IReadOnlyList<IReadOnlyList<CarriedSegment>> Of(AskedFlows asked, CubeQuestion question, IReadOnlyList<StandingImport> imports)
    {
        var asOf = asked.Query.AsOf;
        var parts = imports.Select(import => PartsOf(import, asOf)).ToArray();
        if (asked.Query.AsPublished || asked.Flow == Dataflow.Incidents || asked.Flow == Dataflow.Survey)
            return parts;
        foreach (var series in imports.Select((import, at) => (import.Series, at)).GroupBy(one => one.Series, one => one.at, StringComparer.Ordinal))
        {
            CarriedSegment[] all = [.. series.SelectMany(at => parts[at])];
            var its = KnownOf(asked.Flow, series.Key, asOf, [.. series.Select(at => imports[at])], all);
            var times = asked.Flow == Dataflow.Stock ? Earlier(question, [.. all.Select(part => part.Segment)]) : OtherSpans(question, its.Nested);
            if (times.Count == 0 && its.Totals is null)
                continue;
            var place = 0;
            foreach (var part in series.Select(at => parts[at]))
            {
                for (var at = 0; at < part.Length; at++, place++)
                {
                    if (MarksOf(part[at].Segment.File, place, times, its.Totals, question) is { } marks)
                        part[at] = part[at] with { Segment = part[at].Segment with { Counted = new CountedRows(marks) } };
                }
            }
        }

        return parts;
    }

    private static CarriedSegment[] PartsOf(StandingImport import, DateTimeOffset? asOf) => [.. import.At(asOf).Select(segment => new CarriedSegment(segment, import.Ledger))];

    /// <summary>What a series has now of totals that stand beside their parts, or breakdowns beside each other; null when it has none.</summary>
    public TotalsAndParts? TotalsOf(Dataflow flow, string series, IReadOnlyList<StandingImport> imports) =>
        KnownOf(flow, series, null, [.. imports], [.. imports.SelectMany(import => PartsOf(import, null))]).Totals;

    /// <summary>Figures with what was left out of them so that nothing counts twice, and of which time a stock is.</summary>
    /// <param name="question">The question.</param>
    /// <param name="parts">What it was answered from.</param>
    /// <param name="figures">Its figures.</param>
    /// <param name="merge">What became of its groups before they were figures.</param>
    public static IReadOnlyList<Figure> Tell(CubeQuestion question, IReadOnlyList<CarriedSegment> parts, IReadOnlyList<Figure> figures, Func<Groups, Groups> merge)
    {
        List<StandingSegment> counted = [.. parts.Select(part => part.Segment).Where(segment => segment.Counted is not null)];
        if (counted.Count == 0)
            return figures;
        var told = figures.ToDictionary(figure => new Labels(figure.Labels));
        foreach (var (mark, why, carried) in ((byte, string, Carried)[])
            [
                (CountedRows.Earlier, "stock_last", Carried.Exact), (CountedRows.OtherSpan, "span_and_parts", Carried.Exact),
                (CountedRows.OtherLevel, "total_and_parts", Carried.Exact), (CountedRows.Doubtful, "may_count_twice", Carried.NotComparable),
                (CountedRows.OtherBreakdown, "breakdowns", Carried.Exact), (CountedRows.Perhaps, "breakdowns_differ", Carried.Bounded),
            ])
        {
            foreach (var left in merge(AskCube.Groups(question, [.. counted.Select(segment => segment with { Counted = segment.Counted! with { Only = mark } })], 1)).Figures())
            {
                if (told.TryGetValue(new Labels(left.Labels), out var figure))
                    told[new Labels(left.Labels)] = figure.Because(why, carried);
            }
        }

        if (told.Values.Any(figure => figure.Reasons.Contains("stock_last", StringComparer.Ordinal)))
        {
            var timed = merge(AskCube.Groups(question with { By = [.. question.By, Grouping.By(Dataflow.Period)] }, [.. parts.Select(part => part.Segment)], 1)).Figures();
            // What only may be meant says nothing of the time of the rest.
            foreach (var same in timed.Where(figure => figure.Rows > 0).GroupBy(figure => Labels.Without(figure.Labels, [figure.Labels.Count - 1])))
            {
                if (told.TryGetValue(same.Key, out var figure) && figure.Reasons.Contains("stock_last", StringComparer.Ordinal))
                    told[same.Key] = figure with { AsAt = (same.First().Labels[^1], same.Last().Labels[^1]) };
            }
        }

        return [.. figures.Select(figure => told[new Labels(figure.Labels)])];
    }

    private Known KnownOf(Dataflow flow, string series, DateTimeOffset? asOf, StandingImport[] imports, CarriedSegment[] parts)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{series}|{asOf is null}");
        if (known.TryGetValue(name, out var present) && present.AsOf == asOf && present.Imports.SequenceEqual(imports, ReferenceEqualityComparer.Instance))
            return present;
        return known[name] = new Known(imports, asOf, TotalsAndParts.Of(flow, parts), flow == Dataflow.Stock ? [] : NestedOf(imports, asOf));
    }

    private static List<NestedSpans> NestedOf(StandingImport[] imports, DateTimeOffset? asOf)
    {
        var nested = new List<NestedSpans>();
        foreach (var area in imports.SelectMany(import => import.PeriodsAt(asOf)).GroupBy(one => one.Area, StringComparer.Ordinal))
        {
            var periods = area.SelectMany(one => one.Periods).Distinct().OrderBy(period => period.From).ThenByDescending(period => period.Until).ToList();
            for (var at = 0; at < periods.Count; at++)
            {
                var span = periods[at];
                var parts = new List<Period>();
                for (var part = at + 1; part < periods.Count && periods[part].From <= span.Until; part++)
                {
                    if (span.Holds(periods[part]))
                        parts.Add(periods[part]);
                }

                if (parts.Count > 0)
                    nested.Add(new NestedSpans(area.Key, span, parts));
            }
        }

        return nested;
    }

    // Parts that cover all that is asked for of a span are counted, else the span.
    private static Dictionary<(string Area, string Period, string Round), byte> OtherSpans(CubeQuestion question, IReadOnlyList<NestedSpans> nested)
    {
        var left = new Dictionary<(string, string, string), byte>();
        if (nested.Count == 0)
            return left;
        var times = question.Where.Where(where => where.Component == Dataflow.Period).ToList();
        var (from, until) = (times.Max(time => time.From) ?? DateOnly.MinValue, times.Min(time => time.Until) ?? DateOnly.MaxValue);
        var by = question.By.Where(one => one.Component == Dataflow.Period).ToList();
        foreach (var (area, span, parts) in nested)
        {
            var meant = times.Aggregate(Meant.Sure, (all, time) => (byte)(all & time.Of(span.ToString())));
            if (meant == Meant.Not)
                continue;
            if (IsCovered(span.From > from ? span.From : from, span.Until < until ? span.Until : until, parts))
            {
                left[(area, span.ToString(), "")] = CountedRows.OtherSpan;
                continue;
            }

            foreach (var part in parts.Where(part => meant == Meant.Sure && by.TrueForAll(one => one.Label(part.ToString()) == one.Label(span.ToString()))))
                left[(area, part.ToString(), "")] = CountedRows.OtherSpan;
        }

        return left;
    }

    private static bool IsCovered(DateOnly from, DateOnly until, IReadOnlyList<Period> parts)
    {
        foreach (var part in parts)
        {
            if (part.From > from)
                return false;
            if (part.Until >= until)
                return true;
            if (part.Until >= from)
                from = part.Until.AddDays(1);
        }

        return false;
    }

    // Of each country the last time in each group, and of that time the last round.
    private static Dictionary<(string Area, string Period, string Round), byte> Earlier(CubeQuestion question, IReadOnlyList<StandingSegment> segments)
    {
        string[] components = [Area, Dataflow.Period, Round];
        var by = question.By.Where(one => one.Component is Dataflow.Period or Round).ToList();
        var stocks = AskCube.Answer(
            new CubeQuestion { By = [.. components.Select(Grouping.By)], Where = [.. question.Where.Where(where => components.Contains(where.Component, StringComparer.Ordinal))], Measure = question.Measure }, segments, 1);
        var left = new Dictionary<(string, string, string), byte>();
        foreach (var group in stocks.GroupBy(stock => (stock.Labels[0], string.Join('|', by.Select(one => one.Label(one.Component == Round ? stock.Labels[2] : stock.Labels[1]))))))
        {
            var ordered = group.OrderByDescending(stock => Period.Read(stock.Labels[1])?.Until).ThenByDescending(stock => Period.Read(stock.Labels[1])?.From)
                .ThenByDescending(stock => long.TryParse(stock.Labels[2], NumberStyles.None, CultureInfo.InvariantCulture, out var round) ? round : -1).ThenByDescending(stock => stock.Labels[2], StringComparer.Ordinal);
            foreach (var stock in ordered.Skip(1))
                left[(stock.Labels[0], stock.Labels[1], stock.Labels[2])] = CountedRows.Earlier;
        }

        return left;
    }

    private static byte[]? MarksOf(SegmentFile file, int place, Dictionary<(string Area, string Period, string Round), byte> times, TotalsAndParts? totals, CubeQuestion question)
    {
        var marks = GC.AllocateUninitializedArray<byte>(file.Rows);
        marks.AsSpan().Fill(CountedRows.Counts);
        var any = false;
        if (totals is not null)
        {
            var (markOfKind, kindOfRow) = totals.MarksOf(place, question);
            if (any = markOfKind.AsSpan().ContainsAnyExcept(CountedRows.Counts))
            {
                for (var row = 0; row < kindOfRow.Length; row++)
                    marks[row] = markOfKind[kindOfRow[row]];
            }
        }

        if (times.Count > 0)
        {
            var (areas, periods, rounds) = (CodesOf(file, Area), CodesOf(file, Dataflow.Period), CodesOf(file, Round));
            // Spans are told of all rounds.
            var table = new byte[areas.Count * periods.Count * rounds.Count];
            for (var at = 0; at < table.Length; at++)
            {
                var (area, period) = (areas[at / rounds.Count / periods.Count], periods[at / rounds.Count % periods.Count]);
                table[at] = times.TryGetValue((area, period, rounds[at % rounds.Count]), out var mark) || times.TryGetValue((area, period, ""), out mark) ? mark : (byte)0;
            }

            if (table.AsSpan().ContainsAnyExcept((byte)0))
            {
                any = true;
                var (area, period, round) = (NumbersOf(file, Area, areas), NumbersOf(file, Dataflow.Period, periods), NumbersOf(file, Round, rounds));
                for (var row = 0; row < file.Rows; row++)
                {
                    var at = ((((area?[row] ?? 0) * periods.Count) + (period?[row] ?? 0)) * rounds.Count) + (round?[row] ?? 0);
                    if (table[at] != 0)
                        marks[row] = table[at];
                }
            }
        }

        return any ? marks : null;
    }

    private static IReadOnlyList<string> CodesOf(SegmentFile file, string component) => file.Find(component)?.Codes ?? ["_T"];

    // A column of one code is not read.
    private static NumberColumn? NumbersOf(SegmentFile file, string component, IReadOnlyList<string> codes) => codes.Count == 1 ? null : file.Column(component);

    private sealed record Known(StandingImport[] Imports, DateTimeOffset? AsOf, TotalsAndParts? Totals, IReadOnlyList<NestedSpans> Nested);

    /// <summary>A span of a country that stands beside parts of it.</summary>
    /// <param name="Area">The country.</param>
    /// <param name="Span">The span.</param>
    /// <param name="Parts">Its parts, in order.</param>
    private sealed record NestedSpans(string Area, Period Span, IReadOnlyList<Period> Parts);
}
