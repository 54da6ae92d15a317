using Tambo.Platform.Access;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;

namespace Tambo.Cases.Access;

/// <summary>The areas in which records lie, as scopes of a place ask for them.</summary>
internal static class CaseAreas
{
    /// <summary>The one way in which an area's or country's code is kept; null when there is no such area.</summary>
    public static string? Find(string code) => AdminAreas.Find(code)?.Code ?? Countries.Find(code.Trim())?.Alpha2;

    /// <summary>What an area or a country is called.</summary>
    public static string NameOf(string code, Texts texts) => AdminAreas.Find(code)?.Name ?? Countries.Find(code)?.Name(texts.Code) ?? code;

    /// <summary>
    /// The area with every area around it and its country in both lengths, between slashes: <c>/PA-8/PA/PAN/</c>. A record
    /// keeps it, so that one comparison of texts tells whether it lies in a place.
    /// </summary>
    public static string PathOf(string code)
    {
        var around = new List<string>();
        var smallest = AdminAreas.Find(code);
        for (var area = smallest; area is not null; area = AdminAreas.Find(area.Parent))
            around.Add(area.Code);
        if (Countries.Find(smallest?.Country ?? code) is { } country)
            around.AddRange([country.Alpha2, country.Alpha3]);
        return around.Count == 0 ? "/" : $"/{string.Join('/', around)}/";
    }

    /// <summary>Where a record belongs.</summary>
    public static RecordPlace Place(Guid? owner, Guid? team, Guid? agency, string areaPath) => new(owner, team, agency)
    {
        Areas = areaPath.Split('/', StringSplitOptions.RemoveEmptyEntries),
    };
}
