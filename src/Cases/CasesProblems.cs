using Tambo.Platform.Problems;

namespace Tambo.Cases;

/// <summary>Every way in which the cases refuse.</summary>
public static class CasesProblems
{
    /// <summary>The text is longer than the field takes.</summary>
    public static readonly ProblemKind TextTooLong = new("cases.text_too_long", 422);

    /// <summary>The text has characters that belong in none.</summary>
    public static readonly ProblemKind TextUnfit = new("cases.text_unfit", 422);

    /// <summary>The field cannot be read, or nobody knows it.</summary>
    public static readonly ProblemKind ValueUnfit = new("cases.value_unfit", 422);

    /// <summary>The code is none of its list.</summary>
    public static readonly ProblemKind CodeUnknown = new("cases.code_unknown", 422);

    /// <summary>More entries than the list takes.</summary>
    public static readonly ProblemKind TooManyItems = new("cases.too_many_items", 422);

    /// <summary>No such day, or none that can be.</summary>
    public static readonly ProblemKind DateUnfit = new("cases.date_unfit", 422);

    /// <summary>The next review of a detention would be later than the rules allow.</summary>
    public static readonly ProblemKind ReviewTooLate = new("cases.review_too_late", 422);

    /// <summary>The birth says several things at once, or none that can be.</summary>
    public static readonly ProblemKind BirthUnfit = new("cases.birth_unfit", 422);

    /// <summary>The birth lies ahead.</summary>
    public static readonly ProblemKind BirthAhead = new("cases.birth_ahead", 422);

    /// <summary>There is no such country.</summary>
    public static readonly ProblemKind CountryUnknown = new("cases.country_unknown", 422);

    /// <summary>A state is named that an agency acts for, which is no authority.</summary>
    public static readonly ProblemKind NoAuthority = new("cases.no_authority", 422);

    /// <summary>There is no such language.</summary>
    public static readonly ProblemKind LanguageUnknown = new("cases.language_unknown", 422);

    /// <summary>Stateless is no nationality: a procedure finds it.</summary>
    public static readonly ProblemKind StatelessIsNone = new("cases.stateless_is_no_nationality", 422);

    /// <summary>Nationalities, and none claimed, at once.</summary>
    public static readonly ProblemKind NationalityContradicts = new("cases.nationality_contradicts", 422);

    /// <summary>The phone has too few or too many digits.</summary>
    public static readonly ProblemKind PhoneUnfit = new("cases.phone_unfit", 422);

    /// <summary>There is no such area.</summary>
    public static readonly ProblemKind AreaUnknown = new("cases.area_unknown", 422);

    /// <summary>Nothing may be registered there by this person.</summary>
    public static readonly ProblemKind PlaceOutOfReach = new("cases.place_out_of_reach", 422);

    /// <summary>The figures of the last month are being counted.</summary>
    public static readonly ProblemKind FiguresCounting = new("cases.figures_counting", 503);

    /// <summary>There is no such person, or not for this reader.</summary>
    public static readonly ProblemKind PersonUnknown = new("cases.person_unknown", 422);

    /// <summary>There is no such case, or not for this reader.</summary>
    public static readonly ProblemKind CaseUnknown = new("cases.case_unknown", 422);

    /// <summary>The person was merged or erased.</summary>
    public static readonly ProblemKind PersonInactive = new("cases.person_inactive", 409);

    /// <summary>The compartment is closed to this person.</summary>
    public static readonly ProblemKind CompartmentClosed = new("cases.compartment_closed", 403);

    /// <summary>Something of a file that is to be given out whole is closed to whoever would give it.</summary>
    public static readonly ProblemKind NotAllOpen = new("cases.not_all_open", 403);

    /// <summary>A change names the version that it changes.</summary>
    public static readonly ProblemKind VersionNeeded = new("cases.version_needed", 428);

    /// <summary>A case does not go from its state to that one.</summary>
    public static readonly ProblemKind StateUnfit = new("cases.state_unfit", 409);

    /// <summary>Services are being asked, or are helping: a case is not closed over that.</summary>
    public static readonly ProblemKind ReferralsRunning = new("cases.referrals_running", 409);

    /// <summary>Whoever is named may not see the case.</summary>
    public static readonly ProblemKind AssigneeUnfit = new("cases.assignee_unfit", 422);

    /// <summary>The purpose is none of the list.</summary>
    public static readonly ProblemKind PurposeUnknown = new("cases.purpose_unknown", 400);

    /// <summary>Too little to look for.</summary>
    public static readonly ProblemKind SearchTooShort = new("cases.search_too_short", 422);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } = PlatformProblems.In(typeof(CasesProblems));
}
