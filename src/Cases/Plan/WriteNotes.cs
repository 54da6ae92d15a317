using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Plan;

/// <summary>A note as it is sent and sealed.</summary>
internal sealed record NoteContent
{
    public string Note { get; set; } = "";

    public string? Compartment { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A version of a note.</summary>
internal sealed record ShownNoteVersion(Guid Id, int Number, DateTimeOffset At, string By, string? Note)
{
    public override string ToString() => "•••";
}

/// <summary>A note with every version of it, the last first.</summary>
internal sealed record ShownNote(string Compartment, IReadOnlyList<ShownNoteVersion> Versions)
{
    public override string ToString() => "•••";
}

/// <summary>Notes of a case: what was written stays; a correction is a further version beside it.</summary>
internal sealed class WriteNotes(NodeDb db, CaseEntries entries, ReadTrail trail)
{
    public const string Kind = "note";
    private const string Root = OpenCase.Root + "/{id:guid}/notes";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, static async (HttpContext context, Guid id, WriteNotes notes, CancellationToken cancellationToken) =>
                Results.Json(new { notes = await notes.ListAsync(id, context.Actor(), Purposes.Of(context, Purposes.Assistance), cancellationToken) }, CaseJson.Options))
            .Needs(CasesRights.Read).WithSummary("The notes of a case that are open to the reader, each with its versions");
        routes.MapPost(Root, static async (HttpContext context, Guid id, WriteNotes notes, CancellationToken cancellationToken) =>
            {
                var entered = await notes.AdmitAsync(id, context.Actor(), cancellationToken);
                var (said, wrong) = await SentJson.ReadAsync<NoteContent>(context.Request, cancellationToken);
                return context.Made(await notes.WriteAsync(entered, said, null, wrong, cancellationToken));
            })
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(SentJson.LargestBody)
            .WithSummary("Writes a note: {note, compartment}");
        routes.MapPost(Root + "/{entry:guid}/correct", static async (HttpContext context, Guid id, Guid entry, WriteNotes notes, CancellationToken cancellationToken) =>
            {
                var entered = await notes.AdmitAsync(id, context.Actor(), cancellationToken);
                var before = await notes.FindAsync(entered, entry, cancellationToken);
                var (said, wrong) = await SentJson.ReadAsync<NoteContent>(context.Request, cancellationToken);
                return context.Made(await notes.WriteAsync(entered, said, before, wrong, cancellationToken));
            })
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(SentJson.LargestBody)
            .WithSummary("Corrects the last version of a note by a further one: {note}");
    }

    /// <summary>The case, for somebody who may write in it; notes are also written in a closed one.</summary>
    public Task<EnteredCase> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken) => entries.EnterAsync(id, actor, cancellationToken, CasesRights.Edit);

    /// <summary>A version of a note.</summary>
    /// <exception cref="Problem">There is none for this reader.</exception>
    public Task<EntryRow> FindAsync(EnteredCase entered, Guid id, CancellationToken cancellationToken) => entries.FindAsync(entered, Kind, id, cancellationToken);

    /// <summary>Keeps a note, or the correction of one.</summary>
    /// <exception cref="Problem">It is empty, its compartment is closed, or another correction was first.</exception>
    public async Task<KeptEntry> WriteAsync(EnteredCase entered, NoteContent said, EntryRow? before, List<(string Field, ProblemKind Kind)> wrong, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(said.Note))
            wrong.Add(("note", FormProblems.Missing));
        SentJson.RefuseIf(wrong);
        var compartment = before is null ? entered.Compartment(said.Compartment) : entries.CompartmentOf(before);
        var (now, key) = (db.Time.GetUtcNow(), await entries.KeyOfAsync(entered.Row.PersonId, cancellationToken));
        var row = new EntryRow { Id = Guid.CreateVersion7(now), CaseId = entered.Row.Id, PersonId = entered.Row.PersonId, Kind = Kind, State = "kept", Number = (before?.Number ?? 0) + 1, Follows = before?.Id, ClosedAt = now };
        await using var change = await db.BeginAsync(entered.Actor, before is null ? "cases.note.written" : "cases.note.corrected", CaseEntries.SubjectOf(row.Id), cancellationToken);
        change.Describe(new { @case = row.CaseId, number = row.Number });
        if (before is not null && await change.QuerySingleOrDefaultAsync<long>("select count(*) from cases_entries where kind = 'note' and follows = @Id", new { before.Id }) > 0)
            throw PlanProblems.Corrected.With();
        await entries.AddAsync(change, key, row, compartment, new NoteContent { Note = said.Note }, entered.Actor, now);
        await change.CommitAsync(cancellationToken);
        return new KeptEntry(row.Id, row.State, row.Version);
    }

    /// <summary>The notes, the last written first, once their reading is on the disk.</summary>
    /// <exception cref="Problem">The case is out of reach.</exception>
    public async Task<IReadOnlyList<ShownNote>> ListAsync(Guid id, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        var entered = await entries.EnterAsync(id, actor, cancellationToken);
        IReadOnlyList<EntryRow> rows;
        IReadOnlyDictionary<Guid, NoteContent> contents;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            rows = await entries.OfAsync(connection, entered, Kind);
            contents = await entries.OpenAsync<NoteContent>(connection, rows, cancellationToken);
        }

        await trail.LeaveAsync(actor, purpose, "case", rows.Select(row => new Shown(row.PersonId, [entries.CompartmentOf(row)])), cancellationToken);
        var corrections = rows.Where(row => row.Follows is not null).ToDictionary(row => row.Follows!.Value);
        return [.. rows.Where(row => row.Follows is null).Reverse().Select(first => new ShownNote(entries.CompartmentOf(first), [.. Versions(first).Reverse()]))];

        IEnumerable<ShownNoteVersion> Versions(EntryRow first)
        {
            for (var row = first; row is not null; row = corrections.GetValueOrDefault(row.Id))
                yield return new ShownNoteVersion(row.Id, row.Number, row.CreatedAt, row.CreatedBy, contents.GetValueOrDefault(row.Id)?.Note);
        }
    }
}
