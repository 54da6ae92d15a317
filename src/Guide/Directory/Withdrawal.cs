namespace Tambo.Guide.Directory;

/// <summary>
/// Tells changes that only add from changes that may take something back: hide a place, remove a record, replace a text.
/// Whatever is not certainly harmless takes back; then no reader is shown the directory of before. Pure.
/// </summary>
internal static class Withdrawal
{
    /// <summary>
    /// True when new records may make something of before disappear. A record that is not public, or that hangs on one
    /// outside the change, may: it can close a place or a service that could be seen.
    /// </summary>
    public static bool MayFollowAdding(DirectoryRecords added)
    {
        var inside = added.All.Select(record => record.Id).ToHashSet();
        return added.All.Any(record =>
            record.Confidentiality != Confidentiality.Public || record.RetiredAt is not null
            || LinksOf(record).Any(link => link is { } id && !inside.Contains(id)));
    }

    /// <summary>
    /// True when a record's new content may lack anything of the old one. Only other hours and a newer confirmation are
    /// certain not to: everything that is written must be as it was.
    /// </summary>
    public static bool MayFollowReplacing(DirectoryRecord? before, DirectoryRecord after) =>
        before is null || before.Version != after.Version || before.Kind != after.Kind
        || before.RetiredAt is not null || after.RetiredAt is not null
        || before.SourceSet != after.SourceSet || before.SourceId != after.SourceId
        || (before.ConfirmedBy.Length > 0 && before.ConfirmedBy != after.ConfirmedBy)
        || !TextsOf(before).IsSubsetOf(TextsOf(after))
        || RecordJson.SnapshotText(WithoutHours(before)) != RecordJson.SnapshotText(WithoutHours(after));

    private static Guid?[] LinksOf(DirectoryRecord record) => record switch
    {
        Service service => [service.OrganizationId],
        Location location => [location.OrganizationId],
        ServiceAtLocation offer => [offer.ServiceId, offer.LocationId],
        _ => [],
    };

    private static DirectoryRecord WithoutHours(DirectoryRecord record) => record switch
    {
        Service service => service with { Schedules = [], HolidaySchedules = [] },
        Location location => location with { Schedules = [], HolidaySchedules = [] },
        ServiceAtLocation offer => offer with { Schedules = [], HolidaySchedules = [] },
        _ => record,
    };

    /// <summary>What people wrote beside the hours: a note may say where a door is.</summary>
    private static HashSet<string> TextsOf(DirectoryRecord record)
    {
        var (schedules, holidays) = record switch
        {
            Service service => (service.Schedules, service.HolidaySchedules),
            Location location => (location.Schedules, location.HolidaySchedules),
            ServiceAtLocation offer => (offer.Schedules, offer.HolidaySchedules),
            _ => ([], []),
        };
        var texts = schedules.SelectMany(s => new[] { s.Description, s.Notes, s.ScheduleLink, s.AttendingType })
            .Concat(holidays.Select(h => h.Description))
            .Concat(schedules.Select(s => s.Extra).Concat(holidays.Select(h => h.Extra))
                .SelectMany(extra => extra?.Select(field => $"{field.Key}={field.Value.GetRawText()}") ?? []));
        return texts.Where(text => text.Length > 0).ToHashSet(StringComparer.Ordinal);
    }
}
