using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Platform.Languages;
using Tambo.Tests.Support;

namespace Tambo.Tests.Journeys;

/// <summary>A node with the services of a made-up town, on a clock that stands at ten on a Wednesday morning there.</summary>
public sealed class TownNode : IAsyncLifetime
{
    /// <summary>Ten o'clock in the town: <see cref="Spot.Zone"/> is five hours behind UTC.</summary>
    public static readonly DateTimeOffset Morning = new(2026, 3, 4, 15, 0, 0, TimeSpan.Zero);

    private const string EveryDay = "MO,TU,WE,TH,FR,SA,SU";

    /// <summary>Closed on Wednesdays, and the nearest.</summary>
    internal static readonly Spot Closed = new("Clínica del domingo") { NameHt = "Klinik dimanch", Kilometres = 0.4, Days = "SU" };

    internal static readonly Spot Open = new("Clínica del faro")
    {
        NameHt = "Klinik Fa a",
        Kilometres = 1.2,
        Days = EveryDay,
        Opens = "08:00",
        Closes = "18:00",
        Phone = "+999 555 0117",
        Street = "Calle del Faro 12",
        Description = "Consulta general y control del embarazo.",
        Bring = "Carnet de vacunas, si lo tiene",
        BringHt = "Kat vaksen, si w genyen l",
    };

    internal static readonly Spot Unknown = new("Casa de las hierbas") { NameHt = "Kay fèy yo", Kilometres = 2.5, Phone = "+999 555 0120" };

    internal static readonly Spot Shelter = new("Albergue del muelle") { Need = "shelter", Kilometres = 0.8, Days = EveryDay, Opens = "00:00", Closes = "24:00" };

    public TestNode Node { get; private set; } = null!;

    public SettableTime Time { get; } = new(Morning);

    /// <summary>The sentences of a language.</summary>
    public Texts In(string language) => Catalog.In(language);

    public TextCatalog Catalog => Node.Services.GetRequiredService<TextCatalog>();

    public async ValueTask InitializeAsync()
    {
        Node = await TestNode.StartAsync(Engine.Sqlite, Time);
        await AddAsync(Node, Spot.Records([Closed, Open, Unknown, Shelter], Morning));
    }

    public ValueTask DisposeAsync() => Node.DisposeAsync();

    /// <summary>Writes records into a node's directory, as an editor's change does.</summary>
    internal static async Task AddAsync(TestNode node, DirectoryRecords records)
    {
        await using var change = await node.Db.BeginAsync(TestDatabase.Alice, "guide.written", "test", CancellationToken.None, bulk: true);
        await DirectoryWriter.AddAsync(change, records, "edited");
        await change.CommitAsync(CancellationToken.None);
    }

    /// <summary>Replaces records of a node's directory.</summary>
    internal static async Task ReplaceAsync(TestNode node, DirectoryRecords records)
    {
        await using var change = await node.Db.BeginAsync(TestDatabase.Alice, "guide.edited", "test", CancellationToken.None, bulk: true);
        Assert.True(await DirectoryWriter.ReplaceAsync(change, records, "edited"));
        await change.CommitAsync(CancellationToken.None);
    }
}
