using Dapper;
using Tambo.Platform.Database;

namespace Tambo.Guide.Subscriptions;

/// <summary>A directory of somebody else's that this node takes over again and again.</summary>
public sealed record Subscription
{
    /// <summary>Nothing has been asked for yet.</summary>
    public const string Never = "";

    /// <summary>There was nothing new.</summary>
    public const string Unchanged = "unchanged";

    /// <summary>What was new was taken in.</summary>
    public const string Taken = "taken";

    /// <summary>Taken in, but for what has gone: so much has gone at once that a person is to look first.</summary>
    public const string Shrunk = "shrunk";

    /// <summary>Its identifier.</summary>
    public Guid Id { get; init; }

    /// <summary>Where it is asked for: the root of an open interface (HSDS), or a file of HSDS JSON.</summary>
    public string Address { get; init; } = "";

    /// <summary>The set its records belong to here.</summary>
    public string SourceSet { get; init; } = "";

    /// <summary>What readers are told the source is.</summary>
    public string Title { get; init; } = "";

    /// <summary>On what terms it is published.</summary>
    public string Licence { get; init; } = "";

    /// <summary>Hours between two pulls.</summary>
    public int EveryHours { get; init; }

    /// <summary>True while nobody asks.</summary>
    public bool Paused { get; init; }

    /// <summary>True when a person has said that what has gone may be taken out, however much: for the next pull.</summary>
    public bool TakesOut { get; init; }

    /// <summary>The entity tag of the last answer; empty when it gave none.</summary>
    public string Tag { get; init; } = "";

    /// <summary>Hash of what was taken in last.</summary>
    public string Content { get; init; } = "";

    /// <summary>When it was asked for last.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>When it is asked for next.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>How often in a row it could not be had.</summary>
    public int Failures { get; init; }

    /// <summary>What became of the last pull: one of the words above, or the code of a refusal.</summary>
    public string Outcome { get; init; } = Never;

    /// <summary>Records that both sides have changed, which stayed as they are here, at the last import.</summary>
    public int Kept { get; init; }

    /// <summary>The last import, with its report.</summary>
    public Guid? ImportId { get; init; }
}

/// <summary>The subscriptions in the database.</summary>
internal static class SubscriptionRows
{
    private const string Select =
        """
        select id, address, source_set, title, licence, every_hours, paused, takes_out, tag, content, asked_at, due_at, failures, outcome, kept, import_id
        from guide_subscriptions
        """;

    /// <summary>All of them, by title.</summary>
    public static async Task<IReadOnlyList<Subscription>> AllAsync(NodeDb db, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return [.. (await connection.QueryAsync<Subscription>(Select)).OrderBy(one => one.Title, StringComparer.OrdinalIgnoreCase).ThenBy(one => one.Id)];
    }

    /// <summary>Adds one.</summary>
    public static Task AddAsync(Change change, Subscription added) => change.ExecuteAsync(
        """
        insert into guide_subscriptions
            (id, address, source_set, title, licence, every_hours, paused, takes_out, tag, content, asked_at, due_at, failures, outcome, kept, import_id)
        values
            (@Id, @Address, @SourceSet, @Title, @Licence, @EveryHours, @Paused, @TakesOut, @Tag, @Content, @AskedAt, @DueAt, @Failures, @Outcome, @Kept, @ImportId)
        """,
        added);

    /// <summary>Notes what became of a pull, without touching what people decided meanwhile: asked anew, it stays due.</summary>
    public static Task NoteAsync(Change change, Subscription asked, Subscription pulled) => change.ExecuteAsync(
        """
        update guide_subscriptions
        set tag = @Tag, content = @Content, asked_at = @AskedAt, failures = @Failures, outcome = @Outcome, kept = @Kept, import_id = @ImportId,
            due_at = case when due_at = @Due then @DueAt else due_at end,
            takes_out = case when takes_out = @TookOut then @TakesOut else takes_out end
        where id = @Id
        """,
        new
        {
            pulled.Id,
            pulled.Tag,
            pulled.Content,
            pulled.AskedAt,
            pulled.Failures,
            pulled.Outcome,
            pulled.Kept,
            pulled.ImportId,
            pulled.DueAt,
            pulled.TakesOut,
            Due = asked.DueAt,
            TookOut = asked.TakesOut,
        });
}
