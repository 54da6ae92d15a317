using System.Text.Json.Serialization;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Glass;
using Tambo.Cases.Merging;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Register;

/// <summary>A case as it is shown: what is sealed of it as far as its compartments are open to the reader.</summary>
internal sealed record ShownCase
{
    public Guid Id { get; init; }

    public string Ref { get; init; } = "";

    public int Version { get; init; }

    public string State { get; init; } = "";

    /// <summary>The states that may follow.</summary>
    public IReadOnlyList<string> Next { get; init; } = [];

    public string Urgency { get; init; } = "";

    public DateTimeOffset DueAt { get; init; }

    public Guid? Owner { get; init; }

    public Guid? Team { get; init; }

    public Guid? Agency { get; init; }

    /// <summary>One of <see cref="Register.Confidentiality.All"/>.</summary>
    public string Confidentiality { get; init; } = Register.Confidentiality.Standard;

    public string? Area { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public string? Type { get; init; }

    public IReadOnlyList<string> Profiles { get; init; } = [];

    public string? Note { get; init; }

    public Closure? Closure { get; init; }

    public string? ReopenedBecause { get; init; }

    /// <summary>What waits for a supervisor: assessment or closure; null for nothing.</summary>
    public string? Awaits { get; init; }

    /// <summary>Approvals of assessment and closure, the first asked first.</summary>
    public IReadOnlyList<CaseApproval> Approvals { get; init; } = [];

    /// <summary>Best interests of children of the case; null when nothing was written, or that compartment is closed.</summary>
    public BestInterests? BestInterests { get; init; }

    /// <summary>Who represents children of the case, and who did before.</summary>
    public IReadOnlyList<Representative> Representatives { get; init; } = [];

    /// <summary>The compartments that are open to the reader.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Open { get; init; } = [];

    /// <summary>The persons within reach.</summary>
    public IReadOnlyList<Guid> Persons { get; init; } = [];

    /// <summary>The linked cases within reach.</summary>
    public IReadOnlyList<ShownLink>? Links { get; init; }

    /// <summary>Where it belongs.</summary>
    [JsonIgnore]
    public RecordPlace Place { get; init; } = new();

    /// <summary>What is open of a case to somebody.</summary>
    public static ShownCase Of(SeenCase seen, IReadOnlyDictionary<string, CaseContent> contents)
    {
        var (row, main) = (seen.Row, contents.GetValueOrDefault(seen.Home));
        return new ShownCase
        {
            Id = row.Id,
            Place = row.Place,
            Ref = row.PublicRef,
            Version = row.Version,
            State = row.State,
            Next = CaseStates.Next[row.State],
            Urgency = Register.Urgency.At(row.Urgency),
            DueAt = row.DueAt,
            Owner = row.OwnerId,
            Team = row.TeamId,
            Agency = row.AgencyId,
            Confidentiality = Register.Confidentiality.Of(row.Restricted),
            Area = row.Area.Length > 0 ? row.Area : null,
            CreatedAt = row.CreatedAt,
            ClosedAt = row.ClosedAt,
            Type = main?.Type,
            Note = main?.Note,
            Closure = main?.Closure,
            ReopenedBecause = main?.ReopenedBecause,
            Awaits = row.Awaits.Length > 0 ? row.Awaits : null,
            Approvals = main?.Approvals ?? [],
            BestInterests = contents.GetValueOrDefault(Compartments.Child)?.BestInterests,
            Representatives = contents.GetValueOrDefault(Compartments.Child)?.Representatives ?? [],
            Open = seen.Open,
            Profiles = [.. contents.Values.SelectMany(content => content.Profiles).Order(StringComparer.Ordinal)],
        };
    }

    public override string ToString() => "•••";
}

/// <summary>A case that is linked, and how.</summary>
internal sealed record ShownLink(Guid Id, string Ref, string Kind);

/// <summary>Shows a case.</summary>
internal sealed class ShowCase(NodeDb db, CaseFiles cases, PersonFiles persons, CaseGuards guards, ReadTrail trail, BrokenGlass broken)
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet(OpenCase.Root + "/{id:guid}", static async (HttpContext context, Guid id, ShowCase show, CancellationToken cancellationToken) =>
        {
            var shown = await show.RunAsync(id, context.Actor(), Purposes.Of(context, Purposes.Assistance), cancellationToken);
            context.Response.Headers.ETag = RecordVersions.Tag(shown.Version);
            return Results.Json(shown, CaseJson.Options);
        })
        .Needs(CasesRights.Read)
        .WithSummary("A case, as far as its compartments are open to the reader");

    /// <summary>The case, once the audit has a line for each of its persons.</summary>
    /// <exception cref="Problem">There is no such case for this reader.</exception>
    public async Task<ShownCase> RunAsync(Guid id, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        ShownCase shown;
        SeenCase seen;
        OpenGlass? glass;
        Guid lead;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            glass = await broken.FindForCaseAsync(connection, actor, id, cancellationToken);
            seen = await cases.FindAsync(connection, scope, id, glass) ?? throw await CaseAdmission.NotFoundAsync(cases, trail, connection, scope, id, cancellationToken);
            lead = await MergedFiles.LeadAsync(connection, seen.Row.PersonId);
            var people = await persons.FindAsync(connection, scope, (await cases.PersonsAsync(connection, [id]))[id]);
            var condition = scope.Cases("c", guards);
            var links = (await connection.QueryAsync<ShownLink>(
                "select c.id, c.public_ref as ref, l.kind from cases_case_links l join cases_cases c on c.id = l.linked_id where l.case_id = @id and " + condition + " order by c.id",
                scope.Parameters(new { id }))).ToList();
            var listed = await cases.ListedAsync(connection, scope, links.Select(link => link.Id), cancellationToken);
            shown = ShownCase.Of(seen, (await cases.OpenAsync(connection, [seen], cancellationToken))[id]) with
            {
                Persons = [.. people.Keys.Concat(glass is null ? [] : [glass.Person.Id]).Distinct().Order()],
                Links = [.. links.Where(link => listed.Contains(link.Id))],
            };
        }

        await trail.LeaveAsync(actor, purpose, "case", shown.Persons.Append(lead).Distinct().Select(person => seen.ShownTo(scope, person)), glass, cancellationToken);
        return shown;
    }
}
