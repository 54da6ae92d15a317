using System.Diagnostics;
using System.Text;
using AngleSharp.Html.Dom;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Flows.Cube;
using Tambo.Platform.Jobs;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows.Pages;

/// <summary>An import that was asked for on a page goes on without it, is seen and stopped by whoever may, and is whole or nothing.</summary>
[TakesLong(70)]
public sealed class ImportUnderWayTests
{
    private const string Root = "/staff/flows/import";
    private const string Months = "Fecha;Nacionalidad;Personas\n2023-01;Venezolana;10\n2023-02;Haitiana;20\n";

    [Theory, OnEachEngine]
    public async Task A_small_file_is_in_at_once(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        using var dora = await office.SignInAsync("dora", "statistician");
        await StartAsync(dora, Months);
        Assert.Equal(302, dora.Status);
        var done = await dora.OpenAsync(dora.Location!);
        Assert.Contains("Its figures count.", done.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync(office, "select count(*) from flows_mappings"));
        // The same file again changes nothing, and it is said at once.
        await ImportAgainAsync(dora, Months);
        Assert.StartsWith(Root + "?same=", dora.Location, StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task Figures_that_count_are_said_to_count_though_somebody_kept_another_mapping_of_the_name_meanwhile(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        using var dora = await office.SignInAsync("dora", "statistician");
        var form = await LookAsync(dora, Months);
        var kept = 0;
        office.Node.Services.GetRequiredService<StartedWorks>().EachStep = _ =>
        {
            if (Interlocked.Increment(ref kept) == 1)
                KeepOtherAsync().GetAwaiter().GetResult();
        };
        await RunAsync(dora, form);
        Assert.Equal(302, dora.Status);
        Assert.Contains("Its figures count.", (await dora.OpenAsync(dora.Location!)).Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync(office, "select count(*) from flows_imports where state = 'standing'"));

        async Task KeepOtherAsync()
        {
            await using var change = await office.Node.Db.BeginAsync(TestDatabase.Alice, "flows.mapping.kept", "valle", CancellationToken.None);
            await change.ExecuteAsync("insert into flows_mappings (name, version, json, kept_by, kept_at) values ('valle', 1, '{}', 'user:emil', @Now)", new { Now = office.Time.GetUtcNow() });
            await change.CommitAsync(CancellationToken.None);
        }
    }

    [Theory, OnEachEngine]
    public async Task Of_the_files_that_one_person_looked_at_the_last_ten_are_kept(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        using var dora = await office.SignInAsync("dora", "statistician");
        using var emil = await office.SignInAsync("emil", "statistician");
        var (his, first) = (await LookAsync(emil, Months), await LookAsync(dora, Months));
        office.Time.Advance(TimeSpan.FromSeconds(1));
        var second = await LookAsync(dora, Months);
        office.Time.Advance(TimeSpan.FromSeconds(1));
        for (var file = 3; file <= 11; file++)
            await LookAsync(dora, Months);
        Assert.Equal(11, await CountAsync(office, "select count(*) from platform_brought_files"));
        await LookAgainAsync(dora, first);
        Assert.Equal(400, dora.Status);
        await LookAgainAsync(dora, second);
        Assert.Equal(200, dora.Status);
        await LookAgainAsync(emil, his);
        Assert.Equal(200, emil.Status);
    }

    [Theory, OnEachEngine]
    public async Task A_large_file_is_followed_on_a_page_of_its_own_and_goes_on_when_nobody_looks(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        using var gate = new WorkGate(office.Node);
        using var dora = await office.SignInAsync("dora", "statistician");
        using var emil = await office.SignInAsync("emil", "statistician");
        var form = await LookAsync(dora, Months);
        var further = await LookAgainAsync(dora, form);
        var clock = Stopwatch.StartNew();
        await RunAsync(dora, form);
        Assert.Equal(302, dora.Status);
        Assert.InRange(clock.Elapsed.TotalSeconds, 1.5, 8);
        var address = dora.Location!;
        var page = await dora.OpenAsync(address);
        Assert.Contains("Rows read: 2", page.QuerySelector("[data-follow]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("100", page.QuerySelector("progress")!.GetAttribute("value"));
        Assert.Equal(address, page.QuerySelectorAll("main a").Last(link => link.TextContent.Contains("Look how far", StringComparison.Ordinal)).GetAttribute("href"));

        // Asked for once more, in whatever way: it is the same import.
        await RunAsync(dora, further);
        Assert.Equal(address, dora.Location);
        Assert.Equal(1, await CountAsync(office, "select count(*) from flows_imports"));
        Assert.Equal(0, await CountAsync(office, "select count(*) from flows_mappings"));

        // Others find it in the list, as far as it is.
        var row = (await emil.OpenAsync(Root)).QuerySelector("tbody tr")!;
        Assert.Equal(address, row.QuerySelector("a")!.GetAttribute("href"));
        Assert.Contains("being read", row.TextContent, StringComparison.Ordinal);
        Assert.NotNull((await emil.OpenAsync(address)).QuerySelector("progress"));

        gate.Open();
        await EndedAsync(office, address);
        Assert.Contains("Its figures count.", (await emil.OpenAsync(address)).Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync(office, "select count(*) from flows_mappings"));
        Assert.Equal(1, await AuditAsync(office, "flows.import.committed"));
    }

    [Theory, OnEachEngine]
    public async Task Stopped_in_the_middle_nothing_of_it_is_left_and_that_is_said(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        using var gate = new WorkGate(office.Node);
        using var dora = await office.SignInAsync("dora", "statistician");
        using var emil = await office.SignInAsync("emil", "statistician");
        await StartAsync(dora, Months);
        var address = dora.Location!;

        // Somebody else may stop it.
        await emil.SubmitAsync(await emil.OpenAsync(address), address + "/cancel");
        Assert.Equal(address, emil.Location);
        var stopping = await dora.OpenAsync(address);
        Assert.Contains("being stopped", stopping.Body!.TextContent, StringComparison.Ordinal);
        Assert.Null(stopping.QuerySelector($"form[action='{address}/cancel']"));
        gate.Open();
        Assert.Equal("cancelled", (await EndedAsync(office, address)).State);
        var page = await dora.OpenAsync(address);
        Assert.Contains("Somebody stopped it before it was done; nothing of it counts.", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("stopped", (await dora.OpenAsync(Root)).QuerySelector("tbody tr")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(office, "select count(*) from flows_imports where state <> 'broken_off'"));
        Assert.Equal(0, await CountAsync(office, "select count(*) from flows_mappings"));
        Assert.Equal(0, await CountAsync(office, "select count(*) from platform_brought_files"));
        Assert.Empty(Directory.GetFiles(Path.Combine(office.Node.Settings.Folder, "staging")));
        Assert.Equal((1, 1, 0), (await AuditAsync(office, "flows.import.cancelled"), await AuditAsync(office, "flows.import.broken_off"), await AuditAsync(office, "flows.import.committed")));

        // Stopping what has ended changes nothing, and the file can be brought again.
        await emil.PostAsync(address + "/cancel", page);
        Assert.Equal(1, await AuditAsync(office, "flows.import.cancelled"));
        await StartAsync(dora, Months);
        Assert.Contains("Its figures count.", (await dora.OpenAsync(dora.Location!)).Body!.TextContent, StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task Refused_in_the_end_it_says_why_and_whoever_asked_for_it_can_go_on_from_there(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        using var dora = await office.SignInAsync("dora", "statistician");
        using var emil = await office.SignInAsync("emil", "statistician");
        await StartAsync(dora, Months);
        office.Time.Set(office.Time.GetUtcNow().AddMinutes(1));
        using var gate = new WorkGate(office.Node);
        await ImportAgainAsync(dora, "Fecha;Nacionalidad;Personas\n2023-01;Venezolana;11\nnunca;Haitiana;20\n");
        var address = dora.Location!;
        gate.Open();
        Assert.Equal("refused", (await EndedAsync(office, address)).State);

        const string Why = "1 of 2 rows of valle.csv cannot be used, more than a tenth, and figures of VALLE stand already. Nothing was changed.";
        var other = await emil.OpenAsync(address);
        Assert.Contains(Why, other.Body!.TextContent, StringComparison.Ordinal);
        Assert.Null(other.QuerySelector($"form[action='{Root}/run']"));
        Assert.Contains("refused", (await emil.OpenAsync(Root)).QuerySelector("tbody tr")!.TextContent, StringComparison.Ordinal);

        var own = await dora.OpenAsync(address);
        Assert.Contains(Why, own.QuerySelector("h1 + .notice")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(own.QuerySelector(".tiles"));
        Assert.NotNull(own.QuerySelector("input[name=accept_refused]"));
        await dora.SubmitAsync(own, Root + "/run", ("accept_refused", "true"));
        Assert.Equal(302, dora.Status);
        Assert.NotEqual(address, dora.Location);
        Assert.Contains("Its figures count.", (await dora.OpenAsync(dora.Location!)).Body!.TextContent, StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task Broken_off_by_the_end_of_its_process_it_is_known_as_such_and_can_be_asked_for_again(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        using var gate = new WorkGate(office.Node);
        using var dora = await office.SignInAsync("dora", "statistician");
        using var emil = await office.SignInAsync("emil", "statistician");
        await StartAsync(dora, Months);
        var address = dora.Location!;
        var stopping = office.Node.Services.GetRequiredService<StartedWorks>().StopAsync(CancellationToken.None);
        gate.Open();
        await stopping;
        Assert.Contains("It was not finished; nothing of it counts.", (await emil.OpenAsync(address)).Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("broken off", (await emil.OpenAsync(Root)).QuerySelector("tbody tr")!.TextContent, StringComparison.Ordinal);
        var own = await dora.OpenAsync(address);
        Assert.Contains("The program was stopped while valle.csv was being imported.", own.QuerySelector("h1 + .notice")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Office of the valley", own.QuerySelector("input[name=publisher]")!.GetAttribute("value"));
        Assert.NotNull(own.QuerySelector($"[formaction='{Root}/run']"));
        Assert.Equal(0, await CountAsync(office, "select count(*) from flows_imports where state <> 'broken_off'"));
    }

    [Theory, OnEachEngine]
    public async Task Whoever_asks_for_more_imports_than_run_at_once_is_told_so_and_keeps_the_form(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        using var gate = new WorkGate(office.Node);
        using var dora = await office.SignInAsync("dora", "statistician");
        for (var file = 0; file < 4; file++)
        {
            await StartAsync(dora, Months + $"2023-03;Cubana;{file + 1}\n");
            Assert.Equal(302, dora.Status);
        }

        var last = await LookAsync(dora, Months + "2023-03;Cubana;9\n");
        var refused = await RunAsync(dora, last);
        Assert.Equal(429, dora.Status);
        Assert.Contains("4 works of this kind are under way", refused.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Office of the valley", refused.QuerySelector("input[name=publisher]")!.GetAttribute("value"));
        Assert.Equal(4, await CountAsync(office, "select count(*) from platform_works"));
        gate.Open();
        await Until(async () => await CountAsync(office, "select count(*) from platform_works where state = 'running'") == 0);
        await RunAsync(dora, refused);
        Assert.Equal(302, dora.Status);
    }

    [Fact]
    public async Task The_process_that_does_not_run_an_import_tells_how_far_it_is_and_stops_it()
    {
        await using var office = await FiguresOffice.OpenAsync(Engine.Postgres);
        await using var second = await TestNode.StartAsync(Engine.Postgres, office.Time, settings => settings with { PostgresConnection = office.Node.Settings.PostgresConnection, File = office.Node.Settings.File });
        using var gate = new WorkGate(office.Node);
        using var dora = await office.SignInAsync("dora", "statistician");
        using var there = StaffBrowser.With(second, dora.Session);
        await StartAsync(dora, Months);
        var address = dora.Location!;
        await Until(async () => (await there.OpenAsync(address)).QuerySelector("[data-follow]")!.TextContent.Contains("Rows read: 2", StringComparison.Ordinal));
        Assert.Contains("being read", (await there.OpenAsync(Root)).QuerySelector("tbody tr")!.TextContent, StringComparison.Ordinal);
        await there.SubmitAsync(await there.OpenAsync(address), address + "/cancel");
        // The process that runs it hears of it.
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        gate.Open();
        await Until(async () => (await there.OpenAsync(address)).Body!.TextContent.Contains("Somebody stopped it", StringComparison.Ordinal));
        Assert.Equal(0, await CountAsync(office, "select count(*) from flows_imports where state <> 'broken_off'"));
        Assert.Empty(await second.Services.GetRequiredService<Tambo.Flows.Imports.BrokenOffImports>().MarkAsync(CancellationToken.None));
    }

    [Theory, OnEachEngine]
    public async Task Of_a_large_file_the_first_rows_are_tried_and_all_are_imported(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        using var dora = await office.SignInAsync("dora", "statistician");
        var file = new StringBuilder("Fecha;Nacionalidad;Personas\n");
        for (var row = 0; row < 600_000; row++)
            file.Append("2023-01;Venezolana;1\n");
        var page = await dora.UploadAsync(await dora.OpenAsync(Root), Root + "/look", "valle.csv", Encoding.UTF8.GetBytes(file.ToString()));
        Assert.Contains("The file is large: its first ", page.Body!.TextContent, StringComparison.Ordinal);
        page = await dora.SubmitAsync(page, Root + "/try", ("publisher", "Office of the valley"));
        Assert.Contains("this is what becomes of its first ", page.Body!.TextContent, StringComparison.Ordinal);
        var tried = long.Parse(page.QuerySelector(".tiles b")!.TextContent.Replace(",", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(tried, 200_000, 400_000);
        await RunAsync(dora, page);
        await EndedAsync(office, dora.Location!);
        Assert.Equal(600_000, await CountAsync(office, "select max(rows_read) from flows_imports where state = 'standing'"));
    }

    [Theory, OnEachEngine]
    public async Task Who_says_that_files_hold_some_countries_alone_loses_no_other_by_a_later_file(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        using var dora = await office.SignInAsync("dora", "statistician");
        var page = await LookAsync(dora, "País;Fecha;Nacionalidad;Personas\nColombia;2023-01;Venezolana;10\nHaití;2023-01;Cubana;20\n");
        Assert.Equal(["COUNTRY", "CITIZENSHIP"], page.QuerySelectorAll("input[name=within]").Select(box => box.GetAttribute("value")!));
        page = await dora.SubmitAsync(page, Root + "/try", ("within", "COUNTRY"));
        Assert.NotNull(page.QuerySelector("input[name=within][value=COUNTRY][checked]"));
        await RunAsync(dora, page);
        Assert.Contains("\"replaces_within\": [", (await dora.OpenAsync(dora.Location!)).QuerySelector("pre")!.TextContent, StringComparison.Ordinal);
        office.Time.Set(office.Time.GetUtcNow().AddMinutes(1));
        await ImportAgainAsync(dora, "País;Fecha;Nacionalidad;Personas\nColombia;2023-01;Venezolana;11\n");
        var figures = (await office.Node.Services.GetRequiredService<QueryFlows>().RunAsync(new FlowsQuery { By = ["ref_area"] }, CancellationToken.None)).Figures;
        Assert.Equal(["COL 11", "HTI 20"], figures.Select(figure => $"{figure.Labels[^1]} {figure.Sure}").Order(StringComparer.Ordinal));
    }

    // Looks at a file, says who counted, and imports it.
    private static async Task StartAsync(StaffBrowser who, string file) => await RunAsync(who, await LookAsync(who, file));

    private static async Task<IHtmlDocument> LookAsync(StaffBrowser who, string file) =>
        await LookAgainAsync(who, await who.UploadAsync(await who.OpenAsync(Root), Root + "/look", "valle.csv", Encoding.UTF8.GetBytes(file)));

    private static Task<IHtmlDocument> LookAgainAsync(StaffBrowser who, IHtmlDocument page) => who.SubmitAsync(page, Root + "/try", ("publisher", "Office of the valley"));

    private static Task<IHtmlDocument> RunAsync(StaffBrowser who, IHtmlDocument page) => who.SubmitAsync(FormOf(page), Root + "/run");

    // A further file, which its columns tell.
    private static async Task ImportAgainAsync(StaffBrowser who, string file) =>
        await who.SubmitAsync(await who.UploadAsync(await who.OpenAsync(Root), Root + "/look", "valle.csv", Encoding.UTF8.GetBytes(file)), Root + "/run");

    // The button that imports stands in the form that tries.
    private static IHtmlDocument FormOf(IHtmlDocument page)
    {
        foreach (var form in page.QuerySelectorAll($"form[action='{Root}/try']").Where(form => form.QuerySelector($"[formaction='{Root}/run']") is not null))
            form.SetAttribute("action", Root + "/run");
        return page;
    }

    private static async Task<StartedWork> EndedAsync(FiguresOffice office, string address)
    {
        var id = Guid.Parse(address[(address.LastIndexOf('/') + 1)..]);
        var ended = await office.Node.Services.GetRequiredService<StartedWorks>().WaitAsync(id, TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
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

    private static async Task<long> CountAsync(FiguresOffice office, string sql)
    {
        await using var connection = await office.Node.Db.ReadAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>(sql);
    }

    private static async Task<long> AuditAsync(FiguresOffice office, string change)
    {
        await using var connection = await office.Node.Db.ReadAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>("select count(*) from platform_audit_entries where change = @change", new { change });
    }
}
