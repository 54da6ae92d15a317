using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tambo.Guide.Directory;

/// <summary>The kinds of record the directory holds, as tables, addresses and audit lines name them.</summary>
public static class RecordKinds
{
    /// <summary>An organisation.</summary>
    public const string Organization = "organization";

    /// <summary>A service.</summary>
    public const string Service = "service";

    /// <summary>A place.</summary>
    public const string Location = "location";

    /// <summary>A service offered at a place.</summary>
    public const string ServiceAtLocation = "service_at_location";

    /// <summary>A classification.</summary>
    public const string Taxonomy = "taxonomy";

    /// <summary>A term of a classification.</summary>
    public const string TaxonomyTerm = "taxonomy_term";
}

/// <summary>How much of a record the public may know; each level hides more than the one before.</summary>
public static class Confidentiality
{
    /// <summary>Everything.</summary>
    public const string Public = "public";

    /// <summary>The administrative area only: no address, no position.</summary>
    public const string AreaOnly = "area_only";

    /// <summary>How to get in touch, and nothing of where.</summary>
    public const string ContactOnly = "contact_only";

    /// <summary>Nothing, not even that it exists.</summary>
    public const string Withheld = "withheld";

    /// <summary>The levels, from open to closed.</summary>
    public static IReadOnlyList<string> Levels { get; } = [Public, AreaOnly, ContactOnly, Withheld];

    /// <summary>The more closed of two levels.</summary>
    public static string Stricter(string one, string other) => Rank(one) >= Rank(other) ? one : other;

    // A level nobody knows hides everything.
    internal static int Rank(string level) => level switch
    {
        Public => 0,
        AreaOnly => 1,
        ContactOnly => 2,
        _ => 3,
    };
}

/// <summary>
/// What every record has beside its content: version, confidentiality, confirmation and origin. Its content has the
/// field names of HSDS 3, written in snake case; an empty text means that nothing is known.
/// </summary>
public abstract record DirectoryRecord
{
    /// <summary>The identifier, the source's own where that is a UUID.</summary>
    [JsonPropertyOrder(-1)]
    public Guid Id { get; init; }

    /// <summary>One of <see cref="RecordKinds"/>.</summary>
    [JsonIgnore]
    public abstract string Kind { get; }

    /// <summary>Grows with each change; an edit names the version it started from.</summary>
    [JsonIgnore]
    public int Version { get; init; } = 1;

    /// <summary>One of <see cref="Directory.Confidentiality"/>.</summary>
    [JsonIgnore]
    public string Confidentiality { get; init; } = Directory.Confidentiality.Public;

    /// <summary>The language of the texts, as a BCP 47 tag; empty when unknown.</summary>
    [JsonIgnore]
    public string TextLanguage { get; init; } = "";

    /// <summary>When the node first knew it.</summary>
    [JsonIgnore]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed here.</summary>
    [JsonIgnore]
    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>Who changed it, as the audit names them.</summary>
    [JsonIgnore]
    public string ChangedBy { get; init; } = "";

    /// <summary>When somebody last made sure that it is right; null when nobody has.</summary>
    [JsonIgnore]
    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>Who made sure: a display name or an organisation, chosen to be shown.</summary>
    [JsonIgnore]
    public string ConfirmedBy { get; init; } = "";

    /// <summary>When it should be confirmed again.</summary>
    [JsonIgnore]
    public DateOnly? ReviewDue { get; init; }

    /// <summary>When it was taken out of the directory; null while it is in.</summary>
    [JsonIgnore]
    public DateTimeOffset? RetiredAt { get; init; }

    /// <summary>The set it was imported from; empty when it was written here.</summary>
    [JsonIgnore]
    public string SourceSet { get; init; } = "";

    /// <summary>Its identifier in that set.</summary>
    [JsonIgnore]
    public string SourceId { get; init; } = "";

    /// <summary>Hash of the content as last imported, by which a changed source is told from a changed record.</summary>
    [JsonIgnore]
    public string SourceHash { get; init; } = "";

    /// <summary>The import that last wrote it.</summary>
    [JsonIgnore]
    public Guid? ImportId { get; init; }

    /// <summary>Its line in the imported file; 0 when there is none.</summary>
    [JsonIgnore]
    public int ImportLine { get; init; }

    /// <summary>When the source was retrieved.</summary>
    [JsonIgnore]
    public DateTimeOffset? RetrievedAt { get; init; }

    /// <summary>Terms and facts about the record.</summary>
    public IReadOnlyList<RecordAttribute> Attributes { get; init; } = [];

    /// <summary>The source's own history of the record.</summary>
    public IReadOnlyList<MetadataEntry> Metadata { get; init; } = [];

    /// <summary>The record's texts in other languages.</summary>
    [JsonIgnore]
    public IReadOnlyList<Translation> Translations { get; init; } = [];

    /// <summary>What the source said beyond the fields known here.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extra { get; init; }
}

/// <summary>Something that belongs to one record, in the order of its source.</summary>
public abstract record RecordPart
{
    /// <summary>The source's identifier, or one derived from the owner's.</summary>
    [JsonPropertyOrder(-1)]
    public Guid Id { get; init; }

    /// <summary>The kind of the record it belongs to.</summary>
    [JsonIgnore]
    public string OwnerKind { get; init; } = "";

    /// <summary>The record it belongs to.</summary>
    [JsonIgnore]
    public Guid OwnerId { get; init; }

    /// <summary>Its place among its like, from 0.</summary>
    [JsonIgnore]
    public int Ordinal { get; init; }

    /// <summary>What the source said beyond the fields known here.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extra { get; init; }
}

/// <summary>Marks a field that HSDS requires, and which is therefore served even when nothing is known.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AlwaysServedAttribute : Attribute;
