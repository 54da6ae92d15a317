using System.Globalization;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Merging;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Cases.Referrals;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;

namespace Tambo.Cases.Plan;

/// <summary>Something that happened in a case.</summary>
/// <param name="At">When.</param>
/// <param name="What">A code; its words are the text <c>cases.timeline.{what}</c>.</param>
/// <param name="State">How it stands or what it became, as a code of its kind; null where there is none.</param>
/// <param name="By">Who did it, as the records name them; null where nobody is noted.</param>
internal sealed record TimelineEvent(DateTimeOffset At, string What, string? State, string? By);

/// <summary>Everything of a case in the order of time, of which each reader sees what is open to them; nothing says that there is more.</summary>
internal sealed class CaseTimeline(NodeDb db, CaseEntries entries, CaseFiles cases, PersonFiles persons, ReferralFiles referrals, KeptConsents consents, Family.KeptTransfers transfers, ReadTrail trail)
{
    // The safety plan is part of no list.
    private static readonly string[] Kinds = [KeepPlan.Kind, KeepTasks.Kind, HoldConference.Kind, WriteNotes.Kind, Detention.NoticeDetention.Kind, Family.SplitReviews.Kind, Attachments.BringFile.Kind];

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet(OpenCase.Root + "/{id:guid}/timeline", static async (HttpContext context, Guid id, CaseTimeline timeline, CancellationToken cancellationToken) =>
            Results.Json(new { events = await timeline.RunAsync(id, context.Actor(), Purposes.Of(context, Purposes.Assistance), cancellationToken) }, CaseJson.Options))
        .Needs(CasesRights.Read).WithSummary("What happened in a case, the last first, as far as it is open to the reader");

    /// <summary>The events, the last first, once their reading is on the disk.</summary>
    /// <exception cref="Platform.Problems.Problem">The case is out of reach.</exception>
    public async Task<IReadOnlyList<TimelineEvent>> RunAsync(Guid id, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        var entered = await entries.EnterAsync(id, actor, cancellationToken);
        var events = new List<TimelineEvent>();
        var read = new List<Shown> { new(entered.Row.PersonId, [entered.Seen.Home]) };
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            var people = await persons.FindAsync(connection, entered.Scope, (await cases.PersonsAsync(connection, [id]))[id]);
            events.AddRange(people.Values.Select(person => new TimelineEvent(person.Row.CreatedAt, "registered", null, null)));
            events.AddRange((await connection.QueryAsync<(string State, DateTimeOffset At, string Actor)>("select state, at, actor from cases_case_states where case_id = @id", new { id }))
                .Select(step => new TimelineEvent(step.At, "state", step.State, step.Actor)));
            foreach (var person in people.Values)
            {
                // That somebody agreed to ask for protection is told to nobody to whom that is closed.
                var rows = await KeptConsents.RowsAsync(connection, person.Row.Id);
                var known = await consents.OpenAsync(connection, rows, person.Open, cancellationToken);
                foreach (var row in rows.Where(row => known.ContainsKey(row.Id)))
                {
                    events.Add(new TimelineEvent(row.GrantedAt, known[row.Id].Consent.Refuses ? "consent_refused" : "consent", null, row.CreatedBy));
                    foreach (var lift in known[row.Id].Lifts)
                    {
                        events.Add(new TimelineEvent(lift.At, "exclusion_lift_asked", null, lift.By));
                        if (lift.DecidedAt is { } decided)
                            events.Add(new TimelineEvent(decided, "exclusion_lift_" + lift.State, null, lift.DecidedBy));
                    }

                    if (row.WithdrawnAt is { } end)
                        events.Add(new TimelineEvent(end, "consent_withdrawn", null, null));
                }

                if (!person.Allows(entered.Scope, CasesRights.Screen))
                    continue;
                events.AddRange((await connection.QueryAsync<(DateTimeOffset At, int Urgency, string By)>("select at, urgency, created_by from cases_screenings where " + MergedFiles.Of("person_id"), new { person = person.Row.Id }))
                    .Select(one => new TimelineEvent(one.At, "screening", Register.Urgency.At(one.Urgency).ToLowerInvariant(), one.By)));
            }

            if (entered.May(CasesRights.Refer))
            {
                foreach (var referral in await referrals.OfCaseAsync(connection, entered.Seen, cancellationToken))
                {
                    events.AddRange(referral.Referral.Steps.Select(step => new TimelineEvent(step.At, "referral", step.Act, step.Who)));
                    read.Add(new Shown(referral.Row.PersonId, [referral.Home]));
                }
            }

            foreach (var kind in Kinds)
            {
                foreach (var row in await entries.OfAsync(connection, entered, kind))
                {
                    events.Add(new TimelineEvent(row.CreatedAt, kind == WriteNotes.Kind && row.Number > 1 ? "note_corrected" : kind, null, row.CreatedBy));
                    // Notes and conferences are whole when they are written; what goes on stands once more, as it is now.
                    if (row.Version > 1 && kind is not (WriteNotes.Kind or HoldConference.Kind))
                        events.Add(new TimelineEvent(row.DecidedAt ?? row.ClosedAt ?? row.ChangedAt, kind + "_moved", row.State, row.DecidedBy));
                    read.Add(new Shown(row.PersonId, [entries.CompartmentOf(row)]));
                }
            }

            foreach (var row in await transfers.OfAsync(connection, entered))
            {
                events.Add(new TimelineEvent(row.At, "transfer", null, row.CreatedBy));
                read.Add(new Shown(row.PersonId, [transfers.CompartmentOf(row)]));
            }

            read.AddRange(people.Values.Select(person => new Shown(person.Row.Id, [Compartments.General])));
        }

        await trail.LeaveAsync(actor, purpose, "case", read, cancellationToken);
        return [.. events.OrderByDescending(one => one.At).ThenBy(one => one.What, StringComparer.Ordinal).ThenBy(one => one.State, StringComparer.Ordinal)];
    }

    /// <summary>The key of the words for a state of an event, in the words of its kind.</summary>
    public static string? StateKey(TimelineEvent one) => one.State is null ? null : one.What switch
    {
        "state" => "cases.state." + one.State,
        "screening" => "cases.urgency." + one.State,
        "referral" => "referral.act." + one.State,
        _ => string.Create(CultureInfo.InvariantCulture, $"cases.{one.What.Replace("_moved", "", StringComparison.Ordinal)}.state.{one.State}"),
    };
}
