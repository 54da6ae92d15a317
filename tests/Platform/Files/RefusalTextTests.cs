using System.Reflection;
using Tambo.Platform.Files;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Tests.Platform.Files;

public sealed class RefusalTextTests
{
    private static readonly TextCatalog Catalog = TextCatalog.Load([typeof(FileProblems).Assembly]);

    /// <summary>One refusal from each way of making one.</summary>
    private static readonly List<Problem> Refusals =
    [
        .. typeof(FileRefusal).GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
            .Where(method => method.ReturnType == typeof(Problem))
            .Select(method => (Problem)method.Invoke(null, [.. method.GetParameters().Select(Sample)])!),
    ];

    [Fact]
    public void Every_kind_of_refusal_is_made_somewhere() =>
        Assert.Equal(PlatformProblems.In(typeof(FileProblems)).Select(kind => kind.Code).Order(), Refusals.Select(refusal => refusal.Kind.Code).Distinct().Order());

    [Fact]
    public void Every_refusal_is_a_full_sentence_in_every_language() =>
        Assert.All(Catalog.Languages, language => Assert.All(Refusals, refusal =>
        {
            var texts = Catalog.In(language.Code);
            Assert.True(texts.Has(refusal.Kind.TitleKey), $"{language.Code} {refusal.Kind.TitleKey}");
            Assert.True(texts.Has(refusal.Kind.DetailKey), $"{language.Code} {refusal.Kind.DetailKey}");
            var detail = refusal.Detail(texts);
            Assert.DoesNotContain('{', detail);
            Assert.EndsWith(".", detail);
        }));

    [Fact]
    public void Every_issue_is_told_in_every_language() =>
        Assert.All(Catalog.Languages, language => Assert.All(ReadingIssues.Codes, code =>
            Assert.True(Catalog.In(language.Code).Has("issue." + code), $"{language.Code} {code}")));

    [Fact]
    public void A_hostile_name_is_shown_short_and_plain()
    {
        var shown = FileRefusal.Shown("a\u202Eb\nc" + new string('x', 200));
        Assert.Equal(80, shown.Length);
        Assert.StartsWith("a�b�c", shown, StringComparison.Ordinal);
    }

    private static object Sample(ParameterInfo parameter) => parameter.ParameterType switch
    {
        { } kind when kind == typeof(string) => "x",
        { } kind when kind == typeof(int) => 7,
        { } kind when kind == typeof(long) => 7L * 1024 * 1024,
        _ => TimeSpan.FromSeconds(7),
    };
}
