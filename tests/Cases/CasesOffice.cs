using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Consent;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Roles;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.Tokens;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Settings;
using Tambo.Tests.Guide.Staff;
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

    public SettableTime Time => (SettableTime)Node.Db.Time.Source;

    /// <param name="engine">The database.</param>
    /// <param name="mail">True for a node that sends mail, into its folder.</param>
    /// <param name="prepare">Changes the settings.</param>
    /// <param name="port">The port under which it is known to itself, as browsers and links need it; 0 for an address outside that nobody asks.</param>
    /// <param name="at">What the clock says; noon of a day in 2026 when left out.</param>
    public static async Task<CasesOffice> OpenAsync(Engine engine, bool mail = false, int port = 0, Func<Tambo.Platform.Settings.NodeSettings, Tambo.Platform.Settings.NodeSettings>? prepare = null, DateTimeOffset? at = null)
    {
        var known = port == 0 ? "https://cases.example" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        return new(await TestNode.StartAsync(
            engine,
            new SettableTime(at ?? SettableTime.Noon),
            settings =>
            {
                var changed = prepare?.Invoke(settings) ?? settings;
                return !mail ? changed : changed with
                {
                    Urls = port == 0 ? changed.Urls : known,
                    File = changed.File with { PublicUrl = known, Mail = new MailFile { Drop = true, From = "cases@example.org" } },
                };
            }));
    }

    /// <summary>The mails in the folder, decoded; waits until there are so many.</summary>
    public async Task<IReadOnlyList<string>> MailsAsync(int wanted)
    {
        var folder = Path.Combine(Node.Settings.Folder, "mail-out");
        for (var look = 0; look < 200; look++)
        {
            if (Directory.Exists(folder) && Directory.GetFiles(folder, "*.eml") is { } files && files.Length >= wanted)
                return [.. files.Select(File.ReadAllText).Select(Decoded)];
            await Task.Delay(50);
        }

        return [];
    }

    // Quoted-printable, RFC 2045.
    private static string Decoded(string mail) => System.Text.RegularExpressions.Regex.Replace(
        mail.Replace("=\r\n", "", StringComparison.Ordinal), "(=[0-9A-F]{2})+", run => System.Text.Encoding.UTF8.GetString(Convert.FromHexString(run.Value.Replace("=", "", StringComparison.Ordinal))));

    /// <summary>The office of a node that was started with settings of its own.</summary>
    public static CasesOffice Of(TestNode node) => new(node);

    /// <summary>Somebody with a role at an agency, and a token for everything the role may.</summary>
    public async Task<Officer> OfficerAsync(string name, string role, string? agency = North, string language = "en")
    {
        await Node.Services.GetRequiredService<StaffUsers>().AddAsync(
            TestDatabase.Alice, new NewUser(name, role) { DisplayName = char.ToUpperInvariant(name[0]) + name[1..], Agency = agency }, CancellationToken.None);
        return await KnownAsync(name, language);
    }

    /// <summary>Somebody who works with the node already, and a token for everything they may.</summary>
    public async Task<Officer> KnownAsync(string name, string language = "en")
    {
        var user = (await UserRows.ByNameAsync(Node.Db, name, CancellationToken.None))!;
        await using var connection = await Node.Db.ReadAsync(CancellationToken.None);
        var grants = await RoleGrants.OfAsync(connection, user.Id);
        var actor = new Actor(user.Subject, user.Id, user.DisplayName, grants) { Agency = user.AgencyId };
        var held = grants.Select(grant => grant.Permission).Distinct().ToList();
        var header = held.Count == 0
            ? ("Cookie", "tambo-session=" + await Node.Services.GetRequiredService<SessionStore>().BeginAsync(user, Stages.Open, "", null, CancellationToken.None))
            : ("Authorization", "Bearer " + await Node.Services.GetRequiredService<ApiTokens>().CreateAsync(actor, name, held, Time.GetUtcNow().AddDays(300), CancellationToken.None));
        var officer = new Officer(Node, actor, user.AgencyId, header, language);
        officers.Add(officer);
        return officer;
    }

    /// <summary>Somebody with a role at an agency, at a browser of their own.</summary>
    public async Task<StaffBrowser> SignInAsync(string name, string role, string? agency = North)
    {
        using (await OfficerAsync(name, role, agency))
            return await BrowserAsync(name);
    }

    /// <summary>The browser of somebody who works with the node already.</summary>
    public Task<StaffBrowser> BrowserAsync(string name) => StaffBrowser.OfAsync(Node, name);

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

    /// <summary>The same officer from another network address: limits on requests count by address.</summary>
    public Officer Elsewhere() => new(node, actor, agency, credential, language);

    public Guid? Agency => agency;

    /// <summary>The header by which their program is known.</summary>
    public (string Name, string Value) Credential => credential;

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
            HttpContent ready => ready,
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

    /// <summary>Keeps what somebody said aloud of what is done with what is known of them, and expects it to be kept.</summary>
    /// <param name="person">Who said it, by themselves unless a giver is named.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="scopes">What to whom, as <see cref="Scope"/> makes them.</param>
    /// <param name="exclusions">Who must never see anything of them: objects with a kind and a code.</param>
    /// <param name="until">How long it holds; as long as the purpose allows when left out.</param>
    /// <param name="givenBy">Who said it for them, or why they said it alone.</param>
    /// <param name="language">The language in which it was explained.</param>
    /// <param name="leftConfirmed">True when they know who is left to help.</param>
    public async Task<Told> AgreeAsync(
        Guid person, string purpose, IEnumerable<object> scopes, IEnumerable<object>? exclusions = null, DateTimeOffset? until = null, object? givenBy = null, string language = "es", bool leftConfirmed = false)
    {
        var told = await PostAsync($"/api/cases/persons/{person:D}/consents", new
        {
            givenBy = givenBy ?? new { kind = "self" },
            form = "verbal",
            language,
            explained = NoticeWording.Points,
            freeToRefuse = true,
            purpose,
            scopes,
            exclusions = exclusions ?? [],
            expiresAt = until,
            leftConfirmed,
        });
        Assert.True(told.Status == 201, told.Text);
        return told;
    }

    /// <summary>One thing that somebody agrees to: what goes to whom, for it to be seen, given or kept.</summary>
    public static object Scope(string category, string recipient, string action = "share", string kind = "class") => new { category, recipient = new { kind, code = recipient }, action };

    public void Dispose() => reader.Dispose();
}
