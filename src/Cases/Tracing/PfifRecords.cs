namespace Tambo.Cases.Tracing;

/// <summary>
/// A person who is sought or found, as other registers exchange it: PFIF 1.4 (http://zesty.ca/pfif/1.4). What is empty was not said.
/// </summary>
internal sealed record PfifPerson
{
    /// <summary>The register's domain, a slash, and the record's own name: it never changes.</summary>
    public required string RecordId { get; init; }

    /// <summary>When the register that sends it took it in.</summary>
    public DateTimeOffset? EntryDate { get; init; }

    /// <summary>When it is to be deleted everywhere.</summary>
    public DateTimeOffset? ExpiryDate { get; init; }

    /// <summary>When it was said first.</summary>
    public DateTimeOffset? SourceDate { get; init; }

    /// <summary>Its other fields, by the names of the format.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>();

    /// <summary>What was said of the person since.</summary>
    public IReadOnlyList<PfifNote> Notes { get; init; } = [];

    /// <summary>A field; empty when it was not said.</summary>
    public string this[string field] => Fields.GetValueOrDefault(field, "");

    /// <summary>True when nothing is left but that there was a record: others are told so that it is to be forgotten.</summary>
    public bool IsPlaceholder => ExpiryDate is not null && Fields.Count == 0 && Notes.Count == 0;

    /// <summary>What is left of it after its day: that it was, and until when.</summary>
    public PfifPerson AsPlaceholder(DateTimeOffset now) => new() { RecordId = RecordId, SourceDate = now, EntryDate = now, ExpiryDate = ExpiryDate };
}

/// <summary>Something that somebody said of a person who is sought or found.</summary>
internal sealed record PfifNote
{
    /// <summary>The register's domain, a slash, and the note's own name.</summary>
    public required string RecordId { get; init; }

    /// <summary>Whom it is about.</summary>
    public required string PersonRecordId { get; init; }

    /// <summary>When the register that sends it took it in.</summary>
    public DateTimeOffset? EntryDate { get; init; }

    /// <summary>When it was said first.</summary>
    public DateTimeOffset? SourceDate { get; init; }

    /// <summary>Its other fields, by the names of the format.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>();

    /// <summary>A field; empty when it was not said.</summary>
    public string this[string field] => Fields.GetValueOrDefault(field, "");
}

/// <summary>The names of the format, in the order in which they are written.</summary>
internal static class Pfif
{
    /// <summary>Its namespace.</summary>
    public const string Namespace = "http://zesty.ca/pfif/1.4";

    /// <summary>Fields of a person beside record and dates.</summary>
    public static IReadOnlyList<string> OfPersons { get; } =
    [
        "author_name", "author_email", "author_phone", "source_name", "source_url", "full_name", "given_name", "family_name", "alternate_names", "description", "sex",
        "date_of_birth", "age", "home_street", "home_neighborhood", "home_city", "home_state", "home_postal_code", "home_country", "photo_url", "profile_urls",
    ];

    /// <summary>Fields of a note beside records and dates.</summary>
    public static IReadOnlyList<string> OfNotes { get; } =
    [
        "linked_person_record_id", "author_name", "author_email", "author_phone", "author_made_contact", "status", "email_of_found_person", "phone_of_found_person",
        "last_known_location", "text", "photo_url",
    ];

    /// <summary>What a note may say of where things stand.</summary>
    public static IReadOnlySet<string> Statuses { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "information_sought", "is_note_author", "believed_alive", "believed_missing", "believed_dead",
    };

    /// <summary>What a person may be said to be.</summary>
    public static IReadOnlySet<string> Sexes { get; } = new HashSet<string>(StringComparer.Ordinal) { "female", "male", "other" };
}
