using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Tokens;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Settings;
using Tambo.Tests.Support;

namespace Tambo.Tests.Processes;

/// <summary>A person's file at the console: given to them, held, kept for its time, erased; while the node serves.</summary>
public sealed class PersonVerbTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, OnEachEngine]
    public async Task A_file_is_given_held_and_erased_while_the_node_serves(Engine engine)
    {
        using var folder = new NodeFolder(engine == Engine.Postgres ? await PostgresCluster.CreateDatabaseAsync() : null);
        var token = await TokenAsync(folder);
        await using var node = await NodeProcess.ServeAsync(folder);
        using var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = node.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var (reference, path) = await RegisterAsync(client, "Ilmara Torrealta");

        var file = folder.Beside("file.html");
        var taken = await folder.RunAsync("person", "export", reference, "--file", file, "--language", "pt");
        Assert.True(taken.Code == 0, taken.Errors);
        Assert.DoesNotContain("Torrealta", taken.Output + taken.Errors, StringComparison.Ordinal);
        var page = await File.ReadAllTextAsync(file);
        Assert.Contains("lang=\"pt\"", page, StringComparison.Ordinal);
        Assert.Contains("Ilmara Torrealta", page, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & (UnixFileMode.OtherRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
        var again = await folder.RunAsync("person", "export", reference, "--file", file);
        Assert.Equal(1, again.Code);
        Assert.Contains("--force", again.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await folder.RunAsync("person", "export", reference, "--file", folder.Beside("file.json"))).Code);
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(await File.ReadAllTextAsync(folder.Beside("file.json"))).RootElement.ValueKind);

        Assert.Equal(0, (await folder.RunAsync("person", "hold", reference, "--kind", "court")).Code);
        foreach (var reason in new[] { "person_asked", "no_ground" })
        {
            var held = await folder.RunAsync("person", "erase", reference, "--reason", reason);
            Assert.Equal(1, held.Code);
            Assert.Contains("(erasing.held)", held.Errors, StringComparison.Ordinal);
        }

        Assert.Equal(0, (await folder.RunAsync("person", "hold", reference)).Code);
        var dry = await folder.RunAsync("person", "erase", reference, "--reason", "person_asked", "--dry-run");
        Assert.Equal((0, $"{reference} would be erased. Nothing was done."), (dry.Code, dry.Output.Trim()));
        Assert.Equal("Ilmara Torrealta", Said(await client.GetFromJsonAsync<JsonElement>(path)));
        var erased = await folder.RunAsync("person", "erase", reference, "--reason", "person_asked");
        Assert.True(erased.Code == 0, erased.Errors);
        Assert.DoesNotContain("Torrealta", await client.GetStringAsync(new Uri(path, UriKind.Relative)), StringComparison.Ordinal);
        var gone = await folder.RunAsync("person", "export", reference, "--file", folder.Beside("gone.html"));
        Assert.Equal(1, gone.Code);
        Assert.Contains("(cases.person_inactive)", gone.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.Beside("gone.html")));
        Assert.Contains("(cases.person_unknown)", (await folder.RunAsync("person", "erase", "0000", "--reason", "person_asked")).Errors, StringComparison.Ordinal);
        Assert.NotEqual(0, (await folder.RunAsync("person", "erase", reference, "--reason", "curiosity")).Code);
    }

    [Fact]
    public async Task Retention_lists_whom_it_would_erase_and_erases_nobody_before_their_time()
    {
        using var folder = new NodeFolder();
        var token = await TokenAsync(folder);
        string path;
        await using (var node = await NodeProcess.ServeAsync(folder))
        {
            using var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = node.Address };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            (_, path) = await RegisterAsync(client, "Ilmara Torrealta");
            var dry = await folder.RunAsync("retention", "run", "--dry-run");
            Assert.Equal((0, "0 persons would be erased. Nothing was done."), (dry.Code, dry.Output.Trim()));
            Assert.Equal("0 persons were erased.", (await folder.RunAsync("retention", "run")).Output.Trim());
            Assert.Equal("Ilmara Torrealta", Said(await client.GetFromJsonAsync<JsonElement>(path)));
        }

        await File.WriteAllTextAsync(Path.Combine(folder.Data, "retention.json"), "{ not json");
        var unfit = await folder.RunAsync("retention", "run");
        Assert.Equal(1, unfit.Code);
        Assert.Contains("(erasing.rules_unfit)", unfit.Errors, StringComparison.Ordinal);
    }

    private static string? Said(JsonElement file) => file.GetProperty("identity").GetProperty("names")[0].GetProperty("full").GetString();

    private static async Task<(string Ref, string Path)> RegisterAsync(HttpClient client, string name)
    {
        using var answer = await client.PostAsJsonAsync("/api/cases/persons", new { identity = new { names = new[] { new { full = name } }, birth = new { inYear = 1980 } } });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        var kept = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (kept.GetProperty("ref").GetString()!, $"/api/cases/persons/{kept.GetProperty("id").GetGuid():D}");
    }

    private static async Task<string> TokenAsync(NodeFolder folder)
    {
        var keyFile = folder.Beside("node.key");
        await File.WriteAllTextAsync(keyFile, folder.Key);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var settings = NodeSettings.Of(folder.Data) with { KeyFile = keyFile, PostgresConnection = folder.Postgres };
        await using var node = await Node.NodeHost.BuildAsync(settings, TimeProvider.System, None, quiet: true);
        var id = await node.Services.GetRequiredService<StaffUsers>().AddAsync(Actor.OperatingSystem("test"), new NewUser("paula", "protection_specialist") { Agency = "North office" }, None);
        string[] rights = ["cases.register", "cases.read", "cases.see.identity"];
        var owner = new Actor($"user:{id:D}", id, "Paula", [.. rights.Select(right => new Grant(right, Scope.Node))]);
        return await node.Services.GetRequiredService<ApiTokens>().CreateAsync(owner, "test", rights, TimeProvider.System.GetUtcNow().AddDays(1), None);
    }
}
