using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Erasing;

/// <summary>What is sent: why, by whoever asks first; or which request is confirmed, by a second person, or taken back.</summary>
internal sealed record SentErasure
{
    public string? Reason { get; init; }

    public Guid? Confirms { get; init; }

    public Guid? Withdraws { get; init; }
}

/// <summary>A request or a receipt, as it is shown.</summary>
internal sealed record ShownErasure(Guid Id, Guid Person, string Ref, string Reason, string? Rule, string State, DateTimeOffset AskedAt, DateTimeOffset? DoneAt, JsonElement Counts)
{
    /// <summary>Who asked for it, as the audit names them.</summary>
    [JsonIgnore]
    public string AskedBy { get; init; } = "";
}

/// <summary>Two people erase a person: one asks, another confirms.</summary>
internal sealed class ErasePerson(NodeDb db, PersonFiles files, CaseGuards guards, ErasureSteps steps)
{
    private const int Most = 200;
    private const string Columns = "e.id, e.person_id, e.reason, e.rule, e.state, e.asked_at, e.asked_by, e.done_at, e.counts";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(RegisterPerson.Root + "/{id:guid}/erase", static async (HttpContext context, Guid id, ErasePerson erase, CancellationToken cancellationToken) =>
            {
                var seen = await erase.AdmitAsync(id, context.Actor(), cancellationToken);
                var (said, _) = await SentJson.ReadAsync<SentErasure>(context.Request, cancellationToken);
                if (said.Withdraws is { } mistaken)
                    return Results.Json(new { person = id, erasure = await erase.WithdrawAsync(seen, mistaken, context.Actor(), cancellationToken), state = "withdrawn" }, CaseJson.Options);
                return said.Confirms is { } asked
                    ? Results.Json(new { person = id, erasure = await erase.ConfirmAsync(seen, asked, context.Actor(), cancellationToken), state = "done" }, CaseJson.Options)
                    : Results.Json(new { person = id, erasure = await erase.AskAsync(seen, said.Reason, context.Actor(), cancellationToken), state = "asked" }, CaseJson.Options, statusCode: StatusCodes.Status202Accepted);
            })
            .Needs(CasesRights.Erase).DoneOnce().DisableAntiforgery().TakesAtMost(4 * 1024)
            .WithSummary("Erases a person for good: {reason: person_asked | no_ground | registered_by_mistake | ordered_by_authority} asks, {confirms} of a second person does it, {withdraws} takes a request back");
        routes.MapGet("/api/cases/erasures", static async (HttpContext context, ErasePerson erase, CancellationToken cancellationToken) =>
                Results.Json(await erase.ListAsync(context.Actor(), cancellationToken), CaseJson.Options))
            .Needs(CasesRights.Erase)
            .WithSummary("Requests to erase persons within reach, and then the receipts of those who were, newest first");
    }

    /// <summary>Keeps the request; the key of it.</summary>
    /// <exception cref="Problem">The reason is none, somebody asked already, or something stands against it.</exception>
    public async Task<Guid> AskAsync(SeenPerson seen, string? reason, Actor actor, CancellationToken cancellationToken)
    {
        if (!ErasureReasons.Sayable.Contains(reason, StringComparer.Ordinal))
            throw FormProblems.With(("reason", reason is null ? FormProblems.Missing : CasesProblems.CodeUnknown));
        await steps.LookOverAsync(seen.Row, reason!, cancellationToken);
        var (now, id, person) = (db.Time.GetUtcNow(), Guid.CreateVersion7(db.Time.GetUtcNow()), seen.Row.Id);
        await using var change = await db.BeginAsync(actor, "cases.person.erasure_asked", ReadTrail.SubjectOf(person), cancellationToken);
        change.Describe(new { reason });
        // The person's own wish goes before what others asked: it becomes the request, and waits for its second person anew.
        if (reason == ErasureReasons.PersonAsked)
            await change.ExecuteAsync("delete from cases_erasures where person_id = @person and state = 'asked' and reason <> @reason", new { person, reason });
        if (await change.ExecuteAsync(
            """
            insert into cases_erasures (id, person_id, reason, rule, state, asked_at, asked_by, counts)
            values (@id, @person, @reason, '', 'asked', @now, @By, '{}')
            on conflict do nothing
            """,
            new { id, person, reason, now, By = ErasureSteps.NameOf(actor) }) == 0)
            throw ErasingProblems.AskedAlready.With();
        await change.CommitAsync(cancellationToken);
        return id;
    }

    /// <summary>Takes a request back that nobody has confirmed: it was a mistake.</summary>
    /// <exception cref="Problem">There is no such request.</exception>
    public async Task<Guid> WithdrawAsync(SeenPerson seen, Guid asked, Actor actor, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(actor, "cases.person.erasure_withdrawn", ReadTrail.SubjectOf(seen.Row.Id), cancellationToken);
        if (await change.ExecuteAsync("delete from cases_erasures where id = @asked and person_id = @Id and state = 'asked'", new { asked, seen.Row.Id }) == 0)
            throw FormProblems.With(("withdraws", CasesProblems.CodeUnknown));
        await change.CommitAsync(cancellationToken);
        return asked;
    }

    /// <summary>Decides it as the second person, and does it.</summary>
    /// <exception cref="Problem">There is no such request, it is one's own, or something stands against it by now.</exception>
    public async Task<Guid> ConfirmAsync(SeenPerson seen, Guid asked, Actor actor, CancellationToken cancellationToken)
    {
        string reason;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            if (await connection.QuerySingleOrDefaultAsync<ErasureRow>(
                "select id, person_id, reason, rule, state, asked_at, asked_by, done_at, counts from cases_erasures where id = @asked and person_id = @Id and state = 'asked'", new { asked, seen.Row.Id }) is not { } found)
                throw FormProblems.With(("confirms", CasesProblems.CodeUnknown));
            if (found.AskedBy == ErasureSteps.NameOf(actor))
                throw ErasingProblems.SamePerson.With();
            reason = found.Reason;
        }

        await steps.LookOverAsync(seen.Row, reason, cancellationToken);
        await steps.EraseAsync(seen.Row.Id, reason, "", asked, actor, cancellationToken);
        return asked;
    }

    /// <summary>The person, for somebody who may ask for or confirm that they are erased.</summary>
    /// <exception cref="Problem">Out of reach, which is as if there were none; or seen, and not theirs to erase.</exception>
    public async Task<SeenPerson> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        await using var connection = await db.ReadAsync(cancellationToken);
        var seen = await files.FindAsync(connection, scope, id) ?? throw PlatformProblems.NotFound.With();
        // What is erased is the whole file, not one case of it: the right has to hold where the person belongs.
        return scope.May(CasesRights.Erase, seen.Row.Place) ? seen : throw PlatformProblems.Forbidden.With();
    }

    /// <summary>What was asked for of a person and nobody has decided; null for nothing.</summary>
    /// <param name="seen">The person, as <see cref="AdmitAsync"/> gives them.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<ShownErasure?> AskedAsync(SeenPerson seen, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.QueryFirstOrDefaultAsync<ErasureRow>("select " + Columns + " from cases_erasures e where e.person_id = @Id and e.state = 'asked'", new { seen.Row.Id }) is { } row ? Shown(row, seen) : null;
    }

    /// <summary>Requests that wait within reach, and then receipts; of each the newest first.</summary>
    public async Task<IReadOnlyList<ShownErasure>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        await using var connection = await db.ReadAsync(cancellationToken);
        // However many receipts a night of erasing writes: what somebody still has to decide is among what is shown.
        var shown = new List<ShownErasure>();
        foreach (var state in new[] { "= 'asked'", "<> 'asked'" })
        {
            var before = Guid.AllBitsSet;
            // Read on until enough of them are within reach: what lies elsewhere must not push one's own out of the list.
            while (shown.Count < Most)
            {
                var sql = "select " + Columns + " from cases_erasures e join cases_persons p on p.id = e.person_id where e.id < @before and e.state " + state + " and " + scope.Persons("p", guards) + " order by e.id desc limit @Most";
                var rows = (await connection.QueryAsync<ErasureRow>(sql, scope.Parameters(new { before, Most }))).ToList();
                var seen = await files.FindAsync(connection, scope, rows.Select(row => row.PersonId).Distinct());
                shown.AddRange(rows.Where(row => seen.TryGetValue(row.PersonId, out var person) && scope.May(CasesRights.Erase, person.Row.Place)).Select(row => Shown(row, seen[row.PersonId])));
                if (rows.Count < Most)
                    break;
                before = rows[^1].Id;
            }
        }

        return [.. shown.Take(Most)];
    }

    private static ShownErasure Shown(ErasureRow row, SeenPerson seen) => new(
        row.Id, row.PersonId, seen.Row.PublicRef, row.Reason, row.Rule.Length > 0 ? row.Rule : null, row.State, row.AskedAt, row.DoneAt, JsonDocument.Parse(row.Counts).RootElement)
    { AskedBy = row.AskedBy };

    private sealed record ErasureRow
    {
        public Guid Id { get; init; }

        public Guid PersonId { get; init; }

        public string Reason { get; init; } = "";

        public string Rule { get; init; } = "";

        public string State { get; init; } = "";

        public DateTimeOffset AskedAt { get; init; }

        public string AskedBy { get; init; } = "";

        public DateTimeOffset? DoneAt { get; init; }

        public string Counts { get; init; } = "{}";
    }
}
