using System.Data.Common;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Merging;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Screening;

/// <summary>A screening as the table has it.</summary>
internal sealed record ScreeningRow
{
    public Guid Id { get; init; }

    public Guid PersonId { get; init; }

    public DateTimeOffset At { get; init; }

    public int Urgency { get; init; }

    public DateTimeOffset? FollowUpAt { get; init; }

    public int Version { get; init; } = 1;
}

/// <summary>Shows screenings: all of one to those to whom everything it touches is open, to others its urgency and that it was done.</summary>
internal sealed class ShowScreening(NodeDb db, SealedRecords seals, PersonFiles files, ReadTrail trail)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(RecordScreening.Root, static async (HttpContext context, Guid id, ShowScreening show, CancellationToken cancellationToken) =>
                Results.Json(await show.ListAsync(id, context.Actor(), Purposes.Of(context, Purposes.Assistance), cancellationToken), CaseJson.Options))
            .Needs(CasesRights.Read)
            .WithSummary("The screenings of a person, the newest first, each as far as it is open to the reader; for those who screen and for supervisors");
        routes.MapGet(RecordScreening.Root + "/{screening:guid}", static async (HttpContext context, Guid id, Guid screening, ShowScreening show, CancellationToken cancellationToken) =>
                Results.Json(await show.RunAsync(id, screening, context.Actor(), Purposes.Of(context, Purposes.Assistance), cancellationToken), CaseJson.Options))
            .Needs(CasesRights.Read)
            .WithSummary("A screening: its urgency; with answers, facts, result and override where every compartment of it is open to the reader");
    }

    /// <summary>One screening.</summary>
    /// <exception cref="Problem">There is none for this reader.</exception>
    public async Task<ShownScreening> RunAsync(Guid person, Guid id, Actor actor, string purpose, CancellationToken cancellationToken) =>
        (await ListAsync(person, actor, purpose, cancellationToken)).FirstOrDefault(one => one.Id == id) ?? throw PlatformProblems.NotFound.With();

    /// <summary>The screenings of a person, once the audit has the line of this reading.</summary>
    /// <exception cref="Problem">There is no such person for this reader, or none that they screen.</exception>
    public async Task<IReadOnlyList<ShownScreening>> ListAsync(Guid person, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        SeenPerson seen;
        IReadOnlyList<ScreeningRow> rows;
        IReadOnlyDictionary<Guid, KeptScreening> opened;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            seen = await files.FindAsync(connection, scope, person) ?? throw PlatformProblems.NotFound.With();
            if (!ScreeningFiles.MaySee(seen, scope))
                throw PlatformProblems.NotFound.With();
            rows = [.. await connection.QueryAsync<ScreeningRow>("select * from cases_screenings where " + MergedFiles.Of("person_id") + " order by id desc", new { person })];
            opened = await OpenAsync(seals, connection, rows, seen.Open, cancellationToken);
        }

        await trail.LeaveAsync(actor, purpose, "file", [new Shown(person, seen.Open)], cancellationToken);
        return Of(rows, opened, seen.Open);
    }

    /// <summary>The screenings of a person as far as some compartments let them be seen, for whoever leaves the line of this reading.</summary>
    public static async Task<IReadOnlyList<ShownScreening>> OfAsync(
        SealedRecords seals, DbConnection connection, Guid person, IReadOnlyList<string> open, CancellationToken cancellationToken)
    {
        var rows = (await connection.QueryAsync<ScreeningRow>("select * from cases_screenings where " + MergedFiles.Of("person_id") + " order by id desc", new { person })).ToList();
        return Of(rows, await OpenAsync(seals, connection, rows, open, cancellationToken), open);
    }

    private static IReadOnlyList<ShownScreening> Of(IReadOnlyList<ScreeningRow> rows, IReadOnlyDictionary<Guid, KeptScreening> opened, IReadOnlyList<string> open) =>
        [.. rows.Select(row => new ShownScreening
        {
            Id = row.Id,
            Person = row.PersonId,
            At = row.At,
            Urgency = Register.Urgency.At(row.Urgency).ToLowerInvariant(),
            FollowUpAt = row.FollowUpAt,
            Screening = opened.GetValueOrDefault(row.Id) is { } kept && kept.Compartments.All(open.Contains) ? kept.For(open) : null,
        }).Select(one => one with { Standing = one.Screening?.Standing })];

    private static async Task<IReadOnlyDictionary<Guid, KeptScreening>> OpenAsync(
        SealedRecords seals, DbConnection connection, IReadOnlyList<ScreeningRow> rows, IReadOnlyList<string> open, CancellationToken cancellationToken) =>
        (await seals.OpenAsync(connection, [.. rows.Select(row => new Wanted(row.PersonId, row.Id, open))], cancellationToken))
            .ToDictionary(one => one.Key.Record, one => one.Value.Deserialize<KeptScreening>(CaseJson.Options)!);
}
