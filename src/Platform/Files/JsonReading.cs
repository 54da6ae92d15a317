using System.Text;
using System.Text.Json;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Files;

/// <summary>What a JSON file may be at most, and where its records are.</summary>
/// <param name="Bytes">Size of the file.</param>
/// <param name="ItemBytes">Size of one record.</param>
/// <param name="Depth">How deep values may stand in each other; real formats stay below 20.</param>
/// <param name="Names">Names under which an object holds the list of records, when the file is not a list itself.</param>
public sealed record JsonLimits(long Bytes = LimitedStream.DefaultLimit, int ItemBytes = 8 * 1024 * 1024, int Depth = 64, params string[] Names)
{
    internal static readonly string[] UsualNames = ["contents", "results", "items", "data", "features"];

    /// <summary>Names of objects within each other down to the list of records, when it is known where the list stands; without it there are no records then.</summary>
    public IReadOnlyList<string> Path { get; init; } = [];
}

/// <summary>One record of a JSON file, with the line where it starts.</summary>
public sealed record JsonItem(int Line, JsonElement Value);

/// <summary>Reads the records of a JSON file one by one: the elements of a list, of a list within an object, or one object alone.</summary>
public static class JsonReading
{
    /// <summary>The records of a seekable stream, which stays open.</summary>
    public static IEnumerable<JsonItem> Items(Stream stream, JsonLimits? limits = null)
    {
        limits ??= new JsonLimits();
        if (stream.Length > limits.Bytes)
            throw FileRefusal.TooLarge(limits.Bytes);
        var encoding = TextEncodingDetection.Detect(stream);
        if (encoding is { Guessed: true, Encoding.IsSingleByte: true })
            // RFC 8259 section 8.1: JSON is UTF-8; where it is not, names would come out wrong.
            throw FileRefusal.Encoding(encoding.Encoding.WebName);
        return Read(stream, encoding, limits);
    }

    private static IEnumerable<JsonItem> Read(Stream stream, DetectedEncoding encoding, JsonLimits limits)
    {
        bool found;
        using (var transcoded = Transcoded(stream, encoding))
        {
            var cursor = new JsonCursor(transcoded ?? stream, limits);
            found = cursor.EnterList();
            if (found)
            {
                while (cursor.NextItem() is { } item)
                    yield return item;
                cursor.Finish();
            }
        }
        if (found || limits.Path.Count > 0)
            yield break;
        // No list anywhere: the file is one record.
        using var again = Transcoded(stream, encoding);
        yield return new JsonCursor(again ?? stream, limits).Whole();
    }

    /// <summary>Sets the stream to its first character; UTF-8 is read as it stands.</summary>
    private static Stream? Transcoded(Stream stream, DetectedEncoding encoding)
    {
        stream.Position = encoding.PreambleBytes;
        return encoding.Encoding is UTF8Encoding ? null : Encoding.CreateTranscodingStream(stream, encoding.Encoding, Encoding.UTF8, leaveOpen: true);
    }
}

/// <summary>Walks through JSON text block by block, holding one record in memory at a time.</summary>
internal sealed class JsonCursor(Stream stream, JsonLimits limits)
{
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _last;
    private int _line = 1;
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = limits.Depth });

    private string[] Names => limits.Path.Count > 0 ? [] : limits.Names.Length > 0 ? limits.Names : JsonLimits.UsualNames;

    /// <summary>Stops inside the list of records; false when the text holds none (all of it has been looked at then).</summary>
    internal bool EnterList()
    {
        switch (Step())
        {
            case JsonTokenType.StartArray:
                return limits.Path.Count == 0;
            case JsonTokenType.StartObject:
                break;
            default:
                throw FileRefusal.JsonSyntax(1, 1);
        }
        // How many names of the path have been gone down.
        var depth = 0;
        while (true)
        {
            var token = Step(out var name);
            if (token == JsonTokenType.EndObject && depth-- == 0)
            {
                Finish();
                return false;
            }
            if (token == JsonTokenType.None)
                throw FileRefusal.JsonSyntax(_line, 1);
            if (token != JsonTokenType.PropertyName)
                continue;
            var isOnPath = limits.Path.Count > 0 && name == limits.Path[depth];
            var isLast = limits.Path.Count == 0 || depth == limits.Path.Count - 1;
            var next = Peek();
            if (next == (byte)'[' && isLast && (isOnPath || Array.IndexOf(Names, name) >= 0))
            {
                Step();
                return true;
            }
            if (next == (byte)'{' && isOnPath && !isLast)
            {
                Step();
                depth++;
                continue;
            }
            SkipValue();
        }
    }

    /// <summary>The next record of the list; null after the last.</summary>
    internal JsonItem? NextItem()
    {
        while (true)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _last, _state);
            try
            {
                if (reader.Read())
                {
                    if (reader.TokenType == JsonTokenType.EndArray)
                    {
                        Advance((int)reader.BytesConsumed, reader.CurrentState);
                        return null;
                    }
                    var line = _line + Lines(_buffer.AsSpan(_start, (int)reader.TokenStartIndex));
                    if (Complete(ref reader, out var value))
                    {
                        Advance((int)reader.BytesConsumed, reader.CurrentState);
                        return new JsonItem(line, value);
                    }
                }
            }
            catch (JsonException broken)
            {
                throw Refusal(broken);
            }
            Fill();
        }
    }

    /// <summary>Looks at what follows the list, so that a file cut off after a record is noticed.</summary>
    internal void Finish()
    {
        while (Step() != JsonTokenType.None)
        {
            // Every token is checked by being read.
        }
    }

    /// <summary>The text as one record.</summary>
    internal JsonItem Whole()
    {
        while (!_last)
            Fill();
        try
        {
            using var document = JsonDocument.Parse(_buffer.AsMemory(_start, _end - _start), new JsonDocumentOptions { MaxDepth = limits.Depth });
            return new JsonItem(1, document.RootElement.Clone());
        }
        catch (JsonException broken)
        {
            throw Refusal(broken);
        }
    }

    private static bool Complete(ref Utf8JsonReader reader, out JsonElement value)
    {
        if (JsonDocument.TryParseValue(ref reader, out var document))
        {
            using (document)
                value = document.RootElement.Clone();
            return true;
        }
        value = default;
        return false;
    }

    private JsonTokenType Step() => Step(out _);

    private JsonTokenType Step(out string? name)
    {
        name = null;
        while (true)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _last, _state);
            try
            {
                if (reader.Read())
                {
                    if (reader.TokenType == JsonTokenType.PropertyName)
                        name = reader.GetString();
                    Advance((int)reader.BytesConsumed, reader.CurrentState);
                    return reader.TokenType;
                }
            }
            catch (Exception broken) when (broken is JsonException or InvalidOperationException)
            {
                // A name with half a surrogate pair is an InvalidOperationException to the runtime.
                throw broken is JsonException syntax ? Refusal(syntax) : FileRefusal.JsonSyntax(_line, 1);
            }
            if (_last)
                return JsonTokenType.None;
            Fill();
        }
    }

    private void SkipValue()
    {
        var depth = 0;
        do
        {
            depth += Step() switch
            {
                JsonTokenType.StartArray or JsonTokenType.StartObject => 1,
                JsonTokenType.EndArray or JsonTokenType.EndObject => -1,
                JsonTokenType.None => throw FileRefusal.JsonSyntax(_line, 1),
                _ => 0,
            };
        }
        while (depth > 0);
    }

    /// <summary>The first byte of the value that follows a name; 0 at the end.</summary>
    private byte Peek()
    {
        while (true)
        {
            foreach (var next in _buffer.AsSpan(_start, _end - _start))
                if (next is not ((byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)':'))
                    return next;
            if (_last)
                return 0;
            Fill();
        }
    }

    private void Advance(int bytes, JsonReaderState state)
    {
        _line += Lines(_buffer.AsSpan(_start, bytes));
        _start += bytes;
        _state = state;
    }

    private static int Lines(ReadOnlySpan<byte> passed) => passed.Count((byte)'\n');

    /// <summary>Reads on; the buffer doubles while one record does not fit, up to the limit of a record.</summary>
    private void Fill()
    {
        if (_last)
            throw FileRefusal.JsonSyntax(_line, 1);
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= limits.ItemBytes)
                throw FileRefusal.JsonItemTooLarge(_line, limits.ItemBytes);
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
        var count = stream.ReadAtLeast(_buffer.AsSpan(_end), _buffer.Length - _end, throwOnEndOfStream: false);
        _last = count < _buffer.Length - _end;
        _end += count;
    }

    private Problem Refusal(JsonException broken)
    {
        var line = (broken.LineNumber ?? 0) + 1;
        return broken.Message.Contains("maximum configured depth", StringComparison.Ordinal)
            ? FileRefusal.JsonDepth(limits.Depth, line)
            : FileRefusal.JsonSyntax(line, (broken.BytePositionInLine ?? 0) + 1);
    }
}
