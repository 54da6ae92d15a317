namespace Tambo.Platform.Languages;

/// <summary>
/// Two signs around a text that stands in the fallback language because the reader's has none, put there by texts that are
/// asked for on behalf of a page (<see cref="Texts.OnPage"/>). Pages turn them into elements with the text's language; they
/// are noncharacters of Unicode, kept for a program's own use, and leave the program in no other way.
/// </summary>
internal static class FallbackMark
{
    public const char Begin = '\uFDD0';

    public const char End = '\uFDD1';

    /// <summary>What follows, up to <see cref="NoticeEnd"/>, is said only on a page on which something has fallen back.</summary>
    public const string NoticeBegin = "\uFDD2";

    /// <summary>The end of that.</summary>
    public const string NoticeEnd = "\uFDD3";

    /// <summary>The text between the signs.</summary>
    public static string Around(string text) => text.Length == 0 ? text : $"{Begin}{text}{End}";

    /// <summary>The text without signs.</summary>
    public static string Without(string text) =>
        text.AsSpan().IndexOfAny(Begin, End) < 0 ? text : string.Concat(text.Where(letter => letter is not (Begin or End)));

    /// <summary>True when the whole text has fallen back.</summary>
    public static bool IsAround(string text) => text.Length > 0 && text[0] == Begin;
}
