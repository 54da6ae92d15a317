using Tambo.Cases.Persons;

namespace Tambo.Tests.Cases.Persons;

public sealed class PublicRefTests
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    [Fact]
    public void Any_one_wrong_letter_and_any_two_that_changed_places_are_noticed()
    {
        for (var turn = 0; turn < 20; turn++)
        {
            var reference = PublicRef.New();
            Assert.Matches("^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{5}$", reference);
            Assert.Equal(reference, PublicRef.Read(reference));
            var letters = reference.Replace("-", "", StringComparison.Ordinal);
            for (var at = 0; at < letters.Length; at++)
            {
                foreach (var other in Alphabet.Where(letter => letter != letters[at]))
                    Assert.Null(PublicRef.Read(letters[..at] + other + letters[(at + 1)..]));
                for (var with = at + 1; with < letters.Length; with++)
                {
                    var swapped = letters.ToCharArray();
                    (swapped[at], swapped[with]) = (swapped[with], swapped[at]);
                    if (letters[at] != letters[with])
                        Assert.Null(PublicRef.Read(new string(swapped)));
                }
            }
        }
    }

    [Fact]
    public void It_is_understood_as_it_is_heard_and_written()
    {
        var reference = PublicRef.New();
        Assert.Equal(reference, PublicRef.Read(" " + reference.ToLowerInvariant().Replace('-', ' ')));
        Assert.Equal(reference, PublicRef.Read(reference.Replace('0', 'o').Replace('1', 'l')));
        foreach (var none in new[] { "", "7H3K", reference + "7", reference[..^1], "UUUU-UUUU-UUUUU", new string('0', 4000), "\0" })
            Assert.Null(PublicRef.Read(none));
    }

    [Fact]
    public void No_two_are_alike_and_all_letters_occur()
    {
        var many = Enumerable.Range(0, 2000).Select(_ => PublicRef.New()).ToList();
        Assert.Equal(2000, many.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(Alphabet.Order(), many.SelectMany(reference => reference).Where(letter => letter != '-').Distinct().Order());
    }
}
