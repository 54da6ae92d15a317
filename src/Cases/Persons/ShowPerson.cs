using System.Data.Common;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Glass;
using Tambo.Cases.Merging;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Persons;

/// <summary>A case of a person, as their file names it.</summary>
internal sealed record SeenCaseLine(Guid Id, string Ref, string State);

/// <summary>A file that was opened: whose, what of it, and under which emergency if under any.</summary>
internal sealed record OpenedFile(SeenPerson Seen, IReadOnlyDictionary<string, object?> File, OpenGlass? Glass)
{
    public override string ToString() => "•••";
}

/// <summary>Shows a person's file: the compartments that are open to the reader, and no sign of any other.</summary>
internal sealed class ShowPerson(NodeDb db, PersonFiles files, CaseFiles cases, SealedRecords seals, CaseGuards guards, ReadTrail trail, BrokenGlass broken)
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet(RegisterPerson.Root + "/{id:guid}", static async (HttpContext context, Guid id, ShowPerson show, CancellationToken cancellationToken) =>
        {
            var (version, file) = await show.RunAsync(id, context.Actor(), Purposes.Of(context, Purposes.Assistance), cancellationToken);
            context.Response.Headers.ETag = RecordVersions.Tag(version);
            return Results.Json(file, CaseJson.Options);
        })
        .Needs(CasesRights.Read)
        .WithSummary("A person's file, as far as its compartments are open to the reader; the header Tambo-Purpose says what it is read for");

    /// <summary>The file and its version, once the audit has the line of this reading.</summary>
    /// <exception cref="Problem">There is no such person for this reader.</exception>
    public async Task<(int Version, IReadOnlyDictionary<string, object?> File)> RunAsync(Guid id, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        var opened = await OpenAsync(id, actor, purpose, cancellationToken);
        return (opened.Seen.Row.Version, opened.File);
    }

    /// <summary>The same, with what the reader may do at which places.</summary>
    /// <exception cref="Problem">There is no such person for this reader.</exception>
    public async Task<OpenedFile> OpenAsync(Guid id, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        Dictionary<string, object?> file;
        SeenPerson seen;
        IReadOnlyList<string> own;
        OpenGlass? glass;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            glass = await broken.FindAsync(connection, actor, id, cancellationToken);
            // An emergency that opens nothing shows nothing either: they were shut out since it began.
            seen = await files.FindAsync(connection, scope, id) ?? (glass is { Opens.Count: > 0 } ? new SeenPerson(glass.Person, [], []) : throw await NotFoundAsync(connection, scope, id, purpose, cancellationToken));
            own = seen.Open;
            seen = seen with { Open = [.. Compartments.All.Where(one => own.Contains(one) || glass?.Opens.Contains(one) == true)] };
            var row = seen.Row;
            var merged = await MergedFiles.RefsAsync(connection, id);
            file = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["id"] = row.Id,
                ["ref"] = row.PublicRef,
                ["status"] = row.Status,
                ["mergedInto"] = row.MergedInto,
                ["mergedFrom"] = merged.Count > 0 ? merged : null,
                ["version"] = row.Version,
                ["owner"] = row.OwnerId,
                ["team"] = row.TeamId,
                ["agency"] = row.AgencyId,
                ["area"] = row.Area.Length > 0 ? row.Area : null,
                ["createdAt"] = row.CreatedAt,
                ["changedAt"] = row.ChangedAt,
                ["open"] = seen.Open,
                ["emergency"] = glass is null ? null : new { id = glass.Row.Id, until = glass.Row.Until },
            };
            foreach (var ((_, compartment), content) in await seals.OpenAsync(connection, [new Wanted(id, id, seen.Open)], cancellationToken))
                file[compartment] = content;
            var condition = glass is null ? scope.Cases("c", guards) : $"({scope.Cases("c", guards)} or c.guard{db.Dialect.IsAmong})";
            var of = (await connection.QueryAsync<(Guid Id, string Ref, string State)>(
                "select c.id, c.public_ref, c.state from cases_case_persons cp join cases_cases c on c.id = cp.case_id where cp.person_id = @id and " + condition + " order by c.id",
                scope.Parameters(new { id, Among = db.Dialect.Among((glass?.Opens ?? []).Select(guards.Of)) }))).ToList();
            // Somebody else in a case may have shut the reader out.
            var listed = await cases.ListedAsync(connection, scope, of.Select(one => one.Id), cancellationToken, glass);
            file["cases"] = of.Where(one => listed.Contains(one.Id)).Select(one => new SeenCaseLine(one.Id, one.Ref, one.State)).ToList();
            file["households"] = await connection.QueryAsync<Guid>("select household_id from cases_household_members where person_id = @id order by household_id", new { id });
        }

        var shown = seen.ShownTo(scope);
        await trail.LeaveAsync(
            actor,
            purpose,
            "file",
            [glass is null || seen.Open.All(own.Contains) ? shown : shown with { Decided = shown.Decided! with { Given = [new DecidedFields(DisclosureReasons.BreakGlass, [.. seen.Open.Except(own, StringComparer.Ordinal)])] } }],
            glass,
            cancellationToken);
        return new OpenedFile(seen, file, glass);
    }

    private async Task<Problem> NotFoundAsync(DbConnection connection, CaseScope scope, Guid id, string purpose, CancellationToken cancellationToken)
    {
        if (await files.ShutOfAsync(connection, scope, id) is { } shut)
            await trail.LeaveShutAsync(scope.Actor, ReadTrail.SubjectOf(id), purpose, new Dictionary<Guid, ClosedParts> { [id] = shut }, cancellationToken);
        return PlatformProblems.NotFound.With();
    }
}
