using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Logging;
using Tambo.Cases.Access;
using Tambo.Cases.Merging;
using Tambo.Cases.Persons;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;

namespace Tambo.Cases.Consent;

/// <summary>A consent as the table has it: nothing of what was agreed to.</summary>
internal sealed record ConsentRow
{
    public Guid Id { get; init; }

    public Guid PersonId { get; init; }

    public DateTimeOffset GrantedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? WithdrawnAt { get; init; }

    /// <summary>When what follows from its end was carried out.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public string CreatedBy { get; init; } = "";

    public int Version { get; init; } = 1;

    /// <summary>How it stands at a moment.</summary>
    public ConsentStanding StandingAt(DateTimeOffset now) =>
        WithdrawnAt <= now ? ConsentStanding.Withdrawn : now >= ExpiresAt ? ConsentStanding.Expired : now < GrantedAt ? ConsentStanding.NotYet : ConsentStanding.InForce;
}

/// <summary>What is sealed of a consent: what was agreed to, and once it has ended what follows.</summary>
internal sealed record ConsentContent(GivenConsent Consent, ConsentEnding? Ending = null)
{
    /// <summary>Whom of those that it shuts out the person asked to let back in, the oldest first.</summary>
    public IReadOnlyList<ExclusionLift> Lifts { get; init; } = [];

    public override string ToString() => "•••";
}

/// <summary>Keeps consents and finds them again.</summary>
/// <remarks>
/// A consent is sealed in the compartment of its purpose: that somebody agreed to ask for asylum is told to nobody to whom
/// asylum is closed. Decisions about disclosures ask <see cref="AllAsync"/>, which opens all of them.
/// </remarks>
internal sealed class KeptConsents(SealedRecords seals, NodeDb db, UnreadConsents unread)
{
    private const int MostKnown = 50_000;
    private static readonly IReadOnlyList<string> Homes = [Compartments.General, Compartments.Asylum];
    private readonly ConcurrentDictionary<(Guid Consent, int Version), IReadOnlyList<Exclusion>> excluded = new();

    /// <summary>The compartment that a consent for a purpose is sealed in.</summary>
    public static string HomeOf(string purpose) => purpose == "asylum" ? Compartments.Asylum : Compartments.General;

    /// <summary>How the audit names a consent.</summary>
    public static string SubjectOf(Guid id) => $"consent:{id:D}";

    /// <summary>A person's consents, the oldest first; those of files that were merged into theirs are among them.</summary>
    public static async Task<IReadOnlyList<ConsentRow>> RowsAsync(DbConnection connection, Guid person) =>
        [.. await connection.QueryAsync<ConsentRow>("select * from cases_consents where " + MergedFiles.Of("person_id") + " order by granted_at, id", new { person })];

    /// <summary>Seals a consent in its new version.</summary>
    public Task WriteAsync(Change change, DataKey key, int version, ConsentContent content) =>
        seals.WriteAsync(change, key, content.Consent.Id, HomeOf(content.Consent.Purpose), version, content);

    /// <summary>Those of the consents whose compartment is among those that are open.</summary>
    public async Task<IReadOnlyDictionary<Guid, ConsentContent>> OpenAsync(
        DbConnection connection, IReadOnlyList<ConsentRow> rows, IReadOnlyList<string> open, CancellationToken cancellationToken)
    {
        var homes = Homes.Where(open.Contains).ToList();
        var opened = await seals.OpenAsync(connection, [.. rows.Select(row => new Wanted(row.PersonId, row.Id, homes))], cancellationToken);
        return opened.ToDictionary(one => one.Key.Record, one => one.Value.Deserialize<ConsentContent>(CaseJson.Options)!);
    }

    /// <summary>
    /// The same of those that open: one that was changed by other hands is left out, and the log has its key. Nothing that is decided by it
    /// may be opened: what one that does not open shuts out, nobody knows.
    /// </summary>
    public async Task<IReadOnlyDictionary<Guid, ConsentContent>> ReadableAsync(
        DbConnection connection, IReadOnlyList<ConsentRow> rows, IReadOnlyList<string> open, ILogger log, CancellationToken cancellationToken)
    {
        try
        {
            return await OpenAsync(connection, rows, open, cancellationToken);
        }
        catch (Exception damaged) when (damaged is CryptographicException or JsonException)
        {
            var found = new Dictionary<Guid, ConsentContent>();
            foreach (var row in rows)
            {
                try
                {
                    if ((await OpenAsync(connection, [row], open, cancellationToken)).TryGetValue(row.Id, out var content))
                        found[row.Id] = content;
                }
                catch (Exception failure) when (failure is CryptographicException or JsonException)
                {
                    log.ConsentUnread(failure, row.Id);
                }
            }

            return found;
        }
    }

    /// <summary>The contents of consents, for a decision and not for a reader, and which of them do not open though the key is there.</summary>
    public Task<(IReadOnlyDictionary<Guid, ConsentContent> Opened, IReadOnlySet<Guid> Damaged)> ReadAsync(DbConnection connection, IReadOnlyList<ConsentRow> rows, CancellationToken cancellationToken) =>
        unread.ReadAsync(rows, some => OpenAsync(connection, some, Homes, cancellationToken));

    /// <summary>Every consent that was given with one of the files, for a decision about what was excluded and not for a reader.</summary>
    public async Task<IReadOnlyList<GivenConsent>> OfFilesAsync(DbConnection connection, IReadOnlyCollection<Guid> files, CancellationToken cancellationToken)
    {
        var rows = (await connection.QueryAsync<ConsentRow>("select * from cases_consents where person_id" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(files.Select(file => file.ToString("D"))) })).ToList();
        return rows.Count == 0 ? [] : [.. (await ReadAsync(connection, rows, cancellationToken)).Opened.Values.Select(content => content.Consent)];
    }

    /// <summary>What was excluded in any consent that was given with one of the files, ended or not, for a decision and not for a reader.</summary>
    /// <remarks>
    /// A list asks it of everybody in it. What a version of a consent excludes never changes, so each is opened once. One that is damaged
    /// stops no list: <see cref="UnreadConsents.InsteadOfThem"/> stands for what it excludes.
    /// </remarks>
    public async Task<IReadOnlyList<(Guid File, Exclusion Exclusion)>> ExclusionsAsync(DbConnection connection, IReadOnlyCollection<Guid> files, CancellationToken cancellationToken)
    {
        var rows = (await connection.QueryAsync<ConsentRow>("select id, person_id, version from cases_consents where person_id" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(files.Select(file => file.ToString("D"))) })).ToList();
        var found = new Dictionary<Guid, IReadOnlyList<Exclusion>>();
        var unknown = new List<ConsentRow>();
        foreach (var row in rows)
        {
            if (excluded.TryGetValue((row.Id, row.Version), out var known))
                found[row.Id] = known;
            else
                unknown.Add(row);
        }

        if (unknown.Count > 0)
        {
            var (opened, damaged) = await ReadAsync(connection, unknown, cancellationToken);
            if (excluded.Count > MostKnown)
                excluded.Clear();
            foreach (var row in unknown.Where(row => damaged.Contains(row.Id)))
                found[row.Id] = UnreadConsents.InsteadOfThem;
            foreach (var row in unknown.Where(row => opened.ContainsKey(row.Id)))
                excluded[(row.Id, row.Version)] = found[row.Id] = opened[row.Id].Consent.Exclusions is { Count: > 0 } some ? some : [];
        }

        return [.. rows.SelectMany(row => found.GetValueOrDefault(row.Id, []).Select(exclusion => (row.PersonId, exclusion)))];
    }

    /// <summary>
    /// Everything that a person has agreed to, for a decision and not for a reader. Of merged files a consent says no more than each of
    /// them does: <see cref="NarrowerConsents"/>.
    /// </summary>
    public Task<IReadOnlyList<GivenConsent>> AllAsync(DbConnection connection, Guid person, CancellationToken cancellationToken) =>
        AllAsync(connection, person, rows => OpenAsync(connection, rows, Homes, cancellationToken));

    /// <summary>Those of them that open, for the end of another one: what cannot be read carries nothing there.</summary>
    public Task<IReadOnlyList<GivenConsent>> AllReadableAsync(DbConnection connection, Guid person, ILogger log, CancellationToken cancellationToken) =>
        AllAsync(connection, person, rows => ReadableAsync(connection, rows, Homes, log, cancellationToken));

    private async Task<IReadOnlyList<GivenConsent>> AllAsync(DbConnection connection, Guid person, Func<IReadOnlyList<ConsentRow>, Task<IReadOnlyDictionary<Guid, ConsentContent>>> open)
    {
        var lead = await MergedFiles.LeadAsync(connection, person);
        var rows = (await RowsAsync(connection, lead)).ToList();
        var all = (await open(rows)).Values.Select(content => content.Consent).OrderBy(consent => consent.Id).ToList();
        var merged = (await connection.QueryAsync<(Guid File, DateTimeOffset At)>(
            "select m.absorbed_id, m.decided_at from cases_merges m join cases_persons p on p.id = m.absorbed_id and p.merged_into = m.survivor_id where m.survivor_id = @lead and m.state in ('done', 'undo_asked')", new { lead })).ToList();
        return merged.Count == 0
            ? all
            : NarrowerConsents.Of(all, lead, merged, rows.ToDictionary(row => row.Id, row => row.CreatedAt), db.Time.GetUtcNow());
    }
}

/// <summary>What the log is told of consents: their key alone.</summary>
internal static partial class ConsentLog
{
    [LoggerMessage(EventId = 4001, Level = LogLevel.Error, Message = "The consent {Id} cannot be read: it is left aside, the others of the person count.")]
    public static partial void ConsentUnread(this ILogger log, Exception failure, Guid id);
}

/// <summary>Whether somebody is a child as far as consent goes: who may be one is one until it is decided.</summary>
internal static class Childhood
{
    private const int Adult = 18;

    /// <summary>True unless the birth as it is known, and nobody disputes, makes an adult.</summary>
    public static bool IsAssumed(Birth? birth, DateOnly today) => birth is null or { Disputed: true } || birth.AgeOn(today) is not { Least: >= Adult };
}
