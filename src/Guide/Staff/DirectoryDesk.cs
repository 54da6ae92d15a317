using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Guide.Staff;

/// <summary>What staff do to records, each with its code in the audit.</summary>
internal static class StaffChanges
{
    public const string ServiceAdded = "guide.service.added";
    public const string ServiceEdited = "guide.service.edited";
    public const string ServiceConfirmed = "guide.service.confirmed";
    public const string ServiceRetired = "guide.service.retired";
    public const string ServiceRestored = "guide.service.restored";
    public const string OrganizationEdited = "guide.organization.edited";
    public const string RecordTranslated = "guide.record.translated";
    public const string TranslationReviewed = "guide.translation.reviewed";
    public const string TranslationsImported = "guide.translations.imported";
    public const string PlaceAdded = "guide.place.added";
    public const string PlaceEdited = "guide.place.edited";
    public const string VersionRestored = "guide.version.restored";
}

/// <summary>Writes what staff have changed: records, their versions and the audit lines, together or not at all.</summary>
internal sealed class DirectoryDesk(NodeDb db, LiveDirectory live, NodeSettings settings)
{
    public NodeDb Db => db;

    /// <summary>Today, by the node's clock, in UTC.</summary>
    public DateOnly Today => DateOnly.FromDateTime(Now.UtcDateTime);

    /// <summary>When what is confirmed today is to be confirmed again, unless somebody says otherwise.</summary>
    public DateOnly NextReview => Today.AddDays(settings.ReviewAfterDays);

    public DateTimeOffset Now => db.Time.GetUtcNow();

    /// <summary>The directory with every change committed so far.</summary>
    public ValueTask<DirectoryMoment> MomentAsync(CancellationToken cancellationToken) => live.GetAsync(cancellationToken);

    /// <summary>Adds and replaces records in one change.</summary>
    /// <param name="actor">Who does it.</param>
    /// <param name="code">One of <see cref="StaffChanges"/>.</param>
    /// <param name="why">What history calls it: edited, confirmed, retired or restored.</param>
    /// <param name="subject">The record it is about.</param>
    /// <param name="added">New records.</param>
    /// <param name="replaced">Records with their new content and the version they were read at.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="Problem">Somebody else changed one of them since it was read; nothing was written.</exception>
    public async Task WriteAsync(
        Actor actor, string code, string why, DirectoryRecord subject, IEnumerable<DirectoryRecord> added,
        IEnumerable<DirectoryRecord> replaced, CancellationToken cancellationToken)
    {
        var now = Now;
        DirectoryRecord Signed(DirectoryRecord record) => record with { ChangedAt = now, ChangedBy = actor.AuditName };
        var fresh = DirectoryRecords.Of(added.Select(r => Signed(r) with { CreatedAt = now }));
        var others = DirectoryRecords.Of(replaced.Select(Signed));
        var before = (await live.GetAsync(cancellationToken)).Staff;
        await using var change = await db.BeginAsync(actor, code, SubjectOf(subject), cancellationToken);
        change.Describe(new { from_version = subject.Version, records = fresh.All.Concat(others.All).Select(SubjectOf) });
        foreach (var record in fresh.All.Concat(others.All).Where(r => (r.Kind, r.Id) != (subject.Kind, subject.Id)))
            change.AlsoRecord(code, SubjectOf(record), new { with = SubjectOf(subject) });
        await DirectoryWriter.AddAsync(change, fresh, why);
        if (others.All.Any() && !await DirectoryWriter.ReplaceAsync(change, others, why, before))
            throw PlatformProblems.Changed.With();
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>How the audit names a record.</summary>
    public static string SubjectOf(DirectoryRecord record) => $"{record.Kind}:{record.Id:D}";

    /// <summary>The organisation of a name as somebody wrote it: the one there is, or a new one.</summary>
    public static (Guid? Id, Organization? Added) OrganizationOf(GuideScope scope, string name, Guid? before, DateTimeOffset now)
    {
        var directory = scope.Full;
        if (name.Length == 0)
            return (null, null);
        if (directory.Organization(before)?.Name == name)
            return (before, null);
        if (directory.Records.Organizations.FirstOrDefault(o => string.Equals(o.Name, name, StringComparison.OrdinalIgnoreCase)) is { } known)
            return (known.Id, null);
        var added = new Organization { Id = Guid.CreateVersion7(now), Name = name, AgencyId = scope.OwnAgency };
        return (added.Id, added);
    }
}
