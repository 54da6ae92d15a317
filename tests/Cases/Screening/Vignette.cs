using System.Globalization;
using System.Text.Json;
using Tambo.Cases.Screening;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Screening;

/// <summary>
/// A short made-up situation as a specialist writes it (tests/Cases/Screening/vignettes): answers are yes, no, seen, not seen,
/// declined, a choice, a list of choices or a number; an age is a number, a range 16-20, or two that are disputed 17/21.
/// </summary>
internal sealed record Vignette
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    public required string Story { get; init; }

    public JsonElement? Age { get; init; }

    public string? Sex { get; init; }

    public IReadOnlyList<string> Facts { get; init; } = [];

    public required IReadOnlyDictionary<string, JsonElement> Answers { get; init; }

    /// <summary>The rules that it is there for.</summary>
    public required IReadOnlyList<string> Rules { get; init; }

    public required IReadOnlyDictionary<string, string> Profiles { get; init; }

    public required string Urgency { get; init; }

    public required IReadOnlyList<string> Locks { get; init; }

    public required IReadOnlyList<string> Modules { get; init; }

    public static IReadOnlyList<Vignette> All { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "Cases", "Screening", "vignettes"), "*.json").Order(StringComparer.Ordinal)
            .SelectMany(path => JsonSerializer.Deserialize<Vignette[]>(File.ReadAllText(path), Options)!)];

    public Facts Person => Facts.Aggregate(
        new Facts(Years(), Sex is { } sex ? Enum.Parse<RecordedSex>(sex, ignoreCase: true) : RecordedSex.Unknown),
        (facts, code) => facts.With(Enum.GetValues<KnownFact>().Single(fact => JsonNamingPolicy.SnakeCaseLower.ConvertName(fact.ToString()) == code)));

    public StoredAnswer[] Stored => [.. Answers.Select(answer => Read(answer.Key, answer.Value))];

    public ScreenResult Evaluated(InstrumentSet instruments) => Screen.Evaluate(instruments, [.. Stored.Select(instruments.Read)], Person);

    private static StoredAnswer Read(string question, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => new StoredAnswer(question, AnswerWay.Said, [value.GetInt32().ToString(CultureInfo.InvariantCulture)]),
        JsonValueKind.Array => new StoredAnswer(question, AnswerWay.Said, [.. value.EnumerateArray().Select(one => one.GetString()!)]),
        _ => value.GetString() switch
        {
            "seen" => new StoredAnswer(question, AnswerWay.Observed, [Answer.YesCode]),
            "not seen" => new StoredAnswer(question, AnswerWay.Observed, [Answer.NoCode]),
            "declined" => new StoredAnswer(question, AnswerWay.Declined, []),
            var said => new StoredAnswer(question, AnswerWay.Said, [said!]),
        },
    };

    private Age Years()
    {
        if (Age is not { } age)
            return Tambo.Cases.Screening.Age.Unknown;
        if (age.ValueKind == JsonValueKind.Number)
            return Tambo.Cases.Screening.Age.Of(age.GetInt32());
        var text = age.GetString()!;
        int[] both = [.. text.Split('-', '/').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
        return text.Contains('/') ? Tambo.Cases.Screening.Age.Disputed(both[0], both[1]) : Tambo.Cases.Screening.Age.Between(both[0], both[1]);
    }
}
