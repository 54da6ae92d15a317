using System.Globalization;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Parts;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Register;

/// <summary>
/// Takes cases from owners whom one of their persons has shut out. To such an owner the case is gone, and nobody else would notice that
/// nobody looks after it: without an owner it stands on the supervisor's board.
/// </summary>
internal sealed class OwnersShutOut(NodeDb db, CaseFiles cases, CaseGuards guards)
{
    private const int Portion = 500;

    public static Job Often { get; } = new("cases.owners_shut_out", TimeSpan.FromMinutes(15), static (services, cancellationToken) =>
        ((OwnersShutOut)services.GetService(typeof(OwnersShutOut))!).RunAsync(cancellationToken));

    /// <summary>One run; says how many cases it took.</summary>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var taken = 0;
        foreach (var owner in await Colleagues.HoldingAsync(db, CasesRights.Read, cancellationToken))
        {
            foreach (var row in await ShutAsync(owner, cancellationToken))
                taken += await TakeAsync(row, cancellationToken) ? 1 : 0;
        }

        return taken.ToString(CultureInfo.InvariantCulture);
    }

    // What they cannot open for want of a right is another matter, which whoever gives rights sees.
    private async Task<List<CaseRow>> ShutAsync(Actor owner, CancellationToken cancellationToken)
    {
        var (scope, shut) = (CaseScope.For(owner), new List<CaseRow>());
        await using var connection = await db.ReadAsync(cancellationToken);
        for (var (after, full) = ("", true); full;)
        {
            var rows = (await connection.QueryAsync<CaseRow>(
                "select * from cases_cases where owner_id = @Owner and closed_at is null and id > @after order by id limit @Portion",
                new { Owner = owner.UserId!.Value.ToString("D"), after, Portion })).ToList();
            var open = (await cases.SeenAsync(connection, scope, rows, cancellationToken)).Select(seen => seen.Row.Id).ToHashSet();
            shut.AddRange(rows.Where(row => !open.Contains(row.Id) && scope.SeesCase(row.Place, guards.CompartmentOf(row.Guard), row.Restricted)));
            if (full = rows.Count == Portion)
                after = rows[^1].Id.ToString("D");
        }

        return shut;
    }

    private async Task<bool> TakeAsync(CaseRow row, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(Actor.Job(Often.Name), "cases.case.owner_shut_out", OpenCase.SubjectOf(row.Id), cancellationToken);
        change.Describe(new { owner = row.OwnerId });
        try
        {
            await CaseAdmission.WriteAsync(change, row with { OwnerId = null }, row.Version, db.Time.GetUtcNow());
        }
        catch (Problem changed) when (changed.Kind == PlatformProblems.Changed)
        {
            // The next run looks at it as it is then.
            return false;
        }

        await change.CommitAsync(cancellationToken);
        return true;
    }
}
