using Tambo.Cases.Access;
using Tambo.Cases.Glass;
using Tambo.Platform.Access;
using Tambo.Platform.Database;

namespace Tambo.Cases.Reading;

/// <summary>Somebody whose data a reader is about to be shown, and the compartments that are open to the reader.</summary>
internal sealed record Shown(Guid Person, IReadOnlyList<string> Compartments);

/// <summary>
/// Leaves a line for every person whose data is shown, before it is shown: who, whom, which compartments, what for. An answer
/// goes out only once its lines are on the disk. A line holds nothing of what was read, and not whether there was anything.
/// </summary>
internal sealed class ReadTrail(NodeDb db)
{
    /// <summary>Leaves the lines of one answer, in one transaction.</summary>
    /// <param name="actor">Who reads.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="how"><c>file</c>, <c>list</c> or <c>case</c>.</param>
    /// <param name="shown">Whose data.</param>
    /// <param name="cancellationToken">Stops the waiting; then nothing is shown either.</param>
    /// <param name="device">The device that keeps what is shown; null when none does.</param>
    public Task LeaveAsync(Actor actor, string purpose, string how, IEnumerable<Shown> shown, CancellationToken cancellationToken, Guid? device = null) =>
        LeaveAsync(actor, purpose, how, shown, null, device, cancellationToken);

    /// <summary>The same; where the file is open in an emergency each line says so, where the reader works, and by which one the reason is found.</summary>
    public Task LeaveAsync(Actor actor, string purpose, string how, IEnumerable<Shown> shown, OpenGlass? glass, CancellationToken cancellationToken) =>
        LeaveAsync(actor, purpose, how, shown, glass, null, cancellationToken);

    /// <summary>Leaves a line of somebody who asked for what is shut to them, a person or a case; nothing is shown, and the answer is the same as if there were none.</summary>
    public async Task LeaveShutAsync(Actor actor, string subject, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(actor, "cases.shut.asked", subject, cancellationToken);
        await change.CommitAsync(cancellationToken);
    }

    private async Task LeaveAsync(Actor actor, string purpose, string how, IEnumerable<Shown> shown, OpenGlass? glass, Guid? device, CancellationToken cancellationToken)
    {
        if (glass is not null)
            purpose = Purposes.Emergency;
        var people = shown.Where(one => one.Compartments.Count > 0).GroupBy(one => one.Person)
            .Select(same => new Shown(same.Key, [.. same.SelectMany(one => one.Compartments).Distinct(StringComparer.Ordinal)])).ToList();
        if (people.Count == 0)
            return;
        var now = db.Time.GetUtcNow();
        await using var change = await db.BeginAsync(actor, "cases.person.seen", SubjectOf(people[0].Person), cancellationToken);
        change.Describe(Details(people[0]));
        foreach (var one in people.Skip(1))
            change.AlsoRecord("cases.person.seen", SubjectOf(one.Person), Details(one));
        await change.ExecuteAsync(
            """
            insert into cases_views (id, person_id, at, actor, purpose, compartments, how, glass_id)
            values (@Id, @Person, @At, @Actor, @Purpose, @Compartments, @How, @Glass)
            """,
            people.Select(one => new
            {
                Id = Guid.CreateVersion7(now),
                one.Person,
                At = now,
                // A program with somebody's token reads for them.
                Actor = actor.UserId is { } user ? $"user:{user:D}" : actor.AuditName,
                Purpose = purpose,
                Compartments = string.Join(' ', one.Compartments),
                How = how,
                Glass = glass?.Row.Id,
            }).ToList());
        await change.CommitAsync(cancellationToken);

        object Details(Shown one) => (glass, device) switch
        {
            ({ } open, _) => new { purpose, how, compartments = one.Compartments, glass = open.Row.Id, agency = open.Row.AgencyId },
            (_, { } kept) => new { purpose, how, compartments = one.Compartments, device = kept },
            _ => new { purpose, how, compartments = one.Compartments },
        };
    }

    /// <summary>How the audit names a person.</summary>
    public static string SubjectOf(Guid person) => $"person:{person:D}";
}
