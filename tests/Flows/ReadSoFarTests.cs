using System.Text;
using DocumentFormat.OpenXml.Spreadsheet;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Imports;
using Tambo.Platform.Jobs;
using Tambo.Tests.Platform.Files;

namespace Tambo.Tests.Flows;

/// <summary>While a file is read it is told how far, and whoever wants its first rows alone is given no others.</summary>
public sealed class ReadSoFarTests
{
    private static readonly Mapping Mapping = MappingShelf.Read(ReadAnythingTests.LongMapping("month", "who", "count"), "test").Mapping;

    [Theory]
    [InlineData("csv", 900_000)]
    [InlineData("latin", 900_000)]
    [InlineData("json", 70_000)]
    [InlineData("xlsx", 40_000)]
    public void It_grows_from_little_to_all_of_the_file(string kind, int rows)
    {
        var told = new Told();
        using var segment = new MemoryStream();
        using var file = kind switch
        {
            "csv" => new MemoryStream(Encoding.UTF8.GetBytes(Text(rows))),
            "latin" => new MemoryStream(Encoding.Latin1.GetBytes(Text(rows).Replace("PER", "Perú", StringComparison.Ordinal))),
            "json" => new MemoryStream(Encoding.UTF8.GetBytes("[" + string.Join(",\n", Enumerable.Range(1, rows).Select(row => $$"""{ "month": "2023-01", "who": "PER", "count": {{row}} }""")) + "]")),
            _ => Book(rows),
        };
        new HarmoniseFile(Mapping, new DateOnly(2026, 1, 1), 2, told).Run(file, segment, CancellationToken.None);
        var shares = told.Steps.Select(step => step.Percent!.Value).ToList();
        Assert.Equal(shares.Order(), shares);
        Assert.InRange(shares[0], 1, 90);
        Assert.Equal((100, rows), (shares[^1], told.Steps[^1].Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void The_first_rows_are_the_same_however_many_threads_read_and_that_there_are_more_is_said_where_there_are(int threads)
    {
        HarmonisedFile First(string text, long most)
        {
            using var segment = new MemoryStream();
            using var file = new MemoryStream(Encoding.UTF8.GetBytes(text));
            return new HarmoniseFile(Mapping, new DateOnly(2026, 1, 1), threads) { MostRows = most }.Run(file, segment, CancellationToken.None);
        }

        var text = Text(900_000);
        var some = First(text, 200_000);
        // What is read together is read whole: two megabytes of text.
        Assert.Equal((331_862L, 331_862L, true), (some.Read, some.Kept, some.HasMore));
        var all = First(text, 900_000);
        Assert.Equal((900_000L, false), (all.Read, all.HasMore));
    }

    private static string Text(int rows) => "month,who,count\n" + string.Concat(Enumerable.Range(1, rows).Select(row => $"2023-01,PER,{row}\n"));

    private static MemoryStream Book(int rows) => Workbooks.New("Datos", [],
    [
        Workbooks.Row(1, Workbooks.Text("A1", "month"), Workbooks.Text("B1", "who"), Workbooks.Text("C1", "count")),
        .. Enumerable.Range(2, rows).Select(row => Workbooks.Row((uint)row, Workbooks.Text($"A{row}", "2023-01"), Workbooks.Text($"B{row}", "PER"), Workbooks.Number($"C{row}", "1"))),
    ]);

    private sealed class Told : IProgress<WorkSoFar>
    {
        public List<WorkSoFar> Steps { get; } = [];

        public void Report(WorkSoFar value) => Steps.Add(value);
    }
}
