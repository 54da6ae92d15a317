using Tambo.Platform.Languages;

namespace Tambo.Tests.Platform.Languages;

/// <summary>
/// Rules and their samples as Unicode publishes them (CLDR, common/supplemental/plurals.xml, and the chart "Language Plural
/// Rules"); Kreyòl is not among them and follows French.
/// </summary>
public sealed class PluralRuleTests
{
    private const string French = "one: i = 0,1 @integer 0, 1 | many: e = 0 and i != 0 and i % 1000000 = 0 and v = 0 or e != 0..5 @integer 1000000";

    private const string Portuguese = "one: i = 0..1 @integer 0, 1 | many: e = 0 and i != 0 and i % 1000000 = 0 and v = 0 or e != 0..5 @integer 1000000";

    private const string Russian = "one: v = 0 and i % 10 = 1 and i % 100 != 11 | few: v = 0 and i % 10 = 2..4 and i % 100 != 12..14"
        + " | many: v = 0 and i % 10 = 0 or v = 0 and i % 10 = 5..9 or v = 0 and i % 100 = 11..14";

    private const string Polish = "one: i = 1 and v = 0 | few: v = 0 and i % 10 = 2..4 and i % 100 != 12..14"
        + " | many: v = 0 and i != 1 and i % 10 = 0..1 or v = 0 and i % 10 = 5..9 or v = 0 and i % 100 = 12..14";

    private const string Arabic = "zero: n = 0 | one: n = 1 | two: n = 2 | few: n % 100 = 3..10 | many: n % 100 = 11..99";

    private const string Kreyol = "one: n = 0,1";

    [Theory]
    [InlineData(Arabic, "zero", "0")]
    [InlineData(Arabic, "one", "1")]
    [InlineData(Arabic, "two", "2")]
    [InlineData(Arabic, "few", "3~10 103~110 1003")]
    [InlineData(Arabic, "many", "11~26 111 1011")]
    [InlineData(Arabic, "other", "100~102 200~202 300~302 400~402 500~502 600 1000 10000 100000 1000000")]
    [InlineData(French, "one", "0 1")]
    [InlineData(French, "many", "1000000")]
    [InlineData(French, "other", "2~17 100 1000 10000 100000")]
    [InlineData(Portuguese, "one", "0 1")]
    [InlineData(Portuguese, "many", "1000000")]
    [InlineData(Portuguese, "other", "2~17 100 1000 10000 100000")]
    [InlineData(Russian, "one", "1 21 31 41 51 61 71 81 101 1001")]
    [InlineData(Russian, "few", "2~4 22~24 32~34 42~44 52~54 62 102 1002")]
    [InlineData(Russian, "many", "0 5~19 100 1000 10000 100000 1000000")]
    [InlineData(Polish, "one", "1")]
    [InlineData(Polish, "few", "2~4 22~24 32~34 42~44 52~54 62 102 1002")]
    [InlineData(Polish, "many", "0 5~19 100 1000 10000 100000 1000000")]
    [InlineData(Kreyol, "one", "0 1")]
    [InlineData(Kreyol, "other", "2~5 11 21 100")]
    [InlineData("", "one", "1")]
    [InlineData("", "other", "0 2~16 100")]
    public void Counts_take_the_form_that_unicode_gives_them(string rules, string form, string samples)
    {
        var read = PluralRules.Of(Declared(rules));
        Assert.All(Numbers(samples), number => Assert.Equal((number, form), (number, read.FormOf(number))));
    }

    [Theory]
    [InlineData("fr")]
    [InlineData("pt")]
    [InlineData("ht")]
    public void None_and_one_are_singular_where_the_shipped_file_says_so(string language) =>
        Assert.Equal(["one", "one", "other"], new long[] { 0, 1, 2 }.Select(TextCatalog.Load([typeof(TextCatalog).Assembly]).In(language).Language.Plurals.FormOf));

    [Fact]
    public void A_number_below_zero_is_counted_as_it_is_read()
    {
        var rules = PluralRules.Of(Declared(Arabic));
        Assert.Equal(["one", "few", "many"], new long[] { -1, -5, long.MinValue + 65 }.Select(rules.FormOf));
    }

    [Theory]
    [InlineData("few: n is 3")]
    [InlineData("few: n % 0 = 3")]
    [InlineData("few: n = ")]
    [InlineData("few: n = 3..")]
    [InlineData("few: n = 99999999999999999999")]
    [InlineData("several: n = 3")]
    public void A_rule_that_is_not_understood_stops_with_its_own_words(string rule) =>
        Assert.Contains(rule.Split(": ")[rule.StartsWith("several", StringComparison.Ordinal) ? 0 : 1].Trim(), Assert.Throws<InvalidDataException>(() => PluralRules.Of(Declared(rule))).Message, StringComparison.Ordinal);

    private static Dictionary<string, string> Declared(string rules) => rules
        .Split(" | ", StringSplitOptions.RemoveEmptyEntries).Select(rule => rule.Split(": "))
        .ToDictionary(rule => PluralRules.KeyPrefix + rule[0], rule => rule[1], StringComparer.Ordinal);

    // "3~10" are all from 3 to 10, as in Unicode's own samples.
    private static IEnumerable<long> Numbers(string samples) => samples.Split(' ').SelectMany(sample =>
    {
        var ends = sample.Split('~').Select(long.Parse).ToList();
        return Enumerable.Range(0, (int)(ends[^1] - ends[0]) + 1).Select(step => ends[0] + step);
    });
}
