using Dapper;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Merging;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Database;

namespace Tambo.Cases.Referrals;

/// <summary>Decides whether a slip may name its service on paper, and leaves the line of it: the slip goes with the person.</summary>
internal sealed class PrintSlip(NodeDb db, PrintedDisclosure printed, ReadTrail trail)
{
    private const string Purpose = "referral";

    /// <summary>Why the service may not stand on the slip; null where it may. With no more than the code on it the slip says nothing.</summary>
    public async Task<string?> RunAsync(StoredReferral stored, Actor actor, CancellationToken cancellationToken)
    {
        DisclosureAnswer answer;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            var person = await connection.QuerySingleAsync<PersonRow>("select * from cases_persons where id = @Lead", new { Lead = await MergedFiles.LeadAsync(connection, stored.Row.PersonId) });
            answer = (await printed.DecideAsync(connection, actor, [person], Purpose, [new AskedField("service", stored.Home)], cancellationToken))[person.Id];
        }

        var (field, decided) = (answer.Fields[0], DecisionLine.Of(DisclosureRoute.Print, Recipients.Person, answer.Fields) with { Part = stored.Home, Case = stored.Row.CaseId });
        // The line in the clear says the same of every slip: which part of the file the help belongs to is sealed.
        await (field.Allowed
            ? trail.LeaveAsync(actor, Purpose, "case", [new Shown(stored.Row.PersonId, StoredReferral.OpenToReceivers) { Decided = decided }], cancellationToken)
            : trail.RefuseAsync(actor, Purpose, "case", [(stored.Row.PersonId, decided)], cancellationToken));
        return field.Allowed ? null : field.Reason;
    }
}
