using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Plan;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Family;

/// <summary>That somebody of a case was moved, as the table has it: not where to.</summary>
internal sealed record TransferRow
{
    public Guid Id { get; init; }

    public Guid CaseId { get; init; }

    public Guid PersonId { get; init; }

    public string Guard { get; init; } = "";

    public DateTimeOffset At { get; init; }

    public string CreatedBy { get; init; } = "";
}

/// <summary>What is sealed of it.</summary>
internal sealed record TransferContent
{
    /// <summary>One of <see cref="Kinds"/>.</summary>
    public string Kind { get; set; } = "";

    public string Place { get; set; } = "";

    /// <summary>The team of another office, which has the case from then on.</summary>
    public Guid? Team { get; init; }

    /// <summary>Where somebody is moved: return_point is a place from which people are sent back, closed one that they may not leave.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["shelter", "accommodation", "hospital", Office, Consulate, "return_point", "closed", "other"];

    /// <summary>Another office of the same agency: the whole case goes there.</summary>
    public const string Office = "office";

    /// <summary>A consulate: nobody goes there who has not asked for it.</summary>
    public const string Consulate = "consulate";

    public override string ToString() => "•••";
}

/// <summary>Where persons of cases were moved; found through the case alone, in the compartment of its kind.</summary>
internal sealed class KeptTransfers(CaseGuards guards, SealedRecords seals, DataKeys keys)
{
    /// <summary>Those of a case that are open to the reader, the oldest first.</summary>
    public async Task<IReadOnlyList<TransferRow>> OfAsync(DbConnection connection, EnteredCase entered) =>
    [
        .. (await connection.QueryAsync<TransferRow>("select * from cases_transfers where case_id = @Id order by at, id", new { entered.Row.Id }))
            .Where(row => entered.Open.Contains(CompartmentOf(row), StringComparer.Ordinal)),
    ];

    /// <summary>What they say; those of a person whose key is gone are left out.</summary>
    public async Task<IReadOnlyDictionary<Guid, TransferContent>> OpenAsync(DbConnection connection, IReadOnlyList<TransferRow> rows, CancellationToken cancellationToken) =>
        (await seals.OpenAsync(connection, [.. rows.Select(row => new Wanted(row.PersonId, row.Id, [CompartmentOf(row)]))], cancellationToken))
        .ToDictionary(one => one.Key.Record, one => one.Value.Deserialize<TransferContent>(CaseJson.Options)!);

    /// <summary>The compartment of one.</summary>
    public string CompartmentOf(TransferRow row) => guards.CompartmentOf(row.Guard);

    /// <summary>Keeps that persons of a case are moved, each under their own key.</summary>
    /// <exception cref="Problem">One of them was erased, or is being erased.</exception>
    public async Task AddAsync(
        Change change, Guid caseId, IReadOnlyList<Guid> persons, string compartment, TransferContent content, Actor actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var person in persons)
        {
            if (await change.QuerySingleOrDefaultAsync<long>("select count(*) from cases_erasures where person_id = @person and state <> 'asked'", new { person }) > 0
                || await keys.FindAsync(person, cancellationToken) is not { } key)
                throw CasesProblems.PersonInactive.With();
            var id = Guid.CreateVersion7(now);
            await change.ExecuteAsync(
                "insert into cases_transfers (id, case_id, person_id, guard, at, created_by) values (@id, @caseId, @person, @Guard, @now, @By)",
                new { id, caseId, person, Guard = guards.Of(compartment), now, By = CaseEntries.NameOf(actor) });
            await seals.WriteAsync(change, key, id, compartment, 1, content);
        }
    }
}
