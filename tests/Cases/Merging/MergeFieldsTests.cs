using System.Text.Json;
using System.Text.Json.Nodes;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Merging;

namespace Tambo.Tests.Cases.Merging;

/// <summary>What a merge makes of two contents, and what taking it back makes of that, are pure functions: for any two files.</summary>
public sealed class MergeFieldsTests
{
    private static readonly string[] Words = ["Ilmara", "Quesquén", "  ", "年", "a\"b\\c", "Peña\nOchoa", "😀"];

    [Fact]
    public void Merged_and_taken_back_is_byte_for_byte_what_it_was()
    {
        var random = new Random(20261123);
        var touched = 0;
        for (var round = 0; round < 3000; round++)
        {
            var (survivor, absorbed) = (File(random), File(random));
            var pairs = MergeFields.Pairs(survivor, absorbed);
            var decisions = pairs.Where(pair => pair.Choices.Count > 0).ToDictionary(pair => pair.Name, pair => pair.Choices[random.Next(pair.Choices.Count)]);
            Assert.Empty(MergeFields.Faults(pairs, decisions));
            var merged = MergeFields.Merged(pairs, decisions);
            touched += merged.Count;
            var after = new Dictionary<string, JsonElement>(survivor, StringComparer.Ordinal);
            foreach (var (compartment, content) in merged)
                after[compartment] = content;
            // Whatever a merge leaves out, nobody is lost by it.
            foreach (var field in new[] { "names", "documents", "contact" })
                Assert.Equal(Items(survivor, field).Union(Items(absorbed, field)).Order(StringComparer.Ordinal), Items(after, field).Distinct().Order(StringComparer.Ordinal));
            foreach (var (compartment, content) in merged)
            {
                var before = survivor.TryGetValue(compartment, out var was) ? was : (JsonElement?)null;
                var (restored, stayed) = MergeFields.Restored(before, content, after[compartment]);
                Assert.Equal(before?.GetRawText(), restored?.GetRawText());
                Assert.Empty(stayed);
                // One field was changed since: that one stays, all others are as before.
                var changed = JsonNode.Parse(content.GetRawText())!.AsObject();
                changed["notes"] = "written since";
                (restored, stayed) = MergeFields.Restored(before, content, JsonSerializer.SerializeToElement(changed));
                Assert.Equal(["notes"], stayed);
                Assert.Equal("written since", restored!.Value.GetProperty("notes").GetString());
                var others = (before?.EnumerateObject().Where(one => one.Name != "notes") ?? []).ToDictionary(one => one.Name, one => one.Value.GetRawText());
                Assert.Equal(others.OrderBy(one => one.Key, StringComparer.Ordinal), restored.Value.EnumerateObject().Where(one => one.Name != "notes").ToDictionary(one => one.Name, one => one.Value.GetRawText()).OrderBy(one => one.Key, StringComparer.Ordinal));
            }
        }

        Assert.True(touched > 3000);
    }

    [Fact]
    public void Of_consents_of_merged_files_only_what_each_file_agreed_to_is_left()
    {
        var (random, now) = (new Random(7), Support.SettableTime.Noon);
        var (lead, other) = (Guid.CreateVersion7(Support.SettableTime.Noon), Guid.CreateVersion7(Support.SettableTime.Noon));
        var (kept, lost) = (0, 0);
        for (var round = 0; round < 2000; round++)
        {
            var consents = Enumerable.Range(0, random.Next(1, 6)).Select(_ => Given(random, random.Next(2) == 0 ? lead : other, now)).ToList();
            var written = consents.ToDictionary(consent => consent.Id, _ => now.AddDays(random.Next(-4, 4)));
            var narrow = NarrowerConsents.Of(consents, lead, [(other, now)], written, now.AddDays(5));
            Assert.Equal(consents.Select(consent => consent.Id), narrow.Select(consent => consent.Id));
            foreach (var (was, now2) in consents.Zip(narrow))
            {
                Assert.Equal((lead, was.Exclusions), (now2.PersonId, now2.Exclusions));
                // Slowly and for each scope: does either file know of it?
                var since = was.PersonId == lead && written[was.Id] > now;
                foreach (var scope in was.Scopes)
                {
                    var missing = was.PersonId == lead ? other : lead;
                    var said = since || consents.Any(one => one.Purpose == was.Purpose && one.WithdrawnAt is null && one.ExpiresAt > now.AddDays(5) && one.Scopes.Contains(scope)
                        && (one.PersonId == missing || (one.PersonId == lead && written[one.Id] > now)));
                    Assert.Equal(said, now2.Scopes.Contains(scope));
                    (kept, lost) = said ? (kept + 1, lost) : (kept, lost + 1);
                }
            }
        }

        Assert.True(kept > 300 && lost > 300);
    }

    private static Dictionary<string, JsonElement> File(Random random)
    {
        var file = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var compartment in Compartments.All.Where(_ => random.Next(2) == 0))
        {
            object content = compartment switch
            {
                Compartments.Identity => new
                {
                    names = Some(random, () => new { full = Word(random) }),
                    birth = random.Next(3) == 0 ? null : new { inYear = random.Next(1950, 1953) },
                    nationalities = Some(random, () => new { code = Word(random) }),
                    documents = Some(random, () => new { type = "passport", number = Word(random) }),
                    contact = Some(random, () => new { kind = "phone", value = Word(random) }),
                    noNationalityClaimed = random.Next(4) == 0,
                    confidence = random.Next(2) == 0 ? "declared" : "document",
                },
                Compartments.General => new { languages = Some(random, () => new { code = Word(random) }), notes = random.Next(2) == 0 ? null : Word(random) },
                _ => new { notes = random.Next(3) == 0 ? null : Word(random) },
            };
            file[compartment] = JsonSerializer.SerializeToElement(content, CaseJson.Options);
        }

        return file;
    }

    private static GivenConsent Given(Random random, Guid person, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(Support.SettableTime.Noon),
        PersonId = person,
        GivenBy = new ConsentGiver("self"),
        Form = new ConsentForm(ConsentForm.Verbal, "user:x"),
        Language = "es",
        NoticeVersion = "1",
        Explained = [],
        FreeToRefuse = true,
        Purpose = random.Next(4) == 0 ? "services" : "referral",
        Scopes = [.. new[] { "general", "health", "child" }.Where(_ => random.Next(2) == 0).Select(one => new ConsentScope(one, new RecipientName("class", "health_provider"), "share"))],
        Exclusions = [new Exclusion(new RecipientName("class", "police"))],
        GrantedAt = now.AddDays(-9),
        ExpiresAt = now.AddDays(random.Next(4) == 0 ? 1 : 30),
        WithdrawnAt = random.Next(5) == 0 ? now.AddDays(2) : null,
    };

    private static T[] Some<T>(Random random, Func<T> make) => [.. Enumerable.Range(0, random.Next(3)).Select(_ => make())];

    private static string Word(Random random) => Words[random.Next(Words.Length)];

    private static IEnumerable<string> Items(Dictionary<string, JsonElement> file, string field) =>
        file.TryGetValue(Compartments.Identity, out var identity) && identity.TryGetProperty(field, out var list) ? list.EnumerateArray().Select(item => item.GetRawText()) : [];
}
