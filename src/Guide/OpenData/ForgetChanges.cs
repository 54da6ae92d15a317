using System.Globalization;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Parts;

namespace Tambo.Guide.OpenData;

/// <summary>
/// Old changes of the directory are forgotten: of each record the last one stays, so that whoever begins from the start is
/// given all there is; of removed records none. Whoever has not asked for so long is told to begin anew.
/// </summary>
internal static class ForgetChanges
{
    /// <summary>Half a year: six times as long as the longest pause of a subscription.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(180);

    /// <summary>Looks once a day.</summary>
    public static Job Daily { get; } = new("guide.public_changes_kept", TimeSpan.FromDays(1), static async (services, cancellationToken) =>
    {
        var forgotten = await RunAsync((NodeDb)services.GetService(typeof(NodeDb))!, cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{forgotten} forgotten");
    });

    // The last of all holds the chain that the next one is made from. The one row of looks is locked first, so that no
    // look of another process, which goes by what was noted, comes between.
    private const string Old =
        """
        at < @before and number < (select max(number) from guide_public_changes)
            and (action = 'removed' or exists (select 1 from guide_public_changes later
                where later.kind = guide_public_changes.kind and later.id = guide_public_changes.id and later.number > guide_public_changes.number))
        """;

    /// <summary>Forgets what is old, and returns how many changes that were.</summary>
    public static async Task<int> RunAsync(NodeDb db, CancellationToken cancellationToken)
    {
        var before = db.Time.GetUtcNow() - KeptFor;
        await using var change = await db.BeginAsync(Actor.Job(Daily.Name), "guide.changes.forgotten", "directory", cancellationToken, bulk: true);
        await change.ExecuteAsync("update guide_public_looks set seen = seen");
        if (await change.QuerySingleOrDefaultAsync<long?>("select max(number) from guide_public_changes where " + Old, new { before }) is not { } last)
            return 0;
        var gone = await change.ExecuteAsync("delete from guide_public_changes where number <= @last and " + Old, new { before, last });
        await change.ExecuteAsync("update guide_public_looks set forgotten = @last where forgotten < @last", new { last });
        change.Describe(new { count = gone });
        await change.CommitAsync(cancellationToken);
        return gone;
    }
}
