using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Imports;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Jobs;
using Tambo.Platform.Problems;

namespace Tambo.Flows.Assistant;

/// <summary>An import that somebody asks for on a page.</summary>
/// <param name="File">The file, kept since it was looked at.</param>
/// <param name="AcceptRefused">True to let it in though more than a tenth of its rows are refused.</param>
/// <param name="IsNew">True when its mapping is kept with it.</param>
internal sealed record AskedImport(LookedAtFile File, bool AcceptRefused, bool IsNew);

/// <summary>What the pages tell of an import that was asked for.</summary>
/// <param name="FileName">The file's name.</param>
/// <param name="Series">The series it is for.</param>
/// <param name="Form">The form that asked for it, sealed for whoever sent it.</param>
internal sealed record ImportDetails(string FileName, string Series, string Form)
{
    /// <summary>What was written of work.</summary>
    public static ImportDetails Of(StartedWork work) => JsonSerializer.Deserialize<ImportDetails>(work.Details)!;
}

/// <summary>Imports that were asked for on a page: they go on when the page is closed, and can be looked at and stopped.</summary>
internal sealed class ImportWorks(StartedWorks works, ImportFlows imports, KeptMappings mappings, FlowsImportDesk desk)
{
    private const string Kind = "flows.import";
    private const string Purpose = "flows.import.form";
    private const string Same = "same";
    private const int MostListed = 100;

    /// <summary>True when the same file stood already: nothing was changed.</summary>
    public static bool FoundSame(StartedWork work) => work is { State: "done", Outcome: Same };

    /// <summary>Starts an import, or finds the one of the same file that is under way.</summary>
    public Task<StartedWork> BeginAsync(AskedImport asked, KeptMapping mapping, IFormCollection form, Actor actor, CancellationToken cancellationToken)
    {
        var details = new ImportDetails(asked.File.Name, mapping.Mapping.Series.Code, Seal(form, actor));
        return works.BeginAsync(new NewWork(Kind, asked.File.Kept, JsonSerializer.Serialize(details)), actor, (running, stopping) => RunAsync(asked, mapping, running, stopping), cancellationToken);
    }

    /// <summary>The import as it is once it has ended, or after a moment.</summary>
    public Task<StartedWork> WaitAsync(Guid id, CancellationToken cancellationToken) => works.WaitAsync(id, cancellationToken);

    /// <summary>An import that was asked for on a page; null when it was not, or long ago.</summary>
    public async Task<StartedWork?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await works.FindAsync(id, cancellationToken) is { Kind: Kind } work ? work : null;

    /// <summary>The form that asked for an import, for whoever sent it and as long as its file is kept; else null.</summary>
    public FormCollection? FormOf(StartedWork work, Actor actor) =>
        desk.Protection.FindStep<Dictionary<string, string?[]>>(Purpose, actor, ImportDetails.Of(work).Form) is { } fields
            ? new FormCollection(fields.ToDictionary(field => field.Key, field => new StringValues(field.Value), StringComparer.Ordinal))
            : null;

    /// <summary>The last imports, the newest first, with those under way as far as they are.</summary>
    public async Task<IReadOnlyList<PastFlowsImport>> AllAsync(CancellationToken cancellationToken)
    {
        var asked = (await works.LastAsync(Kind, MostListed, cancellationToken)).ToDictionary(work => work.Id);
        var past = (await desk.AllAsync(cancellationToken)).Select(import => asked.TryGetValue(import.Id, out var work) ? With(import, work) : import).ToList();
        var known = past.Select(import => import.Id).ToHashSet();
        // While the file itself is still being put away.
        past.AddRange(asked.Values.Where(work => work.IsRunning && !known.Contains(work.Id)).Select(Begun));
        return [.. past.OrderByDescending(import => import.StartedAt).Take(MostListed)];
    }

    private static PastFlowsImport With(PastFlowsImport import, StartedWork work) =>
        work.IsRunning && import.State == "reading" ? import with { RowsRead = work.Counted } : import with { Ending = work.State is "cancelled" or "refused" ? work.State : "" };

    private static PastFlowsImport Begun(StartedWork work)
    {
        var details = ImportDetails.Of(work);
        return new PastFlowsImport { Id = work.Id, Series = details.Series, FileName = details.FileName, State = "reading", Actor = work.Actor, StartedAt = work.StartedAt, RowsRead = work.Counted };
    }

    private async Task<string> RunAsync(AskedImport asked, KeptMapping mapping, RunningWork running, CancellationToken stopping)
    {
        try
        {
            await using var bytes = await desk.Brought.OpenAsync(asked.File.Kept, stopping) ?? throw PlatformProblems.StaleForm.With();
            var import = new FlowsImport(asked.File.Name, bytes, mapping, DryRun: false) { AcceptRefused = asked.AcceptRefused, Progress = running, Id = running.Id };
            var report = await imports.RunAsync(import, running.Actor, stopping);
            // Its figures count: what is left to do is done, whoever would stop it now.
            if (asked.IsNew)
                await mappings.KeepAsync(mapping, running.Actor, CancellationToken.None);
            await desk.Brought.ForgetAsync([asked.File.Kept], CancellationToken.None);
            return report.Id is null ? Same : "";
        }
        catch (OperationCanceledException) when (running.IsCancelled)
        {
            await desk.Brought.ForgetAsync([asked.File.Kept], CancellationToken.None);
            throw;
        }
    }

    // The page's own fields alone: token and key of the form were for once.
    private string Seal(IFormCollection form, Actor actor) => desk.Protection.SealStep(
        Purpose,
        actor,
        form.Where(field => field.Key != RequestKey.Field && !field.Key.StartsWith("__", StringComparison.Ordinal)).ToDictionary(field => field.Key, field => field.Value.ToArray(), StringComparer.Ordinal),
        FlowsImportDesk.Clock + BringFigures.KeptFor);
}
