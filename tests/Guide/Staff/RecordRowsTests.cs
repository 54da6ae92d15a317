using Tambo.Guide.Directory;
using Tambo.Tests.Guide.Directory;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Staff;

/// <summary>Everything a service has can be corrected, row by row, and is found again in its history.</summary>
public sealed class RecordRowsTests
{
    [Theory, OnEachEngine]
    public async Task Closed_days_contacts_prices_and_free_places_are_added_corrected_and_taken_out(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        var page = await bea.OpenAsync(desk.ServicePath);
        await bea.SubmitAsync(
            page, desk.ServicePath,
            ("exception-0-start_date", ""), ("exception-0-end_date", ""), ("exception-0-closed", null), ("exception-0-description", ""),
            ("exception-1-start_date", "2026-08-15"), ("exception-1-end_date", "2026-08-16"), ("exception-1-opens_at", "10:00"), ("exception-1-closes_at", "12:00"),
            ("contact-0-name", "Marta"), ("contact-0-number", "+999 777"), ("contact-1-name", "Desk of the door"), ("contact-1-email", "door@example.org"),
            ("cost-0-amount", "2.5"), ("cost-1-option", "Children"), ("cost-1-amount", "0"), ("cost-1-currency", "htg"),
            ("capacity-0-available", "5"), ("capacity-1-unit", "cot"), ("capacity-1-available", "2"), ("capacity-1-maximum", "4"),
            ("link-0-url", "https://example.org/beds/rules"), ("area-1-name", "The coast"), ("eligibility", "families\npeople alone"), ("accreditations", "Town hall"));

        Assert.Equal(302, bea.Status);
        var (before, service) = (desk.Service, await EditServiceTests.ServiceAsync(desk));
        var other = Assert.Single(service.HolidaySchedules);
        Assert.Equal(("2026-08-15", "2026-08-16", "10:00", "12:00", false), (other.StartDate, other.EndDate, other.OpensAt, other.ClosesAt, other.Closed));
        Assert.Equal(["Marta", "Desk of the door"], service.Contacts.Select(c => c.Name));
        Assert.Equal((before.Contacts[0].Id, "Host", before.Contacts[0].Phones[0].Id, "+999 777"),
            (service.Contacts[0].Id, service.Contacts[0].Title, service.Contacts[0].Phones[0].Id, service.Contacts[0].Phones[0].Number));
        Assert.Equal([(2.5, "XXX", "Adults"), (0, "HTG", "Children")], service.CostOptions.Select(c => (c.Amount!.Value, c.Currency, c.Option)));
        // Whoever counts anew and names no moment counted now; what the unit is stays with its scheme.
        Assert.Equal((5, 40, "bed", "s", "2026-03-04T12:00:00.000Z"),
            (service.Capacities[0].Available, service.Capacities[0].Maximum, service.Capacities[0].Unit!.Name, service.Capacities[0].Unit!.Scheme, service.Capacities[0].Updated));
        Assert.Equal(("cot", 2, 4), (service.Capacities[1].Unit!.Name, service.Capacities[1].Available, service.Capacities[1].Maximum));
        Assert.Equal(("https://example.org/beds/rules", before.AdditionalUrls[0].Id), (service.AdditionalUrls[0].Url, service.AdditionalUrls[0].Id));
        Assert.Equal(["The valley", "The coast"], service.ServiceAreas.Select(a => a.Name));
        Assert.Equal((before.Eligibility[0].Id, "people alone", "Town hall"), (service.Eligibility[0].Id, service.Eligibility[1].Criterion, service.Accreditations));

        var compared = (await bea.OpenAsync($"/staff/guide/history/service/{service.Id:D}?from=1&to=2")).Body!.TextContent;
        foreach (var said in new[] { "2026-12-25", "2026-08-15", "Desk of the door", "Children", "cot", "The coast", "Closed days and other hours", "Prices", "Free places" })
            Assert.Contains(said, compared, StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task What_a_service_does_at_one_place_is_corrected_and_compared_there(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        await bea.SubmitAsync(await bea.OpenAsync(desk.PlacePath), desk.PlacePath,
            ("exception-0-start_date", "2026-05-01"), ("exception-0-closed", "true"), ("here-phone-0-number", "+999 555"), ("place-phone-1-number", "+999 556"));
        Assert.Equal(302, bea.Status);
        var directory = (await EditServiceTests.DirectoryAsync(desk)).Staff;
        var (offer, place) = (directory.ServiceAtLocation(desk.Offer.Id)!, directory.Location(desk.Place.Id)!);
        Assert.Equal(("2026-05-01", true, "+999 555"), (offer.HolidaySchedules[0].StartDate, offer.HolidaySchedules[0].Closed, offer.Phones[0].Number));
        Assert.Equal(["+999 102", "+999 556"], place.Phones.Select(p => p.Number));
        var compared = await bea.OpenAsync($"/staff/guide/history/service_at_location/{offer.Id:D}?from=1&to=2");
        Assert.Contains("+999 555", compared.Body!.TextContent, StringComparison.Ordinal);
        await bea.SubmitAsync(compared, $"/staff/guide/history/service_at_location/{offer.Id:D}/restore");
        Assert.Equal(302, bea.Status);
        Assert.Equal("+999 103", (await EditServiceTests.DirectoryAsync(desk)).Staff.ServiceAtLocation(offer.Id)!.Phones[0].Number);
    }

    [Theory]
    [InlineData("exception-1-start_date", "soon", "exception-1-start_date")]
    [InlineData("exception-1-description", "Feast", "exception-1-start_date")]
    [InlineData("exception-0-end_date", "2026-12-01", "exception-0-end_date")]
    [InlineData("contact-0-email", "nobody", "contact-0-email")]
    [InlineData("contact-0-number", "call us", "contact-0-number")]
    [InlineData("cost-0-amount", "much", "cost-0-amount")]
    [InlineData("cost-1-amount", "5", "cost-1-currency")]
    [InlineData("cost-0-currency", "ZZQ", "cost-0-currency")]
    [InlineData("cost-0-valid_to", "2025-01-01", "cost-0-valid_to")]
    [InlineData("capacity-0-available", "41", "capacity-0-available")]
    [InlineData("capacity-0-available", "2.5", "capacity-0-available")]
    [InlineData("capacity-0-updated", "yesterday", "capacity-0-updated")]
    [InlineData("capacity-1-unit", "bed", "capacity-1-available")]
    [InlineData("link-0-url", "javascript:1", "link-0-url")]
    [InlineData("phone-1-description", "Nights", "phone-1-number")]
    public async Task What_cannot_be_is_said_beside_its_field_and_every_answer_stays(string name, string value, string field)
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        foreach (var language in new[] { "es", "ht" })
        {
            var page = await bea.OpenAsync(desk.ServicePath + "?lang=" + language);
            var refused = await bea.SubmitAsync(page, desk.ServicePath, (name, value), ("contact-1-title", "Kept"));
            Assert.Equal(422, bea.Status);
            Assert.NotNull(refused.GetElementById($"f-{field}-e"));
            Assert.Equal(value, refused.QuerySelector($"input[name={name}]")!.GetAttribute("value"));
            Assert.Equal("Kept", refused.QuerySelector("input[name=contact-1-title]")!.GetAttribute("value"));
            Assert.NotNull(refused.GetElementById($"f-{field}")!.Closest("details[open]"));
        }

        Assert.Equal(1, (await EditServiceTests.ServiceAsync(desk)).Version);
    }

    [Fact]
    public async Task A_form_sent_as_it_was_changes_nothing()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        foreach (var path in new[] { desk.ServicePath, desk.PlacePath, $"/staff/guide/organizations/{desk.Records.Organizations[0].Id:D}" })
        {
            await bea.SubmitAsync(await bea.OpenAsync(path), path);
            Assert.Equal((path, 302), (path, bea.Status));
        }

        var directory = (await EditServiceTests.DirectoryAsync(desk)).Staff;
        Assert.All(directory.Records.All, record => Assert.Equal((record.Id, 1), (record.Id, record.Version)));
    }

    [Fact]
    public void A_part_that_was_taken_out_does_not_make_those_after_it_look_changed()
    {
        var service = Sample.Everything(SettableTime.Noon).Services[0];
        var two = service with { RequiredDocuments = [service.RequiredDocuments[0], new RequiredDocument { Id = Sample.Id(), Document = "A photo" }] };
        var one = two with { RequiredDocuments = [two.RequiredDocuments[1]] };
        var differences = RecordHistory.Compare(Version(1, two), Version(2, one));
        Assert.Equal(["required_documents/1/document", "required_documents/1/id", "required_documents/1/uri"], differences.Select(d => d.Field));
        Assert.All(differences, difference => Assert.Null(difference.After));
    }

    private static RecordVersion Version(int number, Service service) => new(number, SettableTime.Noon, "user:x", "edited", RecordJson.Snapshot(service));
}
