using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Backup;
using Tambo.Platform.Blobs;
using Tambo.Platform.Counting;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Files;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Jobs;
using Tambo.Platform.Maps;
using Tambo.Platform.Offline;
using Tambo.Platform.Sending;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Platform.Parts;

/// <summary>What the ground itself hands over: its tables, refusals, jobs and addresses.</summary>
public static class PlatformPart
{
    /// <summary>The ground as a part.</summary>
    public static Part Part { get; } = new()
    {
        Name = "platform",
        Assembly = typeof(PlatformPart).Assembly,
        Problems =
        [
            .. PlatformProblems.In(typeof(PlatformProblems)),
            .. PlatformProblems.In(typeof(BackupProblems)),
            .. PlatformProblems.In(typeof(KeyProblems)),
            .. PlatformProblems.In(typeof(FileProblems)),
            .. PlatformProblems.In(typeof(FormProblems)),
            .. PlatformProblems.In(typeof(AccessProblems)),
            .. PlatformProblems.In(typeof(OutboxProblems)),
        ],
        Permissions = AccessServices.Permissions,
        Menu = [.. AccessServices.Menu, new MenuItem("audit.menu", AuditPages.Root, "audit.read")],
        DataRoots = ["/openapi.json", "/health"],
        Jobs =
        [
            new Job("platform.audit_heads", TimeSpan.FromMinutes(1), async (services, cancellationToken) =>
                $"{await services.GetRequiredService<AuditHeads>().SignAsync(cancellationToken)} chains"),
            .. AccessServices.Jobs,
            new Job("platform.idempotency_sweep", TimeSpan.FromHours(1), static (services, cancellationToken) =>
                services.GetRequiredService<RequestRecords>().SweepAsync(cancellationToken)),
            OutboxServices.Sweep,
            new Job("platform.brought_files_sweep", TimeSpan.FromMinutes(5), static (services, cancellationToken) =>
                services.GetRequiredService<BroughtFiles>().SweepAsync(cancellationToken)),
            new Job("platform.works_sweep", TimeSpan.FromMinutes(1), static (services, cancellationToken) =>
                services.GetRequiredService<StartedWorks>().SweepAsync(cancellationToken)),
            new Job("platform.hourly_counts_sweep", TimeSpan.FromDays(1), static (services, cancellationToken) =>
                services.GetRequiredService<HourlyCounts>().SweepAsync(cancellationToken)),
        ],
        Map = routes =>
        {
            routes.MapAssets();
            routes.MapOutlines();
            routes.MapTowns();
            MapPicture.Map(routes);
            routes.MapDesignPage();
            routes.MapLanguageChoice();
            routes.MapPageWorker();
            routes.MapOfflineLists();
            routes.MapAppManifest();
            routes.MapAccess();
            routes.MapStaffHome();
            routes.MapAudit();
            routes.MapGet("/health/live", static () => Results.Text("live\n")).Open().DisableRateLimiting().WithSummary("The process answers");
            routes.MapGet("/health/ready", Health.ReadyAsync).Open().DisableRateLimiting().WithSummary("The node can serve: its database answers and its disk has room");
        },
    };
}
