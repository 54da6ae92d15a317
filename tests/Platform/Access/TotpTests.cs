using System.Text;
using Tambo.Platform.Access.SecondFactors;

namespace Tambo.Tests.Platform.Access;

public sealed class TotpTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");

    // RFC 6238, appendix B, the rows of SHA1.
    [Theory]
    [InlineData(59, "94287082")]
    [InlineData(1111111109, "07081804")]
    [InlineData(1111111111, "14050471")]
    [InlineData(1234567890, "89005924")]
    [InlineData(2000000000, "69279037")]
    [InlineData(20000000000, "65353130")]
    public void Codes_are_those_of_RFC_6238(long seconds, string code) =>
        Assert.Equal(code, Totp.Code(Secret, Totp.StepOf(DateTimeOffset.FromUnixTimeSeconds(seconds)), digits: 8));

    // RFC 4648, section 10.
    [Theory]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Base32_is_that_of_RFC_4648(string text, string spelled) =>
        Assert.Equal(spelled, Totp.ToBase32(Encoding.ASCII.GetBytes(text)));

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void The_clock_of_the_phone_may_be_half_a_minute_wrong(int steps, bool accepted)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        var code = Totp.Code(Secret, Totp.StepOf(now) + steps);
        Assert.Equal(accepted, Totp.Match(Secret, code, now, lastAccepted: 0) == Totp.StepOf(now) + steps);
    }

    [Fact]
    public void Spaces_in_the_code_do_not_matter_and_letters_make_no_code()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(59);
        Assert.Equal("287082", Totp.Code(Secret, 1));
        Assert.Equal(1, Totp.Match(Secret, " 287 082 ", now, 0));
        Assert.Null(Totp.Match(Secret, "28708", now, 0));
        Assert.Null(Totp.Match(Secret, "", now, 0));
        Assert.Null(Totp.Match(Secret, "287082", now, lastAccepted: 1));
    }

    [Fact]
    public void The_address_names_the_node_and_the_user()
    {
        Assert.Equal(
            "otpauth://totp/Paso%20Alto:nadia%40registro?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Paso%20Alto",
            Totp.Address(Secret, "Paso Alto", "nadia@registro"));
        Assert.Equal("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ", Totp.Spell(Secret));
    }
}
