using Microsoft.Playwright;
using Tambo.Guide.Feedback;
using Tambo.Platform.Qr;
using Tambo.Tests.Guide.Feedback;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Journeys;

/// <summary>A poster's QR code leads to feedback, and its author reads the answer by the code: no script, no name, no cookie.</summary>
public sealed class PosterLeadsToAnAnswerTests(BrowserOfTests browser)
{
    [Fact]
    public async Task What_a_reader_says_by_a_posters_code_is_answered_and_found_again_on_another_device()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        var texts = ((Tambo.Platform.Languages.TextCatalog)desk.Node.Services.GetService(typeof(Tambo.Platform.Languages.TextCatalog))!).In("ht");
        // An editor prints it from the page of the service.
        using var eva = await desk.SignInAsync("eva", "editor");
        var link = (await eva.OpenAsync(desk.ServicePath)).QuerySelector("main a[href*='/poster/']")!.GetAttribute("href")!;
        var wall = await PhoneAsync(desk);
        await wall.GotoAsync(link.Replace("/en/", "/ht/", StringComparison.Ordinal));
        var square = wall.Locator("a.square");
        var address = (await square.GetAttributeAsync("href"))!;
        // What a camera reads in the square is that address and nothing else.
        Assert.Contains(Modules(QrSvg.Draw(QrCode.Encode(address), "")), await square.InnerHTMLAsync(), StringComparison.Ordinal);
        Assert.Equal($"{desk.Node.Address}f/", address[..^22]);

        var phone = await PhoneAsync(desk);
        await phone.GotoAsync(address);
        Assert.Equal($"/ht/feedback?about=services/{desk.Service.Id:D}", new Uri(phone.Url).PathAndQuery);
        await phone.GetByLabel(texts["feedback.kind.full"]).CheckAsync();
        await phone.GetByLabel(texts["feedback.text"]).FillAsync("Pa gen plas depi twa jou. Ki lòt kote nou ka ale?");
        await phone.GetByRole(AriaRole.Button, new() { Name = texts["feedback.send"] }).ClickAsync();
        var code = (await phone.Locator("main code").TextContentAsync())!;
        Assert.Matches("^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}$", code);
        // The page that shows the code can be sent again, and counts once.
        await phone.ReloadAsync();
        Assert.Equal(code, await phone.Locator("main code").TextContentAsync());
        Assert.Equal(1, await ReceiveFeedbackTests.CountAsync(desk, "guide_feedback"));
        Assert.Empty(await phone.Context.CookiesAsync());
        Assert.DoesNotContain(code, phone.Url, StringComparison.Ordinal);

        using var bob = await desk.SignInAsync("bob", "editor");
        var path = await FindAnswerTests.OnlyAsync(bob, Inbox.Ordinary);
        await FindAnswerTests.ActAsync(bob, path, "answer", ("text", "Ale nan kay ble ki anfas estasyon an."), ("language", "ht"));

        var borrowed = await PhoneAsync(desk);
        var asked = new List<string>();
        borrowed.Request += (_, request) => asked.Add(request.Url);
        await borrowed.GotoAsync("/ht/feedback");
        await borrowed.GetByRole(AriaRole.Link, new() { Name = texts["feedback.have_code"] }).ClickAsync();
        // As somebody copied it by hand: small letters, no dashes.
        await borrowed.GetByLabel(texts["feedback.code"]).FillAsync(code.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant());
        await borrowed.GetByRole(AriaRole.Button, new() { Name = texts["feedback.answer.look"] }).ClickAsync();
        Assert.Equal("Ale nan kay ble ki anfas estasyon an.", await borrowed.Locator(".card p").First.TextContentAsync());
        Assert.DoesNotContain("twa jou", await borrowed.ContentAsync(), StringComparison.Ordinal);
        Assert.All(asked, url => Assert.DoesNotContain(code[..4], url, StringComparison.OrdinalIgnoreCase));

        await borrowed.GetByRole(AriaRole.Button, new() { Name = texts["feedback.answer.withdraw.do"] }).ClickAsync();
        Assert.Contains(texts["feedback.answer.state.withdrawn"], await borrowed.InnerTextAsync("main"), StringComparison.Ordinal);
    }

    private static string Modules(string drawn) => drawn[drawn.LastIndexOf("d=\"", StringComparison.Ordinal)..drawn.LastIndexOf("\"/>", StringComparison.Ordinal)];

    // Its browser says that it speaks Kreyòl: the short address leads there.
    private async Task<IPage> PhoneAsync(StaffDesk desk)
    {
        var page = await browser.OpenAsync(script: false, baseUrl: desk.Node.Address.ToString());
        await page.SetExtraHTTPHeadersAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["Accept-Language"] = "ht" });
        return page;
    }
}
