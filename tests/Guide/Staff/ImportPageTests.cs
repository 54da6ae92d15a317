using System.Text;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Staff;

/// <summary>Files are checked first and let in second.</summary>
public sealed class ImportPageTests
{
    private const string Check = "/staff/guide/imports/check";
    private const string Run = "/staff/guide/imports/run";

    internal const string TwoServices =
        """
        [
          {"id": "5b0c9d1e-0000-4000-8000-000000000001", "name": "Clinic <b>of hope</b>", "status": "active",
           "organization": {"id": "5b0c9d1e-0000-4000-8000-0000000000aa", "name": "Hope", "description": "Doctors"}},
          {"id": "5b0c9d1e-0000-4000-8000-000000000002", "name": "", "status": "active"}
        ]
        """;

    [Theory, OnEachEngine]
    public async Task A_check_writes_nothing_and_the_run_writes_what_was_checked(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        var page = await bea.OpenAsync("/staff/guide/imports");
        var report = await bea.UploadAsync(page, Check, "services.json", Encoding.UTF8.GetBytes(TwoServices), ("source_set", "hope"));
        Assert.Equal(200, bea.Status);
        Assert.Contains("Clinic <b>of hope</b>", report.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(desk.Records.Services.Count, (await EditServiceTests.DirectoryAsync(desk)).Staff.Records.Services.Count);

        await bea.SubmitAsync(report, Run);
        Assert.Equal(302, bea.Status);
        var done = await bea.OpenAsync(bea.Location!);
        Assert.Equal(200, bea.Status);
        Assert.Contains("SHA-256", done.Body!.TextContent, StringComparison.Ordinal);
        var service = (await EditServiceTests.DirectoryAsync(desk)).Staff.Records.Services.Single(s => s.SourceSet == "hope");
        Assert.Equal("Clinic <b>of hope</b>", service.Name);
        var list = await bea.OpenAsync("/staff/guide/imports");
        Assert.Contains("hope", list.QuerySelector("tbody")!.TextContent, StringComparison.Ordinal);

        // The same file again changes nothing.
        var again = await bea.UploadAsync(list, Check, "services.json", Encoding.UTF8.GetBytes(TwoServices), ("source_set", "hope"));
        Assert.Contains("No record changes", again.Body!.TextContent, StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task Only_what_was_let_in_is_kept_as_it_came(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        var page = await bea.OpenAsync("/staff/guide/imports");
        await bea.UploadAsync(page, Check, "services.json", "{\"id\": "u8.ToArray());
        Assert.Equal(422, bea.Status);
        Assert.Equal((0, 0), await KeptAsync(desk, engine));

        var report = await bea.UploadAsync(page, Check, "services.json", Encoding.UTF8.GetBytes(TwoServices), ("source_set", "hope"));
        // The file, and what the check found in it.
        Assert.Equal((0, 2), await KeptAsync(desk, engine));
        await bea.SubmitAsync(report, Run);
        Assert.Equal((1, 0), await KeptAsync(desk, engine));

        // Looked at and left: an hour later it is gone, and so is the way to let it in.
        var left = await bea.UploadAsync(page, Check, "services.json", Encoding.UTF8.GetBytes(TwoServices), ("source_set", "other"));
        Assert.Equal((1, 2), await KeptAsync(desk, engine));
        for (var minutes = 0; minutes < 60; minutes += 10)
        {
            desk.Time.Advance(TimeSpan.FromMinutes(10));
            await bea.OpenAsync("/staff/guide/imports");
        }

        await desk.Node.Services.GetRequiredService<Tambo.Platform.Blobs.BroughtFiles>().SweepAsync(CancellationToken.None);
        Assert.Equal((1, 0), await KeptAsync(desk, engine));
        await bea.SubmitAsync(left, Run);
        Assert.Equal(400, bea.Status);
    }

    /// <summary>How many files the node keeps for ever, and how many for a time.</summary>
    internal static async Task<(int Blobs, int Brought)> KeptAsync(StaffDesk desk, Engine engine)
    {
        await using var read = await desk.Node.Db.ReadAsync(CancellationToken.None);
        var blobs = Path.Combine(desk.Node.Settings.Folder, "blobs");
        return (engine == Engine.Sqlite ? (System.IO.Directory.Exists(blobs) ? System.IO.Directory.GetFiles(blobs, "*", SearchOption.AllDirectories).Length : 0)
            : await read.ExecuteScalarAsync<int>("select count(distinct hash) from platform_blob_pieces"), await read.ExecuteScalarAsync<int>("select count(*) from platform_brought_files"));
    }

    [Fact]
    public async Task What_was_checked_by_one_person_cannot_be_run_by_another()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var dora = await desk.SignInAsync("dora", "statistician");
        var report = await bea.UploadAsync(await bea.OpenAsync("/staff/guide/imports"), Check, "services.json", Encoding.UTF8.GetBytes(TwoServices));
        var checkedByBea = report.QuerySelector("input[name=import]")!.GetAttribute("value");
        var own = await dora.UploadAsync(await dora.OpenAsync("/staff/guide/imports"), Check, "services.json", Encoding.UTF8.GetBytes(TwoServices));
        await dora.SubmitAsync(own, Run, ("import", checkedByBea));
        Assert.Equal(400, dora.Status);
    }

    [Fact]
    public async Task A_file_that_is_none_is_refused_on_the_form()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        var page = await bea.OpenAsync("/staff/guide/imports");
        var refused = await bea.UploadAsync(page, Check, "services.json", "{\"id\": "u8.ToArray());
        Assert.Equal(422, bea.Status);
        Assert.NotNull(refused.GetElementById("errors"));
        await bea.UploadAsync(page, Check, "services.json", [], ("retire", "true"));
        Assert.Equal(422, bea.Status);
    }

    [Fact]
    public async Task Files_above_the_limit_are_refused_and_those_below_are_taken()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite, Confidentiality.Public, 3 * 1024 * 1024);
        using var bea = await desk.SignInAsync("bea", "editor");
        var page = await bea.OpenAsync("/staff/guide/imports");
        var two = Encoding.UTF8.GetBytes(TwoServices + new string(' ', 2 * 1024 * 1024));
        await bea.UploadAsync(page, Check, "services.json", two);
        Assert.Equal(200, bea.Status);
        await bea.UploadAsync(page, Check, "services.json", new byte[40 * 1024 * 1024]);
        Assert.Equal(413, bea.Status);
    }
}
