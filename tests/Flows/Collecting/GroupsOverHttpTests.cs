using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Flows.Collecting;
using Tambo.Flows.Cube;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Roles;
using Tambo.Platform.Access.Tokens;
using Tambo.Platform.Access.Users;
using Tambo.Tests.Security;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows.Collecting;

/// <summary>Devices, programs and plain forms record groups with a real node.</summary>
public sealed partial class GroupsOverHttpTests
{
    private static async Task<TestNode> NodeAsync(Engine engine)
    {
        var node = await TestNode.StartAsync(engine);
        await node.Services.GetRequiredService<LivePoints>().SaveAsync(
            new Point
            {
                Id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()),
                Code = "QUIMERA",
                Names = new Dictionary<string, string> { ["en"] = "Puerto Quimera", ["es"] = "Puerto Quimera" },
                Country = "PAN",
                TimeZone = "America/Panama",
                Series = "FM-QUIMERA",
            },
            TestDatabase.Alice, CancellationToken.None);
        return node;
    }

    private static async Task<HttpClient> TokenAsync(TestNode node, string name, string role, string permission)
    {
        var session = await Caller.SessionAsync(node, name, role);
        _ = session;
        var user = (await UserRows.ByNameAsync(node.Db, name, CancellationToken.None))!;
        var owner = new Actor(user.Subject, user.Id, user.DisplayName, [.. RoleCatalog.Shipped[role].Select(held => new Grant(held, Scope.Node))]);
        var secret = await node.Services.GetRequiredService<ApiTokens>().CreateAsync(owner, name, [permission], TimeProvider.System.GetUtcNow().AddDays(1), CancellationToken.None);
        var client = node.Client();
        client.DefaultRequestHeaders.Add("Authorization", "Bearer " + secret);
        return client;
    }

    private static async Task<HttpClient> SessionAsync(TestNode node, string name, string role)
    {
        var (header, value) = await Caller.SessionAsync(node, name, role);
        var client = node.Client();
        client.DefaultRequestHeaders.Add(header, value);
        return client;
    }

    private static object Group(Guid id, int women, int men) => new
    {
        id,
        point = "QUIMERA",
        observedAt = TimeProvider.System.GetUtcNow(),
        direction = "IN",
        size = women + men,
        parts = new[] { new { nationality = "VEN", persons = women + men, women, men, girls = 0, boys = 0 } },
    };

    [Theory, OnEachEngine]
    public async Task A_program_sends_many_is_answered_for_each_and_reads_them_back(Engine engine)
    {
        await using var node = await NodeAsync(engine);
        using var enzo = await TokenAsync(node, "enzo", "enumerator", "flows.collect");
        var now = TimeProvider.System.GetUtcNow();
        var (one, two) = (Guid.CreateVersion7(now), Guid.CreateVersion7(now));
        var body = JsonSerializer.Serialize(new
        {
            shifts = new[] { new { id = Guid.CreateVersion7(now), point = "QUIMERA", startedAt = now, saidAt = now } },
            groups = new[] { Group(one, 1, 2), Group(two, 3, 0), new { id = Guid.CreateVersion7(now), point = "QUIMERA", womens = 2 } },
        });
        for (var turn = 0; turn < 2; turn++)
        {
            using var answer = await enzo.PostAsync(new Uri("/api/flows/groups", UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var said = await answer.Content.ReadFromJsonAsync<JsonElement>();
            var word = turn == 0 ? "taken" : "already_there";
            Assert.Equal([word, word, "refused"], said.GetProperty("groups").EnumerateArray().Select(group => group.GetProperty("answer").GetString()));
            Assert.Equal("flows.group_unreadable", said.GetProperty("groups")[2].GetProperty("code").GetString());
            Assert.Equal(word, said.GetProperty("shifts")[0].GetProperty("answer").GetString());
        }

        var day = TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById("America/Panama")).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        var back = await enzo.GetFromJsonAsync<JsonElement>($"/api/flows/groups?point=QUIMERA&day={day}");
        Assert.Equal(new[] { one, two }.Order(), back.EnumerateArray().Select(given => given.GetProperty("group").GetProperty("id").GetGuid()).Order());
        using var elsa = await TokenAsync(node, "elsa", "enumerator", "flows.collect");
        Assert.Equal(0, (await elsa.GetFromJsonAsync<JsonElement>($"/api/flows/groups?point=QUIMERA&day={day}")).GetArrayLength());
        using var other = await elsa.PostAsync(new Uri("/api/flows/groups", UriKind.Relative), new StringContent("[1]", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);
    }

    [Theory, OnEachEngine]
    public async Task One_that_cannot_be_read_is_refused_alone_and_figures_go_on(Engine engine)
    {
        await using var node = await NodeAsync(engine);
        using var enzo = await TokenAsync(node, "enzo", "enumerator", "flows.collect");
        static string Said(string more, string id = "") =>
            $$"""{"id":"{{(id.Length > 0 ? id : Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString())}}","point":"QUIMERA","observedAt":"{{TimeProvider.System.GetUtcNow():O}}","direction":"IN","size":2,{{more}}}""";
        string[] wrong =
        [
            Said("\"parts\":[{\"nationality\":\"VEN\",\"persons\":2}],\"reasons\":[null]"),
            Said("\"parts\":[{\"nationality\":null,\"persons\":2}]"),
            Said("\"parts\":[{\"nationality\":\"VEN\",\"persons\":2,\"cells\":[null]}]"),
            Said("\"parts\":[{\"nationality\":\"VEN\",\"persons\":2,\"cells\":[{\"sex\":\"F\",\"age\":null,\"persons\":2}]}]"),
            Said("\"parts\":[{\"nationality\":\"VEN\",\"persons\":2,\"cells\":[{\"age\":\"Y0T4\",\"persons\":2}]}]"),
            Said("\"parts\":null"),
            Said("\"parts\":[{\"nationality\":\"VEN\",\"persons\":2}],\"size\":2"),
            Said("\"parts\":[{\"nationality\":\"VEN\",\"persons\":2}],\"note\":\"\\ud800\""),
            Said("\"parts\":[{\"nationality\":\"VEN\",\"persons\":2}]", "\\ud800"),
            "null", "7",
        ];
        var right = Said("\"parts\":[{\"nationality\":\"HTI\",\"persons\":2}]");
        using var answer = await enzo.PostAsync(new Uri("/api/flows/groups", UriKind.Relative), new StringContent($"{{\"groups\":[{string.Join(',', wrong)},{right}]}}", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var said = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("groups").EnumerateArray().ToList();
        Assert.All(said[..^1], one => Assert.Equal("refused", one.GetProperty("answer").GetString()));
        Assert.All(said[..^1], one => Assert.Contains(one.GetProperty("code").GetString(), new[] { "flows.group_unreadable", "flows.group_note_unfit" }));
        Assert.Equal("taken", said[^1].GetProperty("answer").GetString());
        // What was read a second ago, before anything was recorded, is still answered from.
        await Task.Delay(1500);
        var query = node.Services.GetRequiredService<QueryFlows>();
        Assert.Equal(["HTI 2"], (await query.RunAsync(new FlowsQuery { By = ["citizenship"] }, CancellationToken.None)).Figures.Select(figure => $"{figure.Labels[2]} {figure.Sure}"));
    }

    [Theory, OnEachEngine]
    public async Task What_is_committed_is_answered_from_within_two_seconds(Engine engine)
    {
        await using var node = await NodeAsync(engine);
        using var enzo = await TokenAsync(node, "enzo", "enumerator", "flows.collect");
        var query = node.Services.GetRequiredService<QueryFlows>();
        for (var turn = 1; turn <= 3; turn++)
        {
            using var answer = await enzo.PostAsJsonAsync("/api/flows/groups", Group(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), 1, 1));
            answer.EnsureSuccessStatusCode();
            var committed = TimeProvider.System.GetTimestamp();
            while ((await query.RunAsync(new FlowsQuery { By = ["citizenship"] }, CancellationToken.None)).Figures.Sum(figure => figure.Sure) != turn * 2)
                Assert.True(TimeProvider.System.GetElapsedTime(committed) < TimeSpan.FromSeconds(2));
        }
    }

    [Theory, OnEachEngine]
    public async Task Without_a_script_a_shift_is_begun_groups_are_recorded_and_what_does_not_add_up_is_said(Engine engine)
    {
        await using var node = await NodeAsync(engine);
        using var enzo = await SessionAsync(node, "enzo", "enumerator");
        var page = await enzo.GetStringAsync(new Uri("/staff/flows/collect", UriKind.Relative));
        page = await PostAsync(enzo, page, "/staff/flows/collect/shift", ("point", "QUIMERA"), ("enumerators", "2"));
        Assert.Contains("Puerto Quimera", page, StringComparison.Ordinal);
        page = await PostAsync(enzo, page, "/staff/flows/collect", ("women", "2"), ("boys", "1"), ("nationality-other", "HTI"), ("next-other", "CRI"), ("transport", "FOOT"), ("direction", "IN"));
        Assert.Contains("value=\"HTI\"", page, StringComparison.Ordinal);
        var refused = await PostAsync(enzo, page, "/staff/flows/collect", ("women", "2"), ("men", "0"), ("girls", "0"), ("boys", "1"), ("size", "5"), ("nationality", "HTI"), ("care-UAC", "1"));
        Assert.Contains("women, men, girls and boys together are 3", WebUtility.HtmlDecode(refused), StringComparison.Ordinal);
        page = await PostAsync(enzo, page, "/staff/flows/collect", ("size", "5"), ("nationality", "HTI"));
        // What was read a second ago, before anything was recorded, is still answered from.
        await Task.Delay(1500);
        Assert.Contains("This shift: 2 groups, 8 people", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        var answer = await node.Services.GetRequiredService<QueryFlows>().RunAsync(new FlowsQuery { By = ["citizenship", "sex", "c_next"] }, CancellationToken.None);
        Assert.Equal(["HTI F CRI 2", "HTI M CRI 1", "HTI _U _U 5"], answer.Figures.Select(figure => $"{string.Join(' ', figure.Labels.Skip(2))} {figure.Sure}"));
        page = await PostAsync(enzo, page, "/staff/flows/collect/shift", ("act", "end"), ("refusals", "3"));
        await using var connection = await node.Db.ReadAsync(CancellationToken.None);
        Assert.Equal((2L, 3L, true), await Dapper.SqlMapper.QuerySingleAsync<(long, long, bool)>(connection, "select enumerators, refusals, ended_at is not null from flows_shifts"));
    }

    [Theory, OnEachEngine]
    public async Task A_supervisor_adds_a_point_changes_it_and_nobody_overwrites_the_other(Engine engine)
    {
        await using var node = await NodeAsync(engine);
        using var sofia = await SessionAsync(node, "sofia", "field_supervisor");
        var form = await sofia.GetStringAsync(new Uri("/staff/flows/points/new", UriKind.Relative));
        (string, string)[] right =
        [
            ("code", "pasito"), ("name-en", "El Pasito"), ("kind", "RIVER"), ("country", "HND"), ("area", "HN06"), ("latitude", "13.4"), ("longitude", "-86.9"), ("opens", "06:00"), ("closes", "18:00"),
            ("time_zone", "America/Tegucigalpa"), ("adjacent", "QUIMERA"), ("state", "active"), ("training", "true"),
        ];
        Assert.Contains("f-time_zone-e", await PostAsync(sofia, form, "/staff/flows/points/new", [.. right.Select(field => field.Item1 == "time_zone" ? (field.Item1, "Honduras") : field)]), StringComparison.Ordinal);
        Assert.Contains("f-area-e", await PostAsync(sofia, form, "/staff/flows/points/new", [.. right.Select(field => field.Item1 == "country" ? (field.Item1, "PAN") : field)]), StringComparison.Ordinal);
        Assert.Contains("El Pasito", await PostAsync(sofia, form, "/staff/flows/points/new", right), StringComparison.Ordinal);
        Assert.Contains("f-code-e", await PostAsync(sofia, form, "/staff/flows/points/new", right), StringComparison.Ordinal);
        var edit = await sofia.GetStringAsync(new Uri("/staff/flows/points/PASITO/edit", UriKind.Relative));
        (string, string)[] changed = [.. right.Select(field => field.Item1 == "closes" ? (field.Item1, "20:00") : field), ("state", "suspended"), ("since", "2026-12-01"), ("version", "1")];
        Assert.DoesNotContain("class=\"wrong\"", await PostAsync(sofia, edit, "/staff/flows/points/PASITO/edit", changed), StringComparison.Ordinal);
        var point = (await node.Services.GetRequiredService<LivePoints>().AllAsync(CancellationToken.None))["PASITO"];
        Assert.Equal((14d, true, "FM-PASITO", 2), (point.HoursOpen, point.Training, point.Series, point.Version));
        Assert.Equal(("active", "suspended"), (point.StateOn(new DateOnly(2026, 11, 30)), point.StateOn(new DateOnly(2026, 12, 2))));
        Assert.Contains("412", await PostAsync(sofia, edit, "/staff/flows/points/PASITO/edit", changed), StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task A_supervisor_sees_the_day_corrects_a_record_and_withdraws_it_with_a_reason(Engine engine)
    {
        await using var node = await NodeAsync(engine);
        using var enzo = await TokenAsync(node, "enzo", "enumerator", "flows.collect");
        using var sofia = await SessionAsync(node, "sofia", "field_supervisor");
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        using (var answer = await enzo.PostAsJsonAsync("/api/flows/groups", Group(id, 3, 297)))
            answer.EnsureSuccessStatusCode();
        var day = WebUtility.HtmlDecode(await sofia.GetStringAsync(new Uri("/staff/flows/points/QUIMERA", UriKind.Relative)));
        Assert.Contains("very large", day, StringComparison.Ordinal);
        Assert.Contains("outside any shift", day, StringComparison.Ordinal);
        var address = $"/staff/flows/points/QUIMERA/groups/{id:D}";
        var record = await sofia.GetStringAsync(new Uri(address, UriKind.Relative));
        (string, string)[] right = [("persons-0", "30"), ("women-0", "3"), ("men-0", "27"), ("girls-0", "0"), ("boys-0", "0"), ("nationality-0", "VEN")];
        Assert.Contains("says why", WebUtility.HtmlDecode(await PostAsync(sofia, record, address, right)), StringComparison.Ordinal);
        Assert.Contains("The record was corrected", await PostAsync(sofia, record, address, [.. right, ("reason", "One zero too many")]), StringComparison.Ordinal);
        (string, string)[] more =
        [
            .. right, ("version", "2"), ("reason", "Seen again"), ("persons-0", "3"), ("women-0", "3"), ("men-0", "0"), ("direction", "OUT"), ("transport", "BUS"), ("next", "CRI"), ("destination", "USA"),
            ("previous", ""), ("origin", "VEN"), ("cause", "FAMILY"), ("care-UAC", "4"), ("method", "SHORT_INT"), ("note", ""), ("observed", "2026-11-20T05:00"),
        ];
        Assert.Contains("larger than the group", WebUtility.HtmlDecode(await PostAsync(sofia, record, address, more)), StringComparison.Ordinal);
        Assert.Contains("The record was corrected", await PostAsync(sofia, record, address, [.. more.Where(field => field.Item1 != "care-UAC"), ("care-UAC", "1")]), StringComparison.Ordinal);
        await Task.Delay(1500);
        var standing = (await node.Services.GetRequiredService<QueryFlows>().RunAsync(new FlowsQuery { By = ["day", "citizenship", "direction", "trans_mode", "c_next", "c_dest", "c_origin", "reason", "vuln"] }, CancellationToken.None)).Figures;
        Assert.Equal(["2026-11-20 VEN OUT BUS CRI USA VEN _T _T 3", "2026-11-20 VEN OUT BUS CRI USA VEN FAMILY _T 3", "2026-11-20 VEN OUT BUS CRI USA VEN _T UAC 1"], standing.Select(figure => $"{string.Join(' ', figure.Labels.Skip(2))} {figure.Sure}"));
        record = await sofia.GetStringAsync(new Uri(address, UriKind.Relative));
        Assert.Contains("One zero too many", record, StringComparison.Ordinal);
        Assert.Contains("The record was corrected", await PostAsync(sofia, record, address, ("act", "withdraw"), ("reason", "Counted at the other door"), ("version", "3")), StringComparison.Ordinal);
        await using var connection = await node.Db.ReadAsync(CancellationToken.None);
        Assert.Equal(["flows.group.corrected", "flows.group.corrected", "flows.group.recorded", "flows.group.withdrawn"], await Dapper.SqlMapper.QueryAsync<string>(connection, "select change from platform_audit_entries where change like 'flows.group.%' order by change"));
        await Task.Delay(1500);
        Assert.Empty((await node.Services.GetRequiredService<QueryFlows>().RunAsync(new FlowsQuery { By = ["citizenship"] }, CancellationToken.None)).Figures);
    }

    [Theory, OnEachEngine]
    public async Task From_a_figure_one_walks_to_the_record_before_it_lies_in_a_file(Engine engine)
    {
        await using var node = await NodeAsync(engine);
        using var enzo = await TokenAsync(node, "enzo", "enumerator", "flows.collect");
        using var stella = await SessionAsync(node, "stella", "statistician");
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        using (var answer = await enzo.PostAsJsonAsync("/api/flows/groups", Group(id, 3, 4)))
            answer.EnsureSuccessStatusCode();
        await Task.Delay(1500);
        var rows = WebUtility.HtmlDecode(await stella.GetStringAsync(new Uri("/staff/flows/rows?series=FM-QUIMERA&lang=en", UriKind.Relative)));
        Assert.Contains(id.ToString("D"), rows, StringComparison.Ordinal);
        Assert.DoesNotContain("can no longer be read", rows, StringComparison.Ordinal);
        Assert.Contains("CC BY 4.0", WebUtility.HtmlDecode(await stella.GetStringAsync(new Uri("/staff/flows/series/FM-QUIMERA?lang=en", UriKind.Relative))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_is_taken_back_or_whose_owner_is_shut_out_opens_nothing_any_more()
    {
        await using var node = await NodeAsync(Engine.Sqlite);
        await Caller.SessionAsync(node, "alice", "administrator");
        using var enzo = await TokenAsync(node, "enzo", "enumerator", "flows.collect");
        using var elsa = await TokenAsync(node, "elsa", "enumerator", "flows.collect");
        foreach (var client in new[] { enzo, elsa, enzo, elsa })
            await client.GetStringAsync(new Uri("/api/flows/points", UriKind.Relative));
        var user = (await UserRows.ByNameAsync(node.Db, "enzo", CancellationToken.None))!;
        var tokens = node.Services.GetRequiredService<ApiTokens>();
        await tokens.RevokeAsync(TestDatabase.Alice, user.Id, (await tokens.OfAsync(user.Id, CancellationToken.None))[0].Id, CancellationToken.None);
        using (var answer = await enzo.GetAsync(new Uri("/api/flows/points", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        await node.Services.GetRequiredService<StaffUsers>().SetDisabledAsync(TestDatabase.Alice, (await UserRows.ByNameAsync(node.Db, "elsa", CancellationToken.None))!.Id, true, CancellationToken.None);
        using (var answer = await elsa.GetAsync(new Uri("/api/flows/points", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task The_training_point_is_marked_and_its_figures_never_stand_beside_real_ones()
    {
        await using var node = await NodeAsync(Engine.Sqlite);
        var training = node.Services.GetRequiredService<TrainingPoint>();
        await training.AddAsync(CancellationToken.None);
        await training.AddAsync(CancellationToken.None);
        await training.RunAsync(TimeSpan.Zero, 7, CancellationToken.None);
        var query = node.Services.GetRequiredService<QueryFlows>();
        Assert.Empty((await query.RunAsync(new FlowsQuery { By = ["point"] }, CancellationToken.None)).Figures);
        // What was read a second ago is still answered from.
        await Task.Delay(1500);
        var made = (await query.RunAsync(new FlowsQuery { By = ["point"], Training = true }, CancellationToken.None)).Figures;
        Assert.All(made, figure => Assert.Equal("TRAINING-QUIMERA", figure.Labels[2]));
        Assert.Contains(made, figure => figure.Labels[0] == "TRAINING-FM" && figure.Sure > 40);
        Assert.Equal(TrainingPoint.MadeUp(new Random(3), DateTimeOffset.UnixEpoch) with { Id = Guid.Empty, Parts = [], Reasons = null }, TrainingPoint.MadeUp(new Random(3), DateTimeOffset.UnixEpoch) with { Id = Guid.Empty, Parts = [], Reasons = null });
        using var sofia = await SessionAsync(node, "sofia", "field_supervisor");
        Assert.Contains("Training", await sofia.GetStringAsync(new Uri("/staff/flows/points/TRAINING-QUIMERA", UriKind.Relative)), StringComparison.Ordinal);
    }

    // Sends a form of a page with its token, and gives the page that it leads to; the status where it is an error.
    private static async Task<string> PostAsync(HttpClient client, string page, string address, params (string Name, string Value)[] fields)
    {
        var hidden = Regex.Match(page, $"action=\"{address}\".*?</form>", RegexOptions.Singleline).Value;
        var sent = Hidden().Matches(hidden.Length > 0 ? hidden : page).Select(match => (match.Groups[1].Value, WebUtility.HtmlDecode(match.Groups[2].Value))).DistinctBy(field => field.Item1).ToDictionary(field => field.Item1, field => field.Item2, StringComparer.Ordinal);
        sent["idempotency-key"] = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");
        foreach (var (name, value) in fields)
            sent[name] = value;
        using var answer = await client.PostAsync(new Uri(address, UriKind.Relative), new FormUrlEncodedContent(sent));
        if (answer.StatusCode == HttpStatusCode.Redirect)
            return await client.GetStringAsync(answer.Headers.Location);
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"")]
    private static partial Regex Hidden();
}
