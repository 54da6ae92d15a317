using System.Threading.Channels;
using Dapper;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Flows.Collecting;

/// <summary>A record as it came: what it says, or why it cannot be read.</summary>
/// <param name="Group">What it says; null when it cannot be read.</param>
/// <param name="Payload">Letter by letter.</param>
/// <param name="Refusal">Why it cannot be read.</param>
internal sealed record CameGroup(SentGroup? Group, string Payload, Problem? Refusal);

/// <summary>
/// Takes records of groups: each once, however often and in whatever order devices send them. What many devices send at the
/// same time is written in one transaction, each record with its own line of the audit, and forced to the disk once.
/// </summary>
public sealed class ReceiveGroups : IAsyncDisposable
{
    private const int MostTogether = 512;
    private const int MostWaiting = 20_000;

    private readonly NodeDb db;
    private readonly LivePoints points;
    private readonly SealGroups seals;
    private readonly RecordsAside aside;
    private readonly Channel<Waiting> queue = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly HashSet<string> namedSeries = new(StringComparer.Ordinal);
    private readonly Task writing;

    internal ReceiveGroups(NodeDb db, LivePoints points, SealGroups seals, RecordsAside aside)
    {
        (this.db, this.points, this.seals, this.aside) = (db, points, seals, aside);
        writing = Task.Run(WriteAsync);
    }

    /// <summary>Takes records, and says of each what became of it; what is taken is on the disk.</summary>
    internal async Task<IReadOnlyList<GroupAnswer>> TakeAsync(IReadOnlyList<CameGroup> came, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        var answers = new GroupAnswer[came.Count];
        var waiting = new (int At, Waiting Record)[came.Count];
        var count = 0;
        for (var i = 0; i < came.Count; i++)
        {
            var (group, payload, refusal) = came[i];
            refusal ??= GroupChecks.Look(group!, now);
            var point = refusal is null ? await points.FindAsync(group!.Point, FlowsRights.Collect, actor, cancellationToken) : null;
            // Whoever looks after a point corrects what others recorded there, and need not record themselves.
            if (refusal is null && group!.Version > 1)
                point ??= await points.FindAsync(group.Point, FlowsRights.Supervise, actor, cancellationToken);
            if (refusal is null && point is null)
                refusal = GroupProblems.PointUnknown.With(("point", group!.Point));
            if (refusal is not null)
            {
                answers[i] = Refused(group?.Id ?? Guid.Empty, refusal, texts);
                continue;
            }

            var record = new Waiting(new GroupWrite(group!, payload, point!, actor));
            await queue.Writer.WriteAsync(record, cancellationToken);
            waiting[count++] = (i, record);
        }

        Exception? failed = null;
        var written = 0;
        foreach (var (at, record) in waiting.Take(count))
        {
            var id = record.Write.Group.Id;
            try
            {
                var (isThere, refusal) = await record.Done.Task.WaitAsync(cancellationToken);
                answers[at] = refusal is null ? new GroupAnswer(id, isThere ? "already_there" : "taken") : Refused(id, refusal, texts);
                written++;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                aside.NoteUnwritten(id, failed = failure);
                answers[at] = Refused(id, PlatformProblems.InProgress.With(), texts);
            }
        }

        // Where nothing could be written the request has failed; where something was, only the rest is asked for again.
        if (failed is not null && written == 0)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failed);
        return answers;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await writing;
    }

    internal static GroupAnswer Refused(Guid id, Problem problem, Texts texts) =>
        new(id, problem.Kind == PlatformProblems.InProgress ? "try_again" : "refused", problem.Kind.Code, problem.Detail(texts)) { Refusal = problem };

    private async Task WriteAsync()
    {
        var batch = new List<Waiting>(MostTogether);
        while (await queue.Reader.WaitToReadAsync())
        {
            while (batch.Count < MostTogether && queue.Reader.TryRead(out var one))
                batch.Add(one);
            if (!await TryWriteAsync(batch, alone: batch.Count == 1))
            {
                // One that cannot be written must not keep the others from being so.
                foreach (var one in batch.Where(one => !one.Done.Task.IsCompleted))
                    await TryWriteAsync([one], alone: true);
            }

            batch.Clear();
        }
    }

    private async Task<bool> TryWriteAsync(List<Waiting> batch, bool alone)
    {
        try
        {
            await WriteAsync(batch);
            return true;
        }
        catch (Problem problem) when (alone && problem.Kind.Status is 409 or 412 or 422)
        {
            batch[0].Done.TrySetResult((false, problem));
        }
        catch (Exception failure)
        {
            if (alone)
                batch[0].Done.TrySetException(failure);
        }

        return false;
    }

    private async Task WriteAsync(List<Waiting> batch)
    {
        // Another process of the node may write the same record at this moment: then it is looked at again.
        for (var tries = 0; ; tries++)
        {
            var known = await KnownAsync(batch);
            var (write, sealedOnes) = (new List<Waiting>(), new List<(Waiting, Guid)>());
            foreach (var one in batch.Where(one => !one.Done.Task.IsCompleted))
            {
                var versions = known.GetValueOrDefault(one.Write.Group.Id) ?? [];
                one.Outcome = one.Write.Beside(versions);
                if (one.Outcome is not (false, null))
                    continue;
                if (versions.MaxBy(version => version.Version)?.ImportId is { } import)
                {
                    sealedOnes.Add((one, import));
                    continue;
                }

                write.Add(one);
                known[one.Write.Group.Id] = [.. versions, one.Write.AsKnown()];
            }

            if ((write.Count == 0 || await TryCommitAsync(write)) && await TryCorrectAsync(sealedOnes))
                break;
            if (tries == 3)
                throw new Problem(PlatformProblems.InProgress, []) { RetryAfter = 2 };
        }

        foreach (var one in batch)
            one.Done.TrySetResult(one.Outcome);
    }

    private async Task<Dictionary<Guid, IReadOnlyList<KnownVersion>>> KnownAsync(List<Waiting> batch)
    {
        await using var connection = await db.ReadAsync(CancellationToken.None);
        var rows = await connection.QueryAsync<KnownVersion>(
            "select id, version, point_id, person, withdrawn, payload_hash, import_id from flows_groups where id" + db.Dialect.IsAmong,
            new { Among = db.Dialect.Among(batch.Select(one => one.Write.Group.Id.ToString("D"))) });
        return rows.GroupBy(row => row.Id).ToDictionary(versions => versions.Key, IReadOnlyList<KnownVersion> (versions) => [.. versions]);
    }

    private async Task<bool> TryCommitAsync(List<Waiting> write)
    {
        var first = write[0].Write;
        await using var change = await db.BeginAsync(first.Actor, first.Change, GroupWrite.SubjectOf(first.Group.Id), CancellationToken.None);
        change.Describe(first.Details);
        foreach (var one in write.Skip(1))
            change.AlsoRecord(one.Write.Actor, one.Write.Change, GroupWrite.SubjectOf(one.Write.Group.Id), one.Write.Details);
        var now = db.Time.GetUtcNow();
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var one in write)
        {
            foreach (var series in GroupObservations.SeriesOf(one.Write.Group, one.Write.Point).Skip(1).Where(series => !namedSeries.Contains(series)).Except(named).ToList())
            {
                await points.NameSeriesAsync(change, one.Write.Point, series);
                named.Add(series);
            }
        }

        var added = write.Where(one => one.Write.Group.Version == 1).Select(one => one.Write.Row(now)).ToList();
        if (added.Count > 0 && await change.ExecuteAsync(GroupWrite.Insert, added) != added.Count)
            return false;
        try
        {
            foreach (var one in write.Where(one => one.Write.Group.Version > 1))
                await one.Write.InsertAsync(change, now);
        }
        catch (Problem changed) when (changed.Kind == PlatformProblems.Changed)
        {
            return false;
        }

        await change.CommitAsync(CancellationToken.None);
        namedSeries.UnionWith(named);
        return true;
    }

    private async Task<bool> TryCorrectAsync(List<(Waiting Record, Guid Import)> corrections)
    {
        foreach (var (one, import) in corrections)
        {
            try
            {
                await seals.CorrectAsync(one.Write, import, CancellationToken.None);
                one.Done.TrySetResult(one.Outcome);
            }
            catch (Problem changed) when (changed.Kind == PlatformProblems.Changed)
            {
                return false;
            }
        }

        return true;
    }

    private sealed class Waiting(GroupWrite write)
    {
        public GroupWrite Write { get; } = write;

        public (bool IsThere, Problem? Refusal) Outcome { get; set; }

        public TaskCompletionSource<(bool IsThere, Problem? Refusal)> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
