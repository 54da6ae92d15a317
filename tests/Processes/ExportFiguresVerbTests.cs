using System.Text.Json;

namespace Tambo.Tests.Processes;

public sealed class ExportFiguresVerbTests
{
    [Fact]
    public async Task Figures_are_written_in_every_format_with_and_without_a_running_node()
    {
        using var folder = new NodeFolder();
        var table = Path.Combine(AppContext.BaseDirectory, "data", "demo", "flows", "panama", "darien-nationality.csv");
        Assert.Equal(0, (await folder.RunAsync("import", "flows", table, "--mapping", "panama-darien-nationality")).Code);
        string[] question = ["--by", "year", "--where", "time=2021..2024"];

        var file = folder.Beside("darien.csv");
        var written = await folder.RunAsync(["export", "flows", file, .. question]);
        Assert.Equal((0, ""), (written.Code, written.Errors));
        Assert.Contains("Exported 4 figures", written.Output, StringComparison.Ordinal);
        var lines = await File.ReadAllLinesAsync(file);
        Assert.Equal(["133726", "248284", "520085", "302203"], lines.Skip(1).Select(line => line.Split(',')[3]));
        Assert.Equal(1, (await folder.RunAsync(["export", "flows", file, .. question])).Code);

        var stat = await folder.RunAsync(["export", "flows", "-", "--format", "json-stat", .. question]);
        Assert.Equal("2.0", JsonDocument.Parse(stat.Output).RootElement.GetProperty("version").GetString());

        await using var node = await NodeProcess.ServeAsync(folder);
        foreach (var (format, beginning) in ((string, string)[])[("csv", "series,unit_measure,year,value"), ("hxl", "series,unit_measure,year,year_start,year_end,value"), ("json", "{\"dataflow\":\"FLOW\"")])
        {
            var piped = await folder.RunAsync(["export", "flows", "-", "--format", format, .. question]);
            Assert.StartsWith(beginning, piped.Output, StringComparison.Ordinal);
            Assert.Contains("Exported 4 figures", piped.Errors, StringComparison.Ordinal);
        }

        var unknown = await folder.RunAsync("export", "flows", "-", "--by", "colour");
        Assert.Equal(1, unknown.Code);
        Assert.Contains("colour", unknown.Errors, StringComparison.Ordinal);
    }
}
