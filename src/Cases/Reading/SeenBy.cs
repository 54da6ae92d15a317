using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Merging;
using Tambo.Cases.Persons;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Clocks;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Reading;

/// <summary>Somebody who saw a file on a day, for a purpose, and how many times.</summary>
/// <param name="Who">Their name.</param>
/// <param name="Day">The day: for programs of UTC, for people of the node's zone.</param>
/// <param name="Purpose">The code of the purpose.</param>
/// <param name="PurposeName">Its name in the reader's language.</param>
/// <param name="Times">How often.</param>
internal sealed record FileReader(string Who, string Day, string Purpose, string PurposeName, long Times)
{
    /// <summary>look for whoever read it on a screen; preview, export, print, referral or exchange where something went to somebody.</summary>
    public string Route { get; init; } = SeenBy.Look;

    /// <summary>True where nothing was given.</summary>
    public bool Refused { get; init; }

    /// <summary>What was seen or given, in words.</summary>
    public IReadOnlyList<string> What { get; init; } = [];

    /// <summary>The same as one sentence.</summary>
    public string Said { get; init; } = "";

    /// <summary>To whom it went, in words; null where nobody but the reader had it.</summary>
    public string? To { get; init; }
}

/// <summary>Tells who has seen a person's file, what they were given and to whom it went, so that the person can be told.</summary>
internal sealed partial class SeenBy(NodeDb db, PersonFiles files, CaseFiles cases, DataKeys keys, SaidDecisions said, ILogger<SeenBy> log)
{
    /// <summary>How somebody has seen a file who read it on a screen, opened or in a list.</summary>
    public const string Look = "look";

    // In the place of a compartment: nothing is said of it.
    private const string Closed = "closed";

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet(RegisterPerson.Root + "/{id:guid}/seen-by", static async (HttpContext context, Guid id, SeenBy seenBy, CancellationToken cancellationToken) =>
            Results.Json(await seenBy.RunAsync(id, context.Actor(), context.Texts(), TimeZoneInfo.Utc, cancellationToken), CaseJson.Options))
        .Needs(CasesRights.Read)
        .WithSummary("Who has seen a person's file, by name, day (UTC) and purpose, what they saw or were given and to whom it went, all of them, newest first; for cases.audit and supervisors");

    /// <summary>
    /// All readers of the file, newest first: one line for a person, a day and a purpose, however often they looked, and one for each
    /// recipient to whom something went.
    /// </summary>
    /// <exception cref="Problem">There is no such person for this reader, or their readers are not theirs to know.</exception>
    public async Task<IReadOnlyList<FileReader>> RunAsync(Guid id, Actor actor, Texts texts, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        SeenPerson seen;
        List<Seen> looks;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            seen = await files.FindAsync(connection, scope, id) ?? throw PlatformProblems.NotFound.With();
            if (!seen.Allows(scope, CasesRights.Audit) && !seen.Allows(scope, CasesRights.Supervise))
                throw PlatformProblems.Forbidden.With();
            looks =
            [
                .. (await connection.QueryAsync<(string Actor, string Minute, string Purpose, string Route, string Compartments, long Times)>(
                    "select actor, substr(at, 1, 16) as minute, purpose, route, compartments, count(*) as times from cases_views where refused = 0 and (decision is null or route in ('view', 'list')) and " + MergedFiles.Of("person_id")
                    + " group by actor, substr(at, 1, 16), purpose, route, compartments",
                    new { person = id })).Select(look => new Seen(look.Actor, Instants.Read(look.Minute + ":00.000Z"), look.Purpose, look.Route, Split(look.Compartments), "", null, false, look.Times)),
            ];
            var decided = (await connection.QueryAsync<DecidedRow>(
                "select id, person_id, actor, at, purpose, route, compartments, refused, decision from cases_views where (refused = 1 or (decision is not null and route not in ('view', 'list'))) and " + MergedFiles.Of("person_id"), new { person = id })).ToList();
            var known = await keys.FindAsync([.. decided.Select(row => row.PersonId).Distinct()], cancellationToken);
            var lines = decided.ConvertAll(row => (Row: row, Line: Opened(row, known)));
            // A case that somebody else in it has shut to the reader is to them as if there were none, and so is what was done in it.
            var shut = new HashSet<Guid>();
            foreach (var one in lines.Select(line => line.Line?.Case).OfType<Guid>().Distinct())
            {
                if (await cases.FindAsync(connection, scope, one) is null && await cases.ShutOfAsync(connection, scope, one) is not null)
                    shut.Add(one);
            }

            looks.AddRange(lines.Select(line => Of(line.Row, line.Line, line.Line?.Case is { } of && shut.Contains(of))));
        }

        var mayKnowAll = seen.Allows(scope, CasesRights.Audit);
        var views = looks.GroupBy(look => (Day: zone.DayOf(look.At).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), look.Actor, look.Purpose, Route: look.IsLook ? Look : look.Route, look.To, look.Part, look.Refused))
            .Select(same => (same.Key, Fields: same.SelectMany(look => look.Fields).Distinct(StringComparer.Ordinal).ToList(), Times: same.Sum(look => look.Times)))
            .OrderByDescending(view => view.Key.Day, StringComparer.Ordinal).ThenBy(view => view.Key.Actor, StringComparer.Ordinal).ThenBy(view => view.Key.Purpose, StringComparer.Ordinal)
            .ThenBy(view => view.Key.Route, StringComparer.Ordinal).ThenBy(view => view.Key.To, StringComparer.Ordinal).ThenBy(view => view.Key.Part, StringComparer.Ordinal).ThenBy(view => view.Key.Refused).ToList();
        var names = await ActorNames.OfAsync(db, views.Select(view => view.Key.Actor), cancellationToken);
        var words = await said.InAsync(actor, texts, cancellationToken);
        return
        [
            .. views.Select(view =>
            {
                var fields = view.Key.Part == Closed ? [texts["cases.closed_part"]] : words.Fields(view.Fields, view.Key.Route, mayKnowAll ? [.. Compartments.All, Compartments.Photo] : seen.Open);
                // Where something went tells what it was about: to whom that is closed it is not told either.
                var parts = view.Key.Part is { } part ? view.Fields.Select(field => field.Split('/')[0]).Append(part) : view.Fields.Select(field => field.Split('/')[0]);
                var isOpen = view.Key.Part != Closed && (view.Key.To == Recipients.Person || mayKnowAll || (parts.Any() && parts.All(seen.Open.Contains)));
                return new FileReader(ActorNames.Said(view.Key.Actor, names, texts), view.Key.Day, view.Key.Purpose, texts["purpose." + view.Key.Purpose], view.Times)
                {
                    Route = view.Key.Route,
                    Refused = view.Key.Refused,
                    What = fields,
                    Said = words.Sentence(view.Key.Route, view.Key.Refused, fields),
                    To = view.Key.Part == Closed ? texts["cases.closed_part"] : view.Key.To.Length == 0 ? null : isOpen ? words.Recipient(view.Key.To) : texts["cases.closed_part"],
                };
            }),
        ];
    }

    // One that was changed by other hands stops no account: of it is told that there was something, and the log has its key.
    private DecisionLine? Opened(DecidedRow row, IReadOnlyDictionary<Guid, DataKey> known)
    {
        if (row.Decision is not { } bytes || !known.TryGetValue(row.PersonId, out var key))
            return null;
        try
        {
            return SealedRecords.Open(key, row.Id, ReadTrail.Seal, 1, bytes).Deserialize<DecisionLine>(CaseJson.Options);
        }
        catch (Exception damaged) when (damaged is CryptographicException or JsonException)
        {
            Unread(log, damaged, row.Id);
            return new DecisionLine { Part = Closed };
        }
    }

    [LoggerMessage(EventId = 4021, Level = LogLevel.Error, Message = "The line {Id} of a disclosure cannot be read.")]
    private static partial void Unread(ILogger log, Exception failure, Guid id);

    private static Seen Of(DecidedRow row, DecisionLine? decided, bool isShut)
    {
        var isLook = row.Route is "view" or "list";
        return new Seen(
            row.Actor,
            row.At,
            row.Purpose,
            row.Route,
            row.Refused != 0 ? [] : isLook || decided is null ? Split(row.Compartments) : [.. decided.Given.SelectMany(given => given.Fields)],
            isLook ? "" : decided?.To ?? "",
            isShut ? Closed : decided?.Part,
            row.Refused != 0,
            1);
    }

    private static string[] Split(string compartments) => compartments.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private sealed record Seen(string Actor, DateTimeOffset At, string Purpose, string Route, IReadOnlyList<string> Fields, string To, string? Part, bool Refused, long Times)
    {
        public bool IsLook => Route is "view" or "list";
    }

    private sealed record DecidedRow
    {
        public Guid Id { get; init; }

        public Guid PersonId { get; init; }

        public string Actor { get; init; } = "";

        public DateTimeOffset At { get; init; }

        public string Purpose { get; init; } = "";

        public string Route { get; init; } = "";

        public string Compartments { get; init; } = "";

        public int Refused { get; init; }

        public byte[]? Decision { get; init; }
    }
}
