using System.Data.Common;
using System.Globalization;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Persons;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Audit;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Consent;

/// <summary>
/// Asks, before somebody is shut out of a file, who would be left that can help: nobody is left alone by a cross in the wrong box, and
/// who shuts out those that look after them knows to whom they turn then.
/// </summary>
internal sealed class LeftToHelp(NodeDb db, KeptConsents consents, CaseGuards guards, ClosedToReader closed)
{
    // Whoever holds people or sends them back is nobody who is left to help.
    private static readonly IReadOnlyList<RecipientName> Controlling = [.. UnreadConsents.InsteadOfThem.Select(exclusion => exclusion.Recipient)];

    /// <summary>So many are named; the others are counted.</summary>
    private const int Named = 5;

    /// <summary>Refuses a consent that leaves nobody, and one that shuts out who looks after the person until that is confirmed.</summary>
    /// <param name="seen">The person, as whoever writes it down sees them.</param>
    /// <param name="consent">What they say.</param>
    /// <param name="confirmed">True when the person knows who is left.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>What was looked at; the change in which it is written asks whether that still stands. Null of a consent that shuts out nobody.</returns>
    /// <exception cref="Problem">Nobody would be left; or those who look after the person would go, which names who is left.</exception>
    public async Task<ConsentsAsRead?> RequireAsync(SeenPerson seen, GivenConsent consent, bool confirmed, CancellationToken cancellationToken)
    {
        if (consent.Exclusions.Count == 0)
            return null;
        var shutOut = consent.Exclusions.Select(exclusion => exclusion.Recipient).ToList();
        ConsentsAsRead read;
        OneFile file;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            read = await ConsentsAsRead.OfAsync(db, connection, [seen.Row.Id]);
            file = await FileAsync(connection, seen.Row.Id, cancellationToken);
        }

        var (places, before) = file;
        var (left, gone, asOfKind) = (new List<Actor>(), new List<Actor>(), false);
        var kinds = shutOut.Where(one => one.Kind != RecipientName.One).Concat(await OutsideAsync(shutOut, cancellationToken)).ToList();
        foreach (var colleague in (await Colleagues.HoldingAsync(db, CasesRights.Edit, cancellationToken)).Where(colleague => Helps(CaseScope.For(colleague), places)))
        {
            var scope = CaseScope.For(colleague);
            if (await closed.MeansAsync(scope, before, cancellationToken))
                continue;
            if (await closed.MeansAsync(scope, shutOut, cancellationToken))
                gone.Add(colleague);
            else if (!await closed.MeansAsync(scope, Controlling, cancellationToken))
                left.Add(colleague);
            asOfKind = asOfKind || await closed.MeansAsync(scope, kinds, cancellationToken);
        }

        if (gone.Count > 0 && left.Count == 0)
            throw At(ConsentProblems.NobodyLeft);
        if (gone.Count > 0 && !confirmed && (asOfKind || LookAfter(shutOut, gone, places)))
            throw At(ConsentProblems.ShutsOutOwn, ("who", await SaidAsync(left, seen, cancellationToken)));
        return read;
    }

    /// <summary>
    /// Whether somebody can still help once two files are one: then nobody helps whom either of them shuts out. Of files that nobody
    /// could help with before, it takes nothing away.
    /// </summary>
    /// <returns>False when nobody would be left; and what was looked at.</returns>
    public async Task<(bool IsLeft, ConsentsAsRead Read)> OfOneFileAsync(DbConnection connection, Guid survivor, Guid absorbed, CancellationToken cancellationToken)
    {
        var read = await ConsentsAsRead.OfAsync(db, connection, [survivor, absorbed]);
        OneFile[] files = [await FileAsync(connection, survivor, cancellationToken), await FileAsync(connection, absorbed, cancellationToken)];
        var both = new OneFile([.. files.SelectMany(file => file.Places)], [.. files.SelectMany(file => file.ShutOut)]);
        var scopes = both.ShutOut.Count == 0 ? [] : (await Colleagues.HoldingAsync(db, CasesRights.Edit, cancellationToken)).Select(CaseScope.For).ToList();
        var before = false;
        foreach (var scope in scopes)
        {
            if (await MayHelpAsync(scope, both, cancellationToken))
                return (true, read);
            before = before || await MayHelpAsync(scope, files[0], cancellationToken) || await MayHelpAsync(scope, files[1], cancellationToken);
        }

        return (!before, read);
    }

    private async Task<bool> MayHelpAsync(CaseScope scope, OneFile file, CancellationToken cancellationToken) =>
        Helps(scope, file.Places) && !await closed.MeansAsync(scope, file.ShutOut, cancellationToken) && !await closed.MeansAsync(scope, Controlling, cancellationToken);

    private async Task<OneFile> FileAsync(DbConnection connection, Guid person, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        return new OneFile(
            await PlacesAsync(connection, person),
            [.. (await consents.AllAsync(connection, person, cancellationToken)).SelectMany(one => one.Exclusions).Where(exclusion => exclusion.StandsAt(now)).Select(exclusion => exclusion.Recipient)]);
    }

    // What is open at those places to whoever may change anything there.
    private bool Helps(CaseScope scope, List<FilePlace> places)
    {
        List<RecordPlace> reached = [.. places.Where(one => one.Guard is { } guard ? scope.SeesCase(one.Place, guards.CompartmentOf(guard), one.Restricted) : scope.May(CasesRights.Read, one.Place)).Select(one => one.Place)];
        return scope.May(CasesRights.Edit, reached) && scope.CompartmentsAt(reached).Contains(Compartments.General);
    }

    // Organisations and services of the directory: an agency that goes by one of them is shut out with it, as of a kind.
    private async Task<IReadOnlyList<RecipientName>> OutsideAsync(List<RecipientName> shutOut, CancellationToken cancellationToken)
    {
        var named = shutOut.FindAll(one => one.Kind == RecipientName.One);
        if (named.Count == 0)
            return [];
        var agencies = (await Agencies.AllAsync(db, cancellationToken)).Select(agency => agency.Id.ToString("D")).ToHashSet(StringComparer.Ordinal);
        var users = await ActorNames.OfAsync(db, named.Select(one => "user:" + one.Code), cancellationToken);
        return named.FindAll(one => !agencies.Contains(one.Code) && !users.ContainsKey("user:" + one.Code));
    }

    // The agency or the person that has the file or an open case.
    private static bool LookAfter(List<RecipientName> shutOut, List<Actor> gone, List<FilePlace> places)
    {
        var own = places.Where(one => one.ClosedAt is null).SelectMany(one => new[] { one.OwnerId, one.AgencyId }).OfType<Guid>().Select(id => id.ToString("D")).ToHashSet(StringComparer.Ordinal);
        return shutOut.Exists(recipient => recipient.Kind == RecipientName.One && own.Contains(recipient.Code)) || gone.Exists(one => own.Contains(one.UserId!.Value.ToString("D")));
    }

    // Whoever writes it down is told names of those alone whose part in it they see themselves.
    private async Task<string> SaidAsync(List<Actor> left, SeenPerson seen, CancellationToken cancellationToken)
    {
        var agencies = (await Agencies.AllAsync(db, cancellationToken)).ToDictionary(agency => agency.Id, agency => agency.Name);
        var said = left.Where(one => seen.Allows(CaseScope.For(one), CasesRights.Edit)).Take(Named)
            .Select(one => CaseScope.For(one).OnlyAgency(CasesRights.Edit) is { } agency && agencies.TryGetValue(agency, out var name) ? $"{one.DisplayName} ({name})" : one.DisplayName).ToList();
        if (left.Count > said.Count)
            said.Add(string.Create(CultureInfo.InvariantCulture, $"+{left.Count - said.Count}"));
        return string.Join(", ", said);
    }

    private static async Task<List<FilePlace>> PlacesAsync(DbConnection connection, Guid person) =>
    [
        .. await connection.QueryAsync<FilePlace>("select owner_id, team_id, agency_id, area_path from cases_persons where id = @person or merged_into = @person", new { person }),
        .. await connection.QueryAsync<FilePlace>(
            """
            select c.guard, c.restricted, c.owner_id, c.team_id, c.agency_id, c.area_path, c.closed_at from cases_cases c
            where c.id in (select case_id from cases_case_persons where person_id in (select id from cases_persons where id = @person or merged_into = @person))
            """,
            new { person }),
    ];

    private static Problem At(ProblemKind kind, params (string Name, object? Value)[] values) =>
        new(kind, values) { Fields = new Dictionary<string, ProblemKind>(StringComparer.Ordinal) { ["exclusions"] = kind } };

    /// <summary>Where a file and its cases lie, and whom it shuts out.</summary>
    private sealed record OneFile(List<FilePlace> Places, List<RecipientName> ShutOut);

    private sealed record FilePlace
    {
        /// <summary>Of a case, what tells its compartment.</summary>
        public string? Guard { get; init; }

        public bool Restricted { get; init; }

        public Guid? OwnerId { get; init; }

        public Guid? TeamId { get; init; }

        public Guid? AgencyId { get; init; }

        public string AreaPath { get; init; } = "/";

        public DateTimeOffset? ClosedAt { get; init; }

        public RecordPlace Place => CaseAreas.Place(OwnerId, TeamId, AgencyId, AreaPath);
    }
}
