using Tambo.Guide.Directory;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Directory;

/// <summary>Whatever readers do not see is explained to staff and counted for the operator.</summary>
public sealed class WithholdingTests
{
    [Theory]
    [InlineData(Confidentiality.AreaOnly, "reduced")]
    [InlineData(Confidentiality.ContactOnly, "reduced")]
    [InlineData(Confidentiality.Withheld, "hidden")]
    public void A_decision_about_a_place_explains_the_place_and_what_follows_from_it(string level, string expected)
    {
        var records = Sample.Everything(SettableTime.Noon);
        records = records with
        {
            Locations = [records.Locations[0] with { Confidentiality = level }],
            Services = [records.Services[0] with { Description = "Beds at Candle Street 4", Metadata = [], ServiceAreas = [] }],
        };
        var (full, shown) = Both(records);
        Assert.Equal(expected, Withholding.Of(full, shown, records.Locations[0])!.Code);
        var service = Withholding.Of(full, shown, records.Services[0])!;
        Assert.Equal("cleaned", service.Code);
        Assert.Equal(["description"], service.Fields);
        Assert.Equal(level == Confidentiality.Withheld ? "owner" : "reduced", Withholding.Of(full, shown, records.ServicesAtLocations[0])!.Code);
        var found = DirectoryChecks.Found(full, shown);
        Assert.False(found.IsFine);
        Assert.StartsWith("1 services, 1 of them public; ", found.Text, StringComparison.Ordinal);
        Assert.Contains("1 with texts left out", found.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_hangs_on_a_hidden_organisation_says_so()
    {
        var records = Sample.Everything(SettableTime.Noon);
        records = records with { Organizations = [records.Organizations[0] with { Confidentiality = Confidentiality.Withheld }] };
        var (full, shown) = Both(records);
        Assert.Equal("hidden", Withholding.Of(full, shown, records.Organizations[0])!.Code);
        Assert.Equal("organization", Withholding.Of(full, shown, records.Services[0])!.Code);
        Assert.Equal("organization", Withholding.Of(full, shown, records.Locations[0])!.Code);
        Assert.True(DirectoryChecks.Found(full, shown).IsFine);
    }

    [Fact]
    public void A_place_with_hidden_services_only_says_so()
    {
        var records = Sample.Everything(SettableTime.Noon);
        records = records with { Services = [records.Services[0] with { Confidentiality = Confidentiality.Withheld }] };
        var (full, shown) = Both(records);
        Assert.Equal("only_hidden", Withholding.Of(full, shown, records.Locations[0])!.Code);
    }

    [Fact]
    public void What_is_public_in_full_needs_no_word()
    {
        var (full, shown) = Both(Sample.Everything(SettableTime.Noon));
        Assert.All(full.Records.All, record => Assert.Null(Withholding.Of(full, shown, record)));
        Assert.Equal(("directory", true, "1 services, 1 of them public"), (DirectoryChecks.Found(full, shown).Check, DirectoryChecks.Found(full, shown).IsFine, DirectoryChecks.Found(full, shown).Text));
    }

    private static (ServiceDirectory Full, PublicDirectory Shown) Both(DirectoryRecords records)
    {
        var full = new ServiceDirectory(records, 0);
        return (full, PublicDirectory.Of(full));
    }
}
