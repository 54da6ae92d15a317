using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Merging;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Register;

/// <summary>A case in the list of work, with the names of its person when they are open to the reader.</summary>
internal sealed record WorkItem(ShownCase Case, Guid Person, JsonElement? Names, bool Late);

/// <summary>Open cases, the most urgent and the first due before, and where the next answer goes on.</summary>
internal sealed record WorkItems(IReadOnlyList<WorkItem> Cases, string? Next);

/// <summary>The open cases within reach, by urgency and by when they are due.</summary>
internal sealed class Worklist(NodeDb db, CaseFiles cases, PersonFiles persons, SealedRecords seals, CaseGuards guards, ClosedToReader closed, ReadTrail trail)
{
    private const int Most = 50;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet(OpenCase.Root + "/worklist", static async (HttpContext context, Worklist worklist, bool? mine, int? limit, string? after, CancellationToken cancellationToken) =>
            Results.Json(await worklist.RunAsync(context.Actor(), mine ?? false, limit ?? Most, after, Purposes.Of(context, Purposes.Assistance), cancellationToken), CaseJson.Options))
        .Needs(CasesRights.Read)
        .WithSummary("The open cases within reach, by urgency and due, at most 50 at once; mine=true for one's own");

    /// <summary>The list, once the audit has a line for each person in it.</summary>
    /// <exception cref="Problem">The cursor is none.</exception>
    public async Task<WorkItems> RunAsync(Actor actor, bool mine, int limit, string? after, string purpose, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        limit = Math.Clamp(limit, 1, Most);
        var (urgency, due, id) = Cursor(after);
        var condition = scope.Cases("c", guards);
        var (items, shown) = (new List<WorkItem>(), new List<Shown>());
        string? next = null;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            var sql = "select c.* from cases_cases c where c.closed_at is null and (c.urgency, c.due_at, c.id) > (@urgency, @due, @id) and "
                + condition + (mine ? " and c.owner_id = @user" : "") + " order by c.urgency, c.due_at, c.id limit @take";
            // One more than is shown, so that nothing follows a page after which there is nothing. It is read on past those of whom
            // somebody shut the reader out: neither a shorter page nor where the next one begins tells of them.
            var seen = new List<SeenCase>();
            for (var full = true; full && seen.Count <= limit;)
            {
                var read = (await connection.QueryAsync<CaseRow>(sql, scope.Parameters(new { urgency, due, id, user = actor.UserId?.ToString("D") ?? "", take = limit + 1 }))).ToList();
                seen.AddRange(await cases.SeenAsync(connection, scope, read, cancellationToken));
                if (full = read.Count > limit)
                    (urgency, due, id) = (read[^1].Urgency, Instants.Write(read[^1].DueAt), read[^1].Id.ToString("D"));
            }

            if (seen.Count > limit)
            {
                seen = seen[..limit];
                var last = seen[^1].Row;
                next = string.Create(CultureInfo.InvariantCulture, $"{last.Urgency}_{Instants.Write(last.DueAt)}_{last.Id:D}");
            }

            var rows = seen.ConvertAll(one => one.Row);
            var contents = await cases.OpenAsync(connection, seen, cancellationToken);
            // A case may be sealed by the key of a file that was merged into another.
            var leads = await MergedFiles.LeadAsync(db, connection, rows.Select(row => row.PersonId).Distinct());
            var people = await persons.FindAsync(connection, scope, rows.Select(row => leads.GetValueOrDefault(row.PersonId, row.PersonId)).Distinct());
            var names = await seals.OpenAsync(
                connection, [.. people.Values.Where(person => person.Open.Contains(Compartments.Identity)).Select(person => new Wanted(person.Row.Id, person.Row.Id, [Compartments.Identity]))], cancellationToken);
            // What somebody said of their orientation stands in no list of whom they did not choose: asked of those alone of whom it would.
            var telling = seen.Where(one => contents[one.Row.Id].ContainsKey(Compartments.Lgbti)).Select(one => one.Row.PersonId).ToList();
            var chosen = telling.Count == 0 ? null : await closed.ChosenForListsAsync(connection, scope, telling, cancellationToken);
            foreach (var one in seen)
            {
                var own = contents[one.Row.Id];
                var isListed = own.ContainsKey(Compartments.Lgbti) && chosen!.Contains(one.Row.PersonId);
                if (own.ContainsKey(Compartments.Lgbti) && !isListed)
                    own = own.Where(part => part.Key != Compartments.Lgbti).ToDictionary(StringComparer.Ordinal);
                var person = leads.GetValueOrDefault(one.Row.PersonId, one.Row.PersonId);
                var known = names.TryGetValue((person, Compartments.Identity), out var identity) && identity.TryGetProperty("names", out var said) ? said : (JsonElement?)null;
                items.Add(new WorkItem(ShownCase.Of(one, own), person, known, one.Row.DueAt < db.Time.GetUtcNow()));
                shown.Add(new Shown(person, [.. one.Open.Where(compartment => compartment != Compartments.Lgbti || isListed).Append(Compartments.Identity).Where(compartment => compartment != Compartments.Identity || known is not null)]));
            }
        }

        await trail.LeaveAsync(actor, purpose, "list", shown, cancellationToken);
        return new WorkItems(items, next);
    }

    private static (int Urgency, string Due, string Id) Cursor(string? after)
    {
        if (after is null)
            return (-1, "", "");
        var parts = after.Split('_');
        if (parts.Length != 3 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var urgency)
            || !DateTimeOffset.TryParse(parts[1], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var due) || !Guid.TryParseExact(parts[2], "D", out var id))
            throw PlatformProblems.BadParameter.With(("name", "after"), ("value", ""));
        return (urgency, Instants.Write(due), id.ToString("D"));
    }
}
