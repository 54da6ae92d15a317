using System.Text.RegularExpressions;
using Tambo.Flows.Structure;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Flows.Collecting;

/// <summary>Whether a record can be believed; pure. What is odd and yet possible is taken, and shown to whoever looks it over.</summary>
internal static partial class GroupChecks
{
    /// <summary>Persons of the largest group that is taken as one.</summary>
    public const int LargestGroup = 5000;

    /// <summary>Characters of a note.</summary>
    public const int LongestNote = 200;

    private const int MostParts = 30;
    private const int MostCells = 60;
    private static readonly TimeSpan AheadAtMost = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan BackAtMost = TimeSpan.FromDays(366);

    /// <summary>Why a record cannot be taken; null when it can.</summary>
    public static Problem? Look(SentGroup group, DateTimeOffset now)
    {
        if (!IsKey(group.Id) || group.Version is < 1 or > 1000)
            return GroupProblems.KeyUnfit.With();
        if (Missing(group) is { } field)
            return GroupProblems.Unreadable.With(("what", field));
        if (group.ObservedAt > now + AheadAtMost || group.ObservedAt < now - BackAtMost)
            return GroupProblems.TimeUnfit.With().AtField("observedAt");
        if (group.Size is < 1 or > LargestGroup)
            return GroupProblems.SizeUnfit.With(("most", LargestGroup)).AtField("size");
        if (group.Parts.Count is 0 or > MostParts || group.Parts.Sum(part => (long)part.Persons) is var sum && sum != group.Size)
            return GroupProblems.PartsDiffer.With(("size", group.Size), ("sum", group.Parts.Sum(part => (long)part.Persons))).AtField("size");
        return group.Parts.Select(Part).FirstOrDefault(problem => problem is not null) ?? Codes(group) ?? Care(group) ?? Words(group);
    }

    /// <summary>Why a shift cannot be taken; null when it can.</summary>
    public static Problem? Look(SentShift shift, DateTimeOffset now) =>
        !IsKey(shift.Id) ? GroupProblems.KeyUnfit.With()
        : shift.StartedAt > now + AheadAtMost || shift.StartedAt < now - BackAtMost || shift.SaidAt > now + AheadAtMost
            || shift.EndedAt < shift.StartedAt || shift.EndedAt > now + AheadAtMost || shift.EndedAt - shift.StartedAt > TimeSpan.FromHours(24)
            || shift.Enumerators is < 1 or > 100 || shift.Refusals is < 0 or > 10_000
            ? GroupProblems.ShiftUnfit.With()
            : null;

    // Lists may hold nothing where a value has to stand, whatever their types promise.
    private static string? Missing(SentGroup group) =>
        group.Point is null ? "point" : group.Direction is null ? "direction" : group.Method is null ? "method"
        : group.Parts is null || group.Parts.Any(part => part is null) ? "parts"
        : group.Parts.Any(part => part.Nationality is null) ? "nationality"
        : group.Parts.Any(part => part.Cells?.Any(cell => cell is not { Sex: not null, Age: not null }) == true) ? "cells"
        : group.Reasons?.Any(reason => reason is null) == true ? "reasons" : null;

    private static bool IsKey(Guid id) => id.Version == 7 && id.Variant is >= 8 and <= 0xB;

    private static Problem? Part(SentPart part)
    {
        if (!GroupCodes.IsNationality(part.Nationality))
            return Unknown("nationality", part.Nationality);
        if (part.Persons < 1)
            return GroupProblems.CountUnfit.With(("field", "persons"));
        var cells = part.Known().ToList();
        if (part.Cells is not null && (part.Women ?? part.Men ?? part.Girls ?? part.Boys) is not null)
            return GroupProblems.Unreadable.With(("what", "cells"));
        if (cells.Count > MostCells || cells.Exists(cell => cell.Persons is < 0 or > LargestGroup))
            return GroupProblems.CountUnfit.With(("field", "women, men, girls, boys"));
        if (cells.Find(cell => !GroupCodes.Sexes.Contains(cell.Sex)) is { } sex)
            return Unknown("sex", sex.Sex);
        if (cells.Find(cell => AgeInterval.Read(cell.Age) is null) is { } age)
            return Unknown("age", age.Age);
        var known = cells.Sum(cell => cell.Persons);
        return known == part.Persons || (known < part.Persons && !part.IsWhole) || cells.Count == 0
            ? null
            : GroupProblems.CountsDiffer.With(("persons", part.Persons), ("sum", known)).AtField("size");
    }

    private static Problem? Codes(SentGroup group)
    {
        if (!GroupCodes.Directions.Contains(group.Direction))
            return Unknown("direction", group.Direction);
        if (!GroupCodes.Methods.Contains(group.Method))
            return Unknown("method", group.Method);
        if (group.Transport is { } transport && !GroupCodes.Transports.Contains(transport))
            return Unknown("transport", transport);
        if (group.Reasons?.FirstOrDefault(reason => !GroupCodes.Reasons.Contains(reason)) is { } reason)
            return Unknown("reasons", reason);
        if (group.Reasons is { } reasons && reasons.Distinct(StringComparer.Ordinal).Count() != reasons.Count)
            return Unknown("reasons", string.Join(", ", reasons));
        foreach (var (field, code) in new[] { ("origin", group.Origin), ("destination", group.Destination) })
        {
            if (code is not (null or "_U") && !GroupCodes.IsCountry(code))
                return Unknown(field, code);
        }

        foreach (var (field, code) in new[] { ("previous", group.Previous), ("next", group.Next) })
        {
            if (code is not null && !GroupCodes.IsPlace(code))
                return Unknown(field, code);
        }

        return null;
    }

    private static Problem? Care(SentGroup group)
    {
        foreach (var (code, count) in group.Vulnerabilities ?? new Dictionary<string, int?>())
        {
            if (!GroupCodes.Vulnerabilities.Contains(code))
                return Unknown("vulnerabilities", code);
            if (count is < 0 || count > group.Size)
                return GroupProblems.CountUnfit.With(("field", code));
        }

        return null;
    }

    private static Problem? Words(SentGroup group)
    {
        if (group.Note is { } note && (note.Length > LongestNote || note.Any(char.IsControl) || !TextCharacters.AreFit(note) || OfAPerson().IsMatch(note)))
            return GroupProblems.NoteUnfit.With(("most", LongestNote)).AtField("note");
        if (group.Reason is { } reason && (reason.Length > LongestNote || reason.Any(char.IsControl) || !TextCharacters.AreFit(reason) || OfAPerson().IsMatch(reason)))
            return GroupProblems.NoteUnfit.With(("most", LongestNote)).AtField("reason");
        return group.Version > 1 && string.IsNullOrWhiteSpace(group.Reason) ? GroupProblems.ReasonMissing.With().AtField("reason")
            : group.Version == 1 && group.Withdrawn ? GroupProblems.VersionUnfit.With() : null;
    }

    private static Problem Unknown(string field, string value) => GroupProblems.CodeUnknown.With(("field", field), ("value", value)).AtField(field);

    private static Problem AtField(this Problem problem, string field) => new(problem.Kind, [.. problem.Values])
    {
        Fields = new Dictionary<string, ProblemKind>(StringComparer.Ordinal) { [field] = problem.Kind },
    };

    // Numbers of telephones and documents, and addresses of mail: what points at one person has no place in a count.
    [GeneratedRegex(@"[0-9][0-9 .\-/]{5,}[0-9]|\S@\S", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 200)]
    private static partial Regex OfAPerson();
}
