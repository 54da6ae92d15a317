using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tambo.Cases;
using Tambo.Cases.Screening;

namespace Tambo.Tests.Cases.Screening;

/// <summary>Instruments are data, and data that would help nobody is refused with the reason.</summary>
public sealed class InstrumentTests
{
    private const string Asked = """
        {"id": "asked", "version": 1, "title": "t", "step": 1, "minutes": 3, "training": "t", "privacy": "t",
         "questions": [
           {"id": "asked.fear", "text": "t", "kind": "yes_no"},
           {"id": "asked.days", "text": "t", "kind": "whole_number", "least": 0, "most": 30},
           {"id": "asked.one", "text": "t", "kind": "one_of", "choices": ["a", "b"]},
           {"id": "asked.seen", "text": "t", "kind": "yes_no", "observed": true}],
         "rules": [{"id": "asked.rule", "version": 1, "when": {"yes": "asked.fear"}, "text": "t", "urgency": "urgent", "triggers": ["next"], "source": "made up", "verified": false}]}
        """;

    private const string Next = """
        {"id": "next", "version": 1, "title": "t", "step": 2, "minutes": 3, "training": "t", "privacy": "t",
         "questions": [{"id": "next.more", "text": "t", "kind": "yes_no"}],
         "rules": [{"id": "next.rule", "version": 1, "when": {"yes": "next.more"}, "text": "t", "urgency": "urgent", "source": "made up", "verified": false}]}
        """;

    private static readonly InstrumentSet Shipped = InstrumentSet.Shipped;

    [Fact]
    public void All_that_the_field_asked_for_is_there_and_nothing_asks_whom_somebody_loves()
    {
        Assert.Equal(
            ["extra_regional", "older_person", "pregnancy_lactation", "protection_need", "serious_illness", "smuggling", "statelessness", "stranded", "torture_protect", "trafficking", "triage", "unaccompanied_separated_child", "victim_of_crime_en_route", "washington_group_short_set"],
            Shipped.Instruments.Select(instrument => instrument.Id).Order(StringComparer.Ordinal));
        Assert.Equal("triage", Assert.Single(Shipped.Instruments, instrument => instrument.Step == 1).Id);
        Assert.Equal(3, Shipped["triage"].Minutes);
        Assert.DoesNotContain(Shipped.Profiles, code => code.Contains("lgbt", StringComparison.Ordinal) || code.Contains("orientation", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_text_an_instrument_needs_exists_in_each_language()
    {
        var texts = typeof(CasesPart).Assembly.GetManifestResourceNames().Where(name => name.StartsWith("Tambo.Cases.Text.", StringComparison.Ordinal))
            .Select(name => (name, Texts: JsonSerializer.Deserialize<Dictionary<string, string>>(typeof(CasesPart).Assembly.GetManifestResourceStream(name)!)!)).ToList();
        Assert.True(texts.Count >= 5);
        var files = Files();
        // Reading an instrument asks for each text it needs: here by each language in turn.
        foreach (var (name, known) in texts)
            Assert.True(Fault(files, known.ContainsKey) is null, $"{name}: {Fault(files, known.ContainsKey)}");
        string[] further =
        [
            .. Enum.GetNames<Urgency>().Select(code => $"screening.urgency.{Snake(code)}"), .. Enum.GetNames<Confidence>().Select(code => $"screening.confidence.{Snake(code)}"),
            .. Enum.GetNames<Locks>().Where(code => code != nameof(Locks.None)).Select(code => $"screening.lock.{Snake(code)}"), .. Enum.GetNames<KnownFact>().Select(code => $"screening.fact.{Snake(code)}"),
            "screening.fact.age_least", "screening.fact.age_most", "screening.fact.sex", "screening.fact.not",
            .. new[] { "yes", "no", "observed_yes", "observed_no", "declined", "not_asked" }.Select(code => $"screening.answer.{code}"),
        ];
        Assert.Empty(texts.SelectMany(language => further.Where(key => !language.Texts.ContainsKey(key)).Select(key => $"{language.name}: {key}")));
    }

    /// <summary>What was asked is read with the words of then: an instrument that changes gets a version, and the one before stays.</summary>
    [Fact, Trait("Kind", "Snapshot")]
    public void Every_version_that_ever_was_comes_with_the_program_and_says_what_it_said()
    {
        foreach (var instrument in Shipped.Instruments)
        {
            Assert.Equal(
                Enumerable.Range(1, instrument.Version - 1), InstrumentSet.FormerVersions.Where(one => one.Instrument == instrument.Id).Select(one => one.Version).Order());
        }

        using var stream = typeof(CasesPart).Assembly.GetManifestResourceStream("Tambo.Cases.Text.en.json")!;
        var english = JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!;
        var lines = Shipped.Instruments.Select(instrument => (instrument.Id, instrument.Version)).Concat(InstrumentSet.FormerVersions.Select(one => (Id: one.Instrument, one.Version))).OrderBy(one => one.Id, StringComparer.Ordinal).ThenBy(one => one.Version).Select(one =>
        {
            var set = InstrumentSet.Of(new Dictionary<string, int> { [one.Id] = one.Version });
            Assert.Equal(one.Version, set[one.Id].Version);
            var said = set[one.Id].Questions.SelectMany(question => new[] { question.Id, english[question.Text] }.Concat(question.Choices))
                .Concat(set[one.Id].Rules.SelectMany(rule => new[] { $"{rule.Id} {rule.Version}", english[rule.Text], rule.Source }));
            return $"{one.Id} {one.Version} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', said))).AsSpan(0, 8))}";
        });
        Tambo.Tests.Support.Repository.CheckApproved("tests/approved/instruments.txt", string.Join('\n', lines) + "\n");
    }

    [Fact]
    public void Answers_to_a_former_version_are_read_by_it_and_under_the_newest()
    {
        var first = InstrumentSet.Of(new Dictionary<string, int> { ["trafficking"] = 1, ["triage"] = 1 });
        Assert.Equal(1, first["trafficking"].Version);
        Assert.Null(first.PlaceOf("trafficking.sex_for_gain"));
        Assert.NotNull(Shipped.PlaceOf("trafficking.sex_for_gain"));
        // What was never shipped is read by what there is.
        Assert.Same(Shipped, InstrumentSet.Of(new Dictionary<string, int> { ["trafficking"] = 99, ["unheard"] = 1 }));
        Assert.Same(first, InstrumentSet.Of(new Dictionary<string, int> { ["trafficking"] = 1 }));
        var difference = Replay.Under(first, Shipped, [new("trafficking.controller_near", AnswerWay.Observed, ["yes"]), new("trafficking.debt_threat", AnswerWay.Said, ["yes"])], new Facts(Age.Of(30)));
        Assert.Empty(difference.NotCarried);
        Assert.Equal(difference.Before.Urgency, difference.After.Urgency);
        Assert.All(difference.Before.Fired.Where(fired => fired.Rule.Id.StartsWith("trafficking.", StringComparison.Ordinal)), fired => Assert.Equal(1, fired.InstrumentVersion));
    }

    [Fact]
    public void The_short_set_is_scored_by_the_published_cut_off_and_keeps_order_and_answers()
    {
        var set = Shipped["washington_group_short_set"];
        var domains = set.Questions.Where(question => question.Kind == QuestionKind.OneOf).ToList();
        Assert.Equal(["seeing", "hearing", "walking", "remembering", "self_care", "communicating"], domains.Select(question => question.Id.Split('.')[1]));
        Assert.All(domains, question => Assert.Equal(["no_difficulty", "some_difficulty", "a_lot_of_difficulty", "cannot_do_at_all"], question.Choices));
        foreach (var domain in domains)
        {
            for (var choice = 0; choice < 4; choice++)
            {
                var result = Screen.Evaluate(Shipped, [Shipped.Said(domain.Id, domain.Choices[choice])], new Facts(Age.Of(30)));
                Assert.Equal(choice >= 2, result.Profiles.Any(profile => profile.Code == "disability"));
            }
        }
    }

    [Theory]
    [InlineData(7, false)]
    [InlineData(8, true)]
    [InlineData(10, true)]
    public void Eight_of_the_ten_items_of_PROTECT_are_the_cut_off(int count, bool urgent)
    {
        Answer[] answers = [.. Enumerable.Range(1, count).Select(number => Shipped.Said($"torture_protect.item_{number}", "yes"))];
        Assert.Equal(urgent ? Urgency.Urgent : Urgency.Normal, Screen.Evaluate(Shipped, answers, new Facts(Age.Of(30))).Urgency);
    }

    // The published combination: two strong; a strong with a medium or weak; three medium; two medium with a weak.
    [Theory]
    [InlineData("SS", true)]
    [InlineData("SM", true)]
    [InlineData("SW", true)]
    [InlineData("S", false)]
    [InlineData("MMM", true)]
    [InlineData("MMW", true)]
    [InlineData("MM", false)]
    [InlineData("MWW", false)]
    [InlineData("WWW", false)]
    public void A_dimension_is_positive_by_the_combination_of_its_indicators(string signs, bool positive)
    {
        string[] strengths = ["strong", "strong", "strong", "medium", "medium", "medium", "weak", "weak", "weak"];
        var instrument = JsonNode.Parse(Asked)!;
        instrument["questions"] = new JsonArray([.. strengths.Select((strength, at) => JsonNode.Parse($$$"""{"id": "asked.q{{{at}}}", "text": "t", "kind": "yes_no", "dimension": "d", "strength": {"adult": "{{{strength}}}"}}"""))]);
        instrument["rules"]![0]!["when"] = JsonNode.Parse("""{"dimension": "asked.d", "list": "adult"}""");
        instrument["rules"]![0]!["triggers"] = new JsonArray();
        var set = InstrumentSet.Read([("asked", instrument.ToJsonString())], _ => true);
        Dictionary<char, int> next = new() { ['S'] = 0, ['M'] = 3, ['W'] = 6 };
        Answer[] answers = [.. signs.Select(sign => set.Said($"asked.q{next[sign]++}", "yes"))];
        Assert.Equal(positive, Screen.Evaluate(set, answers, new Facts(Age.Of(30))).Fired.Count == 1);
    }

    [Fact]
    public void Trafficking_asks_in_all_six_dimensions_and_says_that_its_weights_are_not_verified()
    {
        var indicators = Shipped["trafficking"].Questions.Where(question => question.Dimension is not null).ToList();
        Assert.Equal(6, indicators.Select(question => question.Dimension).Distinct().Count());
        Assert.All(indicators, question => Assert.Equal(["adult", "child"], question.Strength.Keys.Order()));
        Assert.All(Shipped["trafficking"].Rules, rule => Assert.True(rule is { Profile: "possible_trafficking", Confidence: Confidence.Flag, Verified: false }));
    }

    [Fact]
    public void Every_rule_says_where_it_comes_from_and_what_is_remembered_is_not_called_verified() =>
        Assert.All(Shipped.Rules, rule => Assert.False(rule.Verified && (rule.Source.Contains("as remembered", StringComparison.Ordinal) || rule.Source.StartsWith("Own rule", StringComparison.Ordinal)), rule.Id));

    [Fact]
    public void What_is_in_order_is_read() => Assert.Null(Fault([("asked", Asked), ("next", Next)]));

    [Theory]
    [InlineData("""{"yes": "asked.nobody"}""", "there is no question 'asked.nobody'")]
    [InlineData("""{"question": "asked.one", "equals": "c"}""", "'asked.one' is never answered with 'c'")]
    [InlineData("""{"question": "asked.fear", "equals": "no"}""", "declined is never no")]
    [InlineData("""{"not": {"yes": "asked.fear"}}""", "an answer could take help away")]
    [InlineData("""{"question": "asked.one", "less": 3}""", "'asked.one' is not answered by a number")]
    [InlineData("""{"answered": "asked.one"}""", "say which answer counts")]
    [InlineData("""{"question": "asked.days", "less": 0}""", "never reached")]
    [InlineData("""{"question": "asked.days", "least": 31}""", "never reached")]
    [InlineData("""{"atLeast": 3, "of": [{"yes": "asked.fear"}, {"yes": "asked.seen"}]}""", "never reached")]
    [InlineData("""{"any": []}""", "never reached")]
    [InlineData("""{"all": [{"ageLeast": 60}, {"yes": "asked.fear"}, {"ageMost": 17}]}""", "never reached")]
    [InlineData("""{"all": [{"question": "asked.one", "equals": "a"}, {"question": "asked.one", "equals": "b"}]}""", "never reached")]
    [InlineData("""{"defined": "asked.nothing"}""", "nothing is defined as 'asked.nothing'")]
    [InlineData("""{"dimension": "asked.nothing", "list": "adult"}""", "no question is an indicator")]
    [InlineData("""{"maybe": "asked.fear"}""", "unknown condition")]
    [InlineData("""{"sex": "f"}""", "unknown code 'f'")]
    [InlineData("""{"fact": "rich"}""", "unknown code 'rich'")]
    public void A_condition_that_cannot_be_meant_is_refused(string when, string why) =>
        Assert.Contains(why, Fault([("asked", With(Asked, "when", JsonNode.Parse(when))), ("next", Next)]), StringComparison.Ordinal);

    [Theory]
    [InlineData("source", "\" \"", "has no source")]
    [InlineData("confidence", "\"confirmed\"", "cannot be read")]
    [InlineData("profile", "\"p\"", "a profile without a confidence")]
    [InlineData("triggers", "[\"nowhere\"]", "triggers 'nowhere', which there is not")]
    [InlineData("triggers", "[]", "no rule triggers 'next'")]
    [InlineData("triggers", "[\"next\", \"asked\"]", "asked of everybody")]
    [InlineData("id", "\"other.rule\"", "is not named after it")]
    [InlineData("locks", "[\"everything\"]", "cannot be read")]
    [InlineData("version", "0", "has version 0")]
    [InlineData("wheN", "1", "cannot be read")]
    public void A_rule_that_nobody_could_stand_behind_is_refused(string field, string value, string why) =>
        Assert.Contains(why, Fault([("asked", With(Asked, field, JsonNode.Parse(value))), ("next", Next)]), StringComparison.Ordinal);

    [Fact]
    public void A_rule_without_a_word_on_its_source_is_refused()
    {
        var instrument = JsonNode.Parse(Asked)!;
        instrument["rules"]![0]!.AsObject().Remove("source");
        Assert.Contains("source", Fault([("asked", instrument.ToJsonString()), ("next", Next)]), StringComparison.Ordinal);
    }

    [Fact]
    public void Instruments_that_trigger_each_other_round_and_round_are_refused()
    {
        var again = Next.Replace("\"next", "\"again", StringComparison.Ordinal);
        Assert.Contains("triggers itself", Fault([("asked", Asked), ("next", With(Next, "triggers", JsonNode.Parse("""["again"]"""))), ("again", With(again, "triggers", JsonNode.Parse("""["next"]""")))]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_text_is_named() =>
        Assert.Contains("'next.rule' needs the text 'far away', which is missing", Fault([("asked", Asked), ("next", With(Next, "text", "far away"))], key => key != "far away"), StringComparison.Ordinal);

    [Fact]
    public void No_rule_of_any_instrument_may_say_more_than_a_ceiling()
    {
        var low = JsonNode.Parse(With(With(Next, "profile", "p"), "confidence", "flag"))!;
        low["atMost"] = "flag";
        var high = With(With(Asked, "profile", "p"), "confidence", "probable");
        Assert.Contains("'asked.rule' says more of 'p' than screening may", Fault([("asked", high), ("next", low.ToJsonString())]), StringComparison.Ordinal);
    }

    [Fact]
    public void Definitions_that_go_round_in_a_circle_are_refused()
    {
        var instrument = JsonNode.Parse(Asked)!;
        instrument["define"] = JsonNode.Parse("""{"a": {"defined": "asked.b"}, "b": {"any": [{"defined": "asked.a"}]}}""");
        Assert.Contains("is defined by itself", Fault([("asked", instrument.ToJsonString()), ("next", Next)]), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_whom_a_question_is_asked_depends_on_facts_alone()
    {
        var instrument = JsonNode.Parse(Asked)!;
        instrument["questions"]![1]!["appliesWhen"] = JsonNode.Parse("""{"yes": "asked.fear"}""");
        Assert.NotNull(Fault([("asked", instrument.ToJsonString()), ("next", Next)]));
    }

    private static string With(string json, string field, JsonNode? value)
    {
        var instrument = JsonNode.Parse(json)!;
        instrument["rules"]![0]![field] = value;
        return instrument.ToJsonString();
    }

    private static string? Fault((string, string)[] files, Func<string, bool>? hasText = null)
    {
        try
        {
            InstrumentSet.Read(files, hasText ?? (_ => true));
            return null;
        }
        catch (InvalidDataException refused)
        {
            return refused.Message;
        }
    }

    private static (string, string)[] Files()
    {
        const string prefix = "Tambo.Cases.Instruments.";
        var assembly = typeof(CasesPart).Assembly;
        return [.. assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => (name[prefix.Length..^5], Read(assembly, name)))];
    }

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    private static string Snake(string code) => JsonNamingPolicy.SnakeCaseLower.ConvertName(code);
}
