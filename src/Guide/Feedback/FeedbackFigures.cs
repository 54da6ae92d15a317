using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Database;
using Tambo.Platform.Http;

namespace Tambo.Guide.Feedback;

/// <summary>
/// How the node answers, as everybody may know: of the messages of the last twelve months, how many were answered, and
/// after how long. Counts below ten are not told.
/// </summary>
/// <param name="From">The first day counted.</param>
/// <param name="To">The last.</param>
/// <param name="Received">Messages received, without spam and what was withdrawn; null when fewer than ten.</param>
/// <param name="Answered">Those of them with an answer by a person; null when fewer than ten, or when all but fewer than ten.</param>
/// <param name="AnsweredShare">Answered of received, in whole percent; null when either is not told.</param>
/// <param name="MedianHours">Half of the answers came within this many hours; null when fewer than ten were answered.</param>
/// <param name="Spam">Messages called spam, which are not counted above; null when fewer than ten.</param>
public sealed record FeedbackFigures(DateOnly From, DateOnly To, int? Received, int? Answered, int? AnsweredShare, double? MedianHours, int? Spam)
{
    /// <summary>Fewer than this are not told.</summary>
    public const int Least = 10;

    /// <summary>What these figures are, for whoever uses them.</summary>
    public string Definition { get; init; } =
        "Messages received in the last 365 days, without spam, without withdrawn ones and without those that only the person responsible for protection reads. "
        + "Answered: a person of the node has written an answer. Median: from receipt to the first answer. Counts below 10 are null.";

    /// <summary>The figures. Pure.</summary>
    /// <param name="received">Messages without spam and those taken back.</param>
    /// <param name="spam">Messages called spam.</param>
    /// <param name="answers">Of those received, after how many hours each was answered that was.</param>
    /// <param name="now">When they are told.</param>
    internal static FeedbackFigures Of(int received, int spam, IEnumerable<double> answers, DateTimeOffset now)
    {
        var hours = answers.Order().ToList();
        var told = received >= Least && hours.Count >= Least && (received - hours.Count is 0 or >= Least);
        return new FeedbackFigures(
            DateOnly.FromDateTime(now.AddDays(-365).UtcDateTime), DateOnly.FromDateTime(now.UtcDateTime),
            received >= Least ? received : null,
            told ? hours.Count : null,
            told ? (int)Math.Round(100.0 * hours.Count / received) : null,
            hours.Count >= Least ? Math.Round((hours[(hours.Count - 1) / 2] + hours[hours.Count / 2]) / 2, 1) : null,
            spam >= Least ? spam : null);
    }
}

/// <summary>Reads the public figures, at most every ten minutes.</summary>
internal sealed class ReadFigures(NodeDb db)
{
    private static readonly TimeSpan Stay = TimeSpan.FromMinutes(10);
    private volatile Known? known;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/guide/feedback/figures", async (HttpContext context, ReadFigures figures, CancellationToken cancellationToken) =>
        {
            context.Response.Headers.CacheControl = "public, max-age=600";
            return Results.Json(await figures.GetAsync(cancellationToken));
        }).Open().WithSummary("How many messages of readers were answered in the last twelve months, and how soon");

    public async Task<FeedbackFigures> GetAsync(CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        if (known is { } present && present.At <= now && now - present.At < Stay)
            return present.Figures;
        await using var connection = await db.ReadAsync(cancellationToken);
        var since = new { Since = now.AddDays(-365) };
        // Only what somebody wrote who waits with a code: what was passed on in other words has no reader to answer.
        var counts = (await connection.QueryAsync<(string State, long Count)>(
            """
            select m.state, count(*) from guide_feedback m join guide_answer_codes c on c.feedback_id = m.id
            where m.received_at >= @Since group by m.state
            """,
            since)).ToDictionary(row => row.State, row => (int)row.Count, StringComparer.Ordinal);
        var answers = await connection.QueryAsync<(DateTimeOffset Received, DateTimeOffset Answered)>(
            """
            select m.received_at, m.answered_at from guide_feedback m join guide_answer_codes c on c.feedback_id = m.id
            where m.received_at >= @Since and m.answered_at is not null and m.state not in ('spam', 'withdrawn')
            """,
            since);
        var spam = counts.GetValueOrDefault(FeedbackStates.Spam);
        var figures = FeedbackFigures.Of(
            counts.Values.Sum() - spam - counts.GetValueOrDefault(FeedbackStates.Withdrawn), spam,
            answers.Select(answer => (answer.Answered - answer.Received).TotalHours), now);
        known = new Known(now, figures);
        return figures;
    }

    private sealed record Known(DateTimeOffset At, FeedbackFigures Figures);
}
