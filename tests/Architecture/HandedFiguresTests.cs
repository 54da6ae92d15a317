using System.Reflection;
using Tambo.Platform.Access;
using Tambo.Platform.Parts;
using Tambo.Platform.Places;

namespace Tambo.Tests.Architecture;

/// <summary>What parts hand over for reports is numbers and codes: nothing else has a place in it, and nothing else passes.</summary>
public sealed class HandedFiguresTests
{
    private static readonly Actor Everybody = Actor.OperatingSystem("test");

    [Fact]
    public void A_figure_has_room_for_numbers_and_codes_alone()
    {
        var kinds = typeof(HandedFigure).GetProperties(BindingFlags.Public | BindingFlags.Instance).ToDictionary(property => property.Name, property => property.PropertyType);
        Assert.Equal(
            new Dictionary<string, Type>
            {
                ["Indicator"] = typeof(string),
                ["Period"] = typeof(string),
                ["Dimensions"] = typeof(IReadOnlyDictionary<string, string>),
                ["Value"] = typeof(long?),
                ["Step"] = typeof(int),
            }.OrderBy(one => one.Key),
            kinds.OrderBy(one => one.Key));
    }

    [Fact]
    public void Every_source_says_in_codes_what_it_counts_by_which_rule_and_for_whom()
    {
        var sources = Node.Parts.All.SelectMany(part => part.Figures.Select(source => (part, source))).ToList();
        Assert.Contains(sources, one => one.part.Name == "cases");
        Assert.All(sources, one => Assert.True(HandedFigures.IsDeclared(one.part, one.source), one.source.Code));
        Assert.All(sources, one => Assert.Contains(one.source.Permission, one.part.Permissions));
        Assert.All(sources.SelectMany(one => one.source.Indicators).GroupBy(indicator => indicator.Code), same => Assert.Single(same));
        // A list that takes any word is none.
        foreach (var dimension in sources.SelectMany(one => one.source.Indicators).SelectMany(indicator => indicator.Dimensions))
        {
            foreach (var word in new[] { "Ilmara", "ILMARA", "Maria", "a@example.org", "+50712345678", "0123456789ABC", "7KQ2M9XWTB4AZ", "019c1f2e-0000-7000-8000-000000000000", "" })
                Assert.False(dimension.Has(word), $"{dimension.Code} takes {word}");
        }

        var place = sources.SelectMany(one => one.source.Indicators).SelectMany(indicator => indicator.Dimensions).First(dimension => dimension.Code == "place");
        Assert.All(AdminAreas.All.Where(area => area.Level == 1).Select(area => area.Code).Concat(Countries.All.Select(country => country.Alpha2)), code => Assert.True(place.Has(code), code));
    }

    [Fact]
    public async Task Whatever_else_a_part_hands_over_is_refused_whole()
    {
        var right = new HandedFigure("test.cases", "2026-03", new Dictionary<string, string> { ["kind"] = "protection" }, 10, 5);
        Assert.Equal(right, (await ReadAsync(right)).Single().Figures.Single());
        Assert.Null((await ReadAsync(right with { Value = null })).Single().Figures.Single().Value);
        foreach (var wrong in new[]
        {
            right with { Indicator = "test.other" },
            right with { Indicator = "Ilmara" },
            right with { Period = "2026-03-04" },
            right with { Period = "Ilmara" },
            right with { Dimensions = new Dictionary<string, string> { ["kind"] = "Ilmara" } },
            right with { Dimensions = new Dictionary<string, string> { ["name"] = "protection" } },
            right with { Dimensions = new Dictionary<string, string> { ["kind"] = "019c1f2e-0000-7000-8000-000000000000" } },
            right with { Dimensions = new Dictionary<string, string> { ["word"] = "two words" } },
            right with { Dimensions = new Dictionary<string, string> { ["word"] = "=1+1" } },
            right with { Dimensions = new Dictionary<string, string> { ["word"] = "019c1f2e-0000-7000-8000-000000000000" } },
            right with { Value = 11 },
            right with { Value = -5 },
            right with { Step = 0 },
        })
        {
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync(right, wrong));
            Assert.DoesNotContain("Ilmara", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal("anything", (await ReadAsync(right with { Dimensions = new Dictionary<string, string> { ["word"] = "anything" } })).Single().Figures.Single().Dimensions["word"]);
        // Whoever has not the right is given none.
        Assert.Empty(await HandedFigures.ReadAsync([Part(right)], null!, Actor.Anonymous, CancellationToken.None));
    }

    private static Task<IReadOnlyList<(FigureSource Source, IReadOnlyList<HandedFigure> Figures)>> ReadAsync(params HandedFigure[] figures) =>
        HandedFigures.ReadAsync([Part(figures)], null!, Everybody, CancellationToken.None);

    private static Part Part(params HandedFigure[] figures) => new()
    {
        Name = "test",
        Assembly = typeof(HandedFiguresTests).Assembly,
        Figures =
        [
            new FigureSource
            {
                Code = "test.figures",
                Rule = "none",
                Permission = "test.read",
                Indicators = [new Indicator("test.cases", "cases", [new FigureDimension("kind", static code => code == "protection"), new FigureDimension("word", static _ => true)])],
                ReadAsync = (_, _, _) => Task.FromResult<IReadOnlyList<HandedFigure>>(figures),
            },
        ],
    };
}
