using Tambo.Platform.Files;
using Tambo.Platform.Languages;

namespace Tambo.Guide.Imports;

/// <summary>
/// Everything that can be wrong with an imported record. The sentence is the text <c>issue.{code}</c> and says what
/// became of it: the record left out, or the field.
/// </summary>
internal static class ImportIssues
{
    public const string IdMissing = "id_missing";
    public const string IdDuplicate = "id_duplicate";
    public const string NameMissing = "name_missing";
    public const string NotARecord = "not_a_record";
    public const string KindUnknown = "kind_unknown";
    public const string TableUnknown = "table_unknown";
    public const string WrongType = "wrong_type";
    public const string TextTooLong = "text_too_long";
    public const string TextMended = "text_mended";
    public const string StatusUnknown = "status_unknown";
    public const string LocationTypeUnknown = "location_type_unknown";
    public const string ConfidentialityUnknown = "confidentiality_unknown";
    public const string PositionImpossible = "position_impossible";
    public const string PositionZero = "position_zero";
    public const string PositionHalf = "position_half";
    public const string PlaceUnknown = "place_unknown";
    public const string TimeZoneUnknown = "time_zone_unknown";
    public const string CountryUnknown = "country_unknown";
    public const string AgesReversed = "ages_reversed";
    public const string ReferenceUnknown = "reference_unknown";
    public const string ReferenceOutside = "reference_outside";
    public const string TaxonomyCycle = "taxonomy_cycle";
    public const string CategoryUnknown = "category_unknown";
    public const string ValueUnmapped = "value_unmapped";
    public const string PatternSlow = "pattern_slow";
    public const string ColumnMissing = "column_missing";
    public const string OwnerMissing = "owner_missing";
    public const string OutsideScope = "outside_scope";
    public const string FieldsLeft = "fields_left";
    public const string PositionOutdated = "position_outdated";

    /// <summary>The prefix of codes that <see cref="Schedules.ScheduleIssue"/> raises.</summary>
    public const string Hours = "hours.";

    /// <summary>Every code above.</summary>
    public static IReadOnlyList<string> Codes { get; } =
    [
        IdMissing, IdDuplicate, NameMissing, NotARecord, KindUnknown, TableUnknown, WrongType, TextTooLong, TextMended,
        StatusUnknown, LocationTypeUnknown, ConfidentialityUnknown, PositionImpossible, PositionZero, PositionHalf,
        PlaceUnknown, TimeZoneUnknown, CountryUnknown, AgesReversed, ReferenceUnknown, ReferenceOutside, TaxonomyCycle,
        CategoryUnknown, ValueUnmapped, PatternSlow, ColumnMissing, OwnerMissing, OutsideScope, FieldsLeft, PositionOutdated,
    ];

    /// <summary>The issue as a sentence in the reader's language.</summary>
    public static string Sentence(RowIssue issue, Texts texts)
    {
        var key = issue.Code.StartsWith(Hours, StringComparison.Ordinal) ? "hours.issue." + issue.Code[Hours.Length..] : "issue." + issue.Code;
        return texts.Format(key, ("value", issue.Value ?? ""), ("line", issue.Line), ("column", issue.Column ?? 0));
    }
}
