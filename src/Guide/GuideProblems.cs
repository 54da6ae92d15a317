using Tambo.Platform.Problems;

namespace Tambo.Guide;

/// <summary>Every way in which the guide refuses.</summary>
public static class GuideProblems
{
    /// <summary>No such record, or none for this reader.</summary>
    public static readonly ProblemKind NoSuchRecord = new("guide.no_such_record", 404);

    /// <summary>The place in the changes from which somebody asks on is none of this node's; it was restored, or never gave it out.</summary>
    public static readonly ProblemKind CursorGone = new("guide.cursor_gone", 410);

    /// <summary>What somebody else's address answers is no directory of services.</summary>
    public static readonly ProblemKind FeedUnknown = new("guide.feed_unknown", 422);

    /// <summary>Somebody else's directory has no end: its pages lead in a circle, or there are too many.</summary>
    public static readonly ProblemKind FeedEndless = new("guide.feed_endless", 422);

    /// <summary>What somebody else's address gave could not be taken in, for a reason that nobody foresaw; the log says it.</summary>
    public static readonly ProblemKind FeedBroken = new("guide.feed_broken", 422);

    /// <summary>Somebody else's address refuses.</summary>
    public static readonly ProblemKind FeedRefused = new("guide.feed_refused", 422);

    /// <summary>The node subscribes to this address already.</summary>
    public static readonly ProblemKind FeedKnown = new("guide.feed_known", 409);

    /// <summary>Something was taken back, and the directory without it cannot be read at the moment.</summary>
    public static readonly ProblemKind NotReady = new("guide.not_ready", 503);

    /// <summary>An offline pack of that version is not there any more: its manifest names the present one.</summary>
    public static readonly ProblemKind PackReplaced = new("guide.pack_replaced", 410);

    /// <summary>A parameter of the open interface has a value that it cannot have.</summary>
    public static readonly ProblemKind BadParameter = new("guide.bad_parameter", 400);

    /// <summary>Nothing in the directory stands in a postal code, so that nobody can tell where its middle is.</summary>
    public static readonly ProblemKind PostcodeUnknown = new("guide.postcode_unknown", 400);

    /// <summary>The open interface answers in JSON only.</summary>
    public static readonly ProblemKind FormatUnsupported = new("guide.format_unsupported", 400);

    /// <summary>There is no mapping of that name.</summary>
    public static readonly ProblemKind MappingUnknown = new("guide.mapping_unknown", 422);

    /// <summary>The mapping's file is not in order.</summary>
    public static readonly ProblemKind MappingBroken = new("guide.mapping_broken", 422);

    /// <summary>The files hold no record that could be imported.</summary>
    public static readonly ProblemKind ImportEmpty = new("guide.import_empty", 422);

    /// <summary>A text is too long, or holds characters that cannot be shown.</summary>
    public static readonly ProblemKind TextUnfit = new("guide.text_unfit", 422);

    /// <summary>Not an age in years.</summary>
    public static readonly ProblemKind AgeUnfit = new("guide.age_unfit", 422);

    /// <summary>The oldest age lies below the youngest.</summary>
    public static readonly ProblemKind AgesReversed = new("guide.ages_reversed", 422);

    /// <summary>A language that no list knows.</summary>
    public static readonly ProblemKind LanguageUnknown = new("guide.language_unknown", 422);

    /// <summary>Not a telephone number.</summary>
    public static readonly ProblemKind PhoneUnfit = new("guide.phone_unfit", 422);

    /// <summary>Not a web address.</summary>
    public static readonly ProblemKind WebAddressUnfit = new("guide.web_address_unfit", 422);

    /// <summary>Not a day, or not one that makes sense here.</summary>
    public static readonly ProblemKind DateUnfit = new("guide.date_unfit", 422);

    /// <summary>Not a position on earth, or half of one.</summary>
    public static readonly ProblemKind PositionUnfit = new("guide.position_unfit", 422);

    /// <summary>A time zone that no list knows.</summary>
    public static readonly ProblemKind TimeZoneUnknown = new("guide.time_zone_unknown", 422);

    /// <summary>Hours without a day.</summary>
    public static readonly ProblemKind HoursWithoutDays = new("guide.hours_without_days", 422);

    /// <summary>Days without both hours.</summary>
    public static readonly ProblemKind HoursIncomplete = new("guide.hours_incomplete", 422);

    /// <summary>Hours that close before they open.</summary>
    public static readonly ProblemKind HoursReversed = new("guide.hours_reversed", 422);

    /// <summary>Not an amount.</summary>
    public static readonly ProblemKind AmountUnfit = new("guide.amount_unfit", 422);

    /// <summary>A currency that no list knows, or none beside an amount.</summary>
    public static readonly ProblemKind CurrencyUnknown = new("guide.currency_unknown", 422);

    /// <summary>More free places than there are.</summary>
    public static readonly ProblemKind CapacityExceeded = new("guide.capacity_exceeded", 422);

    /// <summary>A last day before the first.</summary>
    public static readonly ProblemKind DatesReversed = new("guide.dates_reversed", 422);

    /// <summary>An organisation of another agency than those whose services the person looks after.</summary>
    public static readonly ProblemKind OrganizationOutside = new("guide.organization_outside", 422);

    /// <summary>A place outside the area that the person looks after.</summary>
    public static readonly ProblemKind PlaceOutside = new("guide.place_outside", 422);

    /// <summary>Nothing was ticked in a list.</summary>
    public static readonly ProblemKind NothingPicked = new("guide.nothing_picked", 422);

    /// <summary>More rows than any directory has.</summary>
    public static readonly ProblemKind ImportTooMany = new("guide.import_too_many", 413);

    /// <summary>A message that says nothing of what it is about.</summary>
    public static readonly ProblemKind FeedbackKindUnknown = new("guide.feedback_kind_unknown", 422);

    /// <summary>A message longer than anybody reads.</summary>
    public static readonly ProblemKind FeedbackTooLong = new("guide.feedback_too_long", 422);

    /// <summary>A message of a program without a key of its own, by which it is known when it comes twice.</summary>
    public static readonly ProblemKind FeedbackKeyNeeded = new("guide.feedback_key_needed", 400);

    /// <summary>No message has this code, or it cannot be a code: both alike.</summary>
    public static readonly ProblemKind FeedbackCodeUnknown = new("guide.feedback_code_unknown", 422);

    /// <summary>Nothing can be added to a message that was withdrawn or deleted, or that has enough.</summary>
    public static readonly ProblemKind FeedbackOver = new("guide.feedback_over", 409);

    /// <summary>As many messages wait as the node keeps waiting; devices send theirs again later.</summary>
    public static readonly ProblemKind FeedbackFull = new("guide.feedback_full", 503);

    /// <summary>The form was sent already, with another message.</summary>
    public static readonly ProblemKind FeedbackSentBefore = new("guide.feedback_sent_before", 422);

    /// <summary>A closed message needs its reason.</summary>
    public static readonly ProblemKind FeedbackReasonNeeded = new("guide.feedback_reason_needed", 422);

    /// <summary>A file that is no XLIFF.</summary>
    public static readonly ProblemKind XliffUnknown = new("guide.xliff_unknown", 422);

    /// <summary>XLIFF of a version that is not read here.</summary>
    public static readonly ProblemKind XliffVersion = new("guide.xliff_version", 422);

    /// <summary>XLIFF without a unit.</summary>
    public static readonly ProblemKind XliffEmpty = new("guide.xliff_empty", 422);

    /// <summary>A language to translate into that the node does not have.</summary>
    public static readonly ProblemKind XliffTarget = new("guide.xliff_target", 422);

    /// <summary>A file that translates a language into itself.</summary>
    public static readonly ProblemKind XliffSameLanguage = new("guide.xliff_same_language", 422);

    /// <summary>No text that would go into a file for translators.</summary>
    public static readonly ProblemKind NothingToTranslate = new("guide.nothing_to_translate", 422);

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } = PlatformProblems.In(typeof(GuideProblems));
}
