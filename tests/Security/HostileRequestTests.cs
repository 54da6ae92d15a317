using System.Net;
using System.Text;
using System.Text.Json;
using AngleSharp.Html.Parser;
using Tambo.Tests.Journeys;

namespace Tambo.Tests.Security;

/// <summary>Whatever stands in an address, a header or a form: a page, or a coded refusal in the reader's language.</summary>
public sealed class HostileRequestTests(TownNode town) : IClassFixture<TownNode>
{
    /// <summary>A mark that would show up as an element or an attribute if a value were written as markup.</summary>
    private const string Mark = "<x7k onx7k=1>";

    private static readonly string[] Values =
    [
        "", " ", "0", "1", "-1", "-0", "1e309", "NaN", "Infinity", "-Infinity", "2147483647", "2147483648", "99999999999999999999999999", "0x10", "1,5", "٣", "true", "null", "undefined",
        Mark, $"\">{Mark}", $"'>{Mark}", $"</title>{Mark}", $"--!>{Mark}", $"\" onx7k=1 x=\"", "javascript:alert(1)", "{{7*7}}", "${7*7}", "#{7*7}", "{place}", "{0}", "%s%n", "@T[\"x\"]",
        "' or '1'='1", "'; drop table guide_services; --", "\\'; --", "%", "_", "*", "\"", "(", "[", "~!@#$%^&*()_+|",
        "../../../../etc/passwd", "..\\..\\windows", "file:///etc/passwd", "\r\nSet-Cookie: x7k=1", "\n", "\t", "\0", "a\0b", "\u202Egnp.exe", "\uFEFF", "\u0000", "🤰🏾👩‍👧", "Ẑ̸̜͗ȁ̷lgo", "مستشفى", "שלום", "诊所", new string('a', 201), new string('ñ', 3000),
        string.Concat(Enumerable.Repeat("a ", 2000)), string.Concat(Enumerable.Repeat("\u0301", 500)), "a" + new string(',', 500),
    ];

    // As they stand in an address, where no client would write them so.
    private static readonly string[] Malformed = ["%", "%zz", "%u0041", "%c0%ae%c0%ae", "%ff%fe", "%ed%a0%80", "%f0%9f", "+%2", "&&&===", "%0", "a=b=c", "%25%30%30", "%E2%80%AE", ";", "%26%3D"];

    [Theory]
    [InlineData("q")]
    [InlineData("need")]
    [InlineData("near")]
    [InlineData("open")]
    [InlineData("speaks")]
    [InlineData("access")]
    [InlineData("free")]
    [InlineData("children")]
    [InlineData("km")]
    [InlineData("page")]
    [InlineData("lang")]
    [InlineData("unknown")]
    public async Task Any_value_of_any_parameter_of_a_list_gives_a_list_or_a_refusal(string name)
    {
        foreach (var value in Values.Select(Uri.EscapeDataString).Concat(Malformed).Where(value => value.Length < 7000))
        {
            await CheckAsync(await RawRequest.GetAsync(town.Node, $"/ht/services?{name}={value}"), $"{name}={value}");
            await CheckAsync(await RawRequest.GetAsync(town.Node, $"/ht/services.geojson?{name}={value}", "Accept: */*"), $"geojson {name}={value}");
        }

        foreach (var query in new[] { $"{name}&{name}", $"{name}[]=1&{name}[]=2", $"{name}=1&{name}=2", $"{name}[a]=1", string.Join('&', Enumerable.Repeat($"{name}=1", 600)), $"{name.ToUpperInvariant()}=1" })
            await CheckAsync(await RawRequest.GetAsync(town.Node, $"/ht/services?{query}"), query);
    }

    [Theory]
    [InlineData("lat")]
    [InlineData("lon")]
    [InlineData("q")]
    [InlineData("near")]
    [InlineData("page")]
    public async Task Any_value_of_a_form_gives_a_list_or_a_refusal(string name)
    {
        var others = new Dictionary<string, string>(StringComparer.Ordinal) { ["lat"] = "29.9", ["lon"] = "-112.7" };
        foreach (var value in Values.Select(Uri.EscapeDataString).Concat(Malformed))
        {
            others[name] = value;
            var form = string.Join('&', others.Select(field => $"{field.Key}={field.Value}"));
            var answer = await PostAsync(form, "application/x-www-form-urlencoded");
            await CheckAsync(answer, form);
            if (name is "lat" or "lon" && value is "NaN" or "Infinity" or "-Infinity" or "1e309" or "2147483647")
                Assert.Equal((value, HttpStatusCode.BadRequest), (value, answer.Status));
            Assert.Equal("no-store", answer.Header("Cache-Control"));
        }
    }

    [Fact]
    public async Task A_body_that_is_no_form_is_refused()
    {
        foreach (var (type, body) in new[]
        {
            ("application/json", "{}"), ("text/plain", "lat=1"), ("", "x"), ("multipart/form-data", "--x"), ("multipart/form-data; boundary=x", "--x\r\nnonsense"),
            ("multipart/form-data; boundary=" + new string('x', 300), "--x"), ("application/x-www-form-urlencoded; charset=utf-7", "q=+ADw-"),
            ("application/x-www-form-urlencoded; charset=nonsense", "q=1"),
            ("application/x-www-form-urlencoded", string.Join('&', Enumerable.Range(0, 5000).Select(i => $"f{i}=1"))),
            ("application/x-www-form-urlencoded", new string('k', 5000) + "=1"),
        })
            await CheckAsync(await PostAsync(body, type), $"{type} {body[..Math.Min(20, body.Length)]}");
    }

    [Fact]
    public async Task Any_path_gives_a_page_or_a_page_that_says_there_is_none()
    {
        foreach (var value in Values.Where(value => !value.Contains('\0', StringComparison.Ordinal)).Select(Uri.EscapeDataString)
            .Concat(Malformed.Where(value => !value.Contains("%0", StringComparison.Ordinal))).Where(value => value.Length < 7000))
        {
            foreach (var path in new[] { $"/{value}", $"/{value}/services", $"/ht/{value}", $"/ht/services/{value}", $"/ht/services/{TownNode.Open.Id:D}{value}", $"/assets/{value}", $"/staff/{value}", $"/staff/sign-in/link/{value}", $"/staff/users/{value}", $"/api/{value}" })
                await CheckAsync(await RawRequest.GetAsync(town.Node, path, "Accept-Language: ht"), path);
        }
    }

    [Theory]
    [InlineData("Cookie", "tambo-language={0}; tambo-session={0}; tambo-device={0}; tambo-form={0}")]
    [InlineData("Accept-Language", "{0}")]
    [InlineData("Accept", "{0}")]
    [InlineData("Accept-Encoding", "{0}")]
    [InlineData("If-None-Match", "{0}")]
    [InlineData("Authorization", "Bearer {0}")]
    [InlineData("Content-Type", "{0}")]
    [InlineData("X-Forwarded-For", "{0}")]
    [InlineData("X-Forwarded-Host", "{0}")]
    [InlineData("Traceparent", "{0}")]
    public async Task Any_header_gives_an_answer(string name, string form)
    {
        foreach (var value in Values.Where(value => !value.Any(char.IsControl)))
        {
            var header = $"{name}: {form.Replace("{0}", value, StringComparison.Ordinal)}";
            foreach (var path in new[] { "/ht/services", "/", "/nothing", "/staff/users", "/staff/sign-in" })
                await CheckAsync(await RawRequest.GetAsync(town.Node, path, header), $"{path} {header}", language: false);
        }
    }

    private Task<Answer> PostAsync(string body, string type) => RawRequest.SendAsync(
        town.Node, "POST", "/ht/services", type.Length == 0 ? [] : [$"Content-Type: {type}"], Encoding.UTF8.GetBytes(body));

    private async Task CheckAsync(Answer answer, string what, bool language = true)
    {
        Assert.True((int)answer.Status is >= 200 and < 500, $"{what}: {(int)answer.Status}");
        Assert.Equal("", answer.Header("Set-Cookie").Contains("x7k=1", StringComparison.Ordinal) ? what : "");
        Assert.DoesNotContain("x7k", answer.Header("Location"), StringComparison.Ordinal);
        if (answer.Body.Length == 0)
        {
            // Refused by the server itself before there was a request, or a redirect, or unchanged.
            Assert.True((int)answer.Status is 400 or 414 or 431 or 302 or 304, $"{what}: {(int)answer.Status} without a word");
            return;
        }

        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
        var type = answer.Header("Content-Type");
        if (type.StartsWith("text/html", StringComparison.Ordinal))
            await CheckPageAsync(answer, what, language);
        else if (type.Contains("json", StringComparison.Ordinal))
            CheckData(answer, what);
        else
            Assert.StartsWith("text/plain", type, StringComparison.Ordinal);
    }

    private async Task CheckPageAsync(Answer answer, string what, bool language)
    {
        if (answer.Header("Content-Encoding").Length > 0)
            return;
        var page = await new HtmlParser().ParseDocumentAsync(answer.Text);
        Assert.True(page.QuerySelector("x7k") is null && page.QuerySelector("[onx7k]") is null, $"{what} is written as markup");
        Assert.DoesNotContain(page.QuerySelectorAll("a[href], form[action]"), element =>
            (element.GetAttribute("href") ?? element.GetAttribute("action"))!.TrimStart().StartsWith("javascript:", StringComparison.OrdinalIgnoreCase));
        var code = page.DocumentElement.GetAttribute("lang")!;
        if (language)
            Assert.Equal((what, "ht"), (what, code));
        if ((int)answer.Status < 400)
            return;
        var titles = town.In(code).Keys.Where(key => key.StartsWith("problem.", StringComparison.Ordinal) && key.EndsWith(".title", StringComparison.Ordinal));
        Assert.Contains(page.QuerySelector("h1")!.TextContent, titles.Select(key => town.In(code)[key]));
    }

    private static void CheckData(Answer answer, string what)
    {
        using var data = JsonDocument.Parse(answer.Body);
        if ((int)answer.Status >= 400)
            Assert.True(data.RootElement.GetProperty("code").GetString()!.Contains('.', StringComparison.Ordinal), what);
    }
}
