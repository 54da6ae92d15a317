using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tambo.Flows.Harmonising;
using Tambo.Platform.Problems;

namespace Tambo.Flows.Collecting;

/// <summary>Where an answer is found in a submission, and what it means.</summary>
public sealed record MappedQuestion
{
    /// <summary>The question's name or path in the form.</summary>
    public string? From { get; init; }

    /// <summary>What it always is, where the form does not ask.</summary>
    public string? Is { get; init; }

    /// <summary>What answers mean; an answer that is not named stands for itself.</summary>
    public IReadOnlyDictionary<string, string>? Values { get; init; }
}

/// <summary>Which question of a form says what of a group: a file that whoever made the form can read and write.</summary>
public sealed record GroupsMapping
{
    /// <summary>What it is called.</summary>
    public string Name { get; set; } = "";

    /// <summary>The question that names the submission; where it is null, what ODK and Kobo call it.</summary>
    public MappedQuestion? Key { get; init; }

    /// <summary>Fields of a record of a group, by their names there: point, observedAt, size, women, nationality, next, …</summary>
    public IReadOnlyDictionary<string, MappedQuestion> Fields { get; set; } = new Dictionary<string, MappedQuestion>();

    /// <summary>Counts of those who need care, by code.</summary>
    public IReadOnlyDictionary<string, MappedQuestion> Vulnerabilities { get; set; } = new Dictionary<string, MappedQuestion>();

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, ReadCommentHandling = JsonCommentHandling.Skip };

    private static readonly string[] Known =
        ["point", "observedAt", "direction", "size", "nationality", "women", "men", "girls", "boys", "origin", "previous", "next", "destination", "transport", "reasons", "method", "note"];

    private static readonly string[] Keys = ["__id", "_uuid", "meta/instanceID", "instanceID", "KEY", "_id"];

    /// <summary>Reads a mapping's file.</summary>
    /// <exception cref="Problem">It is not in order.</exception>
    public static GroupsMapping Read(string json, string name)
    {
        try
        {
            var mapping = JsonSerializer.Deserialize<GroupsMapping>(json, Options) ?? throw new JsonException("null");
            var unknown = mapping.Fields.Keys.Except(Known, StringComparer.Ordinal).Concat(mapping.Vulnerabilities.Keys.Except(GroupCodes.Vulnerabilities, StringComparer.Ordinal)).FirstOrDefault()
                ?? new[] { "point", "observedAt" }.FirstOrDefault(field => !mapping.Fields.ContainsKey(field));
            return unknown is null ? mapping : throw FlowsProblems.MappingBroken.With(("name", name), ("what", unknown));
        }
        catch (JsonException failure)
        {
            throw FlowsProblems.MappingBroken.With(("name", name), ("what", failure.Message));
        }
    }

    /// <summary>The questions that it names.</summary>
    internal IEnumerable<string> Questions => Fields.Values.Concat(Vulnerabilities.Values).Append(Key).Select(question => question?.From).OfType<string>().Distinct(StringComparer.Ordinal);

    /// <summary>What a submission says of a group; the same submission always gives the same key.</summary>
    /// <exception cref="Problem">It names no moment, a number that is none, or what was asked several times is not in the file or cannot be put together.</exception>
    internal SentGroup Group(FormSubmission submission, IReadOnlyDictionary<string, Point> points)
    {
        if (submission.LacksRepeats && Questions.FirstOrDefault(question => submission[question] is null && !submission.Repeats.Any(one => one[question] is not null)) is { } missing)
            throw GroupProblems.Unreadable.With(("what", missing));
        var observed = Moment(Said(submission, "observedAt"), points.GetValueOrDefault(Said(submission, "point") ?? ""));
        var parts = PartsOf(submission);
        var size = Fields.GetValueOrDefault("size") is { } asked && Each(submission, asked).First() == submission ? Count(submission, "size") : null;
        var persons = size is { } whole && parts.Count == 1 ? whole : parts.Sum(part => part.Persons);
        if (parts.Count == 1)
            parts = [parts[0] with { Persons = persons }];
        var care = Vulnerabilities.Select(one => (one.Key, Count: Sum(Each(submission, one.Value).Select(from => Whole(Answer(from, one.Value), one.Key))))).Where(one => one.Count is not null).ToDictionary(one => one.Key, one => one.Count);
        return new SentGroup
        {
            Id = KeyOf(submission, observed),
            Point = Said(submission, "point") ?? "",
            ObservedAt = observed,
            Direction = Code(submission, "direction") ?? "_U",
            Size = size ?? persons,
            Parts = parts,
            Origin = Place(submission, "origin"),
            Previous = Place(submission, "previous"),
            Next = Place(submission, "next"),
            Destination = Place(submission, "destination"),
            Transport = Code(submission, "transport"),
            Reasons = Reasons(submission),
            Vulnerabilities = care.Count == 0 ? null : care,
            Method = Code(submission, "method") ?? "OBS",
            Note = Said(submission, "note"),
        };
    }

    // What has no offset is the clock at the point.
    private static DateTimeOffset Moment(string? text, Point? point)
    {
        if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var clock))
            throw GroupProblems.TimeUnfit.With();
        return clock.Kind == DateTimeKind.Unspecified
            ? new DateTimeOffset(clock, point?.Zone.GetUtcOffset(clock) ?? TimeSpan.Zero)
            : DateTimeOffset.Parse(text!, CultureInfo.InvariantCulture);
    }

    // Counts that were asked several times, for each nationality or each person, are put together by nationality.
    private List<SentPart> PartsOf(FormSubmission submission)
    {
        var asked = submission.Repeats.Where(one => GroupForm.Counts.Append("nationality").Any(field => Fields.GetValueOrDefault(field)?.From is { } from && one[from] is not null)).ToList();
        if (asked.Count == 0)
            return [PartOf(submission, submission)];
        if (asked.Exists(one => GroupForm.Counts.All(name => Count(one, name) is null) && Count(one, "size") is null))
            throw GroupProblems.CountUnfit.With(("field", "persons"));
        return
        [
            .. asked.Select(one => PartOf(one, submission with { Repeats = [] })).Where(part => part.Persons > 0).GroupBy(part => part.Nationality, StringComparer.Ordinal).Select(same => new SentPart
            {
                Nationality = same.Key,
                Persons = same.Sum(part => part.Persons),
                Women = Sum(same.Select(part => part.Women), all: true),
                Men = Sum(same.Select(part => part.Men), all: true),
                Girls = Sum(same.Select(part => part.Girls), all: true),
                Boys = Sum(same.Select(part => part.Boys), all: true),
            }),
        ];
    }

    private SentPart PartOf(FormSubmission from, FormSubmission whole)
    {
        var counts = GroupForm.Counts.Select(name => Count(from, name)).ToArray();
        return new SentPart
        {
            Nationality = Place(from, "nationality") ?? Place(whole, "nationality") ?? "_U",
            Persons = Count(from, "size") ?? counts.Sum(count => count ?? 0),
            Women = counts[0],
            Men = counts[1],
            Girls = counts[2],
            Boys = counts[3],
        };
    }

    // Null where nobody knows: nothing was said, or, where all have to be, something was not.
    private static int? Sum(IEnumerable<int?> counts, bool all = false)
    {
        var known = counts.ToList();
        return known.TrueForAll(count => count is null) || (all && known.Contains(null)) ? null : known.Sum();
    }

    // Where a question was answered: in the submission, or each time it was asked.
    private static IEnumerable<FormSubmission> Each(FormSubmission submission, MappedQuestion question) =>
        question.From is { } from && submission[from] is null && submission.Repeats.Count > 0 ? submission.Repeats : [submission];

    // Chosen from several: XLSForms put blanks between them.
    private List<string>? Reasons(FormSubmission submission)
    {
        if (!Fields.TryGetValue("reasons", out var question) || Raw(submission, question) is not { } answer)
            return null;
        return [.. answer.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => question.Values?.GetValueOrDefault(one) ?? one.ToUpperInvariant()).Distinct(StringComparer.Ordinal)];
    }

    private string? Said(FormSubmission submission, string field) => Fields.TryGetValue(field, out var question) ? Answer(submission, question) : null;

    private string? Code(FormSubmission submission, string field) => Said(submission, field)?.ToUpperInvariant();

    private string? Place(FormSubmission submission, string field) => Said(submission, field) is { } word ? CountryWords.Find(word, CountryWords.ShortList) ?? word : null;

    private int? Count(FormSubmission submission, string field) => Whole(Said(submission, field), field);

    private static int? Whole(string? text, string field)
    {
        if (text is null)
            return null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number == Math.Floor(number) && Math.Abs(number) < 1e6
            ? (int)number
            : throw GroupProblems.CountUnfit.With(("field", $"{field}: {text}"));
    }

    private static string? Raw(FormSubmission submission, MappedQuestion question)
    {
        if (question.Is is not null || question.From is not { } from)
            return question.Is;
        // Asked several times and answered alike, it is one answer; else nobody can say which of them is meant.
        var answers = Each(submission, question).Select(one => one[from]).Where(answer => !string.IsNullOrEmpty(answer)).Distinct(StringComparer.Ordinal).ToList();
        return answers.Count < 2 ? answers.FirstOrDefault() : throw GroupProblems.Unreadable.With(("what", from));
    }

    // An answer that means nothing (asked and not answered) is mapped to an empty text: it was not asked.
    private static string? Answer(FormSubmission submission, MappedQuestion question) =>
        Raw(submission, question) is { } answer ? (question.Values?.GetValueOrDefault(answer) ?? answer) is { Length: > 0 } means ? means : null : null;

    private Guid KeyOf(FormSubmission submission, DateTimeOffset observed)
    {
        var key = (Key is { } own ? Answer(submission, own) : Keys.Select(name => submission[name]).FirstOrDefault(one => one is not null))
            ?? throw GroupProblems.KeyUnfit.With();
        // The moment and the form's own key, in the shape of a UUID of version 7.
        Span<byte> bytes = stackalloc byte[16];
        SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16).CopyTo(bytes);
        var milliseconds = observed.ToUnixTimeMilliseconds();
        for (var at = 0; at < 6; at++)
            bytes[at] = (byte)(milliseconds >> (8 * (5 - at)));
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
