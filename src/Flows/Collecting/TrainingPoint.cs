using System.Text.Json;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;

namespace Tambo.Flows.Collecting;

/// <summary>
/// A made-up point where made-up groups pass every few seconds, so that somebody who tries the node sees collection at work.
/// Everything of it is marked as training, and stands in a table of its own beside which no real figure ever stands.
/// </summary>
public sealed class TrainingPoint
{
    /// <summary>Its code.</summary>
    public const string Code = "TRAINING-QUIMERA";

    private const int AtOnce = 40;

    private static readonly TimeSpan Between = TimeSpan.FromMinutes(2);

    // Two count in turn, so that neither is too fast to be believed.
    private static readonly Actor[] Enumerators = [Actor.Job("training_point_1"), Actor.Job("training_point_2")];
    private static readonly string[] Nationalities = ["VEN", "VEN", "VEN", "HTI", "HTI", "ECU", "COL", "CUB", "CHN", "IND", "AFG", "CMR"];
    private static readonly string[] Reasons = ["ECONOMIC", "ECONOMIC", "VIOLENCE", "FAMILY", "DISASTER"];

    private readonly NodeDb db;
    private readonly LivePoints points;
    private readonly ReceiveGroups groups;
    private readonly TakeShifts shifts;
    private readonly TextCatalog catalog;

    internal TrainingPoint(NodeDb db, LivePoints points, ReceiveGroups groups, TakeShifts shifts, TextCatalog catalog) =>
        (this.db, this.points, this.groups, this.shifts, this.catalog) = (db, points, groups, shifts, catalog);

    /// <summary>Adds the point when it is not there.</summary>
    public async Task AddAsync(CancellationToken cancellationToken)
    {
        if ((await points.AllAsync(cancellationToken)).ContainsKey(Code))
            return;
        await points.SaveAsync(
            new Point
            {
                Id = Guid.CreateVersion7(db.Time.GetUtcNow()),
                Code = Code,
                Names = catalog.Languages.ToDictionary(language => language.Code, language => catalog.In(language.Code)["collect.training_point"], StringComparer.Ordinal),
                Kind = "RIVER",
                Country = "PAN",
                TimeZone = "America/Panama",
                Opens = "00:00",
                Closes = "00:00",
                Series = "TRAINING-FM",
                Training = true,
                States = [new PointState(DateOnly.FromDateTime(db.Time.GetUtcNow().UtcDateTime), PointState.Active)],
            },
            Enumerators[0], cancellationToken);
    }

    /// <summary>Records groups until the time is over: every six to nine seconds one, always the same ones for the same seed.</summary>
    public async Task RunAsync(TimeSpan length, int seed, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        var begun = db.Time.GetUtcNow();
        var own = Enumerators.Select(_ => Guid.CreateVersion7(begun)).ToArray();
        await ShiftsAsync(own, begun - ((AtOnce + 1) * Between), null, cancellationToken);
        // Some at once, so that the first look at it is not at nothing.
        for (var group = 0; group < AtOnce; group++)
            await RecordAsync(random, group, own, begun - ((AtOnce - group) * Between), cancellationToken);
        for (var group = 0; db.Time.GetUtcNow() < begun + length; group++)
        {
            await Task.Delay(TimeSpan.FromSeconds(6 + random.Next(4)), db.Time, cancellationToken);
            await RecordAsync(random, group, own, db.Time.GetUtcNow(), cancellationToken);
        }

        await ShiftsAsync(own, begun - ((AtOnce + 1) * Between), db.Time.GetUtcNow(), cancellationToken);
    }

    /// <summary>A made-up group.</summary>
    internal static SentGroup MadeUp(Random random, DateTimeOffset at)
    {
        var counts = new[] { random.Next(3), random.Next(4), random.Next(3), random.Next(3) };
        if (counts.Sum() == 0)
            counts[0] = 1;
        var size = counts.Sum();
        return new SentGroup
        {
            Id = Guid.CreateVersion7(at),
            Point = Code,
            ObservedAt = at,
            Direction = "IN",
            Size = size,
            Parts = [new SentPart { Nationality = Nationalities[random.Next(Nationalities.Length)], Persons = size, Women = counts[0], Men = counts[1], Girls = counts[2], Boys = counts[3] }],
            Previous = "COL",
            Next = "CRI",
            Destination = random.Next(4) == 0 ? "MEX" : "USA",
            Transport = random.Next(5) == 0 ? "BOAT" : "FOOT",
            Reasons = random.Next(2) == 0 ? [Reasons[random.Next(Reasons.Length)]] : null,
            Method = "OBS",
        };
    }

    private async Task RecordAsync(Random random, int turn, Guid[] shiftIds, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var who = turn % Enumerators.Length;
        var group = MadeUp(random, at) with { Shift = shiftIds[who] };
        await groups.TakeAsync([new CameGroup(group, JsonSerializer.Serialize(group, GroupJson.Default.SentGroup), null)], Enumerators[who], catalog.In("en"), cancellationToken);
    }

    private async Task ShiftsAsync(Guid[] shiftIds, DateTimeOffset startedAt, DateTimeOffset? endedAt, CancellationToken cancellationToken)
    {
        for (var who = 0; who < Enumerators.Length; who++)
        {
            var shift = new SentShift { Id = shiftIds[who], Point = Code, StartedAt = startedAt, EndedAt = endedAt, Refusals = endedAt is null ? null : 3, SaidAt = db.Time.GetUtcNow() };
            await shifts.TakeAsync([(shift, null)], Enumerators[who], catalog.In("en"), cancellationToken);
        }
    }
}
