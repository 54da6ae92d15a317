using System.Text;
using Microsoft.Playwright;
using Tambo.Tests.Browser.Offline;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Cases;

/// <summary>What lies on the phone can be read by nobody, and what is on its pages by everybody.</summary>
public sealed partial class OfflineCasesTests
{
    [Fact]
    public async Task Of_nobody_is_anything_readable_on_the_phone()
    {
        string[] words = ["Anahira", "Quimbal", "0188", "general-notes", "Draftina", "a-note-on-a-referral", "Nora", "nora", "Blue phone", OfficersPhone.Pin];
        var folder = Directory.CreateTempSubdirectory("tambo-phone").FullName;
        using var playwright = await Playwright.CreateAsync();
        try
        {
            var nora = await office.OfficerAsync("nora", "case_worker");
            var (person, one) = await CaseAsync(nora, "Anahira Quimbal");
            await ServicesAsync();
            await AgreeAsync(nora, person);
            await using (var context = await playwright.Chromium.LaunchPersistentContextAsync(folder, new()
            {
                ExecutablePath = BrowserOfTests.Program,
                ChromiumSandbox = !string.Equals(Environment.UserName, "root", StringComparison.Ordinal),
                BaseURL = line.Address.ToString(),
                ViewportSize = new ViewportSize { Width = BrowserOfTests.Phone, Height = 740 },
            }))
            {
                var phone = context.Pages[0];
                await phone.GotoAsync("/en");
                await phone.SignInAsync(office, "nora");
                await phone.EnrolAsync();
                line.Cut();
                await phone.UnlockAsync();
                await ReferAsync(phone, "a-note-on-a-referral");
                await RegisterAsync(phone, "Draftina", 30);
                await phone.EvaluateAsync("localStorage.setItem('control', 'a-word-in-the-clear')");
                var kept = await phone.EvaluateAsync<string>(OfficersPhone.EverythingKept);
                Assert.Contains("a-word-in-the-clear", kept, StringComparison.Ordinal);
                Assert.Contains("/staff/cases/offline", kept, StringComparison.Ordinal);
                Assert.Empty(words.Where(word => kept.Contains(word, StringComparison.Ordinal)));
                Assert.All([person, one], id => Assert.DoesNotContain(id.ToString("D"), kept, StringComparison.Ordinal));
                line.Mend();
            }

            // Short words turn up by chance in so many bytes.
            var (found, control) = (new List<string>(), false);
            foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            {
                var content = await File.ReadAllBytesAsync(path);
                var text = Encoding.Latin1.GetString(content) + Encoding.Unicode.GetString(content) + Encoding.Unicode.GetString(content.AsSpan(content.Length > 0 ? 1 : 0));
                control |= text.Contains("a-word-in-the-clear", StringComparison.Ordinal);
                found.AddRange(words.Where(word => word.Length > 6 && text.Contains(word, StringComparison.Ordinal)).Select(word => $"{word} in {path[folder.Length..]}"));
            }

            Assert.True(control);
            Assert.Empty(found);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(BrowserOfTests.Phone, ColorScheme.Light, "es")]
    [InlineData(BrowserOfTests.Phone, ColorScheme.Dark, "ht")]
    [InlineData(BrowserOfTests.Desk, ColorScheme.Light, "fr")]
    public async Task The_pages_pass_the_accessibility_rules(int width, ColorScheme scheme, string language)
    {
        var nora = await office.OfficerAsync("nora", "case_worker");
        await ServicesAsync();
        await AgreeAsync(nora, (await CaseAsync(nora, "Anahira Quimbal")).Person);
        var phone = await PhoneAsync("nora", width, scheme);
        var faults = new List<string>();
        await phone.GotoAsync($"{OfficersPhone.Page}?lang={language}");
        await phone.Locator("#vault-enrol").WaitForAsync();
        await LookAsync("enrol");
        await phone.FillAsync("[name=deviceName]", "Blue phone");
        await phone.FillAsync("[name=pin]", OfficersPhone.Pin);
        await phone.FillAsync("[name=pinAgain]", OfficersPhone.Pin);
        await phone.ClickAsync("#vault-enrol button");
        await phone.Locator("#vault-list .card").WaitForAsync();
        await LookAsync("work");
        await phone.ClickAsync("[data-do=pin]");
        await LookAsync("pin");
        await phone.ClickAsync("[data-do=back]");
        await phone.ClickAsync("#vault-list button");
        await LookAsync("case");
        foreach (var (step, view) in new[] { (0, "person"), (1, "consent"), (2, "screen"), (4, "refer"), (3, "file") })
        {
            await phone.ClickAsync($"#vault-steps button >> nth={step}");
            await phone.Locator("#vault-" + view).WaitForAsync();
            await LookAsync(view);
            if (view == "screen")
            {
                await phone.CheckAsync("[name='a_triage.danger_now'][value=yes]");
                for (var turn = 0; turn < 4 && !await phone.Locator("#vault-result").IsVisibleAsync(); turn++)
                    await phone.ClickAsync("#vault-screen button:not([type])");
                await LookAsync("result");
            }

            if (view == "refer")
            {
                await ChooseAsync(phone, "shelter", Beds.Name);
                await LookAsync("refer to a service");
                await SaveAsync(phone);
                await LookAsync("slip");
            }

            if (view == "file")
            {
                // What waits stands in the case and in the outbox.
                line.Cut();
                using var files = new FilesOnDisk();
                await phone.SetInputFilesAsync("#vault-file [name=file]", files.Add("photo of a page.png", Tambo.Tests.Cases.Attachments.MadeUpFiles.Png(600_000, 1)));
                await phone.DoneAsync(() => phone.ClickAsync("#vault-file button:not([type])"));
                await LookAsync("waiting");
                await phone.ClickAsync("[data-do=back]");
                await LookAsync("outbox");
                line.Mend();
                await phone.ClickAsync("#vault-list button");
            }
            else
                await phone.ClickAsync("[data-do=back]");
        }

        await phone.GotoAsync($"{OfficersPhone.Page}?lang={language}");
        await phone.Locator("#vault-open").WaitForAsync();
        await LookAsync("open");
        await phone.GotoAsync($"/staff/cases/devices?lang={language}");
        await LookAsync("devices");
        Assert.Empty(faults);

        async Task LookAsync(string name)
        {
            if (Environment.GetEnvironmentVariable("TAMBO_PICTURES") is { Length: > 0 } folder)
                await phone.ScreenshotAsync(new() { Path = Path.Combine(folder, $"vault-{name}-{width}-{language}.png"), FullPage = true });
            faults.AddRange((await Axe.BreachesAsync(phone)).Select(breach => $"{name} {breach}"));
            if (await phone.EvaluateAsync<int>("document.documentElement.scrollWidth") is var wide && wide > width)
                faults.Add($"{name} needs scrolling sideways: {wide} px");
            var text = await phone.InnerTextAsync("main");
            if (text.Contains("undefined", StringComparison.Ordinal) || text.Contains("[object", StringComparison.Ordinal) || System.Text.RegularExpressions.Regex.IsMatch(text, "\\[[a-z_]+\\.[a-z_.]+\\]"))
                faults.Add($"{name} lacks a text: {text}");
        }
    }

    [Fact]
    public async Task Without_a_script_the_page_says_what_it_needs_and_leads_on()
    {
        await office.OfficerAsync("nora", "case_worker");
        var page = await browser.OpenAsync(script: false, baseUrl: line.Address.ToString());
        await page.GotoAsync("/en");
        await page.SignInAsync(office, "nora");
        await page.GotoAsync(OfficersPhone.Page + "?lang=en");
        Assert.Contains("needs JavaScript", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await page.ClickAsync("main a[href='/staff/cases']");
        Assert.Equal("What is to be done", await page.InnerTextAsync("h1"));
    }
}
