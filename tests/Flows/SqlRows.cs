using System.Globalization;
using System.Text;
using Dapper;
using Tambo.Flows.Cube;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;
using Tambo.Platform.Blobs;
using Tambo.Platform.Database;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows;

/// <summary>The observations of a test as rows of a table beside their segments, and questions to them as plain SQL.</summary>
internal sealed class SqlRows(NodeDb db)
{
    // What the codes of the scenarios mean, written down here once more so that the cube is not its own judge.
    private static readonly Dictionary<string, (int Least, int Most)> Ages = new(StringComparer.Ordinal)
    {
        ["Y0T4"] = (0, 4),
        ["Y5T17"] = (5, 17),
        ["Y10T20"] = (10, 20),
        ["Y18T59"] = (18, 59),
        ["Y_GE60"] = (60, 999),
        ["_T"] = (0, 999),
        ["_U"] = (0, 999),
    };

    private static readonly Component[] Components =
    [
        new("SERIES", ComponentKind.Code), new("TIME_PERIOD", ComponentKind.Period), new("REF_AREA", ComponentKind.Code), new("CITIZENSHIP", ComponentKind.Code),
        new("AGE", ComponentKind.Age), new("UNIT_MEASURE", ComponentKind.Code), new("OBS_VALUE", ComponentKind.Count),
    ];

    public static async Task<SqlRows> CreateAsync(NodeDb db)
    {
        await using var change = await db.BeginAsync(TestDatabase.Alice, "test.rows", "flows", CancellationToken.None);
        await change.ExecuteAsync(
            """
            create table test_rows (import_id text not null, scenario integer not null, series text not null, committed_at text not null, period text not null,
                month text not null, month_number integer, first_day text not null, last_day text not null, ref_area text not null, citizenship text not null,
                age text not null, age_least integer not null, age_most integer not null, value bigint)
            """);
        await change.CommitAsync(CancellationToken.None);
        return new SqlRows(db);
    }

    /// <summary>Writes the imports of a scenario as segments and as rows.</summary>
    public async Task WriteAsync(CubeScenario scenario, int number, BlobStore blobs)
    {
        var standing = new List<(Guid Id, CubeScenario.Import Import, HashSet<string> Gone)>();
        for (var at = 0; at < scenario.Imports.Count; at++)
        {
            var (import, moment) = (scenario.Imports[at], scenario.Moments[at]);
            var (id, series) = (Guid.CreateVersion7(moment), $"S{number}{import.Series}");
            using var segment = Segment(import, series);
            var blob = await blobs.PutAsync(segment, CancellationToken.None);
            await using var change = await db.BeginAsync(TestDatabase.Alice, "test.import", id.ToString("D"), CancellationToken.None);
            await change.ExecuteAsync(
                """
                insert into flows_series (code, dataflow, title, publisher, via, licence, link, training, version)
                values (@series, 'FLOW', '{}', '', '', '', '', @No, 1) on conflict do nothing
                """,
                new { series, No = false });
            await change.ExecuteAsync(
                """
                insert into flows_imports (id, series, dataflow, mapping, mapping_version, mapping_hash, mapping_json, file_name, file_hash, file_bytes, state, actor,
                    started_at, committed_at, rows_read, rows_refused, rows_left_out, observations, issue_counts, segment_hash, segment_bytes)
                values (@id, @series, 'FLOW', 'test', 1, '', '{}', '', '', 0, 'standing', 'test', @moment, @moment, 0, 0, 0, @Count, '{}', @Hash, @Bytes)
                """,
                new { id, series, moment, import.Rows.Count, blob.Hash, blob.Bytes });
            foreach (var (earlier, other, gone) in standing.Where(one => one.Import.Series == import.Series && import.Replaces != "nothing" && !one.Gone.Contains("*")))
            {
                (string Scope, string Period)[] parts = import.Replaces switch
                {
                    "all" => [("", "*")],
                    "periods" => [.. import.Rows.Select(row => ("", row.Period)).Distinct().Where(part => other.Rows.Any(row => row.Period == part.Period))],
                    "areas" => [.. import.Rows.Select(row => (Scope(row), "*")).Distinct().Where(part => other.Rows.Any(row => Scope(row) == part.Item1))],
                    _ => [.. import.Rows.Select(row => (Scope(row), row.Period)).Distinct().Where(part => other.Rows.Any(row => Scope(row) == part.Item1 && row.Period == part.Period))],
                };
                if (parts is [("", "*")])
                    gone.Add("*");
                await change.ExecuteAsync(
                    "insert into flows_replacements (import_id, scope, period, by_import, at) values (@earlier, @Scope, @Period, @id, @moment) on conflict do nothing",
                    parts.Select(part => new { earlier, part.Scope, part.Period, id, moment }).ToList());
            }

            await change.ExecuteAsync(
                """
                insert into test_rows (import_id, scenario, series, committed_at, period, month, month_number, first_day, last_day, ref_area, citizenship, age, age_least, age_most, value)
                values (@id, @number, @series, @moment, @Period, @Month, @MonthNumber, @First, @Last, @Area, @Nationality, @Age, @Least, @Most, @Value)
                """,
                import.Rows.Select(row =>
                {
                    var isYear = row.Period.Length == 4;
                    var month = isYear ? 0 : int.Parse(row.Period.AsSpan(5, 2), CultureInfo.InvariantCulture);
                    return new
                    {
                        id,
                        number,
                        series,
                        moment,
                        row.Period,
                        Month = isYear ? row.Period : row.Period[..7],
                        MonthNumber = isYear ? (int?)null : (int.Parse(row.Period.AsSpan(0, 4), CultureInfo.InvariantCulture) * 12) + month,
                        First = isYear ? row.Period + "-01-01" : row.Period.Length == 7 ? row.Period + "-01" : row.Period,
                        Last = isYear ? row.Period + "-12-31" : row.Period.Length == 7 ? row.Period + "-31" : row.Period,
                        row.Area,
                        row.Nationality,
                        row.Age,
                        Ages[row.Age].Least,
                        Ages[row.Age].Most,
                        row.Value,
                    };
                }).ToList());
            change.Touch("flows");
            await change.CommitAsync(CancellationToken.None);
            standing.Add((id, import, []));
        }
    }

    /// <summary>The answer of SQL, written as <see cref="Written"/> writes.</summary>
    public async Task<IReadOnlyList<string>> AskAsync(Ask ask, int number, DateTimeOffset? asOf)
    {
        await using var connection = await db.ReadAsync(CancellationToken.None);
        var figures = await connection.QueryAsync(SqlOf(ask), new { number, at = asOf ?? SettableTime.Noon.AddYears(1) });
        return [.. figures.Select(row => (IDictionary<string, object?>)row)
            .Select(row => string.Join('|', row.Values.Select(value => string.Create(CultureInfo.InvariantCulture, $"{value}")))).Order(StringComparer.Ordinal)];
    }

    /// <summary>A figure in one line.</summary>
    public static string Written(Figure figure, Ask ask) => string.Create(
        CultureInfo.InvariantCulture,
        $"{string.Join('|', figure.Labels.Where((_, at) => at != 1))}|{figure.Sure}|{figure.Rows}|{figure.Unknown}|{figure.Maybe}|{figure.MaybeRows}|{figure.MaybeUnknown}|{figure.Groups}|{figure.Missing}")
        + (ask.Share is null ? "" : string.Create(CultureInfo.InvariantCulture, $"|{figure.Share?.Least}|{figure.Share?.Most}"));

    private static string Scope(CubeScenario.Row row) => $$"""{"REF_AREA":"{{row.Area}}"}""";

    private static MemoryStream Segment(CubeScenario.Import import, string series)
    {
        var stream = new MemoryStream();
        var writer = new SegmentWriter(stream, Components);
        CodeBook[] books = [new(), new(), new(), new(), new(), new()];
        int[] Numbers(int book, Func<CubeScenario.Row, string> of) => [.. import.Rows.Select(row => books[book].NumberOf(of(row)))];
        writer.Add(new ObservationBatch
        {
            Rows = import.Rows.Count,
            Books = books,
            Codes = [Numbers(0, _ => series), Numbers(1, row => row.Period), Numbers(2, row => row.Area), Numbers(3, row => row.Nationality), Numbers(4, row => row.Age), Numbers(5, _ => "PS")],
            Measures = [import.Rows.Select(row => row.Value ?? ObservationBatch.Unknown).ToArray()],
            Lines = [.. import.Rows.Select((_, at) => at + 2)],
        });
        writer.Finish("FLOW");
        return stream;
    }

    private static string SqlOf(Ask ask)
    {
        string[] left = ask.Share is { } share ? [share] : [];
        var sql = new StringBuilder("with months as (").AppendJoin(" union all ", Enumerable.Range(0, 24).Select(at => $"select '{2022 + (at / 12)}-{(at % 12) + 1:00}' as month")).Append("), stands as (select r.* from test_rows r where r.scenario = @number and r.committed_at <= @at and not exists ")
            .Append("(select 1 from flows_replacements f where f.import_id = r.import_id and f.at <= @at and (f.period = '*' or f.period = r.period) and (f.scope = '' or f.scope = '{\"REF_AREA\":\"' || r.ref_area || '\"}')))")
            .Append(Cells);
        Grouped(sql, "g", ask.By, ask.Where);
        if (ask.Top is { } top)
            sql.Append(", ranks as (select series, citizenship, row_number() over (partition by series order by sum(sure) desc, sum(maybe) desc, citizenship) as place from g where substr(citizenship, 1, 1) <> '_' group by series, citizenship)")
                .Append(CultureInfo.InvariantCulture, $", kept as (select series, citizenship from ranks where place <= {top})");
        var shown = Shaped(sql, "g", ask.By, ask);
        var labels = string.Join(", ", ask.By.Prepend("series").Select(label => "p." + label));
        const string Sums = ", p.sure, p.n, p.unknown, p.maybe, p.maybe_n, p.maybe_unknown, p.groups_held, p.missing";
        if (ask.Share is null)
            return sql.Append(" select ").Append(labels).Append(Sums).Append(" from ").Append(shown).Append(" p").ToString();
        var by = ask.By.Except(left).ToArray();
        var chosen = ask.Where.Any(where => where.StartsWith(ask.Share + "=", StringComparison.Ordinal));
        Grouped(sql, "h", by, [.. ask.Where.Where(where => !where.StartsWith(ask.Share + "=", StringComparison.Ordinal))]);
        var wholes = Shaped(sql, "h", by, ask);
        // A part chosen by what its whole holds may be in it for sure; without a number a part may be next to nothing of its whole, or all.
        const string Beside = "w.unknown + w.maybe_unknown > p.unknown + p.maybe_unknown or p.maybe_unknown > 0";
        const string Inside = "p.unknown + p.maybe_unknown > 0";
        var whole = chosen ? "(w.sure + w.maybe)" : "(w.sure + w.maybe - p.maybe)";
        var within = chosen ? "(case when w.sure > p.sure + p.maybe then w.sure else p.sure + p.maybe end)" : "(w.sure + p.maybe)";
        var isShare = $"(p.n > p.unknown or p.maybe_n > p.maybe_unknown) and p.sure >= 0 and p.maybe >= 0 and {whole} > 0 and {within} > 0";
        return sql.Append(" select ").Append(labels).Append(Sums)
            .Append(CultureInfo.InvariantCulture, $", case when {isShare} then case when {Beside} then 0 else cast(p.sure as double precision) / {whole} end end as least")
            .Append(CultureInfo.InvariantCulture, $", case when {isShare} then case when p.sure + p.maybe > {within} or {Inside} then 1 else cast(p.sure + p.maybe as double precision) / {within} end end as most")
            .Append(CultureInfo.InvariantCulture, $" from {shown} p left join {wholes} w on ")
            .AppendJoin(" and ", by.Prepend("series").Select(label => $"w.{label} = p.{label}")).ToString();
    }

    private static void Grouped(StringBuilder sql, string name, string[] by, string[] where)
    {
        var labels = string.Join(", ", by.Prepend("series"));
        var meant = where.Length == 0 ? "3" : string.Join(" & ", where.Select(MeantOf));
        var month = by.Contains("month") ? ", min(month_number) as month_number" : "";
        sql.Append(CultureInfo.InvariantCulture, $", {name} as (select {labels}{month}, sum(case when meant = 3 then coalesce(value, 0) else 0 end) as sure, sum(case when meant = 3 then 1 else 0 end) as n,")
            .Append(" sum(case when meant = 3 and value is null then 1 else 0 end) as unknown, sum(case when meant = 1 then coalesce(value, 0) else 0 end) as maybe,")
            .Append(" sum(case when meant = 1 then 1 else 0 end) as maybe_n, sum(case when meant = 1 and value is null then 1 else 0 end) as maybe_unknown, 1 as groups_held, 0 as missing")
            .Append(CultureInfo.InvariantCulture, $" from (select s.*, {meant} & (case when {OtherBreakdown(by, where, same: false)} then 1 else 3 end) as meant from stands s where not ({OtherSpan(by, where)}) and not ({OtherLevel(by, where)}) and not ({OtherBreakdown(by, where, same: true)})) m where meant > 0 group by {labels})");
    }

    // The rows of one time, place, nationality and age of a series; which of them say of all what others say of some, by what
    // these others add (1 the nationality, 2 the age); and for each such kind whether most of its totals equal their parts. Then
    // where nationalities and ages stand beside each other with no row for everybody: whether most come to the same where anybody
    // was counted, and which of two that do goes before the other: the one with fewer unknown numbers, else with more people, else
    // the nationalities.
    private const string Cells =
        """
        , cells as (select series, period, ref_area, citizenship, age, sum(coalesce(value, 0)) as value, sum(case when value is null then 1 else 0 end) as unknown
            from stands group by series, period, ref_area, citizenship, age),
        links as (select t.series, t.period, t.ref_area, t.citizenship, t.age, t.value as total, t.unknown as total_unknown, sum(p.value) as parts, sum(p.unknown) as parts_unknown,
                case when t.citizenship <> p.citizenship then 1 else 0 end + case when t.age <> p.age then 2 else 0 end as adds
            from cells t join cells p on p.series = t.series and p.period = t.period and p.ref_area = t.ref_area and t.citizenship in ('_T', p.citizenship) and t.age in ('_T', p.age)
                and (t.citizenship <> p.citizenship or t.age <> p.age)
            group by t.series, t.period, t.ref_area, t.citizenship, t.age, t.value, t.unknown, case when t.citizenship <> p.citizenship then 1 else 0 end + case when t.age <> p.age then 2 else 0 end),
        judged as (select l.*, case when total_unknown = 0 and parts_unknown = 0 and parts = total then 1 else 0 end as is_whole,
                case when (select 2 * sum(case when e.total_unknown = 0 and e.parts_unknown = 0 and e.parts = e.total then 1 else 0 end) - count(*)
                    from links e where e.series = l.series and e.adds = l.adds) >= 0
                    and (total_unknown > 0 or parts <= total) then 1 else 0 end as is_total
            from links l),
        ways as (select series, case when age = '_T' then 0 else 1 end as way, sum(unknown) as unknowns, sum(value) as value
            from cells where (citizenship = '_T') <> (age = '_T') group by series, case when age = '_T' then 0 else 1 end),
        beside as (select series, period, ref_area, sum(case when age = '_T' then value else 0 end) as of_who, sum(case when age = '_T' then 0 else value end) as of_age, sum(unknown) as unknown
            from cells c where (citizenship = '_T') <> (age = '_T')
                and not exists (select 1 from cells v where v.series = c.series and v.period = c.period and v.ref_area = c.ref_area and v.citizenship = '_T' and v.age = '_T')
            group by series, period, ref_area having min(case when age = '_T' then 0 else 1 end) = 0 and max(case when age = '_T' then 0 else 1 end) = 1),
        twice as (select b.*,
                case when exists (select 1 from beside e where e.series = b.series and e.unknown = 0)
                    and coalesce((select 2 * sum(case when e.of_who = e.of_age then 1 else 0 end) - count(*) from beside e
                        where e.series = b.series and e.unknown = 0 and (e.of_who <> 0 or e.of_age <> 0)), 0) >= 0 then 1 else 0 end as is_same,
                case when exists (select 1 from ways w join ways a on a.series = w.series and a.way = 1 where w.way = 0 and w.series = b.series
                    and (a.unknowns < w.unknowns or (a.unknowns = w.unknowns and a.value > w.value))) then 1 else 0 end as age_first
            from beside b)
        """;

    // Of nationalities and ages beside each other those are left out that say less of what is grouped by, else of what is asked, else
    // the smaller, else that go behind; where they are not known to be of the same people the other may be added.
    private static string OtherBreakdown(string[] by, string[] where, bool same)
    {
        bool Chooses(string component) => where.Any(one => one.StartsWith(component + "=", StringComparison.Ordinal));
        string Yields(string own, string other, string isBehind)
        {
            if (by.Contains(own) || (by.Contains(other) && !same))
                return "1 = 0";
            if (by.Contains(other) || (Chooses(other) && !Chooses(own)))
                return "1 = 1";
            return Chooses(own) && !Chooses(other) ? "1 = 0" : isBehind;
        }

        var who = Yields("citizenship", "age", "(t.of_age > t.of_who or (t.of_age = t.of_who and t.age_first = 1))");
        var age = Yields("age", "citizenship", "(t.of_who > t.of_age or (t.of_who = t.of_age and t.age_first = 0))");
        bool Asks(string component) => by.Contains(component) || Chooses(component);
        var silent = string.Join(',', ((int[])[1, 2, 3]).Where(adds => (adds & ((Asks("citizenship") ? 1 : 0) + (Asks("age") ? 2 : 0))) == 0).Append(0));
        // What is in doubt as a total counts as before.
        var doubt = same ? "" : " and not exists (select 1 from judged j where j.series = s.series and j.period = s.period and j.ref_area = s.ref_area and j.citizenship = s.citizenship and j.age = s.age"
            + $" and j.is_total = 0 and j.adds in ({silent}))";
        return $"exists (select 1 from twice t where t.series = s.series and t.period = s.period and t.ref_area = s.ref_area and t.is_same = {(same ? 1 : 0)}{doubt}"
            + $" and ((s.age = '_T' and s.citizenship <> '_T' and {who}) or (s.citizenship = '_T' and s.age <> '_T' and {age})))";
    }

    // A part whose total says as much as is asked is left out, and so is a total whose parts are all of it and say more of what is asked.
    private static string OtherLevel(string[] by, string[] where)
    {
        bool Asks(string component) => by.Contains(component) || where.Any(one => one.StartsWith(component + "=", StringComparison.Ordinal));
        var asked = (Asks("citizenship") ? 1 : 0) + (Asks("age") ? 2 : 0);
        int[] all = [1, 2, 3];
        var silent = string.Join(',', all.Where(adds => (adds & asked) == 0).Append(0));
        var telling = string.Join(',', all.Where(adds => (adds & asked) != 0).Append(0));
        const string Same = "j.series = s.series and j.period = s.period and j.ref_area = s.ref_area and j.is_total = 1";
        return $"exists (select 1 from judged j where {Same} and j.citizenship in ('_T', s.citizenship) and j.age in ('_T', s.age)"
            + $" and case when j.citizenship <> s.citizenship then 1 else 0 end + case when j.age <> s.age then 2 else 0 end = j.adds and j.adds in ({silent}))"
            + $" or exists (select 1 from judged j where {Same} and j.citizenship = s.citizenship and j.age = s.age and j.is_whole = 1 and j.adds in ({telling}))";
    }

    // A year whose asked months are all there is left out; else its months and days are, where they would be added to it. A day
    // is never all of its month.
    private static string OtherSpan(string[] by, string[] where)
    {
        var time = where.Where(one => one.StartsWith("time=", StringComparison.Ordinal)).Select(one => one[5..].Split("..")).FirstOrDefault();
        var (first, last) = time is null ? ("2000-01", "2999-12") : (time[0].Length == 4 ? time[0] + "-01" : time[0], time[^1].Length == 4 ? time[^1] + "-12" : time[^1]);
        string Covered(string year) => $"length({year}.period) = 4 and exists (select 1 from months c where substr(c.month, 1, 4) = {year}.period and c.month between '{first}' and '{last}')"
            + $" and not exists (select 1 from months c where substr(c.month, 1, 4) = {year}.period and c.month between '{first}' and '{last}'"
            + $" and not exists (select 1 from stands k where k.series = {year}.series and k.ref_area = {year}.ref_area and k.period = c.month))";
        var group = by.Contains("month") ? "b.month = s.month and " : "";
        return Covered("s")
            + $" or exists (select 1 from stands b where {group}b.series = s.series and b.ref_area = s.ref_area and b.period <> s.period and b.first_day <= s.first_day and b.last_day >= s.last_day"
            + $" and b.first_day >= '{first}-01' and b.last_day <= '{last}-31' and not ({Covered("b")}))";
    }

    private static string MeantOf(string where)
    {
        var parts = where.Split('=');
        switch (parts[0])
        {
            case "age":
                var ages = parts[1].Split('-').Select(age => age.Length == 0 ? "999" : age).ToArray();
                return $"(case when age_most < {ages[0]} or age_least > {ages[1]} then 0 when age_least >= {ages[0]} and age_most <= {ages[1]} then 3 else 1 end)";
            case "time":
                var ends = parts[1].Split("..");
                var (first, last) = (ends[0].Length == 4 ? ends[0] + "-01-01" : ends[0] + "-01", ends[^1].Length == 4 ? ends[^1] + "-12-31" : ends[^1] + "-31");
                return $"(case when last_day < '{first}' or first_day > '{last}' then 0 when first_day >= '{first}' and last_day <= '{last}' then 3 else 1 end)";
            default:
                // Unknown may be any of them; others may be those that the file does not name.
                var codes = parts[1].Split(',');
                var unnamed = string.Join(" or ", codes.Where(code => code[0] != '_').Select(code => $"not exists (select 1 from test_rows o where o.import_id = s.import_id and o.{parts[0]} = '{code}')"));
                return $"(case when {parts[0]} in ('{string.Join("','", codes)}') then 3 when {parts[0]} in ('_T', '_U', '_N') or ({parts[0]} = '_O' and ({unnamed})) then 1 else 0 end)";
        }
    }

    // The largest codes, then windows; the name of what was made.
    private static string Shaped(StringBuilder sql, string name, string[] by, Ask ask)
    {
        var labels = string.Join(", ", by.Prepend("series"));
        const string Summed = "sum(sure) as sure, sum(n) as n, sum(unknown) as unknown, sum(maybe) as maybe, sum(maybe_n) as maybe_n, sum(maybe_unknown) as maybe_unknown";
        if (ask.Top is not null && by.Contains("citizenship"))
        {
            var month = by.Contains("month") ? "min(month_number) as month_number, " : "";
            var others = string.Join(", ", by.Prepend("series").Select(label => label == "citizenship"
                ? $"case when substr(citizenship, 1, 1) = '_' or exists (select 1 from kept k where k.series = {name}.series and k.citizenship = {name}.citizenship) then citizenship else '_REST' end as citizenship"
                : label));
            var rest = by.Contains("month") ? ", month_number" : "";
            sql.Append(CultureInfo.InvariantCulture, $", {name}t as (select {labels}, {month}{Summed}, sum(groups_held) as groups_held, 0 as missing from (select {others}{rest}, sure, n, unknown, maybe, maybe_n, maybe_unknown, groups_held from {name}) x group by {labels})");
            name += "t";
        }

        if (ask.Window is not { } length || !by.Contains("month"))
            return name;
        var group = by.Where(label => label != "month").Prepend("series").ToArray();
        var same = string.Join(" and ", group.Select(label => $"b.{label} = e.{label}"));
        var ends = string.Join(", ", group.Select(label => "e." + label));
        var ordered = string.Join(", ", by.Prepend("series").Select(label => label == "month" ? "e.month" : "e." + label));
        sql.Append(CultureInfo.InvariantCulture, $", {name}e as (select {string.Join(", ", group.Select(label => "d." + label))}, c.month, c.month_number from (select {string.Join(", ", group)}, min(month_number) as low, max(month_number) as high from {name} where month_number is not null group by {string.Join(", ", group)}) d")
            .Append(" join (select month, cast(substr(month, 1, 4) as integer) * 12 + cast(substr(month, 6, 2) as integer) as month_number from months) c on c.month_number between d.low and d.high)")
            .Append(CultureInfo.InvariantCulture, $", {name}w as (select {ordered}, {Summed}, max(groups_held) as groups_held, {length} - count(*) as missing from {name}e e join {name} b on {same} and b.month_number between e.month_number - {length - 1} and e.month_number group by {ends}, e.month")
            .Append(CultureInfo.InvariantCulture, $" union all select {labels}, sure, n, unknown, maybe, maybe_n, maybe_unknown, groups_held, {length} from {name} where month_number is null)");
        return name + "w";
    }
}
