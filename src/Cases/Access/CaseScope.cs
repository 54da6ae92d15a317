using System.Globalization;
using System.Text;
using Dapper;
using Tambo.Platform.Access;

namespace Tambo.Cases.Access;

/// <summary>
/// Which persons and cases somebody reaches, and which compartments of each: once as a question about one record, once as a
/// condition for SQL. Every list, count, search, suggestion and single record asks here, side doors included.
/// </summary>
internal sealed class CaseScope
{
    private readonly Actor actor;
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);

    private CaseScope(Actor actor) => this.actor = actor;

    /// <summary>Whose scope it is.</summary>
    public Actor Actor => actor;

    /// <summary>True for whoever sees what goes to consulates: they count as one of them.</summary>
    public bool IsConsular => actor.Grants.Any(grant => grant.Permission == Compartments.Right(Compartments.Consular));

    /// <summary>The scope of somebody.</summary>
    public static CaseScope For(Actor actor) => new(actor);

    /// <summary>True when a right is held in a scope that reaches one of the places.</summary>
    public bool May(string right, params IReadOnlyList<RecordPlace> places)
    {
        var scopes = ScopesOf(right);
        return places.Any(place => scopes.Exists(scope => place.IsWithin(scope, actor.UserId)));
    }

    /// <summary>True when a right is held in any scope at all.</summary>
    public bool HoldsAnywhere(string right) => ScopesOf(right).Count > 0;

    /// <summary>The agencies in which a right is held by the name of the agency.</summary>
    public IReadOnlyList<Guid> AgenciesWith(string right) =>
        [.. ScopesOf(right).Where(scope => scope.Kind == "agency").Select(scope => Guid.TryParseExact(scope.Id, "D", out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty)];

    /// <summary>
    /// True when a case of a place is seen: its place is reached, the compartment its kind belongs to is open there, and it is not restricted to
    /// others than the reader.
    /// </summary>
    /// <param name="place">Where it lies.</param>
    /// <param name="home">The compartment of its kind.</param>
    /// <param name="restricted">True for a case that is only for whoever looks after it, their team and those who supervise it.</param>
    public bool SeesCase(RecordPlace place, string home, bool restricted = false) =>
        May(CasesRights.Read, place) && May(Compartments.Right(home), place) && (!restricted || IsNamedFor(place));

    /// <summary>The compartments that are open at any of the places.</summary>
    public IReadOnlyList<string> CompartmentsAt(IReadOnlyList<RecordPlace> places) =>
        [.. Compartments.All.Where(compartment => May(Compartments.Right(compartment), places))];

    /// <summary>
    /// The condition on a row of cases_cases: <see cref="SeesCase"/> in SQL. Its text is made of constants, the alias and numbered
    /// parameters alone; the values come by <see cref="Parameters"/>.
    /// </summary>
    public string Cases(string alias, CaseGuards guards)
    {
        var read = ScopesOf(CasesRights.Read);
        var (everywhere, terms) = (new List<string>(), new List<string>());
        foreach (var compartment in Compartments.All)
        {
            var open = ScopesOf(Compartments.Right(compartment));
            if (open.Count == 0)
                continue;
            var mark = Parameter(guards.Of(compartment));
            if (Covers(open, read))
                everywhere.Add(mark);
            else
                terms.Add($"({alias}.guard = {mark} and {Place(alias, open)})");
        }

        if (everywhere.Count == Compartments.All.Count)
            return Unrestricted(alias, Place(alias, read));
        if (everywhere.Count > 0)
            terms.Add($"{alias}.guard in ({string.Join(", ", everywhere)})");
        return terms.Count == 0 ? "1 = 0" : Unrestricted(alias, $"({Place(alias, read)} and ({string.Join(" or ", terms)}))");
    }

    /// <summary>
    /// The condition on a row of cases_persons: reached by itself, by a file that was merged into it, or by a case that is seen. With <paramref name="compartment"/>
    /// only those of whom it is open: nobody finds by a name whose names they may not read.
    /// </summary>
    public string Persons(string alias, CaseGuards guards, string? compartment = null)
    {
        var read = ScopesOf(CasesRights.Read);
        var open = compartment is null ? read : ScopesOf(Compartments.Right(compartment));
        if (read.Contains(Scope.Node) && open.Contains(Scope.Node))
            return "1 = 1";
        var (own, ofMerged, ofCase) = (Both(alias), Both("merged"), Both("c"));
        // Not "exists": of a name that many have, PostgreSQL would read the cases of everybody into a table first.
        return new StringBuilder("(").Append(own)
            .Append(" or (select 1 from cases_persons merged where merged.merged_into = ").Append(alias).Append(".id and ").Append(ofMerged).Append(" limit 1) = 1")
            .Append(" or (select 1 from cases_case_persons cp join cases_cases c on c.id = cp.case_id where cp.person_id = ")
            .Append(alias).Append(".id and ").Append(Cases("c", guards)).Append(" and ").Append(ofCase).Append(" limit 1) = 1)").ToString();

        string Both(string of) => Covers(open, read) ? Place(of, read) : $"({Place(of, read)} and {Place(of, open)})";
    }

    /// <summary>The condition on a row that lies at a place: a right is held there. To be set beside <see cref="Cases"/>.</summary>
    public string Holding(string alias, string right) => Place(alias, ScopesOf(right));

    /// <summary>The reach of a right as a text: alike for all who reach the same.</summary>
    public string Reach(string right) => string.Join(' ', ScopesOf(right).Select(scope => scope.Kind switch
    {
        "node" => "node",
        "own" => $"own:{actor.UserId:D}",
        _ => $"{scope.Kind}:{scope.Id}",
    }).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    /// <summary>The one agency at which a right is held; null when it is held at none, at several, or at the whole node.</summary>
    public Guid? OnlyAgency(string right) =>
        ScopesOf(right) is [{ Kind: "agency" } only] && Guid.TryParse(only.Id, out var id) ? id : null;

    /// <summary>
    /// The condition that a row is of one of the agencies at which some rights are held, where they are held at agencies alone; empty
    /// where one of them is held otherwise. It narrows what is read beside <see cref="Holding"/>, and stands in the place of nothing.
    /// </summary>
    public string OfAgencies(string alias, IEnumerable<string> rights)
    {
        var scopes = rights.SelectMany(ScopesOf).ToList();
        if (scopes.Exists(scope => scope.Kind != "agency" || scope.Id is null))
            return "";
        var agencies = scopes.Select(scope => Parameter(scope.Id!)).Distinct(StringComparer.Ordinal).ToList();
        return agencies.Count == 0 ? " and 1 = 0" : " and " + alias + ".agency_id" + (agencies.Count == 1 ? " = " + agencies[0] : " in (" + string.Join(", ", agencies) + ")");
    }

    /// <summary>The values of every condition that was made, beside those of the query itself.</summary>
    public DynamicParameters Parameters(object? own = null)
    {
        var parameters = new DynamicParameters(own);
        foreach (var (value, name) in names)
            parameters.Add(name, value);
        return parameters;
    }

    // Whoever looks after a restricted case, the team that it was given to, and those who supervise where it lies.
    private bool IsNamedFor(RecordPlace place) =>
        (place.Owner is { } owner && owner == actor.UserId)
        || ScopesOf(CasesRights.Read).Exists(scope => scope.Kind == "team" && place.IsWithin(scope, actor.UserId))
        || May(CasesRights.Supervise, place);

    // The same in SQL, beside a condition that lets the case pass by its place and kind.
    private string Unrestricted(string alias, string condition)
    {
        var supervise = ScopesOf(CasesRights.Supervise);
        if (supervise.Contains(Scope.Node))
            return condition;
        List<Scope> named = [.. ScopesOf(CasesRights.Read).Where(scope => scope.Kind == "team"), .. supervise];
        var own = actor.UserId is { } user ? $"{alias}.owner_id = {Parameter(user.ToString("D"))} or " : "";
        return $"({condition} and ({alias}.restricted = 0 or {own}{Place(alias, [.. named.Distinct()])}))";
    }

    // A consulate is the person's own state. Whoever sees what goes to it never sees that somebody asks protection from that
    // state, whatever further roles a node gives them, and a token that leaves the one out does not open the other.
    private List<Scope> ScopesOf(string right)
    {
        if (actor.OnlyPermissions is { } only && !only.Contains(right))
            return [];
        if (right == Compartments.Right(Compartments.Asylum) && IsConsular)
            return [];
        return [.. actor.Grants.Where(grant => grant.Permission == right || grant.Permission == "*").Select(grant => grant.Scope).Distinct()];
    }

    private static bool Covers(List<Scope> wide, List<Scope> narrow) => wide.Contains(Scope.Node) || narrow.TrueForAll(wide.Contains);

    private string Place(string alias, List<Scope> scopes)
    {
        var terms = new List<string>();
        foreach (var scope in scopes)
        {
            switch (scope.Kind)
            {
                case "node":
                    return "1 = 1";
                case "agency" when scope.Id.Length > 0:
                    terms.Add($"{alias}.agency_id = {Parameter(scope.Id)}");
                    break;
                case "team" when scope.Id.Length > 0:
                    terms.Add($"{alias}.team_id = {Parameter(scope.Id)}");
                    break;
                case "own" when actor.UserId is { } user:
                    terms.Add($"{alias}.owner_id = {Parameter(user.ToString("D"))}");
                    break;
                // A text without its part is another text when it had the part: alike on both engines, case and all.
                case "place" when scope.Id.Length > 0 && !scope.Id.Contains('/', StringComparison.Ordinal):
                    terms.Add($"replace({alias}.area_path, {Parameter($"/{scope.Id}/")}, '') <> {alias}.area_path");
                    break;
            }
        }

        return terms.Count == 0 ? "1 = 0" : terms.Count == 1 ? terms[0] : $"({string.Join(" or ", terms)})";
    }

    private string Parameter(string value)
    {
        if (!names.TryGetValue(value, out var name))
            names[value] = name = string.Create(CultureInfo.InvariantCulture, $"scope{names.Count}");
        return "@" + name;
    }
}
