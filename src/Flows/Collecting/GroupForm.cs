using Tambo.Platform.Access;

namespace Tambo.Flows.Collecting;

/// <summary>Reads the form of a group. Where no size is given, people were counted by sex and age, and what is empty is none; where one is given, what is empty was not asked.</summary>
internal static class GroupForm
{
    /// <summary>The four counts, in the order of the form.</summary>
    public static IReadOnlyList<string> Counts { get; } = ["women", "men", "girls", "boys"];

    /// <summary>What the form says of the group; where and when it was is added by whoever knows.</summary>
    public static SentGroup Read(StaffForm form)
    {
        var size = form.Whole("size", GroupProblems.CountUnfit);
        var first = Part(form, "", size);
        var second = Part(form, "2", null);
        var parts = second.Persons == 0 ? [first] : new[] { size is null ? first : first with { Persons = size.Value - second.Persons }, second };
        return new SentGroup
        {
            Id = Guid.TryParse(form.Text("id"), out var id) ? id : Guid.Empty,
            Direction = Code(form, "direction") ?? "_U",
            Size = size ?? parts.Sum(part => part.Persons),
            Parts = parts,
            Origin = Code(form, "origin"),
            Previous = Code(form, "previous"),
            Next = Chosen(form, "next"),
            Destination = Chosen(form, "destination"),
            Transport = Code(form, "transport"),
            Reasons = Code(form, "reason") is { } reason ? [reason] : null,
            Vulnerabilities = Care(form),
            Method = Code(form, "method") ?? "OBS",
            Note = Code(form, "note"),
        };
    }

    private static SentPart Part(StaffForm form, string suffix, int? size)
    {
        var counts = Counts.Select(name => form.Whole(name + suffix, GroupProblems.CountUnfit)).ToArray();
        var given = counts.Any(count => count is not null);
        if (size is null && given)
            counts = [.. counts.Select(count => count ?? 0)];
        return new SentPart
        {
            Nationality = Chosen(form, "nationality" + suffix) ?? "_U",
            Persons = size ?? counts.Sum(count => count ?? 0),
            Women = counts[0],
            Men = counts[1],
            Girls = counts[2],
            Boys = counts[3],
        };
    }

    private static Dictionary<string, int?>? Care(StaffForm form)
    {
        var care = GroupCodes.Vulnerabilities.Select(code => (code, Count: form.Whole("care-" + code, GroupProblems.CountUnfit))).Where(one => one.Count is not null).ToDictionary(one => one.code, one => one.Count);
        return care.Count == 0 ? null : care;
    }

    // What is chosen from the long list comes before what stands beside it.
    private static string? Chosen(StaffForm form, string name) => Code(form, name + "-other") ?? Code(form, name);

    private static string? Code(StaffForm form, string name) => form.Text(name) is { Length: > 0 } code ? code : null;
}
