using FsCheck;
using FsCheck.Fluent;
using Tambo.Guide.Directory;

namespace Tambo.Tests.Guide.Directory;

public class PublicViewTests
{
    [Fact]
    public void Nothing_that_is_confidential_stands_anywhere_in_what_the_public_may_see() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var town = HiddenTown.Make(new Random(seed));
            var seen = PublicDirectory.Of(new ServiceDirectory(town.Records, 1));
            var text = string.Join('\n', seen.Records.All.Select(r => RecordJson.Snapshot(r).ToJsonString(RecordJson.Options)));
            foreach (var secret in town.Secrets)
                Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase);
            var numbers = seen.Records.Locations.SelectMany(l => new[] { l.Latitude, l.Longitude }).OfType<double>().ToHashSet();
            foreach (var degrees in town.HiddenDegrees)
                Assert.DoesNotContain(numbers, n => Math.Abs(n - degrees) < 0.01);
            Assert.Equal(town.Open.Order(), seen.Records.Services.Select(s => s.Id).Order());
            Assert.All(seen.Records.Services, s => Assert.Equal(town.Fees, s.Fees));
            AssertConnected(seen, new ServiceDirectory(town.Records, 1));
        }));

    private static void AssertConnected(PublicDirectory seen, ServiceDirectory full)
    {
        Assert.All(
            seen.Records.Organizations.Where(o => full.Organization(o.ParentOrganizationId) is not null),
            o => Assert.Equal(o.ParentOrganizationId, seen.Organization(o.ParentOrganizationId)?.Id));
        Assert.All(seen.Records.Services, s => Assert.Equal(s.OrganizationId, seen.Organization(s.OrganizationId)?.Id));
        Assert.All(seen.Records.Locations, l => Assert.Equal(l.OrganizationId, seen.Organization(l.OrganizationId)?.Id));
        Assert.All(seen.Records.ServicesAtLocations, o => Assert.NotNull(seen.Service(o.ServiceId)));
        Assert.All(seen.Records.ServicesAtLocations, o => Assert.Equal(o.LocationId, seen.Location(o.LocationId)?.Id));
    }

    [Fact]
    public void What_is_public_stays_whole()
    {
        var all = Sample.Everything(DateTimeOffset.UnixEpoch);
        var parent = new Organization { Id = all.Organizations[0].ParentOrganizationId!.Value, Name = "Lights of the valley" };
        all = all with { Organizations = [.. all.Organizations, parent] };

        var seen = PublicDirectory.Of(new ServiceDirectory(all, 3));

        Assert.Equal(all.All.Select(RecordJson.HashOf), seen.Records.All.Select(RecordJson.HashOf));
        Assert.Equal(3, seen.Version);
    }

    [Theory]
    [InlineData(Confidentiality.AreaOnly, "Northland", true)]
    [InlineData(Confidentiality.ContactOnly, "", false)]
    public void A_hidden_place_can_still_be_called(string level, string area, bool hours)
    {
        var all = Sample.Everything(DateTimeOffset.UnixEpoch);
        all = all with { Locations = [all.Locations[0] with { Confidentiality = level }] };

        var seen = Assert.Single(PublicDirectory.Of(new ServiceDirectory(all, 1)).Records.Locations);

        Assert.Equal("+999 102", Assert.Single(seen.Phones).Number);
        Assert.Equal(area, string.Concat(seen.Addresses.Select(a => a.StateProvince + a.City + a.Address1 + a.PostalCode)));
        Assert.Equal(hours, seen.Schedules.Count > 0);
        Assert.False(seen.HasPosition);
    }

    [Fact]
    public void A_withheld_place_is_not_even_counted()
    {
        var all = Sample.Everything(DateTimeOffset.UnixEpoch);
        all = all with { Locations = [all.Locations[0] with { Confidentiality = Confidentiality.Withheld }] };

        var seen = PublicDirectory.Of(new ServiceDirectory(all, 1));

        Assert.Empty(seen.Records.Locations);
        Assert.Empty(seen.Records.ServicesAtLocations);
        Assert.Empty(seen.PlacesOf(seen.Records.Services[0]));
    }

    [Fact]
    public void All_that_a_withheld_organisation_does_is_withheld()
    {
        var all = Sample.Everything(DateTimeOffset.UnixEpoch);
        all = all with { Organizations = [all.Organizations[0] with { Confidentiality = Confidentiality.Withheld }] };

        var seen = PublicDirectory.Of(new ServiceDirectory(all, 1)).Records;

        Assert.Empty(seen.Organizations);
        Assert.Empty(seen.Services);
        Assert.Empty(seen.Locations);
        Assert.Empty(seen.ServicesAtLocations);
    }

    [Fact]
    public void A_description_that_spells_out_a_hidden_address_is_left_out_in_every_language()
    {
        var all = Sample.Everything(DateTimeOffset.UnixEpoch);
        var told = all.Services[0] with
        {
            Description = "Ring at candle street 4, second bell",
            Alert = "Now at 12.3456, -71.2345",
            Translations = [new Translation { Field = "description", Language = "es", Value = "Toque en CANDLE STREET 4" }],
        };
        all = all with { Services = [told], Locations = [all.Locations[0] with { Confidentiality = Confidentiality.AreaOnly }] };

        var seen = PublicDirectory.Of(new ServiceDirectory(all, 1)).Records.Services.Single();

        Assert.Equal(("", "", 0), (seen.Description, seen.Alert, seen.Translations.Count));
        Assert.Equal(told.ApplicationProcess, seen.ApplicationProcess);
    }

    [Fact]
    public void A_hidden_service_in_a_public_house_does_not_say_which_house()
    {
        var all = Sample.Everything(DateTimeOffset.UnixEpoch);
        var open = all.Services[0] with { Id = Sample.Id(), Name = "Library" };
        var offer = all.ServicesAtLocations[0] with { Id = Sample.Id(), ServiceId = open.Id };
        all = all with
        {
            Services = [all.Services[0] with { Confidentiality = Confidentiality.AreaOnly }, open],
            ServicesAtLocations = [.. all.ServicesAtLocations, offer],
        };

        var seen = PublicDirectory.Of(new ServiceDirectory(all, 1));

        var house = all.Locations[0].Id;
        Assert.True(seen.Location(house)!.HasPosition);
        Assert.Equal(open.Id, Assert.Single(seen.OfferedAt(seen.Location(house)!)).ServiceId);
        var hidden = seen.Location(Assert.Single(seen.PlacesOf(seen.Service(all.Services[0].Id)!)).LocationId)!;
        Assert.False(hidden.HasPosition);
        Assert.Equal("Northland", Assert.Single(hidden.Addresses).StateProvince);
    }

    [Theory]
    [InlineData(Confidentiality.AreaOnly)]
    [InlineData(Confidentiality.ContactOnly)]
    [InlineData(Confidentiality.Withheld)]
    public void A_house_in_which_everything_is_offered_in_confidence_is_not_shown(string level)
    {
        var all = Sample.Everything(DateTimeOffset.UnixEpoch);
        all = all with { ServicesAtLocations = [all.ServicesAtLocations[0] with { Confidentiality = level }] };

        var seen = PublicDirectory.Of(new ServiceDirectory(all, 1));

        Assert.Null(seen.Location(all.Locations[0].Id));
        Assert.DoesNotContain(seen.Records.Locations, l => l.HasPosition || l.Addresses.Any(a => a.Address1.Length > 0));
        Assert.NotNull(seen.Service(all.Services[0].Id));
    }

    [Fact]
    public void What_belongs_to_an_organisation_that_was_taken_out_is_not_shown()
    {
        var all = Sample.Everything(DateTimeOffset.UnixEpoch) with { Organizations = [] };

        var seen = PublicDirectory.Of(new ServiceDirectory(all, 1)).Records;

        Assert.Empty(seen.Services);
        Assert.Empty(seen.Locations);
        Assert.Empty(seen.ServicesAtLocations);
    }

    [Fact]
    public void What_belongs_to_no_organisation_is_shown()
    {
        var all = Sample.Everything(DateTimeOffset.UnixEpoch);
        all = all with { Organizations = [], Services = [all.Services[0] with { OrganizationId = null }], Locations = [all.Locations[0] with { OrganizationId = null }] };

        var seen = PublicDirectory.Of(new ServiceDirectory(all, 1));

        Assert.Single(seen.Records.ServicesAtLocations);
        Assert.True(Assert.Single(seen.Records.Locations).HasPosition);
    }

    [Fact]
    public void An_offer_at_a_place_that_was_taken_out_is_not_shown()
    {
        var all = Sample.Everything(DateTimeOffset.UnixEpoch) with { Locations = [] };

        var seen = PublicDirectory.Of(new ServiceDirectory(all, 1)).Records;

        Assert.Empty(seen.ServicesAtLocations);
        Assert.Equal("", Assert.Single(Assert.Single(seen.Services).ServiceAreas).Extent);
    }

    [Fact]
    public void An_offer_that_never_had_a_place_is_shown()
    {
        var all = Sample.Everything(DateTimeOffset.UnixEpoch);
        all = all with { Locations = [], ServicesAtLocations = [all.ServicesAtLocations[0] with { LocationId = null }] };

        var seen = PublicDirectory.Of(new ServiceDirectory(all, 1)).Records;

        Assert.Equal("Second floor", Assert.Single(seen.ServicesAtLocations).Description);
    }

    [Theory]
    [InlineData(Confidentiality.Public, true)]
    [InlineData(Confidentiality.ContactOnly, true)]
    [InlineData(Confidentiality.Withheld, false)]
    public void An_organisation_names_the_one_above_it_unless_that_is_withheld(string level, bool named)
    {
        var all = Sample.Everything(DateTimeOffset.UnixEpoch);
        var parent = new Organization { Id = all.Organizations[0].ParentOrganizationId!.Value, Name = "Refuge", Confidentiality = level };
        all = all with { Organizations = [.. all.Organizations, parent] };

        var seen = PublicDirectory.Of(new ServiceDirectory(all, 1)).Organization(all.Organizations[0].Id)!;

        Assert.Equal(named ? parent.Id : null, seen.ParentOrganizationId);
    }

    [Theory]
    [InlineData(Confidentiality.AreaOnly, 1)]
    [InlineData(Confidentiality.ContactOnly, 0)]
    public void A_hidden_service_keeps_figures_dates_and_terms_without_the_words_beside_them(string level, int holidays)
    {
        var all = Sample.Everything(DateTimeOffset.UnixEpoch);
        var extra = Sample.Extra("""{ "where": "behind the mill" }""");
        var own = all.Services[0];
        own = own with
        {
            Confidentiality = level,
            HolidaySchedules = [own.HolidaySchedules[0] with { Description = "Behind the mill", Extra = extra }],
            Capacities = [own.Capacities[0] with { Description = "Behind the mill", Extra = extra }],
            Attributes = [own.Attributes[0] with { Value = "Behind the mill", Label = "Behind the mill", Extra = extra }],
            Languages = [own.Languages[0] with { Note = "Behind the mill", Extra = extra }],
            AlternateName = "Behind the mill",
            Translations = [.. own.Translations, new Translation { Field = "alternate_name", Language = "es", Value = "Behind the mill" }],
        };

        var seen = Assert.Single(PublicDirectory.Of(new ServiceDirectory(all with { Services = [own] }, 1)).Records.Services);

        Assert.DoesNotContain("behind the mill", RecordJson.SnapshotText(seen), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(holidays, seen.HolidaySchedules.Count);
        Assert.All(seen.HolidaySchedules, h => Assert.Equal("2026-12-25", h.StartDate));
        Assert.Equal(3, Assert.Single(seen.Capacities).Available);
        Assert.Equal(own.Attributes[0].TaxonomyTermId, Assert.Single(seen.Attributes).TaxonomyTermId);
        Assert.Equal("Albergue de noche", Assert.Single(seen.Translations).Value);
    }
}
