using Dapper;
using Tambo.Guide.Directory;
using Tambo.Guide.Staff;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Roles;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Guide.Feedback;

/// <summary>What staff read of an inbox, and how they write to it: the one place that decides who may.</summary>
internal sealed class FeedbackDesk(NodeDb db, FeedbackSeals seals, LiveDirectory live)
{
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

    /// <summary>The messages of an inbox that this person may read, the most urgent first: one page of them, and how many there are.</summary>
    public async Task<(IReadOnlyList<FeedbackRow> Rows, int Found)> ListAsync(
        Actor actor, Inbox inbox, InboxFilter filter, int perPage, CancellationToken cancellationToken)
    {
        var query = InboxQuery.Of(inbox, filter, actor, await ScopeAsync(actor, cancellationToken), db.Dialect, Now);
        if (query is null)
            return ([], 0);
        await using var connection = await db.ReadAsync(cancellationToken);
        if (!query.LooksUnderSeal)
        {
            var found = await connection.ExecuteScalarAsync<int>(inbox.Sql(query.Count), query.Parameters);
            var skip = (Math.Min(filter.Page, Math.Max(1, (found + perPage - 1) / perPage)) - 1) * perPage;
            var rows = await connection.QueryAsync<FeedbackRow>(inbox.Sql(query.Select + " limit @Limit offset @Offset"), query.Parameters with { Limit = perPage, Offset = skip });
            return ([.. rows.Select(row => seals.Opened(inbox, row))], found);
        }

        // What it is about is sealed: one after the other is opened, and only the page is kept.
        var (page, number, first) = (new List<FeedbackRow>(), 0, (filter.Page - 1) * perPage);
        await foreach (var row in connection.QueryUnbufferedAsync<FeedbackRow>(inbox.Sql(query.Select), query.Parameters).WithCancellation(cancellationToken))
        {
            var opened = seals.Opened(inbox, row);
            if ((filter.Kind.Length > 0 && opened.Kind != filter.Kind) || (filter.Service.Length > 0 && opened.ServiceId != filter.Service))
                continue;
            if (number >= first && page.Count < perPage)
                page.Add(opened);
            number++;
        }

        return (page, number);
    }

    /// <summary>How many messages of an inbox wait for this person and the others who read them, how many of them are late, and how many the node held.</summary>
    public async Task<(long Open, long Late, long Held)> CountAsync(Actor actor, Inbox inbox, CancellationToken cancellationToken)
    {
        var scope = await ScopeAsync(actor, cancellationToken);
        await using var connection = await db.ReadAsync(cancellationToken);
        async Task<long> Of(string state, string show) =>
            InboxQuery.Of(inbox, new InboxFilter(state, "", show, "", 1), actor, scope, db.Dialect, Now) is { } query
                ? await connection.ExecuteScalarAsync<long>(inbox.Sql(query.Count), query.Parameters)
                : 0;
        return (await Of("open", ""), await Of("open", "late"), await Of("held", ""));
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
        var changed = await UpdateAsync(change, inbox, before, after);
        if (changed == 0)
            throw PlatformProblems.Changed.With();
        foreach (var note in notes)
            await FeedbackBox.NoteAsync(change, inbox, note);
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>Calls messages spam that are open or held, each once, with a line of its own history; those that somebody changed meanwhile stay.</summary>
    public async Task SpamAsync(
        Actor actor, Inbox inbox, IReadOnlyDictionary<Guid, int> versions, Func<Guid, FeedbackNote> note, CancellationToken cancellationToken)
    {
        var scope = await ScopeAsync(actor, cancellationToken);
        await using var change = await db.BeginAsync(actor, "guide.feedback.handled", "feedback:list", cancellationToken);
        var rows = await change.QueryAsync<FeedbackRow>(
            inbox.Sql(FeedbackBox.ReadLine + " where id" + db.Dialect.IsAmong + " order by id"),
            new { Among = db.Dialect.Among(versions.Keys.Select(id => id.ToString("D"))) });
        var done = 0;
        foreach (var row in rows.Where(row => row.Version == versions[row.Id] && Reads(actor, scope, inbox, row)))
        {
            if (!(row.IsOpen || row.Held.Length > 0) || new FeedbackStep("spam").After(row, actor.AuditName, Now) is not { } after)
                continue;
            if (await UpdateAsync(change, inbox, row, after) == 0)
                continue;
            change.AlsoRecord("guide.feedback.handled", FeedbackBox.SubjectOf(row.Id));
            await FeedbackBox.NoteAsync(change, inbox, note(row.Id));
            done++;
        }

        if (done > 0)
            await change.CommitAsync(cancellationToken);
    }

    /// <summary>
    /// Hands a message of the ordinary inbox, with all that was said, to those who read what tells of harm, where it is
    /// sealed anew. It never comes back: what a writer was promised stays true. See <see cref="PassOnAsync"/>.
    /// </summary>
    /// <exception cref="Problem">Somebody else changed it since it was read.</exception>
    public async Task ProtectAsync(Actor actor, FeedbackRow row, FeedbackNote why, CancellationToken cancellationToken)
    {
        var (from, to) = (Inbox.Ordinary, Inbox.Sensitive);
        await using var change = await db.BeginAsync(actor, "guide.feedback.handled", FeedbackBox.SubjectOf(row.Id), cancellationToken);
        await RequireUnchangedAsync(change, from, row);
        var notes = (await change.QueryAsync<FeedbackNote>(
            from.Sql("select id, feedback_id, at, author, actor, language, key_hash, sealed from guide_feedback_notes where feedback_id = @Id order by at, id"), row)).ToList();
        var due = Now.AddHours(FeedbackKinds.All.Where(kind => kind.Sensitive).Min(kind => kind.AnswerWithinHours));
        var moved = seals.WithHead(to, row, new FeedbackHead(row.Kind, row.About, row.ServiceId, row.Language)) with
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
        foreach (var note in notes)
        {
            var (opened, text) = seals.OpenNote(from, note);
            await FeedbackBox.NoteAsync(change, to, seals.SealNote(to, opened, text));
        }

        await FeedbackBox.NoteAsync(change, to, why);
        await change.ExecuteAsync(from.Sql("delete from guide_feedback_notes where feedback_id = @Id"), row);
        await change.ExecuteAsync(from.Sql("delete from guide_feedback where id = @Id"), row);
        await change.ExecuteAsync("update guide_answer_codes set inbox = @Name where feedback_id = @Id", new { to.Name, row.Id });
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>
    /// Tells those who look after a service what they should know of a message of harm, in other words. The message stays
    /// where it is, with its code; what is passed on is a message of its own, for which nobody has a code.
    /// </summary>
    /// <exception cref="Problem">Somebody else changed the message since it was read.</exception>
    public async Task PassOnAsync(
        Actor actor, FeedbackRow row, FeedbackKind kind, string text, string language, FeedbackNote step, CancellationToken cancellationToken)
    {
        var (now, id) = (Now, Guid.CreateVersion7(Now));
        await using var change = await db.BeginAsync(actor, "guide.feedback.handled", FeedbackBox.SubjectOf(row.Id), cancellationToken);
        await RequireUnchangedAsync(change, Inbox.Sensitive, row);
        await FeedbackBox.NoteAsync(change, Inbox.Sensitive, step);
        change.AlsoRecord("guide.feedback.received", FeedbackBox.SubjectOf(id));
        var passed = new FeedbackRow { Id = id, ReceivedAt = now, DueAt = now.AddHours(kind.AnswerWithinHours), Sealed = seals.Seal(Inbox.Ordinary, id, text) };
        await FeedbackBox.InsertAsync(change, Inbox.Ordinary, seals.WithHead(Inbox.Ordinary, passed, new FeedbackHead(kind.Code, row.About, row.ServiceId, language)));
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>True when somebody who can sign in reads what tells of harm.</summary>
    public async Task<bool> IsAppointedAsync(CancellationToken cancellationToken) =>
        await Holders.CountAsync(db, Inbox.Sensitive.Permission, cancellationToken) > 0;

    /// <summary>False for what was passed on: nobody has a code for it, so that no answer is read.</summary>
    public async Task<bool> HasWriterAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>("select count(*) from guide_answer_codes where feedback_id = @id", new { id }) > 0;
    }

    // Writing first: nobody adds to it, hands it over or withdraws it meanwhile.
    private static async Task RequireUnchangedAsync(Change change, Inbox inbox, FeedbackRow row)
    {
        if (await change.ExecuteAsync(
            inbox.Sql("update guide_feedback set version = version + 1 where id = @Id and version = @Version and erased_at is null"), row) == 0)
            throw PlatformProblems.Changed.With();
    }

    private static Task<int> UpdateAsync(Change change, Inbox inbox, FeedbackRow before, FeedbackRow after) => change.ExecuteAsync(
        inbox.Sql(
            """
            update guide_feedback set version = version + 1, state = @State, held = @Held, due_at = @DueAt, assigned_to = @AssignedTo,
                answered_at = @AnsweredAt, ended_at = @EndedAt, closing = @Closing, changed_version = @ChangedVersion
            where id = @Id and version = @Version and erased_at is null
            """),
        after with { Version = before.Version });
}
