using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Offline;
using Tambo.Platform.Parts;
using Tambo.Platform.Settings;
using Tambo.Platform.Shell;

namespace Tambo.Tests.Platform.Shell;

/// <summary>The shell alone on a free port of loopback, with a right-to-left language beside the shipped ones.</summary>
public sealed class ShellSite : IAsyncLifetime
{
    /// <summary>The made-up language that runs from right to left; its words fall back to English.</summary>
    public const string RightToLeft = "ar-XB";

    private readonly string folder = Directory.CreateTempSubdirectory("tambo-texts").FullName;
    private WebApplication app = null!;

    /// <summary>Where the site listens, by the name under which browsers allow passkeys.</summary>
    public string Url => app.Urls.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    /// <summary>Page rendering as the site does it.</summary>
    public Pages Pages => app.Services.GetRequiredService<Pages>();

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(
            Path.Combine(folder, RightToLeft + ".json"),
            """{"language.name": "⁧Right to left⁩", "language.direction": "rtl"}""");
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging();
        builder.Services.AddSingleton(TextCatalog.Load([typeof(TextCatalog).Assembly], folder));
        builder.Services.AddSingleton(new PageSettings
        {
            Demo = true,
            Operator = "Isla Verde",
            PublicUrl = new Uri("https://tambo.example"),
            Menu = [new MenuLink("shell.about", "about"), new MenuLink("shell.contact", "contact")],
        });
        builder.Services.AddSingleton<IReadOnlyList<Part>>([]);
        builder.Services.AddSingleton(NodeSettings.Of(folder));
        builder.Services.AddPages();
        app = builder.Build();
        var headers = new SecurityHeaders([]);
        app.Use((http, next) =>
        {
            headers.Apply(http);
            http.Features.Set(LanguageChoice.Choose(http, Pages.Catalog));
            return next(http);
        });
        app.UseRouting();
        app.MapAssets();
        app.MapDesignPage();
        app.MapLanguageChoice();
        app.MapPageWorker();
        app.MapOfflineLists();
        ShellExamples.Map(app);
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
