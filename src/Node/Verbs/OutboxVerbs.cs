using System.CommandLine;
using System.Globalization;
using Dapper;
using Tambo.Node.CommandLine;
using Tambo.Platform.Database;
using Tambo.Platform.Sending;

namespace Tambo.Node.Verbs;

/// <summary><c>tambo outbox list</c> and <c>retry</c>: what could not be delivered, and trying it again.</summary>
internal static class OutboxVerbs
{
    private const int Shown = 50;

    public static Verb List { get; } = new()
    {
        Command = new Command("list", "List messages that wait or were given up, with the reason; never what they say or to whom."),
        Store = Store.Present,
        RunAsync = ListAsync,
    };

    public static Verb Retry { get; } = new()
    {
        Command = new Command("retry", "Try messages again that were given up within the last week."),
        RunAsync = RetryAsync,
    };

    private static async Task<int> ListAsync(VerbContext context, CancellationToken cancellationToken)
    {
        await using var connection = await context.Get<NodeDb>().ReadAsync(cancellationToken);
        var lines = await connection.QueryAsync<(string Created, string State, string Purpose, long Attempts, string Reason)>(
            """
            select created_at, state, purpose, attempts, reason from platform_outbox
            where state <> 'delivered' order by created_at desc limit @Shown
            """,
            new { Shown });
        foreach (var line in lines.Reverse())
            await context.Caller.LineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{line.Created}  {line.State,-8} {line.Purpose,-28} {line.Attempts,3} attempts  {line.Reason}"));
        var figures = await OutboxFigures.ReadAsync(connection);
        await context.Caller.LineAsync($"{figures.Waiting} wait, {figures.Dead} were given up.");
        return 0;
    }

    private static async Task<int> RetryAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var revived = await context.Get<Outbox>().RetryAsync(context.Get<NodeDb>(), context.Actor, cancellationToken);
        await context.Caller.LineAsync($"{revived} messages are tried again by the serving node.");
        return 0;
    }
}
