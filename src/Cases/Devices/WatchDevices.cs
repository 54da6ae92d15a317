using System.Globalization;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Parts;

namespace Tambo.Cases.Devices;

/// <summary>
/// Orders that devices be wiped which were without contact for too long, and those of people who no longer work with cases.
/// From then on the node's part of their keys is gone.
/// </summary>
internal sealed class WatchDevices(NodeDb db, KeptDevices devices)
{
    public static Job Job { get; } = new("cases.devices", TimeSpan.FromHours(1), static (services, cancellationToken) =>
        ((WatchDevices)services.GetService(typeof(WatchDevices))!).RunAsync(cancellationToken));

    /// <summary>One run; says how many.</summary>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        List<DeviceRow> rows;
        await using (var connection = await db.ReadAsync(cancellationToken))
            rows = [.. await connection.QueryAsync<DeviceRow>("select * from cases_devices where wipe_at is null")];
        if (rows.Count == 0)
            return "0";
        var working = (await Colleagues.HoldingAsync(db, CasesRights.Edit, cancellationToken)).Select(colleague => colleague.UserId).ToHashSet();
        var ordered = 0;
        foreach (var row in rows.Where(row => devices.IsOver(row) || !working.Contains(row.UserId)))
            ordered += await devices.OrderAsync(row, Actor.Job(Job.Name), cancellationToken) ? 1 : 0;
        return ordered.ToString(CultureInfo.InvariantCulture);
    }
}
