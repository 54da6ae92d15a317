using Tambo.Platform.Access;

namespace Tambo.Guide.NeedsSeen;

/// <summary>
/// Of which areas somebody is told which needs were seen: of all, or of those for which alone they hold the right. Rows
/// joined over areas that are not theirs are not shown to them, and no others are made in their place.
/// </summary>
internal sealed class NeedsScope
{
    private readonly HashSet<string>? areas;

    private NeedsScope(HashSet<string>? areas) => this.areas = areas;

    public static NeedsScope For(Actor actor)
    {
        var scopes = actor.Grants.Where(grant => grant.Permission is ReadNeeds.Right or "*").Select(grant => grant.Scope).ToList();
        // Needs are of no agency: whoever plans for one is told of all.
        return new NeedsScope(scopes.Exists(scope => scope.Kind != "place") ? null : scopes.Select(scope => NeedAreas.Told(scope.Id)).ToHashSet(StringComparer.Ordinal));
    }

    public bool Includes(string area) => areas is null || NeedAreas.Around(area).Any(areas.Contains);
}
