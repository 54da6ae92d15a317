using Tambo.Flows.Collecting;
using Tambo.Platform.Access;
using Tambo.Platform.Places;

namespace Tambo.Flows.Cube;

/// <summary>
/// Which rows somebody may see each for itself: those of the places that their right to see rows reaches. Figures added up of
/// many are for everybody who reads figures. Every walk from a figure to its rows asks here.
/// </summary>
public sealed class RowScope
{
    private readonly Func<string, string, bool> sees;

    private RowScope(bool isWhole, Func<string, string, bool> sees) => (IsWhole, this.sees) = (isWhole, sees);

    /// <summary>All rows: of the node itself, and whoever is at its console.</summary>
    public static RowScope Node { get; } = new(true, static (_, _) => true);

    /// <summary>True when no row of the node is out of reach.</summary>
    public bool IsWhole { get; }

    /// <summary>How far somebody's right reaches. Points belong to no team and no agency; a row that says no place lies in none.</summary>
    public static RowScope For(Actor actor, IReadOnlyDictionary<string, Point> points) => actor.May(FlowsRights.Rows, new RecordPlace()) ? Node : new(false, (area, point) =>
        actor.May(FlowsRights.Rows, points.GetValueOrDefault(point) is { } known && known.Country == area ? known.Place : new RecordPlace { Areas = [.. AreasAround(area)] }));

    /// <summary>True when a row of a country or area (<c>REF_AREA</c>), counted at a point (<c>POINT</c>), may be seen.</summary>
    public bool Sees(string area, string point) => sees(area, point);

    /// <summary>The codes of a country in both lengths, or of an area and all areas around it; none of what is unknown.</summary>
    internal static IEnumerable<string> AreasAround(string code)
    {
        var smallest = AdminAreas.Find(code);
        for (var area = smallest; area is not null; area = AdminAreas.Find(area.Parent))
            yield return area.Code;
        if (Countries.Find(smallest?.Country ?? code) is not { } country)
            yield break;
        yield return country.Alpha3;
        yield return country.Alpha2;
    }
}
