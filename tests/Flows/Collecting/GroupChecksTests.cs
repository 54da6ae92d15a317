using Tambo.Flows.Collecting;

namespace Tambo.Tests.Flows.Collecting;

/// <summary>What cannot be is refused with its code; what is odd and yet possible is taken.</summary>
public sealed class GroupChecksTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static SentGroup Right => new()
    {
        Id = Guid.CreateVersion7(Now),
        Point = "QUIMERA",
        ObservedAt = Now,
        Direction = "IN",
        Size = 4,
        Parts = [new SentPart { Nationality = "VEN", Persons = 4, Women = 1, Men = 1, Girls = 2, Boys = 0 }],
    };

    public static TheoryData<string, SentGroup> Wrong => new()
    {
        { "flows.group_key_unfit", Right with { Id = Guid.Parse("00000000-0000-4000-8000-000000000000") } },
        { "flows.group_time_unfit", Right with { ObservedAt = Now.AddHours(1) } },
        { "flows.group_time_unfit", Right with { ObservedAt = Now.AddDays(-400) } },
        { "flows.group_size_unfit", Right with { Size = 0 } },
        { "flows.group_size_unfit", Right with { Size = -3 } },
        { "flows.group_parts_differ", Right with { Size = 5 } },
        { "flows.group_parts_differ", Right with { Parts = [] } },
        { "flows.group_counts_differ", Right with { Parts = [Right.Parts[0] with { Women = 2 }] } },
        { "flows.group_counts_differ", Right with { Parts = [Right.Parts[0] with { Women = 0 }] } },
        { "flows.group_counts_differ", Right with { Parts = [Right.Parts[0] with { Boys = null, Men = 3 }] } },
        { "flows.group_count_unfit", Right with { Parts = [Right.Parts[0] with { Women = -1, Men = 3 }] } },
        { "flows.group_count_unfit", Right with { Vulnerabilities = new Dictionary<string, int?> { ["UAC"] = 5 } } },
        { "flows.group_code_unknown", Right with { Parts = [Right.Parts[0] with { Nationality = "Venezuela" }] } },
        { "flows.group_code_unknown", Right with { Parts = [new SentPart { Nationality = "VEN", Persons = 4, Cells = [new SentCell("F", "5-11", 4)] }] } },
        { "flows.group_code_unknown", Right with { Direction = "UP" } },
        { "flows.group_code_unknown", Right with { Transport = "BROOM" } },
        { "flows.group_code_unknown", Right with { Reasons = ["FAMILY", "FAMILY"] } },
        { "flows.group_code_unknown", Right with { Next = "Costa Rica" } },
        { "flows.group_unreadable", Right with { Reasons = [null!] } },
        { "flows.group_unreadable", Right with { Parts = [null!] } },
        { "flows.group_unreadable", Right with { Parts = [Right.Parts[0] with { Nationality = null! }] } },
        { "flows.group_unreadable", Right with { Parts = [new SentPart { Nationality = "VEN", Persons = 4, Cells = [null!] }] } },
        { "flows.group_unreadable", Right with { Parts = [new SentPart { Nationality = "VEN", Persons = 4, Cells = [new SentCell("F", null!, 4)] }] } },
        { "flows.group_unreadable", Right with { Direction = null! } },
        { "flows.group_unreadable", Right with { Parts = [Right.Parts[0] with { Cells = [new SentCell("F", "Y5T11", 4)] }] } },
        { "flows.group_note_unfit", Right with { Note = "Call +507 6123-4567" } },
        { "flows.group_note_unfit", Right with { Note = "ana@example.org" } },
        { "flows.group_note_unfit", Right with { Note = new string('x', 201) } },
        { "flows.group_reason_missing", Right with { Version = 2 } },
        { "flows.group_note_unfit", Right with { Version = 2, Reason = "Her passport is 123 456 789" } },
        { "flows.group_version_unfit", Right with { Withdrawn = true, Reason = "no" } },
    };

    public static TheoryData<SentGroup> Odd => new(
    [
        Right,
        Right with { Size = 300, Parts = [new SentPart { Nationality = "HTI", Persons = 300 }] },
        Right with { Size = 4, Parts = [Right.Parts[0] with { Boys = null, Girls = 1 }] },
        Right with { Parts = [new SentPart { Nationality = "STLS", Persons = 4, Cells = [new SentCell("F", "Y0T4", 1), new SentCell("_T", "Y_GE60", 3)] }] },
        Right with { Next = "PA05", Previous = "COL", Transport = "BOAT", Note = "Came with 3 boats, 2 of them full" },
        Right with { ObservedAt = Now.AddMinutes(10) },
    ]);

    [Theory, MemberData(nameof(Wrong))]
    public void What_cannot_be_is_refused(string code, SentGroup group) => Assert.Equal(code, GroupChecks.Look(group, Now)?.Kind.Code);

    [Theory, MemberData(nameof(Odd))]
    public void What_may_be_is_taken(SentGroup group) => Assert.Null(GroupChecks.Look(group, Now));
}
