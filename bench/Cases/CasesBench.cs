using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;
using Tambo.Bench.Running;
using Tambo.Cases;
using Tambo.Cases.Access;
using Tambo.Cases.Statistics;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Settings;

namespace Tambo.Bench.Cases;

/// <summary>
/// cases [--persons N] [--seconds N] [--rounds N] [--engine sqlite|postgres] [--keep DIR]: officers at work on a large register over HTTP,
/// on both engines, and what sealing costs against plain contents. A folder to keep holds the filled registers, which the next run then need not fill.
/// </summary>
internal static class CasesBench
{
    private const int Officers = 20;
    private const int Offices = 10;

    // About a tenth of the machine; whoever runs a large node is told to give the server a quarter (PostgreSQL manual, shared_buffers).
    private const int MegabytesOfPostgres = 2_048;
    private const double Goal = 50;
    private const double MostCost = 0.25;

    public static async Task<int> RunAsync(string[] args)
    {
        var (persons, seconds, rounds) = (Results.Option(args, "--persons", 1_000_000), Results.Option(args, "--seconds", 60), Results.Option(args, "--rounds", 3));
        var only = Array.IndexOf(args, "--engine") is var at and >= 0 ? args[at + 1] : null;
        var keep = Array.IndexOf(args, "--keep") is var place and >= 0 ? args[place + 1] : null;
        var text = new StringBuilder();
        var held = true;
        foreach (var engine in new[] { "sqlite", "postgres" }.Where(engine => only is null || only == engine))
        {
            using var postgres = engine == "postgres" ? ThrowawayPostgres.Start(ThrowawayPostgres.Binaries() ?? throw new InvalidOperationException("PostgreSQL is not installed."), durable: true, keep is null ? null : Path.Combine(keep, "postgres"), MegabytesOfPostgres) : null;
            // The node and this process find the database in the same place.
            Environment.SetEnvironmentVariable("TAMBO_DATABASE", postgres?.ConnectionString.Replace(";Pooling=false", "", StringComparison.Ordinal));
            var kept = keep is null ? null : Path.Combine(keep, engine + "-node");
            var folder = kept is null ? Directory.CreateTempSubdirectory("tambo-bench-cases-").FullName : Directory.CreateDirectory(kept).FullName;
            try
            {
                held &= await RunAsync(engine, folder, postgres is null ? Path.Combine(folder, "data") : Path.Combine(postgres.Data, "base"), persons, seconds, rounds, text);
            }
            finally
            {
                if (kept is null)
                    Directory.Delete(folder, recursive: true);
            }
        }

        Environment.SetEnvironmentVariable("TAMBO_DATABASE", null);
        await Results.WriteAsync("cases", "Officers at work on a large register", text.ToString());
        return held ? 0 : 1;
    }

    private static async Task<bool> RunAsync(string engine, string folder, string stored, int persons, int seconds, int rounds, StringBuilder text)
    {
        var data = Path.Combine(folder, "data");
        var known = Path.Combine(folder, "register.json");
        var filled = File.Exists(known);
        Directory.CreateDirectory(data);
        await File.WriteAllTextAsync(Path.Combine(data, "tambo.json"), $$"""{"keyFile":"{{Path.Combine(folder, "node.key")}}"}""");
        // A register that was kept may be of an earlier version.
        if (filled)
            await TamboProgram.RunAsync("migrate", "--no-backup", "--data", data);
        for (var number = 0; number < Officers && !filled; number++)
            await TamboProgram.RunAsync("user", "add", $"officer{number}", "--role", "protection_specialist", "--agency", $"Office {number / 2}", "--data", data);
        for (var number = 0; number < Offices && !filled; number++)
            await TamboProgram.RunAsync("user", "add", $"lead{number}", "--role", "cases_supervisor", "--agency", $"Office {number}", "--data", data);
        var settings = NodeSettings.Of(data);
        var clock = Stopwatch.StartNew();
        IReadOnlyList<BenchOfficer> officers;
        IReadOnlyList<BenchOfficer> leads;
        FilledRegister register;
        (double Sealed, double Plain) one, list;
        (long Cases, string Reaches, double First, double Kept) counting;
        await using (var db = await NodeDb.OpenAsync(settings.Database, TimeProvider.System, CancellationToken.None))
        {
            officers = await TokensAsync(db, "officer", Officers);
            leads = await TokensAsync(db, "lead", Offices);
            await using var keys = new DataKeys(settings, settings.ReadKey(), db);
            register = new FilledRegister(db, settings.ReadKey(), keys, await OfficesAsync(db), await UsersAsync(db));
            if (filled)
                register.Recall(await File.ReadAllBytesAsync(known));
            else
                await register.RunAsync(persons);
            await KeepHouseAsync(settings.PostgresConnection);
            await Results.ProgressAsync($"{engine}: filled in {clock.Elapsed.TotalSeconds:N0} s");
            if (!filled)
                await File.WriteAllBytesAsync(known, register.Remember());
            var plain = new PlainContents(db, new SealedRecords(settings.ReadKey(), keys, db));
            // As many as the node keeps keys of in memory, as on a day at an office.
            var some = register.Some.Take(4_000).ToList();
            await plain.FillAsync(some);
            (one, list) = (await plain.MeasureAsync(some, 1), await plain.MeasureAsync(some, 50));
            counting = await CountAsync(db, new SealedRecords(settings.ReadKey(), keys, db), settings);
            await Results.ProgressAsync($"{engine}: figures counted in {counting.First:N1} s");
        }

        var runs = new List<SortedDictionary<string, double[]>>();
        SortedDictionary<string, double[]> capacity;
        double cpu;
        long size;
        var port = WebProcess.FreePort();
        await using (var node = await WebProcess.StartAsync(
            () => TamboProgram.Start("serve", "--data", data, "--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"), "--trusted-proxy", "127.0.0.1/32"), port, "/health/ready"))
        {
            var day = new OfficeDay(node.Address, officers, leads, register);
            using var held = HeldInMemory.Of(stored);
            size = held.Bytes;
            await day.RunAsync(TimeSpan.FromSeconds(15), 1, pauses: true);
            var before = node.CpuSeconds;
            for (var round = 0; round < rounds; round++)
            {
                runs.Add(await day.RunAsync(TimeSpan.FromSeconds(seconds), 100 + round, pauses: true));
                await Results.ProgressAsync($"{engine}, round {round + 1}: worst p95 {runs[^1].Max(one => Spread.Percentile(one.Value, 0.95)):N1} ms");
            }

            cpu = (node.CpuSeconds - before) / (rounds * seconds);
            capacity = await day.RunAsync(TimeSpan.FromSeconds(15), 999, pauses: false);
        }

        var names = runs.SelectMany(run => run.Keys).Distinct().Order(StringComparer.Ordinal).ToList();
        double Median(string name) => Spread.Median(runs.Where(run => run.ContainsKey(name)).Select(run => Spread.Percentile(run[name], 0.5)));
        var (opening, listing) = (Median("open a person's file"), Median("worklist of the office, 50 cases"));
        // A request with plain contents would be shorter by what opening costs more; each request opens two compartments of each person or case.
        var (openingCost, listingCost) = ((one.Sealed - one.Plain) / (opening - (one.Sealed - one.Plain)), 2 * (list.Sealed - list.Plain) / (listing - (2 * (list.Sealed - list.Plain))));
        var worst = names.Max(name => Spread.Median(runs.Where(run => run.ContainsKey(name)).Select(run => Spread.Percentile(run[name], 0.95))));
        text.Append(CultureInfo.InvariantCulture, $"""
            ## {(engine == "sqlite" ? "SQLite" : "PostgreSQL")}

            {persons:N0} persons with a consent each, {register.Cases.Count:N0} open cases, {persons / 10:N0} screenings, {Offices} offices; {Officers} officers, each asking, reading for 0.3 to 0.9 s and asking again, for {seconds} s
            in each of {rounds} rounds: {runs.Sum(run => run.Values.Sum(times => times.Length)) / (double)(rounds * seconds):N0} requests a second, {cpu:N2} processors used by the node. Every answer waits until the lines that say who saw whom are on the
            disk. The database ({size / 1e9:N1} GB) is in memory. Milliseconds of the client, on the same machine; min / median / max of the rounds.

            | what | times | p50 | p95 | p99 |
            |---|---|---|---|---|
            {string.Join('\n', names.Select(name => string.Create(CultureInfo.InvariantCulture, $"| {name} | {runs.Sum(run => run.GetValueOrDefault(name)?.Length ?? 0):N0} | {Of(runs, name, 0.5)} | {Of(runs, name, 0.95)} | {Of(runs, name, 0.99)} |")))}

            Goal: p95 under {Goal:N0} ms. The slowest has {worst:N1} ms: {(worst < Goal ? "held" : "missed")}. Without pauses the {Officers} get {capacity.Values.Sum(times => times.Length) / 15.0:N0} answers a second, worst p95 {capacity.Max(kind => Spread.Percentile(kind.Value, 0.95)):N0} ms.

            | opening identities | sealed, ms | plain, ms | ratio | of the whole request |
            |---|---|---|---|---|
            | of one person | {one.Sealed:N3} | {one.Plain:N3} | {one.Sealed / one.Plain:N2} | + {openingCost * 100:N1} % of a file opened |
            | of fifty | {list.Sealed:N3} | {list.Plain:N3} | {list.Sealed / list.Plain:N2} | + {listingCost * 100:N1} % of a worklist |

            {(counting.Reaches == "0" ? $"Figures of a month that was counted in an earlier run: {counting.Kept * 1000:N1} ms for whoever asks." : $"Figures of a month over the {counting.Cases:N0} cases that were there when it ended, all of them opened: {counting.First:N1} s of a job, once for all {counting.Reaches} reaches of those who may ask; {counting.Kept * 1000:N1} ms for whoever asks.")}

            Plain is the same JSON under the same kind of key in a table beside it. The goal is a quarter more for the request at most: {(Math.Max(openingCost, listingCost) <= MostCost ? "held" : "missed")}.


            """);
        return worst < Goal && Math.Max(openingCost, listingCost) <= MostCost;
    }

    // What the job does when a month has ended, and what whoever asks waits for afterwards. How many cases there are is told rounded, or not
    // at all where they are all of one kind: it is counted here.
    private static async Task<(long Cases, string Reaches, double First, double Kept)> CountAsync(NodeDb db, SealedRecords seals, NodeSettings settings)
    {
        using var statistics = new CaseStatistics(db, seals, new CaseGuards(settings.ReadKey()), settings);
        var clock = Stopwatch.StartNew();
        var reaches = await statistics.CountEndedAsync(CancellationToken.None);
        var first = clock.Elapsed.TotalSeconds;
        clock.Restart();
        var figures = await statistics.RunAsync(Actor.OperatingSystem("bench"), CancellationToken.None);
        var kept = clock.Elapsed.TotalSeconds;
        await using var connection = await db.ReadAsync(CancellationToken.None);
        return (await connection.ExecuteScalarAsync<long>("select count(*) from cases_cases where created_at < @AsOf", new { figures.AsOf }), reaches, first, kept);
    }

    // A register grows over years, and PostgreSQL sweeps and counts what has come each night; here all came a moment ago.
    private static async Task KeepHouseAsync(string? connection)
    {
        if (connection is null)
            return;
        await using var postgres = new NpgsqlConnection(connection);
        await postgres.ExecuteAsync("vacuum (freeze, analyze);", commandTimeout: 600);
        await postgres.ExecuteAsync("checkpoint;", commandTimeout: 600);
    }

    private static string Of(IEnumerable<SortedDictionary<string, double[]>> runs, string name, double share) =>
        Spread.Of(runs.Where(run => run.ContainsKey(name)).Select(run => Spread.Percentile(run[name], share)), "N1");

    // A token for each, with all that cases allow their role.
    private static async Task<IReadOnlyList<BenchOfficer>> TokensAsync(NodeDb db, string name, int count)
    {
        var (officers, now) = (new List<BenchOfficer>(), db.Time.GetUtcNow());
        await using var change = await db.BeginAsync(Actor.OperatingSystem("bench"), "access.token_created", "bench", CancellationToken.None);
        for (var number = 0; number < count; number++)
        {
            var token = "tambo_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
            officers.Add(new BenchOfficer(token, number * Offices / count, string.Create(CultureInfo.InvariantCulture, $"10.{name.Length}.0.{number + 1}")));
            await change.ExecuteAsync(
                """
                insert into platform_tokens (id, user_id, name, hash, permissions, created_at, expires_at)
                select @Id, id, 'bench', @Hash, @Permissions, @now, @Until from platform_users where sign_in_name = @Name
                """,
                new
                {
                    Id = Guid.CreateVersion7(now),
                    Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token))),
                    Permissions = string.Join(' ', CasesRights.All),
                    now,
                    Until = now.AddDays(1),
                    Name = string.Create(CultureInfo.InvariantCulture, $"{name}{number}"),
                });
        }

        await change.CommitAsync(CancellationToken.None);
        return officers;
    }

    private static async Task<IReadOnlyList<Guid>> OfficesAsync(NodeDb db)
    {
        await using var connection = await db.ReadAsync(CancellationToken.None);
        return [.. (await connection.QueryAsync<(Guid Id, string Name)>("select id, name from platform_agencies where name like 'Office %'")).OrderBy(office => office.Name, StringComparer.Ordinal).Select(office => office.Id)];
    }

    private static async Task<IReadOnlyList<Guid>> UsersAsync(NodeDb db)
    {
        await using var connection = await db.ReadAsync(CancellationToken.None);
        return [.. (await connection.QueryAsync<(Guid Id, string Name)>("select id, sign_in_name from platform_users where sign_in_name like 'officer%'"))
            .OrderBy(user => int.Parse(user.Name[7..], CultureInfo.InvariantCulture)).Select(user => user.Id)];
    }
}
