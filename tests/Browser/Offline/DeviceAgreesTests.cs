using System.Text.Json;
using Microsoft.Playwright;
using Tambo.Guide.Finding;
using Tambo.Guide.Notices;
using Tambo.Guide.Offline;
using Tambo.Guide.Schedules;
using Tambo.Platform.Clocks;
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
    public async Task What_is_found_in_a_pack_and_its_order_is_what_comparing_every_row_with_every_word_gives()
    {
        var page = await ProofAsync();

        Assert.Empty(await page.EvaluateAsync<string[]>(EveryRowRead));
    }

    /// <summary>Asks a made-up pack of 300 rows 600 questions and reads every row for each of them as well; what differs, in words.</summary>
    private const string EveryRowRead =
        """
        () => {
          let seed = 7;
          const chance = most => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0, (seed >>> 8) % most);
          const some = list => list[chance(list.length)];
          const words = ['albergue', 'clínica', 'Clinica', 'comedor', 'casa', 'cama', 'médico', 'abogada', 'abogado', 'faro', 'puente', 'del', 'norte', 'monte', 'santa', 'lumen'];
          const vocabulary = {
            needs: [{ code: 'health', name: 'x', said: ['doctor', 'medico', 'enferm'] }, { code: 'shelter', name: 'x', said: ['cama', 'dormir'] }, { code: 'legal', name: 'x', said: ['abogad', 'papeles'] }],
            small: ['del', 'la'], prefixes: [], suffixes: ['s'],
          };
          const text = () => Array.from({ length: 1 + chance(3) }, () => some(words)).join(' ');
          const rows = Array.from({ length: 300 }, (_, i) => [
            'PE', some(['Puerto Lumen', 'San José', '']), text(), (chance(6) ? '' : '\ten\t') + text() + (chance(3) ? '' : ` ${i}`), `i${i}`, `Calle ${text()}`,
            -120000 + chance(60) * 500, -770000 + chance(60) * 500, (chance(8) ? 1 : 0) | (chance(6) ? 0 : 2) | (chance(12) ? 0 : 32), some(['health', 'shelter', 'legal health', '']), 'es',
            some(['', 'w1234@480+540', 'w12345@600+300', 'w67@0+1440']), some(['America/Lima', 'UTC-04:30']), '', '', '', text(), ...Array(14).fill('')]);
          const head = { countries: [['PE', 'Perú']], holidays: [], holidaysUntil: '2030-01-01', towns: [], map: [] };
          const directory = new proof.Directory({ manifest: {}, head: JSON.stringify(head), rows: rows.map(row => JSON.stringify(row)) }, vocabulary);

          const plain = said => said[0] === '\t' ? said.slice(said.indexOf('\t', 1) + 1) : said;
          const stems = said => proof.fold(plain(said)).split(' ').filter(word => word).map(word => proof.stem(word, vocabulary));
          const radians = degrees => degrees * Math.PI / 180;
          const metres = (from, row) => {
            const [latitude, longitude] = [row[6] / 1e4, row[7] / 1e4];
            const high = Math.sin(radians(latitude - from.latitude) / 2), wide = Math.sin(radians(longitude - from.longitude) / 2);
            return 2 * 6371008.8 * Math.asin(Math.min(1, Math.sqrt(high * high + Math.cos(radians(from.latitude)) * Math.cos(radians(latitude)) * wide * wide)));
          };
          const isClosed = (row, now) => row[11] !== '' && proof.stateAt(proof.hoursOf(row[11]), proof.wallMinute(row[12], now), { on: () => false, last: Infinity }).is === 'closed';
          const scoreOf = (row, word) => Math.max(
            ...[[3, 4], [2, 3], [16, 1], [1, 1], [5, 1]].flatMap(([field, weight]) => stems(row[field]).map(known => weight * proof.closeness(word, known))), 0,
            ...word.length < 3 ? [] : vocabulary.needs.filter(({ code }) => row[9].split(' ').includes(code))
              .map(({ said }) => Math.max(...said.map(name => proof.closeness(word, name)))).filter(close => close >= (word.length >= 6 ? .6 : .8)).map(close => 2 * close));
          const everyRow = ({ words, need, from, openAt }) => {
            const typed = [...new Set(proof.fold(words).split(' '))].filter(word => word), telling = typed.filter(word => !vocabulary.small.includes(word));
            const scores = (telling.length ? telling : typed).map(word => rows.map(row => scoreOf(row, proof.stem(word, vocabulary)))).filter(all => all.some(score => score));
            const kept = rows.map((row, i) => ({ row, i, score: scores.reduce((sum, all) => sum + all[i], 0), all: scores.every(all => all[i]) }))
              .filter(({ row, all }) => (!typed.length || scores.length && all) && (!need || row[9].split(' ').includes(need)) && (!openAt || !(row[8] & 32) && !isClosed(row, openAt)));
            const group = row => row[8] & 1 ? row[8] & 2 ? 1 : 0 : 2, about = row => Math.ceil(metres(from, row) / 10000) * 10;
            const by = (a, b) => a < b ? -1 : a > b ? 1 : 0;
            const far = row => [metres(from, row), about(row), 0][group(row)];
            return kept.sort((a, b) => (from ? by(group(a.row), group(b.row)) || by(far(a.row), far(b.row)) : typed.length ? by(b.score, a.score) : 0)
                || by(plain(a.row[3]), plain(b.row[3])) || a.i - b.i)
              .map(({ row }) => `${row[4]} ${from && group(row) === 0 ? metres(from, row) : ''} ${from && group(row) === 1 ? about(row) : ''}`);
          };
          const line = ({ row, metres, about }) => `${row[4]} ${metres ?? ''} ${about ?? ''}`;

          const wrong = [], seen = { words: 0, slip: 0, metres: 0, about: 0, nowhere: 0, none: 0, few: 0, many: 0, open: 0 };
          for (let i = 0; i < 600 && wrong.length < 3; i++) {
            const slip = !chance(3), word = () => { const one = some(words), at = chance(one.length); return slip ? one.slice(0, at) + some(['x', '']) + one.slice(at + 1) : chance(4) ? one : one.slice(0, 2 + chance(4)); };
            const question = {
              words: chance(4) ? Array.from({ length: 1 + chance(3) }, word).join(' ') : some(['', '', 'zzz', 'del']), need: chance(3) ? '' : some(['health', 'shelter', 'legal', 'food']),
              from: chance(2) ? undefined : { latitude: -12 + chance(300) / 100, longitude: -77 + chance(300) / 100 },
              openAt: chance(3) ? undefined : Date.UTC(2026, 10, 22) + chance(14 * 1440) * 60000,
            };
            const answer = directory.search(question), expected = everyRow(question), n = expected.length;
            const pages = [[0, 6], [0, 25], [25, 50], [0, n], [Math.max(0, n - 7), n + 9]];
            for (const [from, to] of pages) {
              const [got, right] = [answer.slice(from, to).map(line).join('; '), expected.slice(from, to).join('; ')];
              if (got !== right || answer.length !== n) { wrong.push(`${JSON.stringify(question)} ${from}-${to}: ${answer.length} of ${n}: ${got.slice(0, 200)} not ${right.slice(0, 200)}`); break; }
            }
            const all = answer.slice(0, n);
            for (const [sort, is] of Object.entries({ words: question.words, slip: slip && question.words && n, metres: all.some(hit => hit.metres !== undefined), about: all.some(hit => hit.about !== undefined),
              nowhere: question.from && all.some(hit => hit.metres === undefined && hit.about === undefined), none: !n, few: n && n <= 25, many: n > 25, open: question.openAt && n })) if (is) seen[sort]++;
          }
          // Every sort of answer must have come up, or nothing was shown of it.
          return [...wrong, ...Object.keys(seen).filter(sort => seen[sort] < 20).map(sort => `only ${seen[sort]} answers of the sort ${sort}`)];
        }
        """;

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

    [Fact]
    public async Task The_clocks_of_the_node_show_the_same()
    {
        string[] zones = ["UTC", "America/Costa_Rica", "America/Santiago", "America/Tijuana", "America/St_Johns", "Asia/Kathmandu"];
        var page = await ProofAsync();
        foreach (var zone in zones)
        {
            var texts = TextCatalog.Load([typeof(TextCatalog).Assembly], zone: Tambo.Platform.Clocks.Zones.Find(zone)).In("en");
            var clock = new NodeClock(TimeProvider.System, texts.Zone);
            // Every day of two years, and each of its hours on those on which clocks change.
            var days = Enumerable.Range(0, 730).Select(new DateOnly(2026, 1, 1).AddDays).ToList();
            var moments = days.Select(clock.StartOf).Concat(days.Where(day => clock.StartOf(day.AddDays(1)) - clock.StartOf(day) != TimeSpan.FromDays(1))
                .SelectMany(day => Enumerable.Range(0, 26).Select(hour => clock.StartOf(day).AddHours(hour).AddMinutes(29)))).ToList();
            Assert.Equal(
                moments.Select(moment => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{texts.DayOf(moment):yyyy-MM-dd} {texts.Clock(moment)}")),
                await page.EvaluateAsync<string[]>("([zone, moments]) => moments.map((at) => `${proof.dayAt(at, zone)} ${proof.clockAt(at, zone)}`)", new object[] { zone, moments.Select(moment => moment.ToUnixTimeMilliseconds()).ToArray() }));
            Assert.Equal(
                days.Select(day => clock.StartOf(day).ToUnixTimeMilliseconds()),
                await page.EvaluateAsync<long[]>("([zone, days]) => days.map((day) => Date.parse(proof.startOf(day, zone)))", new object[] { zone, days.Select(day => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)).ToArray() }));
        }
    }

    [Theory]
    [InlineData("en")]
    [InlineData("es")]
    [InlineData("fr")]
    [InlineData("pt")]
    [InlineData("ht")]
    public async Task How_far_away_a_moment_is_is_said_alike(string language)
    {
        var texts = TextCatalog.Load([typeof(TextCatalog).Assembly]).In(language);
        var said = texts.Keys.Where(key => key.StartsWith("time.", StringComparison.Ordinal)).ToDictionary(key => key, key => texts[key], StringComparer.Ordinal);
        foreach (var (form, rule) in texts.PluralRules)
            said["plural." + form] = rule;
        var page = await ProofAsync($"""<!doctype html><script type="application/json" id="said">{System.Text.Json.JsonSerializer.Serialize(said)}</script>""");
        var now = SettableTime.Noon;
        // Seconds at which minutes change, and minutes at which the words do.
        long[] seconds = [0, 29, 31, 89, 91, 3569, 3571, 3600, 3660, 7200, 7230, 21_569, 21_571, 25_000, 172_769, 172_771, 900_000];
        seconds = [.. seconds, .. seconds.Select(second => -second)];
        Assert.Equal(
            seconds.Select(second => texts.Away(now.AddSeconds(second), now)),
            await page.EvaluateAsync<string[]>("([now, seconds]) => seconds.map((second) => proof.away(now + second * 1000, now))", new object[] { now.ToUnixTimeMilliseconds(), seconds }));
    }

    private async Task<IPage> ProofAsync(string html = "<!doctype html>")
    {
        var page = await browser.OpenAsync();
        // Hashing is for secure pages only.
        await page.Context.RouteAsync("https://device.example/", route => route.FulfillAsync(new() { ContentType = "text/html", Body = html }));
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
