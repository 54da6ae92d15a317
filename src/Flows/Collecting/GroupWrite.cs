using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Flows.Collecting;

/// <summary>A version of a record as it lies in its table, as far as a new one is judged by it.</summary>
internal sealed record KnownVersion
{
    public Guid Id { get; init; }

    public int Version { get; init; }

    public Guid PointId { get; init; }

    public string Person { get; init; } = "";

    public bool Withdrawn { get; init; }

    public string PayloadHash { get; init; } = "";

    public Guid? ImportId { get; init; }
}

/// <summary>One record that is to be written: a new one, or a version that replaces the one before.</summary>
/// <param name="Group">What was sent.</param>
/// <param name="Payload">The same, letter by letter.</param>
/// <param name="Point">Where.</param>
/// <param name="Actor">Who sends it.</param>
internal sealed record GroupWrite(SentGroup Group, string Payload, Point Point, Actor Actor)
{
    /// <summary>The SHA-256 of the payload.</summary>
    public string Hash { get; } = GroupJson.HashOf(Payload);

    /// <summary>What the audit says is done.</summary>
    public string Change => Group.Withdrawn ? "flows.group.withdrawn" : Group.Version > 1 ? "flows.group.corrected" : "flows.group.recorded";

    /// <summary>What the audit notes of it: the hash, so that no payload can be changed unseen.</summary>
    public object Details => new { point = Point.Code, version = Group.Version, hash = Hash };

    /// <summary>How the audit names a record.</summary>
    public static string SubjectOf(Guid id) => $"group:{id:D}";

    /// <summary>What a version is to those known of its record: null to be written, no problem when it is there already.</summary>
    public (bool IsThere, Problem? Refusal) Beside(IReadOnlyList<KnownVersion> versions)
    {
        if (versions.FirstOrDefault(known => known.Version == Group.Version) is { } same)
            return same.PayloadHash == Hash ? (true, null) : (false, (Group.Version == 1 ? GroupProblems.KeyTaken : GroupProblems.VersionUnfit).With());
        if (Group.Version == 1)
            return (false, null);
        var last = versions.MaxBy(known => known.Version);
        if (last is null || last.Version != Group.Version - 1 || last.Withdrawn)
            return (false, GroupProblems.VersionUnfit.With());
        // A record keeps its point, so whoever looks after this one looks after where the record stands.
        var isOwn = last.Person == Actor.AuditName;
        if (last.PointId != Point.Id)
            return (false, (isOwn ? GroupProblems.PointStands : GroupProblems.NotYours).With());
        return isOwn || Actor.May(FlowsRights.Supervise, Point.Place) ? (false, null) : (false, GroupProblems.NotYours.With());
    }

    /// <summary>What a later one is judged by once this is written.</summary>
    public KnownVersion AsKnown() => new() { Id = Group.Id, Version = Group.Version, PointId = Point.Id, Person = Actor.AuditName, Withdrawn = Group.Withdrawn, PayloadHash = Hash };

    /// <summary>Writes it inside a change, with what it replaces.</summary>
    public async Task InsertAsync(Change change, DateTimeOffset now)
    {
        if (Group.Version > 1 && await change.ExecuteAsync(
            "update flows_groups set superseded_at = @now where id = @Id and version = @Before and superseded_at is null", new { now, Group.Id, Before = Group.Version - 1 }) != 1)
            throw PlatformProblems.Changed.With();
        if (await change.ExecuteAsync(Insert, Row(now)) != 1)
            throw PlatformProblems.Changed.With();
    }

    /// <summary>Writes a row that nobody has written; one that somebody has stays.</summary>
    public const string Insert =
        """
        insert into flows_groups (id, version, point_id, shift_id, person, observed_at, day, persons, withdrawn, reason, payload, payload_hash, received_at)
        values (@Id, @Version, @PointId, @ShiftId, @Person, @ObservedAt, @Day, @Persons, @Withdrawn, @Reason, @Payload, @Hash, @ReceivedAt)
        on conflict do nothing
        """;

    /// <summary>The values of <see cref="Insert"/>.</summary>
    public GroupRow Row(DateTimeOffset now) => new(
        Group.Id.ToString("D"), Group.Version, Point.Id.ToString("D"), Group.Shift?.ToString("D") ?? "", Actor.AuditName, Instants.Write(Group.ObservedAt),
        Point.DayOf(Group.ObservedAt).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), Group.Size, Group.Withdrawn, Group.Reason ?? "", Payload, Hash, Instants.Write(now));
}

/// <summary>A row of records as both engines take it.</summary>
internal sealed record GroupRow(
    string Id, int Version, string PointId, string ShiftId, string Person, string ObservedAt, string Day, int Persons, bool Withdrawn, string Reason, string Payload, string Hash, string ReceivedAt);
