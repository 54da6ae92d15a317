using System.IO.Compression;
using System.Text;
using DocumentFormat.OpenXml.Spreadsheet;
using Tambo.Flows;
using Tambo.Platform.Files;
using Tambo.Platform.Problems;
using Tambo.Tests.Platform.Files;

namespace Tambo.Tests.Flows;

/// <summary>What ODK Central and KoboToolbox export of forms with repeats: tables that are joined by their keys.</summary>
public sealed class FormExportsTests
{
    private const string Persons =
        """
        { "name": "persons", "version": 1, "dataflow": "FLOW", "series": { "code": "QUIMERA", "publisher": "Office of Quimera" },
          "file": { "repeat": "person" }, "constants": { "UNIT_MEASURE": "PS", "OBS_VALUE": "1" },
          "columns": [
            { "from": [ "../../day" ], "to": [ "TIME_PERIOD" ], "dates": [ { "pattern": "iso", "frequency": "D" } ] },
            { "from": [ "point" ], "to": [ "POINT" ], "text": true },
            { "from": [ "nat" ], "to": [ "CITIZENSHIP" ], "codes": "countries" },
            { "from": [ "sex" ], "to": [ "SEX" ], "values": { "m": [ { "to": { "SEX": "M" } } ], "f": [ { "to": { "SEX": "F" } } ] } } ] }
        """;

    // A submission, its households, their persons: as ODK Central writes them, groups with hyphens.
    private const string Submissions = "SubmissionDate,day,where-point,why,why/work,why/family,meta-instanceID,KEY,SubmitterName\n"
        + "2026-01-02T10:00:00Z,2025-11-01,North gate,work family,1,1,uuid:a,uuid:a,Eva\n2026-01-02T10:00:00Z,2025-11-02,South gate,,0,0,uuid:b,uuid:b,Eva\n";

    private const string Households = "nat,note,PARENT_KEY,KEY\nVEN,\"two\nlines\",uuid:a,uuid:a/household[1]\nHTI,,uuid:a,uuid:a/household[2]\nCUB,,uuid:b,uuid:b/household[1]\n";

    private const string People = "who-sex,PARENT_KEY,KEY\nf,uuid:a/household[1],uuid:a/household[1]/person[1]\nm,uuid:a/household[1],uuid:a/household[1]/person[2]\nf,uuid:a/household[2],uuid:a/household[2]/person[1]\nm,uuid:b/household[1],uuid:b/household[1]/person[1]\n";

    /// <summary>An archive of texts.</summary>
    internal static MemoryStream Zip(params (string Name, string Text)[] files)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        stream.Position = 0;
        return stream;
    }

    private static MemoryStream Odk(string submissions = Submissions, string households = Households, string people = People) =>
        Zip(("crossings.csv", submissions), ("crossings-household.csv", households), ("crossings-person.csv", people), ("media/photo.jpg", "no table"));

    private static (string Observations, string Issues) Read(Stream file, string mapping = Persons)
    {
        var (observations, issues, _) = ReadAnythingTests.Read(file, mapping, "TIME_PERIOD", "POINT", "CITIZENSHIP", "SEX");
        return (observations, issues);
    }

    [Fact]
    public void Persons_of_households_of_submissions_have_what_stands_above_them()
    {
        var (observations, issues, file) = ReadAnythingTests.Read(Odk(), Persons, "TIME_PERIOD", "POINT", "CITIZENSHIP", "SEX");
        Assert.Equal("2025-11-01 North gate VEN F 1; 2025-11-01 North gate VEN M 1; 2025-11-01 North gate HTI F 1; 2025-11-02 South gate CUB M 1", observations);
        Assert.Equal(("", "crossings-person", 4L), (issues, file.Sheet, file.Read));
    }

    [Fact]
    public void More_tables_than_any_form_has_are_refused_and_not_looked_through_one_by_one()
    {
        static MemoryStream With(int tables) => Zip([("crossings.csv", Submissions), ("crossings-household.csv", Households), ("crossings-person.csv", People), .. Enumerable.Range(4, tables - 3).Select(at => ($"t{at}.csv", "PARENT_KEY,KEY\n"))]);
        Assert.Equal("", Read(With(100)).Issues);
        var refused = Assert.Throws<Problem>(() => Read(With(101)));
        Assert.Equal(("flows.form_tables_many", 413), (refused.Kind.Code, refused.Kind.Status));
    }

    [Fact]
    public void Rows_without_their_submission_and_of_one_that_contradicts_itself_are_refused_by_their_line()
    {
        var (observations, issues) = Read(Odk(people: People + "f,uuid:z/household[1],uuid:z/household[1]/person[1]\nm,uuid:a/household[2],uuid:a/household[1]/person[1]\nf,,x\n"));
        Assert.EndsWith("2025-11-02 South gate CUB M 1", observations, StringComparison.Ordinal);
        Assert.Equal("6 flows.parent_missing; 7 flows.key_twice; 8 flows.parent_missing", issues);
        (observations, issues) = Read(Odk(Submissions + "2026-01-02T10:00:00Z,2025-11-09,North gate,,0,0,uuid:a,uuid:a,Eva\n2026-01-02T10:00:00Z,2025-11-02,South gate,work,1,0,uuid:b,uuid:b,Ana\n"));
        // What is used of the second one says the same twice.
        Assert.Equal("2025-11-02 South gate CUB M 1", observations);
        Assert.Equal("4 flows.parent_twice; 2 flows.parent_twice; 3 flows.parent_twice; 4 flows.parent_twice", issues);
        // A household that lost its submission takes its persons with it.
        (observations, issues) = Read(Odk(Submissions.Replace("uuid:b,uuid:b", "uuid:c,uuid:c", StringComparison.Ordinal)));
        Assert.Equal("5 flows.parent_missing", issues);
        Assert.DoesNotContain("CUB", observations, StringComparison.Ordinal);
    }

    [Fact]
    public void Issues_name_the_file_in_the_archive()
    {
        var (_, _, file) = ReadAnythingTests.Read(Odk(people: People.Replace("\nm,uuid:b", "\nx,uuid:b", StringComparison.Ordinal)), Persons);
        var issue = file.Issues.Kept.Single(one => one.Severity == IssueSeverity.Error);
        Assert.Equal(("crossings-person", 5, "flows.value_unmapped", "x"), (issue.Source, issue.Line, issue.Code, issue.Value));
    }

    [Fact]
    public void What_cannot_be_joined_is_refused_whole()
    {
        Assert.Equal(FlowsProblems.ParentTableMissing, ReadAnythingTests.Refusal(Zip(("crossings-person.csv", People), ("crossings-other.csv", "a,PARENT_KEY,KEY\n1,uuid:q,uuid:q/other[1]\n")), Persons.Replace("person", "other", StringComparison.Ordinal)));
        Assert.Equal(FlowsProblems.ParentsCircular, ReadAnythingTests.Refusal(Odk(households: "nat,PARENT_KEY,KEY\nVEN,uuid:a/household[1]/person[1],uuid:a/household[1]\n"), Persons));
        Assert.Equal(FlowsProblems.ParentsCircular, ReadAnythingTests.Refusal(Odk(people: "who-sex,PARENT_KEY,KEY\nf,k,k\n"), Persons));
        Assert.Equal(FileProblems.SheetMissing, ReadAnythingTests.Refusal(Odk(), Persons.Replace("\"person\"", "\"luggage\"", StringComparison.Ordinal)));
        Assert.Equal(FileProblems.ZipName, ReadAnythingTests.Refusal(Zip(("crossings.csv", Submissions), ("../crossings-person.csv", People)), Persons));
        Assert.Equal(FileProblems.ZipBomb, ReadAnythingTests.Refusal(Odk(people: People + new string(' ', 40_000_000)), Persons));
    }

    [Fact]
    public void Answers_chosen_from_several_are_read_from_one_cell_and_from_a_column_each()
    {
        const string Reasons =
            """
            { "name": "reasons", "version": 1, "dataflow": "FLOW", "series": { "code": "QUIMERA", "publisher": "Office of Quimera" }, "constants": { "UNIT_MEASURE": "MV" },
              "columns": [ { "from": [ "day" ], "to": [ "TIME_PERIOD" ], "dates": [ { "pattern": "iso", "frequency": "D" } ] } ],
              "pivot": [ { "column": "why/work", "to": { "REASON": "ECONOMIC" } }, { "column": "why/family", "to": { "REASON": "FAMILY" } } ] }
            """;
        const string Both = "2025-11-01 ECONOMIC 1; 2025-11-01 FAMILY 1; 2025-11-02 ECONOMIC 0; 2025-11-02 FAMILY 0";
        Assert.Equal(Both, ReadAnythingTests.Read(Odk(), Reasons, "TIME_PERIOD", "REASON").Observations);
        // What nobody answered in one cell is unknown; ODK writes it as nothing chosen where each answer has a column.
        Assert.Equal("2025-11-01 ECONOMIC 1; 2025-11-01 FAMILY 1; 2025-11-03 ECONOMIC 0; 2025-11-03 FAMILY 1", ReadAnythingTests.Read("day,group/why,_uuid\n2025-11-01,work family,a\n2025-11-02,,b\n2025-11-03,family,c\n", Reasons, "TIME_PERIOD", "REASON").Observations);
    }

    [Fact]
    public void A_workbook_of_Kobo_is_joined_by_its_indexes()
    {
        static Row[] Rows(params string[][] rows) => [.. rows.Select((cells, at) => Workbooks.Row((uint)at + 1, [.. cells.Select((cell, column) => double.TryParse(cell, out _) ? Workbooks.Number($"{(char)('A' + column)}{at + 1}", cell) : Workbooks.Text($"{(char)('A' + column)}{at + 1}", cell))]))];
        MemoryStream Book(string orphan) => Workbooks.New(
            ("Crossings of Quimera", false, [], Rows(["day", "where/point", "_uuid", "_index"], ["2025-11-01", "North gate", "a", "1"], ["2025-11-02", "South gate", "b", "2"])),
            ("household", false, [], Rows(["household/nat", "_index", "_parent_table_name", "_parent_index", "_submission__uuid"], ["VEN", "1", "Crossings of Quimera", "1", "a"], ["CUB", "2", "Crossings of Quimera", "2", "b"])),
            ("person", false, [], Rows(["household/person/sex", "_index", "_parent_table_name", "_parent_index", "_submission__uuid"], ["f", "1", "household", "1", "a"], ["m", "2", "household", "2", "b"], ["m", "3", "household", orphan, "b"])));
        Assert.Equal(("2025-11-01 North gate VEN F 1; 2025-11-02 South gate CUB M 1; 2025-11-02 South gate CUB M 1", ""), Read(Book("2")));
        Assert.Equal(("2025-11-01 North gate VEN F 1; 2025-11-02 South gate CUB M 1", "4 flows.parent_missing"), Read(Book("9")));
    }
}
