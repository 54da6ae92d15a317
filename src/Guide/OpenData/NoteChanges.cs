using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Parts;

namespace Tambo.Guide.OpenData;

/// <summary>A noted change of what the public may see of a record.</summary>
internal sealed record NotedChange
{
    /// <summary>Its number; later ones are greater.</summary>
    public long Number { get; init; }

    /// <summary>One of <see cref="RecordKinds"/>.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The record.</summary>
    public Guid Id { get; init; }

    /// <summary>added, changed or removed.</summary>
    public string Action { get; init; } = "";

    /// <summary>The hash of its public content; empty when there is none any more.</summary>
    public string Hash { get; init; } = "";

    /// <summary>When it was noted.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Hash over this line and all before it.</summary>
    public string Chain { get; init; } = "";
}

/// <summary>
/// The node notes what changed in what the public may see, by looking at that alone: a record that is hidden is noted as
/// removed, one that was never shown is not noted at all.
/// </summary>
internal static class NoteChanges
{
    private static readonly Actor Looking = Actor.Job("guide.public_changes");

    /// <summary>Looks once in a while; a directory that has not changed costs one query.</summary>
    public static Job Job { get; } = new("guide.public_changes", TimeSpan.FromSeconds(20), static async (services, cancellationToken) =>
    {
        var noted = await RunAsync(
            (NodeDb)services.GetService(typeof(NodeDb))!, (LiveDirectory)services.GetService(typeof(LiveDirectory))!, cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{noted} noted");
    });

    /// <summary>Notes what changed since the last time, and returns how many records that were.</summary>
    public static async Task<int> RunAsync(NodeDb db, LiveDirectory live, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Before the directory is read: a change in between is looked at twice, never missed.
            var seen = await SeenAsync(db, cancellationToken);
            var last = await LastSeenAsync(db, cancellationToken);
            if (last == seen)
                return 0;
            // Hashed before the change begins, which keeps everybody else from writing.
            var units = PublicUnits.Of(await ShownAsync(db, live, cancellationToken)).Select(unit => (unit.Kind, unit.Id, Hash: unit.Hash())).ToList();
            if (await NoteAsync(db, units, last, seen, cancellationToken) is { } noted)
                return noted;
        }
    }

    // Another process may have changed it a moment ago, and the directory in memory not have heard of it yet: what the
    // tables say counts, or that change would pass for noted and never be told.
    private static async Task<PublicDirectory> ShownAsync(NodeDb db, LiveDirectory live, CancellationToken cancellationToken)
    {
        var moment = await live.GetAsync(cancellationToken);
        var (known, stored) = (moment.Staff.Records, await DirectoryReader.ReadAsync(db, moment.Staff.Records, cancellationToken));
        return ReferenceEquals(known.Services, stored.Services) && ReferenceEquals(known.Organizations, stored.Organizations)
            && ReferenceEquals(known.Locations, stored.Locations) && ReferenceEquals(known.ServicesAtLocations, stored.ServicesAtLocations)
            && ReferenceEquals(known.Taxonomies, stored.Taxonomies) && ReferenceEquals(known.TaxonomyTerms, stored.TaxonomyTerms)
            && known.Sources.SequenceEqual(stored.Sources)
            ? moment.Public
            : PublicDirectory.Of(new ServiceDirectory(stored, moment.Staff.Version));
    }

    /// <summary>Notes one look; null when another process, whose lease had run out, has looked meanwhile: then this look is too old.</summary>
    private static async Task<int?> NoteAsync(
        NodeDb db, IReadOnlyList<(string Kind, Guid Id, string Hash)> units, string? last, string seen, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(Looking, "guide.changes.noted", "directory", cancellationToken, bulk: true);
        try
        {
            if (await change.QuerySingleOrDefaultAsync<string>("select seen from guide_public_looks") != last)
                return null;
            var noted = await WriteAsync(change, units, db.Time.GetUtcNow());
            await change.ExecuteAsync(
                "insert into guide_public_looks (one, seen) values (1, @seen) on conflict (one) do update set seen = excluded.seen", new { seen });
            change.Describe(new { count = noted });
            await change.CommitAsync(cancellationToken);
            return noted;
        }
        catch (DbException failure) when (db.Dialect.IsDuplicate(failure))
        {
            return null;
        }
    }

    private static async Task<int> WriteAsync(Change change, IReadOnlyList<(string Kind, Guid Id, string Hash)> units, DateTimeOffset at)
    {
        var known = (await change.QueryAsync<NotedChange>(
            """
            select c.number, c.kind, c.id, c.action, c.hash, c.at, c.chain from guide_public_changes c
            where c.number = (select max(l.number) from guide_public_changes l where l.kind = c.kind and l.id = c.id)
            """)).ToDictionary(noted => (noted.Kind, noted.Id));
        var changes = Since(known, units, at, known.Values.MaxBy(noted => noted.Number));
        await change.ExecuteAsync(
            "insert into guide_public_changes (number, kind, id, action, hash, at, chain) values (@Number, @Kind, @Id, @Action, @Hash, @At, @Chain)", changes);
        return changes.Count;
    }

    /// <summary>The changes from what was known to what is, numbered on from the last.</summary>
    public static IReadOnlyList<NotedChange> Since(
        IReadOnlyDictionary<(string Kind, Guid Id), NotedChange> known, IEnumerable<(string Kind, Guid Id, string Hash)> units, DateTimeOffset at, NotedChange? last)
    {
        var changes = new List<NotedChange>();
        var (number, chain) = (last?.Number ?? 0, last?.Chain ?? "");
        var here = new HashSet<(string, Guid)>();
        foreach (var (kind, id, hash) in units)
        {
            here.Add((kind, id));
            var before = known.GetValueOrDefault((kind, id));
            if (before?.Hash != hash)
                Add(kind, id, before is null or { Action: "removed" } ? "added" : "changed", hash);
        }

        foreach (var gone in known.Values.Where(noted => noted.Action != "removed" && !here.Contains((noted.Kind, noted.Id))).OrderBy(noted => noted.Number))
            Add(gone.Kind, gone.Id, "removed", "");
        return changes;

        void Add(string kind, Guid id, string action, string hash)
        {
            number++;
            chain = Convert.ToHexStringLower(SHA256.HashData(
                Encoding.UTF8.GetBytes($"{chain}|{number.ToString(CultureInfo.InvariantCulture)}|{kind}|{id:D}|{action}|{hash}|{Instants.Write(at)}")).AsSpan(0, 8));
            changes.Add(new NotedChange { Number = number, Kind = kind, Id = id, Action = action, Hash = hash, At = at, Chain = chain });
        }
    }

    private static async Task<string?> LastSeenAsync(NodeDb db, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<string>("select seen from guide_public_looks");
    }

    // Every change of a record, its retirement too, is a new version with its time; sets have a time of their own.
    private static async Task<string> SeenAsync(NodeDb db, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.QuerySingleAsync<string>(
            """
            select cast(count(*) as text) || ' ' || cast(coalesce(sum(version), 0) as text) || ' ' || coalesce(max(changed_at), '')
                || ' ' || (select coalesce(max(changed_at), '') from guide_source_sets)
            from guide_records
            """);
    }
}
