using System.Collections;
using System.Reflection;
using System.Text.Json;
using Tambo.Guide.Directory;
using Tambo.Tests.Guide.Directory;
using Tambo.Tests.Journeys;
using Tambo.Tests.Security;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Guide;

/// <summary>SEC-8: whatever is written into any text of the directory is shown as it was written, and nothing of it runs.</summary>
public sealed class HostileTextTests(BrowserOfTests browser)
{
    private static readonly string[] Texts =
    [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' autofocus onfocus='alert(1)", "</title><svg onload=alert(1)>", "javascript:alert(1)", "&lt;b&gt; &amp; &#x3c;",
        "{{7*7}} ${7*7} @(7*7) {count}", "'; drop table guide_services; --", "=cmd|'/c calc'!A0", "%0d%0aSet-Cookie: x=1", "\u202Etxt.exe", "مستشفى 🤰🏾 Ẑ̸̜͗ȁ̷lgo", "a\nb\tc",
        "<!--", "]]><x>", "</textarea></select></script><b onclick=alert(1)>", "data:text/html,<script>alert(1)</script>", new string('w', 3000),
    ];

    // What is no text but a code, a key, a date or a hash has rules of its own.
    private static readonly HashSet<string> Codes = new(StringComparer.Ordinal)
    {
        "Kind", "OwnerKind", "Status", "LocationType", "AddressType", "Confidentiality", "TextLanguage", "PositionPrecision", "TimeZone", "Country", "AdminArea", "SourceHash", "SourceSet",
        "SourceId", "ChangedBy", "Method", "Field", "Language", "EqualityContract", "LinkType", "LinkEntity", "ResourceType", "LastActionType",
    };

    [Fact]
    public async Task Every_text_of_a_service_is_shown_in_the_list_and_on_its_page_without_running()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite, new SettableTime(TownNode.Morning));
        var page = await browser.OpenAsync(baseUrl: node.Address.ToString());
        var alarms = new List<string>();
        page.Dialog += async (_, dialog) =>
        {
            alarms.Add("dialog " + dialog.Message);
            await dialog.DismissAsync();
        };
        page.Console += (_, message) => alarms.Add(message.Text);
        page.PageError += (_, error) => alarms.Add(error);
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url).Authority != node.Address.Authority)
                alarms.Add("request to " + request.Url);
        };
        using var reader = new Reader(node);
        foreach (var text in Texts)
        {
            var records = Sample.Everything(TownNode.Morning).Select(record => With(record, text));
            var service = records.Services[0];
            await TownNode.AddAsync(node, records);

            await AnsweredAsync(reader, $"/en/services/{service.Id:D}");
            await page.GotoAsync($"/en/services/{service.Id:D}", new() { WaitUntil = Microsoft.Playwright.WaitUntilState.Load });
            Assert.Equal(text.Trim(), (await page.Locator("h1").TextContentAsync())!.Trim());
            Assert.Equal(0, await page.Locator("main script, main img, main b, main x, [onclick], [onerror], [onfocus], [onload]").CountAsync());
            Assert.Equal(0, await page.Locator("a[href^='javascript:' i], a[href^='data:' i]").CountAsync());
            await ByteEqualAsync(reader, service.Id, text);
        }

        await page.GotoAsync("/en/services");
        await page.GotoAsync("/es/services?q=alert");
        await page.GotoAsync("/en/sheet");
        Assert.True(await page.Locator(".columns li").CountAsync() > 3);
        foreach (var slide in Enumerable.Range(0, 20))
        {
            await page.GotoAsync(FormattableString.Invariant($"/en/screen/on?lat=12.35&lon=-71.23&count=20&slide={slide}"));
            Assert.Equal(0, await page.Locator("main script, main img, main b, main x, [onclick], [onerror], [onfocus], [onload]").CountAsync());
        }

        await page.GotoAsync("/en/about");
        await page.GotoAsync("/en/services?speaks=" + Uri.EscapeDataString(Texts[0]));
        Assert.Empty(alarms);
    }

    // What was added is there once the directory has been loaded anew; readers are not kept waiting for it.
    private static async Task AnsweredAsync(Reader reader, string path)
    {
        for (var turn = 0; turn < 200 && (int)(await reader.GetAsync(path)).Status != 200; turn++)
            await Task.Delay(25);
    }

    private static async Task ByteEqualAsync(Reader reader, Guid service, string text)
    {
        var answer = await reader.GetAsync($"/hsds/services/{service:D}");
        Assert.Equal(200, (int)answer.Status);
        using var json = JsonDocument.Parse(answer.Body);
        foreach (var field in new[] { "name", "description", "alert", "application_process", "fees_description" })
            Assert.Equal(text, json.RootElement.GetProperty(field).GetString());
        Assert.Equal(text, json.RootElement.GetProperty("organization").GetProperty("name").GetString());
    }

    /// <summary>The same record with one text in every field that takes text, in its parts too.</summary>
    private static DirectoryRecord With(DirectoryRecord record, string text)
    {
        Fill(record, text);
        return record;
    }

    private static void Fill(object item, string text)
    {
        foreach (var property in item.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0))
        {
            var value = property.GetValue(item);
            if (value is string && property.CanWrite && !Codes.Contains(property.Name))
                property.SetValue(item, text);
            else if (value is IEnumerable parts and not string and not IDictionary)
            {
                foreach (var part in parts)
                    Fill(part, text);
            }
            else if (value is RecordPart or CapacityUnit)
                Fill(value, text);
        }
    }
}
