using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Persons;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Register;

/// <summary>Another case, and how the two belong together.</summary>
internal sealed record SentLink
{
    public Guid Case { get; init; }

    /// <summary>same_event, family, continues.</summary>
    public string Kind { get; set; } = "same_event";
}

/// <summary>Links two cases that the sender may both change; each shows the other to those who reach it.</summary>
internal sealed class LinkCases(NodeDb db, CaseFiles cases)
{
    /// <summary>How two cases belong together.</summary>
    public static readonly string[] Kinds = ["same_event", "family", "continues"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(OpenCase.Root + "/{id:guid}/links", static async (HttpContext context, Guid id, LinkCases link, CancellationToken cancellationToken) =>
        {
            await link.RunAsync(id, () => SentJson.ReadAsync<SentLink>(context.Request, cancellationToken), context.Actor(), cancellationToken);
            return Results.NoContent();
        })
        .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(16 * 1024)
        .WithSummary("Links a case with another: {case, kind: same_event | family | continues}");
        routes.MapPost(OpenCase.Root + "/{id:guid}/links/{other:guid}/remove", static async (HttpContext context, Guid id, Guid other, LinkCases link, CancellationToken cancellationToken) =>
        {
            await link.RemoveAsync(id, other, context.Actor(), cancellationToken);
            return Results.NoContent();
        })
        .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(1024)
        .WithSummary("Takes the link of two cases away");
    }

    /// <summary>The case of a reference; null for none within reach, and one out of reach is not told from none.</summary>
    public async Task<Guid?> ByRefAsync(string reference, Actor actor, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return PublicRef.Read(reference) is { } read
            && await connection.QuerySingleOrDefaultAsync<Guid?>("select id from cases_cases where public_ref = @read", new { read }) is { } id
            && await cases.FindAsync(connection, CaseScope.For(actor), id) is not null ? id : null;
    }

    /// <summary>Takes a link away, for both.</summary>
    /// <exception cref="Problem">One of them is out of reach, or not the sender's to change; or they are not linked.</exception>
    public async Task RemoveAsync(Guid id, Guid other, Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            foreach (var one in new[] { id, other })
            {
                var seen = await cases.FindAsync(connection, scope, one) ?? throw PlatformProblems.NotFound.With();
                if (!scope.May(CasesRights.Edit, seen.Row.Place))
                    throw PlatformProblems.Forbidden.With();
            }
        }

        await using var change = await db.BeginAsync(actor, "cases.case.unlinked", OpenCase.SubjectOf(id), cancellationToken);
        change.Describe(new { unlinked = other });
        change.AlsoRecord("cases.case.unlinked", OpenCase.SubjectOf(other), new { unlinked = id });
        if (await change.ExecuteAsync("delete from cases_case_links where (case_id = @id and linked_id = @other) or (case_id = @other and linked_id = @id)", new { id, other }) == 0)
            throw PlatformProblems.NotFound.With();
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>Keeps the link, once for each of the two.</summary>
    /// <exception cref="Problem">One of them is out of reach, or not the sender's to change.</exception>
    public async Task RunAsync(Guid id, Func<Task<(SentLink Said, List<(string Field, ProblemKind Kind)> Wrong)>> read, Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            var seen = await cases.FindAsync(connection, scope, id) ?? throw PlatformProblems.NotFound.With();
            if (!scope.May(CasesRights.Edit, seen.Row.Place))
                throw PlatformProblems.Forbidden.With();
        }

        var (said, wrong) = await read();
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            if (!Kinds.Contains(said.Kind, StringComparer.Ordinal))
                wrong.Add(("kind", CasesProblems.CodeUnknown));
            if (said.Case == id || await cases.FindAsync(connection, scope, said.Case) is not { } other || !scope.May(CasesRights.Edit, other.Row.Place))
                wrong.Add(("case", CasesProblems.CaseUnknown));
        }

        SentJson.RefuseIf(wrong);
        await using var change = await db.BeginAsync(actor, "cases.case.linked", OpenCase.SubjectOf(id), cancellationToken);
        change.Describe(new { linked = said.Case, kind = said.Kind });
        change.AlsoRecord("cases.case.linked", OpenCase.SubjectOf(said.Case), new { linked = id, kind = said.Kind });
        await change.ExecuteAsync(
            """
            insert into cases_case_links (case_id, linked_id, kind) values (@One, @Other, @Kind)
            on conflict (case_id, linked_id) do update set kind = excluded.kind
            """,
            new[] { new { One = id, Other = said.Case, said.Kind }, new { One = said.Case, Other = id, said.Kind } });
        await change.CommitAsync(cancellationToken);
    }
}
