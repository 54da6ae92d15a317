using System.Text.Json.Nodes;
using Tambo.Guide.Directory;
using Tambo.Guide.Staff;
using Tambo.Platform.Languages;

namespace Tambo.Guide.Translating;

/// <summary>One text of a record with what it is in other languages.</summary>
/// <param name="Path">The field, or <c>required_documents/{id}/document</c>.</param>
/// <param name="Text">As it is written.</param>
/// <param name="Translations">By language; those that are not there are missing.</param>
public sealed record TranslatedText(string Path, string Text, IReadOnlyDictionary<string, Translation> Translations)
{
    /// <summary>True when the text was changed after the translation was made.</summary>
    public bool IsOutdated(string language) => Translations.TryGetValue(language, out var made) && !made.IsCurrent(Text);

    /// <summary>The texts of a record, each with its translations.</summary>
    internal static IReadOnlyList<TranslatedText> Of(DirectoryRecord record)
    {
        var translations = record.Translations.ToLookup(translation => translation.Field);
        return [.. TranslatedFields.Of(RecordJson.Snapshot(record)).Select(text =>
            new TranslatedText(text.Path, text.Text, translations[text.Path].ToDictionary(t => t.Language, StringComparer.Ordinal)))];
    }
}

/// <summary>What has changed of a text since it was translated.</summary>
/// <param name="Languages">The languages whose translations belong to the older text.</param>
/// <param name="Pieces">The changes; null when nobody knows what the text said, or the reader may not know it.</param>
public sealed record TextChange(IReadOnlyList<Language> Languages, IReadOnlyList<Piece>? Pieces);

/// <summary>Everything the page of a record's translations shows.</summary>
public sealed record TranslationAnswer
{
    /// <summary>The record.</summary>
    public required DirectoryRecord Record { get; init; }

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The service whose page leads here.</summary>
    public Guid? Service { get; init; }

    /// <summary>Its texts.</summary>
    public required IReadOnlyList<TranslatedText> Texts { get; init; }

    /// <summary>What has changed of those that are translated from an older text, by path.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<TextChange>> Changes { get; init; } = new Dictionary<string, IReadOnlyList<TextChange>>();

    /// <summary>The languages that are asked for.</summary>
    public required IReadOnlyList<Language> Languages { get; init; }

    /// <summary>Every language that may be asked for.</summary>
    public required IReadOnlyList<Language> All { get; init; }

    /// <summary>The one language that is asked for; empty for all of them side by side.</summary>
    public string Only { get; init; } = "";

    /// <summary>The answers that the form shows.</summary>
    public required FormValues Values { get; init; }

    /// <summary>True when something has just been saved.</summary>
    public bool Done { get; init; }

    /// <summary>After two people edited at once: what stands now against what was written.</summary>
    public IReadOnlyList<FieldDifference> Conflict { get; init; } = [];
}

/// <summary>How staff pages say who made a translation, how, and who read it over.</summary>
internal static class TranslationWords
{
    /// <summary>The ways of making one that a person may name.</summary>
    public static IReadOnlyList<string> Methods { get; } = ["human", "post_edited", "machine"];

    /// <summary>One or two sentences.</summary>
    public static string Said(Translation made, Texts texts)
    {
        var how = texts["translating.method." + made.Method];
        var who = made switch
        {
            { Translator.Length: 0, TranslatedAt: null } => how,
            { TranslatedAt: { } at } => texts.Format("translating.made_by", ("how", how), ("who", made.Translator), ("date", StaffAnswers.Day(at, texts))),
            _ => texts.Format("translating.made_by_undated", ("how", how), ("who", made.Translator)),
        };
        return $"{who}. {ReadOver(made, texts)}".TrimEnd();
    }

    private static string ReadOver(Translation made, Texts texts) => made switch
    {
        { ReviewedAt: null, Method: "source" } => "",
        { ReviewedAt: null } => texts["translating.read.nobody"],
        { ReviewedAt: { } at, Reviewer.Length: 0 } => texts.Format("translating.read.elsewhere", ("date", StaffAnswers.Day(at, texts))),
        { ReviewedAt: { } at, IsReadByItsTranslator: true } => texts.Format("translating.read.same", ("who", made.Reviewer), ("date", StaffAnswers.Day(at, texts))),
        { ReviewedAt: { } at } => texts.Format("translating.read.by", ("who", made.Reviewer), ("date", StaffAnswers.Day(at, texts))),
    };
}
