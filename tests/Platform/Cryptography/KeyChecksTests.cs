using Tambo.Node.Diagnosis;
using Tambo.Platform.Database;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Cryptography;

public sealed class KeyChecksTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task The_doctor_says_when_copies_of_keys_are_missing_too_old_or_kept_too_long()
    {
        await using var kept = await KeptKeys.CreateAsync(Engine.Sqlite);
        var now = SettableTime.Noon;
        Assert.Equal([("data keys", Health.Ok)], await FindAsync(now.AddDays(-300)));
        await kept.Keys.MakeAsync(KeptKeys.Subjects(2), None);
        Assert.Equal([("data keys", Health.Ok), ("key backups", Health.Warning)], await FindAsync(null));
        Assert.Equal([("data keys", Health.Ok), ("key backups", Health.Ok)], await FindAsync(now.AddDays(-7)));
        Assert.Equal([("data keys", Health.Ok), ("key backups", Health.Warning)], await FindAsync(now.AddDays(-8)));
        Assert.Equal([("data keys", Health.Ok), ("key backups", Health.Warning)], await FindAsync(now.AddDays(-35)));
        Assert.Equal([("data keys", Health.Ok), ("key backups", Health.Failed)], await FindAsync(now.AddDays(-36)));

        var old = Path.Combine(Directory.CreateDirectory(Path.Combine(kept.Settings.Folder, "backups")).FullName, "before-migration.tar.keys");
        await File.WriteAllTextAsync(old, "");
        File.SetLastWriteTimeUtc(old, now.AddDays(-35).UtcDateTime);
        Assert.Equal([("data keys", Health.Ok), ("key backups", Health.Ok)], await FindAsync(now));
        File.SetLastWriteTimeUtc(old, now.AddDays(-36).UtcDateTime);
        Assert.Equal([("data keys", Health.Ok), ("key backups", Health.Ok), ("key backups", Health.Warning)], await FindAsync(now));

        async Task<IEnumerable<(string, Health)>> FindAsync(DateTimeOffset? lastBackup) =>
            (await KeyChecks.RunAsync(kept.Keys, kept.Settings, lastBackup is { } last ? Instants.Write(last) : null, now, None)).Select(found => (found.Check, found.Health));
    }

    [Fact]
    public async Task The_doctor_says_that_a_rotation_was_cut_short()
    {
        await using var kept = await KeptKeys.CreateAsync(Engine.Sqlite);
        await kept.Keys.MakeAsync(KeptKeys.Subjects(1500), None);
        using var stop = new CancellationTokenSource();
        var cutting = new Cutting(stop);
        await Assert.ThrowsAsync<OperationCanceledException>(() => kept.Rotation.RunAsync(TestDatabase.Alice, cutting, stop.Token));
        var found = (await KeyChecks.RunAsync(kept.Keys, kept.Settings, Instants.Write(SettableTime.Noon), SettableTime.Noon, None))[0];
        Assert.Equal(Health.Warning, found.Health);
        Assert.Contains("500 are still sealed by an earlier wrapping key: tambo keys rotate", found.Text, StringComparison.Ordinal);
    }

    private sealed class Cutting(CancellationTokenSource stop) : IProgress<Tambo.Platform.Backup.WorkProgress>
    {
        public void Report(Tambo.Platform.Backup.WorkProgress value) => stop.Cancel();
    }
}
