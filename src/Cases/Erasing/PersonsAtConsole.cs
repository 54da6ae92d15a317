using Dapper;
using Tambo.Cases.Exporting;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Cases.Retention;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Erasing;

/// <summary>What the operator of a node does about one person, by their reference, and about those whose time is over.</summary>
public sealed class PersonsAtConsole
{
    private readonly NodeDb db;
    private readonly ErasureSteps steps;
    private readonly RetentionRun retention;
    private readonly ExportPerson export;
    private readonly TextCatalog catalog;

    internal PersonsAtConsole(NodeDb db, ErasureSteps steps, RetentionRun retention, ExportPerson export, TextCatalog catalog) =>
        (this.db, this.steps, this.retention, this.export, this.catalog) = (db, steps, retention, export, catalog);

    /// <summary>What may be said as a reason for erasing.</summary>
    public static IReadOnlyList<string> Reasons => ErasureReasons.Sayable;

    /// <summary>What may hold a person's data.</summary>
    public static IReadOnlyList<string> Holds { get; } = ["court", "investigation", "claim"];

    /// <summary>Erases a person at once, or only looks whether it may be; their reference.</summary>
    /// <exception cref="Problem">There is nobody, or something stands against it.</exception>
    public async Task<string> EraseAsync(string named, string reason, bool dryRun, Actor actor, CancellationToken cancellationToken)
    {
        if (!Reasons.Contains(reason, StringComparer.Ordinal))
            throw FormProblems.With(("reason", CasesProblems.CodeUnknown));
        var person = await FindAsync(named, cancellationToken);
        await steps.LookOverAsync(person, reason, cancellationToken);
        if (!dryRun)
            await steps.EraseAsync(person.Id, reason, "", null, actor, cancellationToken);
        return person.PublicRef;
    }

    /// <summary>Holds a person's data, or ends the hold when no kind is said; their reference.</summary>
    /// <exception cref="Problem">There is nobody.</exception>
    public async Task<string> HoldAsync(string named, string? kind, Actor actor, CancellationToken cancellationToken)
    {
        if (kind is not null && !Holds.Contains(kind, StringComparer.Ordinal))
            throw FormProblems.With(("kind", CasesProblems.CodeUnknown));
        var (person, now) = (await FindAsync(named, cancellationToken), db.Time.GetUtcNow());
        // Of a file that was merged the one is held that it was merged into; a hold ends for both.
        if (person.MergedInto is { } lead)
            person = await FindAsync(lead.ToString("D"), cancellationToken);
        if (person.Status != PersonRow.Active)
            throw CasesProblems.PersonInactive.With();
        await using var change = await db.BeginAsync(actor, kind is null ? "cases.person.released" : "cases.person.held", ReadTrail.SubjectOf(person.Id), cancellationToken);
        await change.ExecuteAsync("delete from cases_holds where person_id = @Id or person_id in (select id from cases_persons where merged_into = @Id)", new { person.Id });
        if (kind is not null)
        {
            change.Describe(new { kind });
            await change.ExecuteAsync("insert into cases_holds (person_id, kind, held_at, held_by) values (@Id, @kind, @now, @By)", new { person.Id, kind, now, By = actor.AuditName });
        }

        await change.CommitAsync(cancellationToken);
        return person.PublicRef;
    }

    /// <summary>Everything that is kept of a person who has asked for it, as data or as a document in a language.</summary>
    /// <exception cref="Problem">There is nobody.</exception>
    public async Task<byte[]> ExportAsync(string named, bool asJson, string language, Actor actor, CancellationToken cancellationToken)
    {
        var person = await FindAsync(named, cancellationToken);
        return await export.RunAsync(person.Id, ExportPerson.DataRequest, asJson, actor, catalog.In(language), cancellationToken);
    }

    /// <summary>Erases those whose time is over, or only lists them: reference, rule and day.</summary>
    /// <exception cref="Problem">The node's own rules cannot be read.</exception>
    public async Task<IReadOnlyList<(string Ref, string Rule, DateOnly Day)>> RetainAsync(bool dryRun, Actor actor, CancellationToken cancellationToken) =>
        [.. (await retention.RunAsync(dryRun, actor, cancellationToken)).Select(due => (due.Ref, due.Rule, due.Day))];

    private async Task<PersonRow> FindAsync(string named, CancellationToken cancellationToken)
    {
        var (reference, id) = (PublicRef.Read(named) ?? "", Guid.TryParseExact(named, "D", out var key) ? key : Guid.Empty);
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<PersonRow>("select * from cases_persons where public_ref = @reference or id = @id", new { reference, id })
            ?? throw CasesProblems.PersonUnknown.With();
    }
}
