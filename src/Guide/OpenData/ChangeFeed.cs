using System.Globalization;
using Dapper;
using Tambo.Guide.Directory;
using Tambo.Platform.Database;

namespace Tambo.Guide.OpenData;

/// <summary>Where somebody stands in the noted changes: a number with the beginning of its chain.</summary>
/// <param name="Number">The last change they know; 0 for none.</param>
/// <param name="Chain">The chain at that change.</param>
/// <param name="Without">
/// The last change that was forgotten when they began from the start: of what was forgotten by then they need not know.
/// 0 for whoever has followed since before.
/// </param>
internal readonly record struct ChangeCursor(long Number, string Chain, long Without = 0)
{
    /// <summary>Before the first change.</summary>
    public static ChangeCursor Start { get; } = new(0, "");

    /// <summary>Reads what was given out; null when it never was.</summary>
    public static ChangeCursor? Read(string text)
    {
        if (text is "" or "0")
            return Start;
        var parts = text.Split('-');
        return parts is [var number, { Length: 16 } chain, ..] && parts.Length <= 3 && chain.All(char.IsAsciiHexDigitLower)
            && NumberOf(number) is { } read && (parts.Length == 2 ? 0 : NumberOf(parts[2])) is { } without
            ? new ChangeCursor(read, chain, without)
            : null;
    }

    /// <inheritdoc />
    public override string ToString() => Number == 0 ? "0"
        : Without == 0 ? string.Create(CultureInfo.InvariantCulture, $"{Number}-{Chain}")
        : string.Create(CultureInfo.InvariantCulture, $"{Number}-{Chain}-{Without}");

    private static long? NumberOf(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var read) && read > 0 ? read : null;
}

/// <summary>A page of changes.</summary>
/// <param name="Changes">The latest change of each record in it, in the order of their numbers.</param>
/// <param name="Next">From where to ask on.</param>
/// <param name="More">True when there are more already.</param>
internal sealed record ChangePage(IReadOnlyList<NotedChange> Changes, ChangeCursor Next, bool More);

/// <summary>Reads the noted changes on from a cursor.</summary>
internal static class ChangeFeed
{
    /// <summary>Changes that one page holds when nobody says.</summary>
    public const int Usual = 200;

    /// <summary>Changes that one page holds at most.</summary>
    public const int Most = 1000;

    /// <summary>The changes after a cursor.</summary>
    /// <exception cref="Platform.Problems.Problem">
    /// The cursor stands in a history that this node does not have, or so far back that what followed was forgotten: start anew.
    /// </exception>
    public static async Task<ChangePage> AfterAsync(NodeDb db, ChangeCursor cursor, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        await using var moment = await connection.BeginTransactionAsync(db.Dialect.OneMoment, cancellationToken);
        var forgotten = await connection.QuerySingleOrDefaultAsync<long>("select forgotten from guide_public_looks", transaction: moment);
        if (cursor.Number > 0 && Math.Max(cursor.Number, cursor.Without) < forgotten)
            throw GuideProblems.CursorGone.With();
        if (cursor.Number > 0 && await connection.QuerySingleOrDefaultAsync<string>(
            "select chain from guide_public_changes where number = @Number", new { cursor.Number }, moment) != cursor.Chain)
            throw GuideProblems.CursorGone.With();
        var read = (await connection.QueryAsync<NotedChange>(
            """
            select number, kind, id, action, hash, at, chain from guide_public_changes
            where number > @after order by number limit @limit
            """,
            new { after = cursor.Number, limit = limit + 1 }, moment)).ToList();
        var page = read.Take(limit).ToList();
        // Whoever begins from the start is given what is left of old changes, and goes on in spite of those that are not.
        var next = page.Count == 0 ? cursor : new ChangeCursor(page[^1].Number, page[^1].Chain, page[^1].Number < forgotten ? forgotten : 0);
        return new ChangePage([.. page.GroupBy(noted => (noted.Kind, noted.Id)).Select(of => of.Last()).OrderBy(noted => noted.Number)], next, read.Count > limit);
    }

    /// <summary>The newest changes, the newest first, one for each record; and from where to ask on.</summary>
    public static async Task<ChangePage> NewestAsync(NodeDb db, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var read = (await connection.QueryAsync<NotedChange>(
            "select number, kind, id, action, hash, at, chain from guide_public_changes order by number desc limit @limit", new { limit })).ToList();
        var next = read.Count > 0 ? new ChangeCursor(read[0].Number, read[0].Chain) : ChangeCursor.Start;
        return new ChangePage([.. read.DistinctBy(noted => (noted.Kind, noted.Id))], next, More: false);
    }
}
