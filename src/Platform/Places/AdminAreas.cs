using System.Collections.Frozen;
using System.Globalization;

namespace Tambo.Platform.Places;

/// <summary>A state, department, province or municipality.</summary>
/// <param name="Code">Its code in the scheme: a P-code such as <c>MX02004</c>, or ISO 3166-2 such as <c>US-CA</c>.</param>
/// <param name="Scheme"><c>pcode</c> or <c>iso3166-2</c>.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Level">1 for the level below the country, 2 for the one below that.</param>
/// <param name="Name">Its name in the country itself.</param>
/// <param name="Parent">The code of the area it lies in, or <see langword="null"/> at the first level.</param>
public sealed record AdminArea(string Code, string Scheme, string Country, int Level, string Name, string? Parent);

/// <summary>The administrative areas of the Americas, two levels deep, by P-code or ISO 3166-2.</summary>
public static class AdminAreas
{
    private static readonly Lazy<Tree> Areas = new(Load);

    /// <summary>All of them, ordered by country, level and code.</summary>
    public static IReadOnlyList<AdminArea> All => Areas.Value.All;

    /// <summary>The area of a code, in any case; <see langword="null"/> when there is none.</summary>
    public static AdminArea? Find(string? code) => code is null ? null : Areas.Value.ByCode.GetValueOrDefault(code.Trim());

    /// <summary>The areas that lie directly in an area.</summary>
    public static IReadOnlyList<AdminArea> Children(string code) => Areas.Value.ByParent.GetValueOrDefault(code.Trim()) ?? [];

    /// <summary>The areas of the first level of a country (ISO 3166-1 alpha-2).</summary>
    public static IReadOnlyList<AdminArea> OfCountry(string alpha2) => Areas.Value.ByCountry.GetValueOrDefault(alpha2.Trim()) ?? [];

    private static Tree Load()
    {
        var table = ShippedTable.Read("admin-areas", "areas.csv");
        int code = table.Column("code"), scheme = table.Column("scheme"), country = table.Column("country");
        int level = table.Column("level"), name = table.Column("name"), parent = table.Column("parent");
        var all = new AdminArea[table.Rows.Count];
        for (var i = 0; i < all.Length; i++)
        {
            var row = table.Rows[i];
            all[i] = new AdminArea(
                row[code],
                row[scheme],
                row[country],
                int.Parse(row[level], CultureInfo.InvariantCulture),
                row[name],
                row[parent].Length > 0 ? row[parent] : null);
        }

        return new Tree(
            all,
            all.ToFrozenDictionary(a => a.Code, StringComparer.OrdinalIgnoreCase),
            all.Where(a => a.Parent is not null)
                .GroupBy(a => a.Parent!, StringComparer.OrdinalIgnoreCase)
                .ToFrozenDictionary(g => g.Key, g => g.ToArray(), StringComparer.OrdinalIgnoreCase),
            all.Where(a => a.Level == 1)
                .GroupBy(a => a.Country, StringComparer.OrdinalIgnoreCase)
                .ToFrozenDictionary(g => g.Key, g => g.ToArray(), StringComparer.OrdinalIgnoreCase));
    }

    private sealed record Tree(
        AdminArea[] All,
        FrozenDictionary<string, AdminArea> ByCode,
        FrozenDictionary<string, AdminArea[]> ByParent,
        FrozenDictionary<string, AdminArea[]> ByCountry);
}
