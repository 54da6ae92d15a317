using System.Text;
using Tambo.Flows.Assistant;
using Tambo.Platform.Problems;
using Tambo.Tests.Platform.Files;
using static Tambo.Tests.Flows.ReadAnythingTests;

namespace Tambo.Tests.Flows;

/// <summary>Bytes that were changed, cut, doubled or swapped anywhere give figures or a coded refusal, and never a failure.</summary>
public sealed class SpoiledFilesTests
{
    private const int Times = 150;

    public static TheoryData<string> Kinds => ["text", "json", "sheet", "old", "sdmx"];

    [Theory, MemberData(nameof(Kinds))]
    public void A_spoiled_file_is_read_or_refused_with_a_code(string kind)
    {
        var (bytes, mapping) = Whole(kind);
        var whole = Read(new MemoryStream(bytes), mapping).Observations;
        Assert.Equal(40, whole.Split("; ").Length);
        var (right, refusals) = (0, 0);
        for (var seed = 0; seed < Times; seed++)
        {
            var spoiled = Spoiled(bytes, new Random(seed));
            try
            {
                var (observations, _, file) = Read(new MemoryStream(spoiled), mapping);
                Assert.Equal(file.Read, file.Kept + file.Refused + file.LeftOut);
                Assert.True(file.Issues.Errors >= file.Refused, $"{kind} {seed}: {file.Refused} refused, {file.Issues.Errors} told");
                // A packed workbook has sums over its parts: what is read is what was written.
                if ((kind == "sheet" ? whole : ExpectedFrom.File(kind, spoiled)) is not { } expected)
                    continue;
                Assert.True(expected == observations, $"{kind} {seed}: {observations} instead of {expected}");
                right++;
            }
            catch (Problem refused)
            {
                Assert.InRange(refused.Kind.Status, 400, 499);
                refusals++;
            }

            try
            {
                var table = TableProfile.Of(new MemoryStream(spoiled), "", "", false, [], new DateOnly(2026, 1, 1));
                WriteMapping.Json(ProposeMapping.For(table, "table", "en"), 1);
            }
            catch (Problem refused)
            {
                Assert.InRange(refused.Kind.Status, 400, 499);
            }
        }

        // Cells of an old workbook have no sums: of them nobody can say what they were.
        Assert.True(refusals > 0 && (right > 0 || kind == "old"), $"{kind}: {right} right, {refusals} refused");
    }

    private static (byte[] Bytes, string Mapping) Whole(string kind)
    {
        var rows = Enumerable.Range(0, 40).Select(row => ($"2023-{(row % 12) + 1:00}", row % 3 == 0 ? "Haití" : "VEN", row * 7)).ToList();
        var mapping = LongMapping("month", "who", "count");
        switch (kind)
        {
            case "json":
                return (Encoding.UTF8.GetBytes("[" + string.Join(",\n", rows.Select(row => $$"""{"month":"{{row.Item1}}","who":"{{row.Item2}}","count":{{row.Item3}}}""")) + "]"), mapping);
            case "sheet":
                using (var book = Workbooks.New("Hoja1", [],
                    [Workbooks.Row(1, Workbooks.Text("A1", "month"), Workbooks.Text("B1", "who"), Workbooks.Text("C1", "count")),
                    .. rows.Select((row, at) => Workbooks.Row((uint)at + 2, Workbooks.Text($"A{at + 2}", row.Item1), Workbooks.Text($"B{at + 2}", row.Item2), Workbooks.Number($"C{at + 2}", $"{row.Item3}")))]))
                    return (book.ToArray(), mapping);
            case "old":
                using (var book = Workbooks.Old([["month", "who", "count"], .. rows.Select(row => new object[] { row.Item1, row.Item2, (double)row.Item3 })]))
                    return (book.ToArray(), mapping);
            case "sdmx":
                return (Encoding.UTF8.GetBytes("STRUCTURE,STRUCTURE_ID,ACTION,TIME_PERIOD,CITIZENSHIP,OBS_VALUE\n" + string.Concat(rows.Select(row => $"dataflow,A:F(1.0),M,{row.Item1},{row.Item2},{row.Item3}\n"))), LongMapping("TIME_PERIOD", "CITIZENSHIP", "OBS_VALUE"));
            default:
                return (Encoding.UTF8.GetBytes("month,who,count\n" + string.Concat(rows.Select(row => $"{row.Item1},\"{row.Item2}\",{row.Item3}\n"))), mapping);
        }
    }

    private static byte[] Spoiled(byte[] whole, Random random)
    {
        var bytes = whole.ToList();
        for (var turn = random.Next(1, 4); turn > 0 && bytes.Count > 2; turn--)
        {
            var at = random.Next(bytes.Count);
            var length = random.Next(1, Math.Min(60, bytes.Count - at) + 1);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                    break;
                default:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes("\"\n;,{[\u0000"[..random.Next(1, 7)]));
                    break;
            }
        }

        return [.. bytes];
    }
}
