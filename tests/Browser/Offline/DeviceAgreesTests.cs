using System.Text.Json;
using Microsoft.Playwright;
using Tambo.Guide.Finding;
using Tambo.Guide.Notices;
using Tambo.Guide.Offline;
using Tambo.Guide.Schedules;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Tests.Guide.Notices;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Offline;

/// <summary>What a device works out by itself is what the node would have said: hours, hashes, changes, and words.</summary>
public sealed class DeviceAgreesTests(BrowserOfTests browser)
{
    private static readonly string[] Zones = ["America/Bogota", "America/Tijuana", "America/Sao_Paulo", "America/St_Johns", "Asia/Kathmandu", "UTC-04:30"];

    [Fact]
    public async Task A_door_is_open_closed_or_unknown_and_changes_at_the_same_minute_as_on_the_node()
    {
        var chance = new Random(20261122);
        var cases = new List<(OpeningHours Hours, string Zone, DateTimeOffset Now)>();
        for (var i = 0; i < 3000; i++)
        {
            var zone = Zones[chance.Next(Zones.Length)];
            var clock = zone.StartsWith("UTC", StringComparison.Ordinal) ? ZoneClock.Fixed(-270) : ZoneClock.Find(zone)!;
            var hours = HoursOf(chance, clock);
            var now = new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero).AddMinutes(chance.Next(0, 60 * 24 * 60));
            // On the nights on which clocks change, a device counts on the wall clock.
            if (Enumerable.Range(-48, 24 * 12).Select(hour => clock.OffsetAt(ZoneClock.Minute(now.AddHours(hour)))).Distinct().Count() == 1)
                cases.Add((hours, clock.Id, now));
        }

        var page = await ProofAsync();
        var told = await page.EvaluateAsync<JsonElement>(
            """
            cases => cases.map(([text, zone, now]) => {
              const wall = proof.wallMinute(zone, now);
              const state = text ? proof.stateAt(proof.hoursOf(text), wall, { on: () => false, last: Infinity }) : { is: 'unknown' };
              return [state.is, (state.until ?? state.next ?? wall) - wall];
            })
            """,
            cases.Select(one => new object[] { PackHours.Of(one.Hours), one.Zone, one.Now.ToUnixTimeMilliseconds() }).ToArray());

        var wrong = new List<string>();
        var seen = new HashSet<Opening>();
        foreach (var (one, answer) in cases.Zip(told.EnumerateArray()))
        {
            var state = one.Hours.StateAt(one.Now);
            seen.Add(state.Opening);
            var minutes = (state.Until ?? state.OpensNext) is { } at && at - one.Now < TimeSpan.FromDays(8) ? (long)(at - Floor(one.Now)).TotalMinutes : (long?)null;
            if (!state.Opening.ToString().Equals(answer[0].GetString(), StringComparison.OrdinalIgnoreCase) || (minutes is { } expected && answer[1].GetInt64() != expected))
                wrong.Add($"{PackHours.Of(one.Hours)} in {one.Zone} at {one.Now:u}: node {state.Opening} {minutes}, device {answer}");
        }

        Assert.Equal(3, seen.Count);
        Assert.True(cases.Count > 1500);
        Assert.Empty(wrong.Take(5));
    }

    [Fact]
    public async Task A_device_hashes_marks_and_changes_a_pack_as_the_node_does()
    {
        var chance = new Random(7);
        var page = await ProofAsync();
        for (var turn = 0; turn < 40; turn++)
        {
            var (before, after) = (RandomPack(chance), RandomPack(chance));
            var groups = PackMarks.GroupsFor(before.Rows.Count);
            var marks = PackMarks.Of(before.Head, before.Rows, groups);
            var answer = await page.EvaluateAsync<JsonElement>(
                """
                async ([head, rows, delta, whole]) => {
                  const groups = proof.groupsFor(rows.length);
                  const marks = [...proof.marksOf(head, rows, groups)];
                  const next = proof.applied(JSON.parse(delta), head, rows, groups);
                  const full = JSON.parse(whole);
                  const fullRows = proof.rowsOf(full.columns).sort((a, b) => a < b ? -1 : a > b ? 1 : 0);
                  return [await proof.versionOf(head, rows), marks.join(), await proof.versionOf(next.head, next.rows), await proof.versionOf(JSON.stringify(full.head), fullRows)];
                }
                """,
                new object[] { before.Head, before.Rows.Select(row => row.Json), System.Text.Encoding.UTF8.GetString(after.DeltaFor(marks)), System.Text.Encoding.UTF8.GetString(after.Whole()) });
            Assert.Equal(
                [before.Version, string.Join(',', marks), after.Version, after.Version],
                answer.EnumerateArray().Select(value => value.GetString()));
        }
    }

    [Fact]
    public async Task Words_are_folded_and_compared_alike()
    {
        string[] words = ["albergue", "albegue", "albergues", "clínica", "CLINICA", "doktè", "São  Paulo!", "l’hôpital", "casa", "cama", "abogado", "abogada", "ñandú", "médecin", "ⅷ 12", "ça", "الْعِيَادَةُ", "عيادات", "لـــجوء", "إلى أيّ مستشفى؟", "رقم ٤٥", "کلینیک ۱۲", "৭ নং", "ⵜ"];
        var page = await ProofAsync();
        var folded = await page.EvaluateAsync<string[]>("words => words.map(proof.fold)", words);
        Assert.Equal(words.Select(Spelling.Fold), folded);

        var pairs = folded.SelectMany(typed => folded.Select(word => new[] { typed, word })).Where(pair => pair[0].Length > 0).ToArray();
        var close = await page.EvaluateAsync<double[]>("pairs => pairs.map(([typed, word]) => proof.closeness(typed, word))", pairs);
        Assert.Equal(pairs.Select(pair => (double)WordCloseness.Of(pair[0], pair[1])), close, (expected, actual) => Math.Abs(expected - actual) < 1e-6);

        var single = folded.SelectMany(text => text.Split(' ')).ToArray();
        var stems = await page.EvaluateAsync<string[]>(
            "([words, prefixes, suffixes]) => words.map((word) => proof.stem(word, { prefixes, suffixes }))",
            new object[] { single, SearchWords.Stems.Prefixes, SearchWords.Stems.Suffixes });
        Assert.Equal(single.Select(word => SearchWords.Stems.Of(word).ToString()), stems);
    }

    [Fact]
    public async Task Counts_take_the_same_form()
    {
        var rules = TextCatalog.Load([typeof(TextCatalog).Assembly]).Languages.Select(language => language.Plurals)
            .Append(PluralRules.Of(new Dictionary<string, string>
            {
                ["language.plural.one"] = "v = 0 and i % 10 = 1 and i % 100 != 11",
                ["language.plural.few"] = "v = 0 and i % 10 = 2..4 and i % 100 != 12..14 @integer 2~4",
                ["language.plural.many"] = "v = 0 and i % 10 = 0 or v = 0 and i % 10 = 5..9 or v = 0 and i % 100 = 11..14",
            }));
        long[] counts = [.. Enumerable.Range(0, 130).Select(count => (long)count), 1000, 1001, 1003, 1_000_000];
        var page = await ProofAsync();
        foreach (var language in rules)
        {
            var written = language.Written.ToDictionary(rule => "plural." + rule.Form, rule => rule.Rule);
            var forms = await page.EvaluateAsync<string[]>("([counts, rules]) => counts.map((count) => proof.formOf(count, rules))", new object[] { counts, written });
            Assert.Equal(counts.Select(language.FormOf), forms);
        }
    }

    [Fact]
    public async Task A_notice_is_shown_on_the_same_days()
    {
        var page = await ProofAsync();
        // As a manifest brings it; packs from before hold days alone, and are read as where nobody knows a clock.
        var told = await page.EvaluateAsync<bool[]>(
            "days => days.map(([from, until, begins, ends, now]) => proof.isTold(begins === null ? { from, until } : { from, until, begins, ends }, now))",
            NoticeDay.All.Select(day => new object?[]
            {
                NoticeForm.Iso(day.From), NoticeForm.Iso(day.Until),
                day.Clocks.Length == 0 ? null : day.Span.Begins.ToUnixTimeSeconds(), day.Clocks.Length == 0 ? null : day.Span.Ends.ToUnixTimeSeconds(),
                day.Now.ToUnixTimeMilliseconds(),
            }).ToArray());
        Assert.Equal(NoticeDay.All.Select(day => (day.Why, day.Shown)), NoticeDay.All.Zip(told, (day, shown) => (day.Why, shown)));
    }

    [Fact]
    public async Task A_notice_for_another_state_or_country_concerns_nobody_here_and_where_nobody_knows_it_does()
    {
        var page = await ProofAsync();
        var concerned = await page.EvaluateAsync<bool[]>(
            "cases => cases.map(([country, state, inCountry, inState]) => proof.concerns({ country, state }, { country: inCountry, state: inState }, proof.fold))",
            new[]
            {
                new[] { "", "", "MX", "Sonora" }, ["MX", "", "MX", "Sonora"], ["MX", "México", "MX", "Mexico"], ["MX", "Sonora", "MX", ""], ["MX", "Sonora", "", ""],
                ["MX", "Sonora", "MX", "Chiapas"], ["GT", "", "MX", "Chiapas"],
            });
        Assert.Equal([true, true, true, true, true, false, false], concerned);
    }

    private static DateTimeOffset Floor(DateTimeOffset instant) => DateTimeOffset.FromUnixTimeSeconds(ZoneClock.Minute(instant) * 60);

    private async Task<IPage> ProofAsync()
    {
        var page = await browser.OpenAsync();
        // Hashing is for secure pages only.
        await page.Context.RouteAsync("https://device.example/", route => route.FulfillAsync(new() { ContentType = "text/html", Body = "<!doctype html>" }));
        await page.GotoAsync("https://device.example/");
        await page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "web", "dist", "proof", "proof.js")));
        return page;
    }

    private static OpeningHours HoursOf(Random chance, ZoneClock clock)
    {
        var schedules = Enumerable.Range(0, chance.Next(1, 4)).Select(_ => ScheduleOf(chance)).ToList();
        var exceptions = Enumerable.Range(0, chance.Next(3)).Select(_ =>
        {
            var from = new DateOnly(2026, 11, 15).AddDays(chance.Next(80));
            return new ExceptionalHours(from, from.AddDays(chance.Next(4)), chance.Next(2) == 0 ? [] : [Stay(chance)]);
        });
        return new OpeningHours(clock, schedules, exceptions, complete: chance.Next(10) > 0);
    }

    private static Schedule ScheduleOf(Random chance)
    {
        DateOnly? Some(int one) => chance.Next(one) == 0 ? new DateOnly(2026, 10, 1).AddDays(chance.Next(150)) : null;
        var start = Some(2);
        var frequency = (Frequency)chance.Next(3);
        var schedule = new Schedule
        {
            Hours = Stay(chance),
            Frequency = frequency,
            Interval = start is null ? 1 : chance.Next(1, 4),
            Days = [.. Enumerable.Range(0, chance.Next(0, 5)).Select(_ => new ByDay(frequency == Frequency.Monthly ? chance.Next(-3, 4) : 0, (DayOfWeek)chance.Next(7))).Distinct()],
            MonthDays = chance.Next(4) == 0 ? [chance.Next(1, 32), -chance.Next(1, 10)] : [],
            WeekStart = (DayOfWeek)chance.Next(7),
            Start = start,
            Until = Some(4) is { } until && until >= (start ?? until) ? until : null,
            Count = start is not null && chance.Next(4) == 0 ? chance.Next(1, 30) : null,
            ValidFrom = Some(4),
            ValidTo = null,
        };
        return schedule with { ValidTo = chance.Next(4) == 0 ? (schedule.ValidFrom ?? new DateOnly(2026, 11, 1)).AddDays(chance.Next(100)) : null };
    }

    private static DayHours Stay(Random chance) => new(chance.Next(0, 96) * 15, chance.Next(1, 97) * 15);

    private static Pack RandomPack(Random chance)
    {
        string[] texts = ["", "Albergue", "\"\\/\b\f\n\r\t\u0001", "日本 😀 \ud800 é", "\u2028<script>", "\tes\tCasa"];
        var rows = Enumerable.Range(0, chance.Next(0, 60)).Select(_ => new PackRow([.. Enumerable.Range(0, PackRow.Fields.Count).Select(field => field switch
        {
            PackRow.IdField => (object)$"c{chance.Next(40)}",
            6 or 7 => chance.Next(-1_800_000, 1_800_000),
            8 => chance.Next(256),
            _ => texts[chance.Next(chance.Next(4) == 0 ? texts.Length : 2)],
        })]));
        return new Pack($$"""{"holidays":[["XA","2026-12-25","Ñ {{chance.Next(3)}}"]]}""", rows);
    }
}
