using System.Data.Common;
using Dapper;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Guide.Feedback;

/// <summary>A message as its writer finds it by the code.</summary>
internal sealed record FoundMessage(Inbox Inbox, FeedbackRow Row, IReadOnlyList<FeedbackNote> Notes);

/// <summary>
/// What readers put in and take out: a message is kept once for its key, found by its code, added to and withdrawn.
/// What is acknowledged is on the disk.
/// </summary>
internal sealed class FeedbackBox(NodeDb db, FeedbackSeals seals)
{
    /// <summary>What a writer may add to one message.</summary>
    public const int MostNotes = 20;

    private static readonly TimeSpan AlikeWithin = TimeSpan.FromHours(24);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    /// <summary>Keeps a message, and returns its code; the same one however often it is sent under its key.</summary>
    /// <exception cref="Problem">The key came before with another message.</exception>
    public async Task<string> ReceiveAsync(NewFeedback said, string requestKey, CancellationToken cancellationToken)
    {
        var fingerprint = seals.Fingerprint(said);
        var code = seals.CodeFor(requestKey, fingerprint);
        var keyHash = seals.Hash("key", requestKey);
        var id = Guid.CreateVersion7(db.Time.GetUtcNow());
        var inbox = Inbox.Of(said.Kind);
        await using (var change = await db.BeginAsync(Actor.Anonymous, "guide.feedback.received", SubjectOf(id), cancellationToken))
        {
            var isNew = await change.ExecuteAsync(
                """
                insert into guide_answer_codes (key_hash, code_hash, fingerprint, inbox, feedback_id)
                values (@keyHash, @CodeHash, @fingerprint, @Name, @id) on conflict do nothing
                """,
                new { keyHash, CodeHash = seals.Hash("code", code), fingerprint, inbox.Name, id });
            if (isNew == 1)
            {
                await InsertAsync(change, inbox, await RowOfAsync(change, inbox, id, said));
                await change.CommitAsync(cancellationToken);
                return code;
            }
        }

        // Somebody has sent it before, perhaps this very moment: the code is given once that is on the disk.
        var came = db.Time.GetTimestamp();
        while (await FingerprintAsync(keyHash, cancellationToken) is var known && known != fingerprint)
        {
            if (known is not null)
                throw PlatformProblems.KeyReused.With();
            if (db.Time.GetElapsedTime(came) > Patience)
                throw new Problem(PlatformProblems.InProgress, []) { RetryAfter = 2 };
            await Task.Delay(BetweenLooks, cancellationToken);
        }

        return code;
    }

    /// <summary>The message of a code, or null. What cannot be a code is looked for as well, so that both take as long.</summary>
    public async Task<FoundMessage?> FindAsync(string written, CancellationToken cancellationToken)
    {
        var hash = seals.Hash("code", FeedbackCode.Read(written) ?? written);
        await using var connection = await db.ReadAsync(cancellationToken);
        var place = await connection.QuerySingleOrDefaultAsync<(string Inbox, string Id)>(
            "select inbox, feedback_id from guide_answer_codes where code_hash = @hash", new { hash });
        var inbox = Inbox.Named(place.Inbox ?? "");
        var row = await RowAsync(connection, inbox, Guid.TryParse(place.Id, out var id) ? id : Guid.Empty);
        return row is null ? null : new FoundMessage(inbox, row, await NotesAsync(connection, inbox, row.Id));
    }

    /// <summary>Adds what the writer has to say further; a message that was done with is open again. Once for each key.</summary>
    /// <exception cref="Problem">It was withdrawn, its texts were deleted, or enough was added.</exception>
    public async Task AddAsync(FoundMessage found, string text, string language, string requestKey, CancellationToken cancellationToken)
    {
        var (inbox, id) = (found.Inbox, found.Row.Id);
        await using var change = await db.BeginAsync(Actor.Anonymous, "guide.feedback.added_to", SubjectOf(id), cancellationToken);
        var now = db.Time.GetUtcNow();
        var hours = FeedbackKinds.Find(found.Row.Kind)?.AnswerWithinHours ?? FeedbackKinds.All.Min(kind => kind.AnswerWithinHours);
        var keyHash = seals.Hash("note", $"{id:D}\n{requestKey}");
        if (await change.QuerySingleOrDefaultAsync<long>(inbox.Sql("select count(*) from guide_feedback_notes where key_hash = @keyHash"), new { keyHash }) > 0)
            return;
        // Writing first: nobody moves or erases it meanwhile.
        var open = await change.ExecuteAsync(
            inbox.Sql(
                """
                update guide_feedback set version = version + 1,
                    state = case when state in ('answered', 'closed') then 'new' else state end,
                    due_at = case when state in ('answered', 'closed') then @Due else due_at end,
                    ended_at = case when state = 'spam' then ended_at else null end, closing = ''
                where id = @id and erased_at is null and state <> 'withdrawn'
                """),
            new { id, Due = now.AddHours(hours) });
        var notes = await change.QuerySingleOrDefaultAsync<long>(
            inbox.Sql("select count(*) from guide_feedback_notes where feedback_id = @id and author = 'writer'"), new { id });
        if (open == 0 || notes >= MostNotes)
            throw GuideProblems.FeedbackOver.With();
        await NoteAsync(change, inbox, new FeedbackNote
        {
            Id = Guid.CreateVersion7(now),
            FeedbackId = id,
            At = now,
            Author = FeedbackNote.ByWriter,
            Language = language,
            KeyHash = keyHash,
            Sealed = seals.Seal(inbox, id, text),
        });
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>Takes a message back: its texts are deleted at once, and nobody deals with it any more.</summary>
    public async Task WithdrawAsync(FoundMessage found, CancellationToken cancellationToken)
    {
        var (inbox, id) = (found.Inbox, found.Row.Id);
        await using var change = await db.BeginAsync(Actor.Anonymous, "guide.feedback.withdrawn", SubjectOf(id), cancellationToken);
        await change.ExecuteAsync(
            inbox.Sql(
                """
                update guide_feedback set version = version + 1, state = 'withdrawn', sealed = '', text_hash = '', ended_at = @now, erased_at = @now
                where id = @id and erased_at is null;
                update guide_feedback_notes set sealed = '' where feedback_id = @id
                """),
            new { id, now = db.Time.GetUtcNow() });
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>How the audit names a message: alike in both inboxes.</summary>
    public static string SubjectOf(Guid id) => $"feedback:{id:D}";

    internal static async Task<FeedbackRow?> RowAsync(DbConnection connection, Inbox inbox, Guid id) =>
        await connection.QuerySingleOrDefaultAsync<FeedbackRow>(
            inbox.Sql(ReadRow + " where id = @id"), new { id });

    internal static async Task<IReadOnlyList<FeedbackNote>> NotesAsync(DbConnection connection, Inbox inbox, Guid id) =>
    [
        .. await connection.QueryAsync<FeedbackNote>(
            inbox.Sql("select id, feedback_id, at, author, actor, language, key_hash, sealed from guide_feedback_notes where feedback_id = @id order by at, id"),
            new { id }),
    ];

    internal static Task InsertAsync(Change change, Inbox inbox, FeedbackRow row) => change.ExecuteAsync(
        inbox.Sql(
            """
            insert into guide_feedback (id, kind, about, service_id, language, state, held, version, received_at, written_on, due_at,
                assigned_to, text_hash, sealed, head, answered_at, ended_at, closing, changed_version, erased_at)
            values (@Id, @Kind, @About, @ServiceId, @Language, @State, @Held, @Version, @ReceivedAt, @WrittenOn, @DueAt,
                @AssignedTo, @TextHash, @Sealed, @Head, @AnsweredAt, @EndedAt, @Closing, @ChangedVersion, @ErasedAt)
            """),
        row);

    internal static Task NoteAsync(Change change, Inbox inbox, FeedbackNote note) => change.ExecuteAsync(
        inbox.Sql(
            """
            insert into guide_feedback_notes (id, feedback_id, at, author, actor, language, key_hash, sealed)
            values (@Id, @FeedbackId, @At, @Author, @Actor, @Language, @KeyHash, @Sealed)
            """),
        note);

    internal const string ReadRow =
        """
        select id, kind, about, service_id, language, state, held, version, received_at, written_on, due_at, assigned_to,
            text_hash, sealed, head, answered_at, ended_at, closing, changed_version, erased_at
        from guide_feedback
        """;

    private async Task<FeedbackRow> RowOfAsync(Change change, Inbox inbox, Guid id, NewFeedback said)
    {
        var now = db.Time.GetUtcNow();
        var hash = inbox.IsSensitive || said.Essence.Length == 0 ? "" : seals.Hash("text", said.Essence);
        var alike = hash.Length == 0 ? 0 : await change.QuerySingleOrDefaultAsync<long>(
            "select count(*) from guide_feedback where text_hash = @hash and received_at >= @Since", new { hash, Since = now - AlikeWithin });
        var held = said.HeldFor((int)alike);
        var row = new FeedbackRow
        {
            Id = id,
            State = held.Length > 0 ? FeedbackStates.Spam : FeedbackStates.New,
            Held = held,
            ReceivedAt = now,
            EndedAt = held.Length > 0 ? now : null,
            DueAt = now.AddHours(said.Kind.AnswerWithinHours),
            WrittenOn = said.WrittenOn,
            TextHash = hash,
            Sealed = seals.Seal(inbox, id, said.Text),
        };
        return seals.WithHead(inbox, row, new FeedbackHead(said.Kind.Code, said.About, said.Service, said.Language));
    }

    private async Task<string?> FingerprintAsync(string keyHash, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<string>("select fingerprint from guide_answer_codes where key_hash = @keyHash", new { keyHash });
    }
}
