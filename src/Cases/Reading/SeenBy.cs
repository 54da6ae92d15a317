using System.Globalization;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Merging;
using Tambo.Cases.Persons;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Clocks;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Reading;

/// <summary>Somebody who saw a file on a day, for a purpose, and how many times.</summary>
/// <param name="Who">Their name.</param>
/// <param name="Day">The day: for programs of UTC, for people of the node's zone.</param>
/// <param name="Purpose">The code of the purpose.</param>
/// <param name="PurposeName">Its name in the reader's language.</param>
/// <param name="Times">How often.</param>
internal sealed record FileReader(string Who, string Day, string Purpose, string PurposeName, long Times);

/// <summary>Tells who has seen a person's file, so that the person can be told.</summary>
internal sealed class SeenBy(NodeDb db, PersonFiles files)
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet(RegisterPerson.Root + "/{id:guid}/seen-by", static async (HttpContext context, Guid id, SeenBy seenBy, CancellationToken cancellationToken) =>
            Results.Json(await seenBy.RunAsync(id, context.Actor(), context.Texts(), TimeZoneInfo.Utc, cancellationToken), CaseJson.Options))
        .Needs(CasesRights.Read)
        .WithSummary("Who has seen a person's file, by name, day (UTC) and purpose, all of them, newest first; for cases.audit and supervisors");

    /// <summary>All readers of the file, newest first: one line for a person, a day and a purpose, however often they looked.</summary>
    /// <exception cref="Problem">There is no such person for this reader, or their readers are not theirs to know.</exception>
    public async Task<IReadOnlyList<FileReader>> RunAsync(Guid id, Actor actor, Texts texts, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        List<(string Actor, DateTimeOffset At, string Purpose, long Times)> looks;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            var seen = await files.FindAsync(connection, scope, id) ?? throw PlatformProblems.NotFound.With();
            if (!seen.Allows(scope, CasesRights.Audit) && !seen.Allows(scope, CasesRights.Supervise))
                throw PlatformProblems.Forbidden.With();
            looks =
            [
                .. (await connection.QueryAsync<(string Actor, string Minute, string Purpose, long Times)>(
                    "select actor, substr(at, 1, 16) as minute, purpose, count(*) as times from cases_views where " + MergedFiles.Of("person_id")
                    + " group by actor, substr(at, 1, 16), purpose order by minute desc",
                    new { person = id })).Select(look => (look.Actor, Instants.Read(look.Minute + ":00.000Z"), look.Purpose, look.Times)),
            ];
        }

        var views = looks.GroupBy(look => (Day: zone.DayOf(look.At).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), look.Actor, look.Purpose))
            .Select(same => (same.Key.Actor, same.Key.Day, same.Key.Purpose, Times: same.Sum(look => look.Times)))
            .OrderByDescending(view => view.Day, StringComparer.Ordinal).ThenBy(view => view.Actor, StringComparer.Ordinal).ThenBy(view => view.Purpose, StringComparer.Ordinal).ToList();
        var names = await ActorNames.OfAsync(db, views.Select(view => view.Actor), cancellationToken);
        return [.. views.Select(view => new FileReader(ActorNames.Said(view.Actor, names, texts), view.Day, view.Purpose, texts["purpose." + view.Purpose], view.Times))];
    }
}
