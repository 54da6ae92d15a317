using FsCheck;
using FsCheck.Fluent;
using Tambo.Guide.Feedback;

namespace Tambo.Tests.Guide.Feedback;

public sealed class FeedbackCodeTests
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    [Fact]
    public void Eighty_bits_are_sixteen_letters_and_a_check_letter_in_four_groups()
    {
        // All bits clear, all set, and the lowest one alone: the last letter of the sixteen is then 1, and its weight is x.
        Assert.Equal("0000-0000-0000-00000", FeedbackCode.Of(new byte[10]));
        Assert.StartsWith("ZZZZ-ZZZZ-ZZZZ-ZZZZ", FeedbackCode.Of([.. Enumerable.Repeat((byte)255, 10)]), StringComparison.Ordinal);
        Assert.Equal("0000-0000-0000-00012", FeedbackCode.Of([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]));
    }

    [Fact]
    public void A_code_is_read_however_somebody_wrote_it_down()
    {
        var code = FeedbackCode.Of([0x08, 0x42, 0x10, 0x84, 0x21, 0x08, 0x42, 0x00, 0x00, 0x21]);
        Assert.StartsWith("1111-1111-1110-0011", code, StringComparison.Ordinal);
        Assert.Equal(code, FeedbackCode.Read(code.ToLowerInvariant()));
        Assert.Equal(code, FeedbackCode.Read(" " + code.Replace('1', 'l').Replace('0', 'o').Replace("-", "  ", StringComparison.Ordinal) + "\n"));
        Assert.Equal(code, FeedbackCode.Read(code.Replace('1', 'I').Replace("-", "", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000-0000-0000-0000")]
    [InlineData("0000-0000-0000-000000")]
    [InlineData("0000-0000-0000-0000U")]
    [InlineData("0000-0000-0000-0000é")]
    public void What_cannot_be_a_code_is_none(string written) => Assert.Null(FeedbackCode.Read(written));

    [Fact]
    public void What_was_given_out_is_read_again() => Codes(code => FeedbackCode.Read(code) == code);

    [Fact]
    public void One_letter_written_wrong_is_noticed() => Codes(code => Places(code).All(place => Alphabet.Where(letter => letter != code[place])
        .All(letter => FeedbackCode.Read(code[..place] + letter + code[(place + 1)..]) is null)));

    [Fact]
    public void Two_letters_that_changed_places_are_noticed() => Codes(code => Places(code).SelectMany(one => Places(code).Where(other => other > one), (one, other) => (one, other))
        .Where(pair => code[pair.one] != code[pair.other])
        .All(pair =>
        {
            var letters = code.ToCharArray();
            (letters[pair.one], letters[pair.other]) = (letters[pair.other], letters[pair.one]);
            return FeedbackCode.Read(new string(letters)) is null;
        }));

    private static IEnumerable<int> Places(string code) => Enumerable.Range(0, code.Length).Where(place => code[place] != '-');

    private static void Codes(Func<string, bool> holds) =>
        Prop.ForAll(Gen.Choose(0, 255).Select(number => (byte)number).ArrayOf(FeedbackCode.Bytes).ToArbitrary(), bytes => holds(FeedbackCode.Of(bytes)))
            .QuickCheckThrowOnFailure();
}
