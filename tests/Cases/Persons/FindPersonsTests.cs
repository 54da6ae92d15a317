using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Persons;

public sealed class FindPersonsTests
{
    [Theory]
    [OnEachEngine]
    public async Task Persons_are_found_as_one_types_by_any_words_of_any_name_by_document_phone_and_reference(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var officer = await office.OfficerAsync("carla", "case_worker");
        var one = await officer.RegisterAsync(new
        {
            identity = new
            {
                names = new[] { new { full = "Ilmara Quesquén de la Torrealtagrande" }, new { full = "Li" } },
                documents = new[] { new { type = "passport", number = "AN-773 0415/Q" } },
                contact = new[] { new { kind = "phone", value = "+509 3401 7788" } },
            },
        });
        await officer.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmarion Torrealtabaja" } }, documents = new[] { new { type = "passport", number = "AN7730416Q" } } } });

        async Task<int> CountAsync(string query)
        {
            var told = await officer.GetAsync("/api/cases/persons?" + query);
            Assert.True(told.Status == 200, told.Text);
            return told.Json.GetProperty("persons").GetArrayLength();
        }

        foreach (var (query, count) in new[]
        {
            ("name=ilm", 2), ("name=ILMARA", 1), ("name=ilmarad", 0), ("name=quesquen+ilma", 1), ("name=torrealt", 2), ("name=torrealtag", 1), ("name=torrealtabajas", 0),
            ("name=li", 1), ("name=de", 1), ("name=ilm+quesquen+zzz", 0), ("document=an7730415q", 1), ("document=AN-7730415", 0), ("phone=34017788", 1), ("phone=00509-3401-7788", 1), ("phone=34017789", 0),
            ("ref=" + one.Ref.ToLowerInvariant(), 1), ("ref=AAAA-AAAA-AAAAA", 0), ("name=ilm&document=an7730415q", 1), ("name=ilmarion&document=an7730415q", 0), ("", 2),
        })
            Assert.Equal((query, count), (query, await CountAsync(query)));
        foreach (var query in new[] { "name=i", "name=%20", "document=a", "phone=12" })
            Assert.Equal((query, 422), (query, (await officer.GetAsync("/api/cases/persons?" + query)).Status));
        Assert.Equal(400, (await officer.GetAsync("/api/cases/persons?after=x")).Status);
    }

    [Theory]
    [OnEachEngine]
    public async Task A_changed_name_is_found_by_the_new_one_alone(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var officer = await office.OfficerAsync("carla", "case_worker");
        var one = await officer.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara" } } } });
        await officer.PutAsync($"/api/cases/persons/{one.Id:D}", new { identity = new { names = new[] { new { full = "Verunia" } } } }, one.Tag);
        Assert.Empty((await officer.GetAsync("/api/cases/persons?name=ilmara")).Json.GetProperty("persons").EnumerateArray());
        Assert.Single((await officer.GetAsync("/api/cases/persons?name=veru")).Json.GetProperty("persons").EnumerateArray());
    }

    [Theory]
    [OnEachEngine]
    public async Task Pages_follow_each_other_without_gap_or_repetition_and_hold_only_what_is_within_reach(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (north, south) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("saul", "case_worker", CasesOffice.South));
        var own = new List<Guid>();
        for (var i = 0; i < 12; i++)
        {
            var by = i % 3 == 0 ? south : north;
            var kept = await by.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara" } } } });
            office.Time.Advance(TimeSpan.FromSeconds(1));
            if (by == north)
                own.Add(kept.Id);
        }

        foreach (var query in new[] { "limit=3", "limit=3&name=ilmara" })
        {
            var (found, after) = (new List<Guid>(), "");
            do
            {
                var page = (await north.GetAsync($"/api/cases/persons?{query}{after}")).Json;
                found.AddRange(page.GetProperty("persons").EnumerateArray().Select(person => person.GetProperty("id").GetGuid()));
                after = page.TryGetProperty("next", out var next) ? "&after=" + next.GetString() : "";
            }
            while (after.Length > 0);
            Assert.Equal(own.AsEnumerable().Reverse(), found);
        }
    }

    [Theory]
    [OnEachEngine]
    public async Task Nobody_learns_by_a_name_that_somebody_is_there_whose_names_they_may_not_read(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await office.AddRoleAsync("counter", "cases.read", "cases.see.general");
        var (officer, counter) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("cora", "counter"));
        var one = await officer.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara" } }, contact = new[] { new { kind = "phone", value = "34017788" } } } });
        foreach (var query in new[] { "name=ilmara", "phone=34017788" })
            Assert.Empty((await counter.GetAsync("/api/cases/persons?" + query)).Json.GetProperty("persons").EnumerateArray());
        var listed = await counter.GetAsync("/api/cases/persons?ref=" + one.Ref);
        Assert.Single(listed.Json.GetProperty("persons").EnumerateArray());
        Assert.DoesNotContain("Ilmara", listed.Text, StringComparison.Ordinal);
    }
}
