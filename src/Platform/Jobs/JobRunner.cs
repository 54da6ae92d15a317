using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tambo.Platform.Database;
using Tambo.Platform.Parts;

namespace Tambo.Platform.Jobs;

/// <summary>Runs the jobs of all parts; a lease in the database keeps two processes from running one at the same time.</summary>
public sealed partial class JobRunner(NodeDb db, IReadOnlyList<Job> jobs, IServiceProvider services, ILogger<JobRunner> log)
    : BackgroundService
{
    /// <summary>A lease outlives its holder's death by at most this; it is renewed at a third of it.</summary>
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);

    private readonly string holder = $"{Environment.ProcessId}-{Guid.CreateVersion7(db.Time.GetUtcNow()):N}";

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(jobs.Select(job => RepeatAsync(job, stoppingToken)));

    private async Task RepeatAsync(Job job, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(job.Every, db.Time);
        try
        {
            do
            {
                await TryRunAsync(job, cancellationToken);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    /// <summary>One run if nobody else holds the lease; returns whether it ran.</summary>
    internal async Task<bool> TryRunAsync(Job job, CancellationToken cancellationToken)
    {
        try
        {
            if (!await TakeLeaseAsync(job.Name, cancellationToken))
                return false;
            using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var renewing = RenewAsync(job.Name, lost);
            try
            {
                if (!await IsDueAsync(job, cancellationToken))
                    return false;
                await RunAsync(job, lost.Token);
            }
            finally
            {
                await lost.CancelAsync();
                await renewing;
                await GiveLeaseBackAsync(job.Name);
            }

            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure)
        {
            // One job's failure ends neither the node nor the job: the next tick tries again.
            JobFailed(log, failure, job.Name);
            return true;
        }
    }

    /// <summary>False when any process of the node began a run within this period; a tenth of it is left to clocks.</summary>
    private async Task<bool> IsDueAsync(Job job, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var last = await connection.ExecuteScalarAsync<string?>(
            "select max(started_at) from platform_job_runs where job = @Name and outcome in ('done', 'running')", new { job.Name });
        return last is null || Instants.Read(last) <= db.Time.GetUtcNow() - (job.Every * 0.9);
    }

    private async Task RunAsync(Job job, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7(db.Time.GetUtcNow());
        await using (var start = await db.BeginOperationalAsync(cancellationToken))
        {
            await start.ExecuteAsync(
                """
                delete from platform_job_runs where job = @Name and started_at < @Old;
                update platform_job_runs set outcome = 'abandoned', ended_at = @At where job = @Name and outcome = 'running';
                insert into platform_job_runs (id, job, started_at, outcome, note) values (@Id, @Name, @At, 'running', '')
                """,
                new { Id = id, job.Name, At = db.Time.GetUtcNow(), Old = db.Time.GetUtcNow().AddDays(-7) });
            await start.CommitAsync(cancellationToken);
        }

        string outcome = "failed", note = "";
        try
        {
            note = await job.RunAsync(services, cancellationToken);
            outcome = "done";
        }
        finally
        {
            await using var end = await db.BeginOperationalAsync(CancellationToken.None);
            await end.ExecuteAsync(
                "update platform_job_runs set outcome = @outcome, note = @note, ended_at = @At where id = @id",
                new { id, outcome, note, At = db.Time.GetUtcNow() });
            await end.CommitAsync(CancellationToken.None);
        }
    }

    private async Task<bool> TakeLeaseAsync(string name, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        await using var change = await db.BeginOperationalAsync(cancellationToken);
        var taken = await change.ExecuteAsync(
            """
            insert into platform_leases (name, holder, until) values (@name, @holder, @Until)
            on conflict (name) do update set holder = @holder, until = @Until
            where platform_leases.until < @Now or platform_leases.holder = @holder
            """,
            new { name, holder, Until = now + LeaseTime, Now = now });
        await change.CommitAsync(cancellationToken);
        return taken == 1;
    }

    private async Task RenewAsync(string name, CancellationTokenSource lost)
    {
        try
        {
            while (true)
            {
                // Nearly every run ends before; an exception each time would cost more than the run.
                await Task.Delay(LeaseTime / 3, db.Time, lost.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (lost.IsCancellationRequested)
                    return;
                if (!await TakeLeaseAsync(name, lost.Token))
                    await lost.CancelAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
        catch (Exception failure)
        {
            // Without a sure lease the run must not go on.
            JobFailed(log, failure, name);
            await lost.CancelAsync();
        }
    }

    private async Task GiveLeaseBackAsync(string name)
    {
        await using var change = await db.BeginOperationalAsync(CancellationToken.None);
        await change.ExecuteAsync("delete from platform_leases where name = @name and holder = @holder", new { name, holder });
        await change.CommitAsync(CancellationToken.None);
    }

    [LoggerMessage(EventId = 1101, Level = LogLevel.Error, Message = "Job {Job} failed; it is tried again at its next turn.")]
    private static partial void JobFailed(ILogger logger, Exception failure, string job);
}
