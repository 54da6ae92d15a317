using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Referrals;

/// <summary>A notice to a recipient that a consent was taken back, as its table has it.</summary>
internal sealed record NoticeRow
{
    /// <summary>Nobody has told the recipient yet.</summary>
    public const string ToTell = "to_tell";

    /// <summary>It stands in their list, was mailed, or somebody has called.</summary>
    public const string Told = "told";

    /// <summary>They have confirmed that it is erased and not used any more.</summary>
    public const string Acknowledged = "acknowledged";

    public Guid Id { get; init; }

    public Guid ReferralId { get; init; }

    /// <summary>Of whose case it is, where that was asked for.</summary>
    public Guid CaseId { get; init; }

    public Guid ConsentId { get; init; }

    public string State { get; init; } = ToTell;

    public bool InList { get; init; }

    public bool Mailed { get; init; }

    public DateTimeOffset At { get; init; }

    public DateTimeOffset EraseBy { get; init; }

    public DateTimeOffset? ToldAt { get; init; }

    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>The service, sealed; null once it has confirmed.</summary>
    public byte[]? Receiver { get; init; }

    /// <summary>The code by which the recipient knows what it was sent.</summary>
    public string Code => Referral.CodeOf(ReferralId);
}

/// <summary>Keeps who is to hear that a consent was taken back, who was told, and who has confirmed.</summary>
internal sealed class ReferralNotices(NodeDb db, CaseGuards guards, ReferralMail mail, NodeKey node)
{
    private const int LongestToken = 100;

    // Three times as long as a recipient may take to erase.
    private static readonly TimeSpan LinkLasts = 3 * ConsentEnding.TimeToErase;

    /// <summary>Writes the notice of one recipient and tells it, where the node has a way to: its list, or its mail.</summary>
    public async Task TellAsync(Change change, StoredReferral given, ConsentEnding ending, CancellationToken cancellationToken)
    {
        var eraseBy = ending.At + ConsentEnding.TimeToErase;
        var address = await mail.AddressAsync(given, cancellationToken);
        var token = address is null ? null : System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(ReferralLink.Bytes));
        var inList = given.Row.Inbox.Length > 0;
        var receiver = node.Seal(given.Content.Service.ToByteArray(bigEndian: true), SealOf(given.Row.Id, ending.ConsentId));
        var isNew = await change.ExecuteAsync(
            """
            insert into cases_referral_notices (id, referral_id, consent_id, state, in_list, mailed, at, erase_by, told_at, acknowledged_by, hash, receiver)
            values (@Id, @Referral, @Consent, @State, @InList, @Mailed, @At, @EraseBy, @Told, '', @Hash, @Receiver) on conflict (referral_id, consent_id) do nothing
            """,
            new
            {
                Id = Guid.CreateVersion7(ending.At),
                Referral = given.Row.Id,
                Consent = ending.ConsentId,
                State = inList || token is not null ? NoticeRow.Told : NoticeRow.ToTell,
                InList = inList ? 1 : 0,
                Mailed = token is null ? 0 : 1,
                ending.At,
                EraseBy = eraseBy,
                Told = inList || token is not null ? ending.At : (DateTimeOffset?)null,
                Hash = token is null ? null : ReferralLink.HashOf(token),
                Receiver = receiver,
            });
        // One that was written before receivers were kept: the person is still there to say who it is.
        if (isNew == 0)
            await change.ExecuteAsync(
                "update cases_referral_notices set receiver = @receiver where referral_id = @Id and consent_id = @ConsentId and receiver is null and state <> 'acknowledged'",
                new { receiver, given.Row.Id, ending.ConsentId });
        if (isNew > 0 && token is not null)
            await change.SendAsync(mail.Tell(given.Referral.Code, address!, PathOf(token), eraseBy));
    }

    /// <summary>The service that a notice is to, whether or not anything of the person can still be opened; null once it has confirmed.</summary>
    public Guid? ServiceOf(NoticeRow one) => one.Receiver is { } kept ? new Guid(node.Open(kept, SealOf(one.ReferralId, one.ConsentId)), bigEndian: true) : null;

    /// <summary>The page of a link, below the language.</summary>
    public static string PathOf(string token) => "referral-notice/" + token;

    /// <summary>The notice of a link that is not too old; null when there is none. Whoever missed it is called.</summary>
    public async Task<NoticeRow?> FindAsync(DbConnection connection, string token) => token.Length is 0 or > LongestToken ? null
        : await connection.QuerySingleOrDefaultAsync<NoticeRow>(
            "select * from cases_referral_notices where hash = @hash and at > @since", new { hash = ReferralLink.HashOf(token), since = db.Time.GetUtcNow() - LinkLasts });

    /// <summary>A notice, whoever asks; null when there is none.</summary>
    public static Task<NoticeRow?> FindAsync(DbConnection connection, Guid id) =>
        connection.QuerySingleOrDefaultAsync<NoticeRow>("select * from cases_referral_notices where id = @id", new { id });

    /// <summary>The notices of some referrals, the oldest first.</summary>
    public async Task<IReadOnlyList<NoticeRow>> OfAsync(DbConnection connection, IEnumerable<Guid> referrals) =>
        [.. await connection.QueryAsync<NoticeRow>(
            "select * from cases_referral_notices where referral_id" + db.Dialect.IsAmong + " order by at, id", new { Among = db.Dialect.Among(referrals.Select(id => id.ToString("D"))) })];

    /// <summary>What agencies have not confirmed yet, the first due before.</summary>
    public async Task<IReadOnlyList<NoticeRow>> OfAgenciesAsync(DbConnection connection, IEnumerable<Guid> agencies) =>
        [.. await connection.QueryAsync<NoticeRow>(
            """
            select n.* from cases_referral_notices n join cases_referrals r on r.id = n.referral_id
            where n.state <> 'acknowledged' and r.inbox
            """ + db.Dialect.IsAmong + " order by n.erase_by, n.id limit 200",
            new { Among = db.Dialect.Among(agencies.Select(agency => guards.InboxOf(agency))) })];

    /// <summary>True when a notice is to one of the agencies.</summary>
    public async Task<bool> IsToAsync(DbConnection connection, Guid id, IEnumerable<Guid> agencies) => await connection.ExecuteScalarAsync<long>(
        "select count(*) from cases_referral_notices n join cases_referrals r on r.id = n.referral_id where n.id = @id and r.inbox" + db.Dialect.IsAmong,
        new { id, Among = db.Dialect.Among(agencies.Select(agency => guards.InboxOf(agency))) }) > 0;

    /// <summary>What is not confirmed yet of the referrals within somebody's reach: a referral counts where its case and its kind of help are seen.</summary>
    public Task<IReadOnlyList<NoticeRow>> OpenAsync(DbConnection connection, CaseScope scope, int most, int skip) => OpenAsync(connection, scope, null, most, skip);

    /// <summary>True when a notice is among them, and somebody may refer where its case lies: for one of whose person nothing is left.</summary>
    public async Task<bool> IsOpenAsync(DbConnection connection, CaseScope scope, Guid id) => (await OpenAsync(connection, scope, id, 1, 0)).Count > 0;

    private async Task<IReadOnlyList<NoticeRow>> OpenAsync(DbConnection connection, CaseScope scope, Guid? only, int most, int skip)
    {
        var (ofCase, own) = (scope.Cases("c", guards), scope.Cases("o", guards));
        var sql = """
            select n.*, c.id as case_id from cases_referral_notices n
            join cases_referrals r on r.id = n.referral_id
            join cases_cases c on c.id = r.case_id
            join (select x.id, x.guard, y.owner_id, y.team_id, y.agency_id, y.area_path, y.restricted from cases_referrals x join cases_cases y on y.id = x.case_id) o on o.id = r.id
            where n.state <> 'acknowledged' and
            """ + " " + ofCase + " and " + own + (only is null ? "" : " and n.id = @only and " + scope.Holding("c", CasesRights.Refer)) + " order by case n.state when 'to_tell' then 0 else 1 end, n.erase_by, n.id limit @most offset @skip";
        return [.. await connection.QueryAsync<NoticeRow>(sql, only is null ? scope.Parameters(new { most, skip }) : scope.Parameters(new { only, most, skip }))];
    }

    /// <summary>Somebody has called the recipient.</summary>
    public Task ToldAsync(Guid id, Actor actor, CancellationToken cancellationToken) => WriteAsync(
        id, "cases.referral.recipient_told", "update cases_referral_notices set state = 'told', told_at = @now where id = @id and state = 'to_tell'", actor, cancellationToken);

    /// <summary>The recipient has confirmed, by itself or to somebody who called.</summary>
    public Task AcknowledgeAsync(Guid id, Actor actor, CancellationToken cancellationToken) => WriteAsync(
        id,
        "cases.referral.recipient_erased",
        "update cases_referral_notices set state = 'acknowledged', told_at = coalesce(told_at, @now), acknowledged_at = @now, acknowledged_by = @AuditName, receiver = null where id = @id and state <> 'acknowledged'",
        actor,
        cancellationToken);

    // Said twice is said once.
    private async Task WriteAsync(Guid id, string code, string sql, Actor actor, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(actor, code, SubjectOf(id), cancellationToken);
        if (await change.ExecuteAsync(sql, new { id, now = db.Time.GetUtcNow(), actor.AuditName }) > 0)
            await change.CommitAsync(cancellationToken);
    }

    private static string SealOf(Guid referral, Guid consent) => $"cases notice receiver {referral:D} {consent:D}";

    private static string SubjectOf(Guid id) => $"notice:{id:D}";
}
