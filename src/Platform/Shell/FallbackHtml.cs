using System.Text;
using Tambo.Platform.Languages;

namespace Tambo.Platform.Shell;

/// <summary>
/// Gives every text of a page that has fallen back its language: an element with <c>lang</c> and <c>dir</c> around it where
/// elements may stand, the attributes on the element itself where only letters may (an option, the title), and nothing
/// within the quotes of an attribute or in a drawing, where no language can be said.
/// </summary>
internal static class FallbackHtml
{
    // What the encoder of pages makes of the signs around a text. Those around the notice it does not see: only the frame of
    // a page can write them as they are, so that no text of anybody begins or ends a notice.
    private static readonly (string Encoded, string Sign)[] Signs = [("&#xFDD0;", FallbackMark.Begin.ToString()), ("&#xFDD1;", FallbackMark.End.ToString())];

    private static readonly byte[] AnyEncoded = "&#xFDD"u8.ToArray(), AnyRaw = Encoding.UTF8.GetBytes([FallbackMark.Begin])[..2];

    /// <summary>A whole document; the very same bytes when nothing in it has fallen back.</summary>
    public static byte[] Write(byte[] html, Language page, Language fallback)
    {
        if (html.AsSpan().IndexOf(AnyEncoded) < 0 && html.AsSpan().IndexOf(AnyRaw) < 0)
            return html;
        var text = Encoding.UTF8.GetString(html);
        foreach (var (encoded, sign) in Signs)
            text = text.Replace(encoded, sign, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(new Writing(WithNotice(text), page, fallback).Whole());
    }

    // That parts of the site are in another language is said where that is so.
    private static string WithNotice(string text)
    {
        var begin = text.IndexOf(FallbackMark.NoticeBegin, StringComparison.Ordinal);
        var end = text.IndexOf(FallbackMark.NoticeEnd, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
            return text;
        var (before, notice, after) = (text[..begin], text[(begin + 1)..end], text[(end + 1)..]);
        return before.Contains(FallbackMark.Begin, StringComparison.Ordinal) || after.Contains(FallbackMark.Begin, StringComparison.Ordinal)
            ? before + notice + after
            : before + after;
    }

    private sealed class Writing(string html, Language page, Language fallback)
    {
        private readonly StringBuilder done = new(html.Length + 512);
        private readonly string attributes = page.Direction == fallback.Direction
            ? $" lang=\"{fallback.Code}\""
            : $" lang=\"{fallback.Code}\" dir=\"{fallback.Direction}\"";
        private int open;

        // The element in which the text stands, as far as it decides what may stand there.
        private string within = "";

        // How many of these there are around the text: a drawing may hold a drawing.
        private int deep;

        public string Whole()
        {
            for (var at = 0; at < html.Length;)
                at = html[at] == '<' ? Tag(at) : Text(at);
            return done.ToString();
        }

        private int Text(int at)
        {
            switch (html[at])
            {
                case FallbackMark.Begin when within is "option" or "title":
                    if (done[^1] == '>')
                        done.Insert(done.Length - 1, attributes);
                    break;
                case FallbackMark.Begin when within.Length == 0:
                    done.Append("<span").Append(attributes).Append('>');
                    open++;
                    break;
                case FallbackMark.End when open > 0:
                    done.Append("</span>");
                    open--;
                    break;
                case FallbackMark.Begin or FallbackMark.End:
                    break;
                default:
                    var end = html.AsSpan(at).IndexOfAny('<', FallbackMark.Begin, FallbackMark.End);
                    end = end < 0 ? html.Length : at + end;
                    done.Append(html, at, end - at);
                    return end;
            }

            return at + 1;
        }

        private int Tag(int at)
        {
            // In a script, a smaller-than sign begins no tag.
            if (within is "script" or "style" && !html.AsSpan(at + 1).StartsWith("/" + within, StringComparison.OrdinalIgnoreCase))
            {
                done.Append('<');
                return at + 1;
            }

            // A text never holds a tag: a sign without its fellow ends here.
            for (; open > 0; open--)
                done.Append("</span>");
            var end = EndOfTag(at);
            done.Append(FallbackMark.Without(html[at..end]));
            Enter(html.AsSpan(at + 1, end - at - 1));
            return end;
        }

        private int EndOfTag(int at)
        {
            var quote = '\0';
            for (var i = at + 1; i < html.Length; i++)
            {
                if (quote != '\0')
                    quote = html[i] == quote ? '\0' : quote;
                else if (html[i] is '"' or '\'')
                    quote = html[i];
                else if (html[i] == '>')
                    return i + 1;
            }

            return html.Length;
        }

        private void Enter(ReadOnlySpan<char> tag)
        {
            var closes = tag.StartsWith("/", StringComparison.Ordinal);
            var name = closes ? tag[1..] : tag;
            var length = name.IndexOfAny(" >/\n\t");
            name = length < 0 ? name : name[..length];
            if (tag.EndsWith("/>", StringComparison.Ordinal))
                return;
            if (within.Length > 0)
            {
                if (name.Equals(within, StringComparison.OrdinalIgnoreCase))
                    deep += closes ? -1 : 1;
                if (deep == 0)
                    within = "";
            }
            else if (!closes)
            {
                foreach (var special in Special)
                {
                    if (name.Equals(special, StringComparison.OrdinalIgnoreCase))
                        (within, deep) = (special, 1);
                }
            }
        }
    }

    private static readonly string[] Special = ["title", "option", "textarea", "script", "style", "svg"];
}
