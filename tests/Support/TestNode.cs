using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Database;
using Tambo.Platform.Settings;

namespace Tambo.Tests.Support;

/// <summary>A whole node of its own for one test, listening on a free port of this machine.</summary>
public sealed class TestNode : IAsyncDisposable
{
    /// <summary>Rounds of hashing a password: few, as tests are about what is done with passwords, not about the hash.</summary>
    private const int PasswordRounds = 1000;

    private readonly WebApplication app;

    private TestNode(WebApplication app, NodeSettings settings)
    {
        this.app = app;
        Settings = settings;
        Address = new Uri(app.Urls.First());
    }

    public NodeSettings Settings { get; }

    public Uri Address { get; }

    public IServiceProvider Services => app.Services;

    public NodeDb Db => app.Services.GetRequiredService<NodeDb>();

    /// <summary>
    /// Starts a node; <paramref name="prepare"/> may change its settings before. Its jobs are left to tests that are about them: all of
    /// them at the start of every node would take more time than most tests, and be in the way of what a test does by itself.
    /// </summary>
    public static async Task<TestNode> StartAsync(
        Engine engine, TimeProvider? time = null, Func<NodeSettings, NodeSettings>? prepare = null, bool jobs = false)
    {
        var folder = Directory.CreateTempSubdirectory("tambo-node-").FullName;
        var settings = NodeSettings.Of(folder) with
        {
            Urls = "http://127.0.0.1:0",
            PostgresConnection = engine == Engine.Postgres ? await PostgresCluster.CreateNodeDatabaseAsync() : null,
            File = new NodeFile { Name = "Test node", KeyFile = Path.Combine(folder, "node.key") },
        };
        settings = prepare?.Invoke(settings) ?? settings;
        await TestDatabase.PlaceAsync(settings.Database);
        var app = await Node.NodeHost.BuildAsync(settings, time ?? TimeProvider.System, CancellationToken.None, quiet: true, passwordRounds: PasswordRounds, jobs: jobs);
        await app.StartAsync();
        return new TestNode(app, settings);
    }

    /// <summary>A reader's browser: its own cookies, no redirects followed unless asked.</summary>
    public HttpClient Client(bool followRedirects = false)
    {
#pragma warning disable RS0030 // Tests talk to their own node on loopback, which SafeHttp refuses by design.
        return new HttpClient(new SocketsHttpHandler
        {
            CookieContainer = new CookieContainer(),
            AllowAutoRedirect = followRedirects,
            AutomaticDecompression = DecompressionMethods.All,
        })
        {
            BaseAddress = Address,
        };
#pragma warning restore RS0030
    }

    public async ValueTask DisposeAsync()
    {
        // A node that does not end is a defect of its own, and must not keep the others from being tried.
        await app.StopAsync().WaitAsync(TimeSpan.FromMinutes(2));
        await app.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(2));
        Directory.Delete(Settings.Folder, recursive: true);
    }
}
