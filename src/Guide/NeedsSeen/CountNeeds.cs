using Dapper;
using Tambo.Guide.Feedback;
using Tambo.Guide.Finding;
using Tambo.Platform.Counting;
using Tambo.Platform.Database;
using Tambo.Platform.Places;

namespace Tambo.Guide.NeedsSeen;

/// <summary>Services that say of themselves, to everybody, that they have no room or are closed.</summary>
/// <param name="Area">Where.</param>
/// <param name="Need">What they help with.</param>
/// <param name="Full">How many have no free place.</param>
/// <param name="Closed">How many are closed for the time being.</param>
public sealed record ShutServices(string Area, string Need, int Full, int Closed);

/// <summary>Brings the counts together: searches that helped nobody, and what readers say of services.</summary>
internal sealed class CountNeeds(NodeDb db, HourlyCounts counts, LiveOffers offers)
{
    /// <summary>Kinds of feedback that tell of a need. What tells of harm is in no count.</summary>
    private static readonly string[] Telling = ["full", "closed", "wrong_information", "question"];

    /// <summary>The rows since a day that may be shown.</summary>
    public async Task<IReadOnlyList<NeedRow>> SinceAsync(DateOnly first, DateOnly today, CancellationToken cancellationToken)
    {
        var since = new DateTimeOffset(first.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var searched = (await counts.ReadAsync(SearchTally.Counter, since, cancellationToken))
            .Select(count => (count, Cell: SearchCell.Of(count.What))).Where(known => known.Cell is not null)
            .Select(known => new NeedCell(WeekOf(known.count.Hour), known.Cell!.Area, known.Cell.Need, known.Cell.Kind, known.Cell.Language, known.count.Amount));
        var all = await offers.GetAsync(cancellationToken);
        var said = (await SaidAsync(since, cancellationToken)).Select(message =>
        {
            // By what the public may know of the service, and by the first need it answers: each message counts once.
            var offer = Guid.TryParseExact(message.ServiceId, "D", out var id) ? all.OfService(id).FirstOrDefault() : null;
            return new NeedCell(WeekOf(message.ReceivedAt), (offer is null ? "" : NeedAreas.Of(offer)), NeedOf(offer), message.Kind, message.Language, 1);
        });
        return PublishedNeeds.Of(searched.Concat(said), today);
    }

    /// <summary>Services that say now that they are full or closed: what the public pages say too.</summary>
    public async Task<IReadOnlyList<ShutServices>> ShutAsync(CancellationToken cancellationToken)
    {
        var all = await offers.GetAsync(cancellationToken);
        return
        [
            .. all.All.GroupBy(offer => offer.Service.Id).Select(group => group.First())
                .Select(offer => (Offer: offer, Full: offer.Service.Capacities.Any(capacity => capacity.Available == 0), Closed: offer.Service.Status == "temporarily closed"))
                .Where(known => known.Full || known.Closed)
                .GroupBy(known => (Area: NeedAreas.Of(known.Offer), Need: NeedOf(known.Offer)))
                .Select(group => new ShutServices(group.Key.Area, group.Key.Need, group.Count(known => known.Full), group.Count(known => known.Closed)))
                .OrderByDescending(shut => shut.Full + shut.Closed).ThenBy(shut => shut.Area, StringComparer.Ordinal).ThenBy(shut => shut.Need, StringComparer.Ordinal),
        ];
    }

    private async Task<IEnumerable<FeedbackRow>> SaidAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var rows = await connection.QueryAsync<FeedbackRow>(
            "select kind, service_id, language, received_at from guide_feedback where received_at >= @since and state not in ('spam', 'withdrawn')", new { since });
        return rows.Where(row => Telling.Contains(row.Kind));
    }

    private static DateOnly WeekOf(DateTimeOffset at) => PublishedNeeds.WeekOf(DateOnly.FromDateTime(at.UtcDateTime));

    private static string NeedOf(Offer? offer) => offer is { Needs.Count: > 0 } ? Needs.All[offer.Needs[0]].Code : SearchTally.AnyNeed;
}
