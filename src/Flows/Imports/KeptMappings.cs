using System.Text.Json.Nodes;
using Dapper;
using Tambo.Flows.Harmonising;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Flows.Imports;

/// <summary>The mappings of a node: those that its people have kept, before those of its data folder and shipped ones.</summary>
public sealed class KeptMappings(NodeDb db, NodeSettings settings)
{
    /// <summary>The mapping of a name.</summary>
    /// <exception cref="Problem">There is none, or it is not in order.</exception>
    public async Task<KeptMapping> FindAsync(string name, CancellationToken cancellationToken) =>
        (await RowsAsync(cancellationToken)).FirstOrDefault(row => row.Name == name) is { } kept ? MappingShelf.Read(kept.Json, name) : MappingShelf.Find(name, settings.Folder);

    /// <summary>The mappings that people of this node have kept, the latest first; one that is not in order any more is passed over, and named when it is asked for.</summary>
    internal async Task<IReadOnlyList<KeptMapping>> OwnAsync(CancellationToken cancellationToken)
    {
        var own = new List<KeptMapping>();
        foreach (var row in await RowsAsync(cancellationToken))
        {
            if (ReadOrNull(row) is { } mapping)
                own.Add(mapping);
        }

        return own;
    }

    /// <summary>Every mapping, the node's own first; one that is not in order is passed over.</summary>
    internal async Task<IReadOnlyList<KeptMapping>> AllAsync(CancellationToken cancellationToken)
    {
        var all = (await OwnAsync(cancellationToken)).ToList();
        foreach (var name in MappingShelf.Names(settings.Folder).Where(name => !all.Exists(kept => kept.Mapping.Name == name)))
        {
            try
            {
                all.Add(MappingShelf.Find(name, settings.Folder));
            }
            catch (Problem broken) when (broken.Kind == FlowsProblems.MappingBroken || broken.Kind == FlowsProblems.ComponentUnknown)
            {
                // Somebody writes at it; it is named when it is asked for.
            }
        }

        return all;
    }

    /// <summary>The version that a mapping would have: a further one when it says something else than the one that is kept.</summary>
    internal async Task<KeptMapping> NextAsync(string name, Func<int, string> json, CancellationToken cancellationToken)
    {
        var row = (await RowsAsync(cancellationToken)).FirstOrDefault(kept => kept.Name == name);
        var isSame = row is null || (ReadOrNull(row) is { } present && JsonNode.DeepEquals(JsonNode.Parse(present.Json), JsonNode.Parse(json(row.Version))));
        return MappingShelf.Read(json(isSame ? row?.Version ?? 1 : row!.Version + 1), name);
    }

    /// <summary>Keeps a mapping for later files; one that is kept already stays.</summary>
    internal async Task KeepAsync(KeptMapping mapping, Actor actor, CancellationToken cancellationToken)
    {
        var (name, version) = (mapping.Mapping.Name, mapping.Mapping.Version);
        await using var change = await db.BeginAsync(actor, "flows.mapping.kept", name, cancellationToken);
        if (await change.QuerySingleOrDefaultAsync<string?>("select json from flows_mappings where name = @name and version = @version", new { name, version }) is { } present)
        {
            if (present != mapping.Json)
                throw PlatformProblems.Changed.With();
            return;
        }

        change.Describe(new { name, version, series = mapping.Mapping.Series.Code, mapping.Hash });
        await change.ExecuteAsync(
            "insert into flows_mappings (name, version, json, kept_by, kept_at) values (@name, @version, @Json, @by, @now)",
            new { name, version, mapping.Json, by = actor.AuditName, now = db.Time.GetUtcNow() });
        await change.CommitAsync(cancellationToken);
    }

    private static KeptMapping? ReadOrNull(KeptRow row)
    {
        try
        {
            return MappingShelf.Read(row.Json, row.Name);
        }
        catch (Problem broken) when (broken.Kind == FlowsProblems.MappingBroken || broken.Kind == FlowsProblems.ComponentUnknown)
        {
            return null;
        }
    }

    // The last version of each.
    private async Task<List<KeptRow>> RowsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return (await connection.QueryAsync<KeptRow>(
            "select name, version, json from flows_mappings m where version = (select max(version) from flows_mappings o where o.name = m.name) order by kept_at desc, name")).AsList();
    }

    private sealed record KeptRow
    {
        public string Name { get; init; } = "";

        public int Version { get; init; }

        public string Json { get; init; } = "";
    }
}
