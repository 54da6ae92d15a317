using FsCheck.Fluent;
using Tambo.Flows.Cube;
using Tambo.Flows.Rollups;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows;

/// <summary>Rollups answer what they can with the very figures of the segment, and what they cannot the segment answers.</summary>
public sealed class RollupTests
{
    private static readonly string[][] Words =
    [
        ["month"], ["year", "citizenship"], ["month", "point"], ["citizenship"], ["age", "sex"], ["quarter", "age"], ["day"], ["time_period", "citizenship"], ["week"],
        ["point", "citizenship"], ["direction", "month"], ["ref_area"], ["trans_mode", "month"], ["vuln"],
    ];

    private static readonly string[] Conditions =
    [
        "citizenship=VEN", "age=0-17", "time=2023-01..2023-06", "time=2023-01-10..2023-02-20", "time=2023", "direction=IN", "sex=F,M", "ref_area=ZZZ", "ref_area=YYY", "point=P1,P2", "vuln=UAC",
    ];

    private static FsCheck.Gen<(string[] By, string[] Where, bool Replaced)> AnyQuestion =>
        from words in Gen.Elements(Words)
        from first in Gen.Elements(Conditions)
        from second in Gen.Elements(Conditions)
        from count in Gen.Choose(0, 2)
        from replaced in Gen.Elements(false, false, true)
        select (words, new[] { first, second }[..count], replaced);

    [Theory]
    [InlineData(20_000, "2022-W52,2023-W05,2022-12,2023-01,2023-02,2023-03,2023,2022")]
    [InlineData(60_000, "days")]
    public void A_rollup_answers_bit_for_bit_as_the_segment_does(int rows, string periods)
    {
        var folder = Directory.CreateTempSubdirectory("tambo-rollups-");
        using var file = Segment(folder.FullName, rows, periods == "days" ? [.. Enumerable.Range(0, 200).Select(day => new DateOnly(2022, 12, 15).AddDays(day).ToString("yyyy-MM-dd", null))] : periods.Split(','));
        using var shelf = new RollupShelf(folder.FullName);
        var rollups = shelf.Of("made-up", file);
        Assert.InRange(rollups.Count, 4, RollupPlan.All.Count);
        Assert.All(rollups, rollup => Assert.InRange(rollup.File.Rows, 1, file.Rows / 4));
        var (byRollup, bySegment) = (0, 0);
        foreach (var (by, where, replaced) in AnyQuestion.Sample(300))
        {
            var question = new CubeQuestion { By = [.. by.Select(word => CubeLanguage.Group(word, Dataflow.Flow))], Where = [.. where.Select(text => CubeLanguage.Where(text, Dataflow.Flow))] };
            Func<string, bool>? gone = replaced ? period => period.StartsWith("2023-02", StringComparison.Ordinal) : null;
            var scanned = AskCube.Answer(question, [new StandingSegment(file, gone)], 2);
            var kept = AskCube.Answer(question, [new StandingSegment(file, gone) { Rollups = () => rollups }], 2);
            Assert.Equal(scanned.Select(Written), kept.Select(Written));
            if (rollups.Any(rollup => rollup.Answers(question, file, replaced)))
                byRollup++;
            else
                bySegment++;
        }

        Assert.InRange(byRollup, 50, 300);
        Assert.InRange(bySegment, 5, 300);
        folder.Delete(recursive: true);
    }

    [Fact]
    public void A_damaged_rollup_is_made_again_and_one_that_stands_is_read()
    {
        var folder = Directory.CreateTempSubdirectory("tambo-rollups-");
        using var file = Segment(folder.FullName, 5_000, ["2023-01", "2023-02"]);
        int count;
        using (var shelf = new RollupShelf(folder.FullName))
            count = shelf.Of("made-up", file).Count;
        var paths = Directory.GetFiles(Path.Combine(folder.FullName, "rollups"));
        Assert.InRange(count, 1, paths.Length);
        var before = paths.Select(File.ReadAllBytes).ToArray();
        foreach (var path in paths)
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
            stream.Position = stream.Length / 2;
            var there = stream.ReadByte();
            stream.Position--;
            stream.WriteByte((byte)(there ^ 0x10));
        }

        using (var shelf = new RollupShelf(folder.FullName))
            Assert.Equal(count, shelf.Of("made-up", file).Count);
        Assert.Equal(before, paths.Select(File.ReadAllBytes));
        folder.Delete(recursive: true);
    }

    [Fact]
    public void A_segment_that_readers_could_not_map_is_not_written()
    {
        using var stream = new MemoryStream();
        var writer = new SegmentWriter(stream, [new("TIME_PERIOD", ComponentKind.Period), new("OBS_VALUE", ComponentKind.Count)], mostBytes: 200_000);
        ObservationBatch Batch() => new()
        {
            Rows = 60_000,
            Books = [Book("2023")],
            Codes = [new int[60_000]],
            Measures = [Enumerable.Range(0, 60_000).Select(row => (long)(row % 251)).ToArray()],
            Lines = [.. Enumerable.Range(0, 60_000)],
        };
        writer.Add(Batch());
        writer.Add(Batch());
        writer.Add(Batch());
        Assert.Throws<SegmentTooLargeException>(() => writer.Add(Batch()));
        Assert.InRange(stream.Length, 1, 200_000);
    }

    private static string Written(Figure figure) =>
        $"{string.Join(',', figure.Labels)}: {figure.Sure} {figure.Rows} {figure.Unknown} {figure.Maybe} {figure.MaybeRows} {figure.MaybeUnknown}";

    private static CodeBook Book(params string[] codes)
    {
        var book = new CodeBook();
        foreach (var code in codes)
            book.NumberOf(code);
        return book;
    }

    private static SegmentFile Segment(string folder, int rows, string[] periods)
    {
        var random = new Random(rows);
        (string Component, string[] Codes)[] columns =
        [
            ("TIME_PERIOD", periods), ("REF_AREA", ["ZZZ"]), ("POINT", ["P1", "P2", "P3", "P4", "P5", "_T"]), ("DIRECTION", ["IN", "OUT"]), ("CITIZENSHIP", ["VEN", "HTI", "_U", "_T"]),
            ("AGE", ["Y0T4", "Y5T17", "Y10T20", "_T", "_U"]), ("SEX", ["F", "M", "_T"]), ("VULN", ["_T"]), ("REASON", [.. Enumerable.Range(0, 300).Select(reason => $"R{reason}")]),
        ];
        var path = Path.Combine(folder, "segment");
        using (var stream = File.Create(path))
        {
            var writer = new SegmentWriter(stream, [.. columns.Select(column => new Component(column.Component, ComponentKind.Code)), new Component("OBS_VALUE", ComponentKind.Count)]);
            foreach (var part in Enumerable.Range(0, rows).Chunk(25_000))
            {
                writer.Add(new ObservationBatch
                {
                    Rows = part.Length,
                    Books = [.. columns.Select(column => Book(column.Codes))],
                    Codes = [.. columns.Select(column => part.Select(_ => random.Next(column.Codes.Length)).ToArray())],
                    Measures = [part.Select(_ => random.Next(30) == 0 ? ObservationBatch.Unknown : random.Next(-20, 900)).ToArray()],
                    Lines = [.. part],
                });
            }

            writer.Finish("FLOW");
        }

        return SegmentFile.Open(path);
    }
}
