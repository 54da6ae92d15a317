using Microsoft.Extensions.DependencyInjection;
using Tambo.Flows.Assistant;
using Tambo.Flows.Checking;
using Tambo.Flows.Collecting;
using Tambo.Flows.Cube;
using Tambo.Flows.Imports;
using Tambo.Flows.Pages;
using Tambo.Flows.Serving;
using Tambo.Platform.Blobs;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;
using Tambo.Platform.Parts;
using Tambo.Platform.Settings;

namespace Tambo.Flows;

/// <summary>Figures on migration: imports of what institutions have, harmonised, kept with their past, and answered from.</summary>
public static class FlowsPart
{
    /// <summary>What this part hands over to the node.</summary>
    public static Part Part { get; } = new()
    {
        Name = "flows",
        Assembly = typeof(FlowsPart).Assembly,
        Problems = [.. FlowsProblems.All, .. GroupProblems.All],
        Permissions = [FlowsRights.Read, FlowsRights.Rows, FlowsRights.Import, FlowsRights.Collect, FlowsRights.Supervise],
        DataRoots = ["/compat"],
        Menu =
        [
            new MenuItem("flows.page.menu", FlowsView.Root, FlowsRights.Read),
            new MenuItem("flows.reading.menu", BringFigures.Root, FlowsRights.Import),
            new MenuItem("flows.check.menu", ShowChecks.Root, FlowsRights.Read),
            new MenuItem("collect.menu", CollectGroups.Root, FlowsRights.Collect),
            new MenuItem("collect.points", EditPoints.Root, FlowsRights.Supervise),
        ],
        Jobs = [BrokenOffImports.Job, RunChecks.Job, SealGroups.Job],
        Register = static services =>
        {
            services.AddSingleton(static provider => new TableNames(provider.GetRequiredService<TextCatalog>(), provider.GetRequiredService<NodeSettings>().File));
            services.AddSingleton<LivePoints>();
            services.AddSingleton<RecordsAside>();
            services.AddSingleton<GatheredGroups>();
            services.AddSingleton(static provider => new LiveSegments(provider.GetRequiredService<NodeDb>(), provider.GetRequiredService<BlobStore>()) { Gathered = provider.GetRequiredService<GatheredGroups>() });
            services.AddSingleton<SealGroups>();
            services.AddSingleton(static provider => new ReceiveGroups(provider.GetRequiredService<NodeDb>(), provider.GetRequiredService<LivePoints>(), provider.GetRequiredService<SealGroups>(), provider.GetRequiredService<RecordsAside>()));
            services.AddSingleton<TakeShifts>();
            services.AddSingleton<BrokenOffImports>();
            services.AddHostedService<BrokenOffAtStart>();
            services.AddSingleton<ImportGroups>();
            services.AddSingleton(static provider => new TrainingPoint(
                provider.GetRequiredService<NodeDb>(), provider.GetRequiredService<LivePoints>(), provider.GetRequiredService<ReceiveGroups>(), provider.GetRequiredService<TakeShifts>(), provider.GetRequiredService<TextCatalog>()));
            services.AddSingleton<ImportFlows>();
            services.AddSingleton<HoursOfCounting>();
            services.AddSingleton(static provider => new QueryFlows(provider.GetRequiredService<LiveSegments>()) { Hours = provider.GetRequiredService<HoursOfCounting>() });
            services.AddSingleton<RunChecks>();
            services.AddSingleton<Findings>();
            services.AddSingleton<SeriesShelf>();
            services.AddSingleton<FlowsDesk>();
            services.AddSingleton<ServedFigures>();
            services.AddSingleton<WriteFigures>();
            services.AddSingleton<KeptBodies>();
            services.AddSingleton<KeptMappings>();
            services.AddSingleton<FlowsImportDesk>();
            services.AddSingleton<ImportWorks>();
        },
        Map = static routes =>
        {
            FlowsPages.Map(routes);
            ShowChecks.Map(routes);
            GroupsApi.Map(routes);
            EditPoints.Map(routes);
            CollectGroups.Map(routes);
            FiguresApi.Map(routes);
            DtmApi.Map(routes);
            UnhcrApi.Map(routes);
            BringFigures.Map(routes);
            FollowImport.Map(routes);
            LookOverPoint.Map(routes);
        },
    };
}

/// <summary>Who may do what with figures.</summary>
internal static class FlowsRights
{
    /// <summary>See figures.</summary>
    public const string Read = "flows.read";

    /// <summary>See the rows that figures come from.</summary>
    public const string Rows = "flows.rows";

    /// <summary>Import figures, and keep mappings.</summary>
    public const string Import = "flows.import";

    /// <summary>Record groups at a point.</summary>
    public const string Collect = "flows.collect";

    /// <summary>Look after points, and over what is recorded there.</summary>
    public const string Supervise = "flows.supervise";
}
