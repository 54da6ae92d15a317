using Tambo.Guide.Directory;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;

namespace Tambo.Guide.Pages;

/// <summary>A text of the directory as a reader gets it.</summary>
/// <param name="Text">The text.</param>
/// <param name="Language">Its language when that is not the reader's; null when it is, or when nobody knows.</param>
public sealed record Words(string Text, string? Language)
{
    /// <summary>True for a translation that a machine made and nobody has read over.</summary>
    public bool IsUnread { get; init; }

    /// <summary>True when a reader is to be told something about it.</summary>
    public bool HasMark => Language is not null || IsUnread;

    /// <summary>True when there is nothing to show.</summary>
    public bool IsEmpty => Text.Length == 0;

    /// <summary>
    /// A field of a record in the reader's language: its own text, a translation that still matches it, or its own text
    /// marked with its language.
    /// </summary>
    internal static Words Of(DirectoryRecord record, string field, string value, Texts texts)
    {
        if (value.Length == 0 || record.TextLanguage.Length == 0 || record.TextLanguage == texts.Code)
            return new Words(value, null);
        var translation = record.Translations.FirstOrDefault(t => t.Field == field && t.Language == texts.Code && t.IsCurrent(value));
        return translation is null ? new Words(value, record.TextLanguage)
            : new Words(translation.Value, null) { IsUnread = translation.IsUnread };
    }

    /// <summary>What a reader is told about a text that is not in their language, or that a machine translated and nobody has read over; else empty.</summary>
    internal string MarkIn(Texts texts) => Language is { } language ? SpokenLanguages.Name(language, texts) : IsUnread ? texts["service.machine.short"] : "";
}
