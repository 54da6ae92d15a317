using System.IO.Compression;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Imports;
using Tambo.Platform.Places;
using Tambo.Platform.Settings;

namespace Tambo.Node.Demonstration;

/// <summary>A published table of figures that comes with the program, and the shipped mapping it is imported through.</summary>
/// <param name="File">Its path below the shipped data folder; one that ends in <c>.gz</c> is unpacked.</param>
/// <param name="Mapping">The name of the mapping.</param>
internal sealed record DemonstrationFigures(string File, string Mapping)
{
    private const string Packed = ".gz";

    /// <summary>What institutions of the Americas publish.</summary>
    public static IReadOnlyList<DemonstrationFigures> Real { get; } =
    [
        new("demo/flows/panama/darien-nationality.csv", "panama-darien-nationality"),
        new("demo/flows/panama/darien-demography.csv", "panama-darien-demography"),
        new("demo/flows/honduras/total.csv", "honduras-irregular-total"),
        new("demo/flows/honduras/nationality.csv", "honduras-irregular-nationality"),
        new("demo/flows/honduras/demography.csv", "honduras-irregular-demography"),
        new("demo/flows/usa/southwest-border.csv.gz", "usa-southwest-border"),
        new("demo/flows/lighthouse/irregular-entries.csv.gz", "lighthouse-irregular-entries"),
        new("demo/flows/lighthouse/regular-entries.csv.gz", "lighthouse-regular-entries"),
        new("demo/flows/unhcr/population.csv.gz", "unhcr-population"),
        new("demo/flows/unhcr/population.csv.gz", "unhcr-stateless"),
        new("demo/flows/unhcr/population.csv.gz", "unhcr-host-community"),
        new("demo/flows/unhcr/population.csv.gz", "unhcr-returns"),
        new("demo/flows/unhcr/asylum-applications.csv.gz", "unhcr-asylum-applications"),
        new("demo/flows/unhcr/asylum-applications.csv.gz", "unhcr-asylum-cases"),
        new("demo/flows/missing-migrants/incidents.csv.gz", "missing-migrants"),
    ];

    /// <summary>What was counted earlier at the made-up training point: a training series, which never stands beside the others.</summary>
    public static IReadOnlyList<DemonstrationFigures> MadeUp { get; } = [new("training/point.csv", "training-point")];

    /// <summary>Imports the figures when this is the first start with them; says what came of each table.</summary>
    public static async Task<IReadOnlyList<FlowsImportReport>> FillAsync(IServiceProvider services, NodeSettings settings, CancellationToken cancellationToken)
    {
        var filled = Path.Combine(settings.Folder, "demonstration-figures.txt");
        if (System.IO.File.Exists(filled))
            return [];
        var today = DateOnly.FromDateTime(services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime);
        var imports = services.GetRequiredService<ImportFlows>();
        var reports = new List<FlowsImportReport>();
        foreach (var table in settings.IsTraining ? MadeUp : [.. Real, .. MadeUp])
        {
            await using var bytes = table.Open(today);
            var mapping = MappingShelf.Find(table.Mapping, settings.Folder);
            reports.Add(await imports.RunAsync(new FlowsImport(table.Name, bytes, mapping, DryRun: false), DemonstrationNode.Actor, cancellationToken));
        }

        if (!settings.IsTraining)
            await DemonstrationPoints.AddAsync(services, cancellationToken);
        // Last of all, as with the services: what a start that was cut short has imported is known when it comes again.
        await System.IO.File.WriteAllTextAsync(filled, "The demonstration figures have been imported.\n", cancellationToken);
        return reports;
    }

    /// <summary>The name of the table as it was before it was packed.</summary>
    public string Name => Path.GetFileName(File.EndsWith(Packed, StringComparison.Ordinal) ? File[..^Packed.Length] : File);

    /// <summary>The table, unpacked; the dates of what is made up are moved to a day.</summary>
    public Stream Open(DateOnly today)
    {
        var path = Path.Combine(ShippedTable.Folder, Path.Combine(File.Split('/')));
        if (MadeUp.Contains(this))
            return TrainingDates.Moved(new FileInfo(path), today);
        var file = System.IO.File.OpenRead(path);
        if (!File.EndsWith(Packed, StringComparison.Ordinal))
            return file;
        using var unpacking = new GZipStream(file, CompressionMode.Decompress);
        var whole = new MemoryStream();
        unpacking.CopyTo(whole);
        whole.Position = 0;
        return whole;
    }
}
