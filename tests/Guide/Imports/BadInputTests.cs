using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Tambo.Guide.Directory;
using Tambo.Guide.Imports;
using Tambo.Platform.Files;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Tests.Guide.Imports;

public class BadInputTests
{
    // What is wrong, the file, the issue's code and line, and how many records are taken in all the same.
    public static TheoryData<string, string, string, int, int> Faults => new()
    {
        { "a duplicate identifier", "id,name\n1,A\n1,B\n", ImportIssues.IdDuplicate, 3, 1 },
        { "no identifier", "id,name\n,A\n2,B\n", ImportIssues.IdMissing, 2, 1 },
        { "no name", "id,name,status\n1,,active\n2,B,active\n", ImportIssues.NameMissing, 2, 1 },
        { "an unknown status", "id,name,status\n1,A,asleep\n", ImportIssues.StatusUnknown, 2, 1 },
        { "an age that is no number", "id,name,minimum_age\n1,A,ten\n", ImportIssues.WrongType, 2, 1 },
        { "ages the wrong way round", "id,name,minimum_age,maximum_age\n1,A,60,6\n", ImportIssues.AgesReversed, 2, 1 },
        { "an organisation that is not there", "id,name,organization_id\n1,A,nobody\n", ImportIssues.ReferenceUnknown, 2, 1 },
        { "a confidentiality that is not known", "id,name,confidentiality\n1,A,hush\n", ImportIssues.ConfidentialityUnknown, 2, 1 },
    };

    public static TheoryData<string, string, string> Places => new()
    {
        { "a position outside of the earth", "91,10", ImportIssues.PositionImpossible },
        { "a position at 0/0", "0,0", ImportIssues.PositionZero },
        { "half a position", ",10", ImportIssues.PositionHalf },
        { "a position that is no number", "north,west", "" },
    };

    [Theory, MemberData(nameof(Faults))]
    public async Task Each_fault_of_a_row_is_an_issue_at_its_line(string what, string file, string code, int line, int taken)
    {
        await using var import = await Importing.StartAsync();

        var report = await import.RunAsync("services.csv", file);

        Assert.True(report.Issues.Any(i => i.Code == code && i.Line == line), what + ": " + string.Join("; ", report.Issues));
        Assert.Equal(taken, (await import.StaffAsync()).Records.Services.Count);
    }

    [Theory, MemberData(nameof(Places))]
    public async Task A_position_that_cannot_be_is_on_no_map(string what, string position, string code)
    {
        await using var import = await Importing.StartAsync();

        var report = await import.RunAsync("locations.csv", $"id,latitude,longitude\nl,{position}\n");

        var location = Assert.Single((await import.StaffAsync()).Records.Locations);
        Assert.False(location.HasPosition, what);
        Assert.True(code.Length == 0 || report.Issues.Any(i => i.Code == code && i.Line == 2), what);
    }

    [Fact]
    public async Task Hours_that_end_before_they_start_are_unknown_hours()
    {
        await using var import = await Importing.StartAsync();

        var report = await import.RunAsync("services.json", """
            [{ "id": "1", "name": "A", "status": "active",
               "schedules": [{ "id": "x", "freq": "WEEKLY", "byday": "MO", "opens_at": "17:00", "closes_at": "09:00" }] }]
            """);

        Assert.Contains(report.Issues, i => i.Code == "hours.ends_before_start" && i.Line == 1);
        var service = Assert.Single((await import.StaffAsync()).Records.Services);
        Assert.False(Tambo.Guide.Finding.PlaceHours.Of(service, null, null).Complete);
    }

    [Fact]
    public async Task A_time_zone_that_does_not_exist_is_left_out()
    {
        await using var import = await Importing.StartAsync();

        var report = await import.RunAsync("locations.csv", "id,time_zone\nl,America/Atlantis\n");

        Assert.Contains(report.Issues, i => i.Code == ImportIssues.TimeZoneUnknown && i.Line == 2);
        Assert.Equal("", Assert.Single((await import.StaffAsync()).Records.Locations).TimeZone);
    }

    [Fact]
    public async Task A_classification_that_runs_in_a_circle_is_opened()
    {
        await using var import = await Importing.StartAsync();

        var report = await import.RunAsync("taxonomy_terms.csv", "id,name,parent_id\na,A,c\nb,B,a\nc,C,b\nd,D,d\n");

        Assert.Equal(2, report.Issues.Count(i => i.Code == ImportIssues.TaxonomyCycle && i.Severity == IssueSeverity.Error));
        var terms = (await import.StaffAsync()).Records.TaxonomyTerms;
        Assert.Equal(4, terms.Count);
        Assert.Equal(["A", "D"], terms.Where(t => t.ParentId is null).Select(t => t.Name).Order());
    }

    [Fact]
    public async Task A_confidentiality_nobody_knows_withholds()
    {
        await using var import = await Importing.StartAsync();

        await import.RunAsync("services.csv", "id,name,confidentiality\n1,A,hush\n");

        Assert.Equal(Confidentiality.Withheld, Assert.Single((await import.StaffAsync()).Records.Services).Confidentiality);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-8-bom")]
    [InlineData("utf-16")]
    [InlineData("windows-1252")]
    public async Task Whatever_the_encoding_and_the_ends_of_lines_names_come_out_right(string encoding)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var text = "id;name;status\r\n1;Peña Nuñez, atención médica y orientación jurídica;active\r\n2;Señal Corazón;active\r\n";
        var coding = encoding == "utf-8-bom" ? new UTF8Encoding(true) : encoding == "utf-8" ? new UTF8Encoding(false) : Encoding.GetEncoding(encoding);
        await using var import = await Importing.StartAsync();

        await import.RunAsync(new ImportRequest { Files = [new ImportFile("services.csv", new MemoryStream([.. coding.GetPreamble(), .. coding.GetBytes(text)]))] });

        Assert.Equal(["Peña Nuñez, atención médica y orientación jurídica", "Señal Corazón"], (await import.StaffAsync()).Records.Services.Select(s => s.Name));
    }

    [Fact]
    public async Task Text_that_no_database_holds_is_mended()
    {
        await using var import = await Importing.StartAsync(Support.Engine.Postgres);

        var report = await import.RunAsync("services.json", """[{ "id": "1", "name": "A\u0000B", "status": "active", "description": "<script>alert('x')</script>", "wild": { "deep": ["\u0000"] } }]""");

        var service = Assert.Single((await import.StaffAsync()).Records.Services);
        Assert.Equal(("AB", "<script>alert('x')</script>"), (service.Name, service.Description));
        Assert.Contains(report.Issues, i => i.Code == ImportIssues.TextMended);
    }

    [Fact]
    public async Task A_name_that_stands_twice_in_a_record_does_not_end_the_import()
    {
        await using var import = await Importing.StartAsync();
        var report = await import.RunAsync("services.json", """
            [{ "id": "1", "name": "One", "name": "Other", "status": "active", "phones": [{ "id": "p", "number": "1", "number": "2" }] },
             { "id": "2", "name": "Two", "status": "active", "phones": [] }]
            """);
        Assert.Equal(["Two"], (await import.StaffAsync()).Records.Services.Select(service => service.Name));
        Assert.Equal((ImportIssues.NotARecord, 1), report.Issues.Select(issue => (issue.Code, issue.Line)).Single());
    }

    [Fact]
    public void Whatever_stands_in_the_fields_an_import_reports_and_does_not_fail() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var issues = new IssueReport();
            var drafts = new DraftSet();
            var files = new ImportFiles(issues, ImportSteps.Unseen, 1);
            files.Read(Importing.Text("services.json", Wild(random, 0)));
            foreach (var (source, line, node) in files.Objects)
                new HsdsObjects(drafts, issues, source).Add(node, line);
            var records = new DraftCompiler("wild", new ServiceDirectory(DirectoryRecords.None, 0), issues, ImportSteps.Unseen).Compile(drafts);
            Assert.All(records.All, r => Assert.NotEqual(Guid.Empty, r.Id));
            _ = JsonSerializer.Serialize(records, RecordJson.Options);
        }));

    [Fact]
    public void Every_issue_has_a_sentence_in_every_language()
    {
        var texts = TextCatalog.Load(Node.Parts.All.Select(part => part.Assembly));
        foreach (var language in texts.Languages)
        {
            foreach (var code in ImportIssues.Codes.Concat(Tambo.Guide.Schedules.ScheduleIssue.Codes.Select(c => ImportIssues.Hours + c)))
            {
                var sentence = ImportIssues.Sentence(new RowIssue(4, null, code, "Q", IssueSeverity.Error), texts.In(language.Code));
                Assert.False(sentence.StartsWith('['), $"{language.Code}: {code}");
            }
        }
    }

    // A service-like object in which anything may stand anywhere.
    private static string Wild(Random random, int depth)
    {
        string[] names = ["id", "name", "status", "phones", "schedules", "organization", "service_at_locations", "location", "latitude", "longitude",
            "attributes", "taxonomy_term", "parent_id", "minimum_age", "opens_at", "closes_at", "byday", "translations", "confidentiality", "free",
            "languages", "metadata", "program", "capacities", "unit", "time_zone", "organization_id", "service_id", "extra thing", "taxonomy_detail"];
        string Scalar() => random.Next(9) switch
        {
            0 => "null",
            1 => "true",
            2 => "-1e300",
            3 => "12",
            4 => "\"\"",
            5 => "\"\\ud800\"",
            6 => "\"\\u0000x\"",
            7 => "\"9:00\"",
            _ => "\"" + names[random.Next(names.Length)] + "\"",
        };
        string Value() => depth > 2 ? Scalar() : random.Next(4) switch
        {
            0 => Wild(random, depth + 1),
            1 => "[" + string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(3) == 0 ? Scalar() : Wild(random, depth + 1))) + "]",
            _ => Scalar(),
        };
        return "{" + string.Join(',', names.OrderBy(_ => random.Next()).Take(random.Next(3, 20)).Select(n => $"\"{n}\": {(n == "id" && random.Next(3) > 0 ? $"\"{random.Next(6)}\"" : Value())}")) + "}";
    }
}
