using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Tracing;

/// <summary>What is sent: what registers for tracing may have.</summary>
internal sealed record SentPublication
{
    public string? Publication { get; init; }
}

/// <summary>What a person chose, as it is shown; version 0 when nobody asked them.</summary>
internal sealed record ShownPublication(string Publication, int Version, IReadOnlyList<GivenTo> Given)
{
    public override string ToString() => "•••";
}

/// <summary>Writes down what a person lets registers for tracing have, and shows it to those to whom tracing is open.</summary>
internal sealed class ChoosePublication(NodeDb db, DataKeys keys, PersonFiles files, TracedPersons traced, ReadTrail trail)
{
    private const string Address = RegisterPerson.Root + "/{id:guid}/tracing";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, static async (HttpContext context, Guid id, ChoosePublication choose, CancellationToken cancellationToken) =>
            {
                var shown = await choose.ShowAsync(id, context.Actor(), Purposes.Of(context, "tracing"), cancellationToken);
                context.Response.Headers.ETag = RecordVersions.Tag(shown.Version);
                return Results.Json(shown, CaseJson.Options);
            })
            .Needs(CasesRights.Read)
            .WithSummary("What a person lets registers for tracing have, and to whom their record went; for those to whom tracing is open");
        routes.MapPut(Address, static async (HttpContext context, Guid id, ChoosePublication choose, CancellationToken cancellationToken) =>
            {
                var seen = await choose.AdmitAsync(id, context.Actor(), CasesRights.Edit, cancellationToken);
                var meant = RecordVersions.Meant(context);
                var (said, wrong) = await SentJson.ReadAsync<SentPublication>(context.Request, cancellationToken);
                if (!Publication.All.Contains(said.Publication, StringComparer.Ordinal))
                    wrong.Add(("publication", said.Publication is null ? FormProblems.Missing : CasesProblems.CodeUnknown));
                SentJson.RefuseIf(wrong);
                var version = await choose.RunAsync(seen, said.Publication!, meant, context.Actor(), cancellationToken);
                context.Response.Headers.ETag = RecordVersions.Tag(version);
                return Results.Json(new { id, version }, CaseJson.Options);
            })
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(4 * 1024)
            .WithSummary("Writes down what a person lets registers for tracing have: {publication: none | picture | picture_and_relation | consented}; If-Match \"v0\" the first time");
    }

    /// <summary>The choice, once its reading is noted.</summary>
    /// <exception cref="Problem">Out of reach, or tracing is closed to the reader.</exception>
    public async Task<ShownPublication> ShowAsync(Guid id, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        await AdmitAsync(id, actor, CasesRights.Read, cancellationToken);
        ShownPublication shown;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            var row = await TracedPersons.FindAsync(connection, id);
            var content = row is null ? null : (await traced.OpenAsync(connection, [row], cancellationToken)).GetValueOrDefault(row.Id);
            shown = new ShownPublication(content?.Publication ?? Publication.None, row?.Version ?? 0, content?.Given ?? []);
        }

        await trail.LeaveAsync(actor, purpose, "file", [new Shown(id, [Compartments.Tracing])], cancellationToken);
        return shown;
    }

    /// <summary>Keeps the choice; its version.</summary>
    /// <exception cref="Problem">Somebody else has changed it meanwhile, or the person is gone.</exception>
    public async Task<int> RunAsync(SeenPerson seen, string publication, int meant, Actor actor, CancellationToken cancellationToken)
    {
        var (person, now) = (seen.Row.Id, db.Time.GetUtcNow());
        if (seen.Row.Status != PersonRow.Active || await keys.FindAsync(person, cancellationToken) is not { } key)
            throw CasesProblems.PersonInactive.With();
        TracedRow? row;
        TracingContent content;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            row = await TracedPersons.FindAsync(connection, person);
            content = row is null ? new TracingContent() : (await traced.OpenAsync(connection, [row], cancellationToken)).GetValueOrDefault(row.Id) ?? new TracingContent();
        }

        if ((row?.Version ?? 0) != meant)
            throw PlatformProblems.Changed.With();
        // By chance alone: nothing of when it was made or of whom stands in the name of the record.
        var id = row?.Id ?? new Guid(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));
        await using var change = await db.BeginAsync(actor, "cases.tracing.chosen", ReadTrail.SubjectOf(person), cancellationToken);
        var written = row is null
            ? await change.ExecuteAsync(
                """
                insert into cases_traced (id, person_id, agency_id, domain, changed_at, version) values (@id, @person, @AgencyId, @Domain, @now, 1)
                on conflict do nothing
                """,
                new { id, person, seen.Row.AgencyId, traced.Domain, now })
            : await change.ExecuteAsync("update cases_traced set changed_at = @now, version = version + 1 where id = @id and version = @meant", new { now, id, meant });
        if (written == 0)
            throw PlatformProblems.Changed.With();
        await traced.WriteAsync(change, key, id, meant + 1, content with { Publication = publication });
        await change.CommitAsync(cancellationToken);
        return meant + 1;
    }

    /// <summary>The person, for somebody to whom tracing is open and who holds a right there.</summary>
    /// <exception cref="Problem">Out of reach, or not theirs.</exception>
    public async Task<SeenPerson> AdmitAsync(Guid id, Actor actor, string right, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        await using var connection = await db.ReadAsync(cancellationToken);
        var seen = await files.FindAsync(connection, scope, id) ?? throw PlatformProblems.NotFound.With();
        if (!seen.Open.Contains(Compartments.Tracing, StringComparer.Ordinal))
            throw CasesProblems.CompartmentClosed.With();
        return seen.Allows(scope, right) ? seen : throw PlatformProblems.Forbidden.With();
    }
}
