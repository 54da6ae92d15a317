using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Tokens;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Settings;
using Tambo.Tests.Processes;

namespace Tambo.Tests.Drills;

/// <summary>Writes to a node over HTTP, as a program of an institution does: each import brings one service of one organisation.</summary>
internal sealed class ImportWriter : IDisposable
{
    private readonly HttpClient client;
    private readonly string name;
    private int written;

    public ImportWriter(Uri address, string token, string name = "drill")
    {
        client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        this.name = name;
    }

    /// <summary>Makes a user with a token in a node that is not running.</summary>
    public static async Task<string> TokenAsync(NodeFolder folder)
    {
        var keyFile = folder.Beside("node.key");
        if (!File.Exists(keyFile))
        {
            await File.WriteAllTextAsync(keyFile, folder.Key);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var settings = NodeSettings.Of(folder.Data) with { KeyFile = keyFile, PostgresConnection = folder.Postgres };
        await using var node = await Node.NodeHost.BuildAsync(settings, TimeProvider.System, CancellationToken.None, quiet: true);
        var console = Actor.OperatingSystem("drill");
        var id = await node.Services.GetRequiredService<StaffUsers>().AddAsync(console, new NewUser("drill", "administrator"), CancellationToken.None);
        var owner = new Actor($"user:{id:D}", id, "drill", [new Grant("*", Scope.Node)]);
        return await node.Services.GetRequiredService<ApiTokens>().CreateAsync(
            owner, "drill", ["guide.import"], TimeProvider.System.GetUtcNow().AddDays(1), CancellationToken.None);
    }

    /// <summary>Sends one import; its identifier when it was acknowledged.</summary>
    public async Task<(HttpStatusCode Status, string? Import)> WriteAsync()
    {
        var number = (++written).ToString(CultureInfo.InvariantCulture);
        var body =
            $$"""
            [{"id": "{{name}}-s{{number}}", "name": "Service {{number}} of {{name}}", "status": "active", "description": "{{new string('x', 1500)}}",
              "organization": {"id": "{{name}}-o{{number}}", "name": "Organisation {{number}} of {{name}}", "description": "Made up."} }]
            """;
        using var answer = await client.PostAsync(
            new Uri($"/api/guide/imports?name=drill.json&source_set={name}-{number}", UriKind.Relative),
            new StringContent(body, Encoding.UTF8, "application/json"));
        if (answer.StatusCode != HttpStatusCode.OK)
            return (answer.StatusCode, null);
        using var report = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(2, report.RootElement.GetProperty("added").GetInt32());
        return (answer.StatusCode, report.RootElement.GetProperty("import_id").GetString());
    }

    /// <summary>What a reader gets for an address.</summary>
    public async Task<HttpStatusCode> ReadAsync(string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        return answer.StatusCode;
    }

    public void Dispose() => client.Dispose();
}
