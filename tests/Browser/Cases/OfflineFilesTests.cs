using Microsoft.Playwright;
using Tambo.Tests.Browser.Offline;
using Tambo.Tests.Cases;
using Tambo.Tests.Cases.Attachments;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Cases;

/// <summary>Photos and documents on a phone without internet: sealed, sent once and whole, and refused with a reason.</summary>
public sealed partial class OfflineCasesTests
{
    [Fact]
    public async Task A_file_of_a_new_case_lies_sealed_outlives_the_browser_and_is_sent_when_there_is_a_network()
    {
        var files = new FilesOnDisk();
        var folder = Directory.CreateTempSubdirectory("tambo-phone").FullName;
        using var playwright = await Playwright.CreateAsync();
        Task<IBrowserContext> LaunchAsync() => playwright.Chromium.LaunchPersistentContextAsync(folder, new()
        {
            ExecutablePath = BrowserOfTests.Program,
            ChromiumSandbox = !string.Equals(Environment.UserName, "root", StringComparison.Ordinal),
            BaseURL = line.Address.ToString(),
            ViewportSize = new ViewportSize { Width = BrowserOfTests.Phone, Height = 740 },
        });
        try
        {
            await office.OfficerAsync("flora", "frontline_officer");
            var path = files.Add("birth-certificate-of-ilmara.pdf", MadeUpFiles.Pdf(1_200_000, 5, "a-word-in-the-document"));
            await using (var context = await LaunchAsync())
            {
                var phone = context.Pages[0];
                await phone.GotoAsync("/en");
                await phone.SignInAsync(office, "flora");
                await phone.EnrolAsync();
                line.Cut();
                await phone.UnlockAsync();
                await RegisterAsync(phone, "Ilmara", 30);
                Assert.Equal(0, await phone.Locator("#vault-steps button:has-text('Add a photo')").CountAsync());
                await phone.ClickAsync("#vault-steps button:has-text('Open a case')");
                await phone.ClickAsync("#vault-opening button:not([type])");
                await phone.Locator("#vault-steps button:has-text('Add a photo')").WaitForAsync();
                await phone.DoneAsync(() => BringAsync(phone, path));
                await phone.EvaluateAsync("localStorage.setItem('control', 'a-word-in-the-clear')");
                // A vault, its own memory, a person, a case, a file, and the file's three pieces.
                Assert.Equal((1, 8), await phone.CountAsync());
                Unreadable(await phone.EvaluateAsync<string>(OfficersPhone.EverythingKept));
            }

            // Bytes that were made up so that no other thing on a disk holds them.
            foreach (var kept in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            {
                var content = await File.ReadAllBytesAsync(kept);
                Assert.True(content.AsSpan().IndexOf(MadeUpFiles.Pdf(1000, 5).AsSpan(40, 40)) < 0 && content.AsSpan().IndexOf("a-word-in-the-document"u8) < 0, kept);
            }

            await using (var context = await LaunchAsync())
            {
                var phone = context.Pages[0];
                line.Mend();
                await phone.GotoAsync("/en");
                await phone.SignInAsync(office, "flora");
                await phone.UnlockAsync();
                await phone.Locator("#vault-outbox", new() { HasText = "To send: 0. Refused: 0. To decide: 0." }).WaitForAsync();
            }

            Assert.Equal(["kept"], await office.ReadAsync<string>("select state from cases_entries where kind = 'file'"));
            Assert.Equal([3L], await office.ReadAsync<long>("select count(*) from cases_device_changes"));
        }
        finally
        {
            files.Dispose();
            Directory.Delete(folder, recursive: true);
        }

        static void Unreadable(string kept)
        {
            Assert.Contains("a-word-in-the-clear", kept, StringComparison.Ordinal);
            Assert.All(["a-word-in-the-document", "birth-certificate", "Ilmara"], said => Assert.DoesNotContain(said, kept, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task What_no_node_takes_is_refused_when_it_is_chosen_and_nothing_of_it_is_kept()
    {
        using var files = new FilesOnDisk();
        var (phone, _) = await WithCaseAsync();
        line.Cut();
        await phone.UnlockAsync();
        var rows = await phone.CountAsync();
        await phone.ClickAsync("#vault-list button");
        await phone.ClickAsync("#vault-steps button:has-text('Add a photo')");
        Assert.Empty(await Axe.BreachesAsync(phone));
        foreach (var (path, said) in new[]
        {
            (files.Add("drawing.jpg", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"u8.ToArray()), "Bring a photo"),
            (files.Add("empty.pdf", []), "Bring a photo"),
            (files.Add("large.png", MadeUpFiles.Png((20 * 1024 * 1024) + 1, 1)), "20 MB at most"),
        })
        {
            await phone.SetInputFilesAsync("#vault-file [name=file]", path);
            await phone.UntilAsync("said => document.querySelector('#vault-state').textContent.includes(said)", said);
            await phone.DoneAsync(() => phone.ClickAsync("#vault-file button:not([type])"));
            Assert.Contains(said, await phone.SaysAsync(), StringComparison.Ordinal);
            Assert.True(await phone.Locator("#vault-file").IsVisibleAsync());
        }

        Assert.Equal(rows, await phone.CountAsync());
    }

    [Fact]
    public async Task What_the_node_refuses_says_why_in_the_officers_language_though_the_answer_was_lost_and_stays_until_somebody_decides()
    {
        using var files = new FilesOnDisk();
        var (phone, _) = await WithCaseAsync("es");
        await phone.ClickAsync("#vault-list button");
        await phone.ClickAsync("#vault-steps button:has-text('Añadir')");
        // The second and last piece brings the refusal.
        var pieces = 0;
        line.Breaks = request => request.StartsWith("PATCH ", StringComparison.Ordinal) && ++pieces == 2 ? NetworkLine.Answer : null;
        await phone.SetInputFilesAsync("#vault-file [name=file]", files.Add("prueba.pdf", MadeUpFiles.Pdf(700_000, 3, "<< /OpenAction << /JavaScript (app.alert(1)) >> >>")));
        await phone.DoneAsync(() => phone.ClickAsync("#vault-file button:not([type])"));
        Assert.Equal(1, line.Broken);
        await phone.ClickAsync("[data-do=back]");
        await RefusedAsync();
        var (_, rows) = await phone.CountAsync();
        Assert.Equal(["refused"], await office.ReadAsync<string>("select state from cases_entries where kind = 'file'"));
        Assert.Equal([0L], await office.ReadAsync<long>("select count(*) from cases_file_pieces"));
        await phone.UnlockAsync();
        await RefusedAsync();
        // Nothing of it would be taken another time.
        Assert.Equal(1, await phone.Locator("#vault-outbox button").CountAsync());
        phone.Dialog += async (_, dialog) => await dialog.AcceptAsync();
        await phone.ClickAsync("#vault-outbox button");
        await phone.UntilAsync("() => !/prueba/.test(document.querySelector('#vault-outbox').textContent)");
        Assert.Equal(rows - 3, (await phone.CountAsync()).Rows);

        async Task RefusedAsync()
        {
            await phone.Locator("#vault-outbox", new() { HasText = "prueba.pdf, 684 kB" }).WaitForAsync();
            Assert.Contains("Imprímalo", await phone.Locator("#vault-outbox").InnerTextAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_file_that_the_office_took_away_while_it_came_is_sent_again_only_when_its_officer_says_so()
    {
        using var files = new FilesOnDisk();
        var (phone, nora) = await WithCaseAsync();
        // The first piece arrives, and nothing after it.
        var pieces = 0;
        line.Breaks = request => request.StartsWith("PATCH ", StringComparison.Ordinal) && ++pieces > 1 ? 0 : null;
        await phone.ClickAsync("#vault-list button");
        await phone.DoneAsync(() => BringAsync(phone, files.Add("photo.png", MadeUpFiles.Png(900_000, 4))));
        // Tried a few times, and then left for the next turn.
        Assert.Equal(5, line.Broken);
        Assert.Contains("No internet", await phone.SaysAsync(), StringComparison.Ordinal);
        var (one, entry) = ((await office.ReadAsync<Guid>("select case_id from cases_entries")).Single(), (await office.ReadAsync<Guid>("select id from cases_entries")).Single());
        Assert.Equal([512L * 1024], await office.ReadAsync<long>("select received from cases_files"));
        Assert.Equal(200, (await nora.PostAsync($"/api/cases/{one:D}/files/{entry:D}/remove", new { }, ("If-Match", "\"v1\""))).Status);
        line.Breaks = null;
        await phone.ClickAsync("[data-do=back]");
        await phone.SendAsync();
        await phone.Locator("#vault-outbox", new() { HasText = "was removed" }).WaitForAsync();
        Assert.Equal(["removed"], await office.ReadAsync<string>("select state from cases_entries"));
        await phone.ClickAsync("#vault-outbox button:has-text('Send again')");
        await phone.SendAsync();
        await phone.Locator("#vault-outbox", new() { HasText = "To send: 0. Refused: 0. To decide: 0." }).WaitForAsync();
        Assert.Equal(["kept", "removed"], await office.ReadAsync<string>("select state from cases_entries order by state"));
        Assert.Equal((1, 4), await phone.CountAsync());

        // Deleted here while it comes, it comes no more there either.
        pieces = 0;
        line.Breaks = request => request.StartsWith("PATCH ", StringComparison.Ordinal) && ++pieces > 1 ? 0 : null;
        await phone.ClickAsync("#vault-list button");
        await phone.DoneAsync(() => BringAsync(phone, files.Add("other.png", MadeUpFiles.Png(900_000, 6))));
        await phone.ClickAsync("[data-do=back]");
        phone.Dialog += async (_, dialog) => await dialog.AcceptAsync();
        line.Cut();
        await phone.ClickAsync("#vault-outbox button:has-text('Delete')");
        Assert.Equal(["coming", "kept", "removed"], await office.ReadAsync<string>("select state from cases_entries order by state"));
        line.Breaks = null;
        line.Mend();
        await phone.SendAsync();
        await phone.Locator("#vault-outbox", new() { HasText = "To send: 0. Refused: 0. To decide: 0." }).WaitForAsync();
        Assert.Equal(["kept", "removed", "removed"], await office.ReadAsync<string>("select state from cases_entries order by state"));
        Assert.Equal((1, 4), await phone.CountAsync());
    }

    [Fact]
    public async Task Files_go_with_a_phone_that_is_wiped_with_a_case_out_of_reach_and_with_a_page_that_was_closed_too_early()
    {
        using var files = new FilesOnDisk();
        var (phone, nora) = await WithCaseAsync();
        line.Cut();
        await phone.UnlockAsync();
        Assert.Equal((1, 4), await phone.CountAsync());
        // A piece of which nothing says what it belongs to.
        await phone.EvaluateAsync("""
            async () => {
              const done = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
              const db = await done(indexedDB.open('tambo-vault')), rows = db.transaction('rows', 'readwrite').objectStore('rows');
              const [[vault]] = await done(rows.getAllKeys());
              await done(rows.put({ vault: vault + ' files', slot: 'stray', version: 1, sealed: new Uint8Array(10) }, [vault + ' files', 'stray']));
              db.close();
            }
            """);
        Assert.Equal((1, 5), await phone.CountAsync());
        await phone.UnlockAsync();
        Assert.Equal((1, 4), await phone.CountAsync());
        await phone.ClickAsync("#vault-list button");
        await phone.DoneAsync(() => BringAsync(phone, files.Add("photo.png", MadeUpFiles.Png(900_000, 4))));
        Assert.Equal((1, 7), await phone.CountAsync());
        await phone.ClickAsync("[data-do=back]");

        // Somebody else on the same phone sees nothing of it, and takes nothing of it away.
        await office.OfficerAsync("omar", "case_worker");
        line.Mend();
        await phone.SignInAsync(office, "omar");
        await phone.EnrolAsync("katydid-9");
        Assert.Equal((2, 9), await phone.CountAsync());
        Assert.DoesNotContain("photo.png", await phone.InnerTextAsync("body"), StringComparison.Ordinal);
        Assert.Empty(await office.ReadAsync<Guid>("select id from cases_entries"));

        // Nora's case is another agency's by now: the node takes no file to it, and none of its bytes stay here.
        await phone.SignInAsync(office, "nora");
        await GiveAwayAsync();
        await phone.UnlockAsync();
        await phone.Locator("#vault-outbox", new() { HasText = "To send: 0. Refused: 1. To decide: 0." }).WaitForAsync();
        Assert.DoesNotContain("photo.png", await phone.InnerTextAsync("body"), StringComparison.Ordinal);
        Assert.Equal((2, 5), await phone.CountAsync());

        // A file that waits goes with the vault.
        var (_, one) = await CaseAsync(nora, "Belisar Torpana");
        await phone.SendAsync();
        line.Cut();
        await phone.ClickAsync("#vault-list button");
        await phone.DoneAsync(() => BringAsync(phone, files.Add("other.png", MadeUpFiles.Png(900_000, 5))));
        Assert.Equal((2, 10), await phone.CountAsync());
        var device = (await office.ReadAsync<Guid>("select id from cases_devices where user_id = @user", new { user = nora.Id })).Single();
        Assert.Equal(204, (await nora.PostAsync($"/api/cases/devices/{device:D}/wipe", new { })).Status);
        line.Mend();
        await phone.DoneAsync(() => phone.EvaluateAsync("dispatchEvent(new Event('online'))"));
        Assert.Contains("deleted", await phone.SaysAsync(), StringComparison.Ordinal);
        Assert.Equal((1, 2), await phone.CountAsync());
        Assert.Empty(await office.ReadAsync<Guid>("select id from cases_entries where case_id = @one", new { one }));
    }

    [Fact]
    public async Task What_is_written_while_files_are_sent_goes_before_the_rest_of_them()
    {
        using var files = new FilesOnDisk();
        var (phone, _) = await WithCaseAsync();
        line.Cut();
        await phone.ClickAsync("#vault-list button");
        await phone.DoneAsync(() => BringAsync(phone, files.Add("photo.png", MadeUpFiles.Png(3_000_000, 4))));
        var (order, gate) = (new System.Collections.Concurrent.ConcurrentQueue<string>(), new TaskCompletionSource());
        await phone.Context.RouteAsync("**/api/cases/**", async route =>
        {
            var asked = $"{route.Request.Method} {route.Request.Url}";
            var kind = asked.StartsWith("PATCH", StringComparison.Ordinal) ? "piece" : asked.Contains("/changes", StringComparison.Ordinal) ? "changes" : "other";
            order.Enqueue(kind);
            // The first piece waits until something was written.
            if (kind == "piece")
                await gate.Task;
            await route.ContinueAsync();
        });
        line.Mend();
        await phone.DoneAsync(async () =>
        {
            await phone.EvaluateAsync("dispatchEvent(new Event('online'))");
            for (var look = 0; look < 1500 && !order.Contains("piece", StringComparer.Ordinal); look++)
                await Task.Delay(20);
            await phone.FillAsync("#vault-change [name=note]", "written meanwhile");
            await phone.ClickAsync("#vault-change button");
            await phone.Locator("#vault-facts", new() { HasText = "written meanwhile" }).WaitForAsync();
            gate.SetResult();
        });
        Assert.Equal(["changes", "piece", "changes", "piece", "piece", "piece", "piece", "piece"], order.Where(one => one != "other"));
        Assert.Equal(["kept"], await office.ReadAsync<string>("select state from cases_entries"));
    }

    [Fact]
    public async Task A_page_that_nobody_touches_shows_nothing_while_it_sends_and_locks_when_that_is_over()
    {
        using var files = new FilesOnDisk();
        var (phone, _) = await WithCaseAsync();
        await phone.Clock.InstallAsync();
        line.Cut();
        await phone.UnlockAsync();
        await phone.ClickAsync("#vault-list button");
        await phone.DoneAsync(() => BringAsync(phone, files.Add("photo.png", MadeUpFiles.Png(900_000, 4))));
        await phone.ClickAsync("[data-do=back]");
        var (came, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        await phone.Context.RouteAsync("**/upload?*", async route =>
        {
            if (route.Request.Method == "PATCH")
            {
                came.TrySetResult();
                await gate.Task;
            }

            await route.ContinueAsync();
        });
        line.Mend();
        await phone.ClickAsync("[data-do=send]");
        await came.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Contains("photo.png", await phone.InnerTextAsync("body"), StringComparison.Ordinal);
        await phone.Clock.FastForwardAsync("11:00");
        Assert.Contains("still being sent", await phone.SaysAsync(), StringComparison.Ordinal);
        var covered = await phone.Locator("#vault").TextContentAsync();
        Assert.All(["photo.png", "Anahira"], said => Assert.DoesNotContain(said, covered, StringComparison.Ordinal));
        gate.SetResult();
        await phone.Locator("#vault-open").WaitForAsync();
        Assert.Equal(["kept"], await office.ReadAsync<string>("select state from cases_entries"));
        await phone.TryPinAsync(OfficersPhone.Pin);
        await phone.Locator("#vault-outbox", new() { HasText = "To send: 0. Refused: 0. To decide: 0." }).WaitForAsync();
    }

    // A phone with one case.
    private async Task<(IPage Phone, Officer Nora)> WithCaseAsync(string language = "en")
    {
        var nora = await office.OfficerAsync("nora", "case_worker");
        await CaseAsync(nora, "Anahira Quimbal");
        var phone = await PhoneAsync("nora");
        await phone.EnrolAsync(language: language);
        return (phone, nora);
    }
}
