using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Roles;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.Tokens;
using Tambo.Platform.Access.Users;
using Tambo.Tests.Security;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases;

/// <summary>A node with officers of two made-up agencies, who work with its cases over HTTP.</summary>
internal sealed class CasesOffice : IAsyncDisposable
{
    public const string North = "North office";
    public const string South = "South office";

    private readonly List<Officer> officers = [];

    private CasesOffice(TestNode node) => Node = node;

    public TestNode Node { get; }

    public SettableTime Time => (SettableTime)Node.Db.Time;

    public static async Task<CasesOffice> OpenAsync(Engine engine, DateTimeOffset? at = null) => new(await TestNode.StartAsync(engine, new SettableTime(at ?? SettableTime.Noon)));

    /// <summary>Somebody with a role at an agency, and a token for everything the role may.</summary>
    public async Task<Officer> OfficerAsync(string name, string role, string? agency = North, string language = "en")
    {
        await Node.Services.GetRequiredService<StaffUsers>().AddAsync(
            TestDatabase.Alice, new NewUser(name, role) { DisplayName = char.ToUpperInvariant(name[0]) + name[1..], Agency = agency }, CancellationToken.None);
        var user = (await UserRows.ByNameAsync(Node.Db, name, CancellationToken.None))!;
        await using var connection = await Node.Db.ReadAsync(CancellationToken.None);
        var grants = await RoleGrants.OfAsync(connection, user.Id);
        var actor = new Actor(user.Subject, user.Id, user.DisplayName, grants);
        var held = grants.Select(grant => grant.Permission).Distinct().ToList();
        var header = held.Count == 0
            ? ("Cookie", "tambo-session=" + await Node.Services.GetRequiredService<SessionStore>().BeginAsync(user, Stages.Open, "", null, CancellationToken.None))
            : ("Authorization", "Bearer " + await Node.Services.GetRequiredService<ApiTokens>().CreateAsync(actor, name, held, Time.GetUtcNow().AddDays(300), CancellationToken.None));
        var officer = new Officer(Node, actor, user.AgencyId, header, language);
        officers.Add(officer);
        return officer;
    }

    /// <summary>A role of the node's own.</summary>
    public async Task AddRoleAsync(string code, params string[] permissions)
    {
        await using var change = await Node.Db.BeginAsync(TestDatabase.Alice, "test.role", code, CancellationToken.None);
        await change.ExecuteAsync(
            "insert into platform_roles (code, name, permissions, version) values (@code, @code, @line, 1)", new { code, line = string.Join(' ', permissions) });
        await change.CommitAsync(CancellationToken.None);
    }

    public async Task<IReadOnlyList<T>> ReadAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Node.Db.ReadAsync(CancellationToken.None);
        return [.. await Dapper.SqlMapper.QueryAsync<T>(connection, sql, parameters)];
    }

    public async Task WriteAsync(string sql, object? parameters = null)
    {
        await using var change = await Node.Db.BeginAsync(TestDatabase.Alice, "test.write", "sample", CancellationToken.None);
        await change.ExecuteAsync(sql, parameters);
        await change.CommitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        officers.ForEach(officer => officer.Dispose());
        await Node.DisposeAsync();
    }
}

/// <summary>An answer of the API.</summary>
internal sealed record Told(int Status, string Text, string? Tag)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public Guid Id => Json.GetProperty("id").GetGuid();

    public string Ref => Json.GetProperty("ref").GetString()!;

    public string Code => Json.GetProperty("code").GetString()!;

    /// <summary>What is wrong, as <c>field code</c>.</summary>
    public IReadOnlyList<string> Errors => [.. Json.GetProperty("errors").EnumerateObject().Select(error => $"{error.Name} {error.Value.GetProperty("code").GetString()}").Order(StringComparer.Ordinal)];
}

/// <summary>An officer with a program that acts for them.</summary>
internal sealed class Officer(TestNode node, Actor actor, Guid? agency, (string Name, string Value) credential, string language) : IDisposable
{
    private readonly Reader reader = new(node);

    public Actor Actor => actor;

    public Guid Id => actor.UserId!.Value;

    public Guid? Agency => agency;

    public Task<Told> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public Task<Told> PostAsync(string path, object body, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Post, path, body, headers);

    /// <summary>Posts, and breaks the line off when told: whether anything arrived is not known.</summary>
    public async Task SendCutAsync(string path, object body, CancellationToken cut)
    {
        using var client = node.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation(credential.Name, credential.Value);
        using var answer = await client.SendAsync(request, cut);
    }

    public Task<Told> PutAsync(string path, object body, string? tag) =>
        SendAsync(HttpMethod.Put, path, body, tag is null ? [] : [("If-Match", tag)]);

    public async Task<Told> SendAsync(HttpMethod method, string path, object? body, params (string Name, string Value)[] headers)
    {
        using var content = body switch
        {
            null => null,
            string raw => new StringContent(raw, new MediaTypeHeaderValue("application/json")),
            _ => (HttpContent)JsonContent.Create(body),
        };
        var answer = await reader.AskAsync(method, path, content, [credential, ("Accept-Language", language), .. headers]);
        return new Told((int)answer.Status, answer.Text, answer.Headers.GetValueOrDefault("ETag"));
    }

    /// <summary>Registers a person and expects it to be kept.</summary>
    public async Task<Told> RegisterAsync(object body)
    {
        var told = await PostAsync("/api/cases/persons", body);
        Assert.True(told.Status == 201, told.Text);
        return told;
    }

    /// <summary>Opens a case and expects it to be kept.</summary>
    public async Task<Told> OpenAsync(object body)
    {
        var told = await PostAsync("/api/cases", body);
        Assert.True(told.Status == 201, told.Text);
        return told;
    }

    public void Dispose() => reader.Dispose();
}
