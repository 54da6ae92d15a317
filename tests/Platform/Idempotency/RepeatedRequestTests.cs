using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Tokens;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Idempotency;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Idempotency;

public sealed class RepeatedRequestTests
{
    private const string Imports = "/api/guide/imports?name=services.json&source_set=isla";
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, OnEachEngine]
    public async Task A_program_that_sends_the_same_again_gets_the_first_answer_and_nothing_is_done_twice(Engine engine)
    {
        await using var node = await TestNode.StartAsync(engine);
        using var client = await ProgramAsync(node);

        using var first = await SendAsync(client, Imports, Services("Clinic"), "\"k-1\"");
        using var again = await SendAsync(client, Imports, Services("Clinic"), "\"k-1\"");

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.False(first.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal("true", Assert.Single(again.Headers.GetValues("Idempotency-Replayed")));
        Assert.Equal(first.Content.Headers.ContentType, again.Content.Headers.ContentType);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        Assert.Equal(1, await ImportsAsync(node));
        Assert.True(again.Headers.Contains("X-Content-Type-Options"));
    }

    [Theory, OnEachEngine]
    public async Task The_same_key_with_another_request_is_refused_whatever_differs(Engine engine)
    {
        await using var node = await TestNode.StartAsync(engine);
        using var client = await ProgramAsync(node);
        using var first = await SendAsync(client, Imports, Services("Clinic"), "k-1");

        foreach (var (address, name) in new[] { (Imports, "Shelter"), (Imports + "&retire=1", "Clinic"), ("/api/guide/imports?name=services.json", "Clinic") })
        {
            using var other = await SendAsync(client, address, Services(name), "k-1");
            Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
            Assert.Equal("request.key_reused", await CodeAsync(other));
        }

        Assert.Equal(1, await ImportsAsync(node));
    }

    [Theory, OnEachEngine]
    public async Task A_body_of_parts_is_the_same_whatever_stands_between_them(Engine engine)
    {
        await using var node = await TestNode.StartAsync(engine);
        using var client = await ProgramAsync(node);
        var answers = new List<string>();
        foreach (var boundary in new[] { "one", "another-boundary" })
        {
            using var parts = new MultipartFormDataContent(boundary);
            parts.Add(new ByteArrayContent(Services("Clinic")), "files", "services.json");
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/guide/imports?source_set=isla") { Content = parts };
            request.Headers.Add("Idempotency-Key", "parts");
            using var answer = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            answers.Add(await answer.Content.ReadAsStringAsync());
        }

        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(1, await ImportsAsync(node));
    }

    [Theory, OnEachEngine]
    public async Task Of_many_who_send_the_same_at_once_one_does_it(Engine engine)
    {
        await using var node = await TestNode.StartAsync(engine);
        using var client = await ProgramAsync(node);

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => SendAsync(client, Imports, Services("Clinic"), "race")));

        var codes = answers.Select(answer => answer.StatusCode).Distinct().Order().ToList();
        Assert.Contains(HttpStatusCode.OK, codes);
        Assert.DoesNotContain(codes, code => code is not (HttpStatusCode.OK or HttpStatusCode.Conflict));
        foreach (var refused in answers.Where(answer => answer.StatusCode == HttpStatusCode.Conflict))
        {
            Assert.Equal("request.in_progress", await CodeAsync(refused));
            Assert.NotNull(refused.Headers.RetryAfter?.Delta);
        }

        Assert.Equal(1, await ImportsAsync(node));
    }

    [Theory, OnEachEngine]
    public async Task A_refusal_under_which_nothing_was_done_leaves_the_key_free(Engine engine)
    {
        await using var node = await TestNode.StartAsync(engine);
        using var client = await ProgramAsync(node);

        using var refused = await SendAsync(client, Imports, "no json"u8.ToArray(), "k-1");
        using var mended = await SendAsync(client, Imports, Services("Clinic"), "k-1");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, mended.StatusCode);
        Assert.Equal(1, await ImportsAsync(node));
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("two words")]
    [InlineData("\"half")]
    public async Task A_key_that_cannot_be_one_is_refused(string key)
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);
        using var client = await ProgramAsync(node);
        foreach (var sent in new[] { key, new string('x', 256) })
        {
            using var answer = await SendAsync(client, Imports, Services("Clinic"), sent);
            Assert.Equal("request.bad_key", await CodeAsync(answer));
        }
    }

    [Theory, OnEachEngine]
    public async Task Keys_of_different_people_are_different_keys_and_a_day_later_a_key_is_new(Engine engine)
    {
        var time = new SettableTime(SettableTime.Noon);
        await using var node = await TestNode.StartAsync(engine, time);
        using var ana = await ProgramAsync(node, "ana");
        using var eva = await ProgramAsync(node, "eva");

        using var one = await SendAsync(ana, Imports, Services("Clinic"), "k-1");
        using var two = await SendAsync(eva, Imports, Services("Shelter"), "k-1");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (one.StatusCode, two.StatusCode));

        time.Advance(TimeSpan.FromHours(24));
        using var later = await SendAsync(ana, Imports, Services("Garden"), "k-1");
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
        time.Advance(TimeSpan.FromHours(25));
        Assert.Equal("2 keys", await node.Services.GetRequiredService<RequestRecords>().SweepAsync(None));
    }

    [Theory, OnEachEngine]
    public async Task Nothing_of_what_was_asked_or_answered_stands_readable_in_the_database(Engine engine)
    {
        await using var node = await TestNode.StartAsync(engine);
        using var client = await ProgramAsync(node);
        using var answer = await SendAsync(client, Imports, Services("Clinic of the green door"), "the-key-itself");
        await using var read = await node.Db.ReadAsync(None);
        var row = string.Join(' ', ((IDictionary<string, object>)await read.QuerySingleAsync("select * from platform_idempotency_keys")).Values);
        Assert.DoesNotContain("the-key-itself", row, StringComparison.Ordinal);
        Assert.DoesNotContain("isla", row, StringComparison.Ordinal);
        var report = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(report))[..40], row, StringComparison.Ordinal);
    }

    private static async Task<HttpClient> ProgramAsync(TestNode node, string name = "ana")
    {
        await node.Services.GetRequiredService<StaffUsers>().AddAsync(TestDatabase.Alice, new NewUser(name, "editor"), None);
        var user = (await UserRows.ByNameAsync(node.Db, name, None))!;
        var owner = new Actor(user.Subject, user.Id, user.DisplayName, [new Grant("guide.import", Scope.Node)]);
        var secret = await node.Services.GetRequiredService<ApiTokens>().CreateAsync(
            owner, "imports", ["guide.import"], node.Db.Time.GetUtcNow().AddDays(300), None);
        var client = node.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return client;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string address, byte[] body, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        Assert.True(request.Headers.TryAddWithoutValidation("Idempotency-Key", key));
        return await client.SendAsync(request);
    }

    private static byte[] Services(string name) => JsonSerializer.SerializeToUtf8Bytes(new[]
    {
        new
        {
            id = "11111111-1111-4111-8111-111111111111", name, status = "active",
            organization = new { id = "22222222-2222-4222-8222-222222222222", name = "Isla Verde", description = "Help" },
        },
    });

    private static async Task<string?> CodeAsync(HttpResponseMessage answer)
    {
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return problem.RootElement.GetProperty("code").GetString();
    }

    private static async Task<long> ImportsAsync(TestNode node)
    {
        await using var read = await node.Db.ReadAsync(None);
        return await read.ExecuteScalarAsync<long>("select count(*) from guide_imports");
    }
}
