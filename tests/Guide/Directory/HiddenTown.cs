using System.Globalization;
using Tambo.Guide.Directory;

namespace Tambo.Tests.Guide.Directory;

/// <summary>
/// A random town in which every text of a hidden place is a word of its own that occurs nowhere else. Some of what its
/// records belong to was taken out of the directory, and its hidden places carry numbers that other records have too.
/// </summary>
/// <param name="Records">The directory of the town.</param>
/// <param name="Secrets">Words that may not leave.</param>
/// <param name="HiddenDegrees">Latitudes and longitudes that may not leave.</param>
/// <param name="Open">The services that may leave.</param>
/// <param name="Fees">What every service costs, which is also the postal code of every place.</param>
internal sealed record HiddenTown(
    DirectoryRecords Records, IReadOnlyList<string> Secrets, IReadOnlyList<double> HiddenDegrees, IReadOnlyList<Guid> Open, string Fees)
{
    public static HiddenTown Make(Random random) => new Builder(random).Make();

    private sealed class Builder(Random random)
    {
        private readonly List<string> secrets = [];
        private readonly List<double> degrees = [];
        private readonly string number = random.Next(10000, 999999).ToString(CultureInfo.InvariantCulture);
        private List<Organization> organizations = [];

        public HiddenTown Make()
        {
            organizations = [.. Enumerable.Range(0, 3).Select(_ => MakeOrganization(Level()))];
            organizations = [.. organizations.Select(o => o with { ParentOrganizationId = Owner() })];
            var services = Enumerable.Range(0, 5).Select(_ => MakeService(Owner(), Level())).ToList();
            var places = Enumerable.Range(0, 5).Select(_ => new Location { Id = Id(), OrganizationId = Owner(), Confidentiality = Level() }).ToList();
            var offers = Enumerable.Range(0, 8).Select(_ => new ServiceAtLocation
            {
                Id = Id(),
                ServiceId = services[random.Next(5)].Id,
                LocationId = random.Next(8) == 0 ? Id() : places[random.Next(5)].Id,
                Confidentiality = Level(),
            }).ToList();
            var ids = organizations.Select(o => o.Id).Concat(services.Select(s => s.Id)).Concat(offers.Select(o => o.Id)).ToList();
            var locations = places.Select((p, i) => MakeLocation(p, i, IsHiddenFor(p, services, offers), ids[random.Next(ids.Count)])).ToList();
            for (var at = 0; at < offers.Count; at++)
            {
                var place = locations.Find(l => l.Id == offers[at].LocationId);
                var service = services.FindIndex(s => s.Id == offers[at].ServiceId);
                var gone = place is null || new[] { offers[at].Confidentiality, Of(services[service]), Of(place) }.Contains(Confidentiality.Withheld);
                offers[at] = offers[at] with { Description = Word(gone) };
                // The service tells where a place is that is hidden: by address, or by position.
                if (place is not null && IsHiddenFor(place, services, offers))
                {
                    services[service] = services[service] with
                    {
                        Description = $"{services[service].Description} at {place.Addresses[0].Address1} {number}",
                        Alert = string.Create(CultureInfo.InvariantCulture, $"{place.Latitude:0.0000} {place.Longitude:0.0000}"),
                    };
                }
            }

            return new HiddenTown(
                new DirectoryRecords { Organizations = organizations, Services = services, Locations = locations, ServicesAtLocations = offers },
                secrets, degrees, [.. services.Where(s => Of(s) != Confidentiality.Withheld).Select(s => s.Id)], number);
        }

        private string Level() => Confidentiality.Levels[random.Next(5) is var n && n > 3 ? 0 : n];

        private Guid Id() => new(Enumerable.Range(0, 16).Select(_ => (byte)random.Next(256)).ToArray());

        // Nobody, somebody, or somebody who was taken out of the directory.
        private Guid? Owner() => random.Next(7) switch
        {
            < 3 => null,
            3 => Id(),
            _ => organizations[random.Next(3)].Id,
        };

        private string Word(bool hidden)
        {
            var word = "w" + string.Concat(Enumerable.Range(0, 9).Select(_ => (char)('a' + random.Next(26))));
            if (hidden)
                secrets.Add(word);
            return word;
        }

        private string Of(DirectoryRecord record) =>
            (record is Service service ? service.OrganizationId : ((Location)record).OrganizationId) is { } owner
                ? Confidentiality.Stricter(record.Confidentiality, organizations.Find(o => o.Id == owner)?.Confidentiality ?? Confidentiality.Withheld)
                : record.Confidentiality;

        // Hidden by itself, or because nothing that is offered there is public.
        private bool IsHiddenFor(Location place, List<Service> services, List<ServiceAtLocation> offers)
        {
            var there = offers.FindAll(o => o.LocationId == place.Id);
            return Of(place) != Confidentiality.Public
                || (there.Count > 0 && !there.Exists(o =>
                    o.Confidentiality == Confidentiality.Public && Of(services.Find(s => s.Id == o.ServiceId)!) == Confidentiality.Public));
        }

        private Organization MakeOrganization(string level) => new()
        {
            Id = Id(),
            Confidentiality = level,
            Name = Word(level == Confidentiality.Withheld),
            Website = Word(level != Confidentiality.Public),
        };

        private Service MakeService(Guid? owner, string own)
        {
            var service = new Service { Id = Id(), OrganizationId = owner, Confidentiality = own, Fees = number };
            var hidden = Of(service) != Confidentiality.Public;
            return service with
            {
                Name = Word(Of(service) == Confidentiality.Withheld),
                AlternateName = Word(hidden),
                Phones = [new Phone { Id = Id(), Number = number, Description = Word(hidden) }],
                HolidaySchedules = [new HolidaySchedule { Id = Id(), Closed = true, StartDate = "2026-12-25", Description = Word(hidden) }],
                Capacities = [new Capacity { Id = Id(), Available = 1, Description = Word(hidden) }],
                Attributes = [new RecordAttribute { Id = Id(), TaxonomyTermId = Id(), Value = Word(hidden) }],
            };
        }

        private Location MakeLocation(Location place, int at, bool hidden, Guid externalIdentifier)
        {
            var level = Of(place);
            var beyondArea = level is Confidentiality.ContactOnly or Confidentiality.Withheld;
            var (latitude, longitude) = (10 + at + random.NextDouble() * 0.9, -60 - at - random.NextDouble() * 0.9);
            if (hidden)
                degrees.AddRange([latitude, longitude]);
            return place with
            {
                Name = Word(hidden),
                Description = Word(hidden),
                Transportation = Word(hidden),
                Url = Word(hidden),
                ExternalIdentifier = externalIdentifier.ToString("D"),
                Latitude = latitude,
                Longitude = longitude,
                AdminArea = Word(beyondArea),
                Addresses = [new Address { Id = Id(), Address1 = Word(hidden), City = Word(hidden), PostalCode = number, StateProvince = Word(beyondArea) }],
                Phones = [new Phone { Id = Id(), Number = Word(level == Confidentiality.Withheld), Description = Word(hidden) }],
                Contacts = [new Contact { Id = Id(), Name = Word(hidden) }],
                Accessibility = [new Accessibility { Id = Id(), Code = "ramp", Details = Word(hidden) }],
                Schedules = [new PublishedSchedule { Id = Id(), Notes = Word(hidden), OpensAt = "10:00" }],
                Metadata = [new MetadataEntry { Id = Id(), PreviousValue = Word(hidden) }],
                Translations = [new Translation { Field = "name", Language = "es", Value = Word(hidden) }],
                Extra = Sample.Extra($$"""{ "note": "{{Word(hidden)}}" }"""),
            };
        }
    }
}
