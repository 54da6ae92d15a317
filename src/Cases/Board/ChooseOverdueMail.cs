using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Board;

/// <summary>Whether somebody wants a mail when something is overdue.</summary>
internal sealed record SentMailChoice
{
    public required bool Wanted { get; init; }
}

/// <summary>Supervisors say whether they want a mail when something of their cases is overdue; nobody says it for them.</summary>
internal sealed class ChooseOverdueMail(NodeDb db)
{
    private const string Address = OpenCase.Root + "/board/mail";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, static async (HttpContext context, ChooseOverdueMail choose, CancellationToken cancellationToken) =>
                Results.Json(new { wanted = await choose.IsWantedAsync(context.Actor(), cancellationToken) }, CaseJson.Options))
            .Needs(CasesRights.Supervise).WithSummary("Whether the reader gets a mail when something of their cases is overdue");
        routes.MapPut(Address, static async (HttpContext context, ChooseOverdueMail choose, CancellationToken cancellationToken) =>
            {
                var (said, _) = await SentJson.ReadAsync<SentMailChoice>(context.Request, cancellationToken);
                await choose.RunAsync(said.Wanted, context.Actor(), cancellationToken);
                return Results.Json(new { wanted = said.Wanted }, CaseJson.Options);
            })
            .Needs(CasesRights.Supervise).DoneOnce().DisableAntiforgery().TakesAtMost(1024)
            .WithSummary("Chooses it: {wanted: true | false}; the mail holds references and links alone, and of one thing there is at most one a day");
    }

    /// <summary>True when they chose it.</summary>
    public async Task<bool> IsWantedAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.QuerySingleAsync<long>("select count(*) from cases_told_staff where user_id = @User", new { User = actor.UserId?.ToString("D") ?? "" }) > 0;
    }

    /// <summary>Keeps what they choose.</summary>
    /// <exception cref="Problem">A job or the console has no mail.</exception>
    public async Task RunAsync(bool wanted, Actor actor, CancellationToken cancellationToken)
    {
        var user = actor.UserId ?? throw PlatformProblems.Forbidden.With();
        await using var change = await db.BeginAsync(actor, "cases.overdue.chosen", $"user:{user:D}", cancellationToken);
        change.Describe(new { wanted });
        await change.ExecuteAsync(
            wanted ? "insert into cases_told_staff (user_id, since) values (@user, @now) on conflict do nothing" : "delete from cases_told_staff where user_id = @user",
            new { user, now = db.Time.GetUtcNow() });
        await change.CommitAsync(cancellationToken);
    }
}
