using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Imports;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Hsds;

/// <summary>The official examples of HSDS 3.0, imported and served again, against the official compiled schemas.</summary>
public class ConformanceTests
{
    private static string Official(params string[] path) => Conformance.Find(["services", "hsds3", .. path]);

    [Theory]
    [InlineData("service_full.json", "services/{id}", "service.json")]
    [InlineData("organization_full.json", "organizations/{id}?full_service=true", "organization.json")]
    [InlineData("service_at_location_full.json", "service_at_locations/{id}", "service_at_location.json")]
    [InlineData("taxonomy.json", "taxonomies/{id}", "taxonomy.json")]
    [InlineData("taxonomy_term.json", "taxonomy_terms/{id}", "taxonomy_term.json")]
    public async Task An_official_example_comes_back_equal_on_every_field(string example, string address, string schema)
    {
        var expected = JsonNode.Parse(await File.ReadAllTextAsync(Official(example)))!;
        await using var node = await ServingAsync(Official(example));
        using var client = node.Client();

        var answer = await client.GetStringAsync("/hsds/" + address.Replace("{id}", expected["id"]!.ToString(), StringComparison.Ordinal));

        AssertHolds(expected, JsonNode.Parse(answer)!, "");
        await ValidateAsync([(answer, Official("schema", schema), false)]);
    }

    [Theory]
    [InlineData("service_list.json", "services", "service_list.json")]
    [InlineData("organization_list.json", "organizations", "organization_list.json")]
    [InlineData("service_at_location_list.json", "service_at_locations", "service_at_location_list.json")]
    [InlineData("taxonomy_list.json", "taxonomies", "taxonomy.json")]
    [InlineData("taxonomy_term_list.json", "taxonomy_terms", "taxonomy_term.json")]
    public async Task An_official_list_comes_back_equal_on_every_field(string example, string list, string schema)
    {
        var expected = JsonNode.Parse(await File.ReadAllTextAsync(Official(example)))!;
        await using var node = await ServingAsync(Official(example));
        using var client = node.Client();

        var answer = await client.GetStringAsync($"/hsds/{list}?per_page=1");

        var page = JsonNode.Parse(answer)!.AsObject();
        AssertHolds(expected["contents"]!, page["contents"]!, "contents");
        Assert.Equal(expected.AsObject().Select(p => p.Key).Order(), page.Select(p => p.Key).Order());
        await ValidateAsync([(answer, Official("schema", schema), true)]);
    }

    [Fact]
    public async Task The_official_tables_become_records_whose_answers_are_valid()
    {
        await using var node = await ServingAsync([.. System.IO.Directory.GetFiles(Official("csv")).Order(StringComparer.Ordinal)]);
        using var client = node.Client();
        var service = JsonNode.Parse(await File.ReadAllTextAsync(Official("service_full.json")))!;

        var answer = await client.GetStringAsync($"/hsds/services/{service["id"]}");

        var served = JsonNode.Parse(answer)!;
        foreach (var field in new[] { "name", "description", "minimum_age", "phones", "schedules", "cost_options", "required_documents", "languages", "program", "funding" })
            AssertHolds(service[field]!, served[field]!, field);
        AssertHolds(service["service_at_locations"]![0]!["location"]!, served["service_at_locations"]![0]!["location"]!, "location");
        await ValidateAsync([(answer, Official("schema", "service.json"), false)]);
    }

    [Fact]
    public async Task Every_answer_is_valid_for_every_parameter()
    {
        await using var node = await ServingAsync(Official("organization_full.json"), Official("service_at_location_full.json"));
        using var client = node.Client();
        (string Address, string Schema)[] lists =
        [
            ("services?search=counselling", "service_list.json"), ("services?full=true", "service.json"),
            ("services?minimum_age=12&maximum_age=100&day=TH&start_time=11:00&end_time=12:00", "service.json"),
            ("services?taxonomy_term_id=3f7b145d-84af-42d7-8fae-eaca714b02b2&taxonomy_id=5c4d79d7-cc55-470e-9f1f-8cad074e4892", "service_list.json"),
            ("services?organization_id=d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610&modified_after=2023-03-15", "service_list.json"),
            ("services?postcode=ABC1234&format=json", "service_list.json"), ("organizations?full=true", "organization.json"),
            ("organizations?full_service=true", "organization.json"), ("service_at_locations?full=true", "service_at_location.json"),
            ("service_at_locations?postcode=ABC 1234", "service_at_location_list.json"), ("taxonomy_terms?taxonomy_id=5c4d79d7-cc55-470e-9f1f-8cad074e4892", "taxonomy_term.json"),
            ("taxonomy_terms?parent_id=0bc248fa-dc27-4650-9ba4-8f1a24ef16a2", "taxonomy_term.json"),
        ];
        var work = new List<(string, string, bool)>();
        foreach (var (address, schema) in lists)
        {
            var answer = await client.GetStringAsync("/hsds/" + address);
            Assert.Equal(1, JsonNode.Parse(answer)!["total_items"]!.GetValue<int>());
            work.Add((answer, Official("schema", schema), true));
        }

        await ValidateAsync(work);
    }

    internal static async Task<TestNode> ServingAsync(params string[] files)
    {
        var node = await TestNode.StartAsync(Engine.Sqlite);
        var opened = files.Select(f => new ImportFile(Path.GetFileName(f), File.OpenRead(f))).ToList();
        var report = await node.Services.GetRequiredService<ImportServices>().RunAsync(
            new ImportRequest { Files = opened }, TestDatabase.Alice, CancellationToken.None);
        Assert.Equal(0, report.Errors);
        foreach (var file in opened)
            await file.Bytes.DisposeAsync();
        return node;
    }

    /// <summary>All that is expected is there and equal; more may be there.</summary>
    private static void AssertHolds(JsonNode expected, JsonNode? actual, string path)
    {
        switch (expected)
        {
            case JsonObject members:
                Assert.True(actual is JsonObject, path);
                foreach (var (name, value) in members)
                    AssertHolds(value!, actual![name], $"{path}/{name}");
                break;
            case JsonArray items:
                Assert.True(actual is JsonArray list && list.Count == items.Count, $"{path}: {actual?.ToJsonString()}");
                for (var i = 0; i < items.Count; i++)
                    AssertHolds(items[i]!, actual![i], $"{path}/{i}");
                break;
            default:
                Assert.True(JsonNode.DeepEquals(expected, actual), $"{path}: {expected.ToJsonString()} came back as {actual?.ToJsonString()}");
                break;
        }
    }

    private static async Task ValidateAsync(IReadOnlyList<(string Answer, string Schema, bool Items)> answers)
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("tambo-hsds-").FullName;
        try
        {
            var work = answers.Select((answer, i) =>
            {
                var file = Path.Combine(folder, $"{i}.json");
                File.WriteAllText(file, answer.Answer);
                return new { file, schema = answer.Schema, items = answer.Items };
            }).ToList();
            var tool = Path.Combine(Repository.Root, "tests", "Conformance");
            if (!System.IO.Directory.Exists(Path.Combine(tool, "node_modules", "ajv")))
                await RunAsync("npm", ["ci", "--silent"], tool, "");
            var (code, output) = await RunAsync("node", ["validate.mjs"], tool, JsonSerializer.Serialize(work));
            Assert.True(code == 0, output);
        }
        finally
        {
            System.IO.Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, string[] arguments, string folder, string input)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
