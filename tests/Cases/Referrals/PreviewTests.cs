using Tambo.Cases.Access;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using FsCheck;
using FsCheck.Fluent;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Referrals;
using Tambo.Platform.Places;

namespace Tambo.Tests.Cases.Referrals;

/// <summary>A preview says enough to help, and nothing of who needs it.</summary>
public class PreviewTests
{
    private static readonly DateTimeOffset Noon = Offers.Noon;

    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    [Fact]
    public void It_says_age_band_sex_language_district_help_and_urgency()
    {
        var preview = Preview(new PreviewFacts(14, "female", "spa", "AG01"));
        Assert.Equal((AgeBand.From12To17, PreviewSex.Female, "es", "AG01"), (preview.Age, preview.Sex, preview.Language.Code, preview.District.Code));
        Assert.Equal(("family", "urgent"), (preview.Service.Code, preview.Urgency.Code));
    }

    [Fact]
    public void No_text_of_a_file_is_in_it_whatever_the_file_holds() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            // Every text carries the mark; some look like codes that nearly exist.
            string?[] marked = ["‹María Quintanar›", "‹es›", "es‹", "‹female›", "FEMALE ‹x›", "‹AG01›", "AG01 ‹", "‹+503 7000 0000›", "‹TR-HO›", "‹SV-VA›", "‹lgbti›", "‹\"}›", null, ""];
            string? Any() => marked[random.Next(marked.Length)];
            var type = Offers.Rules.KindsOfHelp[random.Next(Offers.Rules.KindsOfHelp.Count)].Code;
            var text = JsonSerializer.Serialize(Preview(new PreviewFacts(random.Next(-5, 130), Any(), Any(), Any()), type), Json);
            Assert.DoesNotContain("‹", text, StringComparison.Ordinal);
            Assert.DoesNotContain(Offers.Person.ToString("D"), text, StringComparison.Ordinal);
            foreach (var revealing in new[] { "traffick", "lgbti", "tortur", "violence", "asylum", "TR-", "SV-" })
                Assert.DoesNotContain(revealing, text, StringComparison.OrdinalIgnoreCase);
        }));

    [Fact]
    public void Its_type_holds_choices_out_of_lists_and_no_text()
    {
        var types = typeof(ReferralPreview).GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance).Select(property => property.PropertyType).ToHashSet();
        Assert.Equal(new HashSet<Type> { typeof(Guid), typeof(DateTimeOffset), typeof(AgeBand), typeof(PreviewSex), typeof(ListedCode) }, types);
        Assert.Empty(typeof(ReferralPreview).GetConstructors());
        Assert.Empty(typeof(ListedCode).GetConstructors());
    }

    [Fact]
    public void A_kind_of_help_that_would_tell_what_happened_shows_as_a_wider_one()
    {
        string[] revealing = ["torture_rehabilitation", "trafficking", "gender_violence", "lgbti", "asylum", "tracing", "child_protection"];
        foreach (var type in Offers.Rules.KindsOfHelp)
            Assert.Equal(revealing.Contains(type.Code), type.Code != type.ShownAs);
    }

    [Theory]
    [InlineData(null, "NotSaid")]
    [InlineData(-1, "NotSaid")]
    [InlineData(0, "Under5")]
    [InlineData(4, "Under5")]
    [InlineData(5, "From5To11")]
    [InlineData(11, "From5To11")]
    [InlineData(12, "From12To17")]
    [InlineData(17, "From12To17")]
    [InlineData(18, "From18To59")]
    [InlineData(59, "From18To59")]
    [InlineData(60, "From60")]
    [InlineData(117, "From60")]
    public void Ages_show_as_bands(int? years, string band) => Assert.Equal(band, Preview(new PreviewFacts(years, null, null, null)).Age.ToString());

    [Theory, InlineData("female", "Female"), InlineData("male", "Male"), InlineData("intersex", "NotSaid"), InlineData("other", "NotSaid"), InlineData(null, "NotSaid")]
    public void What_could_tell_of_a_gender_identity_is_not_said(string? written, string shown) => Assert.Equal(shown, Preview(new PreviewFacts(null, written, null, null)).Sex.ToString());

    [Fact]
    public void No_area_that_it_can_name_is_smaller_than_a_district() => Assert.All(AdminAreas.All, area => Assert.InRange(area.Level, 1, 2));

    [Fact]
    public void What_the_person_did_not_agree_to_show_is_not_said()
    {
        var sharing = Offers.Agreed("general");
        var consent = sharing with { Scopes = [.. sharing.Scopes.Where(scope => scope.Action == "share"), sharing.Scopes[0] with { Fields = ["language"] }] };
        var (preview, _) = ReferralPreview.Decide(Offers.Draft(), Offers.Asked(Noon, consent), new PreviewFacts(14, "female", "es", "AG01"), Offers.Rules);
        Assert.Equal((AgeBand.NotSaid, PreviewSex.NotSaid, "es", null), (preview!.Age, preview.Sex, preview.Language.Code, preview.District.Code));
    }

    [Fact]
    public void Every_field_of_every_profile_lies_in_a_compartment_that_exists() =>
        Assert.All(Offers.Rules.KindsOfHelp.SelectMany(type => type.Asked), field => Assert.Contains(field.Compartment, Compartments.All));

    private static ReferralPreview Preview(PreviewFacts facts, string type = "child_protection") =>
        ReferralPreview.Decide(Offers.Draft(type: type), Offers.Asked(Noon, Offers.Agreed([.. Compartments.All])) is var asked ? asked with { Person = asked.Person with { AskedForConsulate = true } } : null!, facts, Offers.Rules).Preview!;
}
