using System.Data.Common;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Persons;
using Tambo.Platform.Access;
using Tambo.Platform.Database;

namespace Tambo.Cases.Glass;

/// <summary>A file opened in an emergency as the table has it: by whom and until when, not why.</summary>
internal sealed record GlassRow
{
    public Guid Id { get; init; }

    public Guid PersonId { get; init; }

    public Guid UserId { get; init; }

    public Guid? AgencyId { get; init; }

    public DateTimeOffset BeganAt { get; init; }

    public DateTimeOffset Until { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public DateTimeOffset ReviewDueAt { get; init; }

    public string? Judgement { get; init; }

    public DateTimeOffset? JudgedAt { get; init; }

    public string? JudgedBy { get; init; }

    public int Version { get; init; } = 1;

    /// <summary>True while it opens anything.</summary>
    public bool IsOpenAt(DateTimeOffset now) => EndedAt is null && BeganAt <= now && now < Until;

    /// <summary>Where whoever opened it works, for those who look over it there.</summary>
    public RecordPlace UsersPlace => new(UserId, null, AgencyId);
}

/// <summary>What is sealed of it: why, and what was thought of it afterwards.</summary>
internal sealed record GlassContent(string Purpose, string Reason, string? Note = null)
{
    public override string ToString() => "•••";
}

/// <summary>A file that is open in an emergency, and what of it that opens beside what is open anyway.</summary>
internal sealed record OpenGlass(GlassRow Row, PersonRow Person, IReadOnlyList<string> Opens);

/// <summary>
/// Tells whether somebody has a file open in an emergency, and what that opens: for looking at that one person, and for nothing
/// that changes, lists or takes away. The clock ends it; nothing has to run for that.
/// </summary>
internal sealed class BrokenGlass(NodeDb db, FactsOfPersons facts, UserReaders users)
{
    /// <summary>Under which name its content is sealed: no compartment of a file, so that no right to one opens it.</summary>
    public const string Seal = "glass";

    /// <summary>How the audit names one.</summary>
    public static string SubjectOf(Guid id) => $"glass:{id:D}";

    /// <summary>What somebody has open of a person now; null when nothing. The same questions are asked whether or not there is such a person.</summary>
    public async Task<OpenGlass?> FindAsync(DbConnection connection, Actor actor, Guid person, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        if (!actor.May(CasesRights.BreakGlass) || actor.UserId is not { } user
            || await connection.QuerySingleOrDefaultAsync<GlassRow>(
                "select * from cases_glass where user_id = @User and person_id = @person and ended_at is null and until > @now", new { User = user.ToString("D"), person, now }) is not { } row
            || await connection.QuerySingleOrDefaultAsync<PersonRow>("select * from cases_persons where id = @person and status = 'active'", new { person }) is not { } found)
            return null;
        return new OpenGlass(row, found, OpenIn(await DecideAsync(connection, row, found, actor, now, cancellationToken)));
    }

    /// <summary>The one of the persons of a case whom somebody has open now.</summary>
    public async Task<OpenGlass?> FindForCaseAsync(DbConnection connection, Actor actor, Guid id, CancellationToken cancellationToken)
    {
        if (!actor.May(CasesRights.BreakGlass) || actor.UserId is not { } user)
            return null;
        foreach (var person in (await connection.QueryAsync<Guid>(
            """
            select g.person_id from cases_glass g join cases_case_persons cp on cp.person_id = g.person_id
            where cp.case_id = @id and g.user_id = @User and g.ended_at is null order by g.id
            """,
            new { id, User = user.ToString("D") })).ToList())
        {
            if (await FindAsync(connection, actor, person, cancellationToken) is { } open)
                return open;
        }

        return null;
    }

    /// <summary>The compartments that an answer opens.</summary>
    public static IReadOnlyList<string> OpenIn(DisclosureAnswer answer) => [.. Compartments.All.Where(answer.Allows)];

    /// <summary>What the rule of disclosure says of each compartment, with what it needs to know of the person.</summary>
    public async Task<DisclosureAnswer> DecideAsync(
        DbConnection connection, GlassRow row, PersonRow person, Actor actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var known = (await facts.OfAsync(connection, [person], now, cancellationToken))[person.Id];
        // It is broken by those who hold the right to it, and by no other right of theirs.
        var readers = (await users.OfAsync(actor, cancellationToken)).Select(reader => reader with { Grants = [.. actor.Grants.Where(grant => grant.Permission == CasesRights.BreakGlass)] }).ToList();
        // No consent opens anything here; what was excluded in one stays closed.
        var given = known.Consents.Select(consent => consent with { Scopes = [] }).ToList();
        return DisclosureDecision.Decide(readers, reader => new DisclosureRequest
        {
            // Where nobody has asked yet, a need of protection is taken for granted.
            Person = known.Facts with { TreatedAsChild = true, ProtectionNeed = true },
            Reader = reader,
            Route = DisclosureRoute.View,
            Purpose = "services",
            Fields = [.. Compartments.All.Select(compartment => new AskedField(compartment, compartment))],
            Consents = given,
            BreakGlass = new BreakGlass(person.Id, row.UserId.ToString("D"), Compartments.All, true, row.BeganAt, row.Until),
            HostCountry = users.Host,
            Now = now,
        });
    }
}
