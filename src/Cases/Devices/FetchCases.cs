using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
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
using Tambo.Cases.Screening;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Devices;

/// <summary>What a device has already, by record.</summary>
internal sealed record SentHave
{
    /// <summary>Of each record the tag with which it was given.</summary>
    public IReadOnlyDictionary<Guid, string> Have { get; set; } = new Dictionary<Guid, string>();

    /// <summary>Persons and cases of which somebody is to decide something on it.</summary>
    public IReadOnlyList<Guid> Undecided { get; set; } = [];

    /// <summary>The tag of the services that it keeps; empty when it keeps none, null when it does not ask for them.</summary>
    public string? Services { get; init; }

    public int? Unsent { get; init; }

    public DateTimeOffset? Now { get; init; }
}

/// <summary>A case as a device keeps it.</summary>
internal sealed record KeptCase(
    Guid Id, string Tag, string Ref, int Version, string State, string Urgency, DateTimeOffset DueAt, string? Type, string? Note,
    IReadOnlyList<string> Profiles, IReadOnlyList<string> Open, IReadOnlyList<Guid> Persons, Guid Person, IReadOnlyList<KeptReferral>? Referrals)
{
    public override string ToString() => "•••";
}

/// <summary>A referral of a case as a device keeps it: how it stands, and by which code the service finds it.</summary>
internal sealed record KeptReferral(
    Guid Id, string Code, string State, string Kind, string Urgency, Guid Service, string? Name, string? Reason, DateTimeOffset? AnswerBy, DateTimeOffset? ContactBy, string? Note)
{
    public override string ToString() => "•••";
}

/// <summary>A person as a device keeps them.</summary>
internal sealed record KeptPerson(
    Guid Id, string Tag, string Ref, int Version, IReadOnlyList<string> Open, IReadOnlyDictionary<string, JsonElement> Parts,
    IReadOnlyList<ShownConsent> Consents, IReadOnlyList<ShownScreening> Screenings)
{
    public override string ToString() => "•••";
}

/// <summary>An office of the node or a colleague of the user, whom a person may shut out where there is no internet.</summary>
internal sealed record KeptName(Guid Id, string Name);

/// <summary>
/// What a device keeps from now on: all keys, and what of it is new or changed; and those of the records to be decided about that are
/// still within reach.
/// </summary>
internal sealed record KeptWork(
    DateTimeOffset Now, int ClockOff, IReadOnlyList<Guid> Ids, IReadOnlyList<KeptCase> Cases, IReadOnlyList<KeptPerson> Persons, int LeftOut, IReadOnlyList<Guid> Reached, IReadOnlyList<KeptName> Named,
    Referring? Referring)
{
    public override string ToString() => "•••";
}

/// <summary>
/// Gives a device the open cases of its user with their persons: the most urgent first, of each what is open to the user and may
/// lie on a device. Each person whose data is given has a line of it, with the device, before anything goes out.
/// </summary>
internal sealed class FetchCases(
    NodeDb db, KeptDevices devices, CaseFiles cases, PersonFiles persons, SealedRecords seals, KeptConsents consents, CaseGuards guards, ReferralFiles referrals, KeptServices services,
    LiveDirectory directory, ReadTrail trail)
{
    /// <summary>Records to be decided about that a device may ask for at a time.</summary>
    private const int MostUndecided = 200;

    /// <summary>Referrals of a case that a device keeps, the newest.</summary>
    private const int MostReferrals = 20;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost(EnrolDevice.Root + "/{id:guid}/cases", static async (HttpContext context, Guid id, FetchCases fetch, KeptDevices devices, CancellationToken cancellationToken) =>
        {
            var device = await devices.AdmitAsync(id, context.Actor(), cancellationToken);
            var (said, wrong) = await SentJson.ReadAsync<SentHave>(context.Request, cancellationToken);
            SentJson.RefuseIf(wrong);
            return Results.Json(await fetch.RunAsync(device, said, context.Actor(), context.Features.Get<User>()?.AgencyId, context.Texts(), cancellationToken), CaseJson.Options);
        })
        .Needs(CasesRights.Edit).OnlyReads().DisableAntiforgery().TakesAtMost(SentJson.LargestBody)
        .WithSummary("The open cases of whoever asks, for their device: {have: {id: tag}, undecided: [id], services: tag}; all keys, what has changed of them, and services to which they are referred");

    /// <summary>What the device keeps from now on.</summary>
    public async Task<KeptWork> RunAsync(DeviceRow device, SentHave said, Actor actor, Guid? agency, Texts texts, CancellationToken cancellationToken)
    {
        var (scope, now, rules) = (CaseScope.For(actor), db.Time.GetUtcNow(), devices.Rules);
        var condition = scope.Cases("c", guards);
        List<KeptCase> given;
        List<KeptPerson> people = [];
        Referring? referring;
        IReadOnlyList<Guid> reached;
        int leftOut;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            List<SeenCase> rows =
            [
                .. (await cases.SeenAsync(
                    connection,
                    scope,
                    [
                        .. await connection.QueryAsync<CaseRow>(
                            "select c.* from cases_cases c where c.closed_at is null and c.owner_id = @user and " + condition + " order by c.urgency, c.due_at, c.id",
                            scope.Parameters(new { user = actor.UserId?.ToString("D") ?? "" })),
                    ],
                    cancellationToken)),
            ];
            var fit = rows.Where(one => rules.Compartments.Contains(one.Home)).Take(rules.MostCases)
                .Select(one => one with { Open = rules.Of(one.Open) }).ToList();
            leftOut = rows.Count - fit.Count;
            var contents = await cases.OpenAsync(connection, fit, cancellationToken);
            var ofCases = await cases.PersonsAsync(connection, fit.Select(one => one.Row.Id));
            var seen = await persons.FindAsync(connection, scope, fit.SelectMany(one => ofCases[one.Row.Id]).Distinct());
            var asked = await referrals.OfCasesAsync(connection, [.. fit.Where(one => scope.May(CasesRights.Refer, one.Row.Place))], cancellationToken);
            var moment = await directory.GetAsync(cancellationToken);
            given =
            [
                .. fit.Select(one => Of(
                    one,
                    contents[one.Row.Id],
                    [.. ofCases[one.Row.Id].Where(seen.ContainsKey).Order()],
                    scope.May(CasesRights.Refer, one.Row.Place) ? [.. asked[one.Row.Id].TakeLast(MostReferrals).Select(stored => Of(stored, moment, actor))] : null)),
            ];
            referring = await services.ForAsync(said.Services, [.. fit.Select(one => one.Row)], actor, agency, texts, now, cancellationToken);
            foreach (var person in seen.Values.Where(person => person.Row.Status == PersonRow.Active).OrderBy(person => person.Row.Id))
                people.Add(await OfAsync(connection, person, rules.Of(person.Open), scope, now, cancellationToken));
            reached = await ReachedAsync(connection, scope, said.Undecided);
        }

        bool IsNew(Guid id, string tag) => said.Have.GetValueOrDefault(id) != tag;
        var (newCases, newPeople) = (given.Where(one => IsNew(one.Id, one.Tag)).ToList(), people.Where(one => IsNew(one.Id, one.Tag)).ToList());
        await trail.LeaveAsync(
            actor,
            Purposes.Assistance,
            "file",
            [.. newPeople.Select(one => new Shown(one.Id, one.Open)), .. newCases.SelectMany(one => one.Persons.Select(person => new Shown(person, one.Open)))],
            cancellationToken,
            device.Id);
        await devices.SeenAsync(device, said.Unsent, said.Now, always: false, actor, cancellationToken);
        return new KeptWork(now, KeptDevices.ClockOff(said.Now, now) ?? 0, [.. given.Select(one => one.Id), .. people.Select(one => one.Id)], newCases, newPeople, leftOut, reached, await NamedAsync(scope, cancellationToken), referring);
    }

    // Those who work where the user reads: somebody whom persons meet there.
    private async Task<IReadOnlyList<KeptName>> NamedAsync(CaseScope scope, CancellationToken cancellationToken)
    {
        List<RecordPlace> own = [.. scope.AgenciesWith(CasesRights.Read).Select(agency => new RecordPlace(Agency: agency))];
        return
        [
            .. (await Agencies.AllAsync(db, cancellationToken)).Select(agency => new KeptName(agency.Id, agency.Name)),
            .. (await Colleagues.HoldingAsync(db, CasesRights.Read, cancellationToken)).Where(one => CaseScope.For(one).May(CasesRights.Read, own)).Select(one => new KeptName(one.UserId!.Value, one.DisplayName)),
        ];
    }

    private async Task<IReadOnlyList<Guid>> ReachedAsync(DbConnection connection, CaseScope scope, IReadOnlyList<Guid> asked)
    {
        var reached = new List<Guid>();
        foreach (var id in asked.Distinct().Take(MostUndecided))
        {
            if (await persons.FindAsync(connection, scope, await MergedFiles.LeadAsync(connection, id)) is { Row.Status: PersonRow.Active }
                || await cases.FindAsync(connection, scope, id) is not null)
                reached.Add(id);
        }

        return reached;
    }

    private static KeptCase Of(SeenCase seen, IReadOnlyDictionary<string, CaseContent> contents, IReadOnlyList<Guid> persons, IReadOnlyList<KeptReferral>? referrals)
    {
        var shown = ShownCase.Of(seen, contents);
        return new KeptCase(
            shown.Id, TagOf(seen.Open, [shown.Version, .. persons, JsonSerializer.Serialize(referrals, CaseJson.Options)]), shown.Ref, shown.Version, shown.State, shown.Urgency, shown.DueAt, shown.Type, shown.Note,
            shown.Profiles, seen.Open, persons, seen.Row.PersonId, referrals);
    }

    private static KeptReferral Of(StoredReferral stored, DirectoryMoment moment, Actor actor) => new(
        stored.Row.Id, stored.Referral.Code, stored.Row.State, stored.Content.Kind, stored.Referral.Urgency, stored.Content.Service, ReceiverNames.Find(moment, stored.Content.Service, actor),
        stored.Referral.Steps is [.., { Reason.Length: > 0 } last] ? last.Reason : null, stored.Row.AnswerDueAt, stored.Row.ContactDueAt, stored.Content.Note.Length > 0 ? stored.Content.Note : null);

    private async Task<KeptPerson> OfAsync(
        DbConnection connection, SeenPerson seen, IReadOnlyList<string> open, CaseScope scope, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var id = seen.Row.Id;
        var parts = (await seals.OpenAsync(connection, [new Wanted(id, id, open)], cancellationToken)).ToDictionary(one => one.Key.Compartment, one => one.Value, StringComparer.Ordinal);
        // As on the page of consents: without the general compartment nobody is told that there are any.
        var rows = open.Contains(Compartments.General) ? await KeptConsents.RowsAsync(connection, id) : [];
        var opened = await consents.OpenAsync(connection, rows, open, cancellationToken);
        var screenings = seen.Allows(scope, CasesRights.Screen)
            ? await ShowScreening.OfAsync(seals, connection, id, open, cancellationToken)
            : [];
        return new KeptPerson(
            id,
            // What people decide about a screening leaves the version of the person as it was: the tag is of what is given.
            TagOf(open, [seen.Row.Version, .. rows.SelectMany(row => new object[] { row.Id, row.Version, row.StandingAt(now) }), .. screenings.Select(one => (object)JsonSerializer.Serialize(one, CaseJson.Options))]),
            seen.Row.PublicRef,
            seen.Row.Version,
            open,
            parts,
            [.. rows.Where(row => opened.ContainsKey(row.Id)).Select(row => ListConsents.Of(row, opened[row.Id], open, now))],
            screenings);
    }

    private static string TagOf(IReadOnlyList<string> open, IEnumerable<object> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(' ', open.Concat(parts.Select(part => part.ToString()))))).AsSpan(0, 8));
}
