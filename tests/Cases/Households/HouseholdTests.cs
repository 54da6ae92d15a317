using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Households;

public sealed class HouseholdTests
{
    [Theory]
    [OnEachEngine]
    public async Task A_group_shows_to_each_reader_those_of_its_members_and_links_that_they_reach(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await office.AddRoleAsync("desk", "cases.read", "cases.edit", "cases.see.identity", "cases.see.general");
        var (carla, desk) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("diego", "desk"));
        var saul = await office.OfficerAsync("saul", "case_worker", CasesOffice.South);
        var (mother, child, aunt) = (await carla.RegisterAsync(new { }), await carla.RegisterAsync(new { }), await carla.RegisterAsync(new { }));
        var foreign = await saul.RegisterAsync(new { });

        var group = await carla.PostAsync("/api/cases/households", new
        {
            kind = "travelling_group",
            members = new[] { mother.Id, child.Id },
            links = new[] { new { a = mother.Id, b = child.Id, relation = "parent_of", verifiedBy = "document", legalBasis = "court" } },
        });
        Assert.True(group.Status == 201, group.Text);
        var path = $"/api/cases/households/{group.Id:D}";

        var seen = (await carla.GetAsync(path)).Json;
        Assert.Equal(new[] { mother.Id, child.Id }.Order(), seen.GetProperty("members").EnumerateArray().Select(member => member.GetGuid()));
        Assert.Equal(("parent_of", "document", "court"), (
            seen.GetProperty("links")[0].GetProperty("relation").GetString(), seen.GetProperty("links")[0].GetProperty("verifiedBy").GetString(), seen.GetProperty("links")[0].GetProperty("legalBasis").GetString()));
        Assert.DoesNotContain("court", (await desk.GetAsync(path)).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await saul.GetAsync(path)).Status);

        Assert.Equal(["members[0] cases.person_unknown"], (await carla.PostAsync(path + "/members", new { members = new[] { foreign.Id } }, ("If-Match", group.Tag!))).Errors);
        Assert.Equal(["links[0] cases.person_unknown"], (await carla.PostAsync(
            path + "/members", new { links = new[] { new { a = mother.Id, b = foreign.Id, relation = "sibling_of" } } }, ("If-Match", group.Tag!))).Errors);
        var grown = await carla.PostAsync(path + "/members", new { members = new[] { aunt.Id }, links = new[] { new { a = aunt.Id, b = child.Id, relation = "caregiver_of", verifiedBy = "declared" } } }, ("If-Match", group.Tag!));
        Assert.Equal((200, "\"v2\""), (grown.Status, grown.Tag));
        Assert.Equal(412, (await carla.PostAsync(path + "/members", new { members = new[] { aunt.Id } }, ("If-Match", group.Tag!))).Status);
        Assert.Equal(3, (await carla.GetAsync(path)).Json.GetProperty("members").GetArrayLength());

        // A member whom another agency registered stays hidden from this one, and the group opens to that agency for theirs alone.
        await office.WriteAsync("insert into cases_household_members (household_id, person_id, joined_at) values (@Group, @Person, 'x')", new { Group = group.Id, Person = foreign.Id });
        Assert.DoesNotContain(foreign.Id.ToString("D"), (await carla.GetAsync(path)).Text, StringComparison.Ordinal);
        Assert.Equal([foreign.Id], (await saul.GetAsync(path)).Json.GetProperty("members").EnumerateArray().Select(member => member.GetGuid()));
        Assert.DoesNotContain("parent_of", (await saul.GetAsync(path)).Text, StringComparison.Ordinal);
    }
}
