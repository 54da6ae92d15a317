using Dapper;
using Tambo.Guide.Directory;
using Tambo.Guide.Staff;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Guide.Feedback;

/// <summary>What staff read of an inbox, and how they write to it: the one place that decides who may.</summary>
internal sealed class FeedbackDesk(NodeDb db, FeedbackSeals seals, LiveDirectory live)
{
    /// <summary>The most rows that a list looks at: more are years of messages.</summary>
    private const int MostRows = 20_000;

    public NodeDb Db => db;

    public FeedbackSeals Seals => seals;

    public DateTimeOffset Now => db.Time.GetUtcNow();

    public async Task<GuideScope> ScopeAsync(Actor actor, CancellationToken cancellationToken) =>
        GuideScope.For(actor, await live.GetAsync(cancellationToken));

    /// <summary>
    /// True when a message is this person's to read. What tells of harm is for the focal point of the whole node: an agency
    /// does not read first what is said of its own people.
    /// </summary>
    public static bool Reads(Actor actor, GuideScope scope, Inbox inbox, FeedbackRow row) =>
        inbox.IsSensitive ? actor.May(inbox.Permission, new RecordPlace()) : scope.HearsOf(row.Service);

    /// <summary>The messages of an inbox that this person may read, the most urgent first.</summary>
    /// <param name="state">A state; <c>open</c> for what nobody has ended; empty for all.</param>
    public async Task<IReadOnlyList<FeedbackRow>> ListAsync(Actor actor, Inbox inbox, string state, CancellationToken cancellationToken)
    {
        var scope = await ScopeAsync(actor, cancellationToken);
        await using var connection = await db.ReadAsync(cancellationToken);
        var rows = await connection.QueryAsync<FeedbackRow>(
            inbox.Sql(FeedbackBox.ReadRow +
                """

                where @state = '' or state = @state or (@state = 'open' and state in ('new', 'in_hand'))
                order by case when state in ('new', 'in_hand') then due_at else '9999' end, received_at desc, id limit @MostRows
                """),
            new { state, MostRows });
        return [.. rows.Select(row => seals.Opened(inbox, row)).Where(row => Reads(actor, scope, inbox, row))];
    }

    /// <summary>One message; the refusal is the same whether it is another's or is not there.</summary>
    public async Task<(FeedbackRow Row, IReadOnlyList<FeedbackNote> Notes, GuideScope Scope)> FindAsync(
        Actor actor, Inbox inbox, Guid id, CancellationToken cancellationToken)
    {
        var scope = await ScopeAsync(actor, cancellationToken);
        await using var connection = await db.ReadAsync(cancellationToken);
        var stored = await FeedbackBox.RowAsync(connection, inbox, id);
        var row = stored is null ? null : seals.Opened(inbox, stored);
        return row is not null && Reads(actor, scope, inbox, row)
            ? (row, await FeedbackBox.NotesAsync(connection, inbox, id), scope)
            : throw GuideProblems.NoSuchRecord.With();
    }

    /// <summary>Those to whom a message can be given: they may read it.</summary>
    public async Task<IReadOnlyList<Actor>> ReadersAsync(Inbox inbox, FeedbackRow row, CancellationToken cancellationToken)
    {
        var moment = await live.GetAsync(cancellationToken);
        return [.. (await Colleagues.HoldingAsync(db, inbox.Permission, cancellationToken)).Where(actor => Reads(actor, GuideScope.For(actor, moment), inbox, row))];
    }

    /// <summary>
    /// Notes that somebody read, and waits until that is on the disk. The audit names the message and not its inbox, so
    /// that whoever reads the audit does not learn who complained of what.
    /// </summary>
    public async Task NoteReadingAsync(Actor actor, string subject, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(actor, "guide.feedback.read", subject, cancellationToken);
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>Writes what staff did with a message, with a line of its own history.</summary>
    /// <exception cref="Problem">Somebody else changed it since it was read.</exception>
    public async Task WriteAsync(
        Actor actor, Inbox inbox, FeedbackRow before, FeedbackRow after, IReadOnlyList<FeedbackNote> notes, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(actor, "guide.feedback.handled", FeedbackBox.SubjectOf(before.Id), cancellationToken);
        var changed = await change.ExecuteAsync(
            inbox.Sql(
                """
                update guide_feedback set version = version + 1, state = @State, held = @Held, due_at = @DueAt, assigned_to = @AssignedTo,
                    answered_at = @AnsweredAt, ended_at = @EndedAt, closing = @Closing, changed_version = @ChangedVersion
                where id = @Id and version = @Version and erased_at is null
                """),
            after with { Version = before.Version });
        if (changed == 0)
            throw PlatformProblems.Changed.With();
        foreach (var note in notes)
            await FeedbackBox.NoteAsync(change, inbox, note);
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>Moves a message with all that was said to the other inbox, where it is sealed anew.</summary>
    /// <param name="actor">Who does it.</param>
    /// <param name="from">Where it lies.</param>
    /// <param name="row">The message, opened.</param>
    /// <param name="kind">What it is about, as it is called from now on.</param>
    /// <param name="why">The step to remember.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="Problem">Somebody else changed it since it was read.</exception>
    public async Task MoveAsync(Actor actor, Inbox from, FeedbackRow row, string kind, FeedbackNote why, CancellationToken cancellationToken)
    {
        var to = from.Other;
        await using var change = await db.BeginAsync(actor, "guide.feedback.handled", FeedbackBox.SubjectOf(row.Id), cancellationToken);
        // Writing first: nobody adds to it, or withdraws it, while it moves.
        if (await change.ExecuteAsync(
            from.Sql("update guide_feedback set version = version + 1 where id = @Id and version = @Version and erased_at is null"), row) == 0)
            throw PlatformProblems.Changed.With();
        var notes = (await change.QueryAsync<FeedbackNote>(
            from.Sql("select id, feedback_id, at, author, actor, language, key_hash, sealed from guide_feedback_notes where feedback_id = @Id order by at, id"), row)).ToList();
        var head = new FeedbackHead(kind, row.About, row.ServiceId, row.Language);
        var due = Now.AddHours(FeedbackKinds.Find(kind)?.AnswerWithinHours ?? 24);
        var moved = seals.WithHead(to, row, head) with
        {
            Version = row.Version + 1,
            State = FeedbackStates.New,
            Held = "",
            DueAt = due < row.DueAt || !row.IsOpen ? due : row.DueAt,
            AssignedTo = "",
            EndedAt = null,
            Closing = "",
            TextHash = "",
            Sealed = seals.Seal(to, row.Id, seals.Open(from, row.Id, row.Sealed)),
        };
        await FeedbackBox.InsertAsync(change, to, moved);
        foreach (var note in notes.Append(why))
            await FeedbackBox.NoteAsync(change, to, note with { Sealed = note.Sealed.Length == 0 ? "" : seals.Seal(to, row.Id, seals.Open(from, row.Id, note.Sealed)) });
        await change.ExecuteAsync(from.Sql("delete from guide_feedback_notes where feedback_id = @Id"), row);
        await change.ExecuteAsync(from.Sql("delete from guide_feedback where id = @Id"), row);
        await change.ExecuteAsync("update guide_answer_codes set inbox = @Name where feedback_id = @Id", new { to.Name, row.Id });
        await change.CommitAsync(cancellationToken);
    }
}
