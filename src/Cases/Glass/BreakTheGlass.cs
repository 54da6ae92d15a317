using System.Data.Common;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Sending;
using Tambo.Platform.Settings;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Glass;

/// <summary>Whose file is opened in an emergency, and why.</summary>
internal sealed record SentGlass
{
    /// <summary>The person, by key or by the reference that they carry.</summary>
    public string Person { get; set; } = "";

    /// <summary>One of <see cref="BreakTheGlass.Purposes"/>.</summary>
    public string Purpose { get; set; } = "";

    /// <summary>Why nobody could wait for somebody who has the right.</summary>
    public string Reason { get; set; } = "";

    /// <summary>For how many hours, up to what the node allows; that when left out.</summary>
    public int? Hours { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A file that was opened: until when.</summary>
/// <param name="Id">Its key.</param>
/// <param name="Person">Whose file.</param>
/// <param name="Until">Until when it is open.</param>
/// <param name="Opens">Which compartments.</param>
/// <param name="NobodyToJudge">True when nobody else may judge it: administrators were told, and it waits until somebody may.</param>
internal sealed record BrokenNow(Guid Id, Guid Person, DateTimeOffset Until, IReadOnlyList<string> Opens, bool NobodyToJudge);

/// <summary>
/// Opens one person's file beyond one's rights, for a short time and to look only; tells at once those who look over it. To end it
/// early is for whoever opened it.
/// </summary>
internal sealed class BreakTheGlass(
    NodeDb db, DataKeys keys, SealedRecords seals, BrokenGlass broken, GlassJudges judges, PersonFiles files, ReadTrail trail, Outbox outbox, TextCatalog catalog, NodeSettings settings)
{
    public const string Root = "/api/cases/glass";
    public const int ShortestReason = 20;
    public const int LongestReason = 2000;
    private static readonly TimeSpan ToReview = TimeSpan.FromDays(3);

    /// <summary>What a file may be opened for in an emergency; the names are the texts <c>glass.purpose.{code}</c>.</summary>
    public static IReadOnlyList<string> Purposes { get; } = ["danger_to_life", "medical", "child_at_risk", "protection"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Root, static async (HttpContext context, BreakTheGlass glass, CancellationToken cancellationToken) =>
            {
                var (said, wrong) = await SentJson.ReadAsync<SentGlass>(context.Request, cancellationToken);
                return Results.Json(
                    await glass.RunAsync(said, wrong, context.Actor(), context.Features.Get<User>()?.AgencyId, cancellationToken), CaseJson.Options, statusCode: StatusCodes.Status201Created);
            })
            .Needs(CasesRights.BreakGlass).DoneOnceInSecret().DisableAntiforgery().TakesAtMost(16 * 1024)
            .WithSummary("Opens one person's file in an emergency, to look only: {person: key or reference, purpose: danger_to_life | medical | child_at_risk | protection, reason, hours}");
        routes.MapPost(Root + "/{id:guid}/end", static async (HttpContext context, Guid id, BreakTheGlass glass, CancellationToken cancellationToken) =>
            {
                await glass.EndAsync(id, context.Actor(), cancellationToken);
                return Results.NoContent();
            })
            .Needs(CasesRights.BreakGlass).DoneOnce().DisableAntiforgery().TakesAtMost(1024)
            .WithSummary("Ends early what oneself has opened in an emergency");
    }

    /// <summary>Opens it.</summary>
    /// <exception cref="Problem">There is no such person, the reason says too little, it is open already or would open nothing.</exception>
    public async Task<BrokenNow> RunAsync(SentGlass said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, Guid? ownAgency, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        if (!Purposes.Contains(said.Purpose, StringComparer.Ordinal))
            wrong.Add(("purpose", said.Purpose.Length == 0 ? FormProblems.Missing : CasesProblems.CodeUnknown));
        if (said.Reason.Trim().Length < ShortestReason)
            wrong.Add(("reason", GlassProblems.ReasonShort));
        if (said.Reason.Length > LongestReason)
            wrong.Add(("reason", CasesProblems.TextTooLong));
        if (said.Hours is { } hours && (hours < 1 || hours > settings.BreakGlassHours))
            wrong.Add(("hours", CasesProblems.ValueUnfit));
        SentJson.RefuseIf(wrong);
        // Somebody and nobody: a job or the console has nothing to open in an emergency.
        var user = actor.UserId ?? throw PlatformProblems.Forbidden.With();
        var row = new GlassRow
        {
            Id = Guid.CreateVersion7(now),
            UserId = user,
            // A program with a token says no agency; then it is the one at which the right holds.
            AgencyId = ownAgency ?? OnlyAgency(actor),
            BeganAt = now,
            Until = now.AddHours(said.Hours ?? settings.BreakGlassHours),
            ReviewDueAt = now.Add(ToReview),
        };
        PersonRow person;
        IReadOnlyList<string> opens;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            person = await FindAsync(connection, said.Person) ?? throw FormProblems.With(("person", CasesProblems.PersonUnknown));
            var answer = await broken.DecideAsync(connection, row, person, actor, now, cancellationToken);
            opens = BrokenGlass.OpenIn(answer);
            var seen = await files.FindAsync(connection, CaseScope.For(actor), person.Id);
            if (opens.Count == 0 && seen is null)
            {
                // Whom they have shut out it opens nothing, and it tells nothing of them either.
                var shut = new ClosedParts(answer.Fields.Where(field => !field.Allowed).Select(field => KeyValuePair.Create(field.Field.Compartment, field.Reason)));
                await trail.LeaveShutAsync(actor, ReadTrail.SubjectOf(person.Id), Reading.Purposes.Emergency, new Dictionary<Guid, ClosedParts> { [person.Id] = shut }, cancellationToken);
                throw FormProblems.With(("person", CasesProblems.PersonUnknown));
            }

            if (!opens.Except(seen?.Open ?? []).Any())
                throw GlassProblems.NothingToOpen.With();
        }

        var key = await keys.FindAsync(person.Id, cancellationToken) ?? throw FormProblems.With(("person", CasesProblems.PersonUnknown));
        var judging = await judges.OfAsync(row, person, cancellationToken);
        var told = judging.Count > 0 ? judging : await judges.InsteadAsync(row, person, cancellationToken);
        IReadOnlyList<ReachablePerson> mailed = outbox.SendsMail && settings.AddressForMail is not null ? [.. told.Where(one => Outbox.IsAddress(one.Email))] : [];
        await using var change = await db.BeginAsync(actor, "cases.glass.broken", BrokenGlass.SubjectOf(row.Id), cancellationToken);
        change.Describe(new { person = person.Id, agency = row.AgencyId, until = row.Until, told = mailed.Count, judges = judging.Count });
        // What the clock has ended makes room.
        await change.ExecuteAsync("update cases_glass set ended_at = until where user_id = @user and person_id = @Id and ended_at is null and until <= @now", new { user, person.Id, now });
        if (await change.ExecuteAsync(
            """
            insert into cases_glass (id, person_id, user_id, agency_id, began_at, until, review_due_at, version)
            values (@Id, @Person, @UserId, @AgencyId, @BeganAt, @Until, @ReviewDueAt, 1)
            on conflict do nothing
            """,
            new { row.Id, Person = person.Id, row.UserId, row.AgencyId, row.BeganAt, row.Until, row.ReviewDueAt }) == 0)
            throw GlassProblems.OpenAlready.With();
        await seals.WriteAsync(change, key, row.Id, BrokenGlass.Seal, 1, new GlassContent(said.Purpose, said.Reason.Trim()));
        foreach (var reader in mailed)
            await change.SendAsync(Mail(reader, alone: judging.Count == 0));
        await change.CommitAsync(cancellationToken);
        return new BrokenNow(row.Id, person.Id, row.Until, opens, judging.Count == 0);
    }

    /// <summary>Ends it before its time.</summary>
    /// <exception cref="Problem">There is none that the actor opened, or it is over.</exception>
    public async Task<Guid> EndAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        GlassRow row;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            row = await connection.QuerySingleOrDefaultAsync<GlassRow>("select * from cases_glass where id = @id and user_id = @User", new { id, User = actor.UserId ?? Guid.Empty })
                ?? throw PlatformProblems.NotFound.With();
        }

        if (!row.IsOpenAt(now))
            throw GlassProblems.Over.With();
        await using var change = await db.BeginAsync(actor, "cases.glass.ended", BrokenGlass.SubjectOf(id), cancellationToken);
        change.Describe(new { person = row.PersonId });
        if (await change.ExecuteAsync("update cases_glass set ended_at = @now, version = version + 1 where id = @id and ended_at is null", new { now, id }) == 0)
            throw GlassProblems.Over.With();
        await change.CommitAsync(cancellationToken);
        return row.PersonId;
    }

    private static Guid? OnlyAgency(Actor actor) =>
        actor.Grants.Where(grant => grant is { Permission: CasesRights.BreakGlass, Scope.Kind: "agency" }).Select(grant => grant.Scope.Id).Distinct().ToList() is [var only] && Guid.TryParse(only, out var agency) ? agency : null;

    // A file that was merged is found by whatever leads to it.
    private static async Task<PersonRow?> FindAsync(DbConnection connection, string named)
    {
        var (reference, id) = (PublicRef.Read(named) ?? "", Guid.TryParseExact(named.Trim(), "D", out var key) ? key : Guid.Empty);
        return await connection.QuerySingleOrDefaultAsync<PersonRow>(
            """
            select p.* from cases_persons p where p.status = 'active'
            and p.id = (select coalesce(n.merged_into, n.id) from cases_persons n where n.public_ref = @reference or n.id = @id)
            """,
            new { reference, id });
    }

    // Not who, not whose, not why: a mail is read by whoever passes the screen.
    private SealedMessage Mail(ReachablePerson reader, bool alone)
    {
        var texts = catalog.In(reader.Language);
        return outbox.Mail("cases.glass", new OutgoingMail(
            reader.Email,
            texts.Format("glass.mail.subject", ("node", settings.File.Name)),
            texts.Format(alone ? "glass.mail.alone" : "glass.mail.text", ("node", settings.File.Name), ("link", settings.AddressForMail + (alone ? "/staff" : GlassDesk.Root))))
        { Language = texts.Code });
    }
}
