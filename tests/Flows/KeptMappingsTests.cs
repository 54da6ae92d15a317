using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Flows;
using Tambo.Flows.Assistant;
using Tambo.Flows.Imports;
using Tambo.Platform.Jobs;
using Tambo.Platform.Problems;
using Tambo.Tests.Flows.Pages;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows;

/// <summary>A mapping that somebody said once reads later files by itself, and what a later file changed is shown.</summary>
public sealed class KeptMappingsTests
{
    private const string First = "Fecha;Nacionalidad;Personas\n2023-01;Venezolana;10\n2023-02;Venezolana;20\n2023-02;Haitiana;5\n";

    [Theory, OnEachEngine]
    public async Task A_mapping_is_kept_in_versions_found_by_its_columns_and_used_by_name(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        var mappings = office.Node.Services.GetRequiredService<KeptMappings>();
        var none = CancellationToken.None;
        var draft = Draft(First);
        var kept = await mappings.NextAsync("valley", version => WriteMapping.Json(draft, version), none);
        await mappings.KeepAsync(kept, TestDatabase.Alice, none);
        await mappings.KeepAsync(kept, TestDatabase.Alice, none);
        Assert.Equal(1, (await mappings.FindAsync("valley", none)).Mapping.Version);
        // The same words again are the same version; others are a further one.
        Assert.Equal(kept.Hash, (await mappings.NextAsync("valley", version => WriteMapping.Json(draft, version), none)).Hash);
        var other = await mappings.NextAsync("valley", version => WriteMapping.Json(draft with { Unit = "MV" }, version), none);
        Assert.Equal(2, other.Mapping.Version);
        await mappings.KeepAsync(other, TestDatabase.Alice, none);
        Assert.Equal("MV", (await mappings.FindAsync("valley", none)).Mapping.Constants["UNIT_MEASURE"]);
        Assert.Equal(["valley"], Profile(First, await mappings.AllAsync(none)).Fitting);
        Assert.Equal(FlowsProblems.MappingUnknown, (await Assert.ThrowsAsync<Problem>(() => mappings.FindAsync("hills", none))).Kind);
        await using var connection = await office.Node.Db.ReadAsync(none);
        Assert.Equal(2, await Dapper.SqlMapper.ExecuteScalarAsync<long>(connection, "select count(*) from platform_audit_entries where change = 'flows.mapping.kept'"));
    }

    [Theory, OnEachEngine]
    public async Task A_kept_mapping_that_cannot_be_read_any_more_is_named_and_the_others_are_found(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        var mappings = office.Node.Services.GetRequiredService<KeptMappings>();
        var none = CancellationToken.None;
        await mappings.KeepAsync(await mappings.NextAsync("valley", version => WriteMapping.Json(Draft(First), version), none), TestDatabase.Alice, none);
        await using (var change = await office.Node.Db.BeginAsync(TestDatabase.Alice, "test.old", "flows", none))
        {
            await change.ExecuteAsync("insert into flows_mappings (name, version, json, kept_by, kept_at) values ('hills', 3, '{ \"of\": \"an older program\" }', 'test', '2099-01-01T00:00:00.000Z')");
            await change.CommitAsync(none);
        }

        Assert.Equal("valley", (await mappings.FindAsync("valley", none)).Mapping.Name);
        Assert.Equal("panama-darien-nationality", (await mappings.FindAsync("panama-darien-nationality", none)).Mapping.Name);
        Assert.Equal(["valley"], (await mappings.OwnAsync(none)).Select(kept => kept.Mapping.Name));
        Assert.Contains("valley", (await mappings.AllAsync(none)).Select(kept => kept.Mapping.Name));
        var refused = await Assert.ThrowsAsync<Problem>(() => mappings.FindAsync("hills", none));
        Assert.Equal((FlowsProblems.MappingBroken, "hills"), (refused.Kind, refused.Values.Single(value => value.Name == "name").Value));
        // Said anew it is a further version.
        Assert.Equal(4, (await mappings.NextAsync("hills", version => WriteMapping.Json(Draft(First) with { Name = "hills" }, version), none)).Mapping.Version);
    }

    [Theory, OnEachEngine]
    public async Task A_corrected_file_shows_which_figures_are_other_ones_and_by_how_much(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        var mappings = office.Node.Services.GetRequiredService<KeptMappings>();
        var desk = office.Node.Services.GetRequiredService<FlowsImportDesk>();
        var none = CancellationToken.None;
        var mapping = await mappings.NextAsync("valley", version => WriteMapping.Json(Draft(First), version), none);
        async Task<FlowsImportRecord> ImportAsync(string text)
        {
            office.Time.Set(office.Time.GetUtcNow().AddDays(1));
            var report = await office.Node.Services.GetRequiredService<ImportFlows>().RunAsync(
                new FlowsImport("valley.csv", new MemoryStream(Encoding.UTF8.GetBytes(text)), mapping, false) { AcceptRefused = true }, TestDatabase.Alice, none);
            return (await desk.FindAsync(report.Id!.Value, none))!;
        }

        Assert.Null((await ImportAsync(First)).Difference);
        var second = await ImportAsync("Fecha;Nacionalidad;Personas\n2023-02;Venezolana;25\n2023-02;Haitiana;5\n2023-03;Cubana;7\nnada;Cubana;7\n");
        Assert.Equal(["2023-02 25>30", "2023-03 >7"], second.Difference!.Periods.Select(period => $"{period.Period} {period.Before}>{period.After}"));
        Assert.Equal(["2023-03 CUB >7 7", "2023-02 VEN 20>25 5"], second.Difference.Figures.Select(figure => $"{figure.Period} {figure.Codes.Single(pair => pair.Component == "CITIZENSHIP").Code} {figure.Before}>{figure.After} {figure.Change}"));
        Assert.Equal((4L, 3L, 1L, "standing"), (second.Line.RowsRead, second.Line.Observations, second.Line.RowsRefused, second.Line.Fate));
        Assert.Equal((5, "flows.date_unknown"), (second.Issues[0].Line, second.Issues[0].Code));
        Assert.Contains(second.Ledger, line => line.Value == "Haitiana" && line.Became == "HTI");
        Assert.Equal(2, (await desk.AllAsync(none)).Count);
        Assert.Equal("valley", await desk.MappingOfAsync("VALLEY", none));
    }

    [Theory, OnEachEngine]
    public async Task An_import_that_is_given_up_leaves_nothing_that_counts(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        var mapping = await office.Node.Services.GetRequiredService<KeptMappings>().NextAsync("valley", version => WriteMapping.Json(Draft(First), version), CancellationToken.None);
        using var given = new CancellationTokenSource();
        var rows = new StringBuilder(First);
        for (var row = 0; row < 400_000; row++)
            rows.Append("2023-02;Haitiana;5\n");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => office.Node.Services.GetRequiredService<ImportFlows>().RunAsync(
            new FlowsImport("valley.csv", new MemoryStream(Encoding.UTF8.GetBytes(rows.ToString())), mapping, false) { Progress = new GivingUp(given) }, TestDatabase.Alice, given.Token));
        var line = Assert.Single(await office.Node.Services.GetRequiredService<FlowsImportDesk>().AllAsync(CancellationToken.None));
        Assert.Equal(("broken_off", 0L), (line.Fate, line.Observations));
        Assert.Null(await office.Node.Services.GetRequiredService<FlowsImportDesk>().MappingOfAsync("VALLEY", CancellationToken.None));
        Assert.Empty(Directory.GetFiles(Path.Combine(office.Node.Settings.Folder, "staging")));
    }

    private sealed class GivingUp(CancellationTokenSource source) : IProgress<WorkSoFar>
    {
        public void Report(WorkSoFar value) => source.Cancel();
    }

    private static TableProfile Profile(string text, IReadOnlyList<Tambo.Flows.Harmonising.KeptMapping> known) =>
        TableProfile.Of(new MemoryStream(Encoding.UTF8.GetBytes(text)), "", "", false, [.. known.Select(kept => kept.Mapping)], new DateOnly(2026, 1, 1));

    private static MappingDraft Draft(string text) => ProposeMapping.For(Profile(text, []), "valley.csv", "es") with { Publisher = "Oficina del valle" };
}
