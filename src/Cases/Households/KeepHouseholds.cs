using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Family;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Households;

/// <summary>A household as it is shown.</summary>
internal sealed record ShownHousehold(Guid Id, string Kind, int Version, IReadOnlyList<Guid> Members, IReadOnlyList<FamilyLink> Links)
{
    /// <summary>Who speaks for it, as far as that is open to the reader.</summary>
    public Guid? Head { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A household that somebody may add to and change: with the members within reach, and whom of them they may change.</summary>
internal sealed record AdmittedHousehold(HouseholdRow Row, IReadOnlyDictionary<Guid, SeenPerson> Members, IReadOnlyList<Guid> Editable)
{
    public override string ToString() => "•••";
}

/// <summary>Keeps together who belongs together: households and groups that travel. Nobody is taken out of one unless a second person agreed.</summary>
internal sealed class KeepHouseholds(NodeDb db, HouseholdFiles households, ReadTrail trail, FamilyUnity unity)
{
    public const string Root = "/api/cases/households";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Root, static async (HttpContext context, KeepHouseholds keep, CancellationToken cancellationToken) =>
            {
                var (said, wrong) = await SentJson.ReadAsync<SentHousehold>(context.Request, cancellationToken);
                var (id, version) = await keep.MakeAsync(said, wrong, context.Actor(), cancellationToken);
                return KeptAs(context, id, version, StatusCodes.Status201Created);
            })
            .Needs(CasesRights.Register).DoneOnce().DisableAntiforgery().TakesAtMost(SentJson.LargestBody)
            .WithSummary("Makes a household or travelling group: {kind, members, head, links: [{a, b, relation, verifiedBy, legalBasis}]}; head is who speaks for it");
        routes.MapGet(Root + "/{id:guid}", static async (HttpContext context, Guid id, KeepHouseholds keep, CancellationToken cancellationToken) =>
            {
                var shown = await keep.ShowAsync(id, context.Actor(), Purposes.Of(context, Purposes.Assistance), cancellationToken);
                context.Response.Headers.ETag = RecordVersions.Tag(shown.Version);
                return Results.Json(shown, CaseJson.Options);
            })
            .Needs(CasesRights.Read).WithSummary("A household with those of its members who are within reach");
        routes.MapPost(Root + "/{id:guid}/members", static (HttpContext context, Guid id, KeepHouseholds keep, CancellationToken cancellationToken) =>
                keep.ChangeAsync<SentHousehold>(context, id, (admitted, meant, said, wrong) => keep.AddAsync(admitted, meant, said, wrong, context.Actor(), cancellationToken), cancellationToken))
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(SentJson.LargestBody)
            .WithSummary("Adds members and links to a household; If-Match names the version that was read");
        routes.MapPost(Root + "/{id:guid}/members/{person:guid}/leave", static async (HttpContext context, Guid id, Guid person, KeepHouseholds keep, CancellationToken cancellationToken) =>
            {
                return KeptAs(context, id, await keep.LeaveAsync(id, person, () => RecordVersions.Meant(context), context.Actor(), cancellationToken));
            })
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(1024)
            .WithSummary("Takes a person out of a household; where others stay in it, only once a second person agreed");
    }

    /// <summary>Answers a request that changes a household: to whoever may change one of its members, over the version that they have read.</summary>
    /// <param name="context">The request.</param>
    /// <param name="id">The household.</param>
    /// <param name="act">Keeps what was said, and says which version the household has then.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<IResult> ChangeAsync<T>(
        HttpContext context, Guid id, Func<AdmittedHousehold, int, T, List<(string Field, ProblemKind Kind)>, Task<int>> act, CancellationToken cancellationToken)
        where T : class
    {
        var admitted = await AdmitAsync(id, context.Actor(), cancellationToken);
        var meant = RecordVersions.Meant(context);
        var (said, wrong) = await SentJson.ReadAsync<T>(context.Request, cancellationToken);
        return KeptAs(context, id, await act(admitted, meant, said, wrong));
    }

    private static IResult KeptAs(HttpContext context, Guid id, int version, int status = StatusCodes.Status200OK)
    {
        context.Response.Headers.ETag = RecordVersions.Tag(version);
        return Results.Json(new { id, version }, CaseJson.Options, statusCode: status);
    }

    /// <summary>Keeps a new one.</summary>
    /// <exception cref="Problem">It has no member, one is out of reach or not theirs to change, or something else is wrong with it.</exception>
    public async Task<(Guid Id, int Version)> MakeAsync(SentHousehold said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken)
    {
        if (said.Members.Count == 0)
            wrong.Add(("members", FormProblems.Missing));
        await households.LookOverAsync(said, [], CaseScope.For(actor), wrong, cancellationToken);
        var now = db.Time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        await using var change = await db.BeginAsync(actor, "cases.household.made", SubjectOf(id), cancellationToken);
        // Whoever takes a step about one of them waits, and then sees who belongs to them now.
        await HeldPersons.HoldAsync(db, change, said.Members);
        await change.ExecuteAsync(
            "insert into cases_households (id, kind, created_at, created_by, changed_at, version) values (@id, @Kind, @now, @By, @now, 1)",
            new { id, said.Kind, now, By = actor.AuditName });
        await households.AddAsync(change, id, said, now, cancellationToken);
        if (said.Head is { } head)
            await households.WriteHeadAsync(change, id, head, 1, cancellationToken);
        await change.CommitAsync(cancellationToken);
        return (id, 1);
    }

    /// <summary>A household with those of its members who are within reach, once their reading is on the disk.</summary>
    /// <exception cref="Problem">None of them is.</exception>
    public async Task<ShownHousehold> ShowAsync(Guid id, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        ShownHousehold shown;
        IReadOnlyDictionary<Guid, SeenPerson> members;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            if (await households.FindAsync(connection, CaseScope.For(actor), id) is not { } found)
                throw PlatformProblems.NotFound.With();
            members = found.Members;
            shown = new ShownHousehold(id, found.Row.Kind, found.Row.Version, [.. members.Keys.Order()], await households.LinksAsync(connection, id, members, cancellationToken))
            {
                Head = await households.HeadAsync(connection, id, members),
            };
        }

        await trail.LeaveAsync(
            actor, purpose, "list", members.Values.Select(member => new Shown(member.Row.Id, [.. member.Open.Intersect([Compartments.General, Compartments.Child])])), cancellationToken);
        return shown;
    }

    /// <summary>The household, for somebody who may change one of its members.</summary>
    /// <exception cref="Problem">Out of reach, which is as if there were none; or seen, and not theirs to change.</exception>
    public async Task<AdmittedHousehold> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        await using var connection = await db.ReadAsync(cancellationToken);
        var (row, members) = await households.FindAsync(connection, scope, id) ?? throw PlatformProblems.NotFound.With();
        Guid[] editable = [.. members.Values.Where(member => IsOpenTo(scope, member)).Select(member => member.Row.Id)];
        return editable.Length > 0 ? new AdmittedHousehold(row, members, editable) : throw PlatformProblems.Forbidden.With();
    }

    /// <summary>Adds members and links.</summary>
    /// <returns>The household's next version.</returns>
    /// <exception cref="Problem">It was changed meanwhile, or something is wrong with what was said; who is out of reach is as if there were none.</exception>
    public async Task<int> AddAsync(AdmittedHousehold admitted, int version, SentHousehold said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken)
    {
        var (id, now) = (admitted.Row.Id, db.Time.GetUtcNow());
        await households.LookOverAsync(said, admitted.Editable, CaseScope.For(actor), wrong, cancellationToken);
        if (said.Head is not null)
        {
            await using var connection = await db.ReadAsync(cancellationToken);
            await households.RequireHeadOpenAsync(connection, id, admitted.Members);
        }

        await using var change = await db.BeginAsync(actor, "cases.household.grown", SubjectOf(id), cancellationToken);
        await HeldPersons.HoldHouseholdAsync(db, change, id, said.Members);
        await NextAsync(change, id, version, now);
        await households.AddAsync(change, id, said, now, cancellationToken);
        if (said.Head is { } head)
            await households.WriteHeadAsync(change, id, head, version + 1, cancellationToken);
        await change.CommitAsync(cancellationToken);
        return version + 1;
    }

    /// <summary>Makes somebody a member in the change that registers them.</summary>
    /// <param name="change">That change; the person's row is written in it.</param>
    /// <param name="admitted">The household.</param>
    /// <param name="version">Its version as it was read.</param>
    /// <param name="person">Who is new.</param>
    /// <param name="kin">How they are related to members, as it is said of them.</param>
    /// <param name="actor">Who registers.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="Problem">It was changed meanwhile, or the new person belongs where the sender may change nobody.</exception>
    public async Task JoinAsync(Change change, AdmittedHousehold admitted, int version, Guid person, IReadOnlyList<Kin> kin, Actor actor, CancellationToken cancellationToken)
    {
        var (id, now) = (admitted.Row.Id, db.Time.GetUtcNow());
        var row = (await change.QueryAsync<PersonRow>("select * from cases_persons where id = @person", new { person })).Single();
        if (!CaseScope.For(actor).May(CasesRights.Edit, row.Place))
            throw CasesProblems.PlaceOutOfReach.With();
        // Nobody else knows the new row yet: who waits for it waits for nothing that is held here.
        await HeldPersons.HoldHouseholdAsync(db, change, id, []);
        await NextAsync(change, id, version, now);
        await households.AddAsync(change, id, new SentHousehold { Members = [person], Links = [.. kin.Select(one => Kinship.Link(person, one))] }, now, cancellationToken);
        change.AlsoRecord("cases.household.grown", SubjectOf(id));
    }

    /// <summary>What is wrong with how a new person is said to be related to members.</summary>
    public static void LookOver(IReadOnlyList<Kin> kin, AdmittedHousehold admitted, List<(string Field, ProblemKind Kind)> wrong)
    {
        foreach (var one in kin)
        {
            if (!admitted.Editable.Contains(one.To))
                wrong.Add(("kin.to", CasesProblems.PersonUnknown));
            if (!Kinship.Said.Contains(one.As, StringComparer.Ordinal))
                wrong.Add(("kin.as", CasesProblems.CodeUnknown));
            if (!FamilyLink.Verifications.Contains(one.VerifiedBy, StringComparer.Ordinal))
                wrong.Add(("kin.verifiedBy", CasesProblems.CodeUnknown));
        }
    }

    /// <summary>Takes a person out.</summary>
    /// <returns>The household's next version.</returns>
    /// <exception cref="Problem">Out of reach, not theirs to change, changed meanwhile, or others stay and nobody has agreed (<c>cases.family.split</c>).</exception>
    public async Task<int> LeaveAsync(Guid id, Guid person, Func<int> meant, Actor actor, CancellationToken cancellationToken)
    {
        var (scope, now) = (CaseScope.For(actor), db.Time.GetUtcNow());
        (HouseholdRow Row, IReadOnlyDictionary<Guid, SeenPerson> Members, Guid? Head) found;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            var (row, members) = await households.FindAsync(connection, scope, id) ?? throw PlatformProblems.NotFound.With();
            found = (row, members, await households.HeadAsync(connection, id, members));
        }

        if (!found.Members.TryGetValue(person, out var member))
            throw PlatformProblems.NotFound.With();
        if (!member.Allows(scope, CasesRights.Edit))
            throw PlatformProblems.Forbidden.With();
        var version = meant();
        if (version != found.Row.Version)
            throw PlatformProblems.Changed.With();
        await using var change = await db.BeginAsync(actor, "cases.household.left", SubjectOf(id), cancellationToken);
        change.Describe(new { person });
        await unity.RequireLeaveAsync(change, id, person);
        await NextAsync(change, id, version, now);
        if (found.Head == person)
            await households.WriteHeadAsync(change, id, null, version + 1, cancellationToken);
        // How they are related stays true; that they are one household does not.
        await change.ExecuteAsync("delete from cases_household_members where household_id = @id and person_id = @person", new { id, person });
        await change.CommitAsync(cancellationToken);
        return version + 1;
    }

    /// <summary>True when somebody may say of a person to whom they belong: with the right to change them, and not shut out by them from everything.</summary>
    internal static bool IsOpenTo(CaseScope scope, SeenPerson person) => person.Open.Count > 0 && person.Allows(scope, CasesRights.Edit);

    /// <summary>The household is now of its next version.</summary>
    /// <exception cref="Problem">Somebody else has changed it meanwhile.</exception>
    internal static async Task NextAsync(Change change, Guid id, int version, DateTimeOffset now)
    {
        if (await change.ExecuteAsync("update cases_households set version = version + 1, changed_at = @now where id = @id and version = @version", new { now, id, version }) == 0)
            throw PlatformProblems.Changed.With();
    }

    /// <summary>How the audit names a household.</summary>
    internal static string SubjectOf(Guid id) => $"household:{id:D}";
}
