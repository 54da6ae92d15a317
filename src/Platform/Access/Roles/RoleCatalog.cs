using System.Text.Json;
using Dapper;
using Tambo.Platform.Database;

namespace Tambo.Platform.Access.Roles;

/// <summary>A named set of permissions.</summary>
public sealed class Role
{
    /// <summary>Short code; the shipped ones have the text <c>role.{code}</c>.</summary>
    public string Code { get; init; } = "";

    /// <summary>The name of a role that a node made itself; empty for the shipped ones.</summary>
    public string Name { get; init; } = "";

    /// <summary>Codes separated by spaces, as stored.</summary>
    public string Permissions { get; init; } = "";

    /// <summary>The permissions one by one.</summary>
    public IReadOnlyList<string> List => Split(Permissions);

    /// <summary>How people name it.</summary>
    public string Label(Languages.Texts texts) => Name.Length > 0 ? Name : texts[$"role.{Code}"];

    internal static string[] Split(string permissions) => permissions.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>The roles of a node: those shipped, from roles.json, and those it made itself.</summary>
internal static class RoleCatalog
{
    /// <summary>The shipped roles with their permissions.</summary>
    public static IReadOnlyDictionary<string, string[]> Shipped { get; } = Read<Dictionary<string, string[]>>("roles");

    /// <summary>Permissions that are given for the whole node or not at all: an agency does not read first what is said of its own people.</summary>
    public static IReadOnlySet<string> WholeNode { get; } = Read<HashSet<string>>("whole_node");

    /// <summary>Brings the shipped roles of the database up to this version of the program; run after migrating.</summary>
    public static async Task SeedAsync(NodeDb db, CancellationToken cancellationToken)
    {
        var stored = (await AllAsync(db, cancellationToken)).ToDictionary(role => role.Code, role => role.Permissions, StringComparer.Ordinal);
        foreach (var (code, permissions) in Shipped)
        {
            var line = string.Join(' ', permissions);
            if (stored.TryGetValue(code, out var known) && known == line)
                continue;
            await using var change = await db.BeginAsync(Actor.Job("roles"), "access.role_shipped", $"role:{code}", cancellationToken);
            change.Describe(new { permissions });
            await change.ExecuteAsync(
                """
                insert into platform_roles (code, name, permissions, version) values (@code, '', @line, 1)
                on conflict (code) do update set permissions = excluded.permissions, version = platform_roles.version + 1
                """,
                new { code, line });
            await change.CommitAsync(cancellationToken);
        }
    }

    public static async Task<IReadOnlyList<Role>> AllAsync(NodeDb db, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return [.. await connection.QueryAsync<Role>("select code, name, permissions from platform_roles order by code")];
    }

    private static T Read<T>(string name)
    {
        using var stream = typeof(RoleCatalog).Assembly.GetManifestResourceStream($"Tambo.Platform.Access.{name}.json")
            ?? throw new InvalidOperationException($"The embedded {name}.json is missing.");
        return JsonSerializer.Deserialize<T>(stream)!;
    }
}
