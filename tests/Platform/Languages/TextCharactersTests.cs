using Tambo.Platform.Languages;

namespace Tambo.Tests.Platform.Languages;

/// <summary>Unicode 16, chapter 23.7 (noncharacters) and UAX #9, 2.1 to 2.4 (signs of direction).</summary>
public sealed class TextCharactersTests
{
    [Theory]
    [InlineData("Casa del Puente, 2.º piso")]
    [InlineData("بيت الجسر\nشارع 3")]
    [InlineData("𞤀𞤣𞤤𞤢𞤥 😀")]
    [InlineData("a\tb\r\nc")]
    // Marks stand alone; embeddings and isolates that end.
    [InlineData("\u200Fبيت\u200E!")]
    [InlineData("\u202A+999 555-0117\u202C")]
    [InlineData("\u2067بيت \u2066Casa\u2069\u2069 und")]
    [InlineData("")]
    public void What_people_write_stays_as_it_is(string text)
    {
        Assert.True(TextCharacters.AreFit(text));
        Assert.Equal(text, TextCharacters.Mended(text));
    }

    [Theory]
    [InlineData("A\uFDD2B\uFDD3", "AB")]
    [InlineData("\uFDEFx\uFFFE\uFFFF", "x")]
    [InlineData("x\U0001FFFEy\U0010FFFF", "xy")]
    [InlineData("a\0b\u0007c\u007F", "abc")]
    // Overrides and what ends them; signs that nothing ends, or that end nothing; across lines nothing goes on.
    [InlineData("a\u202Efdp.\u202Cexe", "afdp.exe")]
    [InlineData("a\u202Dbc", "abc")]
    [InlineData("\u202A+999 555", "+999 555")]
    [InlineData("a\u2069b\u202Cc", "abc")]
    [InlineData("\u2067a\nb\u2069", "a\nb")]
    [InlineData("\u2067a\u202Bb\u2069c\u202C", "\u2067ab\u2069c")]
    public void What_belongs_in_no_text_is_taken_out(string text, string expected)
    {
        Assert.False(TextCharacters.AreFit(text));
        Assert.Equal(expected, TextCharacters.Mended(text));
        Assert.True(TextCharacters.AreFit(expected));
    }

    [Fact]
    public void Half_a_pair_is_no_character()
    {
        // Not as data of a theory, which are written as UTF-8 on the way.
        Assert.Equal("ab", TextCharacters.Mended("a\uD83Db"));
        Assert.Equal("ab", TextCharacters.Mended("a\uDE00b"));
        Assert.Equal("a", TextCharacters.Mended("a\uD83D"));
    }
}
