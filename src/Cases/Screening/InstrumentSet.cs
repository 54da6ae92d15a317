using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tambo.Platform.Languages;

namespace Tambo.Cases.Screening;

/// <summary>Instruments that belong together, checked and made ready to evaluate; it never changes.</summary>
internal sealed class InstrumentSet
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    private static readonly Lazy<InstrumentSet> Embedded = new(ReadShipped);

    private const string OfFormer = "Tambo.Cases.Former.";
    private static readonly ConcurrentDictionary<string, InstrumentSet> Earlier = new(StringComparer.Ordinal);

    private readonly FrozenDictionary<string, ushort> places;
    private readonly FrozenDictionary<string, Instrument> byId;

    internal InstrumentSet(IReadOnlyList<Instrument> instruments, IReadOnlyDictionary<string, ushort> places, IReadOnlyList<string> profiles, IReadOnlyList<string> pathways, FlatRules flat)
    {
        Instruments = instruments;
        Questions = [.. instruments.SelectMany(instrument => instrument.Questions)];
        Rules = [.. instruments.SelectMany(instrument => instrument.Rules)];
        Profiles = profiles;
        Pathways = pathways;
        Flat = flat;
        this.places = places.ToFrozenDictionary(StringComparer.Ordinal);
        byId = instruments.ToFrozenDictionary(instrument => instrument.Id, StringComparer.Ordinal);
        FollowUps = [.. instruments.Select(FollowUpsOf)];
        FirstStep = instruments.Select((instrument, place) => instrument.Step == 1 ? 1u << place : 0).Aggregate(0u, (all, bit) => all | bit);
    }

    /// <summary>The instruments that come with the program.</summary>
    public static InstrumentSet Shipped => Embedded.Value;

    /// <summary>
    /// The instruments as they stood for a screening: those of its versions, for as far as they come with the program. What was
    /// asked then is read with the words of then.
    /// </summary>
    /// <param name="versions">The version of each instrument that could have been asked.</param>
    public static InstrumentSet Of(IReadOnlyDictionary<string, int> versions)
    {
        var former = Shipped.Instruments
            .Where(instrument => versions.TryGetValue(instrument.Id, out var version) && version != instrument.Version && FormerVersions.Contains((instrument.Id, version)))
            .ToDictionary(instrument => instrument.Id, instrument => versions[instrument.Id], StringComparer.Ordinal);
        return former.Count == 0 ? Shipped : Earlier.GetOrAdd(
            string.Join(' ', former.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => FileOf(one.Key, one.Value))),
            _ => ReadWith([.. ShippedFiles().Select(file => former.TryGetValue(file.Name, out var version) ? (file.Name, Resource($"{OfFormer}{FileOf(file.Name, version)}.json")) : file)]));
    }

    /// <summary>The former versions that come with the program: each that ever did, other than the newest.</summary>
    public static IReadOnlySet<(string Instrument, int Version)> FormerVersions { get; } = typeof(InstrumentSet).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(OfFormer, StringComparison.Ordinal))
        .Select(name => name[OfFormer.Length..^".json".Length].Split('.')).Select(parts => (parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture))).ToHashSet();

    /// <summary>The instruments, those for everybody first.</summary>
    public IReadOnlyList<Instrument> Instruments { get; }

    /// <summary>All questions; an <see cref="Answer"/> names its question by the place here.</summary>
    public IReadOnlyList<Question> Questions { get; }

    /// <summary>All rules.</summary>
    public IReadOnlyList<Rule> Rules { get; }

    /// <summary>The codes of profiles that rules give.</summary>
    public IReadOnlyList<string> Profiles { get; }

    /// <summary>The codes of pathways that rules recommend.</summary>
    public IReadOnlyList<string> Pathways { get; }

    /// <summary>When each rule holds, in the order of <see cref="Rules"/>.</summary>
    internal IReadOnlyList<Formula> Holds { get; init; } = [];

    /// <summary>Of whom each question is known not to be asked; null where it is asked of everybody.</summary>
    internal IReadOnlyList<Formula?> NotFor { get; init; } = [];

    internal FlatRules Flat { get; }

    /// <summary>For each instrument the questions that somebody comes back to, as bits.</summary>
    internal ulong[][] FollowUps { get; }

    /// <summary>The instruments asked of everybody, as bits.</summary>
    internal uint FirstStep { get; }

    /// <summary>The instrument of a code.</summary>
    public Instrument this[string id] => byId[id];

    /// <summary>The place of a question; null when there is none of that code.</summary>
    public ushort? PlaceOf(string question) => places.TryGetValue(question, out var place) ? place : null;

    /// <summary>What was said: choices by code, or one number.</summary>
    /// <exception cref="ArgumentException">The question or the answer is not one of this set.</exception>
    public Answer Said(string question, params IReadOnlyList<string> values) => Read(new StoredAnswer(question, AnswerWay.Said, values));

    /// <summary>What the officer saw, or looked for and did not see.</summary>
    /// <exception cref="ArgumentException">The question is not one of this set, or not answered by yes or no.</exception>
    public Answer Observed(string question, bool seen) => Read(new StoredAnswer(question, AnswerWay.Observed, [seen ? Answer.YesCode : Answer.NoCode]));

    /// <summary>The person would rather not say.</summary>
    /// <exception cref="ArgumentException">The question is not one of this set.</exception>
    public Answer Declined(string question) => Read(new StoredAnswer(question, AnswerWay.Declined, []));

    /// <summary>An answer as it is kept, for this set.</summary>
    /// <exception cref="ArgumentException">The question or the answer is not one of this set.</exception>
    public Answer Read(StoredAnswer stored) =>
        Fault(stored) is { } fault ? throw new ArgumentException(fault, nameof(stored)) : new Answer(places[stored.Question], stored.Way, ValueOf(Questions[places[stored.Question]], stored));

    /// <summary>Why this set cannot read an answer; null when it can.</summary>
    public string? Fault(StoredAnswer stored)
    {
        if (!places.TryGetValue(stored.Question, out var place))
            return $"there is no question '{stored.Question}'";
        var (question, count) = (Questions[place], stored.Values.Count);
        if (!Enum.IsDefined(stored.Way) || stored.Way < AnswerWay.Said)
            return count == 0 ? null : $"'{stored.Question}' was not answered and yet has an answer";
        if (stored.Way == AnswerWay.Observed && question.Kind != QuestionKind.YesNo)
            return $"'{stored.Question}' is asked, not seen";
        if (stored.Way == AnswerWay.Said && question.Observed)
            return $"'{stored.Question}' is seen, not asked";
        if (count == 0 || (count > 1 && question.Kind != QuestionKind.ManyOf))
            return $"'{stored.Question}' has {count} answers";
        return question.Kind == QuestionKind.WholeNumber
            ? stored.Values is [var text] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= question.Least && number <= question.Most ? null : $"'{stored.Question}' is answered by a number from {question.Least} to {question.Most}"
            : stored.Values.FirstOrDefault(value => !Choices(question).Contains(value)) is { } stranger ? $"'{stored.Question}' is never answered with '{stranger}'" : null;
    }

    /// <summary>An answer of this set as it is kept.</summary>
    public StoredAnswer Store(Answer answer)
    {
        var question = Questions[answer.Question];
        return new StoredAnswer(question.Id, answer.Way, !answer.Says ? []
            : question.Kind == QuestionKind.WholeNumber ? [answer.Value.ToString(CultureInfo.InvariantCulture)]
            : [.. Choices(question).Where((_, at) => (answer.Value & (1u << at)) != 0)]);
    }

    /// <summary>The codes by which a question is answered, each at the place of its bit.</summary>
    public static IReadOnlyList<string> Choices(Question question) => question.Kind == QuestionKind.YesNo ? [Answer.YesCode, Answer.NoCode] : question.Choices;

    /// <summary>Reads and checks instruments.</summary>
    /// <param name="files">Their files, by name.</param>
    /// <param name="hasText">Tells whether there is a text of a key.</param>
    /// <exception cref="InvalidDataException">Something is wrong; the message says what, and in which rule.</exception>
    public static InstrumentSet Read(IEnumerable<(string Name, string Json)> files, Func<string, bool> hasText) => InstrumentChecks.Make([.. files.Select(Parse)], hasText);

    private static Instrument Parse((string Name, string Json) file)
    {
        try
        {
            var instrument = JsonSerializer.Deserialize<Instrument>(file.Json, Options) ?? throw new JsonException("the file is empty");
            return instrument.Id == file.Name ? instrument : throw new JsonException($"its id is '{instrument.Id}'");
        }
        catch (JsonException unreadable)
        {
            throw new InvalidDataException($"The instrument '{file.Name}' cannot be read: {unreadable.Message}", unreadable);
        }
    }

    /// <summary>The files of the instruments that come with the program, by name.</summary>
    public static IReadOnlyList<(string Name, string Json)> ShippedFiles()
    {
        const string prefix = "Tambo.Cases.Instruments.";
        return
        [
            .. typeof(InstrumentSet).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)
                .Select(name => (name[prefix.Length..^".json".Length], Resource(name))),
        ];
    }

    private static string FileOf(string instrument, int version) => string.Create(CultureInfo.InvariantCulture, $"{instrument}.{version}");

    private static InstrumentSet ReadShipped() => ReadWith(ShippedFiles());

    private static InstrumentSet ReadWith(IEnumerable<(string Name, string Json)> files)
    {
        var texts = JsonSerializer.Deserialize<Dictionary<string, string>>(Resource($"Tambo.Cases.Text.{TextCatalog.Fallback}.json"))!;
        return Read(files, texts.ContainsKey);
    }

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(InstrumentSet).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    private static uint ValueOf(Question question, StoredAnswer stored) =>
        stored.Way < AnswerWay.Said ? 0
        : question.Kind == QuestionKind.WholeNumber ? uint.Parse(stored.Values[0], CultureInfo.InvariantCulture)
        : stored.Values.Aggregate(0u, (bits, value) => bits | Formulas.Bit(question, value));

    private ulong[] FollowUpsOf(Instrument instrument)
    {
        var bits = new ulong[Flat.QuestionWords];
        foreach (var place in instrument.Questions.Where(question => question.FollowUp).Select(question => places[question.Id]))
            bits[place >> 6] |= 1UL << (place & 63);
        return bits;
    }
}
