using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tambo.Node.CommandLine;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Backup;
using Tambo.Platform.Counting;
using Tambo.Platform.Blobs;
using Tambo.Platform.Clocks;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Jobs;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Sending;
using Tambo.Platform.Settings;
using Tambo.Platform.Shell;

namespace Tambo.Node;

/// <summary>Builds a running node from its settings and its parts.</summary>
internal static class NodeHost
{
    /// <summary>Requests larger than this are refused, except where an address says it takes files.</summary>
    private const long LargestRequest = 1024 * 1024;

    /// <summary>Opens the database, makes the tables of a new node and composes the web application; nothing listens yet.</summary>
    /// <param name="settings">What the operator has set.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <param name="quiet">True to log nothing.</param>
    /// <param name="migrate">False to leave the tables as they are.</param>
    /// <param name="passwordRounds">Rounds of hashing a password; what is safe when not said.</param>
    /// <param name="jobs">False to leave the jobs of the parts undone.</param>
    public static async Task<WebApplication> BuildAsync(
        NodeSettings settings, TimeProvider time, CancellationToken cancellationToken, bool quiet = false, bool migrate = true, int? passwordRounds = null, bool jobs = true)
    {
        var clock = new NodeClock(time, settings.Zone);
        var key = settings.ReadKey();
        var db = await NodeDb.OpenAsync(settings.Database, clock, cancellationToken);
        try
        {
            if (migrate)
                await db.MigrateAsync(Parts.Migrations, cancellationToken, onlyNew: true);
            await KeyCheck.EnsureAsync(db, key, cancellationToken);
            var auditKey = await AuditKey.OfAsync(db, settings.KeyStore, key, cancellationToken);
            if (migrate)
                await AccessServices.SeedRolesAsync(db, cancellationToken);
            var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
            ConfigureServer(builder, settings, quiet);
            Register(builder.Services, settings, key, auditKey, db, new DataKeys(settings, key, db), jobs);
            if (passwordRounds is { } rounds)
                builder.Services.Configure<PasswordHasherOptions>(hashing => hashing.IterationCount = rounds);
            var app = builder.Build();
            Compose(app, builder.Services, settings);
            return app;
        }
        catch
        {
            await db.DisposeAsync();
            throw;
        }
    }

    private static void ConfigureServer(WebApplicationBuilder builder, NodeSettings settings, bool quiet)
    {
        builder.Logging.ClearProviders();
        if (!quiet)
            builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        // Request paths and queries may tell what somebody looked for; the framework's own request logs stay off.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
            // It warns of each page with a form that its caching was narrowed, which is what pages ask for themselves.
            .AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Error);
        builder.WebHost.UseUrls(settings.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestRequest;
            kestrel.Limits.MaxRequestLineSize = 8 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(20);
            kestrel.Limits.MaxConcurrentConnections = 10_000;
            if (settings.Certificate is { } certificate)
                kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = ReadCertificate(certificate));
        });
        // The slim builder brings no HTTPS of its own.
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Host.ConfigureHostOptions(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));
    }

    private static void Register(IServiceCollection services, NodeSettings settings, NodeKey key, AuditKey auditKey, NodeDb db, DataKeys keys, bool jobs)
    {
        services.AddSingleton(settings);
        services.AddSingleton(key);
        services.AddSingleton(db.Time);
        services.AddSingleton<TimeProvider>(db.Time);
        // Registered by factory so that the container disposes the database after everything that uses it.
        services.AddSingleton<NodeDb>(_ => db);
        services.AddSingleton(db.Versions);
        services.AddSingleton(_ => keys);
        services.AddSingleton<KeyRotation>();
        services.AddSingleton(TextsOf(settings));
        services.AddSingleton(new BlobStore(db, settings.Folder));
        services.AddSingleton(new BroughtFiles(db, settings.Folder, key));
        services.AddSingleton<PageCache>();
        services.AddSingleton<Troubles>();
        services.AddSingleton(Parts.All);
        services.AddSingleton<ProblemWriter>();
        services.AddSingleton(new SecurityHeaders([]));
        services.AddSingleton<ProblemPageWriter>(ProblemPages.WriteAsync);
        services.AddSingleton(PageSettings.Of(settings, [.. Parts.All.SelectMany(part => part.PublicMenu)]));
        services.AddPages();
        services.AddAccess(new AccessSettings
        {
            NodeName = settings.File.Name,
            PublicUrl = settings.File.PublicUrl is { } url ? new Uri(url) : null,
            RequireSecondFactor = settings.File.SecondFactor,
        });
        services.AddSingleton(_ => auditKey);
        services.AddSingleton(provider => new AuditHeads(db, provider.GetRequiredService<AuditKey>(), settings.AuditHeadFile));
        services.AddSingleton<IReadOnlyList<Tambo.Platform.Parts.Job>>([.. Parts.All.SelectMany(part => part.Jobs)]);
        services.AddSingleton<HourlyCounts>();
        services.AddHostedService(provider => provider.GetRequiredService<HourlyCounts>());
        services.AddSingleton<StartedWorks>();
        services.AddHostedService(provider => provider.GetRequiredService<StartedWorks>());
        if (jobs)
            services.AddHostedService<JobRunner>();
        services.AddHostedService<RestingMemory>();
        services.AddHostFiltering(hosts => (hosts.AllowedHosts, hosts.AllowEmptyHosts, hosts.IncludeFailureMessage) = (HostNames(settings), false, false));
        services.AddRateLimits();
        services.AddIdempotency();
        services.AddOutbox(settings);
        services.AddTelemetry(settings.File.Telemetry);
        services.AddHostedService<SocketDoor>();
        services.AddSingleton<NodeBackup>();
        services.AddRouting(routing => routing.LowercaseUrls = true);
        services.AddSingleton<IAntiforgeryAdditionalDataProvider, FormOwner>();
        services.AddAntiforgery(forms =>
        {
            forms.Cookie.Name = settings.File.PublicUrl?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true ? "__Host-tambo-form" : "tambo-form";
            forms.Cookie.Path = "/";
            forms.Cookie.HttpOnly = true;
            forms.Cookie.SameSite = SameSiteMode.Strict;
            forms.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            forms.SuppressXFrameOptionsHeader = true;
        });
        foreach (var part in Parts.All)
            part.Register(services);
    }

    private static TextCatalog TextsOf(NodeSettings settings)
    {
        var catalog = TextCatalog.Load(Parts.All.Select(part => part.Assembly), Path.Combine(settings.Folder, "text"), settings.File.Languages, settings.Zone);
        return settings.File.Languages.FirstOrDefault(code => !catalog.Knows(code)) is { } unknown
            ? throw PlatformProblems.SettingUnusable.With(("name", "languages"), ("value", unknown))
            : catalog;
    }

    private static void Compose(WebApplication app, IServiceCollection services, NodeSettings settings)
    {
        if (settings.TrustedProxies.Count > 0)
            app.UseForwardedHeaders(Forwarding(settings));
        if (HostNames(settings).Count > 0)
            app.UseHostFiltering();
        app.UseGround();
        app.UseRouting();
        app.UseRateLimits();
        app.UseAccess();
        app.UseIdempotency();
        app.MapDescription(services);
        foreach (var part in Parts.All)
            part.Map(app);
    }

    /// <summary>The host names a request may ask for: the public one and the machine's own; any while none is configured.</summary>
    private static List<string> HostNames(NodeSettings settings) =>
        settings.File.PublicUrl is { } url ? [new Uri(url).Host, "localhost", "127.0.0.1", "[::1]"] : [];

    private static X509Certificate2 ReadCertificate(string path) =>
        Path.GetExtension(path) is ".pem" or ".crt" ? X509Certificate2.CreateFromPemFile(path) : X509CertificateLoader.LoadPkcs12FromFile(path, null);

    private static ForwardedHeadersOptions Forwarding(NodeSettings settings)
    {
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = 1,
        };
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var network in settings.TrustedProxies)
            options.KnownIPNetworks.Add(network);
        return options;
    }
}
