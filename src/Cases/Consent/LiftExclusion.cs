using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Consent;

/// <summary>What is sent when a person lets somebody back in.</summary>
internal sealed record SentLiftOfExclusion
{
    public RecipientName Recipient { get; set; } = new("", "");

    public ConsentGiver GivenBy { get; set; } = new("");

    /// <summary>verbal, signature, other.</summary>
    public string Form { get; set; } = "";

    /// <summary>What the person said.</summary>
    public string Note { get; set; } = "";

    public override string ToString() => "•••";
}

/// <summary>What the second member of staff says.</summary>
internal sealed record SentConfirmation
{
    public bool? Approve { get; init; }

    public string Note { get; set; } = "";

    public override string ToString() => "•••";
}

/// <summary>
/// Lets somebody back in whom a person has shut out. It takes the person, who asks; whoever writes that down; and a second member of
/// staff, who confirms it. Who is shut out sees none of it and can do neither.
/// </summary>
internal sealed class LiftExclusion(NodeDb db, DataKeys keys, KeptConsents consents, PersonFiles files, ClosedToReader closed, ReadTrail trail)
{
    public const string Root = RegisterPerson.Root + "/{id:guid}/exclusions";
    public const int LongestNote = 2000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, static async (HttpContext context, Guid id, LiftExclusion lift, CancellationToken cancellationToken) =>
                Results.Json(new { exclusions = (await lift.ListAsync(id, context.Actor(), Purposes.Of(context, Purposes.Assistance), cancellationToken)).All.Select(Shown) }, CaseJson.Options))
            .Needs(CasesRights.Read).WithSummary("Whom a person has shut out, each once, and what they asked since; as far as the consents are open in which it stands");
        routes.MapPost(Root + "/asked", static async (HttpContext context, Guid id, LiftExclusion lift, CancellationToken cancellationToken) =>
            {
                await lift.AdmitAsync(id, context.Actor(), cancellationToken);
                var (said, wrong) = await SentJson.ReadAsync<SentLiftOfExclusion>(context.Request, cancellationToken);
                return Results.Json(Shown(await lift.AskAsync(id, said, wrong, context.Actor(), cancellationToken)), CaseJson.Options, statusCode: StatusCodes.Status202Accepted);
            })
            .Needs(CasesRights.Read).DoneOnceInSecret().DisableAntiforgery().TakesAtMost(16 * 1024)
            .WithSummary("A person asks to let somebody back in whom they shut out: {recipient: {kind, code}, givenBy: {kind, who}, form, note}; nothing changes until a second member of staff has confirmed it");
        routes.MapPost(Root + "/asked/{asked:guid}/confirm", static async (HttpContext context, Guid id, Guid asked, LiftExclusion lift, CancellationToken cancellationToken) =>
            {
                await lift.AdmitAsync(id, context.Actor(), cancellationToken);
                var (said, wrong) = await SentJson.ReadAsync<SentConfirmation>(context.Request, cancellationToken);
                return Results.Json(Shown(await lift.ConfirmAsync(id, asked, said, wrong, context.Actor(), cancellationToken)), CaseJson.Options);
            })
            .Needs(CasesRights.Read).DoneOnceInSecret().DisableAntiforgery().TakesAtMost(16 * 1024)
            .WithSummary("Confirms, as a second member of staff, that the person asked for it, or declines: {approve: true | false, note}");
    }

    /// <summary>Whom a person has shut out, once the audit has the line of this reading.</summary>
    /// <exception cref="Problem">There is no such person for this reader.</exception>
    public async Task<(SeenPerson Seen, IReadOnlyList<ShutOut> All)> ListAsync(Guid person, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        SeenPerson seen;
        IReadOnlyList<ShutOut> all = [];
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            seen = await files.FindAsync(connection, CaseScope.For(actor), person) ?? throw PlatformProblems.NotFound.With();
            // As with consents: without the general compartment nobody is told that there are any.
            if (seen.Open.Contains(Compartments.General))
                all = ShutOut.Of(OpenTo(await ContentsAsync(connection, person, cancellationToken), seen).Values, db.Time.GetUtcNow());
        }

        await trail.LeaveAsync(actor, purpose, "file", [new Shown(person, [.. seen.Open.Where(one => one is Compartments.General or Compartments.Asylum)])], cancellationToken);
        return (seen, all);
    }

    /// <summary>The person, for somebody who may write down what they ask for.</summary>
    /// <exception cref="Problem">Out of reach or shut out, which is as if there were none; or seen, and not theirs to change.</exception>
    public async Task<SeenPerson> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        await using var connection = await db.ReadAsync(cancellationToken);
        var seen = await files.FindAsync(connection, scope, id);
        if (seen is null || !seen.Open.Contains(Compartments.General))
            throw PlatformProblems.NotFound.With();
        return seen.Allows(scope, CasesRights.Edit) || seen.Allows(scope, CasesRights.Register) ? seen : throw PlatformProblems.Forbidden.With();
    }

    /// <summary>Keeps that a person asks.</summary>
    /// <exception cref="Problem">They have shut out nobody of that name, it waits already, or it does not say who asked and how.</exception>
    public async Task<ShutOut> AskAsync(Guid person, SentLiftOfExclusion said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken)
    {
        var (seen, now) = (await AdmitAsync(person, actor, cancellationToken), db.Time.GetUtcNow());
        if (said.Recipient?.Code is not { Length: > 0 } code)
            throw FormProblems.With(("recipient", FormProblems.Missing));
        var meant = said.Recipient.Kind == RecipientName.One && Guid.TryParse(code, out var key) ? said.Recipient with { Code = key.ToString("D") } : said.Recipient;
        if (!ConsentForm.Kinds.Contains(said.Form))
            wrong.Add(("form", ConsentProblems.FormUnfit));
        if (string.IsNullOrWhiteSpace(said.Note))
            wrong.Add(("note", FormProblems.Missing));
        if (said.Note.Length > LongestNote)
            wrong.Add(("note", CasesProblems.TextTooLong));
        if (!ConsentGiver.Kinds.Contains(said.GivenBy.Kind) || (said.GivenBy.Kind != ConsentGiver.Self && string.IsNullOrWhiteSpace(said.GivenBy.Who)))
            wrong.Add(("givenBy", ConsentProblems.GiverUnfit));
        SentJson.RefuseIf(wrong);
        Dictionary<ConsentRow, ConsentContent> all;
        await using (var connection = await db.ReadAsync(cancellationToken))
            all = await ContentsAsync(connection, person, cancellationToken);
        var contents = OpenTo(all, seen);
        var shut = ShutOut.Of(contents.Values, now).FirstOrDefault(one => one.Stands && one.Recipient.Means(meant)) ?? throw ConsentProblems.NotExcluded.With();
        if (shut.Waiting is not null)
            throw ConsentProblems.LiftAsked.With();
        // What was said in a consent that is closed to the writer was said all the same.
        if (!MayTakeBack(all.Values, shut.Recipient, said.GivenBy.Kind, now))
            throw FormProblems.With(("givenBy", ConsentProblems.NotTheirs));
        // With the newest of the consents that say so: of several one waits.
        var (row, content) = contents.Where(one => Standing(one.Value.Consent, shut.Recipient, now)).MaxBy(one => (one.Value.Consent.GrantedAt, one.Key.Id));
        var lift = new ExclusionLift(Guid.CreateVersion7(now), shut.Recipient, said.GivenBy, said.Form, said.Note.Trim(), NameOf(actor), now);
        var kept = content with { Lifts = [.. content.Lifts, lift] };
        await WriteAsync(seen.Row, [(row, kept)], "cases.exclusion.lift_asked", lift.Id, actor, cancellationToken);
        contents[row] = kept;
        return Of(contents, shut.Recipient, now);
    }

    /// <summary>Keeps what the second member of staff says. Confirmed, it holds for every consent in which the person has shut them out until they asked.</summary>
    /// <exception cref="Problem">There is nothing to confirm, or they have written it down themselves.</exception>
    public async Task<ShutOut> ConfirmAsync(Guid person, Guid id, SentConfirmation said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken)
    {
        var (seen, now) = (await AdmitAsync(person, actor, cancellationToken), db.Time.GetUtcNow());
        if (said.Approve is null)
            wrong.Add(("approve", FormProblems.Missing));
        if (said.Note.Length > LongestNote)
            wrong.Add(("note", CasesProblems.TextTooLong));
        SentJson.RefuseIf(wrong);
        Dictionary<ConsentRow, ConsentContent> all;
        await using (var connection = await db.ReadAsync(cancellationToken))
            all = await ContentsAsync(connection, person, cancellationToken);
        var (row, content) = OpenTo(all, seen).FirstOrDefault(one => one.Value.Lifts.Any(lift => lift.Id == id));
        if (row is null || content.Lifts.First(lift => lift.Id == id) is not { } asked || await closed.MeansAsync(CaseScope.For(actor), [asked.Recipient], cancellationToken))
            throw PlatformProblems.NotFound.With();
        if (asked.State != ExclusionLift.Asked)
            throw ConsentProblems.LiftDecided.With();
        var approve = said.Approve!.Value;
        if (approve && asked.By == NameOf(actor))
            throw ConsentProblems.OwnLift.With();
        // All that it would lift: a consent may have come in whose giver did not ask.
        if (approve && !MayTakeBack(all.Values.Where(one => one.Consent.GrantedAt <= asked.At), asked.Recipient, asked.GivenBy.Kind, now))
            throw FormProblems.With(("approve", ConsentProblems.NotTheirs));
        var decided = asked with
        {
            State = approve ? ExclusionLift.Lifted : ExclusionLift.Declined,
            DecidedBy = NameOf(actor),
            DecidedAt = now,
            Note = said.Note.Trim() is { Length: > 0 } note ? note : null,
        };
        var changed = new List<(ConsentRow Row, ConsentContent Content)>();
        foreach (var (of, before) in all.OrderBy(one => one.Key.Id))
        {
            var kept = before with { Lifts = [.. before.Lifts.Select(lift => lift.Id == id ? decided : lift)] };
            // What they said after they had asked is said, and stands.
            if (approve && before.Consent.GrantedAt <= asked.At && Standing(before.Consent, asked.Recipient, now))
                kept = kept with { Consent = before.Consent with { Exclusions = [.. before.Consent.Exclusions.Select(one => one.Recipient.Means(asked.Recipient) && one.StandsAt(now) ? one with { LiftedAt = now } : one)] } };
            else if (of != row)
                continue;
            changed.Add((of, kept));
        }

        await WriteAsync(seen.Row, changed, approve ? "cases.exclusion.lifted" : "cases.exclusion.lift_declined", id, actor, cancellationToken);
        foreach (var (of, kept) in changed)
            all[of] = kept;
        return Of(OpenTo(all, seen), asked.Recipient, now);
    }

    // Each of the consents in its next version, or none of them.
    private async Task WriteAsync(PersonRow person, List<(ConsentRow Row, ConsentContent Content)> changed, string code, Guid lift, Actor actor, CancellationToken cancellationToken)
    {
        if (person.Status != PersonRow.Active)
            throw CasesProblems.PersonInactive.With();
        var known = await keys.FindAsync([.. changed.Select(one => one.Row.PersonId).Distinct()], cancellationToken);
        await using var change = await db.BeginAsync(actor, code, KeptConsents.SubjectOf(changed[0].Row.Id), cancellationToken);
        change.Describe(new { lift });
        foreach (var (row, content) in changed)
        {
            if (row != changed[0].Row)
                change.AlsoRecord(code, KeptConsents.SubjectOf(row.Id), new { lift });
            var waits = content.Lifts.Any(one => one.State == ExclusionLift.Asked) ? 1 : 0;
            if (await change.ExecuteAsync("update cases_consents set lift_asked = @waits, version = version + 1 where id = @Id and version = @Version", new { waits, row.Id, row.Version }) == 0)
                throw PlatformProblems.Changed.With();
            await consents.WriteAsync(change, known.GetValueOrDefault(row.PersonId) ?? throw CasesProblems.PersonInactive.With(), row.Version + 1, content);
        }

        await change.CommitAsync(cancellationToken);
    }

    private async Task<Dictionary<ConsentRow, ConsentContent>> ContentsAsync(DbConnection connection, Guid person, CancellationToken cancellationToken)
    {
        var rows = await KeptConsents.RowsAsync(connection, person);
        var opened = await consents.OpenAsync(connection, rows, Compartments.All, cancellationToken);
        return rows.Where(row => opened.ContainsKey(row.Id)).ToDictionary(row => row, row => opened[row.Id]);
    }

    // As far as a reader may know that there are any.
    private static Dictionary<ConsentRow, ConsentContent> OpenTo(Dictionary<ConsentRow, ConsentContent> all, SeenPerson seen) =>
        all.Where(one => seen.Open.Contains(KeptConsents.HomeOf(one.Value.Consent.Purpose))).ToDictionary(one => one.Key, one => one.Value);

    private static bool MayTakeBack(IEnumerable<ConsentContent> contents, RecipientName recipient, string giver, DateTimeOffset now) =>
        ShutOut.Of(contents, now).FirstOrDefault(one => one.Recipient.Means(recipient)) is { } said && said.MayTakeBack.Contains(giver);

    private static bool Standing(GivenConsent consent, RecipientName recipient, DateTimeOffset now) =>
        consent.Exclusions.Any(exclusion => exclusion.StandsAt(now) && exclusion.Recipient.Means(recipient));

    private static ShutOut Of(IEnumerable<KeyValuePair<ConsentRow, ConsentContent>> contents, RecipientName recipient, DateTimeOffset now) =>
        ShutOut.Of(contents.Select(one => one.Value), now).First(one => one.Recipient.Means(recipient));

    private static object Shown(ShutOut one) => new { one.Recipient, one.SaidAt, one.Stands, one.LiftedAt, asked = one.Lifts };

    // A program with somebody's token decides for them: two of its kind are one person.
    internal static string NameOf(Actor actor) => actor.UserId is { } user ? $"user:{user:D}" : actor.AuditName;
}
