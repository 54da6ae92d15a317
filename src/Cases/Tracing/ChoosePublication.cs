using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
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

/// <summary>What is sent: what registers for tracing may have, field by field, and the consent with which that was said.</summary>
internal sealed record SentPublication
{
    public string? Publication { get; init; }

    /// <summary>Of <see cref="TracedRecord.Fields"/>; what the consent says when left out.</summary>
    public IReadOnlyList<string>? Fields { get; init; }

    /// <summary>The one consent that may carry it; any for tracing when left out.</summary>
    public Guid? Consent { get; init; }
}

/// <summary>What a person chose, as it is shown; version 0 when nobody asked them.</summary>
/// <param name="Publication">One of <see cref="Tracing.Publication.All"/>.</param>
/// <param name="Version">Which version it is.</param>
/// <param name="Fields">What of a record may go; null when the consent alone says it.</param>
/// <param name="ChosenAt">When it was written down.</param>
/// <param name="GivenBy">Who said so; null when that is not known, or not open to the reader.</param>
/// <param name="Until">Until when the consent holds; null when that is not known, or not open to the reader.</param>
/// <param name="Given">To whom a record went, of this file and of those that were merged into it.</param>
internal sealed record ShownPublication(
    string Publication, int Version, IReadOnlyList<string>? Fields, DateTimeOffset? ChosenAt, ConsentGiver? GivenBy, DateTimeOffset? Until, IReadOnlyList<GivenTo> Given)
{
    public override string ToString() => "•••";
}

/// <summary>Writes down what a person lets registers for tracing have, and shows it to those to whom tracing is open.</summary>
internal sealed class ChoosePublication(NodeDb db, DataKeys keys, PersonFiles files, KeptConsents consents, TracedPersons traced, ReadTrail trail)
{
    private const string Address = RegisterPerson.Root + "/{id:guid}/tracing";
    private const string Chosen = "cases.tracing.chosen";

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
                SentJson.RefuseIf(wrong);
                var version = await choose.RunAsync(seen, said, meant, context.Actor(), cancellationToken);
                context.Response.Headers.ETag = RecordVersions.Tag(version);
                return Results.Json(new { id, version }, CaseJson.Options);
            })
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(4 * 1024)
            .WithSummary("Writes down what a person lets registers for tracing have: {publication: none | picture | picture_and_relation | consented, fields: [name, other_names, sex, birth], consent}; If-Match \"v0\" the first time");
    }

    /// <summary>The choice, once its reading is noted.</summary>
    /// <exception cref="Problem">Out of reach, or tracing is closed to the reader.</exception>
    public async Task<ShownPublication> ShowAsync(Guid id, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        var seen = await AdmitAsync(id, actor, CasesRights.Read, cancellationToken);
        var shown = await FindAsync(seen, cancellationToken);
        await trail.LeaveAsync(actor, purpose, "file", [new Shown(id, [.. seen.Open.Where(one => one is Compartments.Tracing or Compartments.General)])], cancellationToken);
        return shown;
    }

    /// <summary>The same for whoever notes its reading with that of the file; null when tracing is closed to them.</summary>
    public async Task<ShownPublication?> OfFileAsync(SeenPerson seen, CancellationToken cancellationToken) =>
        seen.Open.Contains(Compartments.Tracing, StringComparer.Ordinal) ? await FindAsync(seen, cancellationToken) : null;

    /// <summary>Keeps the choice; its version.</summary>
    /// <exception cref="Problem">It is none, somebody else has changed it meanwhile, or the person is gone.</exception>
    public async Task<int> RunAsync(SeenPerson seen, SentPublication said, int meant, Actor actor, CancellationToken cancellationToken)
    {
        var write = await PrepareAsync(seen, said, meant, cancellationToken);
        await using var change = await db.BeginAsync(actor, Chosen, ReadTrail.SubjectOf(seen.Row.Id), cancellationToken);
        await write(change, said.Consent);
        await change.CommitAsync(cancellationToken);
        return meant + 1;
    }

    /// <summary>Looks at the choice; what comes back writes it into the change in which the consent is recorded that carries it.</summary>
    /// <exception cref="Problem">It is none, somebody else has changed it meanwhile, or the person is gone.</exception>
    public async Task<Func<Change, Guid, Task>> WithConsentAsync(SeenPerson seen, SentPublication said, int meant, CancellationToken cancellationToken)
    {
        var write = await PrepareAsync(seen, said, meant, cancellationToken);
        return async (change, consent) =>
        {
            change.AlsoRecord(Chosen, ReadTrail.SubjectOf(seen.Row.Id));
            await write(change, consent);
        };
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

    private async Task<ShownPublication> FindAsync(SeenPerson seen, CancellationToken cancellationToken)
    {
        var person = seen.Row.Id;
        await using var connection = await db.ReadAsync(cancellationToken);
        var rows = await TracedPersons.OfAllFilesAsync(connection, person);
        var contents = await traced.OpenAsync(connection, rows, cancellationToken);
        var row = rows.FirstOrDefault(one => one.PersonId == person);
        var content = (row is null ? null : contents.GetValueOrDefault(row.Id)) ?? new TracingContent();
        var consent = content.Consent is { } id && (await KeptConsents.RowsAsync(connection, person)).FirstOrDefault(one => one.Id == id) is { } kept
            ? (await consents.OpenAsync(connection, [kept], seen.Open, cancellationToken)).GetValueOrDefault(id)?.Consent
            : null;
        return new ShownPublication(
            content.Publication, row?.Version ?? 0, content.Fields, content.ChosenAt, consent?.GivenBy, consent is null ? null : consent.WithdrawnAt ?? consent.ExpiresAt,
            [.. contents.Values.SelectMany(one => one.Given).OrderBy(given => given.At).ThenBy(given => given.To, StringComparer.Ordinal)]);
    }

    private async Task<Func<Change, Guid?, Task>> PrepareAsync(SeenPerson seen, SentPublication said, int meant, CancellationToken cancellationToken)
    {
        var (person, now) = (seen.Row.Id, db.Time.GetUtcNow());
        if (seen.Row.Status != PersonRow.Active || await keys.FindAsync(person, cancellationToken) is not { } key)
            throw CasesProblems.PersonInactive.With();
        TracedRow? row;
        TracingContent content;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            SentJson.RefuseIf(LookOver(said));
            if (said.Consent is { } consent && !(await KeptConsents.RowsAsync(connection, person)).Any(one => one.Id == consent))
                throw FormProblems.With(("consent", CasesProblems.ValueUnfit));
            row = await TracedPersons.FindAsync(connection, person);
            content = row is null ? new TracingContent() : (await traced.OpenAsync(connection, [row], cancellationToken)).GetValueOrDefault(row.Id) ?? new TracingContent();
        }

        if ((row?.Version ?? 0) != meant)
            throw PlatformProblems.Changed.With();
        // By chance alone: nothing of when it was made or of whom stands in the name of the record.
        var id = row?.Id ?? new Guid(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));
        return async (change, consent) =>
        {
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
            await traced.WriteAsync(change, key, id, meant + 1, content with
            {
                Publication = said.Publication!,
                Fields = said.Publication == Publication.Consented ? said.Fields : null,
                Consent = said.Publication == Publication.None ? null : consent,
                ChosenAt = now,
            });
        };
    }

    private static List<(string, ProblemKind)> LookOver(SentPublication said)
    {
        var wrong = new List<(string, ProblemKind)>();
        if (!Publication.All.Contains(said.Publication, StringComparer.Ordinal))
            wrong.Add(("publication", said.Publication is null ? FormProblems.Missing : CasesProblems.CodeUnknown));
        // A record without a name is none.
        if (said.Fields is { } fields && (fields.Any(field => !TracedRecord.Fields.Contains(field, StringComparer.Ordinal)) || !fields.Contains(TracedRecord.Name, StringComparer.Ordinal)))
            wrong.Add(("fields", CasesProblems.CodeUnknown));
        return wrong;
    }
}
