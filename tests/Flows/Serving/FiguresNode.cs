using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Node.Demonstration;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Roles;
using Tambo.Platform.Access.Tokens;
using Tambo.Platform.Access.Users;
using Tambo.Tests.Security;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows.Serving;

/// <summary>A node with the demonstration's figures, and somebody who may read them by a token.</summary>
public sealed class FiguresNode : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 18, 20, 0, 0, TimeSpan.Zero);

    public TestNode Node { get; private set; } = null!;

    /// <summary>A token of an adviser's right to read figures.</summary>
    public string Token { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Node = await TestNode.StartAsync(Engine.Sqlite, new SettableTime(Noon), settings => DemonstrationNode.Prepare(settings, training: false));
        await DemonstrationFigures.FillAsync(Node.Services, Node.Settings, CancellationToken.None);
        Token = await TokenAsync(Node, "amelia");
    }

    /// <summary>A new adviser's token.</summary>
    public static async Task<string> TokenAsync(TestNode node, string name)
    {
        await node.Services.GetRequiredService<StaffUsers>().AddAsync(TestDatabase.Alice, new NewUser(name, "adviser"), CancellationToken.None);
        var user = (await UserRows.ByNameAsync(node.Db, name, CancellationToken.None))!;
        var owner = new Actor(user.Subject, user.Id, user.DisplayName, [.. RoleCatalog.Shipped["adviser"].Select(held => new Grant(held, Scope.Node))]);
        return await node.Services.GetRequiredService<ApiTokens>().CreateAsync(owner, name, ["flows.read"], node.Db.Time.GetUtcNow().AddDays(30), CancellationToken.None);
    }

    internal async Task<Answer> AskAsync(string address, params (string Name, string Value)[] headers)
    {
        using var reader = new Reader(Node);
        return await reader.GetAsync(address, [("Authorization", "Bearer " + Token), .. headers]);
    }

    internal async Task<JsonElement> JsonAsync(string address)
    {
        var answer = await AskAsync(address);
        Assert.True((int)answer.Status == 200, $"{address}: {(int)answer.Status} {answer.Text}");
        return JsonDocument.Parse(answer.Body).RootElement;
    }

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}
