using System.Globalization;
using System.Text;

namespace Tambo.Guide.Offline;

/// <summary>
/// Writes texts, whole numbers and lists of them as JavaScript's <c>JSON.stringify</c> does (ECMA-262, 25.5.2), letter by
/// letter: a device that puts a pack together from what it has and what has changed must come to the same hash.
/// </summary>
internal static class PackJson
{
    /// <summary>A list as JSON.</summary>
    public static string Array(IEnumerable<object> values)
    {
        var json = new StringBuilder();
        WriteArray(json, values);
        return json.ToString();
    }

    /// <summary>Writes a text, a whole number, a list, or an object given as names and values.</summary>
    public static void Write(StringBuilder json, object value)
    {
        switch (value)
        {
            case string text:
                WriteText(json, text);
                break;
            case int or long:
                json.Append(CultureInfo.InvariantCulture, $"{value}");
                break;
            case IEnumerable<(string Name, object Value)> fields:
                WriteObject(json, fields);
                break;
            case IEnumerable<object> list:
                WriteArray(json, list);
                break;
            default:
                throw new ArgumentException($"A pack holds no {value.GetType().Name}.", nameof(value));
        }
    }

    private static void WriteArray(StringBuilder json, IEnumerable<object> values)
    {
        json.Append('[');
        var first = true;
        foreach (var value in values)
        {
            if (!first)
                json.Append(',');
            first = false;
            Write(json, value);
        }

        json.Append(']');
    }

    private static void WriteObject(StringBuilder json, IEnumerable<(string Name, object Value)> fields)
    {
        json.Append('{');
        var first = true;
        foreach (var (name, value) in fields)
        {
            if (!first)
                json.Append(',');
            first = false;
            WriteText(json, name);
            json.Append(':');
            Write(json, value);
        }

        json.Append('}');
    }

    private static void WriteText(StringBuilder json, string text)
    {
        json.Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            switch (letter)
            {
                case '"' or '\\':
                    json.Append('\\').Append(letter);
                    break;
                case '\b':
                    json.Append("\\b");
                    break;
                case '\f':
                    json.Append("\\f");
                    break;
                case '\n':
                    json.Append("\\n");
                    break;
                case '\r':
                    json.Append("\\r");
                    break;
                case '\t':
                    json.Append("\\t");
                    break;
                case < ' ':
                    Escape(json, letter);
                    break;
                default:
                    if (char.IsHighSurrogate(letter) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                        json.Append(letter).Append(text[++i]);
                    else if (char.IsSurrogate(letter))
                        Escape(json, letter);
                    else
                        json.Append(letter);
                    break;
            }
        }

        json.Append('"');
    }

    private static void Escape(StringBuilder json, char letter) => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
}
