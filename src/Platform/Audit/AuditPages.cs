using System.Data.Common;
using System.Globalization;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Parts;
using Tambo.Platform.Shell;

namespace Tambo.Platform.Audit;

/// <summary>What the audit is narrowed to, as it stands in the address.</summary>
/// <param name="Actor">A name as the audit writes it, or the display name of a user.</param>
/// <param name="Change">The beginning of a code.</param>
/// <param name="Subject">A subject or the identifier in it.</param>
/// <param name="From">The first day, where the node is.</param>
/// <param name="To">The last day, where the node is.</param>
public sealed record AuditFilter(string Actor, string Change, string Subject, DateOnly? From, DateOnly? To)
{
    /// <summary>True when something is left out.</summary>
    public bool Narrows => Actor.Length > 0 || Change.Length > 0 || Subject.Length > 0 || From is not null || To is not null;

    /// <summary>The address of the lines older than one.</summary>
    public string Href(AuditEntry? before)
    {
        var query = new List<string>();
        foreach (var (name, value) in new[]
        {
            ("actor", Actor), ("change", Change), ("subject", Subject), ("from", Day(From)), ("to", Day(To)),
            // By its hash and not by its number, which would tell how many lines there are that the reader is not shown.
            ("before", before is null ? "" : $"{before.At}~{before.Hash}"),
        })
        {
            if (value.Length > 0)
                query.Add($"{name}={Uri.EscapeDataString(value)}");
        }

        return query.Count == 0 ? AuditPages.Root : $"{AuditPages.Root}?{string.Join('&', query)}";
    }

    internal static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";
}

/// <summary>One page of the audit.</summary>
/// <param name="Filter">What was asked for.</param>
/// <param name="Entries">The lines, the newest first.</param>
/// <param name="Older">The line after which older ones follow; null on the last page.</param>
/// <param name="Names">People by the audit's names for them.</param>
/// <param name="Signed">The last signed heads, or null when nothing was signed yet.</param>
public sealed record AuditAnswer(
    AuditFilter Filter, IReadOnlyList<AuditEntry> Entries, AuditEntry? Older, IReadOnlyDictionary<string, string> Names, SignedHeads? Signed)
{
    /// <summary>True when the reader may see every line: only then are lines numbered, since a gap tells of what is missing.</summary>
    public bool IsWhole { get; init; }
}

/// <summary>Whoever answers for the node reads who did what, when and to what.</summary>
internal static class AuditPages
{
    public const string Root = "/staff/audit";
    private const int PerPage = 50;

    // Keyset, not offset: the place in the list stays true while lines are added, and a late page costs no more than the first.
    private const string Select =
        """
        select writer, sequence, at, actor, change, subject, details, previous, hash from platform_audit_entries
        where at >= @from and at < @until
          and (at < @at or (at = @at and (writer < @writer or (writer = @writer and sequence < @sequence))))
          and (@actor = '' or actor = @actor)
          and (@change = '' or substr(change, 1, @length) = @change)
          and (@subject = '' or subject = @subject or subject like @ending escape '\')
        """;

    private const string Order = " order by at desc, writer desc, sequence desc limit @limit";

    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Root, ShowAsync).Needs("audit.read").ExcludeFromDescription();

    private static async Task<IResult> ShowAsync(
        HttpContext context, NodeDb db, IReadOnlyList<Part> parts, string? actor, string? change, string? subject, string? from, string? to, string? before,
        CancellationToken cancellationToken)
    {
        var filter = new AuditFilter(Word(actor), Word(change), Word(subject), Day(from), Day(to));
        await using var connection = await db.ReadAsync(cancellationToken);
        var (at, writer, sequence) = await PlaceAsync(connection, before);
        var values = new DynamicParameters(new
        {
            from = filter.From is { } first ? Instants.Write(db.Time.StartOf(first)) : "",
            until = filter.To is { } last && last < DateOnly.MaxValue ? Instants.Write(db.Time.StartOf(last.AddDays(1))) : "9999",
            at,
            writer,
            sequence,
            actor = await ActorAsync(connection, filter.Actor),
            change = filter.Change,
            length = filter.Change.Length,
            subject = filter.Subject,
            ending = "%:" + filter.Subject.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal),
            limit = PerPage + 1,
        });
        var guarded = ButGuarded(parts, context.Actor(), values);
        var rows = (await connection.QueryAsync<AuditEntry>(Select + guarded + Order, values)).ToList();
        var older = rows.Count > PerPage ? rows[PerPage - 1] : null;
        var shown = rows.Take(PerPage).ToList();
        var line = await connection.QuerySingleOrDefaultAsync<string>("select line from platform_audit_heads order by at desc limit 1");
        return new PageResult<AuditPage>(context.Texts(), ("Staff", StaffPage.Of(context)), ("Answer", new AuditAnswer(
            filter,
            shown,
            older,
            await ActorNames.OfAsync(db, shown.Select(entry => entry.Actor).Concat(shown.Select(entry => entry.Subject)), cancellationToken),
            line is null ? null : AuditHeads.Parse(line))
        {
            IsWhole = guarded.Length == 0,
        }));
    }

    // Left out by the query and not from the page: else its length, and where it ends, would tell of them.
    private static string ButGuarded(IReadOnlyList<Part> parts, Actor reader, DynamicParameters values)
    {
        var conditions = "";
        foreach (var (index, guarded) in parts.SelectMany(part => part.GuardedAudit).Where(guarded => !reader.May(guarded.Permission, new RecordPlace())).Index())
        {
            var name = "guarded" + index.ToString(CultureInfo.InvariantCulture);
            values.Add(name, guarded.Beginning);
            conditions += " and substr(change, 1, length(@" + name + ")) <> @" + name;
        }

        return conditions;
    }

    private static string Word(string? text) => (text ?? "").Trim() is { Length: <= 200 } word && TextCharacters.AreFit(word) ? word : "";

    private static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    // "at~hash" of the last line of the page before; whatever else stands there begins at the newest.
    private static async Task<(string At, string Writer, long Sequence)> PlaceAsync(DbConnection connection, string? before)
    {
        if (before?.Split('~') is [{ Length: > 0 and < 40 } at, { Length: > 0 and < 200 } hash])
        {
            var known = await connection.QueryFirstOrDefaultAsync<AuditEntry>(
                "select writer, sequence, at, actor, change, subject, details, previous, hash from platform_audit_entries where at = @at and hash = @hash", new { at, hash });
            if (known is not null)
                return (known.At, known.Writer, known.Sequence);
        }

        return ("9999", "", 0);
    }

    private static async Task<string> ActorAsync(DbConnection connection, string asked)
    {
        if (asked.Length == 0 || asked.Contains(':', StringComparison.Ordinal))
            return asked;
        var id = await connection.QueryFirstOrDefaultAsync<string>(
            "select id from platform_users where sign_in_name = @asked or display_name = @asked order by sign_in_name", new { asked });
        return id is null ? asked : "user:" + id;
    }
}
