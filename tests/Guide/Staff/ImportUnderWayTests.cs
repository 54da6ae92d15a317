using System.Diagnostics;
using System.Text;
using AngleSharp.Html.Dom;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Imports;
using Tambo.Guide.Staff;
using Tambo.Platform.Jobs;
using Tambo.Tests.Guide.Imports;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Staff;

/// <summary>A check and an import that were asked for on a page go on without it, are seen and stopped by whoever asked, and are whole or nothing.</summary>
[TakesLong(60)]
public sealed class ImportUnderWayTests
{
    private const string Root = "/staff/guide/imports";
    private const string Check = Root + "/check";
    private const string Run = Root + "/run";
    private const int Comparing = 50;
    private const int Writing = 60;

    [Theory, OnEachEngine]
    public async Task A_check_and_an_import_are_followed_on_a_page_of_their_own_and_go_on_when_nobody_looks(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var carl = await desk.SignInAsync("carl", "editor");
        string checkedAt, imported;
        using (var gate = new WorkGate(desk.Node))
        {
            await BringAsync(bea);
            checkedAt = bea.Location!;
            var page = await bea.OpenAsync(checkedAt);
            Assert.Equal("Check of services.json", page.QuerySelector("h1")!.TextContent);
            Assert.Contains("Rows read: 2, all of them. Now they are compared", page.QuerySelector("[data-follow]")!.TextContent, StringComparison.Ordinal);
            Assert.Equal("66", page.QuerySelector("progress")!.GetAttribute("value"));
            Assert.Equal(checkedAt, page.QuerySelectorAll("main a").Last(link => link.TextContent.Contains("Look how far", StringComparison.Ordinal)).GetAttribute("href"));
            Assert.Contains("Rows read: 2", (await bea.OpenAsync(checkedAt + "/so-far")).QuerySelector("[data-follow]")!.TextContent, StringComparison.Ordinal);
            Assert.Contains("being checked", await PendingAsync(bea), StringComparison.Ordinal);
            await UnknownToAsync(carl, checkedAt);
            gate.Open();
            await EndedAsync(desk, checkedAt);
        }

        Assert.Contains("checked, not yet imported", await PendingAsync(bea), StringComparison.Ordinal);
        var report = await bea.OpenAsync(checkedAt);
        Assert.Contains("This was only a check.", report.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("services.json", report.QuerySelector(".facts")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(0, await HopesAsync(desk));
        await UnknownToAsync(carl, checkedAt);

        using (var gate = new WorkGate(desk.Node))
        {
            await bea.SubmitAsync(report, Run);
            imported = bea.Location!;
            Assert.NotEqual(checkedAt, imported);
            Assert.Equal("Import of services.json", (await bea.OpenAsync(imported)).QuerySelector("h1")!.TextContent);
            Assert.Contains("being imported", await PendingAsync(bea), StringComparison.Ordinal);
            await UnknownToAsync(carl, imported);

            // Asked for once more from the report: it is the same import.
            await bea.SubmitAsync(await bea.OpenAsync(checkedAt), Run);
            Assert.Equal(imported, bea.Location);
            Assert.Equal(0, await HopesAsync(desk));
            gate.Open();
            Assert.Equal("done", (await EndedAsync(desk, imported)).State);
        }

        Assert.Contains("The import is complete.", (await bea.OpenAsync(imported)).Body!.TextContent, StringComparison.Ordinal);
        // The button pressed again leads to the same import.
        await bea.SubmitAsync(report, Run);
        Assert.Equal(imported, bea.Location);
        Assert.Equal(1, await HopesAsync(desk));
        Assert.Equal(1, await AuditAsync(desk, "guide.services.imported"));
        // What is written is known to everybody who imports; what was checked is of no use any more.
        Assert.Contains("The import is complete.", (await carl.OpenAsync(imported)).Body!.TextContent, StringComparison.Ordinal);
        await bea.OpenAsync(checkedAt);
        Assert.Equal(Root, bea.Location);
        Assert.Equal("", await PendingAsync(bea));
        Assert.Equal((1, 0), await ImportPageTests.KeptAsync(desk, engine));
    }

    [Theory, OnEachEngine]
    public async Task What_is_wrong_with_a_file_is_told_by_line_however_long_it_took(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        var atOnce = Issues(await BringAsync(bea));
        Assert.Contains(" 4 ; services.json ; Left out ; ", atOnce, StringComparison.Ordinal);
        using (var gate = new WorkGate(desk.Node))
        {
            await BringAsync(bea);
            gate.Open();
            await EndedAsync(desk, bea.Location!);
        }

        Assert.Equal(atOnce, Issues(await bea.OpenAsync(bea.Location!)));

        // A file that is none is refused, whoever still looks, and kept no longer.
        using (var gate = new WorkGate(desk.Node))
        {
            await BringAsync(bea, "[{\"id\": \"1\", \"name\": \"A\", \"status\": \"active\"}, {\"id");
            gate.Open();
            Assert.Equal(422, bea.Status);
        }

        Assert.Equal((0, 4), await ImportPageTests.KeptAsync(desk, engine));
        static string Issues(IHtmlDocument page) => string.Join('|', page.QuerySelector("table")!.QuerySelectorAll("tbody tr").Select(row => " " + string.Join(" ; ", row.QuerySelectorAll("th, td").Select(cell => cell.TextContent.Trim())) + " "));
    }

    [Theory, OnEachEngine]
    public async Task Stopped_in_a_check_or_in_the_middle_of_writing_nothing_is_left_and_that_is_said(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var carl = await desk.SignInAsync("carl", "editor");
        var records = await CountAsync(desk, "select count(*) from guide_records");
        using (var gate = new WorkGate(desk.Node, Comparing))
        {
            await BringAsync(bea);
            await StopAsync(desk, bea, carl, bea.Location!, gate);
        }

        Assert.Equal((0, 0), await ImportPageTests.KeptAsync(desk, engine));
        var report = await BringAsync(bea);
        using (var gate = new WorkGate(desk.Node, Writing))
        {
            await bea.SubmitAsync(report, Run);
            var address = bea.Location!;
            Assert.Contains("Now the services are written", (await bea.OpenAsync(address)).QuerySelector("[data-follow]")!.TextContent, StringComparison.Ordinal);
            await StopAsync(desk, bea, carl, address, gate);
        }

        Assert.Equal(records, await CountAsync(desk, "select count(*) from guide_records"));
        Assert.Equal(0, await CountAsync(desk, "select count(*) from guide_imports"));
        Assert.Equal((0, 0), await ImportPageTests.KeptAsync(desk, engine));
        Assert.Equal((2, 0), (await AuditAsync(desk, "guide.import.cancelled"), await AuditAsync(desk, "guide.services.imported")));

        // The file has to be brought again, and then all of it comes in.
        await bea.SubmitAsync(report, Run);
        Assert.Equal(400, bea.Status);
        await bea.SubmitAsync(await BringAsync(bea), Run);
        Assert.Equal(1, await HopesAsync(desk));
    }

    [Theory, OnEachEngine]
    public async Task Broken_off_by_the_end_of_its_process_it_is_known_as_such_and_can_be_asked_for_again(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        var report = await BringAsync(bea);
        using var gate = new WorkGate(desk.Node, Writing);
        await bea.SubmitAsync(report, Run);
        var address = bea.Location!;
        var stopping = desk.Node.Services.GetRequiredService<StartedWorks>().StopAsync(CancellationToken.None);
        gate.Open();
        await stopping;
        Assert.Equal("broken_off", (await EndedAsync(desk, address)).State);
        Assert.Equal(0, await HopesAsync(desk));
        Assert.Contains("broken off", await PendingAsync(bea), StringComparison.Ordinal);
        var again = await bea.OpenAsync(address);
        Assert.Equal(409, bea.Status);
        Assert.Contains("The program was stopped while services.json was being imported.", again.GetElementById("errors")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(again.QuerySelector($"form[action='{Run}'] input[name=import]"));
        Assert.Contains("Clinic", again.QuerySelector("main table:last-of-type")!.TextContent, StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task Asked_to_stop_while_the_last_of_it_is_written_it_stops_and_later_it_is_complete(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        var imports = desk.Node.Services.GetRequiredService<ImportServices>();
        Task<ImportReport> BringAsync(string set, Action told, CancellationToken stopping) => imports.RunAsync(
            new ImportRequest { Files = [Importing.Text("services.json", ImportPageTests.TwoServices.Replace("5b0c9d1e", set, StringComparison.Ordinal))], SourceSet = set, Progress = new Telling(told) }, TestDatabase.Alice, stopping);
        await BringAsync("11111111", () => { }, CancellationToken.None);
        var (steps, step) = (0, 0);
        await BringAsync("22222222", () => steps++, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BringAsync("33333333", () => Stop(++step == steps), stop.Token));
        Assert.Equal(steps, step);
        Assert.Equal(0, await CountAsync(desk, "select count(*) from guide_records where source_set = '33333333'"));
        Assert.Equal(2, await CountAsync(desk, "select count(*) from guide_imports"));

        void Stop(bool isLast)
        {
            if (isLast)
                stop.Cancel();
        }
    }

    [Theory, OnEachEngine]
    public async Task What_is_complete_is_told_so_though_its_process_ended_before_it_could_say_so(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        var report = await BringAsync(bea);
        await bea.SubmitAsync(report, Run);
        var address = bea.Location!;
        foreach (var state in (string[])["broken_off", "refused", "cancelled"])
        {
            await using (var change = await desk.Node.Db.BeginOperationalAsync(CancellationToken.None))
            {
                await change.ExecuteAsync("update platform_works set state = @state where details like '%\"Check\":\"%'", new { state });
                await change.CommitAsync(CancellationToken.None);
            }

            Assert.Equal("", await PendingAsync(bea));
            Assert.Contains("The import is complete.", (await bea.OpenAsync(address)).Body!.TextContent, StringComparison.Ordinal);
            // The button pressed again leads to the same import.
            await bea.SubmitAsync(report, Run);
            Assert.Equal((302, address), (bea.Status, bea.Location));
        }

        Assert.Equal(1, await AuditAsync(desk, "guide.services.imported"));
    }

    [Fact]
    public async Task What_is_complete_is_no_failure_though_its_file_withstands_being_forgotten()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        var report = await BringAsync(bea);
        var kept = System.IO.Directory.GetFiles(Path.Combine(desk.Node.Settings.Folder, "brought"));
        desk.Node.Services.GetRequiredService<StartedWorks>().EachStep = step =>
        {
            // What is read stays readable; what stands in its place cannot be deleted as a file.
            foreach (var file in kept.Where(file => step.Done >= Writing && File.Exists(file)))
            {
                File.Delete(file);
                System.IO.Directory.CreateDirectory(file);
            }
        };
        await bea.SubmitAsync(report, Run);
        Assert.Equal(302, bea.Status);
        Assert.Contains("The import is complete.", (await bea.OpenAsync(bea.Location!)).Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal("", await PendingAsync(bea));
        Assert.Equal(1, await HopesAsync(desk));
    }

    [Theory, OnEachEngine]
    public async Task Whoever_asks_for_more_than_runs_at_once_is_told_so_and_loses_nothing(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        var report = await BringAsync(bea);
        using var gate = new WorkGate(desk.Node);
        for (var file = 0; file < 4; file++)
            await BringAsync(bea);
        var form = await BringAsync(bea);
        Assert.Equal(429, bea.Status);
        Assert.Equal("hope", form.QuerySelector("input[name=source_set]")!.GetAttribute("value"));
        var refused = await bea.SubmitAsync(report, Run);
        Assert.Equal(429, bea.Status);
        Assert.Contains("4 works of this kind are under way", refused.GetElementById("errors")!.TextContent, StringComparison.Ordinal);
        gate.Open();
        await Until(async () => await CountAsync(desk, "select count(*) from platform_works where state = 'running'") == 0);
        await bea.SubmitAsync(refused, Run);
        Assert.Equal(302, bea.Status);
        Assert.Equal(1, await HopesAsync(desk));
    }

    [Fact]
    public async Task The_process_that_does_not_run_an_import_tells_how_far_it_is_and_stops_it()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Postgres);
        await using var second = await TestNode.StartAsync(Engine.Postgres, desk.Time, settings => settings with { PostgresConnection = desk.Node.Settings.PostgresConnection, File = desk.Node.Settings.File });
        using var bea = await desk.SignInAsync("bea", "editor");
        using var there = StaffBrowser.With(second, bea.Session);
        // What was checked there is let in here.
        await BringAsync(there);
        var report = await bea.OpenAsync((await bea.OpenAsync(Root)).QuerySelector("main table a")!.GetAttribute("href")!);
        using var gate = new WorkGate(desk.Node, Writing);
        await bea.SubmitAsync(report, Run);
        var address = bea.Location!;
        await Until(async () => (await there.OpenAsync(address)).QuerySelector("[data-follow]")!.TextContent.Contains("Now the services are written", StringComparison.Ordinal));
        await there.SubmitAsync(await there.OpenAsync(address), address + "/cancel");
        // The process that runs it hears of it.
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        gate.Open();
        await Until(async () => (await there.OpenAsync(address)).Body!.TextContent.Contains("Somebody stopped it", StringComparison.Ordinal));
        Assert.Equal(0, await HopesAsync(desk));
    }

    // Stops work that is held at the gate: nobody else can, and it is told that it is stopping before anything waits for it.
    private static async Task StopAsync(StaffDesk desk, StaffBrowser who, StaffBrowser other, string address, WorkGate gate)
    {
        var page = await who.OpenAsync(address);
        await other.PostAsync(address + "/cancel", await other.OpenAsync(Root));
        Assert.Equal(404, other.Status);
        var stopped = who.SubmitAsync(page, address + "/cancel");
        await Task.Delay(500, TestContext.Current.CancellationToken);
        gate.Open();
        await stopped;
        Assert.Equal(address, who.Location);
        Assert.Equal("cancelled", (await EndedAsync(desk, address)).State);
        Assert.Contains("Somebody stopped it before it was done; nothing of it counts.", (await who.OpenAsync(address)).Body!.TextContent, StringComparison.Ordinal);
    }

    private static async Task<IHtmlDocument> BringAsync(StaffBrowser who, string file = ImportPageTests.TwoServices) =>
        await who.UploadAsync(await who.OpenAsync(Root), Check, "services.json", Encoding.UTF8.GetBytes(file), ("source_set", "hope"));

    private static async Task UnknownToAsync(StaffBrowser other, string address)
    {
        await other.OpenAsync(address);
        Assert.Equal(404, other.Status);
        await other.OpenAsync(address + "/so-far");
        Assert.Equal(404, other.Status);
        Assert.Equal("", await PendingAsync(other));
    }

    // The table above the past imports.
    private static async Task<string> PendingAsync(StaffBrowser who)
    {
        var tables = (await who.OpenAsync(Root)).QuerySelectorAll("main table");
        return tables.FirstOrDefault(table => table.QuerySelector("caption")!.TextContent == "Not yet in the list")?.QuerySelector("tbody")!.TextContent ?? "";
    }

    private static async Task<StartedWork> EndedAsync(StaffDesk desk, string address)
    {
        var id = Guid.Parse(address[(address.LastIndexOf('/') + 1)..]);
        var ended = await desk.Node.Services.GetRequiredService<StartedWorks>().WaitAsync(id, TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.False(ended!.IsRunning);
        return ended;
    }

    private static async Task Until(Func<Task<bool>> isSo)
    {
        var clock = Stopwatch.StartNew();
        while (!await isSo())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), "It never came to be so.");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private static Task<long> HopesAsync(StaffDesk desk) => CountAsync(desk, "select count(*) from guide_records where source_set = 'hope' and kind = 'service'");

    private static async Task<long> AuditAsync(StaffDesk desk, string change)
    {
        await using var connection = await desk.Node.Db.ReadAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>("select count(*) from platform_audit_entries where change = @change", new { change });
    }

    private static async Task<long> CountAsync(StaffDesk desk, string sql)
    {
        await using var connection = await desk.Node.Db.ReadAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>(sql);
    }

    private sealed class Telling(Action told) : IProgress<WorkSoFar>
    {
        public void Report(WorkSoFar value) => told();
    }
}
