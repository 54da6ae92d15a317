using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tambo.Flows.Imports;
using Tambo.Node.Demonstration;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Settings;

namespace Tambo.Node.Verbs;

/// <summary><c>tambo demo</c>: makes a demonstration when there is none, says how to get in, and serves it on this machine only.</summary>
internal static class Demo
{
    private static readonly Option<bool> Training = new("--training")
    {
        Description = "A made-up town instead of real services; every page says so.",
    };

    public static Command Command()
    {
        var command = new Command("demo", "Try a node that fills itself: real services of Tijuana and Argentina's consulates, made-up staff, this machine only.")
        {
            Serve.Urls, Training,
        };
        command.SetAction((parsed, cancellationToken) => Shared.GuardAsync(async () =>
        {
            var settings = Shared.Settings(parsed) with { Urls = parsed.GetValue(Serve.Urls)! };
            settings = DemonstrationNode.Prepare(settings, parsed.GetValue(Training));
            await Migrate.BeforeOpeningAsync(settings, parsed, cancellationToken);
            await RunAsync(settings, Console.Out, cancellationToken);
            return 0;
        }));
        return command;
    }

    private static string Said(FlowsImportReport report) => report.File is { } file
        ? string.Create(CultureInfo.InvariantCulture, $"Imported {report.Series}: {file.Read} rows, {file.Kept} observations, {file.Refused} refused.")
        : $"Imported {report.Series} before.";

    private static async Task RunAsync(NodeSettings settings, TextWriter output, CancellationToken cancellationToken)
    {
        await using var app = await NodeHost.BuildAsync(settings, TimeProvider.System, cancellationToken);
        foreach (var report in await DemonstrationNode.FillAsync(app.Services, settings, cancellationToken))
            await output.WriteLineAsync($"Imported {report.SourceSet}: {report.Added} records, {report.Errors} left out.");
        foreach (var report in await DemonstrationFigures.FillAsync(app.Services, settings, cancellationToken))
            await output.WriteLineAsync(Said(report));
        await app.StartAsync(cancellationToken);
        var collecting = DemonstrationField.RunAsync(app.Services, app.Lifetime.ApplicationStopping);
        var links = await DemonstrationStaff.LinksAsync(app.Services.GetRequiredService<StaffUsers>(), cancellationToken);
        var address = app.Urls.First();
        await output.WriteLineAsync();
        await output.WriteLineAsync("Sign in as somebody made up (each link works once, within 24 hours; a new start prints new ones):");
        foreach (var (person, path) in links)
            await output.WriteLineAsync($"  {person.Name,-8} {person.Role,-24} {address}{path}{(person.Agency is null ? "" : "  of " + person.Agency)}");
        await output.WriteLineAsync();
        await output.WriteLineAsync($"THIS IS A DEMONSTRATION. Its key lies beside its data in {settings.DemonstrationKeyFile} and protects nothing:");
        await output.WriteLineAsync("put no real person's data into it.");
        await output.WriteLineAsync($"Tambo listens on {string.Join(" and ", app.Urls)}");
        await app.WaitForShutdownAsync(cancellationToken);
        await collecting;
    }
}
