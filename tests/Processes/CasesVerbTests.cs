using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Consent;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Tokens;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Settings;
using Tambo.Tests.Cases.Questions;
using Tambo.Tests.Support;

namespace Tambo.Tests.Processes;

/// <summary>Persons for tracing, cases without names and further questions at the console, while the node serves and while it does not.</summary>
[TakesLong(80)]
public sealed class CasesVerbTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("export", "persons-pfif", "--dry-run")]
    [InlineData("export", "cases-htcds", "--format")]
    [InlineData("import", "pfif", "--dry-run")]
    [InlineData("import", "form", "--dry-run")]
    public async Task Each_explains_itself_and_refuses_a_node_that_is_none(string group, string verb, string option)
    {
        using var folder = new NodeFolder();
        var help = await folder.RunAsync(group, verb, "--help");
        Assert.Equal((0, ""), (help.Code, help.Errors));
        Assert.Contains(option, help.Output, StringComparison.Ordinal);
        Assert.Contains(verb, (await folder.RunAsync(group, "--help")).Output, StringComparison.Ordinal);
        var bare = await folder.RunAsync(group, verb);
        Assert.NotEqual(0, bare.Code);
        Assert.NotEmpty(bare.Errors.Trim());
        var file = folder.Beside("there.file");
        if (group == "import")
            await File.WriteAllTextAsync(file, "x");
        var nowhere = await folder.RunAsync([group, verb, file, .. group == "export" ? new[] { "--to", "A register" } : []]);
        Assert.Equal((1, ""), (nowhere.Code, nowhere.Output));
        Assert.Contains("(node.none_here)", nowhere.Errors, StringComparison.Ordinal);
        Assert.Equal(group == "import", File.Exists(file));
    }

    [Theory, OnEachEngine]
    public async Task Persons_for_tracing_are_tried_and_written_once_to_a_file_or_a_pipe(Engine engine)
    {
        using var folder = await FolderAsync(engine);
        var token = await TokenAsync(folder);
        await using (var node = await NodeProcess.ServeAsync(folder))
        {
            using var client = Client(node, token);
            var person = await RegisterAsync(client, "Agreeda");
            await RegisterAsync(client, "Silenta");
            await AgreeAsync(client, person, "tracing", "tracing_network", "share", "identity");
            using var chosen = new HttpRequestMessage(HttpMethod.Put, $"/api/cases/persons/{person:D}/tracing") { Content = JsonContent.Create(new { publication = "consented", fields = new[] { "name", "sex" } }) };
            chosen.Headers.TryAddWithoutValidation("If-Match", "\"v0\"");
            using var kept = await client.SendAsync(chosen);
            Assert.True(kept.IsSuccessStatusCode, await kept.Content.ReadAsStringAsync());

            var file = folder.Beside("persons.xml");
            string[] wanted = ["export", "persons-pfif", file, "--to", "Family links", "--kind", "tracing_network", "--country", "001"];
            var dry = await folder.RunAsync([.. wanted, "--dry-run"]);
            Assert.Equal((0, "1 persons, 0 to be forgotten. Nothing was written.", ""), (dry.Code, dry.Output.Trim(), dry.Errors));
            Assert.False(File.Exists(file));
            // Nobody was given anything by trying.
            Assert.Equal(0, (await GivenAsync(client, person)).GetArrayLength());

            var written = await folder.RunAsync(wanted);
            Assert.Equal((0, "1 persons, 0 to be forgotten.", ""), (written.Code, written.Output.Trim(), written.Errors));
            var document = await File.ReadAllTextAsync(file);
            Assert.Contains("Agreeda", document, StringComparison.Ordinal);
            Assert.Contains("<pfif:sex>female</pfif:sex>", document, StringComparison.Ordinal);
            Assert.DoesNotContain("1994", document, StringComparison.Ordinal);
            Assert.DoesNotContain("Silenta", document, StringComparison.Ordinal);
            Assert.Equal("Family links", (await GivenAsync(client, person))[0].GetProperty("to").GetString());
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & (UnixFileMode.OtherRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
            var again = await folder.RunAsync(wanted);
            Assert.Equal((1, ""), (again.Code, again.Output));
            Assert.Contains("--force", again.Errors, StringComparison.Ordinal);
            Assert.Equal(0, (await folder.RunAsync([.. wanted, "--force"])).Code);
        }

        // Without a running node, into a pipe: the document alone stands on standard output.
        var piped = await folder.RunAsync("export", "persons-pfif", "-", "--to", "Family links", "--kind", "tracing_network", "--country", "001");
        Assert.Equal((0, "1 persons, 0 to be forgotten."), (piped.Code, piped.Errors.Trim()));
        Assert.StartsWith("<?xml", piped.Output, StringComparison.Ordinal);
        foreach (var wrong in new string[][] { ["--to", "x", "--kind", "tracing_network", "--country", "Atlantis"], ["--to", " ", "--kind", "tracing_network"], ["--to", "x"], ["--to", "x", "--kind", "tracing_network", "--since", "yesterday"], ["--to", "x", "--colour", "blue"], [] })
        {
            var refused = await folder.RunAsync(["export", "persons-pfif", folder.Beside("wrong.xml"), .. wrong]);
            Assert.NotEqual(0, refused.Code);
            Assert.NotEmpty(refused.Errors.Trim());
            Assert.False(File.Exists(folder.Beside("wrong.xml")) || File.Exists(folder.Beside("wrong.xml.partial")));
        }

        var later = await folder.RunAsync("export", "persons-pfif", "-", "--to", "Family links", "--kind", "tracing_network", "--country", "001", "--since", "2099-01-01T00:00:00Z");
        Assert.Equal("0 persons, 0 to be forgotten.", later.Errors.Trim());
    }

    [Theory, OnEachEngine]
    public async Task Persons_who_are_sought_are_tried_taken_in_once_and_refused_by_line(Engine engine)
    {
        using var folder = await FolderAsync(engine);
        Assert.Equal(0, (await folder.RunAsync("migrate")).Code);
        static string Document(string persons) => $"<p:pfif xmlns:p=\"http://zesty.ca/pfif/1.4\">{persons}</p:pfif>";
        static string Person(string record, string name) => $"<p:person><p:person_record_id>{record}</p:person_record_id><p:source_date>2026-03-04T05:06:07Z</p:source_date><p:full_name>{name}</p:full_name></p:person>";
        var good = folder.Beside("sought.xml");
        await File.WriteAllTextAsync(good, Document(Person("a.example/1", "Soughta Uno") + Person("a.example/2", "Soughta Dos")));
        var dry = await folder.RunAsync("import", "pfif", good, "--dry-run");
        Assert.Equal((0, "Nothing was written. 2 added, 0 changed, 0 there already, 0 forgotten.", ""), (dry.Code, dry.Output.Trim(), dry.Errors));
        var first = await folder.RunAsync("import", "pfif", good);
        Assert.Equal((0, "2 added, 0 changed, 0 there already, 0 forgotten.", ""), (first.Code, first.Output.Trim(), first.Errors));
        Assert.DoesNotContain("Soughta", first.Output, StringComparison.Ordinal);
        await using (await NodeProcess.ServeAsync(folder))
            Assert.Equal((0, "0 added, 0 changed, 2 there already, 0 forgotten."), await folder.RunAsync("import", "pfif", good) is var again ? (again.Code, again.Output.Trim()) : default);

        var flawed = folder.Beside("flawed.xml");
        await File.WriteAllTextAsync(flawed, Document(Person("a.example/3", "Soughta Tres") + "\n" + Person("nameless", "Soughta Cuatro")));
        var refused = await folder.RunAsync("import", "pfif", flawed);
        Assert.Equal(1, refused.Code);
        Assert.Contains("2: error: ", refused.Output, StringComparison.Ordinal);
        Assert.Contains("(pfif_record_unnamed)", refused.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing was written.", refused.Output, StringComparison.Ordinal);
        foreach (var (content, code) in new[] { ("<x/>", "cases.tracing.no_pfif"), ("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>", "("), ("no xml at all", "(") })
        {
            await File.WriteAllTextAsync(flawed, content);
            var none = await folder.RunAsync("import", "pfif", flawed);
            Assert.Equal((1, ""), (none.Code, none.Output));
            Assert.Contains(code, none.Errors, StringComparison.Ordinal);
            Assert.Single(none.Errors.Trim().Split('\n'));
        }

        var missing = await folder.RunAsync("import", "pfif", folder.Beside("nowhere.xml"));
        Assert.Equal(1, missing.Code);
        Assert.Single(missing.Errors.Trim().Split('\n'));
        Assert.NotEqual(0, (await folder.RunAsync("import", "pfif", good, "--agency", "north")).Code);
        // Of what was refused nothing came in: the first record is new still.
        await File.WriteAllTextAsync(flawed, Document(Person("a.example/3", "Soughta Tres")));
        Assert.Contains("1 added", (await folder.RunAsync("import", "pfif", flawed, "--dry-run")).Output, StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task A_form_is_tried_taken_in_once_and_refused_by_sheet_and_row(Engine engine)
    {
        using var folder = await FolderAsync(engine);
        Assert.Equal(0, (await folder.RunAsync("migrate")).Code);
        var file = folder.Beside("form.xlsx");
        await File.WriteAllBytesAsync(file, Forms.Book());
        foreach (var _ in new[] { 1, 2 })
            Assert.Equal((0, "quisqueya-entry: 7 questions, version 1; nothing was written.", ""), await folder.RunAsync("import", "form", file, "--dry-run") is var dry ? (dry.Code, dry.Output.Trim(), dry.Errors) : default);
        Assert.Equal((0, "quisqueya-entry: 7 questions, version 1.", ""), await folder.RunAsync("import", "form", file) is var first ? (first.Code, first.Output.Trim(), first.Errors) : default);
        await using (await NodeProcess.ServeAsync(folder))
            Assert.Equal((0, "quisqueya-entry is asked already, version 1."), await folder.RunAsync("import", "form", file) is var again ? (again.Code, again.Output.Trim()) : default);

        await File.WriteAllBytesAsync(file, Forms.Book([["geopoint", "a", "A"], ["text", "b", "B"]]));
        var refused = await folder.RunAsync("import", "form", file);
        Assert.Equal(1, refused.Code);
        Assert.Contains("survey:2: error: ", refused.Output, StringComparison.Ordinal);
        Assert.Contains("(form_type_unsupported)", refused.Output, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was written.", refused.Output.Trim(), StringComparison.Ordinal);
        foreach (var content in new[] { "no workbook", "" })
        {
            await File.WriteAllTextAsync(file, content);
            var none = await folder.RunAsync("import", "form", file);
            Assert.Equal((1, ""), (none.Code, none.Output));
            Assert.Single(none.Errors.Trim().Split('\n'));
        }

        Assert.Equal(1, (await folder.RunAsync("import", "form", folder.Beside("nowhere.xlsx"))).Code);
        await File.WriteAllBytesAsync(file, Forms.Book([["select_one yesno", "by_boat", "By boat or raft?"], ["select_multiple needs", "needs", "What do you need?"]]));
        Assert.Equal("quisqueya-entry: 2 questions, version 2.", (await folder.RunAsync("import", "form", file)).Output.Trim());
    }

    [Theory, OnEachEngine]
    public async Task Cases_of_trafficking_are_written_without_names_as_far_as_enough_are_alike(Engine engine)
    {
        using var folder = await FolderAsync(engine);
        var token = await TokenAsync(folder);
        await File.WriteAllTextAsync(Path.Combine(folder.Data, "deidentified.json"), """{"k": 5}""");
        string[] wanted = ["--to", "University", "--kind", "researcher", "--country", "001"];
        await using (var node = await NodeProcess.ServeAsync(folder))
        {
            using var client = Client(node, token);
            for (var at = 0; at < 5; at++)
            {
                var person = await RegisterAsync(client, $"Traffickeda{at}");
                await AgreeAsync(client, person, "research_deidentified", "researcher", "retain", "general", "violence");
                using var opened = await client.PostAsJsonAsync("/api/cases", new { person, type = "trafficking", profiles = new[] { "TRAFFICKING_POSSIBLE" } });
                Assert.True(opened.IsSuccessStatusCode, await opened.Content.ReadAsStringAsync());
            }

            var file = folder.Beside("cases.json");
            var written = await folder.RunAsync(["export", "cases-htcds", file, .. wanted]);
            Assert.Equal((0, "5 cases; up to 0 persons left out, because too few are like them.", ""), (written.Code, written.Output.Trim(), written.Errors));
            var said = JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement;
            Assert.All(said.GetProperty("records").EnumerateArray(), record => Assert.Equal("PossibleVictimOfTrafficking", record.GetProperty("vic_TraffickingStatus").GetString()));
            Assert.DoesNotContain("Traffickeda", said.GetRawText(), StringComparison.Ordinal);
            Assert.Contains("--force", (await folder.RunAsync(["export", "cases-htcds", file, .. wanted])).Errors, StringComparison.Ordinal);
        }

        var piped = await folder.RunAsync(["export", "cases-htcds", "-", .. wanted, "--format", "csv"]);
        Assert.Equal(0, piped.Code);
        Assert.Equal(6, piped.Output.TrimEnd().Split("\r\n").Length);
        Assert.StartsWith("con_Consent,", piped.Output, StringComparison.Ordinal);
        Assert.StartsWith("5 cases;", piped.Errors, StringComparison.Ordinal);
        foreach (var wrong in new string[][] { ["--to", "x", "--country", "Atlantis"], ["--to", " "], ["--to", "x", "--format", "xml"], [] })
        {
            var refused = await folder.RunAsync(["export", "cases-htcds", folder.Beside("wrong.json"), .. wrong]);
            Assert.NotEqual(0, refused.Code);
            Assert.NotEmpty(refused.Errors.Trim());
            Assert.False(File.Exists(folder.Beside("wrong.json")) || File.Exists(folder.Beside("wrong.json.partial")));
        }

        await File.WriteAllTextAsync(Path.Combine(folder.Data, "deidentified.json"), """{"k": 1}""");
        Assert.Contains("(deidentified.setting_unfit)", (await folder.RunAsync(["export", "cases-htcds", "-", .. wanted])).Errors, StringComparison.Ordinal);
    }

    private static async Task<NodeFolder> FolderAsync(Engine engine) => await NodeFolder.WithTablesAsync(engine);

    private static HttpClient Client(NodeProcess node, string token)
    {
        var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = node.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private static async Task<Guid> RegisterAsync(HttpClient client, string name)
    {
        using var answer = await client.PostAsJsonAsync("/api/cases/persons", new
        {
            identity = new { names = new[] { new { full = name } }, sexRecorded = "female", birth = new { date = "1994-06-17" }, nationalities = new[] { new { code = "AND" } } },
        });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
    }

    private static async Task AgreeAsync(HttpClient client, Guid person, string purpose, string recipient, string action, params string[] categories)
    {
        using var answer = await client.PostAsJsonAsync($"/api/cases/persons/{person:D}/consents", new
        {
            givenBy = new { kind = "self" },
            form = "verbal",
            language = "es",
            explained = NoticeWording.Points,
            freeToRefuse = true,
            purpose,
            scopes = categories.Select(category => new { category, recipient = new { kind = "class", code = recipient }, action }),
        });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<JsonElement> GivenAsync(HttpClient client, Guid person) => (await client.GetFromJsonAsync<JsonElement>($"/api/cases/persons/{person:D}/tracing")).GetProperty("given");

    private static async Task<string> TokenAsync(NodeFolder folder)
    {
        var keyFile = folder.Beside("node.key");
        await File.WriteAllTextAsync(keyFile, folder.Key);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var settings = NodeSettings.Of(folder.Data) with { KeyFile = keyFile, PostgresConnection = folder.Postgres };
        await using var node = await Node.NodeHost.BuildAsync(settings, TimeProvider.System, None, quiet: true);
        var id = await node.Services.GetRequiredService<StaffUsers>().AddAsync(Actor.OperatingSystem("test"), new NewUser("paula", "protection_specialist") { Agency = "North office" }, None);
        string[] rights = ["cases.register", "cases.read", "cases.edit", "cases.see.identity", "cases.see.general", "cases.see.violence", "cases.see.tracing"];
        var owner = new Actor($"user:{id:D}", id, "Paula", [.. rights.Select(right => new Grant(right, Scope.Node))]);
        return await node.Services.GetRequiredService<ApiTokens>().CreateAsync(owner, "test", rights, TimeProvider.System.GetUtcNow().AddDays(1), None);
    }
}
