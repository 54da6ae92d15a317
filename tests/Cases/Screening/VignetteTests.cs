using System.Text.Json;
using Tambo.Cases.Screening;

namespace Tambo.Tests.Cases.Screening;

/// <summary>What the shipped rules make of people's situations, as specialists expect it.</summary>
public sealed class VignetteTests
{
    public static TheoryData<string> Stories => new(Vignette.All.Select(vignette => vignette.Story));

    [Theory, MemberData(nameof(Stories))]
    public void A_situation_shows_what_it_should(string story)
    {
        var vignette = Vignette.All.Single(one => one.Story == story);
        var result = vignette.Evaluated(InstrumentSet.Shipped);
        Assert.Empty(vignette.Rules.Except(result.Fired.Select(fired => fired.Rule.Id)));
        Assert.Equal(vignette.Profiles.Select(profile => $"{profile.Key} {profile.Value}").Order(), result.Profiles.Select(profile => $"{profile.Code} {Code(profile.Confidence)}").Order());
        Assert.Equal(vignette.Urgency, Code(result.Urgency));
        Assert.Equal(vignette.Locks.Order(), Enum.GetValues<Locks>().Where(one => one != Locks.None && result.Locks.HasFlag(one)).Select(one => Code(one)).Order());
        Assert.Equal(vignette.Modules.Order(), result.Triggered.Select(module => module.Instrument.Id).Order());
    }

    [Fact]
    public void Every_rule_has_a_situation()
    {
        var told = Vignette.All.SelectMany(vignette => vignette.Rules).ToHashSet();
        Assert.Empty(InstrumentSet.Shipped.Rules.Select(rule => rule.Id).Where(id => !told.Contains(id)));
        Assert.Empty(told.Except(InstrumentSet.Shipped.Rules.Select(rule => rule.Id)));
    }

    [Fact]
    public void A_situation_is_told_once_in_a_sentence() =>
        Assert.All(Vignette.All.GroupBy(vignette => vignette.Story), same => Assert.True(same.Count() == 1 && same.Key.EndsWith('.'), same.Key));

    private static string Code<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
