using Tambo.Flows.Cube;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Tests.Flows;

/// <summary>Figures of the cube are those that counting row by row gives.</summary>
public sealed class CubeTests
{
    private static readonly string[] Ages = ["Y0T4", "Y5T17", "Y0T17", "Y18T59", "Y_GE60", "_T", "_U"];
    private static readonly string[] Nationalities = ["VEN", "HTI", "COL", "_T"];

    private sealed record Row(string Period, string Point, string Nationality, string Age, long? Value, int Line);

    [Theory]
    [InlineData(0, 1, 10)]
    [InlineData(1, 3, 300)]
    [InlineData(70_000, 2, 300)]
    [InlineData(200_001, 40, 10)]
    [InlineData(300_000, 70_000, 5)]
    public void Figures_are_those_of_counting_row_by_row(int rows, int points, int most)
    {
        var random = new Random(rows + points);
        Row[] made = [.. Enumerable.Range(0, rows).Select(line => new Row(
            $"{2020 + random.Next(3)}-{1 + random.Next(12):00}", $"P{random.Next(points)}", Nationalities[random.Next(4)], Ages[random.Next(7)],
            random.Next(50) == 0 ? null : random.Next(most), 2 + line + (line / 7)))];
        using var file = Segment(made);
        Assert.Equal(rows, file.Rows);
        var month = new Grouping("TIME_PERIOD", static code => code[..4]);
        foreach (var threads in (int[])[1, 2])
        {
            Equal(made, file, threads, [month, Grouping.By("POINT")], row => $"{row.Period[..4]},{row.Point}", _ => Meant.Sure, []);
            Equal(made, file, threads, [Grouping.By("CITIZENSHIP")], row => row.Nationality, row => row.Nationality == "VEN" ? Meant.Sure : row.Nationality == "_T" ? Meant.Maybe : Meant.Not, [Condition.Is("CITIZENSHIP", "VEN")]);
            Equal(made, file, threads, [month, Grouping.By("CITIZENSHIP")], row => $"{row.Period[..4]},{row.Nationality}", row => Child(row.Age), [Condition.Ages(new AgeInterval(0, 17))]);
            Equal(made, file, threads, [month, Grouping.By("CITIZENSHIP"), Grouping.By("AGE")], row => $"{row.Period[..4]},{row.Nationality},{row.Age}", row => row.Nationality == "HTI" ? Meant.Sure : Meant.Not,
                [Condition.Only("CITIZENSHIP", code => code == "HTI")]);
            Equal(made, file, threads, [Grouping.By("AGE"), month, Grouping.By("POINT"), Grouping.By("CITIZENSHIP")], row => $"{row.Age},{row.Period[..4]},{row.Point},{row.Nationality}", _ => Meant.Sure, []);
            Equal(made, file, threads, [Grouping.By("SEX")], _ => "_T", row => Math.Min(Child(row.Age), string.CompareOrdinal(row.Period, "2021-07") >= 0 ? Meant.Sure : Meant.Not),
                [Condition.Ages(new AgeInterval(0, 17)), Condition.Within(new DateOnly(2021, 7, 1), new DateOnly(2030, 1, 1))]);
        }
    }

    [Theory]
    [InlineData("CITIZENSHIP")]
    [InlineData("AGE", "CITIZENSHIP")]
    [InlineData("AGE", "VULN")]
    public void Parts_and_wholes_of_one_reading_are_those_of_two(params string[] chosen)
    {
        var random = new Random(5);
        using var file = Segment([.. Enumerable.Range(0, 90_000).Select(line => new Row(
            $"2021-{1 + random.Next(12):00}", $"P{random.Next(9)}", Nationalities[random.Next(4)], Ages[random.Next(7)], random.Next(50) == 0 ? null : random.Next(300), line))]);
        StandingSegment[] standing = [new(file)];
        var conditions = new Dictionary<string, Condition> { ["CITIZENSHIP"] = Condition.Is("CITIZENSHIP", "VEN"), ["AGE"] = Condition.Ages(new AgeInterval(0, 17)), ["VULN"] = Condition.Is("VULN", "UAC") };
        var whole = new CubeQuestion { By = [Grouping.By("POINT")], Where = [Condition.Within(new DateOnly(2021, 2, 1), new DateOnly(2021, 8, 31))] };
        var parts = whole with { By = [Grouping.By("TIME_PERIOD"), Grouping.By("POINT")], Where = [.. whole.Where, .. chosen.Select(component => conditions[component])] };
        var (some, all) = AskCube.Shares(parts, [0], whole, standing, 2);
        Assert.Equal(AskCube.Answer(parts, standing, 2).Select(Written), some.Figures().Select(Written));
        Assert.Equal(AskCube.Answer(whole, standing, 2).Select(Written), all.Figures().Select(Written));
    }

    [Fact]
    public void A_damaged_block_is_told_of_whichever_thread_meets_it()
    {
        var path = Path.GetTempFileName();
        Write(path, [.. Enumerable.Range(0, 400_000).Select(line => new Row("2021-01", $"P{line % 9}", "VEN", "_T", line % 200, line + 2))]);
        var bytes = File.ReadAllBytes(path);
        foreach (var at in (int[])[bytes.Length / 5, bytes.Length / 2])
        {
            bytes[at] ^= 0x10;
            File.WriteAllBytes(path, bytes);
            bytes[at] ^= 0x10;
            using var file = SegmentFile.Open(path);
            for (var time = 0; time < 3; time++)
                Assert.Throws<SegmentDamagedException>(() => AskCube.Answer(new CubeQuestion { By = [Grouping.By("POINT")] }, [new StandingSegment(file)], 4));
        }

        File.Delete(path);
    }

    [Fact]
    public void A_half_year_may_hold_some_of_a_year()
    {
        using var file = Segment([new("2021", "P", "VEN", "_T", 5, 2), new("2021-02", "P", "VEN", "_T", 7, 3), new("2021-09", "P", "VEN", "_T", 11, 4)]);
        var figure = Assert.Single(AskCube.Answer(new CubeQuestion { Where = [Condition.Within(new DateOnly(2021, 1, 1), new DateOnly(2021, 6, 30))] }, [new StandingSegment(file)], 1));
        Assert.Equal((7, 5, 1, 1), (figure.Sure, figure.Maybe, (int)figure.Rows, (int)figure.MaybeRows));
    }

    [Fact]
    public void Periods_that_a_later_file_stands_instead_of_do_not_count()
    {
        using var file = Segment([new("2021-01", "P", "VEN", "_T", 5, 2), new("2021-02", "P", "VEN", "_T", 7, 3)]);
        var figure = Assert.Single(AskCube.Answer(new CubeQuestion(), [new StandingSegment(file, period => period == "2021-02")], 1));
        Assert.Equal((5, 1), (figure.Sure, (int)figure.Rows));
    }

    [Fact]
    public void A_table_that_does_not_say_a_thing_may_hold_some_of_it()
    {
        using var file = Segment([new("2021-01", "P", "VEN", "_T", 5, 2)]);
        var figure = Assert.Single(AskCube.Answer(new CubeQuestion { Where = [Condition.Is("VULN", "UAC")] }, [new StandingSegment(file)], 1));
        Assert.Equal((0, 5), (figure.Sure, figure.Maybe));
    }

    [Fact]
    public void The_lines_of_rows_are_kept()
    {
        Row[] made = [.. Enumerable.Range(0, 70_000).Select(line => new Row("2021", "P", "VEN", "_T", 1, 10 + (line * 3 / 2)))];
        using var file = Segment(made);
        var lines = file.Column(SegmentFooter.LineColumn)!;
        Assert.All(Enumerable.Range(0, made.Length), row => Assert.Equal(made[row].Line, lines[row]));
    }

    [Fact]
    public void A_segment_with_a_changed_byte_is_not_answered_from()
    {
        var path = Path.GetTempFileName();
        Write(path, [.. Enumerable.Range(0, 1_000).Select(line => new Row("2021-01", $"P{line % 9}", "VEN", "_T", line, line + 2))]);
        var bytes = File.ReadAllBytes(path);
        var caught = 0;
        for (var at = 0; at < bytes.Length; at += 97)
        {
            bytes[at] ^= 0x40;
            File.WriteAllBytes(path, bytes);
            bytes[at] ^= 0x40;
            Assert.Throws<SegmentDamagedException>(() =>
            {
                using var file = SegmentFile.Open(path);
                file.Verify();
            });
            caught++;
        }

        File.WriteAllBytes(path, bytes[..^9]);
        Assert.Throws<SegmentDamagedException>(() => SegmentFile.Open(path));
        Assert.True(caught > 10);
        File.Delete(path);
    }

    private static string Written(Figure figure) =>
        $"{string.Join(',', figure.Labels)}: {figure.Sure} {figure.Rows} {figure.Unknown} {figure.Maybe} {figure.MaybeRows} {figure.MaybeUnknown} {figure.Groups}";

    private static byte Child(string age) => age switch
    {
        "Y0T4" or "Y5T17" or "Y0T17" => Meant.Sure,
        "_T" or "_U" => Meant.Maybe,
        _ => Meant.Not,
    };

    private static void Equal(Row[] rows, SegmentFile file, int threads, IReadOnlyList<Grouping> by, Func<Row, string> keyOf, Func<Row, byte> meant, IReadOnlyList<Condition> where)
    {
        var expected = new SortedDictionary<string, long[]>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (meant(row) == Meant.Not)
                continue;
            var sums = expected.TryGetValue(keyOf(row), out var known) ? known : expected[keyOf(row)] = new long[5];
            var at = meant(row) == Meant.Sure ? 0 : 3;
            sums[at] += row.Value ?? 0;
            sums[at + 1]++;
            if (at == 0 && row.Value is null)
                sums[2]++;
        }

        var answer = AskCube.Answer(new CubeQuestion { By = by, Where = where }, [new StandingSegment(file)], threads);
        Assert.Equal(
            expected.Select(pair => $"{pair.Key}: {string.Join(' ', pair.Value)}").Order(StringComparer.Ordinal),
            answer.Select(figure => $"{string.Join(',', figure.Labels)}: {figure.Sure} {figure.Rows} {figure.Unknown} {figure.Maybe} {figure.MaybeRows}").Order(StringComparer.Ordinal));
    }

    private static SegmentFile Segment(Row[] rows)
    {
        var path = Path.GetTempFileName();
        Write(path, rows);
        var file = SegmentFile.Open(path);
        File.Delete(path);
        return file;
    }

    private static void Write(string path, Row[] rows)
    {
        Component[] components =
        [
            new("TIME_PERIOD", ComponentKind.Period), new("POINT", ComponentKind.Code), new("CITIZENSHIP", ComponentKind.Code), new("AGE", ComponentKind.Age),
            new("OBS_VALUE", ComponentKind.Count),
        ];
        using var stream = File.Create(path);
        var writer = new SegmentWriter(stream, components);
        foreach (var part in rows.Chunk(100_000))
        {
            CodeBook[] books = [new(), new(), new(), new()];
            writer.Add(new ObservationBatch
            {
                Rows = part.Length,
                Books = books,
                Codes =
                [
                    part.Select(row => books[0].NumberOf(row.Period)).ToArray(), part.Select(row => books[1].NumberOf(row.Point)).ToArray(),
                    part.Select(row => books[2].NumberOf(row.Nationality)).ToArray(), part.Select(row => books[3].NumberOf(row.Age)).ToArray(),
                ],
                Measures = [part.Select(row => row.Value ?? ObservationBatch.Unknown).ToArray()],
                Lines = [.. part.Select(row => row.Line)],
            });
        }

        writer.Finish("FLOW");
    }
}
