namespace Tambo.Platform.Files;

/// <summary>Tells a plain relative file name from one that reaches elsewhere or reads as something it is not.</summary>
internal static class PlainNames
{
    private const int LongestName = 512;

    /// <summary>
    /// True for names such as <c>2024/panel.csv</c>; false for absolute names, drives, <c>..</c>, control characters and
    /// characters that reorder or hide text (Unicode Technical Report 36, section 2).
    /// </summary>
    internal static bool IsPlain(string name)
    {
        if (name.Length is 0 or > LongestName || name.Trim().Length == 0)
            return false;
        foreach (var character in name)
            if (char.IsControl(character) || IsInvisible(character) || character is ':' or '\uFFFD')
                return false;
        // Archives made on Windows by old programs separate with backslashes; both are read as separators.
        var parts = name.Replace('\\', '/').Split('/');
        for (var at = 0; at < parts.Length; at++)
        {
            var last = at == parts.Length - 1;
            if (parts[at].Length == 0 && !last)
                return false;
            if (parts[at].Trim() is ".." or ".")
                return false;
        }
        return true;
    }

    /// <summary>Bidirectional controls, zero-width characters, the byte order mark and tag-like format characters.</summary>
    internal static bool IsInvisible(char character) => character
        is '\u061C' or '\u200B' or '\u200E' or '\u200F' or '\uFEFF'
        or (>= '\u2028' and <= '\u202E') or (>= '\u2060' and <= '\u206F') or (>= '\uFFF9' and <= '\uFFFB');
}
