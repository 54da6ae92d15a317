using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Persons;

/// <summary>Whom somebody looks for. All that is said has to fit.</summary>
internal sealed record PersonQuery
{
    /// <summary>Beginnings of words of a name, in any order.</summary>
    public string? Name { get; init; }

    public string? Document { get; init; }

    public string? Phone { get; init; }

    public string? Ref { get; init; }

    public int? Limit { get; init; }

    /// <summary>Where the last answer ended.</summary>
    public string? After { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A person in a list.</summary>
internal sealed record ListedPerson(Guid Id, string Ref, string Status, Guid? Agency, string? Area, JsonElement? Names, JsonElement? SexRecorded, JsonElement? Birth);

/// <summary>Persons, newest first, and where the next answer goes on.</summary>
internal sealed record ListedPersons(IReadOnlyList<ListedPerson> Persons, string? Next);

/// <summary>Lists persons within reach, and finds them by name, document, phone or reference.</summary>
internal sealed class FindPersons(NodeDb db, PersonFiles files, SealedRecords seals, PersonKeys index, CaseGuards guards, ReadTrail trail)
{
    private const int Most = 50;
    private const int MostWords = 6;
    private const int EnoughToTell = 2000;

    // Sorts after every key, which has hexadecimal digits.
    private const string Start = "g";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(RegisterPerson.Root, static (HttpContext context, FindPersons find, string? name, string? document, string? phone, string? @ref, int? limit, string? after, CancellationToken cancellationToken) =>
                AnswerAsync(context, find, new PersonQuery { Name = name, Document = document, Phone = phone, Ref = @ref, Limit = limit, After = after }, cancellationToken))
            .Needs(CasesRights.Read)
            .WithSummary("Persons within reach, newest first, at most 50 at once; by the beginnings of names, a document's number, a phone or a reference");
        routes.MapPost(RegisterPerson.Root + "/search", static async (HttpContext context, FindPersons find, CancellationToken cancellationToken) =>
                await AnswerAsync(context, find, (await SentJson.ReadAsync<PersonQuery>(context.Request, cancellationToken)).Said, cancellationToken))
            .Needs(CasesRights.Read).OnlyReads().DisableAntiforgery().TakesAtMost(16 * 1024)
            .WithSummary("The same with the question in the body, so that no name stands in an address");
    }

    /// <summary>Those who fit, once the audit has a line for each of them.</summary>
    /// <exception cref="Problem">There is too little to look for, or the cursor is none.</exception>
    public async Task<ListedPersons> RunAsync(PersonQuery query, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        var (hashes, words) = HashesOf(query);
        var reference = query.Ref is null ? null : PublicRef.Read(query.Ref) ?? "";
        var limit = Math.Clamp(query.Limit ?? Most, 1, Most);
        var before = Cursor(query.After);
        var scope = CaseScope.For(actor);
        // Whoever looks by a reference has it from the person; by anything else only among those whose identity is open.
        var sql = Sql(hashes.Count, reference is not null, scope.Persons("p", guards, hashes.Count > 0 ? Compartments.Identity : null));
        var (listed, shown) = (new List<ListedPerson>(), new List<Shown>());
        string? next = null;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            hashes = await RarestFirstAsync(connection, hashes);
            // One more than is shown, so that nothing follows a page after which there is nobody whom the reader may see.
            for (var full = true; full && listed.Count <= limit;)
            {
                var take = limit - listed.Count + 1;
                var parameters = scope.Parameters(new { before, reference, take });
                for (var i = 0; i < hashes.Count; i++)
                    parameters.Add(string.Create(CultureInfo.InvariantCulture, $"hash{i}"), hashes[i]);
                var rows = (await connection.QueryAsync<PersonRow>(sql, parameters)).ToList();
                var reached = await files.ReachedAsync(connection, scope, rows);
                var visible = reached.Values.Where(seen => seen.Open.Contains(Compartments.Identity)).Select(seen => seen.Row.Id).ToList();
                var merged = (await connection.QueryAsync<(Guid Id, Guid Into)>(
                    "select id, merged_into from cases_persons where merged_into" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(visible.Select(id => id.ToString("D"))) })).ToLookup(one => one.Into, one => one.Id);
                var opened = await seals.OpenAsync(
                    connection, [.. visible.SelectMany(id => merged[id].Prepend(id)).Select(id => new Wanted(id, id, [Compartments.Identity]))], cancellationToken);
                foreach (var row in rows.Where(row => reached.TryGetValue(row.Id, out var seen) && !seen.IsShut))
                {
                    var identity = opened.TryGetValue((row.Id, Compartments.Identity), out var content) ? content : (JsonElement?)null;
                    // A file that was merged into this one finds it too.
                    if (hashes.Count > 0 && !merged[row.Id].Prepend(row.Id).Any(id => Fits(query, words, opened.TryGetValue((id, Compartments.Identity), out var one) ? one : null)))
                        continue;
                    listed.Add(Listed(row, identity));
                    shown.Add(new Shown(row.Id, identity is null ? [] : [Compartments.Identity]));
                }

                before = rows.Count > 0 ? rows[^1].Id.ToString("D") : before;
                full = rows.Count == take;
            }
        }

        if (listed.Count > limit)
        {
            listed.RemoveAt(limit);
            shown.RemoveAt(limit);
            next = listed[^1].Id.ToString("D");
        }

        await trail.LeaveAsync(actor, purpose, "list", shown, cancellationToken);
        return new ListedPersons(listed, next);
    }

    private static async Task<IResult> AnswerAsync(HttpContext context, FindPersons find, PersonQuery query, CancellationToken cancellationToken) => Results.Json(
        await find.RunAsync(query, context.Actor(), Purposes.Of(context, Purposes.Assistance), cancellationToken), CaseJson.Options);

    // Everybody of the first hash is gone through: of a common first name and a rare surname it has to be the surname. Which is
    // rare is seen by counting each, as far as it matters.
    private static async Task<IReadOnlyList<long>> RarestFirstAsync(DbConnection connection, IReadOnlyList<long> hashes)
    {
        if (hashes.Count < 2)
            return hashes;
        var counted = new List<(long Count, long Hash)>();
        foreach (var hash in hashes)
        {
            counted.Add((await connection.ExecuteScalarAsync<long>(
                "select count(*) from (select 1 as one from cases_person_keys where hash = @hash limit @EnoughToTell) counted", new { hash, EnoughToTell }), hash));
        }

        return [.. counted.OrderBy(one => one.Count).Select(one => one.Hash)];
    }

    // Made of constants and numbered parameters alone.
    private static string Sql(int hashes, bool byReference, string scope)
    {
        var sql = new StringBuilder("select p.* from ");
        if (hashes > 0)
            sql.Append("cases_person_keys k0 join cases_persons p on p.id = k0.person_id where k0.hash = @hash0 and k0.person_id < @before");
        else
            sql.Append("cases_persons p where p.id < @before");
        for (var i = 1; i < hashes; i++)
            sql.Append(CultureInfo.InvariantCulture, $" and exists (select 1 from cases_person_keys k{i} where k{i}.hash = @hash{i} and k{i}.person_id = k0.person_id)");
        if (byReference)
            sql.Append(" and (p.public_ref = @reference or p.id in (select merged_into from cases_persons where public_ref = @reference))");
        return sql.Append(" and p.status = 'active' and ").Append(scope).Append(hashes > 0 ? " order by k0.person_id desc" : " order by p.id desc").Append(" limit @take").ToString();
    }

    private (IReadOnlyList<long> Hashes, IReadOnlyList<string> Words) HashesOf(PersonQuery query)
    {
        var hashes = new List<long>();
        if (query.Document is { } document)
            hashes.Add(PersonKeys.Plain(document).Length >= PersonKeys.Shortest ? index.OfDocument(document) : throw FormProblems.With(("document", CasesProblems.SearchTooShort)));
        if (query.Phone is { } phone)
            hashes.Add(PersonKeys.Digits(phone).Length >= 5 ? index.OfPhone(phone) : throw FormProblems.With(("phone", CasesProblems.SearchTooShort)));
        if (query.Name is not { } name)
            return (hashes, []);
        var words = PersonKeys.Words(name).Distinct(StringComparer.Ordinal).OrderByDescending(word => word.Length).Take(MostWords).ToList();
        if (!words.Exists(word => word.Length >= 2))
            throw FormProblems.With(("name", CasesProblems.SearchTooShort));
        hashes.AddRange(words.Select(index.OfWord).Distinct());
        return (hashes, words);
    }

    // Beginnings beyond those that are hashed, and the rare hash that two texts share.
    private static bool Fits(PersonQuery query, IReadOnlyList<string> words, JsonElement? content)
    {
        if (content?.Deserialize<PersonIdentity>(CaseJson.Options) is not { } identity)
            return false;
        var known = PersonKeys.Words(identity).ToList();
        return words.All(word => known.Exists(own => own.StartsWith(word, StringComparison.Ordinal)))
            && (query.Document is not { } document || identity.Documents.Any(own => PersonKeys.Plain(own.Number) == PersonKeys.Plain(document)));
    }

    private static ListedPerson Listed(PersonRow row, JsonElement? identity)
    {
        JsonElement? Part(string name) => identity is { } content && content.TryGetProperty(name, out var part) ? part : null;
        return new ListedPerson(row.Id, row.PublicRef, row.Status, row.AgencyId, row.Area.Length > 0 ? row.Area : null, Part("names"), Part("sexRecorded"), Part("birth"));
    }

    private static string Cursor(string? after) => after is null ? Start
        : Guid.TryParseExact(after, "D", out var id) ? id.ToString("D")
        : throw PlatformProblems.BadParameter.With(("name", "after"), ("value", ""));
}
