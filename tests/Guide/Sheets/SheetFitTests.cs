using FsCheck;
using FsCheck.Fluent;
using Tambo.Guide.Pages;
using Tambo.Guide.Sheets;

namespace Tambo.Tests.Guide.Sheets;

/// <summary>How many services fit on a sheet.</summary>
public sealed class SheetFitTests
{
    [Theory]
    [InlineData("", 10, 0)]
    [InlineData("one two", 10, 1)]
    [InlineData("one two three", 10, 2)]
    [InlineData("abcdefghijabcdefghijabcde", 10, 3)]
    [InlineData("ab abcdefghijabcdefghij", 10, 3)]
    [InlineData("ABCDEFGH", 10, 1)]
    [InlineData("ABCDEFGHI", 10, 2)]
    [InlineData("诊所在这里", 10, 1)]
    [InlineData("诊所在这里吗", 10, 2)]
    public void Lines_are_counted_as_paper_breaks_them(string text, int letters, int lines) =>
        Assert.Equal(lines, SheetFit.Lines(text, letters));

    [Fact]
    public void The_list_keeps_its_order_over_both_columns_and_stops_where_the_first_no_longer_fits()
    {
        var sizes = Gen.Choose(0, 160).ArrayOf(30);
        Prop.ForAll(sizes.ToArbitrary(), lengths =>
        {
            var entries = lengths.Select((length, index) => Entry(index + 1, length)).ToList();
            var columns = SheetFit.Columns("Title", [], hasMap: true, entries);
            var numbers = columns.SelectMany(column => column).Select(entry => entry.Number).ToList();
            Assert.Equal(Enumerable.Range(1, numbers.Count), numbers);
            // The smallest take 12 mm each and the largest 42: what fits lies between.
            Assert.InRange(numbers.Count, Math.Min(lengths.Length, 4), 24);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Without_a_map_more_fit()
    {
        var entries = Enumerable.Range(1, 40).Select(number => Entry(number, 40)).ToList();
        Assert.True(SheetFit.Columns("T", [], false, entries).Sum(c => c.Count) > SheetFit.Columns("T", [], true, entries).Sum(c => c.Count));
    }

    private static SheetEntry Entry(int number, int length) => new()
    {
        Number = number,
        Name = new Words(Text(length / 2), null),
        Address = Text(length),
        Phone = "+999 555 0117",
        Hours = Text(length / 2),
    };

    private static string Text(int length) => string.Concat(Enumerable.Range(0, length).Select(at => at % 8 == 7 ? ' ' : 'a'));
}
