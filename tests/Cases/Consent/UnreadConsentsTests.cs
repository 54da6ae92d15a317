using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Consent;
using Tambo.Tests.Cases.Desk;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Consent;

/// <summary>A consent that was changed by other hands stops nobody's list; authorities are shut out of whom it is, and supervisors hear of it until it opens again.</summary>
public sealed class UnreadConsentsTests
{
    [Theory]
    [OnEachEngine]
    public async Task A_list_goes_on_past_a_consent_that_does_not_open_and_authorities_see_nothing_of_whom_it_is(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await office.AddRoleAsync("gendarme", "cases.as.police", "cases.read", "cases.supervise", "cases.see.identity", "cases.see.general");
        var (nora, susan, gus) = (await office.OfficerAsync("nora", "protection_specialist"), await office.OfficerAsync("susan", "cases_supervisor"), await office.OfficerAsync("gus", "gendarme", null));
        var persons = new List<Told>();
        var (given, whole) = (new List<Guid>(), Array.Empty<byte>());
        foreach (var name in new[] { "Aurelia", "Ilmara", "Zenobia" })
        {
            persons.Add(await nora.RegisterAsync(new { identity = new { names = new[] { new { full = name } }, birth = new { inYear = 1990 } } }));
            var told = await nora.PostAsync($"/api/cases/persons/{persons[^1].Id:D}/consents", new { givenBy = new { kind = "self" }, form = "verbal", language = "es", purpose = "services", exclusions = new[] { new { kind = "class", code = "media" } } });
            Assert.True(told.Status == 201, told.Text);
            given.Add(told.Id);
            if (name == "Ilmara")
            {
                whole = (await office.ReadAsync<byte[]>("select sealed from cases_sealed where record_id = @Id", new { told.Id })).Single();
                await office.WriteAsync("update cases_sealed set sealed = @Spoiled where record_id = @Id", new { Spoiled = new byte[whole.Length], told.Id });
            }

            await nora.OpenAsync(new { person = persons[^1].Id });
        }

        var damaged = persons[1];
        string[] lists = ["/api/cases/persons", "/api/cases/worklist", "/api/cases/board", "/api/cases/persons?name=Ilmara", $"/api/cases/persons/{damaged.Id:D}"];
        foreach (var list in lists)
            Assert.Equal((list, 200), (list, (await (list.EndsWith("board", StringComparison.Ordinal) ? susan : nora).GetAsync(list)).Status));
        var seen = (await nora.GetAsync(lists[0])).Text;
        Assert.All(persons, person => Assert.Contains(person.Ref, seen, StringComparison.Ordinal));

        // What it excludes nobody knows: of whom it is, the police sees nothing, and of all others what it saw.
        var theirs = (await gus.GetAsync(lists[0])).Text + (await gus.GetAsync(lists[1])).Text;
        Assert.DoesNotContain(damaged.Id.ToString("D"), theirs, StringComparison.Ordinal);
        Assert.All(new[] { persons[0], persons[2] }, person => Assert.Contains(person.Ref, theirs, StringComparison.Ordinal));
        Assert.Equal(404, (await gus.GetAsync(lists[4])).Status);

        // Supervisors hear of it, those alone to whom the person is open.
        async Task<IReadOnlyList<string?>> OnBoardAsync(Officer officer) => [.. (await officer.GetAsync("/api/cases/board")).Json.GetProperty("unreadConsents").EnumerateArray().Select(one => one.GetProperty("ref").GetString())];
        Assert.Equal([damaged.Ref], await OnBoardAsync(susan));
        Assert.Empty(await OnBoardAsync(gus));
        using (var page = await office.SignInAsync("petra", "cases_supervisor"))
        {
            var board = (await page.OpenAsync("/staff/cases/board")).QuerySelector("main")!.TextContent;
            Assert.All(["Consents that cannot be read", damaged.Ref, "restored from a backup"], words => Assert.Contains(words, board, StringComparison.Ordinal));
        }

        // Restored, it says what it said.
        await office.WriteAsync("update cases_sealed set sealed = @whole where record_id = @Id", new { whole, Id = given[1] });
        Assert.Equal(200, (await gus.GetAsync(lists[4])).Status);
        Assert.Empty(await OnBoardAsync(susan));
    }
}
