using Tambo.Guide.Directory;

namespace Tambo.Tests.Guide.Directory;

/// <summary>What is taken out of the texts around a hidden place, and what has to stay.</summary>
public class HiddenTextTests
{
    [Theory]
    [InlineData("Av. 5 de Mayo #12", "Toque en Av 5 de Mayo 12, segundo piso", true)]
    [InlineData("Av. 5 de Mayo #12", "TOQUE EN AV. 5 DE MAYO, N.º 12", false)]
    [InlineData("Calle Peñón 7", "calle penon 7", true)]
    [InlineData("Candle Street 4", "The bus stops at Candle Street 45", false)]
    [InlineData("Lantern", "Lanterns are welcome", false)]
    public void An_address_is_found_in_a_text_however_it_is_written_but_as_whole_words(string street, string text, bool found)
    {
        var seen = SeenBeside(new Address { Address1 = street }, s => s with { Description = text });

        Assert.Equal(found ? "" : text, seen.Description);
    }

    [Theory]
    [InlineData("99888", "The fee is 99888 a year", false)]
    [InlineData("99888", "Candle Street, 99888 Lumen", true)]
    [InlineData("9988877", "Ask for 9988877", true)]
    [InlineData("XY9 8Z", "Post to xy9-8z", true)]
    public void A_short_number_tells_nothing_without_the_street(string postalCode, string text, bool found)
    {
        var seen = SeenBeside(new Address { Address1 = "Candle Street 4", PostalCode = postalCode }, s => s with { Description = text });

        Assert.Equal(found ? "" : text, seen.Description);
    }

    [Fact]
    public void Identifiers_numbers_dates_and_codes_stay_whatever_a_hidden_place_is_called()
    {
        var all = Sample.Everything(DateTimeOffset.UnixEpoch);
        var whole = all.Services[0];
        string[] names =
        [
            whole.Id.ToString("D"), whole.OrganizationId!.Value.ToString("D"), whole.Id.ToString("D")[..8], "temporarily closed",
            "999 101", "9991010", "voice", "2026-12-25", "18:00", "2026-02-02T10:00:00Z", "taxonomy term",
        ];
        foreach (var name in names)
        {
            var told = whole with { Phones = [whole.Phones[0], whole.Phones[0] with { Number = "9991010" }] };

            var seen = Beside(name, told);

            Assert.Equal((told.Id, told.OrganizationId, "temporarily closed"), (seen.Id, seen.OrganizationId, seen.Status));
            Assert.Equal(["+999 101", "9991010"], seen.Phones.Select(p => p.Number));
            Assert.All(seen.Phones, p => Assert.Equal("voice", p.Type));
            Assert.Equal("2026-12-25", Assert.Single(seen.HolidaySchedules).StartDate);
            Assert.Equal("18:00", Assert.Single(seen.Schedules).OpensAt);
            Assert.Equal("2026-02-02T10:00:00Z", seen.LastModified);
            Assert.Equal("taxonomy_term", Assert.Single(seen.Attributes).LinkType);
        }

        Service Beside(string name, Service told)
        {
            var hidden = all.Locations[0] with { Confidentiality = Confidentiality.AreaOnly, ExternalIdentifier = name, Addresses = [new Address { Address1 = name }] };
            return PublicDirectory.Of(new ServiceDirectory(all with { Locations = [hidden], Services = [told] }, 1)).Service(whole.Id)!;
        }
    }

    [Fact]
    public void What_a_source_said_beyond_the_known_fields_is_searched_too()
    {
        var seen = SeenBeside(new Address { Address1 = "Candle Street 4" }, s => s with
        {
            Extra = Sample.Extra("""{ "door": { "where_id": "candle street 4" }, "doors": ["Candle Street 4", "Back"] }"""),
        });

        Assert.Equal("""{"where_id":""}""", seen.Extra!["door"].GetRawText().Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(["", "Back"], seen.Extra["doors"].EnumerateArray().Select(e => e.GetString()));
    }

    [Fact]
    public void The_translation_of_a_text_that_was_left_out_is_left_out()
    {
        var seen = SeenBeside(new Address { Address1 = "Candle Street 4" }, s => s with
        {
            Description = "At Candle Street 4",
            Translations =
            [
                new Translation { Field = "description", Language = "es", Value = "En la calle de la Vela, 4" },
                new Translation { Field = "name", Language = "es", Value = "Albergue" },
            ],
        });

        Assert.Equal("Albergue", Assert.Single(seen.Translations).Value);
    }

    [Fact]
    public void A_record_that_cannot_be_cleaned_stays_behind_alone()
    {
        var all = Sample.Everything(DateTimeOffset.UnixEpoch);
        // A source's own field with the name of a known one that is no number: it cannot be read again.
        var broken = all.Services[0] with { Description = "At Candle Street 4", MinimumAge = null, Extra = Sample.Extra("""{ "minimum_age": "old" }""") };
        var other = all.Services[0] with { Id = Sample.Id(), Name = "Library" };
        all = all with { Services = [broken, other], Locations = [all.Locations[0] with { Confidentiality = Confidentiality.AreaOnly }] };

        var seen = PublicDirectory.Of(new ServiceDirectory(all, 1)).Records;

        Assert.Equal(other.Id, Assert.Single(seen.Services).Id);
        Assert.Empty(seen.ServicesAtLocations);
        Assert.Single(seen.Organizations);
    }

    private static Service SeenBeside(Address address, Func<Service, Service> told)
    {
        var all = Sample.Everything(DateTimeOffset.UnixEpoch);
        var hidden = all.Locations[0] with { Confidentiality = Confidentiality.AreaOnly, Addresses = [address] };
        return PublicDirectory.Of(new ServiceDirectory(all with { Locations = [hidden], Services = [told(all.Services[0])] }, 1)).Records.Services.Single();
    }
}
