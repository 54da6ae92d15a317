using System.Text;
using Tambo.Platform.Files;
using Xunit;
using static Tambo.Tests.Platform.Files.HostileFiles;

namespace Tambo.Tests.Platform.Files;

public sealed class DelimitedReaderTests
{
    [Theory]
    [InlineData("name,places,city\nCasa Luz,20,Ribera\nCasa Sol,12,Ribera", ',')]
    [InlineData("name;places;city\nCasa Luz;20;Ribera\nCasa Sol, la grande;12;Ribera", ';')]
    [InlineData("name\tplaces\tcity\nCasa Luz\t20\tRibera\nCasa; Sol, x\t12\tRibera", '\t')]
    [InlineData("name|places|city\nCasa Luz|20|Ribera\nCasa, Sol|12|Ribera", '|')]
    [InlineData("lat;lon;share\n1,5;2,25;3,5\n1,6;2,26;3,6\n1,7;2,27;3,7\n1,8;2,28;3,8", ';')]
    [InlineData("Ministry of the Valley, 2024\n\nname;places;city\nCasa Luz;20;Ribera\nCasa Sol;12;Ribera", ';')]
    [InlineData("key,name,note\n1,\"Casa | Luz\",\"a;b;c\"\n2,\"Casa | Sol\",\"d;e;f\"", ',')]
    [InlineData("name\nCasa Luz\nCasa Sol", ',')]
    public void The_separator_is_found(string text, char expected)
    {
        using var reader = DelimitedReader.Open(Text(text), new IssueReport());
        Assert.Equal(expected, reader.Delimiter);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Rows_carry_the_line_where_they_start_whatever_ends_a_line(string end)
    {
        var text = string.Join(end, "name,address", "", "Casa Luz,\"Calle 1", "", "2nd floor\"", "", "Casa Sol,\"x \"\"y\"\" z\"", "Casa Mar,");
        var rows = Rows(text);
        Assert.Equal([3, 7, 8], rows.Select(row => row.Line));
        Assert.Equal($"Calle 1{end}{end}2nd floor", rows[0][1]);
        Assert.Equal("x \"y\" z", rows[1][1]);
        Assert.Null(rows[2][1]);
    }

    [Fact]
    public void Notes_above_the_header_are_passed_over_and_told()
    {
        var issues = new IssueReport();
        using var reader = DelimitedReader.Open(Text("Ministry of the Valley\nEntries by month, preliminary\n\nmonth,country,2023,2024\nJan,Perlandia,10,12\nFeb,Perlandia,9,8\n"), issues);
        Assert.Equal(4, reader.Header!.Line);
        Assert.Equal(["month", "country", "2023", "2024"], reader.Header.Names);
        Assert.Equal([5, 6], reader.Rows().Select(row => row.Line));
        Assert.Equal(1, issues.Counts[ReadingIssues.NotesSkipped]);
    }

    [Fact]
    public void A_file_of_figures_alone_has_no_header_and_loses_no_row()
    {
        using var reader = DelimitedReader.Open(Text("1,2,3\n4,5,6\n"), new IssueReport());
        Assert.Null(reader.Header);
        Assert.Equal(2, reader.Rows().Count());
    }

    [Fact]
    public void The_header_line_can_be_said()
    {
        using var named = DelimitedReader.Open(Text("1,2\nx,y\n3,4\n"), new IssueReport(), new DelimitedOptions(HeaderLine: 2));
        Assert.Equal(["x", "y"], named.Header!.Names);
        Assert.Equal(3, Assert.Single(named.Rows()).Line);
        using var none = DelimitedReader.Open(Text("a,b\nc,d\n"), new IssueReport(), new DelimitedOptions(HeaderLine: 0));
        Assert.Equal(2, none.Rows().Count());
    }

    [Fact]
    public void Rows_that_are_too_short_or_too_long_are_told_and_kept()
    {
        var issues = new IssueReport();
        var rows = Rows("a,b,c\n1,2,3\n1,2\n1,2,3,4\n1,2,3,,\n", issues);
        Assert.Equal(4, rows.Count);
        Assert.Equal([(3, "2/3"), (4, "4/3")], issues.Kept.Select(issue => (issue.Line, issue.Value!)));
        Assert.All(issues.Kept, issue => Assert.Equal(ReadingIssues.RowRagged, issue.Code));
    }

    [Fact]
    public void Repeated_and_missing_names_of_columns_are_told()
    {
        var issues = new IssueReport();
        Rows("name,phone,,Phone,city\nA,1,2,3,4\n", issues);
        Assert.Equal([(3, ReadingIssues.HeaderMissing), (4, ReadingIssues.HeaderDuplicate)], issues.Kept.Select(issue => (issue.Column!.Value, issue.Code)));
    }

    [Fact]
    public void A_quotation_mark_that_is_never_closed_is_an_error_at_its_line()
    {
        var issues = new IssueReport();
        Rows("a,b\n1,2\n3,\"4\n5,6\n7,8\n", issues);
        var error = Assert.Single(issues.Kept, issue => issue.Severity == IssueSeverity.Error);
        Assert.Equal((3, ReadingIssues.QuoteUnclosed), (error.Line, error.Code));
    }

    [Fact]
    public void A_row_without_end_is_refused_with_its_line()
    {
        var text = "a,b\n1,\"" + string.Concat(Enumerable.Repeat("2,3\n", 100_000));
        var problem = Assert.Throws<Tambo.Platform.Problems.Problem>(() => Rows(text, options: new DelimitedOptions(RowBytes: 200_000)));
        Assert.Equal(FileProblems.RowTooLong, problem.Kind);
        Assert.Contains(("line", (object?)2L), problem.Values);
    }

    [Fact]
    public void More_columns_than_allowed_are_refused() =>
        Assert.Equal(FileProblems.TooManyColumns, Refused(() => Rows("a,b\n" + new string(',', 5000) + "\n")));

    [Fact]
    public void A_quotation_mark_within_words_is_kept_and_told()
    {
        var issues = new IssueReport();
        var rows = Rows("item,size\npipe,2\" wide\ntube,3\n", issues);
        Assert.Equal("2\" wide", rows[0][1]);
        Assert.Equal(1, issues.Counts[ReadingIssues.QuoteStray]);
    }

    [Fact]
    public void An_old_export_in_latin_letters_is_read_and_the_guess_told()
    {
        var issues = new IssueReport();
        var rows = Rows(Text("país;año\r\nPerlandia;señal\r\n", Encoding.Latin1), issues);
        Assert.Equal("señal", rows[0][1]);
        Assert.Equal("windows-1252", Assert.Single(issues.Kept).Value);
    }

    [Fact]
    public void Issues_are_counted_in_full_and_kept_in_part()
    {
        var issues = new IssueReport(keptPerCode: 10);
        Rows("a,b\n" + string.Concat(Enumerable.Repeat("1\n", 1000)), issues);
        Assert.Equal(1000, issues.Counts[ReadingIssues.RowRagged]);
        Assert.Equal(10, issues.Kept.Count);
    }

    [Fact]
    public void Two_rows_of_headers_join_into_one()
    {
        var header = TableHeader.Join([new RawRow(1, ["country", "2023", "2023"]), new RawRow(2, ["country", "women", "men"])]);
        Assert.Equal(["country", "2023 / women", "2023 / men"], header.Names);
        Assert.Equal(2, header.Line);
        Assert.Equal(2, header.Column(" 2023 / MEN "));
    }

    [Fact]
    public void Spoiled_files_are_read_or_refused()
    {
        var good = Encoding.UTF8.GetBytes("name;address;places\r\n\"Casa Luz\";\"Calle 1\r\nPiso 2\";20\r\nCasa Ñandú;x;3,5\r\n\r\nCasa Sol;\"dijo \"\"hola\"\"\";4\r\n");
        Mutate(good, seed: 31, stream => Rows(stream));
    }
}
