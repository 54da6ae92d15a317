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
internal sealed class FeedbackBox(NodeDb db, FeedbackSeals seals, FeedbackRoom room)
{
    /// <summary>What a writer may add to one message.</summary>
    public const int MostNotes = 20;

    private static readonly TimeSpan AlikeWithin = TimeSpan.FromHours(24);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    /// <summary>Keeps a message, and returns its code; the same one however often it is sent under its key.</summary>
    /// <exception cref="Problem">The key came before with another message, or as many wait as may.</exception>
    public async Task<string> ReceiveAsync(NewFeedback said, string requestKey, CancellationToken cancellationToken)
    {
        var code = seals.CodeFor(requestKey, said);
        var (keyHash, codeHash) = (seals.Hash("key", requestKey), seals.Hash("code", code));
        var id = Guid.CreateVersion7(db.Time.GetUtcNow());
        var inbox = Inbox.Of(said.Kind);
        await using (var change = await db.BeginAsync(Actor.Anonymous, "guide.feedback.received", SubjectOf(id), cancellationToken))
        {
            var isNew = await change.ExecuteAsync(
                """
                insert into guide_answer_codes (key_hash, code_hash, inbox, feedback_id)
                values (@keyHash, @codeHash, @Name, @id) on conflict do nothing
                """,
                new { keyHash, codeHash, inbox.Name, id });
            if (isNew == 1)
            {
                var row = await RowOfAsync(change, inbox, id, said);
                await room.RequireAsync(change, inbox, row);
                await InsertAsync(change, inbox, row);
                await change.CommitAsync(cancellationToken);
                return code;
            }
        }

        // Somebody has sent it before, perhaps this very moment: the code is given once that is on the disk.
        var came = db.Time.GetTimestamp();
        while (await CodeHashAsync(keyHash, cancellationToken) is var known && known != codeHash)
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
        for (var looks = 1; ; looks++)
        {
            var place = await connection.QuerySingleOrDefaultAsync<(string Inbox, string Id)>(
                "select inbox, feedback_id from guide_answer_codes where code_hash = @hash", new { hash });
            var inbox = Inbox.Named(place.Inbox ?? "");
            var row = await RowAsync(connection, inbox, Guid.TryParse(place.Id, out var id) ? id : Guid.Empty);
            if (row is not null)
                return new FoundMessage(inbox, row, await NotesAsync(connection, inbox, row.Id));
            // Handed over between the two looks, it lies in the other inbox now.
            if (place.Id is null || looks == 2)
                return null;
        }
    }

    /// <summary>Adds what the writer has to say further; a message that was done with is open again. Once for each key.</summary>
    /// <exception cref="Problem">It was withdrawn, its texts were deleted, or enough was added.</exception>
    public async Task AddAsync(FoundMessage found, string text, string language, string requestKey, CancellationToken cancellationToken)
    {
        var id = found.Row.Id;
        await using var change = await db.BeginAsync(Actor.Anonymous, "guide.feedback.added_to", SubjectOf(id), cancellationToken);
        var now = db.Time.GetUtcNow();
        var hours = FeedbackKinds.Find(found.Row.Kind)?.AnswerWithinHours ?? FeedbackKinds.All.Min(kind => kind.AnswerWithinHours);
        var keyHash = seals.Hash("note", $"{id:D}\n{requestKey}");
        // Writing first: nobody hands it over, erases it or adds the same to it meanwhile.
        var inbox = await WriteWhereItLiesAsync(
                change,
                id,
                """
                update guide_feedback set version = version + 1,
                    state = case when state in ('answered', 'closed') then 'new' else state end,
                    due_at = case when state in ('answered', 'closed') then @Due else due_at end,
                    ended_at = case when state = 'spam' then ended_at else null end, closing = ''
                where id = @id and erased_at is null and state <> 'withdrawn'
                """,
                new { id, Due = now.AddHours(hours) }) ?? throw GuideProblems.FeedbackOver.With();
        // Sent again it counts once; what was written above is undone.
        if (await change.QuerySingleOrDefaultAsync<long>(inbox.Sql("select count(*) from guide_feedback_notes where key_hash = @keyHash"), new { keyHash }) > 0)
            return;
        var notes = await change.QuerySingleOrDefaultAsync<long>(
            inbox.Sql("select count(*) from guide_feedback_notes where feedback_id = @id and author = 'writer'"), new { id });
        if (notes >= MostNotes)
            throw GuideProblems.FeedbackOver.With();
        var note = new FeedbackNote
        {
            Id = Guid.CreateVersion7(now),
            FeedbackId = id,
            At = now,
            Author = FeedbackNote.ByWriter,
            Language = language,
            KeyHash = keyHash,
        };
        await NoteAsync(change, inbox, seals.SealNote(inbox, note, text));
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>
    /// Takes a message back: its texts are deleted at once, of harm also what it was about, and nobody deals with it any
    /// more. Taken back before, nothing happens.
    /// </summary>
    public async Task WithdrawAsync(FoundMessage found, CancellationToken cancellationToken)
    {
        var id = found.Row.Id;
        await using var change = await db.BeginAsync(Actor.Anonymous, "guide.feedback.withdrawn", SubjectOf(id), cancellationToken);
        var inbox = await WriteWhereItLiesAsync(
            change,
            id,
            """
            update guide_feedback set version = version + 1, state = 'withdrawn', sealed = '', head = '', text_hash = '', written_on = '',
                ended_at = @now, erased_at = @now
            where id = @id and erased_at is null
            """,
            new { id, now = db.Time.GetUtcNow() });
        if (inbox is null)
            return;
        await change.ExecuteAsync(inbox.Sql("update guide_feedback_notes set sealed = '' where feedback_id = @id"), new { id });
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>
    /// Runs a statement about the ordinary tables on those in which a message lies now, and says which these are; null when
    /// it changed nothing. One that is handed over at this moment is looked for again.
    /// </summary>
    private static async Task<Inbox?> WriteWhereItLiesAsync(Change change, Guid id, string ofOrdinary, object parameters)
    {
        for (var looks = 0; looks < 2; looks++)
        {
            var inbox = Inbox.Named(await change.QuerySingleOrDefaultAsync<string>("select inbox from guide_answer_codes where feedback_id = @id", new { id }) ?? "");
            if (await change.ExecuteAsync(inbox.Sql(ofOrdinary), parameters) > 0)
                return inbox;
        }

        return null;
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

    internal const string InsertRow =
        """
        insert into guide_feedback (id, kind, about, service_id, language, state, held, version, received_at, written_on, due_at,
            assigned_to, text_hash, sealed, head, answered_at, ended_at, closing, changed_version, erased_at)
        values (@Id, @Kind, @About, @ServiceId, @Language, @State, @Held, @Version, @ReceivedAt, @WrittenOn, @DueAt,
            @AssignedTo, @TextHash, @Sealed, @Head, @AnsweredAt, @EndedAt, @Closing, @ChangedVersion, @ErasedAt)
        """;

    internal static Task InsertAsync(Change change, Inbox inbox, FeedbackRow row) => change.ExecuteAsync(inbox.Sql(InsertRow), row);

    internal static Task NoteAsync(Change change, Inbox inbox, FeedbackNote note) => change.ExecuteAsync(
        inbox.Sql(
            """
            insert into guide_feedback_notes (id, feedback_id, at, author, actor, language, key_hash, sealed)
            values (@Id, @FeedbackId, @At, @Author, @Actor, @Language, @KeyHash, @Sealed)
            """),
        note);

    /// <summary>What lists show: neither texts nor the hashes of texts.</summary>
    internal const string ReadLine =
        """
        select id, kind, about, service_id, language, state, held, version, received_at, written_on, due_at, assigned_to,
            head, answered_at, ended_at, closing, changed_version, erased_at
        from guide_feedback
        """;

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

    private async Task<string?> CodeHashAsync(string keyHash, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<string>("select code_hash from guide_answer_codes where key_hash = @keyHash", new { keyHash });
    }
}
