using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Tracing;

/// <summary>Somebody who is sought, as it is shown.</summary>
internal sealed record ShownSought(Guid Id, DateTimeOffset BroughtAt, DateTimeOffset ExpiresAt, PfifPerson Person)
{
    public override string ToString() => "•••";
}

/// <summary>Shows whom other registers seek to those to whom tracing is open.</summary>
internal sealed class ListSought(NodeDb db, SoughtPersons sought)
{
    private const string Root = "/api/cases/tracing/sought";
    private const int Most = 50;
    private const string Seen = "cases.sought.seen";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, static async (HttpContext context, ListSought list, Guid? after, CancellationToken cancellationToken) =>
                Results.Json(await list.RunAsync(null, after, context.Actor(), cancellationToken), CaseJson.Options))
            .Needs(Compartments.Right(Compartments.Tracing))
            .WithSummary("Persons of whom other registers say that they are sought, by key, 50 at once; after names the last one that was seen");
        routes.MapGet(Root + "/{id:guid}", static async (HttpContext context, Guid id, ListSought list, CancellationToken cancellationToken) =>
                await list.RunAsync(id, null, context.Actor(), cancellationToken) is [var one] ? Results.Json(one, CaseJson.Options) : throw PlatformProblems.NotFound.With())
            .Needs(Compartments.Right(Compartments.Tracing))
            .WithSummary("One person of whom another register says that they are sought");
    }

    /// <summary>Those within reach whose time is not over, once their reading is noted.</summary>
    public async Task<IReadOnlyList<ShownSought>> RunAsync(Guid? one, Guid? after, Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        List<SoughtRow> rows;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            var sql = "select s.* from cases_sought s where s.expires_at > @Now and s.id > @After and " + (one is null ? "" : "s.id = @one and ") + scope.Holding("s", Compartments.Right(Compartments.Tracing)) + " order by s.id limit @Most";
            rows = [.. await connection.QueryAsync<SoughtRow>(sql, scope.Parameters(new { Now = db.Time.GetUtcNow(), After = after ?? Guid.Empty, one, Most }))];
        }

        var opened = await sought.OpenAsync(rows, cancellationToken);
        await NoteAsync(actor, one is null ? "list" : "file", [.. opened.Select(found => found.Row.Id)], cancellationToken);
        return [.. opened.Select(found => new ShownSought(found.Row.Id, found.Row.BroughtAt, found.Row.ExpiresAt, found.Person))];
    }

    // They are not registered here and have no file of who saw them: the audit alone keeps it.
    private async Task NoteAsync(Actor actor, string how, List<Guid> seen, CancellationToken cancellationToken)
    {
        if (seen.Count == 0)
            return;
        await using var change = await db.BeginAsync(actor, Seen, SubjectOf(seen[0]), cancellationToken);
        change.Describe(new { how });
        foreach (var id in seen.Skip(1))
            change.AlsoRecord(Seen, SubjectOf(id), new { how });
        await change.CommitAsync(cancellationToken);
    }

    private static string SubjectOf(Guid id) => $"sought:{id:D}";
}
