using Tambo.Platform.Files;

namespace Tambo.Tests.Processes;

public sealed class ExportVerbTests
{
    private const string Town =
        """
        [{"id":"5c1b7a0e-8a50-4b8e-9c55-2b1f0a7d3e01","name":"Clinic","status":"active","service_areas":[]},
         {"id":"5c1b7a0e-8a50-4b8e-9c55-2b1f0a7d3e02","name":"Refuge","status":"active","confidentiality":"withheld"}]
        """;

    [Fact]
    public async Task Public_services_are_written_to_a_file_or_a_pipe_and_a_file_is_not_replaced_unasked()
    {
        using var folder = new NodeFolder();
        Assert.Equal(1, (await folder.RunAsync("export", "services", folder.Beside("none.json"))).Code);
        var town = folder.Beside("town.json");
        await File.WriteAllTextAsync(town, Town);
        Assert.Equal(0, (await folder.RunAsync("import", "services", town)).Code);

        var help = await folder.RunAsync("export", "services", "--help");
        Assert.Equal(0, help.Code);
        Assert.Contains("--force", help.Output, StringComparison.Ordinal);
        var file = folder.Beside("out.json");
        var first = await folder.RunAsync("export", "services", file);
        Assert.Equal((0, ""), (first.Code, first.Errors));
        Assert.Contains("Exported 1 services", first.Output, StringComparison.Ordinal);
        var written = await File.ReadAllTextAsync(file);
        Assert.Contains("Clinic", written, StringComparison.Ordinal);
        Assert.DoesNotContain("Refuge", written, StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, "mine");
        var again = await folder.RunAsync("export", "services", file);
        Assert.Equal(1, again.Code);
        Assert.Contains("--force", again.Errors, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(file));
        Assert.Equal(0, (await folder.RunAsync("export", "services", file, "--force")).Code);
        Assert.Equal(written, await File.ReadAllTextAsync(file));
        var piped = await folder.RunAsync("export", "services", "-");
        Assert.Equal((0, written), (piped.Code, piped.Output));
        Assert.Equal(1, (await folder.RunAsync("export", "services", folder.Data)).Code);
        Assert.NotEqual(0, (await folder.RunAsync("export", "services", file, "--force", "--format", "pdf")).Code);
    }

    [Fact]
    public async Task A_node_that_serves_writes_the_same_through_its_socket()
    {
        using var folder = new NodeFolder();
        var town = folder.Beside("town.json");
        await File.WriteAllTextAsync(town, Town);
        Assert.Equal(0, (await folder.RunAsync("import", "services", town)).Code);
        Assert.Equal(0, (await folder.RunAsync("export", "services", folder.Beside("before.zip"), "--format", "hsds-csv")).Code);
        await using var node = await NodeProcess.ServeAsync(folder);

        var tables = await folder.RunAsync("export", "services", folder.Beside("after.zip"), "--format", "hsds-csv");
        Assert.Equal((0, ""), (tables.Code, tables.Errors));
        Assert.Equal(await File.ReadAllBytesAsync(folder.Beside("before.zip")), await File.ReadAllBytesAsync(folder.Beside("after.zip")));
        Assert.Equal(0, (await folder.RunAsync("export", "services", folder.Beside("after-json.zip"))).Code);
        await using var zip = File.OpenRead(folder.Beside("after-json.zip"));
        using var archive = SafeArchive.OpenZip(zip);
        Assert.Equal(["services.json", "organizations.json", "locations.json", "taxonomies.json", "taxonomy_terms.json"], archive.Entries.Select(e => e.Name));
        var piped = await folder.RunAsync("export", "services", "-");
        Assert.Contains("Clinic", piped.Output, StringComparison.Ordinal);
        Assert.Contains("Exported 1 services", piped.Errors, StringComparison.Ordinal);
    }
}
