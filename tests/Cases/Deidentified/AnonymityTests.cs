using Tambo.Cases.Deidentified;
using Tambo.Platform.Places;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Deidentified;

/// <summary>Nobody stands in a group of fewer than k, whatever the records are, and no group tells of all its members what must not be learned.</summary>
public sealed class AnonymityTests
{
    [Theory]
    [InlineData(1, 5, 40)]
    [InlineData(2, 10, 200)]
    [InlineData(3, 10, 900)]
    [InlineData(4, 5, 3)]
    [InlineData(5, 25, 500)]
    public void Whatever_the_records_an_attacker_who_knows_everything_known_finds_k_persons_or_none(int seed, int k, int count)
    {
        var chance = new Random(seed);
        var records = Enumerable.Range(0, count).Select(at => Record(chance, at)).ToList();
        var made = Anonymity.Of(records, [2, 3, 3], k);
        // The attacker knows of everybody all that is known, at every level, and looks for them in the file.
        foreach (var target in records)
        {
            var like = made.Records.Where(record => Enumerable.Range(0, 3).All(column => target.Known[column][made.Levels[column]] == record.Known[column])).ToList();
            Assert.True(like.Count == 0 || like.Select(record => record.Person).Distinct().Count() >= k, $"{like.Count} are like one of them");
            // Of no group the attacker learns a code that not everybody in the file has.
            if (like.Count > 0)
                Assert.All(like.Aggregate(like[0].Told[0].ToHashSet(), (shared, record) => [.. shared.Intersect(record.Told[0])]), code => Assert.All(records, record => Assert.Contains(code, record.Told[0])));
        }

        Assert.Equal(0, made.LeftOut % k);
        Assert.InRange(made.LeftOut - (records.Select(record => record.Person).Distinct().Count() - made.Records.Select(record => record.Person).Distinct().Count()), 0, k - 1);
        Assert.Equal(made.Records.Select(record => record.Pseudonym).Order(StringComparer.Ordinal), made.Records.Select(record => record.Pseudonym));
    }

    [Fact]
    public void Several_records_of_one_person_are_one_person()
    {
        var (person, chance) = (Guid.CreateVersion7(SettableTime.Noon), new Random(7));
        var records = Enumerable.Range(0, 20).Select(at => Record(chance, at) with { Person = person, Known = [["a", "*"], ["b", "b", "*"], ["c", "c", "*"]] }).ToList();
        Assert.Empty(Anonymity.Of(records, [2, 3, 3], 5).Records);
    }

    [Fact]
    public void What_can_stay_fine_stays_fine()
    {
        var records = Enumerable.Range(0, 30).Select(at => new FineRecord(Guid.CreateVersion7(SettableTime.Noon), $"{at:00}", [["female", "*"], ["18-59", "adult", "*"], [at % 2 == 0 ? "caribbean" : "south_america", "americas", "*"]], [[at % 3 == 0 ? "health" : "general"]])).ToList();
        var made = Anonymity.Of(records, [2, 3, 3], 10);
        Assert.Equal([0, 0, 0], made.Levels);
        Assert.Equal((30, 0), (made.Records.Count, made.LeftOut));
    }

    [Fact]
    public void Every_country_has_its_region_and_none_has_two()
    {
        Assert.All(Countries.All, country => Assert.NotNull(Coarse.RegionOf(country.Alpha3)));
        Assert.Equal(Countries.All.Count, Coarse.Regions.SelectMany(region => region.Countries).Count());
        Assert.Equal(Countries.All.Count, Coarse.Regions.SelectMany(region => region.Countries).Distinct().Count());
        Assert.Equal(("caribbean", "americas"), (Coarse.RegionOf("HTI")!.Code, Coarse.RegionOf("HT")!.Within));
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData(" =1", "' =1")]
    [InlineData("\uFF1D1", "'\uFF1D1")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("x=1", "x=1")]
    public void No_cell_is_a_formula(string value, string cell) => Assert.Equal(cell, SafeTable.Cell(value));

    private static FineRecord Record(Random chance, int at)
    {
        var (sex, age, region) = (chance.Next(3), chance.Next(6), chance.Next(8));
        // Some groups are of one mind.
        var told = age == 2 ? "violence" : chance.Next(4) switch { 0 => "health", 1 => "violence", 2 => "general", _ => "asylum" };
        return new FineRecord(
            Guid.CreateVersion7(SettableTime.Noon), $"{chance.Next():x8}{at:x4}", [[$"s{sex}", "*"], [$"a{age}", $"A{age / 3}", "*"], [$"r{region}", $"R{region / 4}", "*"]], [["everybody", told]]);
    }
}
