using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Flows.Imports;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Jobs;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Flows.Assistant;

/// <summary>An import under one address: how far it is while it is under way, then what came of it.</summary>
internal static class FollowImport
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(BringFigures.Root + "/{id:guid}", ShowAsync).Needs(FlowsRights.Import).ExcludeFromDescription();
        routes.MapGet(BringFigures.Root + "/{id:guid}/so-far", ShowSoFarAsync).Needs(FlowsRights.Import).ExcludeFromDescription();
        routes.MapPost(BringFigures.Root + "/{id:guid}/cancel", CancelAsync).Needs(FlowsRights.Import).ExcludeFromDescription().DisableAntiforgery().MayRepeat("what was stopped is stopped");
    }

    /// <summary>Where what came of an import is told.</summary>
    public static string AddressOf(StartedWork work) =>
        ImportWorks.FoundSame(work) ? $"{BringFigures.Root}?same={Uri.EscapeDataString(ImportDetails.Of(work).FileName)}" : $"{BringFigures.Root}/{work.Id:D}";

    private static async Task<IResult> ShowAsync(HttpContext context, FlowsImportDesk desk, ImportWorks works, KeptMappings mappings, NodeDb db, Guid id, CancellationToken cancellationToken)
    {
        var work = await works.FindAsync(id, cancellationToken);
        if (work is { IsRunning: true })
            return await FollowedAsync(context, work, db, cancellationToken);
        var record = await desk.FindAsync(id, cancellationToken);
        // What counts counts, however its work ended.
        if (record is { Line.State: "standing" } || (work is null && record is not null))
            return new PageResult<ImportedFigures>(context.Texts(), ("Staff", StaffPage.Of(context)), ("Record", record));
        if (work is null)
            throw PlatformProblems.NotFound.With();
        if (ImportWorks.FoundSame(work))
            return Results.Redirect(AddressOf(work));
        // Whoever asked for it can go on from there, unless they stopped it themselves.
        var why = work.State == "broken_off" ? FlowsProblems.ImportStopped.With(("file", ImportDetails.Of(work).FileName)) : work.Refusal;
        if (why is not null && works.FormOf(work, context.Actor()) is { } form)
        {
            try
            {
                var (answer, mapping, _) = await BringFigures.ReadAsync(context, desk, mappings, form, cancellationToken);
                if (mapping is not null)
                    return await BringFigures.RefusedAsync(context, desk, answer, mapping, why, cancellationToken);
            }
            catch (Problem)
            {
                // The file is there no more, or the mapping: then only why is told.
            }
        }

        return await FollowedAsync(context, work, db, cancellationToken);
    }

    // What an open page asks every two seconds: cheap, and nothing once there is something to tell.
    private static async Task<IResult> ShowSoFarAsync(HttpContext context, ImportWorks works, NodeDb db, Guid id, CancellationToken cancellationToken) =>
        (await works.FindAsync(id, cancellationToken) ?? throw PlatformProblems.NotFound.With()) is { IsRunning: true } work ? await FollowedAsync(context, work, db, cancellationToken) : Results.NoContent();

    private static async Task<IResult> CancelAsync(HttpContext context, ImportWorks works, Guid id, CancellationToken cancellationToken)
    {
        await SentForm.ReadAsync(context, cancellationToken);
        if (await works.FindAsync(id, cancellationToken) is null)
            throw PlatformProblems.NotFound.With();
        await works.CancelAsync(id, context.Actor(), cancellationToken);
        return Results.Redirect(AddressOf(await works.WaitAsync(id, cancellationToken)));
    }

    private static async Task<IResult> FollowedAsync(HttpContext context, StartedWork work, NodeDb db, CancellationToken cancellationToken) => new PageResult<FollowedImport>(
        context.Texts(), ("Staff", StaffPage.Of(context)), ("Work", work), ("Names", await ActorNames.OfAsync(db, [work.Actor], cancellationToken)));
}
