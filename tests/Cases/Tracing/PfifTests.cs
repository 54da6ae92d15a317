using System.Text;
using Tambo.Cases.Tracing;
using Tambo.Platform.Files;
using Tambo.Platform.Problems;

namespace Tambo.Tests.Cases.Tracing;

/// <summary>Records of people who are sought, as registers exchange them.</summary>
public sealed class PfifTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    [Fact]
    public void What_is_written_is_read_again_as_it_was()
    {
        var person = Sought() with
        {
            Notes = [new PfifNote { RecordId = "tambo.example/n1", PersonRecordId = "tambo.example/p1", SourceDate = At, EntryDate = At, Fields = Said(("author_name", "Beatriz"), ("text", "Seen <alive> & well\nin Puerto Claro \U0001F642"), ("status", "believed_alive")) }],
        };
        var report = new IssueReport();
        var read = Assert.Single(Read(WritePfif.Of([person]), report));

        Assert.Equal(0, report.Total);
        Assert.Equal((person.RecordId, person.SourceDate, person.ExpiryDate), (read.RecordId, read.SourceDate, read.ExpiryDate));
        Assert.Equal(person.Fields, read.Fields);
        Assert.Equal(person.Notes[0].Fields, Assert.Single(read.Notes).Fields);
        Assert.All(SafeXml.Load(new MemoryStream(WritePfif.Of([person]))).Descendants(), element => Assert.Equal("http://zesty.ca/pfif/1.4", element.Name.NamespaceName));
    }

    [Fact]
    public void Of_a_record_that_has_run_out_only_that_it_was_is_left()
    {
        var left = Sought().AsPlaceholder(At.AddDays(1));
        var written = Encoding.UTF8.GetString(WritePfif.Of([left]));
        Assert.DoesNotContain("Castillo", written, StringComparison.Ordinal);
        Assert.Equal(["person_record_id", "entry_date", "expiry_date", "source_date"], SafeXml.Load(new MemoryStream(Encoding.UTF8.GetBytes(written))).Root!.Elements().Single().Elements().Select(element => element.Name.LocalName));
        Assert.True(Assert.Single(Read(Encoding.UTF8.GetBytes(written), new IssueReport())).IsPlaceholder);
    }

    [Theory]
    [InlineData("sex", "female", true)]
    [InlineData("sex", "F", false)]
    [InlineData("date_of_birth", "2010-02", true)]
    [InlineData("date_of_birth", "2010-02-30", false)]
    [InlineData("date_of_birth", "02/2010", false)]
    [InlineData("age", "12-15", true)]
    [InlineData("age", "15-12", false)]
    [InlineData("age", "twelve", false)]
    [InlineData("home_country", "HT", true)]
    [InlineData("home_country", "Haiti", false)]
    [InlineData("photo_url", "https://example.org/a.jpg", true)]
    [InlineData("photo_url", "javascript:alert(1)", false)]
    public void A_value_that_the_format_does_not_allow_is_told_and_left_out_alone(string field, string value, bool isFit)
    {
        var report = new IssueReport();
        var person = Assert.Single(Read(Document($"<p:person_record_id>a.example/1</p:person_record_id><p:source_date>2026-03-04T05:06:07Z</p:source_date><p:full_name>Ana</p:full_name><p:{field}>{value}</p:{field}>"), report));
        Assert.Equal(isFit ? value : "", person[field]);
        Assert.Equal(isFit ? [] : ["pfif_value_unfit"], report.Counts.Keys);
        Assert.All(report.Kept, issue => Assert.Equal(2, issue.Line));
    }

    [Theory]
    [InlineData("<p:full_name>Ana</p:full_name><p:source_date>2026-03-04T05:06:07Z</p:source_date>", "pfif_record_unnamed")]
    [InlineData("<p:person_record_id>1</p:person_record_id><p:full_name>Ana</p:full_name><p:source_date>2026-03-04T05:06:07Z</p:source_date>", "pfif_record_unnamed")]
    [InlineData("<p:person_record_id>a.example/1</p:person_record_id><p:source_date>2026-03-04T05:06:07Z</p:source_date>", "pfif_field_missing")]
    [InlineData("<p:person_record_id>a.example/1</p:person_record_id><p:full_name>Ana</p:full_name>", "pfif_field_missing")]
    public void A_record_without_what_every_record_has_to_say_is_told_and_left_out(string fields, string code)
    {
        var report = new IssueReport();
        Assert.Empty(Read(Document(fields), report));
        Assert.Equal([code], report.Counts.Keys);
        Assert.Equal(1, report.Errors);
    }

    [Fact]
    public void Notes_stand_in_their_person_or_beside_and_count_once()
    {
        const string Note = "<p:note><p:note_record_id>a.example/n</p:note_record_id><p:person_record_id>a.example/1</p:person_record_id><p:author_name>B</p:author_name><p:source_date>2026-03-04T05:06:07Z</p:source_date><p:text>Seen</p:text></p:note>";
        var report = new IssueReport();
        var person = Assert.Single(Read(Encoding.UTF8.GetBytes(
            $"<p:pfif xmlns:p='http://zesty.ca/pfif/1.4'><p:person><p:person_record_id>a.example/1</p:person_record_id><p:source_date>2026-03-04T05:06:07Z</p:source_date><p:full_name>Ana</p:full_name>{Note}</p:person>{Note}</p:pfif>"), report));
        Assert.Equal("Seen", Assert.Single(person.Notes)["text"]);
        Assert.Equal(0, report.Total);
    }

    [Theory]
    [InlineData("<pfif xmlns='http://zesty.ca/pfif/1.2'/>")]
    [InlineData("<html/>")]
    [InlineData("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><p:pfif xmlns:p='http://zesty.ca/pfif/1.4'>&x;</p:pfif>")]
    [InlineData("no xml")]
    public void Anything_else_is_refused(string text) => Assert.Throws<Problem>(() => Read(Encoding.UTF8.GetBytes(text), new IssueReport()));

    private static PfifPerson Sought() => new()
    {
        RecordId = "tambo.example/p1",
        EntryDate = At,
        SourceDate = At,
        ExpiryDate = At.AddDays(40),
        Fields = Said(("full_name", "Ana Castillo Ríos"), ("given_name", "Ana"), ("family_name", "Castillo Ríos"), ("sex", "female"), ("age", "12-15"), ("home_country", "HT")),
    };

    private static Dictionary<string, string> Said(params (string Field, string Text)[] fields) => fields.ToDictionary(one => one.Field, one => one.Text);

    private static byte[] Document(string person) => Encoding.UTF8.GetBytes($"<p:pfif xmlns:p='http://zesty.ca/pfif/1.4'><p:person>\n{person}\n</p:person></p:pfif>");

    private static IReadOnlyList<PfifPerson> Read(byte[] bytes, IssueReport report) => ReadPfif.From(new MemoryStream(bytes), report);
}
