using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Disclosure;
using Tambo.Guide.Directory;
using Tambo.Guide.Imports;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Node.Demonstration;

/// <summary>A node that anybody can try: its data comes with the program, its staff is made up, its key protects nothing.</summary>
internal static class DemonstrationNode
{
    /// <summary>Who does what a demonstration does by itself.</summary>
    public static Actor Actor { get; } = Actor.Job("demonstration");

    /// <summary>
    /// The settings of the demonstration in a folder, which is made when it is not there. A folder that holds anything
    /// else is refused.
    /// </summary>
    public static NodeSettings Prepare(NodeSettings settings, bool training)
    {
        RefuseOtherHosts(settings.Urls);
        var kind = training ? "training" : "demo";
        if (settings.File.Kind == kind)
            return settings;
        if (settings.File.Kind.Length > 0 || File.Exists(Path.Combine(settings.Folder, "tambo.json")) || File.Exists(settings.Database.SqliteFile))
            throw PlatformProblems.DemoFolder.With(("folder", settings.Folder));
        var prepared = settings with
        {
            File = new NodeFile
            {
                Kind = kind,
                Name = training ? "Puerto Quimera" : "Tambo",
                Country = training ? null : "MX",
                // Where their services and points are.
                TimeZone = training ? "America/Bogota" : "America/Tijuana",
                SecondFactor = false,
            },
        };
        prepared.SaveFile();
        return prepared;
    }

    /// <summary>Fills the node when this is its first start; says what was imported, set by set.</summary>
    public static async Task<IReadOnlyList<ImportReport>> FillAsync(IServiceProvider services, NodeSettings settings, CancellationToken cancellationToken)
    {
        if (File.Exists(Filled(settings)))
            return [];
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var reports = new List<ImportReport>();
        foreach (var set in settings.IsTraining ? DemonstrationSet.MadeUp : DemonstrationSet.Real)
            reports.Add(await ImportAsync(services.GetRequiredService<ImportServices>(), set, now, Actor, cancellationToken));
        await DemonstrationStaff.AddAsync(services.GetRequiredService<StaffUsers>(), cancellationToken);
        await ImportAnsweringAsync(services, now, cancellationToken);
        await services.GetRequiredService<KindsAtConsole>().SayFirstAsync(await AnsweringAsync(services, cancellationToken), ["service_provider"], Actor, cancellationToken);
        // Last of all: a start that is cut short before this does it again, and finds what is there already.
        await File.WriteAllTextAsync(Filled(settings), "The demonstration data has been imported.\n", cancellationToken);
        return reports;
    }

    // What somebody imports whose right ends with an agency belongs to that agency.
    private static async Task ImportAnsweringAsync(IServiceProvider services, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var actor = Actor with { Grants = [new Grant("guide.import", new Scope("agency", $"{await AnsweringAsync(services, cancellationToken):D}"))] };
        await ImportAsync(services.GetRequiredService<ImportServices>(), DemonstrationSet.Answering, now, actor, cancellationToken);
    }

    private static async Task<Guid> AnsweringAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        (await Agencies.AllAsync(services.GetRequiredService<NodeDb>(), cancellationToken)).Single(one => one.Name == DemonstrationStaff.Answering).Id;

    private static async Task<ImportReport> ImportAsync(
        ImportServices services, DemonstrationSet set, DateTimeOffset now, Actor actor, CancellationToken cancellationToken)
    {
        var files = set.Open(DateOnly.FromDateTime(now.UtcDateTime));
        try
        {
            var request = new ImportRequest { Files = files, Mapping = set.Mapping, SourceSet = set.Name, RetrievedAt = set.RetrievedAt, Source = new SourceSet { Title = set.Title } };
            return await services.RunAsync(request, actor, cancellationToken);
        }
        finally
        {
            foreach (var file in files)
                await file.Bytes.DisposeAsync();
        }
    }

    /// <summary>Its links let anybody in, so nobody else's machine may reach it.</summary>
    private static void RefuseOtherHosts(string urls)
    {
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var host = Host(url);
            if (!string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
                && !(IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)))
                throw PlatformProblems.DemoOpen.With(("url", url));
        }
    }

    private static string Host(string url)
    {
        try
        {
            return BindingAddress.Parse(url).Host;
        }
        catch (FormatException)
        {
            throw PlatformProblems.SettingUnusable.With(("name", "--urls"), ("value", url));
        }
    }

    private static string Filled(NodeSettings settings) => Path.Combine(settings.Folder, "demonstration.txt");
}
