using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Tambo.Platform.Places;

namespace Tambo.Guide.Directory;

/// <summary>A field of a record in another language, tied to the text it was translated from.</summary>
public sealed record Translation
{
    /// <summary>The kind of the record it belongs to.</summary>
    [JsonIgnore]
    public string OwnerKind { get; init; } = "";

    /// <summary>The record it belongs to.</summary>
    [JsonIgnore]
    public Guid OwnerId { get; init; }

    /// <summary>The field's name, or for a part <c>required_documents/{id}/document</c>.</summary>
    public string Field { get; init; } = "";

    /// <summary>BCP 47 tag.</summary>
    public string Language { get; init; } = "";

    /// <summary>The text in that language.</summary>
    public string Value { get; init; } = "";

    /// <summary><see cref="TextHash"/> of the text it was made from.</summary>
    public string SourceHash { get; init; } = "";

    /// <summary>human, machine, post_edited (a machine's, mended by a person), or source when the source itself publishes it.</summary>
    public string Method { get; init; } = "human";

    /// <summary>Who made it, or put in what a machine made; empty when the source published it.</summary>
    public string Translator { get; init; } = "";

    /// <summary>When it was made here.</summary>
    public DateTimeOffset? TranslatedAt { get; init; }

    /// <summary>Who read it over; empty when nobody has, or when another node says that somebody has.</summary>
    public string Reviewer { get; init; } = "";

    /// <summary>When it was read over; null when nobody has.</summary>
    public DateTimeOffset? ReviewedAt { get; init; }

    /// <summary>True for what a machine made and nobody has read over: readers are told.</summary>
    [JsonIgnore]
    public bool IsUnread => Method == "machine" && ReviewedAt is null;

    /// <summary>True when whoever made it has read it over alone.</summary>
    [JsonIgnore]
    public bool IsReadByItsTranslator => ReviewedAt is not null && Reviewer.Length > 0 && string.Equals(Reviewer, Translator, StringComparison.OrdinalIgnoreCase);

    /// <summary>True while the text it was made from still stands; never set by hand.</summary>
    public bool IsCurrent(string sourceText) => SourceHash == TextHash.Of(sourceText);
}

/// <summary>The hash by which a translation knows the text it was made from.</summary>
public static class TextHash
{
    /// <summary>The first 16 bytes of the SHA-256 of the text, trimmed and in Unicode form C, in lower-case hexadecimal.</summary>
    public static string Of(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Spelling.Normalise(text.Trim(), NormalizationForm.FormC))).AsSpan(0, 16));
}
