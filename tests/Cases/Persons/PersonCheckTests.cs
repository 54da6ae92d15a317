using System.Text.Json;
using Tambo.Cases.Access;
using Tambo.Cases.Persons;
using Tambo.Platform.Problems;

namespace Tambo.Tests.Cases.Persons;

public sealed class PersonCheckTests
{
    private static readonly DateOnly Today = new(2026, 3, 4);

    [Theory]
    [InlineData("""{"birth": {"date": "2011-05-04"}}""", "")]
    [InlineData("""{"birth": {"date": "2012-02-29"}}""", "")]
    [InlineData("""{"birth": {"date": "2011-02-29"}}""", "identity.birth.date cases.date_unfit")]
    [InlineData("""{"birth": {"date": "2011-13-01"}}""", "identity.birth.date cases.date_unfit")]
    [InlineData("""{"birth": {"date": "04/05/2011"}}""", "identity.birth.date cases.date_unfit")]
    [InlineData("""{"birth": {"date": "2026-03-04"}}""", "")]
    [InlineData("""{"birth": {"date": "2026-03-05"}}""", "identity.birth cases.birth_ahead")]
    [InlineData("""{"birth": {"date": "2026-03-20", "precision": "month"}}""", "")]
    [InlineData("""{"birth": {"inYear": 2026}}""", "")]
    [InlineData("""{"birth": {"inYear": 2027}}""", "identity.birth cases.birth_ahead")]
    [InlineData("""{"birth": {"inYear": 0}}""", "identity.birth cases.birth_unfit")]
    [InlineData("""{"birth": {"inYear": -2147483648}}""", "identity.birth cases.birth_unfit")]
    [InlineData("""{"birth": {"inYear": 1900}}""", "")]
    [InlineData("""{"birth": {"inYear": 1899}}""", "identity.birth cases.birth_unfit")]
    [InlineData("""{"birth": {"earliestYear": 2008, "latestYear": 2012, "basis": "assessed", "disputed": true}}""", "")]
    [InlineData("""{"birth": {"earliestYear": 2012, "latestYear": 2008}}""", "identity.birth cases.birth_unfit")]
    [InlineData("""{"birth": {"earliestYear": 2008}}""", "identity.birth cases.birth_unfit")]
    [InlineData("""{"birth": {"date": "2011-05-04", "inYear": 2011}}""", "identity.birth cases.birth_unfit")]
    [InlineData("""{"birth": {"inYear": 2011, "precision": "day"}}""", "identity.birth cases.birth_unfit")]
    [InlineData("""{"birth": {}}""", "identity.birth cases.birth_unfit")]
    [InlineData("""{"birth": {"inYear": 2011, "basis": "guess"}}""", "identity.birth.basis cases.code_unknown")]
    [InlineData("""{"names": [{}]}""", "identity.names[0] form.missing")]
    [InlineData("""{"names": [{"given": ["Ilmara"], "kind": "pet"}]}""", "identity.names[0].kind cases.code_unknown")]
    [InlineData("""{"names": [{"full": "إلمارا", "script": "Arab"}, {"full": "Ilmara", "script": "latin"}]}""", "identity.names[1].script cases.code_unknown")]
    [InlineData("""{"nationalities": [{"code": "HTI"}, {"code": "CU"}]}""", "")]
    [InlineData("""{"nationalities": [{"code": "ZZ"}]}""", "identity.nationalities[0].code cases.country_unknown")]
    [InlineData("""{"nationalities": [{"code": "XXA"}]}""", "identity.nationalities[0].code cases.stateless_is_no_nationality")]
    [InlineData("""{"nationalities": [{"code": "stateless"}]}""", "identity.nationalities[0].code cases.stateless_is_no_nationality")]
    [InlineData("""{"nationalities": [{"code": "HTI"}], "noNationalityClaimed": true}""", "identity.noNationalityClaimed cases.nationality_contradicts")]
    [InlineData("""{"noNationalityClaimed": true}""", "")]
    [InlineData("""{"documents": [{"type": "passport", "number": "- / -"}]}""", "identity.documents[0].number form.missing")]
    [InlineData("""{"documents": [{"type": "refugee_card", "number": "A1"}]}""", "identity.documents[0].type cases.code_unknown")]
    [InlineData("""{"contact": [{"kind": "phone", "value": "12"}]}""", "identity.contact[0].value cases.phone_unfit")]
    [InlineData("""{"sexRecorded": "f"}""", "identity.sexRecorded cases.code_unknown")]
    public void What_is_wrong_is_said_field_by_field(string identity, string expected)
    {
        var wrong = new List<(string Field, ProblemKind Kind)>();
        PersonChecks.Of(JsonSerializer.Deserialize<PersonIdentity>(identity, CaseJson.Strict)!, Today, wrong);
        Assert.Equal(expected, string.Join("; ", wrong.Select(one => $"{one.Field} {one.Kind.Code}")));
    }

    [Theory]
    [InlineData("2008-03-04", "2026-03-04", 18, 18)]
    [InlineData("2008-03-05", "2026-03-04", 17, 17)]
    // Born on 29 February, a year older on 1 March of a year without that day.
    [InlineData("2008-02-29", "2026-02-28", 17, 17)]
    [InlineData("2008-02-29", "2026-03-01", 18, 18)]
    public void Age_counts_birthdays_that_have_been(string born, string today, int least, int greatest) =>
        Assert.Equal((least, greatest), new Birth { Date = born }.AgeOn(DateOnly.Parse(today, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void A_year_or_a_range_leaves_open_what_nobody_knows()
    {
        Assert.Equal((17, 18), new Birth { InYear = 2008 }.AgeOn(Today));
        Assert.Equal((13, 18), new Birth { EarliestYear = 2008, LatestYear = 2012 }.AgeOn(Today));
        Assert.Null(new Birth().AgeOn(Today));
    }

    [Fact]
    public void Nothing_that_holds_who_somebody_is_prints_it()
    {
        var identity = new PersonIdentity
        {
            Names = [new PersonName { Full = "Ilmara" }],
            Documents = [new IdentityDocument { Type = "passport", Number = "Ilmara" }],
            Contact = [new Contact { Kind = "phone", Value = "Ilmara" }],
            Birth = new Birth { Date = "2011-05-04" },
        };
        foreach (object one in new object[] { identity, identity.Names[0], identity.Documents[0], identity.Contact[0], identity.Birth, new SentPerson { Identity = identity }, new PersonQuery { Name = "Ilmara" } })
            Assert.Equal("•••", one.ToString());
    }
}
