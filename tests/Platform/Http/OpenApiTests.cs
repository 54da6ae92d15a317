using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Parts;
using Tambo.Tests.Security;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Http;

public sealed partial class OpenApiTests
{
    [Fact]
    public async Task The_document_names_every_address_that_speaks_to_programs_and_no_page()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);
        using var reader = new Reader(node);
        var roots = node.Services.GetRequiredService<IReadOnlyList<Part>>().SelectMany(part => part.DataRoots).Append("/api")
            .Where(root => root != "/openapi.json").ToList();

        var answer = await reader.GetAsync("/openapi.json");

        using var document = JsonDocument.Parse(answer.Body);
        Assert.StartsWith("3.", document.RootElement.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var described = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name.TrimEnd('/')}"));
        var routes = Doors.Of(node).Where(route => route.Method != "OPTIONS")
            .Where(route => roots.Exists(root => route.Pattern == root || route.Pattern.StartsWith(root + "/", StringComparison.Ordinal)))
            .Select(route => $"{route.Method} {Constraint().Replace(route.Pattern, "}")}");
        Assert.Equal(routes.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_document_is_made_once_for_each_name_and_who_has_it_is_told_so()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);
        using var reader = new Reader(node);
        var first = await reader.GetAsync("/openapi.json");
        Assert.Equal(("application/json;charset=utf-8", first.Body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            (first.Header("Content-Type").Replace(" ", "", StringComparison.Ordinal), first.Header("Content-Length")));

        var again = await reader.GetAsync("/openapi.json", ("If-None-Match", first.Header("ETag")));
        var elsewhere = await reader.GetAsync("/openapi.json", ("Host", "elsewhere.example"), ("If-None-Match", first.Header("ETag")));

        Assert.Equal((System.Net.HttpStatusCode.NotModified, 0), (again.Status, again.Body.Length));
        // The document names the node as it was asked for.
        Assert.Equal(System.Net.HttpStatusCode.OK, elsewhere.Status);
        Assert.Contains("elsewhere.example", elsewhere.Text, StringComparison.Ordinal);
        Assert.Equal(first.Text, (await reader.GetAsync("/openapi.json")).Text);
    }

    [GeneratedRegex(":[a-z]+}")]
    private static partial Regex Constraint();

    [Fact]
    public async Task Where_a_request_is_done_once_by_its_key_the_description_names_the_header()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);
        using var client = node.Client();
        using var document = System.Text.Json.JsonDocument.Parse(await client.GetStringAsync("/openapi.json"));
        var paths = document.RootElement.GetProperty("paths");
        var import = paths.GetProperty("/api/guide/imports").GetProperty("post").GetProperty("parameters").EnumerateArray()
            .Single(parameter => parameter.GetProperty("name").GetString() == "Idempotency-Key");
        Assert.Equal("header", import.GetProperty("in").GetString());
        Assert.DoesNotContain("Idempotency-Key", paths.GetProperty("/hsds/services").GetRawText(), StringComparison.Ordinal);
    }
}
