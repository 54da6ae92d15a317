using System.Text.Json;
using Tambo.Cases.Access;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Settings;
using Tambo.Tests.Support;

namespace Tambo.Tests.Processes;

/// <summary>The figures that parts hand over, at the console, while the node serves and while it does not.</summary>
public sealed class ExportIndicatorsVerbTests
{
    private const string Heading = "indicator,period,kind,state,month,place,profile,value,status,unit,multiple_of,source,rule";

    [Theory, OnEachEngine]
    public async Task Figures_of_all_parts_are_written_as_a_table_and_as_json(Engine engine)
    {
        using var folder = new NodeFolder(engine == Engine.Postgres ? await PostgresCluster.CreateDatabaseAsync() : null);
        var nowhere = await folder.RunAsync("export", "figures", folder.Beside("nothing.csv"));
        Assert.Equal(1, nowhere.Code);
        Assert.Contains("(node.none_here)", nowhere.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await folder.RunAsync("user", "add", "maria", "--role", "administrator")).Code);
        var file = folder.Beside("figures.csv");
        var now = TimeProvider.System.GetUtcNow();
        var month = now.AddDays(-now.Day).ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);
        await AddCasesAsync(folder, now.AddDays(-40));

        var written = await folder.RunAsync("export", "figures", file);
        Assert.Equal((0, ""), (written.Code, written.Errors));
        Assert.Contains(" of 1 months, ", written.Output, StringComparison.Ordinal);
        var lines = await File.ReadAllLinesAsync(file);
        Assert.Equal(Heading, lines[0]);
        Assert.Contains($"cases.at_month_end,{month},_T,identified,_T,_T,_T,30,told,cases,5,cases.statistics,random_rounding", lines);
        Assert.Contains($"cases.at_month_end,{month},_T,others,_T,_T,_T,,suppressed,cases,5,cases.statistics,random_rounding", lines);
        Assert.All(lines, line => Assert.Equal(Heading.Split(',').Length, line.Split(',').Length));
        Assert.Contains("--force", (await folder.RunAsync("export", "figures", file)).Errors, StringComparison.Ordinal);

        await using var node = await NodeProcess.ServeAsync(folder);
        var piped = await folder.RunAsync("export", "figures", "-", "--format", "json");
        Assert.Equal(0, piped.Code);
        Assert.StartsWith("Exported ", piped.Errors, StringComparison.Ordinal);
        var source = JsonDocument.Parse(piped.Output).RootElement.GetProperty("sources").EnumerateArray().Single(one => one.GetProperty("code").GetString() == "cases.statistics");
        Assert.Equal(lines.Length - 1, source.GetProperty("figures").GetArrayLength());
        Assert.Contains(source.GetProperty("figures").EnumerateArray(), figure => figure.GetProperty("value").ValueKind == JsonValueKind.Null && figure.GetProperty("status").GetString() == "suppressed");
        Assert.NotEqual(0, (await folder.RunAsync("export", "figures", "-", "--format", "xml")).Code);
    }

    private static async Task AddCasesAsync(NodeFolder folder, DateTimeOffset at)
    {
        var settings = NodeSettings.Of(folder.Data) with { PostgresConnection = folder.Postgres };
        await using var db = await NodeDb.OpenAsync(settings.Database, TimeProvider.System, CancellationToken.None);
        await using var change = await db.BeginAsync(Actor.OperatingSystem("test"), "test.write", "sample", CancellationToken.None);
        var person = Guid.CreateVersion7(at);
        await change.ExecuteAsync(
            "insert into cases_persons (id, public_ref, status, area, area_path, created_at, created_by, changed_at, version) values (@person, 'R', 'active', '', '/', @at, 'test', @at, 1)", new { person, at });
        await change.ExecuteAsync(
            """
            insert into cases_cases (id, public_ref, person_id, state, guard, urgency, due_at, area, area_path, created_at, created_by, changed_at, version)
            values (@Id, @Ref, @person, 'identified', @Guard, 2, @at, '', '/', @at, 'test', @at, 1)
            """,
            Enumerable.Range(0, 30).Select(number => new { Id = Guid.CreateVersion7(at), Ref = $"R{number}", person, Guard = GuardOf(folder), at }).ToList());
        await change.CommitAsync(CancellationToken.None);
    }

    private static string GuardOf(NodeFolder folder) =>
        new CaseGuards(NodeKey.OfText(folder.Key, "test")).Of("general");
}
