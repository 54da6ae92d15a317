using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Tambo.Guide.Translating;

namespace Tambo.Tests.Guide.Translating;

/// <summary>The words in which two texts differ.</summary>
public sealed class WordDiffTests
{
    // Words of several scripts, marks, pictures of more than one letter, halves of pairs, and blanks of several kinds.
    private static readonly Gen<string> Text = Gen.Elements(
        "bed", "beds", "night", "café", "cafe\u0301", "كل", "يوم", "می\u200cخواهم", "食", "物", "無料", "ข้าว", "👩‍👧", "\ud83d", "12", "3.5", ".", ",", " ", "  ", "\n", "\t", "’", "-")
        .ListOf().Select(parts => string.Concat(parts));

    [Theory]
    [InlineData("Full on Friday", "Full on Saturday", "Full on |-Friday|+Saturday")]
    [InlineData("Beds for one night", "Beds for women for one night", "Beds for |+women for |one night")]
    [InlineData("one two three four", "one 2 3 four", "one |-two three|+2 3| four")]
    [InlineData("Bring a paper.", "Bring a paper, if you have one.", "Bring a paper|+, if you have one|.")]
    [InlineData("", "New", "+New")]
    [InlineData("Gone", "", "-Gone")]
    [InlineData("مفتوح يوم الجمعة", "مفتوح يوم السبت", "مفتوح يوم |-الجمعة|+السبت")]
    [InlineData("免费食物", "免费热食物", "免费|+热|食物")]
    [InlineData("Same", "Same", "Same")]
    public void What_changed_is_told_word_by_word(string before, string after, string expected) =>
        Assert.Equal(expected, string.Join('|', WordDiff.Of(before, after).Select(piece => piece.Kind switch { PieceKind.Removed => "-", PieceKind.Added => "+", _ => "" } + piece.Text)));

    [Fact]
    public void Without_what_was_added_it_is_the_old_text_and_without_what_was_removed_the_new_one() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Gen.Two(Text).ToArbitrary(), texts =>
        {
            var (before, after) = (texts.Item1, texts.Item2);
            var pieces = WordDiff.Of(before, after);
            return string.Concat(pieces.Where(piece => piece.Kind != PieceKind.Added).Select(piece => piece.Text)) == before
                && string.Concat(pieces.Where(piece => piece.Kind != PieceKind.Removed).Select(piece => piece.Text)) == after
                && pieces.All(piece => piece.Text.Length > 0)
                && pieces.Zip(pieces.Skip(1)).All(pair => pair.First.Kind != pair.Second.Kind);
        }));

    [Fact]
    public void Texts_of_ten_thousand_letters_without_a_word_in_common_are_told_apart_in_half_a_second()
    {
        // Ideographs are words of one letter each: no text of that length has more of them.
        var random = new Random(7);
        var before = string.Concat(Enumerable.Range(0, 10_000).Select(_ => (char)random.Next(0x4E00, 0x6E00)));
        var after = string.Concat(Enumerable.Range(0, 10_000).Select(_ => (char)random.Next(0x7000, 0x9F00)));
        WordDiff.Of(before[..100], after[..100]);
        var clock = Stopwatch.StartNew();
        var pieces = WordDiff.Of(before, after);
        var took = clock.Elapsed;
        Assert.Equal([PieceKind.Removed, PieceKind.Added], pieces.Select(piece => piece.Kind));
        Assert.True(took < TimeSpan.FromSeconds(0.5), $"It took {took.TotalSeconds:0.00} s.");
        TestContext.Current.TestOutputHelper?.WriteLine($"{took.TotalMilliseconds:0} ms");
    }

    [Fact]
    public void A_list_shows_the_changes_with_a_little_around_them()
    {
        var many = string.Join(' ', Enumerable.Repeat("word", 100));
        var pieces = WordDiff.Excerpt(WordDiff.Of($"{many} Friday {many}", $"{many} Saturday {many}"), 20);
        Assert.Equal(["…word word word word ", "Friday", "Saturday", " word word word word…"], pieces.Select(piece => piece.Text));
    }
}
