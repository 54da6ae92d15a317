using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Guide.Imports;
using Tambo.Platform.Blobs;
using Tambo.Platform.Languages;
using Tambo.Platform.Settings;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Imports;

/// <summary>A database with what an import needs, and a short way to run one.</summary>
internal sealed class Importing : IAsyncDisposable
{
    private readonly TestDatabase database;
    private readonly ImportServices import;

    private Importing(TestDatabase database)
    {
        this.database = database;
        Live = new LiveDirectory(database.Db);
        Settings = NodeSettings.Of(database.Settings.Folder);
        Blobs = new BlobStore(database.Db, Settings.Folder);
        import = new ImportServices(database.Db, Live, Blobs, Settings, TextCatalog.Load(Node.Parts.All.Select(part => part.Assembly)));
    }

    public TestDatabase Database => database;

    public LiveDirectory Live { get; }

    public NodeSettings Settings { get; }

    public ImportServices Services => import;

    public BlobStore Blobs { get; }

    public static async Task<Importing> StartAsync(Engine engine = Engine.Sqlite) =>
        new(await TestDatabase.CreateAsync(engine, new SettableTime(SettableTime.Noon)));

    public static ImportFile Text(string name, string content) => new(name, new MemoryStream(Encoding.UTF8.GetBytes(content)));

    public Task<ImportReport> RunAsync(ImportRequest request) => import.RunAsync(request, TestDatabase.Alice, CancellationToken.None);

    public Task<ImportReport> RunAsync(string name, string content, bool dryRun = false, bool retire = false) =>
        RunAsync(new ImportRequest { Files = [Text(name, content)], DryRun = dryRun, RetireVanished = retire, SourceSet = "town" });

    /// <summary>Imports every file of a folder, as one source.</summary>
    public async Task<ImportReport> FolderAsync(string folder, string? mapping)
    {
        var files = System.IO.Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(f => new ImportFile(Path.GetFileName(f), File.OpenRead(f))).ToList();
        var report = await RunAsync(new ImportRequest { Files = files, Mapping = mapping });
        foreach (var file in files)
            await file.Bytes.DisposeAsync();
        return report;
    }

    public async Task<ServiceDirectory> StaffAsync() => (await Live.GetAsync(CancellationToken.None)).Staff;

    public async ValueTask DisposeAsync()
    {
        Live.Dispose();
        await database.DisposeAsync();
    }
}
