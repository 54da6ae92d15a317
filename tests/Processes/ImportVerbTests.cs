namespace Tambo.Tests.Processes;

public sealed class ImportVerbTests
{
    private const string Town =
        """
        [{"id":"5c1b7a0e-8a50-4b8e-9c55-2b1f0a7d3e01","name":"Clinic","status":"active","service_areas":[]},
         {"id":"5c1b7a0e-8a50-4b8e-9c55-2b1f0a7d3e02","name":"Kitchen","status":"active","service_areas":[]}]
        """;

    [Fact]
    public async Task The_exit_code_says_whether_everything_came_in()
    {
        using var folder = new NodeFolder();
        var good = folder.Beside("services.json");
        await File.WriteAllTextAsync(good, Town);

        var dry = await folder.RunAsync("import", "services", good, "--set", "town", "--dry-run");
        Assert.Equal((0, ""), (dry.Code, dry.Errors));
        Assert.Contains("Would import into the set town: 2 added", dry.Output, StringComparison.Ordinal);
        var first = await folder.RunAsync("import", "services", good, "--set", "town");
        Assert.Equal(0, first.Code);
        Assert.Contains("Imported into the set town: 2 added, 0 changed, 0 unchanged", first.Output, StringComparison.Ordinal);
        var again = await folder.RunAsync("import", "services", good, "--set", "town");
        Assert.Equal(0, again.Code);
        Assert.Contains("0 added, 0 changed, 2 unchanged", again.Output, StringComparison.Ordinal);

        var twice = folder.Beside("twice.json");
        await File.WriteAllTextAsync(twice, Town.Replace("3e02", "3e01", StringComparison.Ordinal));
        var flawed = await folder.RunAsync("import", "services", twice, "--set", "other", "--dry-run");
        Assert.Equal(1, flawed.Code);
        Assert.Contains("twice.json:2: error: ", flawed.Output, StringComparison.Ordinal);

        var empty = folder.Beside("empty.json");
        await File.WriteAllTextAsync(empty, "[]");
        Assert.Equal(1, (await folder.RunAsync("import", "services", empty)).Code);
        var missing = await folder.RunAsync("import", "services", folder.Beside("nowhere.json"));
        Assert.Equal(1, missing.Code);
        Assert.Single(missing.Errors.Trim().Split('\n'));
    }

    [Fact]
    public async Task A_folder_is_imported_into_a_node_that_serves()
    {
        using var folder = new NodeFolder();
        var files = Directory.CreateDirectory(folder.Beside("argentina"));
        foreach (var name in new[] { "missions.csv", "sections.csv" })
            File.Copy(Path.Combine(AppContext.BaseDirectory, "data", "demo", "argentina", name), Path.Combine(files.FullName, name));
        await using var node = await NodeProcess.ServeAsync(folder);

        var import = await folder.RunAsync("import", "services", files.FullName, "--mapping", "argentina-missions");
        Assert.Equal((0, ""), (import.Code, import.Errors));

        using var client = new HttpClient(new SocketsHttpHandler());
        var listed = await client.GetStringAsync(new Uri(node.Address, "/hsds/services?per_page=1"));
        Assert.Matches("\"total_items\":[1-9][0-9]{2},", listed);
        Assert.Equal(1, (await folder.RunAsync("import", "services", files.FullName, "--mapping", "no-such-mapping")).Code);
    }
}
