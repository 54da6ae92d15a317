using Tambo.Platform.Access;
using Tambo.Platform.Access.Passwords;

namespace Tambo.Tests.Platform.Access;

public sealed class PasswordStrengthTests
{
    private static readonly string[] Names = ["nadia.okoye", "Nadia Okoye", "Registro Paso Alto"];

    [Theory]
    [InlineData("kolibri sobre el tejado azul")]
    [InlineData("tres gatos bajo la mesa verde")]
    [InlineData("chwal wouj manje mango mi")]
    [InlineData("vT9#kq2LmZ!x")]
    [InlineData("correct horse battery staple")]
    [InlineData("ωκεανός πέτρα κλειδί")]
    [InlineData("nadia riega lechugas moradas")]
    public void Long_enough_and_not_common(string password) => Assert.Null(PasswordStrength.Check(password, Names));

    [Theory]
    [InlineData("short")]
    [InlineData("elevenchars")]
    [InlineData("")]
    [InlineData("🦜🦜🦜🦜🦜🦜🦜")]
    public void Fewer_than_twelve_characters(string password) =>
        Assert.Equal(AccessProblems.PasswordTooShort, PasswordStrength.Check(password, Names));

    [Theory]
    [InlineData("password1234")]
    [InlineData("P@ssw0rd2026")]
    [InlineData("Contraseña2026!")]
    [InlineData("motdepasse123")]
    [InlineData("123456789012")]
    [InlineData("abcdefghijklmn")]
    [InlineData("qwertyuiop123")]
    [InlineData("aaaaaaaaaaaaaaaa")]
    [InlineData("passwordpassword")]
    [InlineData("abcabcabcabcabc")]
    [InlineData("administrator1")]
    [InlineData("Mexico-2026-Mexico")]
    [InlineData("zxcvbnmasdfghjkl")]
    [InlineData("xk7xk7xk7xk7xk7")]
    public void Words_rows_of_keys_and_repetitions_that_guessers_try_first(string password) =>
        Assert.Equal(AccessProblems.PasswordGuessable, PasswordStrength.Check(password, Names));

    [Theory]
    [InlineData("NadiaOkoye2026")]
    [InlineData("nadia.okoye.1")]
    [InlineData("registropasoalto")]
    public void Mostly_the_name_of_the_person_or_the_node(string password) =>
        Assert.Equal(AccessProblems.PasswordPersonal, PasswordStrength.Check(password, Names));

    [Fact]
    public void More_than_256_characters_are_not_read() =>
        Assert.Equal(AccessProblems.PasswordTooLong, PasswordStrength.Check(new string('x', 257), Names));
}
