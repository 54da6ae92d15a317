using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Passwords;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;

namespace Tambo.Tests.Platform.Access;

public sealed class FormAnswerTests
{
    [Fact]
    public void An_answer_with_the_character_zero_is_a_malformed_request()
    {
        var form = new FormCollection(new Dictionary<string, StringValues> { ["name"] = "na\0dia", ["other"] = "nadia" });
        Assert.Equal(PlatformProblems.Malformed, Assert.Throws<Problem>(() => form.Field("name")).Kind);
        Assert.Equal(("nadia", ""), (form.Field("other"), form.Field("missing")));
    }

    [Theory]
    [InlineData("\ud800")]
    [InlineData("a\udfffb")]
    [InlineData("\ufffe")]
    [InlineData("\uffff")]
    [InlineData("\udc00\ud800")]
    public void Text_that_is_no_text_is_compared_and_never_a_failure(string text)
    {
        Assert.NotNull(SignInName.Normalise(text));
        Assert.NotNull(Spelling.Fold(text));
        _ = PasswordStrength.Check(text + " kolibri sobre el tejado azul", []);
        Assert.Contains('\ufffd', Spelling.Normalise(text, NormalizationForm.FormC));
    }

    [Fact]
    public void Whole_text_is_normalised_as_unicode_says()
    {
        Assert.Equal("\u00e9\U0001F600", Spelling.Normalise("e\u0301\U0001F600", NormalizationForm.FormC));
    }
}
