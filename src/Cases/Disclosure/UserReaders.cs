using System.Collections.Concurrent;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Settings;

namespace Tambo.Cases.Disclosure;

/// <summary>
/// A user of this node as the rule of disclosure has to know them: one reader for each agency that they work for, of the kinds that
/// the agency is and that their roles are. The one place where such a reader is made.
/// </summary>
internal sealed class UserReaders(NodeDb db, AgencyKinds kinds, NodeSettings settings, PartyNames names)
{
    private const string Consulate = "consulate";

    // Teams stay with their agency for good.
    private readonly ConcurrentDictionary<string, string> teams = new(StringComparer.Ordinal);

    /// <summary>The country where the node stands; of one that stands in none, the world.</summary>
    public string Host => settings.File.Country is { Length: > 0 } country ? country : Reader.NoState;

    /// <summary>Who somebody is, at least one of them; nobody for a job or the console, which read for no reader.</summary>
    public async Task<IReadOnlyList<Reader>> OfAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (actor.UserId is not { } user)
            return [];
        var of = await kinds.AllAsync(cancellationToken);
        var grants = actor.Grants.Where(grant => actor.OnlyPermissions is null || actor.OnlyPermissions.Contains(grant.Permission)).ToList();
        var byRole = OfRoles(actor);
        var readers = new List<Reader>();
        foreach (var agency in (await AgenciesAsync(actor, cancellationToken)).DefaultIfEmpty(""))
        {
            var said = Guid.TryParseExact(agency, "D", out var id) ? of.GetValueOrDefault(id, AgencyKind.Unknown) : AgencyKind.Unknown;
            IReadOnlyList<string> classes = [.. said.Codes.Union(byRole, StringComparer.Ordinal)];
            readers.Add(new Reader
            {
                Id = user.ToString("D"),
                IsUser = true,
                Agency = agency,
                Node = "",
                AlsoKnownAs = FoldedNames.Of([actor.DisplayName], await names.OfAgencyAsync(agency, cancellationToken)),
                Country = said.Country ?? OwnOf(classes),
                Classes = classes,
                Grants = grants,
            });
        }

        return readers;
    }

    // Of a consulate nobody knows the state until somebody says it, nor of any authority of a node of which nobody knows where it stands.
    private string? OwnOf(IReadOnlyList<string> classes) =>
        classes.Contains(Consulate) || (Host == Reader.NoState && classes.Any(code => Vocabulary.Shipped.FindClass(code)?.Authority == true)) ? null : Host;

    // What somebody is by their roles they are with every token, whatever it leaves out.
    private static IReadOnlyList<string> OfRoles(Actor actor) =>
        [.. CasesRights.Kinds.Where(kind => actor.Grants.Any(grant => grant.Permission == kind.Key)).Select(kind => kind.Value)];

    // Their own, and those at which they may read, by the agency or by a team of it.
    private async Task<IReadOnlyList<string>> AgenciesAsync(Actor actor, CancellationToken cancellationToken)
    {
        var agencies = new List<string>();
        if (actor.Agency is { } own)
            agencies.Add(own.ToString("D"));
        foreach (var scope in actor.Grants.Where(grant => grant.Permission == CasesRights.Read).Select(grant => grant.Scope))
        {
            if (scope.Kind == "agency")
                agencies.Add(scope.Id);
            else if (scope.Kind == "team" && await OfTeamAsync(scope.Id, cancellationToken) is { Length: > 0 } agency)
                agencies.Add(agency);
        }

        return [.. agencies.Distinct(StringComparer.Ordinal)];
    }

    private async ValueTask<string> OfTeamAsync(string team, CancellationToken cancellationToken)
    {
        if (teams.TryGetValue(team, out var agency))
            return agency;
        foreach (var known in await Agencies.TeamsAsync(db, cancellationToken))
            teams[known.Id.ToString("D")] = known.AgencyId.ToString("D");
        return teams.GetOrAdd(team, "");
    }
}
