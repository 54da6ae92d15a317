using System.Data.Common;
using Dapper;
using Tambo.Platform.Database;

namespace Tambo.Cases.Disclosure;

/// <summary>What an agency has said to be as a recipient of data.</summary>
/// <param name="Codes">Kinds of recipient, codes of <see cref="Vocabulary"/>.</param>
/// <param name="Country">The other state that it acts for, two letters; null of one that acts for none, or for the node's own.</param>
/// <param name="Version">Grows with every change; 0 while nothing has been said.</param>
internal sealed record AgencyKind(IReadOnlyList<string> Codes, string? Country, int Version)
{
    /// <summary>Of an agency of which nobody has said anything.</summary>
    public static AgencyKind Unknown { get; } = new([], null, 0);
}

/// <summary>
/// The kinds of the agencies of this node. They are few and asked with every list, so they are kept in memory until one changes: in
/// this process at once, in others as soon as they learn of it.
/// </summary>
internal sealed class AgencyKinds(NodeDb db)
{
    /// <summary>The area whose number grows with a change.</summary>
    public const string Area = "cases.kinds";

    private readonly AreaVersion version = db.Versions.Of(Area);
    private Known? known;

    /// <summary>The kinds that an agency can be: all but those that no institution is.</summary>
    public static IReadOnlyList<string> Codes { get; } = [.. Vocabulary.Shipped.RecipientClasses.Select(kind => kind.Code).Where(code => code != "family")];

    /// <summary>Those of which something was said.</summary>
    public async ValueTask<IReadOnlyDictionary<Guid, AgencyKind>> AllAsync(CancellationToken cancellationToken)
    {
        // The number before the rows: a change in between makes them newer than they say, never older.
        var present = version.Committed;
        if (Volatile.Read(ref known) is { } held && held.Version == present)
            return held.Of;
        await using var connection = await db.ReadAsync(cancellationToken);
        var read = new Known(await ReadAsync(connection), present);
        Volatile.Write(ref known, read);
        return read.Of;
    }

    /// <summary>The same, read anew.</summary>
    public static async Task<IReadOnlyDictionary<Guid, AgencyKind>> ReadAsync(DbConnection connection) =>
        (await connection.QueryAsync<(Guid Agency, string Kinds, string? Country, int Version)>("select agency_id, kinds, country, version from cases_agency_kinds"))
            .ToDictionary(row => row.Agency, row => new AgencyKind(row.Kinds.Split(' ', StringSplitOptions.RemoveEmptyEntries), row.Country, row.Version));

    private sealed record Known(IReadOnlyDictionary<Guid, AgencyKind> Of, long Version);
}
