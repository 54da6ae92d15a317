using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Jobs;

/// <summary>
/// Does what a person has started, whether or not they stay to see it: with progress, a way to stop it, and what came of it, in
/// the database, so that any process of the node tells of it. A process that ends stops what it does; work that a process did
/// not survive is known as broken off as soon as somebody looks. All or nothing is for the work itself to see to.
/// </summary>
public sealed partial class StartedWorks(NodeDb db, ILogger<StartedWorks> log) : IHostedService, IDisposable
{
    private const string Select = "select id, kind, subject, details, actor, started_at, state, counted, done, total, stopping, outcome from platform_works";
    private const int DaysKept = 30;

    // Each needs memory, threads and connections to the database of its own.
    private const int MostAtOnce = 4;

    // What is small is done by then, and nobody sees a page between.
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan BetweenNotes = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<Guid, WorkHere> here = new();

    // One begins at a time: however many ask together, they hold no connections while they wait, and are counted rightly.
    private readonly SemaphoreSlim beginning = new(1);
    private volatile bool ending;

    /// <summary>Is shown each step of each work while it waits; nobody looks but tests.</summary>
    internal Action<WorkSoFar>? EachStep { get; set; }

    /// <summary>Starts work, or finds the work on the same subject that is under way.</summary>
    /// <param name="work">What is to be done.</param>
    /// <param name="actor">Who wants it.</param>
    /// <param name="run">Does it, and says what came of it; its <see cref="Problem"/> is kept as the refusal.</param>
    /// <param name="cancellationToken">Stops the starting, not the work.</param>
    /// <exception cref="Problem">As much of the kind as may be is under way.</exception>
    public async Task<StartedWork> BeginAsync(NewWork work, Actor actor, Func<RunningWork, CancellationToken, Task<string>> run, CancellationToken cancellationToken)
    {
        await beginning.WaitAsync(cancellationToken);
        try
        {
            return await BeginInTurnAsync(work, actor, run, cancellationToken);
        }
        finally
        {
            beginning.Release();
        }
    }

    private async Task<StartedWork> BeginInTurnAsync(NewWork work, Actor actor, Func<RunningWork, CancellationToken, Task<string>> run, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = db.Time.GetUtcNow();
            var id = Guid.CreateVersion7(now);
            // Held before it is written down: nobody takes it for left behind.
            var held = await db.HoldAsync(HoldOf(id), cancellationToken);
            // What is done goes beyond the request: only its start is done once for each key.
            var begun = here[id] = new WorkHere(id, actor with { Request = null }, EachStep);
            if (await TryAsync(() => InsertAsync(id, work, actor, now, cancellationToken), begun, held))
            {
                begun.Whole = Task.Run(() => DoAsync(begun, held, run), CancellationToken.None);
                return (await FindAsync(id, cancellationToken))!;
            }

            var running = await RunningAsync(work.Kind, cancellationToken);
            if (running.Find(other => other.Subject == work.Subject) is { } present)
                return present;
            if (running.Count >= MostAtOnce)
                throw PlatformProblems.WorksAtOnce.With(("most", MostAtOnce));
        }
    }

    /// <summary>Work as it is at this moment; null when there is none.</summary>
    public async Task<StartedWork?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await ReadAsync(id, cancellationToken) is { } work ? await LookAsync(work, cancellationToken) : null;

    /// <summary>The last works of a kind, the newest first.</summary>
    public async Task<IReadOnlyList<StartedWork>> LastAsync(string kind, int most, CancellationToken cancellationToken)
    {
        List<StartedWork> works;
        await using (var connection = await db.ReadAsync(cancellationToken))
            works = (await connection.QueryAsync<StartedWork>(Select + " where kind = @kind order by started_at desc, id desc limit @most", new { kind, most })).AsList();
        for (var at = 0; at < works.Count; at++)
            works[at] = await LookAsync(works[at], cancellationToken);
        return works;
    }

    /// <summary>Work once it has ended, or as it is after a moment.</summary>
    /// <exception cref="Problem">There is no such work.</exception>
    public async Task<StartedWork> WaitAsync(Guid id, CancellationToken cancellationToken) =>
        await WaitAsync(id, Moment, cancellationToken) ?? throw PlatformProblems.NotFound.With();

    /// <summary>Waits until work has ended, or patience has.</summary>
    public async Task<StartedWork?> WaitAsync(Guid id, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(patience);
        try
        {
            if (here.TryGetValue(id, out var work))
                await work.Whole.WaitAsync(end.Token);
            // Another process does it.
            while (await FindAsync(id, cancellationToken) is { IsRunning: true })
                await Task.Delay(BetweenLooks, end.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It goes on.
        }

        return await FindAsync(id, cancellationToken);
    }

    /// <summary>Asks that work stop, whichever process does it; false when it has ended already or was asked before.</summary>
    /// <param name="id">Which work.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="change">What the audit calls it.</param>
    /// <param name="cancellationToken">Stops the asking.</param>
    public async Task<bool> CancelAsync(Guid id, Actor actor, string change, CancellationToken cancellationToken)
    {
        // Told first: where one transaction writes at a time, it may be the one of the work itself that is waited for.
        var isHere = here.TryGetValue(id, out var work);
        if (isHere && !work!.Cancel())
            return false;
        await using var asked = await db.BeginAsync(actor, change, id.ToString("D"), isHere ? CancellationToken.None : cancellationToken);
        if (await asked.ExecuteAsync("update platform_works set stopping = @Yes where id = @id and (@isHere or state = 'running') and stopping <> @Yes", new { id, isHere, Yes = true }) == 0)
            return false;
        await asked.CommitAsync(CancellationToken.None);
        return true;
    }

    /// <summary>Marks what processes did not survive, and forgets what ended long ago.</summary>
    internal async Task<string> SweepAsync(CancellationToken cancellationToken)
    {
        List<StartedWork> running;
        await using (var connection = await db.ReadAsync(cancellationToken))
            running = (await connection.QueryAsync<StartedWork>(Select + " where state = 'running'")).AsList();
        var broken = 0;
        foreach (var work in running)
            broken += (await LookAsync(work, cancellationToken)).IsRunning ? 0 : 1;
        await WriteAsync("delete from platform_works where state <> 'running' and ended_at < @Old", new { Old = db.Time.GetUtcNow().AddDays(-DaysKept) }, cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{broken} broken off");
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        ending = true;
        foreach (var work in here.Values)
            await work.Stop.CancelAsync();
        await Task.WhenAll(here.Values.Select(work => work.Whole)).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc />
    public void Dispose() => beginning.Dispose();

    private static string HoldOf(Guid id) => $"platform.work {id:D}";

    private async Task<StartedWork?> ReadAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<StartedWork>(Select + " where id = @id", new { id });
    }

    // What is under way of a kind, in whatever process; what processes did not survive is marked on the way.
    private async Task<List<StartedWork>> RunningAsync(string kind, CancellationToken cancellationToken)
    {
        List<StartedWork> works;
        await using (var connection = await db.ReadAsync(cancellationToken))
            works = (await connection.QueryAsync<StartedWork>(Select + " where kind = @kind and state = 'running'", new { kind })).AsList();
        for (var at = 0; at < works.Count; at++)
            works[at] = await LookAsync(works[at], cancellationToken);
        works.RemoveAll(work => !work.IsRunning);
        return works;
    }

    // What is running here is further than what was written of it; what nobody holds has been broken off.
    private async Task<StartedWork> LookAsync(StartedWork work, CancellationToken cancellationToken)
    {
        if (!work.IsRunning)
            return work;
        if (here.TryGetValue(work.Id, out var present))
        {
            var (count, done, total) = present.SoFar;
            return work with { Counted = count, Done = done, Total = total };
        }

        if (await db.IsHeldAsync(HoldOf(work.Id), cancellationToken))
            return work;
        await EndAsync(work.Id, "broken_off", "", default, cancellationToken);
        // It may have come to its end between the two looks: then that stands.
        return await ReadAsync(work.Id, cancellationToken) ?? work;
    }

    private async Task<bool> InsertAsync(Guid id, NewWork work, Actor actor, DateTimeOffset now, CancellationToken cancellationToken) => await WriteAsync(
        """
        insert into platform_works (id, kind, subject, details, actor, started_at, ended_at, state, counted, done, total, stopping, outcome)
        select @id, @Kind, @Subject, @Details, @AuditName, @now, null, 'running', 0, 0, 0, @No, ''
        where (select count(*) from platform_works where kind = @Kind and state = 'running') < @MostAtOnce
        on conflict do nothing
        """,
        new { id, work.Kind, work.Subject, work.Details, actor.AuditName, now, No = false, MostAtOnce },
        cancellationToken) == 1;

    private async Task<bool> TryAsync(Func<Task<bool>> insert, WorkHere begun, IAsyncDisposable held)
    {
        var isNew = false;
        try
        {
            return isNew = await insert();
        }
        finally
        {
            if (!isNew)
            {
                here.TryRemove(begun.Id, out _);
                await held.DisposeAsync();
            }
        }
    }

    private async Task DoAsync(WorkHere work, IAsyncDisposable held, Func<RunningWork, CancellationToken, Task<string>> run)
    {
        using var over = new CancellationTokenSource();
        var noting = NoteAsync(work, over.Token);
        var (state, outcome) = ("done", "");
        try
        {
            if (ending)
                await work.Stop.CancelAsync();
            outcome = await run(work.Running, work.Stop.Token);
        }
        catch (Problem refusal)
        {
            (state, outcome) = ("refused", StoredProblem.Write(refusal));
        }
        catch (OperationCanceledException) when (work.Stop.IsCancellationRequested)
        {
            state = work.Running.IsCancelled ? "cancelled" : "broken_off";
        }
        catch (Exception failure)
        {
            WorkFailed(log, failure, work.Id);
            (state, outcome) = ("refused", StoredProblem.Write(PlatformProblems.Unexpected.With()));
        }

        await over.CancelAsync();
        // Whatever became of the notes, the work has ended.
        await noting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await EndAsync(work.Id, state, outcome, work.SoFar, CancellationToken.None);
        }
        catch (Exception failure)
        {
            // What was done is done; whoever looks next is told that the work ended, and not how.
            WorkFailed(log, failure, work.Id);
        }

        here.TryRemove(work.Id, out _);
        await held.DisposeAsync();
    }

    // Tells other processes how far it is, and hears from them whether it is to stop.
    private async Task NoteAsync(WorkHere work, CancellationToken cancellationToken)
    {
        WorkSoFar noted = default;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(BetweenNotes, cancellationToken);
                var soFar = work.SoFar;
                if (soFar != noted)
                    await WriteAsync(
                        "update platform_works set counted = @Count, done = @Done, total = @Total where id = @Id and state = 'running'", new { work.Id, soFar.Count, soFar.Done, soFar.Total }, cancellationToken);
                noted = soFar;
                if (await ReadAsync(work.Id, cancellationToken) is { Stopping: true })
                    work.Cancel();
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is DbException or Problem)
            {
                // The next note says it.
            }
        }
    }

    private Task<int> EndAsync(Guid id, string state, string outcome, WorkSoFar soFar, CancellationToken cancellationToken) => WriteAsync(
        """
        update platform_works set state = @state, outcome = @outcome, ended_at = @Now,
            counted = case when @Count > counted then @Count else counted end, done = case when @Done > done then @Done else done end, total = case when @Total > total then @Total else total end
        where id = @id and state = 'running'
        """,
        new { id, state, outcome, Now = db.Time.GetUtcNow(), soFar.Count, soFar.Done, soFar.Total },
        cancellationToken);

    private async Task<int> WriteAsync(string sql, object parameters, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginOperationalAsync(cancellationToken);
        var rows = await change.ExecuteAsync(sql, parameters);
        await change.CommitAsync(cancellationToken);
        return rows;
    }

    [LoggerMessage(EventId = 1102, Level = LogLevel.Error, Message = "Work {Id} that somebody has started failed.")]
    private static partial void WorkFailed(ILogger logger, Exception failure, Guid id);

    /// <summary>Work that this process does.</summary>
    private sealed class WorkHere
    {
        private readonly Lock gate = new();
        private WorkSoFar soFar;

        public WorkHere(Guid id, Actor actor, Action<WorkSoFar>? eachStep)
        {
            Id = id;
            Running = new RunningWork(id, actor, step =>
            {
                lock (gate)
                    soFar = step;
                eachStep?.Invoke(step);
            });
        }

        public Guid Id { get; }

        public RunningWork Running { get; }

        // Not disposed of: whoever asks to stop may come later than the end, and no timer or handle is behind it.
        public CancellationTokenSource Stop { get; } = new();

        public Task Whole { get; set; } = Task.CompletedTask;

        public WorkSoFar SoFar
        {
            get
            {
                lock (gate)
                    return soFar;
            }
        }

        /// <summary>Stops it; false when it was asked before.</summary>
        public bool Cancel()
        {
            lock (gate)
            {
                if (Running.IsCancelled)
                    return false;
                Running.IsCancelled = true;
            }

            Stop.Cancel();
            return true;
        }
    }
}
