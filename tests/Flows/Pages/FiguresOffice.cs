using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Imports;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Roles;
using Tambo.Platform.Access.Users;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows.Pages;

/// <summary>A node with figures, and staff who are signed in to it.</summary>
internal sealed class FiguresOffice : IAsyncDisposable
{
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    private FiguresOffice(TestNode node, SettableTime time) => (Node, Time) = (node, time);

    public TestNode Node { get; }

    public SettableTime Time { get; }

    public static async Task<FiguresOffice> OpenAsync(Engine engine)
    {
        var time = new SettableTime(SettableTime.Noon);
        return new FiguresOffice(await TestNode.StartAsync(engine, time), time);
    }

    /// <summary>The shipped series that the adviser's question needs.</summary>
    public async Task<FiguresOffice> WithShippedAsync()
    {
        await ShippedAsync("panama/darien-nationality.csv", "panama-darien-nationality");
        await ShippedAsync("panama/darien-demography.csv", "panama-darien-demography");
        await ShippedAsync("honduras/demography.csv", "honduras-irregular-demography");
        await ShippedAsync("usa/southwest-border.csv.gz", "usa-southwest-border");
        return this;
    }

    public async Task ShippedAsync(string file, string mapping)
    {
        var path = Path.Combine([Repository.Root, "data", "demo", "flows", .. file.Split('/')]);
        await ImportAsync(await ReadAsync(path), MappingShelf.Find(mapping, Node.Settings.Folder));
    }

    /// <summary>A small table of a made-up valley: month, nationality, kind of person, count.</summary>
    public Task ValleyAsync(string rows, bool training = false, string series = "VALLEY", string point = "VALLEY_GATE") => ImportAsync(
        Encoding.UTF8.GetBytes("month,who,kind,count\n" + rows),
        MappingShelf.Read(Valley.Replace("SERIES", series, StringComparison.Ordinal).Replace("VALLEY_GATE", point, StringComparison.Ordinal).Replace("TRAINING", training ? "true" : "false", StringComparison.Ordinal), "valley"));

    /// <summary>The lines of a file, unpacked where it is packed.</summary>
    public static async Task<byte[]> ReadAsync(string path)
    {
        await using var file = File.OpenRead(path);
        await using Stream plain = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var bytes = new MemoryStream();
        await plain.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    public async Task<StaffBrowser> SignInAsync(string name, string role)
    {
        if (known.Add(name))
            await Node.Services.GetRequiredService<StaffUsers>().AddAsync(TestDatabase.Alice, new NewUser(name, role) { DisplayName = name }, CancellationToken.None);
        return await StaffBrowser.OfAsync(Node, name);
    }

    /// <summary>A field supervisor whose role holds at one place, point, team or agency; whichever team or agency.</summary>
    public async Task<StaffBrowser> SupervisorAsync(string kind, string id)
    {
        var name = ("carla-" + kind + "-" + id.Replace(':', '-')).TrimEnd('-').ToLowerInvariant();
        var browser = await SignInAsync(name, "field_supervisor");
        var user = (await UserRows.ByNameAsync(Node.Db, name, CancellationToken.None))!;
        await using var change = await Node.Db.BeginAsync(TestDatabase.Alice, "users.role_given", user.Subject, CancellationToken.None);
        await change.ExecuteAsync("delete from platform_role_grants where user_id = @Id", new { user.Id });
        var at = kind is "team" or "agency" ? Guid.CreateVersion7(Time.GetUtcNow()).ToString("D") : id;
        await RoleGrants.InsertAsync(change, new RoleGrant { UserId = user.Id, Role = "field_supervisor", ScopeKind = kind, ScopeId = at });
        await change.CommitAsync(CancellationToken.None);
        return browser;
    }

    /// <summary>A file of a chart, as text.</summary>
    public async Task<string> FileAsync(StaffBrowser who, string path, string language = "en")
    {
        using var client = Node.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Cookie", who.Session);
        request.Headers.Add("Accept-Language", language);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The tag of an answer, by which a program knows whether it has it already.</summary>
    public async Task<string> TagAsync(StaffBrowser who, string path)
    {
        using var client = Node.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Cookie", who.Session);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.Headers.ETag!.Tag;
    }

    public ValueTask DisposeAsync() => Node.DisposeAsync();

    private async Task ImportAsync(byte[] bytes, KeptMapping mapping) => await Node.Services.GetRequiredService<ImportFlows>().RunAsync(
        new FlowsImport("table.csv", new MemoryStream(bytes), mapping, false), TestDatabase.Alice, CancellationToken.None);

    private const string Valley =
        """
        {
          "name": "valley", "version": 1, "dataflow": "FLOW",
          "series": { "code": "SERIES", "title": { "en": "Crossings of the valley" }, "publisher": "Office of the valley", "licence": "made up", "link": "https://example.org", "training": TRAINING },
          "constants": { "UNIT_MEASURE": "PS", "REF_AREA": "PAN", "POINT": "VALLEY_GATE", "DIRECTION": "IN", "ENTRY_STATUS": "IRR", "COLL_METHOD": "OBS" },
          "columns": [
            { "from": [ "month" ], "to": [ "TIME_PERIOD" ], "dates": [ { "pattern": "yyyy-MM", "frequency": "M" } ] },
            { "from": [ "who" ], "to": [ "CITIZENSHIP" ], "codes": "countries" },
            { "from": [ "kind" ], "to": [ "AGE" ], "values": {
              "children": [ { "to": { "AGE": "Y_LT18" } } ],
              "adults": [ { "to": { "AGE": "Y_GE18" } } ],
              "families": [ { "to": { "AGE": "_T" }, "carried": "bounded", "why": "family_units_mix_ages" } ] } },
            { "from": [ "count" ], "to": [ "OBS_VALUE" ], "number": { "unknown": [ "n/d" ] } }
          ]
        }
        """;
}
