using System.Globalization;
using System.Text.Json.Nodes;
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
        }));

    [Fact]
    public void What_is_public_stays_whole()
    {
        var all = Sample.Everything(DateTimeOffset.UnixEpoch);

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
            Description = "Ring at candle street 4, second bell", Alert = "Now at 12.3456, -71.2345",
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
}

/// <summary>A random town in which every text of a hidden place is a word of its own that occurs nowhere else.</summary>
internal sealed record HiddenTown(DirectoryRecords Records, IReadOnlyList<string> Secrets, IReadOnlyList<double> HiddenDegrees)
{
    public static HiddenTown Make(Random random)
    {
        string Level() => Confidentiality.Levels[random.Next(5) is var n && n > 3 ? 0 : n];
        Guid Id() => new(Enumerable.Range(0, 16).Select(_ => (byte)random.Next(256)).ToArray());
        var secrets = new List<string>();
        var degrees = new List<double>();
        string Word(bool hidden)
        {
            var word = "w" + string.Concat(Enumerable.Range(0, 9).Select(_ => (char)('a' + random.Next(26))));
            if (hidden)
                secrets.Add(word);
            return word;
        }

        var organizations = Enumerable.Range(0, 3).Select(_ =>
        {
            var level = Level();
            return new Organization { Id = Id(), Confidentiality = level, Name = Word(level == Confidentiality.Withheld), Website = Word(level != Confidentiality.Public) };
        }).ToList();
        string Of(DirectoryRecord record, Guid? organization) =>
            Confidentiality.Stricter(record.Confidentiality, organizations.Find(o => o.Id == organization)?.Confidentiality ?? Confidentiality.Public);

        var locations = Enumerable.Range(0, 5).Select(i =>
        {
            var level = Level();
            var owner = random.Next(2) == 0 ? organizations[random.Next(3)].Id : (Guid?)null;
            var own = new Location { Id = Id(), Confidentiality = level, OrganizationId = owner };
            var effective = Of(own, owner);
            var hidden = effective != Confidentiality.Public;
            var gone = effective == Confidentiality.Withheld;
            var (latitude, longitude) = (10 + i + random.NextDouble() * 0.9, -60 - i - random.NextDouble() * 0.9);
            if (hidden)
                degrees.AddRange([latitude, longitude]);
            return own with
            {
                Name = Word(hidden), Description = Word(hidden), Transportation = Word(hidden), Url = Word(hidden), ExternalIdentifier = Word(hidden),
                Latitude = latitude, Longitude = longitude, AdminArea = Word(hidden && effective != Confidentiality.AreaOnly),
                Addresses = [new Address { Id = Id(), Address1 = Word(hidden), City = Word(hidden), PostalCode = Word(hidden), StateProvince = Word(hidden && effective != Confidentiality.AreaOnly) }],
                Phones = [new Phone { Id = Id(), Number = Word(gone), Description = Word(hidden) }],
                Contacts = [new Contact { Id = Id(), Name = Word(hidden) }],
                Accessibility = [new Accessibility { Id = Id(), Code = "ramp", Details = Word(hidden) }],
                Schedules = [new PublishedSchedule { Id = Id(), Notes = Word(hidden), OpensAt = "10:00" }],
                Metadata = [new MetadataEntry { Id = Id(), PreviousValue = Word(hidden) }],
                Translations = [new Translation { Field = "name", Language = "es", Value = Word(hidden) }],
                Extra = Sample.Extra($$"""{ "note": "{{Word(hidden)}}" }"""),
            };
        }).ToList();
        var services = Enumerable.Range(0, 5).Select(_ =>
        {
            var owner = random.Next(2) == 0 ? organizations[random.Next(3)].Id : (Guid?)null;
            var own = new Service { Id = Id(), OrganizationId = owner, Confidentiality = Level() };
            return own with { Name = Word(Of(own, owner) == Confidentiality.Withheld) };
        }).ToList();
        var offers = Enumerable.Range(0, 8).Select(_ =>
        {
            var (s, location) = (random.Next(5), locations[random.Next(5)]);
            var offer = new ServiceAtLocation { Id = Id(), ServiceId = services[s].Id, LocationId = location.Id, Confidentiality = Level() };
            var gone = offer.Confidentiality == Confidentiality.Withheld || Of(services[s], services[s].OrganizationId) == Confidentiality.Withheld || Of(location, location.OrganizationId) == Confidentiality.Withheld;
            // The service tells where a place is that is hidden for it: by address, or by position.
            if (Of(location, location.OrganizationId) != Confidentiality.Public)
            {
                services[s] = services[s] with
                {
                    Description = services[s].Description + " at " + location.Addresses[0].Address1,
                    Alert = string.Create(CultureInfo.InvariantCulture, $"{location.Latitude:0.0000} {location.Longitude:0.0000}"),
                };
            }

            return offer with { Description = Word(gone) };
        }).ToList();
        var records = new DirectoryRecords { Organizations = organizations, Services = services, Locations = locations, ServicesAtLocations = offers };
        return new HiddenTown(records, secrets, degrees);
    }
}
