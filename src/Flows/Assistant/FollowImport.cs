using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Flows.Imports;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Jobs;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Flows.Assistant;

/// <summary>An import under one address: how far it is while it is under way, then what came of it.</summary>
internal static class FollowImport
{
    private static readonly FollowedKind Followed = new(
        BringFigures.Root, FlowsRights.Import, "flows.import.cancelled", (context, id, cancellationToken) => context.RequestServices.GetRequiredService<ImportWorks>().FindAsync(id, cancellationToken), TellAsync, AddressOf);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(BringFigures.Root + "/{id:guid}", ShowAsync).Needs(FlowsRights.Import).ExcludeFromDescription();
        Followed.Map(routes);
    }

    /// <summary>Where what came of an import is told.</summary>
    public static string AddressOf(StartedWork work) =>
        ImportWorks.FoundSame(work) ? $"{BringFigures.Root}?same={Uri.EscapeDataString(ImportDetails.Of(work).FileName)}" : $"{BringFigures.Root}/{work.Id:D}";

    private static async Task<IResult> ShowAsync(HttpContext context, FlowsImportDesk desk, ImportWorks works, KeptMappings mappings, Guid id, CancellationToken cancellationToken)
    {
        var work = await works.FindAsync(id, cancellationToken);
        if (work is { IsRunning: true })
            return await TellAsync(context, work, cancellationToken);
        var record = await desk.FindAsync(id, cancellationToken);
        // What counts counts, however its work ended.
        if (record is { Line.State: "standing" } || (work is null && record is not null))
            return new PageResult<ImportedFigures>(context.Texts(), ("Staff", StaffPage.Of(context)), ("Record", record));
        if (work is null)
            throw PlatformProblems.NotFound.With();
        if (ImportWorks.FoundSame(work))
            return Results.Redirect(AddressOf(work));
        // Whoever asked for it can go on from there, unless they stopped it themselves.
        var why = work.State == "broken_off" ? PlatformProblems.WorkBrokenOff.With(("file", ImportDetails.Of(work).FileName)) : work.Refusal;
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

        return await TellAsync(context, work, cancellationToken);
    }

    private static async Task<IResult> TellAsync(HttpContext context, StartedWork work, CancellationToken cancellationToken)
    {
        var (texts, details) = (context.Texts(), ImportDetails.Of(work));
        var names = await ActorNames.OfAsync(context.RequestServices.GetRequiredService<NodeDb>(), [work.Actor], cancellationToken);
        IReadOnlyList<(string, string)> said =
        [
            (texts["flows.reading.series"], details.Series),
            (texts["flows.reading.when"], ImportWords.Moment(work.StartedAt, texts)),
            (texts["flows.reading.who"], ActorNames.Said(work.Actor, names, texts)),
        ];
        return new PageResult<FollowedWorkPage>(
            texts, ("Staff", StaffPage.Of(context)), ("Work", work), ("Root", BringFigures.Root), ("Above", texts["flows.reading.menu"]),
            ("Title", texts.Format("flows.reading.going_on", ("file", details.FileName))), ("SoFar", ImportWords.SoFar(work, texts)), ("Said", said));
    }
}
