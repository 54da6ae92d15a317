using System.Globalization;
using System.Security.Cryptography;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Glass;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;

namespace Tambo.Cases.Reading;

/// <summary>Somebody whose data a reader is about to be shown, and the compartments that are open to the reader.</summary>
internal sealed record Shown(Guid Person, IReadOnlyList<string> Compartments)
{
    /// <summary>What was decided field by field; null where the reader's own rights opened what they asked for.</summary>
    public DecisionLine? Decided { get; init; }
}

/// <summary>
/// Leaves a line for every person whose data is shown, before it is shown: who, whom, which compartments, by which way, what for, and
/// what was decided. An answer goes out only once its lines are on the disk. A line holds nothing of what was read, and not whether there
/// was anything. What reasons and fields tell of the person is sealed by the person's key; the audit has its hash.
/// </summary>
internal sealed class ReadTrail(NodeDb db, DataKeys keys, SealedRecords seals, UserReaders users)
{
    /// <summary>Under which name a decision is sealed: no compartment of a file, so that no right to one opens it.</summary>
    public const string Seal = "decision";

    /// <summary>So many lines at a time: the most of a page of a list.</summary>
    private const int AtOnce = 50;

    /// <summary>Leaves the lines of one answer, in one transaction.</summary>
    /// <param name="actor">Who reads.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="how"><c>file</c>, <c>list</c> or <c>case</c>.</param>
    /// <param name="shown">Whose data.</param>
    /// <param name="cancellationToken">Stops the waiting; then nothing is shown either.</param>
    /// <param name="device">The device that keeps what is shown; null when none does.</param>
    public Task LeaveAsync(Actor actor, string purpose, string how, IEnumerable<Shown> shown, CancellationToken cancellationToken, Guid? device = null) =>
        LeaveAsync(actor, purpose, how, shown, null, device, cancellationToken);

    /// <summary>The same; where the file is open in an emergency each line says so, where the reader works, and by which one the reason is found.</summary>
    public Task LeaveAsync(Actor actor, string purpose, string how, IEnumerable<Shown> shown, OpenGlass? glass, CancellationToken cancellationToken) =>
        LeaveAsync(actor, purpose, how, shown, glass, null, cancellationToken);

    /// <summary>
    /// Leaves a line of somebody who asked for what is shut to them, a person or a case; nothing is shown, and the answer is the same as if
    /// there were none.
    /// </summary>
    /// <param name="actor">Who asked.</param>
    /// <param name="subject">What for, as the audit names it.</param>
    /// <param name="purpose">To what end.</param>
    /// <param name="shut">What was closed to them, of each person who shut them out.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task LeaveShutAsync(Actor actor, string subject, string purpose, IReadOnlyDictionary<Guid, ClosedParts> shut, CancellationToken cancellationToken)
    {
        var how = subject.StartsWith("case:", StringComparison.Ordinal) ? "case" : "file";
        var lines = await LinesAsync(
            shut.Select(one => new Shown(one.Key, []) { Decided = new DecisionLine { Withheld = DecisionLine.Because(one.Value.Select(compartment => (compartment, one.Value.Why(compartment)!))) } }), cancellationToken);
        await using var change = await db.BeginAsync(actor, "cases.shut.asked", subject, cancellationToken);
        await WriteAsync(change, actor, [], purpose, how, lines, null, refused: true);
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>Leaves a line of a decision that gave nothing.</summary>
    /// <param name="actor">Who asked.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="how"><c>file</c>, <c>list</c> or <c>case</c>.</param>
    /// <param name="refused">Of whom, and what was decided; nobody leaves none.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task RefuseAsync(Actor actor, string purpose, string how, IEnumerable<(Guid Person, DecisionLine Decided)> refused, CancellationToken cancellationToken)
    {
        var lines = await LinesAsync(refused.Select(one => new Shown(one.Person, []) { Decided = one.Decided }), cancellationToken);
        if (lines.Count == 0)
            return;
        await using var change = await db.BeginAsync(actor, "cases.disclosure.refused", SubjectOf(lines[0].Shown.Person), cancellationToken);
        change.Describe(Details(lines[0]));
        foreach (var line in lines.Skip(1))
            change.AlsoRecord("cases.disclosure.refused", SubjectOf(line.Shown.Person), Details(line));
        await WriteAsync(change, actor, [], purpose, how, lines, null, refused: true);
        await change.CommitAsync(cancellationToken);

        object Details(Line line) => new { purpose, how, route = DecisionLine.CodeOf(line.Shown.Decided!.Route), decision = line.Hash };
    }

    private async Task LeaveAsync(Actor actor, string purpose, string how, IEnumerable<Shown> shown, OpenGlass? glass, Guid? device, CancellationToken cancellationToken)
    {
        if (glass is not null)
            purpose = Purposes.Emergency;
        var lines = await LinesAsync(
            shown.Where(one => one.Compartments.Count > 0).GroupBy(one => one.Person).Select(same => new Shown(same.Key, [.. same.SelectMany(one => one.Compartments).Distinct(StringComparer.Ordinal)])
            {
                Decided = same.Select(one => one.Decided).FirstOrDefault(decided => decided is not null),
            }),
            cancellationToken);
        if (lines.Count == 0)
            return;
        var readers = await users.OfAsync(actor, cancellationToken);
        await using var change = await db.BeginAsync(actor, "cases.person.seen", SubjectOf(lines[0].Shown.Person), cancellationToken);
        change.Describe(Details(lines[0]));
        foreach (var line in lines.Skip(1))
            change.AlsoRecord("cases.person.seen", SubjectOf(line.Shown.Person), Details(line));
        await WriteAsync(change, actor, readers, purpose, how, lines, glass, refused: false);
        await change.CommitAsync(cancellationToken);

        object Details(Line line)
        {
            var compartments = line.Shown.Compartments;
            // A list is a line among others for each who stands in it: nothing more than there has to be.
            if (glass is null && device is null && line.Shown.Decided is null)
                return new { purpose, how, compartments };
            var said = new Dictionary<string, object?>(StringComparer.Ordinal) { ["purpose"] = purpose, ["how"] = how, ["compartments"] = compartments };
            if (line.Shown.Decided is { } decided)
                (said["route"], said["decision"]) = (DecisionLine.CodeOf(decided.Route), line.Hash);
            if (glass is not null)
                (said["glass"], said["agency"]) = (glass.Row.Id, glass.Row.AgencyId);
            else if (device is not null)
                said["device"] = device;
            return said;
        }
    }

    // What was decided is sealed before anything is written: where a person's key is gone there is nothing left to tell them.
    private async Task<List<Line>> LinesAsync(IEnumerable<Shown> shown, CancellationToken cancellationToken)
    {
        var (all, now) = (shown.ToList(), db.Time.GetUtcNow());
        var deciding = all.Where(one => one.Decided is not null).Select(one => one.Person).ToList();
        var known = deciding.Count == 0 ? null : await keys.FindAsync(deciding, cancellationToken);
        return all.ConvertAll(one =>
        {
            var id = Guid.CreateVersion7(now);
            var content = one.Decided is { } decided && known!.TryGetValue(one.Person, out var key) ? seals.Seal(key, id, Seal, 1, decided).Bytes : null;
            return new Line(id, one, content, content is null ? null : Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16)));
        });
    }

    private async Task WriteAsync(Change change, Actor actor, IReadOnlyList<Reader> readers, string purpose, string how, List<Line> lines, OpenGlass? glass, bool refused)
    {
        // A program with somebody's token reads for them.
        var who = actor.UserId is { } user ? $"user:{user:D}" : actor.AuditName;
        var (at, agency, among) = (db.Time.GetUtcNow(), readers.Count == 1 ? readers[0].Agency : "", db.Dialect.Among(readers.Select(reader => reader.Agency ?? "")));
        foreach (var some in lines.Where(line => line.Shown.Decided is null).Chunk(AtOnce))
        {
            var parameters = new DynamicParameters(new { At = at, Who = who, Purpose = purpose, How = how, Glass = glass?.Row.Id.ToString("D"), Route = how == "list" ? "list" : "view", Agency = agency, Among = among });
            for (var i = 0; i < some.Length; i++)
            {
                parameters.Add(string.Create(CultureInfo.InvariantCulture, $"id{i}"), some[i].Id.ToString("D"));
                parameters.Add(string.Create(CultureInfo.InvariantCulture, $"person{i}"), some[i].Shown.Person.ToString("D"));
                parameters.Add(string.Create(CultureInfo.InvariantCulture, $"open{i}"), string.Join(' ', some[i].Shown.Compartments));
            }

            // Those of a list in one statement: a list is long, and somebody waits for it.
            await change.ExecuteAsync(
                "insert into cases_views (id, person_id, at, actor, purpose, compartments, how, glass_id, route, basis) "
                + "select v.column1, v.column2, @At, @Who, @Purpose, v.column3, @How, @Glass, @Route, " + ByRights("p.agency_id") + " from (values "
                + string.Join(", ", Enumerable.Range(0, some.Length).Select(static i => string.Create(CultureInfo.InvariantCulture, $"(@id{i}, @person{i}, @open{i})")))
                + ") v left join cases_persons p on p.id = v.column2",
                parameters);
        }

        foreach (var line in lines.Where(line => line.Shown.Decided is not null))
        {
            var decided = line.Shown.Decided!;
            await change.ExecuteAsync(
                "insert into cases_views (id, person_id, at, actor, purpose, compartments, how, glass_id, route, refused, decision, basis) "
                + "values (@Id, @Person, @At, @Who, @Purpose, @Compartments, @How, @Glass, @Route, @Refused, @Decision, "
                + (decided.Gives ? "null" : ByRights("(select p.agency_id from cases_persons p where p.id = @Person)")) + ")",
                new
                {
                    line.Id,
                    line.Shown.Person,
                    At = at,
                    Who = who,
                    Purpose = purpose,
                    Compartments = string.Join(' ', line.Shown.Compartments),
                    How = how,
                    Glass = glass?.Row.Id.ToString("D"),
                    Route = DecisionLine.CodeOf(decided.Route),
                    Refused = refused ? 1 : 0,
                    Decision = line.Content,
                    Agency = agency,
                    Among = among,
                });
        }

        // Whose agency looks after the person is looked up where the line is written, by the key of one row.
        string ByRights(string agencyOfPerson) => refused || readers.Count == 0 ? "null" : glass is not null ? "'break_glass'"
            : "case when coalesce(" + agencyOfPerson + ", '')" + (readers.Count == 1 ? " = @Agency" : db.Dialect.IsAmong) + " then 'looks_after' else 'granted_reach' end";
    }

    /// <summary>How the audit names a person.</summary>
    public static string SubjectOf(Guid person) => $"person:{person:D}";

    // What is written of one person: the decision as it is sealed, and its hash for the audit.
    private sealed record Line(Guid Id, Shown Shown, byte[]? Content, string? Hash);
}
