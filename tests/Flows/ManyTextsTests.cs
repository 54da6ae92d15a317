using System.Globalization;
using System.Text;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Imports;
using Tambo.Flows.Segments;
using Tambo.Platform.Jobs;
using Tambo.Tests.Platform.Files;

namespace Tambo.Tests.Flows;

/// <summary>Lists of incidents, in which every row has a name, a place and a link of its own, take little more memory than their texts.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class ManyTextsTests
{
    private const string Incidents =
        """
        { "name": "incidents", "version": 1, "dataflow": "INCIDENT", "series": { "code": "VALLEY", "publisher": "Office of the valley" },
          "constants": { "UNIT_MEASURE": "PS" },
          "leave_out": [ { "column": "id", "patterns": [ "total*" ], "why": "total" } ],
          "columns": [
            { "from": [ "id" ], "to": [ "INCIDENT" ], "text": true },
            { "from": [ "day" ], "to": [ "TIME_PERIOD" ], "dates": [ { "pattern": "iso", "frequency": "D" } ] },
            { "from": [ "place" ], "to": [ "PLACE" ], "text": true },
            { "from": [ "at" ], "part": { "between": ", ", "number": 1 }, "to": [ "LATITUDE" ], "number": { } },
            { "from": [ "at" ], "part": { "between": ", ", "number": 2 }, "to": [ "LONGITUDE" ], "number": { } },
            { "from": [ "dead" ], "to": [ "OBS_VALUE" ], "number": { } } ] }
        """;

    private const int Rows = 300_000;

    [Fact]
    public void Hundreds_of_thousands_of_incidents_are_each_themselves_and_reading_them_holds_little()
    {
        // Words of countries and the like are read once and stay.
        ReadAnythingTests.Read("id,day,place,at,dead\nV1,2024-01-01,Road,\"1, 1\",1\n", Incidents, "INCIDENT");
        var (held, before) = (0L, GC.GetTotalMemory(forceFullCollection: true));
        using var file = new MemoryStream(Made());
        using var segment = new MemoryStream();
        var told = new Sampled(rows =>
        {
            if (rows > 250_000 && held == 0)
                held = GC.GetTotalMemory(forceFullCollection: true) - before - (file.Capacity + segment.Capacity);
        });
        var done = new HarmoniseFile(MappingShelf.Read(Incidents, "test").Mapping, new DateOnly(2026, 1, 1), 1, told).Run(file, segment, CancellationToken.None);

        Assert.Equal((Rows + 3, Rows - 1, 1L, 3L), (done.Read, done.Kept, done.Refused, done.LeftOut));
        Assert.Equal((3L, "Total"), done.Ledger.Where(line => line.Why == "total").Select(line => (line.Rows, line.Value)).Single());
        Assert.Equal((77_777 + 3, "-1"), done.Issues.Kept.Where(issue => issue.Code == HarmonisingIssues.NumberNegative).Select(issue => (issue.Line, issue.Value)).Single());
        var opened = SegmentFile.Of(segment.ToArray());
        var (ids, places, names) = (opened.Column("INCIDENT")!, opened.Find("PLACE")!.Codes, opened.Find("INCIDENT")!.Codes);
        var (stones, latitudes) = (opened.Column("PLACE")!, opened.Column("LATITUDE")!);
        for (var row = 0; row < opened.Rows; row += 997)
        {
            var number = int.Parse(names[(int)ids[row]].AsSpan(1), CultureInfo.InvariantCulture);
            Assert.Equal((row < 77_777 ? row : row + 1, $"Road of the valley, stone {number}", number * 100L), (number, places[(int)stones[row]], latitudes[row]));
        }

        // The texts themselves take some fifteen megabytes; remembering what every value became took ten times as much.
        Assert.InRange(held, 1, 100L << 20);
    }

    [Fact]
    public void Texts_of_any_length_are_numbered_once_and_found_again()
    {
        var book = new TextBook();
        string[] texts = ["", "a", "ñandú 🦙", new('x', 70_000), new('y', 3_000_000), "z", .. Enumerable.Range(0, 100_000).Select(one => $"text {one}")];
        Assert.Equal(Enumerable.Range(0, texts.Length), texts.Select(book.NumberOf));
        Assert.Equal(Enumerable.Range(0, texts.Length), texts.Select(book.NumberOf));
        Assert.Equal(texts, book);
    }

    // What it was made of is gone when memory is looked at.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static byte[] Made()
    {
        var text = new StringBuilder("id,day,place,at,dead\n");
        for (var row = 0; row < Rows; row++)
        {
            if (row % 100_000 == 7)
                text.Append(CultureInfo.InvariantCulture, $"Total,2024-01-01,,\"0, 0\",{row}\n");
            text.Append(CultureInfo.InvariantCulture, $"V{row:0000000},2024-01-{1 + (row % 28):00},\"Road of the valley, stone {row}\",\"{row / 10_000m}, {-row / 20_000m}\",{(row == 77_777 ? "-1" : "1")}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private sealed class Sampled(Action<long> sample) : IProgress<WorkSoFar>
    {
        public void Report(WorkSoFar value) => sample(value.Count);
    }
}
