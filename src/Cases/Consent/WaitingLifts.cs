using System.Data.Common;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Merging;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;

namespace Tambo.Cases.Consent;

/// <summary>That a person asked to let somebody back in, and a second member of staff has to confirm it. Whom, stands on the person's page.</summary>
/// <param name="Id">The key of what was asked.</param>
/// <param name="Person">Who asked.</param>
/// <param name="Ref">Their reference.</param>
/// <param name="AskedAt">When it was written down.</param>
/// <param name="IsOwn">True when the reader wrote it down: somebody else confirms it.</param>
internal sealed record WaitingLift(Guid Id, Guid Person, string Ref, DateTimeOffset AskedAt, bool IsOwn);

/// <summary>What persons asked and waits for a second member of staff, for those who may confirm it. Whoever is shut out sees none of it.</summary>
internal sealed class WaitingLifts(NodeDb db, KeptConsents consents, PersonFiles files, CaseGuards guards, ClosedToReader closed, ReadTrail trail, ILogger<WaitingLifts> log)
{
    private const int Most = 100;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet(OpenCase.Root + "/exclusions/asked", static async (HttpContext context, WaitingLifts waiting, CancellationToken cancellationToken) =>
            Results.Json(new { lifts = await waiting.RunAsync(context.Actor(), Purposes.Of(context, Purposes.Assistance), cancellationToken) }, CaseJson.Options))
        .Needs(CasesRights.Read)
        .WithSummary("Persons within reach who asked to let somebody back in whom they shut out, where the reader may confirm it, the longest waiting first, at most 100; whom it is about stands with the person");

    /// <summary>Those that the reader may confirm, and their own, the longest waiting first, once their reading is on the disk.</summary>
    public async Task<IReadOnlyList<WaitingLift>> RunAsync(Actor actor, string purpose, CancellationToken cancellationToken)
    {
        var (scope, found) = (CaseScope.For(actor), new Dictionary<Guid, (WaitingLift Lift, string Home)>());
        var sql = "select k.* from cases_consents k join cases_persons f on f.id = k.person_id join cases_persons p on p.id = coalesce(f.merged_into, f.id) where k.lift_asked = 1 and p.status = 'active' and "
            + scope.Persons("p", guards) + " order by k.id limit @Most offset @skip";
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            await Portions.FillAsync(
                Most,
                skip => connection.QueryAsync<ConsentRow>(sql, scope.Parameters(new { Most, skip })),
                async rows =>
                {
                    var some = await OfAsync(connection, scope, rows, cancellationToken);
                    foreach (var (lift, home) in some.SelectMany(of => of))
                        found[lift.Id] = (lift, home);
                    return rows.Where(row => some[row.Id].Any());
                });
        }

        var shown = found.Values.OrderBy(one => one.Lift.AskedAt).ThenBy(one => one.Lift.Id).Take(Most).ToList();
        await trail.LeaveAsync(actor, purpose, "list", shown.Select(one => new Shown(one.Lift.Person, [one.Home])), cancellationToken);
        return [.. shown.Select(one => one.Lift)];
    }

    // By the same rule as it is confirmed: LiftExclusion.AdmitAsync and ConfirmAsync.
    private async Task<ILookup<Guid, (WaitingLift Lift, string Home)>> OfAsync(DbConnection connection, CaseScope scope, List<ConsentRow> rows, CancellationToken cancellationToken)
    {
        var leads = await MergedFiles.LeadAsync(db, connection, rows.Select(row => row.PersonId).Distinct());
        Guid LeadOf(ConsentRow row) => leads.GetValueOrDefault(row.PersonId, row.PersonId);
        var people = (await files.FindAsync(connection, scope, rows.Select(LeadOf).Distinct())).Where(one => one.Value.Open.Contains(Compartments.General)
            && (one.Value.Allows(scope, CasesRights.Edit) || one.Value.Allows(scope, CasesRights.Register))).ToDictionary(one => one.Key, one => one.Value);
        var waiting = new List<(Guid Consent, WaitingLift Lift, string Home)>();
        foreach (var alike in rows.Where(row => people.ContainsKey(LeadOf(row))).GroupBy(row => people[LeadOf(row)].Open.Contains(Compartments.Asylum)))
        {
            string[] open = [Compartments.General, .. alike.Key ? [Compartments.Asylum] : Array.Empty<string>()];
            var contents = await consents.ReadableAsync(connection, [.. alike], open, log, cancellationToken);
            foreach (var row in alike.Where(row => contents.ContainsKey(row.Id)))
            {
                var (content, person) = (contents[row.Id], people[LeadOf(row)].Row);
                foreach (var lift in content.Lifts.Where(lift => lift.State == ExclusionLift.Asked))
                {
                    if (!await closed.MeansAsync(scope, [lift.Recipient], cancellationToken))
                        waiting.Add((row.Id, new WaitingLift(lift.Id, person.Id, person.PublicRef, lift.At, lift.By == LiftExclusion.NameOf(scope.Actor)), KeptConsents.HomeOf(content.Consent.Purpose)));
                }
            }
        }

        return waiting.ToLookup(one => one.Consent, one => (one.Lift, one.Home));
    }
}
