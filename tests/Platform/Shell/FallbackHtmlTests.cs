using System.Text;
using Tambo.Platform.Languages;
using Tambo.Platform.Shell;

namespace Tambo.Tests.Platform.Shell;

public sealed class FallbackHtmlTests
{
    private static readonly Language Arabic = new("ar", "العربية", RightToLeft: true);
    private static readonly Language Dutch = new("nl", "Nederlands", RightToLeft: false);
    private static readonly Language English = new("en", "English", RightToLeft: false);

    // [ and ] stand for the signs, as text or as the encoder of pages writes them.
    [Theory]
    [InlineData("<p>[Next]</p>", """<p><span lang="en">Next</span></p>""")]
    [InlineData("<p>Volgende [one] twee [two] drie</p>", """<p>Volgende <span lang="en">one</span> twee <span lang="en">two</span> drie</p>""")]
    [InlineData("<p>[Page [two] of]</p>", """<p><span lang="en">Page <span lang="en">two</span> of</span></p>""")]
    [InlineData("<a href=\"/\" aria-label=\"[Back > home]\">[Back]</a>", """<a href="/" aria-label="Back > home"><span lang="en">Back</span></a>""")]
    [InlineData("<title>[Next] – Node</title>", """<title lang="en">Next – Node</title>""")]
    [InlineData("<title>Node: [Next]</title>", "<title>Node: Next</title>")]
    [InlineData("<option value=\"a\">[Any]</option><option>B</option>", """<option value="a" lang="en">Any</option><option>B</option>""")]
    [InlineData("<textarea>[Next]</textarea>", "<textarea>Next</textarea>")]
    [InlineData("<svg><title>[Map]</title><text>[x]</text></svg><p>[y]</p>", """<svg><title>Map</title><text>x</text></svg><p><span lang="en">y</span></p>""")]
    [InlineData("<svg><svg viewBox=\"0 0 1 1\"><text>[x]</text></svg><path/><text>[z]</text></svg><p>[y]</p>", """<svg><svg viewBox="0 0 1 1"><text>x</text></svg><path/><text>z</text></svg><p><span lang="en">y</span></p>""")]
    [InlineData("<script>if (a < b) c(\"[x]\");</script><p>[y]</p>", """<script>if (a < b) c("x");</script><p><span lang="en">y</span></p>""")]
    [InlineData("<p>[cut</p><p>off]</p>", """<p><span lang="en">cut</span></p><p>off</p>""")]
    [InlineData("<p>Niets</p>", "<p>Niets</p>")]
    public void A_text_says_its_language_where_that_can_be_said(string html, string expected)
    {
        Assert.Equal(expected, Written(html, Dutch, FallbackMark.Begin.ToString(), FallbackMark.End.ToString()));
        Assert.Equal(expected, Written(html, Dutch, "&#xFDD0;", "&#xFDD1;"));
    }

    [Theory]
    [InlineData("{<p>Parts are in [English].</p>}<p>Niets</p>", "<p>Niets</p>")]
    [InlineData("{<p>Parts.</p>}<p>[Next]</p>", """<p>Parts.</p><p><span lang="en">Next</span></p>""")]
    [InlineData("<p>[Next]</p>{<p>Parts.</p>}", """<p><span lang="en">Next</span></p><p>Parts.</p>""")]
    public void That_parts_fall_back_is_said_where_one_does(string html, string expected)
    {
        var marked = html.Replace("{", FallbackMark.NoticeBegin, StringComparison.Ordinal).Replace("}", FallbackMark.NoticeEnd, StringComparison.Ordinal);
        Assert.Equal(expected, Written(marked, Dutch, "&#xFDD0;", "&#xFDD1;"));
    }

    // A text of somebody comes through the encoder of pages, and so does every sign in it.
    [Theory]
    [InlineData("<title>A&#xFDD2;B</title>{<p>Parts.</p>}<p>[Next]</p>", """<title>A&#xFDD2;B</title><p>Parts.</p><p><span lang="en">Next</span></p>""")]
    [InlineData("""<input value="A&#xFDD2;B">{<p>Parts.</p>}<input value="C&#xFDD3;"><p>[Next]</p>""", """<input value="A&#xFDD2;B"><p>Parts.</p><input value="C&#xFDD3;"><p><span lang="en">Next</span></p>""")]
    [InlineData("<h1>A&#xFDD3;B</h1>{<p>Parts.</p>}", "<h1>A&#xFDD3;B</h1>")]
    public void Nobody_s_text_begins_or_ends_what_only_the_page_may_say(string html, string expected)
    {
        var marked = html.Replace("{", FallbackMark.NoticeBegin, StringComparison.Ordinal).Replace("}", FallbackMark.NoticeEnd, StringComparison.Ordinal);
        Assert.Equal(expected, Written(marked, Dutch, "&#xFDD0;", "&#xFDD1;"));
    }

    [Fact]
    public void On_a_page_of_the_other_direction_it_says_that_too() =>
        Assert.Equal("""<p><span lang="en" dir="ltr">Next.</span></p>""", Written("<p>[Next.]</p>", Arabic, "&#xFDD0;", "&#xFDD1;"));

    private static string Written(string html, Language page, string begin, string end)
    {
        var marked = html.Replace("[", begin, StringComparison.Ordinal).Replace("]", end, StringComparison.Ordinal);
        return Encoding.UTF8.GetString(FallbackHtml.Write(Encoding.UTF8.GetBytes(marked), page, English));
    }
}
