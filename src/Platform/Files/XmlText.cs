using System.Text;
using System.Text.RegularExpressions;

namespace Tambo.Platform.Files;

/// <summary>
/// Hands XML text to its parser in one of few encodings, and refuses a tag without end before the parser collects it: a
/// single tag with a million attributes costs the parser seconds and hundreds of megabytes.
/// </summary>
internal sealed partial class XmlText : TextReader
{
    // In characters. The widest start tags in use declare some dozens of namespaces, about 5,000 characters.
    private const int LongestTag = 64 * 1024;
    private const int HeadBytes = 1024;

    private readonly StreamReader _text;
    private readonly int _attributes;
    private Place _place;
    private char _quote;
    private char _before;
    private char _beforeThat;
    private int _length;
    private int _line = 1;

    private XmlText(StreamReader text, int attributes)
    {
        _text = text;
        _attributes = attributes;
    }

    private enum Place
    {
        Text,
        Opening,
        Tag,
        Bang,
        Comment,
        Data,
        Instruction,
    }

    /// <summary>Opens the text, leaving the stream open; refuses encodings beyond those that institutions use.</summary>
    internal static XmlText Open(Stream stream, int attributes)
    {
        var head = new byte[HeadBytes];
        var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var encoding = Encoding(head.AsSpan(0, length));
        var whole = new HeadThenRest(head.AsMemory(0, length), stream);
        return new XmlText(new StreamReader(whole, encoding, detectEncodingFromByteOrderMarks: false, bufferSize: 1 << 14), attributes);
    }

    public override int Read(char[] buffer, int index, int count)
    {
        int read;
        try
        {
            read = _text.Read(buffer, index, count);
        }
        catch (DecoderFallbackException)
        {
            throw FileRefusal.Encoding(_text.CurrentEncoding.WebName);
        }
        foreach (var character in buffer.AsSpan(index, read))
            Pass(character);
        return read;
    }

    public override int Read() => throw new NotSupportedException();

    public override int Peek() => _text.Peek();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _text.Dispose();
        base.Dispose(disposing);
    }

    private static Encoding Encoding(ReadOnlySpan<byte> head)
    {
        TextEncodingDetection.KnowWindowsEncodings();
        if (head.StartsWith<byte>([0xFF, 0xFE, 0, 0]) || head.StartsWith<byte>([0, 0, 0xFE, 0xFF]) || head.StartsWith<byte>([0, 0, 0, (byte)'<']))
            throw FileRefusal.Encoding("UTF-32");
        if (head.StartsWith<byte>([0xFF, 0xFE]) || head.StartsWith<byte>([(byte)'<', 0]))
            return Checked(new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true), head);
        if (head.StartsWith<byte>([0xFE, 0xFF]) || head.StartsWith<byte>([0, (byte)'<']))
            return Checked(new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true), head);
        var declared = Declared(System.Text.Encoding.Latin1.GetString(head));
        if (declared is null || declared.StartsWith("utf", StringComparison.OrdinalIgnoreCase) || declared.EndsWith("ascii", StringComparison.OrdinalIgnoreCase))
        {
            // Two bytes a character were ruled out above; ASCII is part of UTF-8.
            return declared is null || (SafeXml.IsKnownEncoding(declared) && !declared.Contains("16", StringComparison.Ordinal))
                ? new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true)
                : throw FileRefusal.Encoding(declared);
        }
        return SafeXml.IsKnownEncoding(declared) ? System.Text.Encoding.GetEncoding(declared) : throw FileRefusal.Encoding(declared);
    }

    private static UnicodeEncoding Checked(UnicodeEncoding encoding, ReadOnlySpan<byte> head)
    {
        var lenient = new UnicodeEncoding(encoding.CodePage == 1201, byteOrderMark: false);
        var declared = Declared(lenient.GetString(head[..(head.Length & ~1)]));
        return declared is null || declared.StartsWith("utf-16", StringComparison.OrdinalIgnoreCase) ? encoding : throw FileRefusal.Encoding(declared);
    }

    private static string? Declared(string head) => Declaration().Match(head) is { Success: true } found ? found.Groups["name"].Value : null;

    [GeneratedRegex("""^(\uFEFF|\u00EF\u00BB\u00BF)?<\?xml[^>]{0,200}?\sencoding\s*=\s*["'](?<name>[^"']{0,60})["']""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Declaration();

    /// <summary>Follows where in the text one is; comments, data sections and instructions may hold anything.</summary>
    private void Pass(char character)
    {
        if (character == '\n')
            _line++;
        switch (_place)
        {
            case Place.Text when character == '<':
                _place = Place.Opening;
                _length = 0;
                break;
            case Place.Opening:
                _place = character switch { '!' => Place.Bang, '?' => Place.Instruction, _ => Place.Tag };
                break;
            case Place.Tag when _quote == 0 && character == '>':
                _place = Place.Text;
                break;
            case Place.Tag:
                PassInTag(character);
                break;
            case Place.Bang:
                // <!-- or <![; a document type is refused by the parser.
                _place = character switch { '-' => Place.Comment, '[' => Place.Data, _ => Place.Text };
                break;
            case Place.Comment when character == '>' && _before == '-' && _beforeThat == '-':
            case Place.Data when character == '>' && _before == ']' && _beforeThat == ']':
            case Place.Instruction when character == '>' && _before == '?':
                _place = Place.Text;
                break;
            default:
                break;
        }
        _beforeThat = _before;
        _before = character;
    }

    private void PassInTag(char character)
    {
        if (++_length > LongestTag)
            throw FileRefusal.XmlAttributes(_attributes, _line);
        if (_quote != 0)
            _quote = character == _quote ? '\0' : _quote;
        else if (character is '"' or '\'')
            _quote = character;
    }

    /// <summary>The bytes already looked at, then the rest.</summary>
    private sealed class HeadThenRest(ReadOnlyMemory<byte> head, Stream rest) : ReadThroughStream(rest, leaveOpen: true)
    {
        private ReadOnlyMemory<byte> _head = head;

        public override int Read(Span<byte> buffer)
        {
            if (_head.IsEmpty)
                return base.Read(buffer);
            var count = Math.Min(buffer.Length, _head.Length);
            _head.Span[..count].CopyTo(buffer);
            _head = _head[count..];
            return count;
        }

        private protected override void Passed(ReadOnlySpan<byte> bytes)
        {
        }
    }
}
