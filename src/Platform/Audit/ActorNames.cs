using Dapper;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;

namespace Tambo.Platform.Audit;

/// <summary>The names of people behind the audit's own names for them, for staff who read a history.</summary>
public static class ActorNames
{
    private const string User = "user:";

    /// <summary>What a reader is told of who did something: a person by name, a job or an operator by what they are, whatever else as the audit has it.</summary>
    public static string Said(string actor, IReadOnlyDictionary<string, string> names, Texts texts) =>
        names.GetValueOrDefault(actor)
        ?? (actor.StartsWith("job:", StringComparison.Ordinal) ? texts["actor.job"]
        : actor.StartsWith("os:", StringComparison.Ordinal) ? texts["actor.os"]
        : actor);

    /// <summary>Display names by audit name; who is not a user of the node keeps the audit's own name.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> OfAsync(
        NodeDb db, IEnumerable<string> actors, CancellationToken cancellationToken)
    {
        var wanted = actors.Where(actor => actor.StartsWith(User, StringComparison.Ordinal)).Distinct()
            .Select(actor => actor[User.Length..]).Where(id => Guid.TryParse(id, out _)).ToList();
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        if (wanted.Count == 0)
            return names;
        await using var connection = await db.ReadAsync(cancellationToken);
        // One by one: the engines do not share a way to pass a list, and a page names few people.
        foreach (var id in wanted)
        {
            if (await connection.QuerySingleOrDefaultAsync<string>("select display_name from platform_users where id = @id", new { id }) is { } name)
                names[User + id] = name;
        }

        return names;
    }
}
