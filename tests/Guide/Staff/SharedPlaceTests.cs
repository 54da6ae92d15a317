using AngleSharp.Dom;
using Tambo.Guide.Directory;
using Tambo.Tests.Guide.Directory;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Staff;

/// <summary>Where several give services, each learns of the others and changes of the place what is theirs to see and to change.</summary>
public sealed class SharedPlaceTests
{
    [Fact]
    public async Task Who_else_is_at_a_place_is_said_by_what_the_reader_may_see_of_each()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var nora = await desk.SignInAsync("nora", "editor", "North office");
        await AgencyScopeTests.LinkAsync(desk, bea, desk.Records.Organizations[0], "North office");
        await AddThereAsync(desk, "Lessons of others", Confidentiality.Public, Confidentiality.Public);
        await AddThereAsync(desk, "Refuge of others", Confidentiality.Withheld, Confidentiality.Public);
        await AddThereAsync(desk, "Counsel of others", Confidentiality.Public, Confidentiality.Withheld);
        var seen = (await nora.OpenAsync(desk.PlacePath)).Body!.Text();
        Assert.Equal(200, nora.Status);
        Assert.Contains("Lessons of others", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("Refuge of others", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("Counsel of others", seen, StringComparison.Ordinal);
        seen = (await bea.OpenAsync(desk.PlacePath)).Body!.Text();
        Assert.Contains("Refuge of others", seen, StringComparison.Ordinal);
        Assert.Contains("Counsel of others", seen, StringComparison.Ordinal);
    }

    private static async Task AddThereAsync(StaffDesk desk, string name, string level, string there)
    {
        var service = new Service { Id = Sample.Id(), Name = name, Confidentiality = level, CreatedAt = SettableTime.Noon, ChangedAt = SettableTime.Noon };
        var offer = new ServiceAtLocation
        {
            Id = Sample.Id(),
            ServiceId = service.Id,
            LocationId = desk.Place.Id,
            Confidentiality = there,
            CreatedAt = SettableTime.Noon,
            ChangedAt = SettableTime.Noon,
        };
        await desk.WriteAsync(change => DirectoryWriter.AddAsync(change, DirectoryRecords.Of([service, offer]), "edited"));
    }
}
