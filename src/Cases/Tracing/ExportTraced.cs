using System.Data.Common;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Cases.Referrals;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Cases.Tracing;

/// <summary>What is sent: to whom the records go, of which country they are, and since when what changed is wanted.</summary>
internal sealed record SentTracingExport
{
    /// <summary>The receiver's name, or the key of an organisation of the directory.</summary>
    public string? To { get; init; }

    /// <summary>What kind of recipient it is, of those that can be stated of a service.</summary>
    public string? Kind { get; init; }

    /// <summary>The country of the receiver, 001 of one that belongs to no state; unknown when left out.</summary>
    public string? Country { get; init; }

    public DateTimeOffset? Since { get; init; }
}

/// <summary>A document for other registers, and how much of what stands in it.</summary>
public sealed record TracedDocument(byte[] Bytes, int Persons, int Placeholders);

/// <summary>
/// Gives registers for tracing what persons agreed to, as PFIF. Of whoever has taken it back, is gone or whose time is over, the
/// next document holds nothing but that the record is to be forgotten.
/// </summary>
public sealed class ExportTraced
{
    /// <summary>Under this purpose alone anything goes out.</summary>
    internal const string Purpose = "tracing";

    /// <summary>The kind of recipient that a consent has to name.</summary>
    internal const string Network = "tracing_network";

    private static readonly AskedField[] Asked = [.. TracedRecord.Fields.Select(field => new AskedField(field, Compartments.Identity))];

    private readonly NodeDb db;
    private readonly DataKeys keys;
    private readonly NodeSettings settings;
    private readonly FactsOfPersons facts;
    private readonly TracedPersons traced;
    private readonly ReadTrail trail;
    private readonly Receivers receivers;
    private readonly ClosedToReader closed;

    internal ExportTraced(NodeDb db, DataKeys keys, NodeSettings settings, FactsOfPersons facts, TracedPersons traced, ReadTrail trail, Receivers receivers, ClosedToReader closed) =>
        (this.db, this.keys, this.settings, this.facts, this.traced, this.trail, this.receivers, this.closed) = (db, keys, settings, facts, traced, trail, receivers, closed);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/cases/tracing/export", static async (HttpContext context, ExportTraced export, CancellationToken cancellationToken) =>
        {
            var (said, wrong) = await SentJson.ReadAsync<SentTracingExport>(context.Request, cancellationToken);
            SentJson.RefuseIf(wrong);
            var document = await export.RunAsync(said.To ?? "", said.Kind ?? "", said.Country, said.Since, context.Actor(), cancellationToken);
            return Results.Bytes(document.Bytes, "application/xml", "persons.pfif.xml");
        })
        .Needs(CasesRights.Trace).DoneOnceInSecret().DisableAntiforgery().TakesAtMost(4 * 1024)
        .WithSummary("Persons for tracing as PFIF 1.4: {to, kind, country, since}; of those alone who chose so and whose consent for tracing lets a tracing network have their identity")
        .WithDescription("to names the receiver, or is the key of an organisation of the directory; kind says what it is, as receiverClass of a referral does, and whoever excluded that kind, or one of its names, is not among them. country is its country, 001 when it belongs to no state: of somebody who needs protection nothing goes to a receiver whose country is not known. since gives what has changed after a moment.");

    /// <summary>The document, once it is kept whom it names and to whom it goes.</summary>
    /// <param name="to">The receiver's name, or the key of an organisation of the directory.</param>
    /// <param name="kind">What kind of recipient it is.</param>
    /// <param name="country">Its country, 001 of one that belongs to no state, or null when nobody knows.</param>
    /// <param name="since">Only what has changed after this moment.</param>
    /// <param name="actor">Who gives it.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="Problem">No receiver is named or nobody says what it is, there is no such country, or somebody else changed a person meanwhile.</exception>
    public async Task<TracedDocument> RunAsync(string to, string kind, string? country, DateTimeOffset? since, Actor actor, CancellationToken cancellationToken)
    {
        var (receiver, states, now) = await LookAsync(to, kind, country, actor, cancellationToken);
        var wanted = Wanted(states.All, since);
        var given = wanted.Where(state => !state.Record.IsPlaceholder).ToList();
        // Whoever chose that their record may go, and to whom the rule lets none of it: a line of that too.
        await trail.RefuseAsync(actor, Purpose, "list", states.Refused, cancellationToken);
        await KeepAsync(states.All, receiver, kind, given.Count, wanted.Count - given.Count, actor, now, cancellationToken);
        await trail.LeaveAsync(actor, Purpose, "list", given.Select(state => new Shown(state.Row.PersonId!.Value, [Compartments.Identity]) { Decided = state.Decided }), cancellationToken);
        return new TracedDocument(WritePfif.Of(wanted.Select(state => state.Record)), given.Count, wanted.Count - given.Count);
    }

    /// <summary>How much would stand in the document; nothing of it leaves, and nothing is written.</summary>
    /// <param name="to">The receiver's name, or the key of an organisation of the directory.</param>
    /// <param name="kind">What kind of recipient it is.</param>
    /// <param name="country">Its country, 001 of one that belongs to no state, or null when nobody knows.</param>
    /// <param name="since">Only what has changed after this moment.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="Problem">No receiver is named or nobody says what it is, or there is no such country.</exception>
    public async Task<(int Persons, int Placeholders)> CountAsync(string to, string kind, string? country, DateTimeOffset? since, Actor actor, CancellationToken cancellationToken)
    {
        var wanted = Wanted((await LookAsync(to, kind, country, actor, cancellationToken)).States.All, since);
        var placeholders = wanted.Count(state => state.Record.IsPlaceholder);
        return (wanted.Count - placeholders, placeholders);
    }

    private async Task<(NamedReceiver Receiver, TracedStates States, DateTimeOffset Now)> LookAsync(string to, string kind, string? country, Actor actor, CancellationToken cancellationToken)
    {
        var receiver = await receivers.FindAsync(to, kind, ReceiverClasses.Shipped.Stated, Network, country, actor, cancellationToken);
        var now = db.Time.GetUtcNow();
        await using var connection = await db.ReadAsync(cancellationToken);
        return (receiver, await StatesAsync(connection, receiver, CaseScope.For(actor), now, cancellationToken), Whole(now));
    }

    // The format knows whole seconds; whether something may go is asked of the moment itself.
    private static DateTimeOffset Whole(DateTimeOffset now) => now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));

    private static List<TracedState> Wanted(IEnumerable<TracedState> states, DateTimeOffset? since) => [.. states.Where(state => since is null || state.Record.EntryDate > since)];

    private async Task<TracedStates> StatesAsync(DbConnection connection, NamedReceiver receiver, CaseScope scope, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = (await connection.QueryAsync<TracedRow>("select * from cases_traced order by id")).ToList();
        var persons = (await connection.QueryAsync<PersonRow>(
            "select * from cases_persons where id" + db.Dialect.IsAmong,
            new { Among = db.Dialect.Among(rows.Where(row => row.PersonId is not null).Select(row => row.PersonId!.Value.ToString("D"))) })).ToDictionary(person => person.Id);
        // Whom somebody does not reach they neither give out nor call back.
        rows = [.. rows.Where(row => MayExport(scope, row.PersonId is { } person ? persons[person].Place : new RecordPlace(null, null, row.AgencyId)))];
        var contents = await traced.OpenAsync(connection, rows, cancellationToken);
        var merges = (await connection.QueryAsync<(Guid Absorbed, DateTimeOffset At)>("select absorbed_id, decided_at from cases_merges where state in ('done', 'undo_asked')")).ToDictionary(merge => merge.Absorbed, merge => merge.At);
        // What was chosen in a file that was merged into theirs holds until they choose anew.
        var narrower = rows.Where(row => row.PersonId is { } person && persons[person].MergedInto is not null && merges.ContainsKey(person))
            .ToLookup(row => persons[row.PersonId!.Value].MergedInto!.Value, row => (Content: contents.GetValueOrDefault(row.Id) ?? new TracingContent(), At: merges[row.PersonId!.Value]));
        var known = await facts.OfAsync(
            connection, [.. rows.Where(row => row.PersonId is not null).Select(row => persons[row.PersonId!.Value]).Where(person => person.Status == PersonRow.Active)], now, cancellationToken);
        var shut = await closed.OfAsync(connection, scope, rows.Select(row => row.PersonId).OfType<Guid>(), cancellationToken);
        var refused = new List<(Guid, DecisionLine)>();
        return new TracedStates(
            [
                .. rows.Select(row => row.PersonId is { } person
                    ? StateOf(row, contents.GetValueOrDefault(row.Id) ?? new TracingContent(), [.. narrower[person]], known.GetValueOrDefault(person), receiver, now, refused)
                    : Gone(row)).OfType<TracedState>().Where(state => state.Record.IsPlaceholder || !IsShut(state.Row)),
            ],
            refused);

        // Whoever was shut out gives out nothing of them. That a record is to be forgotten names nobody, and goes out whoever is asked for it.
        bool IsShut(TracedRow row) => row.PersonId is { } person && (shut[person].Contains(Compartments.Identity) || shut[person].Contains(Compartments.Tracing));
    }

    private static bool MayExport(CaseScope scope, RecordPlace place) =>
        scope.May(CasesRights.Trace, place) && scope.May(Compartments.Right(Compartments.Identity), place) && scope.May(Compartments.Right(Compartments.Tracing), place);

    // Nothing is known of them any more but that others have a record of theirs, if they have.
    private TracedState? Gone(TracedRow row) => row.ForgottenAt is { } at ? new TracedState(row, Forgotten(row, at, row.ExpiresAt ?? at), null) : null;

    private TracedState? StateOf(TracedRow row, TracingContent content, IReadOnlyList<(TracingContent Content, DateTimeOffset At)> merged, KnownPerson? person, NamedReceiver receiver, DateTimeOffset now, List<(Guid, DecisionLine)> refused)
    {
        var before = content.Given.LastOrDefault(given => receiver.Is(given));
        var may = Chosen(content, merged);
        var answer = person is not null && may.Count > 0 ? Allowed(person, content.Consent, receiver.Reader, now) : null;
        DecisionLine LineOf(IReadOnlySet<string> given) => DecisionLine.Of(DisclosureRoute.Exchange, Recipients.Named(receiver.Name, receiver.Key), answer!.Fields, field => given.Contains(field[(Compartments.Identity.Length + 1)..]));
        // Without a name there is no record.
        if (answer?.Allows(TracedRecord.Name) == false)
            refused.Add((row.PersonId!.Value, LineOf(new HashSet<string>())));
        if (person is not null && answer is not null
            && TracedRecord.Of(traced.RecordOf(row), person.Identity, may = may.Intersect(answer.Allowed).ToHashSet(StringComparer.Ordinal), settings.File.Name, db.Time.DayOf(now)) is { } record)
        {
            var carried = answer.Fields.Where(field => field is { Allowed: true, ConsentId: not null } && may.Contains(field.Field.Name)).Select(field => person.Consents.First(consent => consent.Id == field.ConsentId)).ToList();
            var until = carried.Min(consent => consent.ExpiresAt);
            record = record with { ExpiryDate = until, SourceDate = carried.Max(consent => consent.GrantedAt) };
            var (mark, consent) = (traced.MarkOf(record), carried[0].Id);
            var stands = before is { ForgottenAt: null } && before.Mark == mark && before.Consent == consent;
            var given = stands ? before! : new GivenTo(receiver.Name, consent, Whole(now), until, mark) { Key = receiver.Key };
            return new TracedState(row, record with { EntryDate = given.At }, stands ? null : With(content, given, receiver)) { Decided = LineOf(may) };
        }

        if (before is null)
            return null;
        var left = before.ForgottenAt is null ? before with { ForgottenAt = Whole(now) } : before;
        return new TracedState(row, Forgotten(row, left.ForgottenAt!.Value, left.Until), left == before ? null : With(content, left, receiver));
    }

    private static HashSet<string> Chosen(TracingContent content, IReadOnlyList<(TracingContent Content, DateTimeOffset At)> merged)
    {
        var chosen = Of(content);
        foreach (var (other, at) in merged.Where(one => !(content.ChosenAt > one.At)))
            chosen.IntersectWith(Of(other));
        return chosen;

        static HashSet<string> Of(TracingContent one) => one.Publication == Publication.Consented ? (one.Fields ?? TracedRecord.Fields).ToHashSet(StringComparer.Ordinal) : [];
    }

    private DisclosureAnswer Allowed(KnownPerson person, Guid? consent, Reader reader, DateTimeOffset now) => DisclosureDecision.Decide(new DisclosureRequest
    {
        Person = person.Facts,
        Reader = reader,
        Route = DisclosureRoute.Exchange,
        Purpose = Purpose,
        Fields = Asked,
        Consents = person.Consents,
        OnlyConsent = consent,
        HostCountry = settings.File.Country ?? "",
        Now = now,
    });

    private PfifPerson Forgotten(TracedRow row, DateTimeOffset at, DateTimeOffset until) =>
        new PfifPerson { RecordId = traced.RecordOf(row), ExpiryDate = until < at ? until : at }.AsPlaceholder(at);

    private static TracingContent With(TracingContent content, GivenTo given, NamedReceiver receiver) => content with { Given = [.. content.Given.Where(one => !receiver.Is(one)), given] };

    private async Task KeepAsync(List<TracedState> states, NamedReceiver receiver, string kind, int persons, int placeholders, Actor actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var changed = states.Where(state => state.Anew is not null).ToList();
        var found = await keys.FindAsync([.. changed.Select(state => state.Row.PersonId!.Value)], cancellationToken);
        await using var change = await db.BeginAsync(actor, "cases.tracing.exported", "tracing", cancellationToken);
        change.Describe(new { to = receiver.Name, organization = receiver.Key ?? "", kind, country = receiver.Reader.Country ?? "", persons, placeholders });
        foreach (var state in changed)
        {
            // Who was erased meanwhile, or changed their mind, must not go out with what was read before.
            if (!found.TryGetValue(state.Row.PersonId!.Value, out var key) || await change.ExecuteAsync(
                """
                update cases_traced set entry_at = coalesce(entry_at, @now), expires_at = case when expires_at > @Until then expires_at else @Until end, version = version + 1
                where id = @Id and version = @Version and person_id is not null
                and (@IsForgotten = 1 or exists (select 1 from cases_consents c where c.id = @Consent and c.withdrawn_at is null))
                """,
                new { now, state.Anew!.Given[^1].Until, state.Anew.Given[^1].Consent, IsForgotten = state.Record.IsPlaceholder ? 1 : 0, state.Row.Id, state.Row.Version }) == 0)
                throw PlatformProblems.Changed.With();
            await traced.WriteAsync(change, key, state.Row.Id, state.Row.Version + 1, state.Anew!);
        }

        await change.CommitAsync(cancellationToken);
    }

    /// <summary>What a receiver is given of a row now, and what is to be sealed because of it; null when nothing is.</summary>
    private sealed record TracedState(TracedRow Row, PfifPerson Record, TracingContent? Anew)
    {
        /// <summary>What was decided of a record that goes; null of what is to be forgotten.</summary>
        public DecisionLine? Decided { get; init; }
    }

    /// <summary>What a receiver is given, and of whom the rule lets them have nothing.</summary>
    private sealed record TracedStates(List<TracedState> All, List<(Guid Person, DecisionLine Decided)> Refused);
}
