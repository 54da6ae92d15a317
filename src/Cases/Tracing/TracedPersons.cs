using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Merging;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Settings;

namespace Tambo.Cases.Tracing;

/// <summary>What a person lets registers for tracing have; the names are the texts <c>tracing.publication.{code}</c>.</summary>
internal static class Publication
{
    /// <summary>Nothing: what holds when nobody asked.</summary>
    public const string None = "none";

    /// <summary>What their consent for tracing says.</summary>
    public const string Consented = "consented";

    /// <summary>A picture alone.</summary>
    public const string Picture = "picture";

    /// <summary>A picture, and who looks for whom.</summary>
    public const string PictureAndRelation = "picture_and_relation";

    /// <summary>
    /// All of them. A picture, with or without who looks for them, is shown by staff alone: the format of registers asks for a
    /// name with each record, so that neither ever stands in a document of it.
    /// </summary>
    public static IReadOnlyList<string> All { get; } = [None, Picture, PictureAndRelation, Consented];
}

/// <summary>What one receiver was given of a person.</summary>
/// <param name="To">The receiver's name.</param>
/// <param name="Consent">The consent that carried it.</param>
/// <param name="At">Since when the record says what it says.</param>
/// <param name="Until">When it is to be deleted everywhere.</param>
/// <param name="Mark">A keyed hash of what it says.</param>
/// <param name="ForgottenAt">Since when the receiver is told to forget it; null while it stands.</param>
internal sealed record GivenTo(string To, Guid Consent, DateTimeOffset At, DateTimeOffset Until, string Mark, DateTimeOffset? ForgottenAt = null)
{
    /// <summary>The organisation of the directory that it is; null when it is none, or of records from before this was kept.</summary>
    public string? Key { get; init; }
}

/// <summary>What is sealed of it: the person's choice, and to whom their record went.</summary>
internal sealed record TracingContent
{
    public string Publication { get; set; } = Tracing.Publication.None;

    /// <summary>Which fields of a record may go, of <see cref="TracedRecord.Fields"/>; null when nobody asked field by field, and the consent alone says it.</summary>
    public IReadOnlyList<string>? Fields { get; set; }

    /// <summary>The consent that was given with the choice, by which alone anything goes; null when any consent for tracing may carry it.</summary>
    public Guid? Consent { get; set; }

    /// <summary>When it was written down; null of choices from before this was kept.</summary>
    public DateTimeOffset? ChosenAt { get; set; }

    public IReadOnlyList<GivenTo> Given { get; set; } = [];

    public override string ToString() => "•••";
}

/// <summary>The row of a person who made a choice, or of somebody who is gone and whose record others are to forget.</summary>
internal sealed record TracedRow
{
    public Guid Id { get; init; }

    public Guid? PersonId { get; init; }

    public Guid? AgencyId { get; init; }

    public string Domain { get; init; } = "";

    public DateTimeOffset? EntryAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? ForgottenAt { get; init; }

    public DateTimeOffset ChangedAt { get; init; }

    public int Version { get; init; } = 1;
}

/// <summary>Keeps what persons chose for tracing, and knows the names of their records.</summary>
internal sealed class TracedPersons(NodeKey node, SealedRecords seals, NodeSettings settings)
{
    private readonly byte[] names = node.KeyFor("cases tracing records");
    private readonly byte[] contents = node.KeyFor("cases tracing contents");

    /// <summary>
    /// The domain of records that are made now: that of the node's public address; of a node that has none, a name that leads
    /// nowhere and that no other node has.
    /// </summary>
    public string Domain => Uri.TryCreate(settings.File.PublicUrl, UriKind.Absolute, out var address) && address.Host.Length > 0
        ? address.Host
        : $"node-{Convert.ToHexStringLower(HMACSHA256.HashData(names, "domain"u8).AsSpan(0, 6))}.invalid";

    /// <summary>The name of a record: always the same, and neither the person's key nor a way to it.</summary>
    public string RecordOf(TracedRow row) => $"{row.Domain}/{Convert.ToHexStringLower(HMACSHA256.HashData(names, Encoding.UTF8.GetBytes(row.Id.ToString("D"))).AsSpan(0, 16))}";

    /// <summary>A keyed hash of what a record says.</summary>
    public string MarkOf(PfifPerson record) => Convert.ToHexStringLower(HMACSHA256.HashData(contents, WritePfif.Of([record with { EntryDate = null }])).AsSpan(0, 16));

    /// <summary>The choice of a person; null when they made none.</summary>
    public static Task<TracedRow?> FindAsync(DbConnection connection, Guid person) =>
        connection.QuerySingleOrDefaultAsync<TracedRow>("select * from cases_traced where person_id = @person", new { person });

    /// <summary>The same with the choices of files that were merged into theirs.</summary>
    public static async Task<IReadOnlyList<TracedRow>> OfAllFilesAsync(DbConnection connection, Guid person) =>
        [.. await connection.QueryAsync<TracedRow>("select * from cases_traced where " + MergedFiles.Of("person_id") + " order by id", new { person })];

    /// <summary>What is sealed of some rows, by their key.</summary>
    public async Task<IReadOnlyDictionary<Guid, TracingContent>> OpenAsync(DbConnection connection, IEnumerable<TracedRow> rows, CancellationToken cancellationToken) =>
        (await seals.OpenAsync(connection, [.. rows.Where(row => row.PersonId is not null).Select(row => new Wanted(row.PersonId!.Value, row.Id, [Compartments.Tracing]))], cancellationToken))
        .ToDictionary(one => one.Key.Record, one => one.Value.Deserialize<TracingContent>(CaseJson.Options)!);

    /// <summary>Seals a choice in its new version.</summary>
    public Task WriteAsync(Change change, DataKey key, Guid id, int version, TracingContent content) => seals.WriteAsync(change, key, id, Compartments.Tracing, version, content);
}
