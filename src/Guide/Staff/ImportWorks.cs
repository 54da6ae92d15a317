using System.Text.Json;
using Tambo.Guide.Directory;
using Tambo.Guide.Imports;
using Tambo.Platform.Access;
using Tambo.Platform.Jobs;
using Tambo.Platform.Problems;

namespace Tambo.Guide.Staff;

/// <summary>What the pages tell of a check or an import that was asked for.</summary>
/// <param name="Files">The names of its files.</param>
/// <param name="Check">The check that came before it; null for the check itself.</param>
/// <param name="Sealed">What was asked for, sealed for whoever asked.</param>
public sealed record ImportDetails(IReadOnlyList<string> Files, Guid? Check, string Sealed)
{
    /// <summary>True when nothing is written.</summary>
    public bool IsCheck => Check is null;

    /// <summary>What was written of work.</summary>
    public static ImportDetails Of(StartedWork work) => JsonSerializer.Deserialize<ImportDetails>(work.Details)!;
}

/// <summary>A check or an import that is not, or not yet, among the past imports.</summary>
/// <param name="Work">The work.</param>
/// <param name="Details">What was said of it.</param>
public sealed record PendingImport(StartedWork Work, ImportDetails Details)
{
    /// <summary>What has become of it: checking, checked, importing, refused, cancelled or broken_off.</summary>
    public string Fate => Work switch { { IsRunning: true } => Details.IsCheck ? "checking" : "importing", { State: "done" } => "checked", _ => Work.State };
}

/// <summary>
/// Checks and imports that were asked for on a page: they go on when the page is closed, and whoever asked can look at them and
/// stop them. Nobody else knows of them: the files may say what others may not see, and what is not written yet is nobody's.
/// </summary>
internal sealed class ImportWorks(StartedWorks works, ImportServices imports, ImportDesk desk)
{
    private const string Kind = "guide.import";
    private const int MostListed = 100;

    /// <summary>Starts a check of files that are kept.</summary>
    public Task<StartedWork> BeginCheckAsync(CheckedImport wanted, Actor actor, CancellationToken cancellationToken) =>
        BeginAsync(wanted, null, actor, (running, stopping) => CheckAsync(wanted, running, stopping), cancellationToken);

    /// <summary>Starts an import of what was checked, or finds the one that is under way.</summary>
    public Task<StartedWork> BeginRunAsync(CheckedImport wanted, Actor actor, CancellationToken cancellationToken) =>
        BeginAsync(wanted, wanted.Check, actor, (running, stopping) => RunAsync(wanted, running, stopping), cancellationToken);

    /// <summary>The import of what was checked, once it is complete; else null.</summary>
    public async Task<StartedWork?> ImportedAsync(CheckedImport wanted, Actor actor, CancellationToken cancellationToken) =>
        (await OwnAsync(actor, cancellationToken)).FirstOrDefault(work => work.State == "done" && ImportDetails.Of(work).Check is { } check && check == wanted.Check);

    /// <summary>Work once it has ended, or as it is after a moment.</summary>
    public async Task<StartedWork> WaitAsync(Guid id, CancellationToken cancellationToken) => await ToldAsync(await works.WaitAsync(id, cancellationToken), cancellationToken);

    /// <summary>What somebody asked for themselves; null when they did not, or long ago.</summary>
    public async Task<StartedWork?> FindAsync(Guid id, Actor actor, CancellationToken cancellationToken) =>
        await works.FindAsync(id, cancellationToken) is { Kind: Kind } work && work.Actor == actor.AuditName ? await ToldAsync(work, cancellationToken) : null;

    /// <summary>What was asked for, for whoever asked and as long as its files are kept; else null.</summary>
    public CheckedImport? WantedBy(Actor actor, StartedWork work) => desk.Find<CheckedImport>(actor, ImportDetails.Of(work).Sealed);

    /// <summary>What a check found, as whoever asked for it may read it; null when that is kept no more.</summary>
    public async Task<ImportReport?> ReportAsync(Guid check, Actor actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(check, actor, cancellationToken) is not { State: "done" } work || !ImportDetails.Of(work).IsCheck)
            return null;
        return await desk.KeptReportAsync(work.Outcome, cancellationToken) is { } report ? await desk.ShownAsync(actor, report, ownFile: true, cancellationToken) : null;
    }

    /// <summary>What somebody asked for and can still go on with, and what came to nothing meanwhile; the newest first.</summary>
    public async Task<IReadOnlyList<PendingImport>> PendingAsync(Actor actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var own = (await OwnAsync(actor, cancellationToken)).Select(work => new PendingImport(work, ImportDetails.Of(work))).ToList();
        var goneOn = own.Where(one => one.Work.IsRunning || one.Work.State is "done" or "cancelled").Select(one => one.Details.Check).ToHashSet();
        return [.. own.Where(one => one.Work.IsRunning || (one.Work.StartedAt > now - ImportDesk.KeptFor && (one.Details.IsCheck ? !goneOn.Contains(one.Work.Id) : one.Work.State != "done")))];
    }

    private async Task<IReadOnlyList<StartedWork>> OwnAsync(Actor actor, CancellationToken cancellationToken)
    {
        var own = (await works.LastAsync(Kind, MostListed, cancellationToken)).Where(work => work.Actor == actor.AuditName).ToList();
        for (var at = 0; at < own.Count; at++)
            own[at] = await ToldAsync(own[at], cancellationToken);
        return own;
    }

    // What counts counts, however its work ended: a process may end, or a file withstand being forgotten, once all is written.
    private async Task<StartedWork> ToldAsync(StartedWork work, CancellationToken cancellationToken) =>
        work is { IsRunning: false, State: not "done" } && !ImportDetails.Of(work).IsCheck && await desk.IsInAsync(work.Id, cancellationToken) ? work with { State = "done", Outcome = "" } : work;

    private Task<StartedWork> BeginAsync(
        CheckedImport wanted, Guid? check, Actor actor, Func<RunningWork, CancellationToken, Task<string>> run, CancellationToken cancellationToken)
    {
        var details = new ImportDetails([.. wanted.Files.Select(file => file.Key)], check, desk.Seal(actor, wanted));
        return works.BeginAsync(new NewWork(Kind, wanted.Files[0].Value, JsonSerializer.Serialize(details)), actor, run, cancellationToken);
    }

    private async Task<string> CheckAsync(CheckedImport wanted, RunningWork running, CancellationToken stopping)
    {
        try
        {
            return await desk.KeepReportAsync(await ImportAsync(wanted, running, dryRun: true, stopping), stopping);
        }
        catch (Exception failure) when (failure is Problem || running.IsCancelled)
        {
            // What cannot be read is kept no longer.
            await ForgetAsync(wanted, running.Actor);
            throw;
        }
    }

    private async Task<string> RunAsync(CheckedImport wanted, RunningWork running, CancellationToken stopping)
    {
        try
        {
            await ImportAsync(wanted, running, dryRun: false, stopping);
            await ForgetAsync(wanted, running.Actor);
            return "";
        }
        catch (OperationCanceledException) when (running.IsCancelled)
        {
            await ForgetAsync(wanted, running.Actor);
            throw;
        }
    }

    private async Task<ImportReport> ImportAsync(CheckedImport wanted, RunningWork running, bool dryRun, CancellationToken stopping)
    {
        var files = new List<ImportFile>();
        try
        {
            foreach (var (name, kept) in wanted.Files)
                files.Add(new ImportFile(name, await desk.Brought.OpenAsync(kept, stopping) ?? throw PlatformProblems.StaleForm.With()));
            var request = new ImportRequest
            {
                Files = files,
                Mapping = wanted.Mapping.Length > 0 ? wanted.Mapping : null,
                SourceSet = wanted.SourceSet.Length > 0 ? wanted.SourceSet : null,
                Source = wanted.Source,
                DryRun = dryRun,
                RetireVanished = wanted.Retire,
                Id = running.Id,
                Progress = running,
            };
            return await imports.RunAsync(request, running.Actor, stopping);
        }
        finally
        {
            foreach (var file in files)
                await file.Bytes.DisposeAsync();
        }
    }

    // The files, and what their check found.
    private async Task ForgetAsync(CheckedImport wanted, Actor actor)
    {
        await desk.Brought.ForgetAsync(wanted.Files.Select(file => file.Value), CancellationToken.None);
        if (wanted.Check is { } check && await FindAsync(check, actor, CancellationToken.None) is { State: "done" } work)
            await desk.Brought.ForgetAsync([work.Outcome], CancellationToken.None);
    }
}
