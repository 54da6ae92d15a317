using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Cases.Devices;

/// <summary>A device as the table has it.</summary>
internal sealed record DeviceRow
{
    public Guid Id { get; init; }

    public Guid UserId { get; init; }

    public Guid? AgencyId { get; init; }

    public byte[] Name { get; init; } = [];

    public byte[] ServerPart { get; init; } = [];

    public string TokenHash { get; init; } = "";

    public string ProofHash { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset SeenAt { get; init; }

    public int WrongTries { get; init; }

    public int Unsent { get; init; }

    public int ClockOff { get; init; }

    public DateTimeOffset? WipeAt { get; init; }

    public string? WipeBy { get; init; }

    public DateTimeOffset? WipedAt { get; init; }

    /// <summary>Where it belongs, for whoever looks after the devices of an agency.</summary>
    public RecordPlace Place => CaseAreas.Place(UserId, null, AgencyId, "/");

    /// <summary>kept, wiping (ordered), wiped (the device has said so).</summary>
    public string State => WipedAt is not null ? "wiped" : WipeAt is not null ? "wiping" : "kept";
}

/// <summary>The devices on which officers keep cases, and what is noted of them.</summary>
internal sealed class KeptDevices(NodeDb db, NodeKey node, NodeSettings settings)
{
    /// <summary>The audit line of a contact is left at most this often.</summary>
    private static readonly TimeSpan BetweenNotes = TimeSpan.FromMinutes(10);

    /// <summary>What devices may keep here.</summary>
    public DeviceRules Rules { get; } = DeviceRules.Of(settings);

    /// <summary>How the audit names a device.</summary>
    public static string SubjectOf(Guid id) => $"device:{id:D}";

    /// <summary>The hash of a token or proof: both are long and random, or come of a slow hash.</summary>
    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>True when a secret is the one of a hash.</summary>
    public static bool Is(string secret, string hash) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(HashOf(secret)), Encoding.ASCII.GetBytes(hash));

    /// <summary>Seals the name or the part of a device.</summary>
    public byte[] Seal(Guid id, string what, byte[] plain) => node.Seal(plain, $"cases device {what} {id:D}");

    /// <summary>Opens the name or the part of a device.</summary>
    public byte[] Open(Guid id, string what, byte[] content) => node.Open(content, $"cases device {what} {id:D}");

    /// <summary>What a device is called.</summary>
    public string NameOf(DeviceRow row) => Encoding.UTF8.GetString(Open(row.Id, "name", row.Name));

    /// <summary>A device by its key; null when there is none.</summary>
    public static Task<DeviceRow?> FindAsync(DbConnection connection, Guid id) =>
        connection.QuerySingleOrDefaultAsync<DeviceRow?>("select * from cases_devices where id = @id", new { id });

    /// <summary>The actor's own device, while it may keep anything.</summary>
    /// <exception cref="Problem">There is none that is theirs, or it is to be wiped.</exception>
    public async Task<DeviceRow> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var row = await FindAsync(connection, id);
        if (row is null || actor.UserId is null || row.UserId != actor.UserId)
            throw PlatformProblems.NotFound.With();
        if (row.WipeAt is null && !IsOver(row))
            return row;
        if (row.WipeAt is null)
            await OrderAsync(row, Actor.Job(WatchDevices.Job.Name), cancellationToken);
        throw DeviceProblems.Gone.With();
    }

    /// <summary>True once a device was without contact for too long.</summary>
    public bool IsOver(DeviceRow row) => row.SeenAt + TimeSpan.FromDays(Rules.ForgetDays) < db.Time.GetUtcNow();

    /// <summary>Notes that a device was in contact, and what it says of itself.</summary>
    /// <param name="row">The device.</param>
    /// <param name="unsent">How much it has not sent yet; null when it does not say.</param>
    /// <param name="now">What its clock says; null when it does not say.</param>
    /// <param name="always">True to note it however little there is to say.</param>
    /// <param name="actor">Whose it is.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task SeenAsync(DeviceRow row, int? unsent, DateTimeOffset? now, bool always, Actor actor, CancellationToken cancellationToken)
    {
        var at = db.Time.GetUtcNow();
        var left = Math.Clamp(unsent ?? row.Unsent, 0, 100_000);
        var off = ClockOff(now, at) ?? row.ClockOff;
        if (!always && left == row.Unsent && at - row.SeenAt < BetweenNotes)
            return;
        await using var change = await db.BeginAsync(actor, "cases.device.seen", SubjectOf(row.Id), cancellationToken);
        change.Describe(new { unsent = left, clockOff = off });
        await change.ExecuteAsync(
            "update cases_devices set seen_at = @at, unsent = @left, clock_off = @off, wrong_tries = case when @always then 0 else wrong_tries end where id = @Id and wipe_at is null",
            new { at, left, off, always, row.Id });
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>By how many seconds a device's clock is behind the node's; null when it does not say. Zero when it is right enough.</summary>
    public static int? ClockOff(DateTimeOffset? said, DateTimeOffset at) => said is not { } now ? null
        : (at - now).Duration() < DeviceRules.RightClock ? 0
        : (int)Math.Clamp((at - now).TotalSeconds, -int.MaxValue, int.MaxValue);

    /// <summary>Orders that a device be wiped; the node's part of its key is gone at once. A second order changes nothing.</summary>
    public async Task<bool> OrderAsync(DeviceRow row, Actor by, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(by, "cases.device.wipe_ordered", SubjectOf(row.Id), cancellationToken);
        change.Describe(new { unsent = row.Unsent });
        if (await change.ExecuteAsync(
            "update cases_devices set wipe_at = @now, wipe_by = @AuditName, server_part = @nothing where id = @Id and wipe_at is null",
            new { now = db.Time.GetUtcNow(), by.AuditName, nothing = Array.Empty<byte>(), row.Id }) == 0)
            return false;
        await change.CommitAsync(cancellationToken);
        return true;
    }
}
