using Tambo.Guide.Directory;
using Tambo.Tests.Guide.Directory;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Staff;

/// <summary>Who lacks a right does not learn that there is anything to see.</summary>
public sealed class ConfidentialPlacesTests
{
    [Fact]
    public async Task Without_the_right_the_pages_are_not_there()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var chelsea = await desk.SignInAsync("chelsea", "viewer");
        string[] paths = [desk.ServicePath, desk.PlacePath, "/staff/guide/services", "/staff/guide/services/new", $"/staff/guide/history/service/{desk.Service.Id:D}", "/staff/guide/imports", "/staff/audit"];
        foreach (var path in paths)
        {
            await chelsea.OpenAsync(path);
            Assert.Equal((path, 404), (path, chelsea.Status));
        }

        var home = await chelsea.OpenAsync("/staff");
        Assert.Equal(200, chelsea.Status);
        Assert.DoesNotContain("/staff/guide", home.Body!.InnerHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_address_of_a_hidden_place_is_shown_to_those_with_the_right()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite, Confidentiality.AreaOnly);
        using var bea = await desk.SignInAsync("bea", "editor");
        var page = await bea.OpenAsync(desk.PlacePath);
        Assert.Equal("Candle Street 4", page.QuerySelector("input[name=address_1]")!.GetAttribute("value"));
    }

    [Theory]
    [InlineData(Confidentiality.AreaOnly)]
    [InlineData(Confidentiality.ContactOnly)]
    [InlineData(Confidentiality.Withheld)]
    public async Task A_hidden_place_is_hidden_from_editors_without_the_right(string level)
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite, level);
        using var otto = await desk.SignInAsync("otto", "outside");
        foreach (var path in new[] { desk.ServicePath, "/staff/guide/services", "/staff" })
        {
            var shown = await otto.OpenAsync(path);
            Assert.DoesNotContain("Candle Street", shown.Source.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("12.34", shown.Source.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("71.23", shown.Source.Text, StringComparison.Ordinal);
        }

        await otto.OpenAsync(desk.PlacePath);
        Assert.Equal(404, otto.Status);
        foreach (var kind in new[] { $"service/{desk.Service.Id:D}", $"location/{desk.Place.Id:D}" })
        {
            await otto.OpenAsync("/staff/guide/history/" + kind);
            Assert.Equal(404, otto.Status);
        }
    }

    [Theory]
    [InlineData(Confidentiality.AreaOnly, true)]
    [InlineData(Confidentiality.ContactOnly, true)]
    [InlineData(Confidentiality.Withheld, true)]
    [InlineData(Confidentiality.AreaOnly, false)]
    [InlineData(Confidentiality.Withheld, false)]
    public async Task A_place_is_as_hidden_as_the_organisation_it_belongs_to(string level, bool sameAsTheService)
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        var house = desk.Records.Organizations[0];
        var hidden = sameAsTheService
            ? house with { Confidentiality = level }
            : new Organization { Id = Sample.Id(), Name = "House of others", Confidentiality = level, CreatedAt = SettableTime.Noon, ChangedAt = SettableTime.Noon };
        var meals = new Service { Id = Sample.Id(), Name = "Meals", Description = "Soup at the back door", OrganizationId = hidden.Id, CreatedAt = SettableTime.Noon, ChangedAt = SettableTime.Noon };
        await desk.WriteAsync(async change =>
        {
            await DirectoryWriter.AddAsync(change, DirectoryRecords.Of(sameAsTheService ? [meals] : [hidden, meals]), "edited");
            Assert.True(await DirectoryWriter.ReplaceAsync(
                change, DirectoryRecords.Of(sameAsTheService ? [hidden] : [desk.Place with { OrganizationId = hidden.Id }]), "edited"));
        });
        using var otto = await desk.SignInAsync("otto", "outside");
        string[] paths =
        [
            desk.PlacePath, $"/staff/guide/translations/location/{desk.Place.Id:D}", $"/staff/guide/translations/service_at_location/{desk.Offer.Id:D}",
            $"/staff/guide/history/location/{desk.Place.Id:D}", $"/staff/guide/history/service_at_location/{desk.Offer.Id:D}",
            $"/staff/guide/history/service/{desk.Service.Id:D}", $"/staff/guide/history/service/{meals.Id:D}",
        ];
        foreach (var path in paths)
        {
            var shown = await otto.OpenAsync(path);
            Assert.True(otto.Status is 403 or 404, $"{path} answered {otto.Status}");
            Assert.DoesNotContain("Candle Street", shown.Source.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_right_to_edit_is_no_right_to_hide_or_to_disclose()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var otto = await desk.SignInAsync("otto", "outside");
        var page = await otto.OpenAsync(desk.PlacePath);
        await otto.SubmitAsync(page, desk.PlacePath, ("place_confidentiality", "withheld"), ("place_name", "The yellow house"));
        Assert.Equal(302, otto.Status);
        var place = (await EditServiceTests.DirectoryAsync(desk)).Staff.Location(desk.Place.Id)!;
        Assert.Equal((Confidentiality.Public, "The yellow house"), (place.Confidentiality, place.Name));
    }
}
