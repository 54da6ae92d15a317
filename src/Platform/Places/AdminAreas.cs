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
    private static readonly Lazy<AreaTable> Areas = new(Load);

    /// <summary>All of them, ordered by country, level and code.</summary>
    public static IEnumerable<AdminArea> All => Enumerable.Range(0, Areas.Value.Count).Select(area => Areas.Value[area]);

    /// <summary>The area of a code, in any case; <see langword="null"/> when there is none.</summary>
    public static AdminArea? Find(string? code) => code is not null && Areas.Value.NumberOf(code.AsSpan().Trim()) is >= 0 and var area ? Areas.Value[area] : null;

    /// <summary>The areas that lie directly in an area.</summary>
    public static IReadOnlyList<AdminArea> Children(string code) =>
        Areas.Value.NumberOf(code.AsSpan().Trim()) is >= 0 and var parent ? Areas.Value.Where(area => Areas.Value.ParentOf(area) == parent) : [];

    /// <summary>The areas of the first level of a country (ISO 3166-1 alpha-2).</summary>
    public static IReadOnlyList<AdminArea> OfCountry(string alpha2)
    {
        var code = alpha2.Trim();
        return Areas.Value.Where(area => Areas.Value.LevelOf(area) == 1 && Areas.Value.CountryOf(area).Equals(code, StringComparison.OrdinalIgnoreCase));
    }

    private static AreaTable Load()
    {
        var table = ShippedTable.Read("admin-areas", "areas.csv");
        int code = table.Column("code"), scheme = table.Column("scheme"), country = table.Column("country");
        int level = table.Column("level"), name = table.Column("name"), parent = table.Column("parent");
        return new AreaTable([.. table.Rows.Select(row => new AdminArea(
            row[code],
            row[scheme],
            row[country],
            int.Parse(row[level], CultureInfo.InvariantCulture),
            row[name],
            row[parent].Length > 0 ? row[parent] : null))]);
    }
}

/// <summary>The areas as columns, in the order of the file: a fourth of the memory that as many objects take. An area is made when it is asked for.</summary>
internal sealed class AreaTable
{
    private readonly TextColumn codes;
    private readonly TextColumn names;
    private readonly (string Scheme, string Country, int Level)[] kinds;
    private readonly ushort[] kindOf;
    private readonly int[] parents;
    private readonly int[] byCode;

    public AreaTable(AdminArea[] all)
    {
        codes = new TextColumn([.. all.Select(area => area.Code)]);
        names = new TextColumn([.. all.Select(area => area.Name)]);
        kinds = [.. all.Select(area => (area.Scheme, area.Country, area.Level)).Distinct()];
        var numbers = kinds.Select((kind, number) => (kind, number)).ToDictionary(pair => pair.kind, pair => checked((ushort)pair.number));
        kindOf = [.. all.Select(area => numbers[(area.Scheme, area.Country, area.Level)])];
        byCode = [.. Enumerable.Range(0, all.Length).OrderBy(area => all[area].Code, StringComparer.OrdinalIgnoreCase)];
        parents = [.. all.Select(area => area.Parent is { } parent ? NumberOf(parent) : -1)];
    }

    /// <summary>How many areas.</summary>
    public int Count => kindOf.Length;

    /// <summary>An area by its number.</summary>
    public AdminArea this[int area]
    {
        get
        {
            var (scheme, country, level) = kinds[kindOf[area]];
            return new AdminArea(codes[area].ToString(), scheme, country, level, names[area].ToString(), parents[area] < 0 ? null : codes[parents[area]].ToString());
        }
    }

    /// <summary>The number of the area in which an area lies, or -1.</summary>
    public int ParentOf(int area) => parents[area];

    /// <summary>Its level.</summary>
    public int LevelOf(int area) => kinds[kindOf[area]].Level;

    /// <summary>Its country.</summary>
    public string CountryOf(int area) => kinds[kindOf[area]].Country;

    /// <summary>The areas of which something holds, in order.</summary>
    public IReadOnlyList<AdminArea> Where(Func<int, bool> holds) => [.. Enumerable.Range(0, Count).Where(holds).Select(area => this[area])];

    /// <summary>The number of the area of a code, in any case; -1 when there is none.</summary>
    public int NumberOf(ReadOnlySpan<char> code)
    {
        var (low, high) = (0, byCode.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = codes[byCode[middle]].CompareTo(code, StringComparison.OrdinalIgnoreCase);
            if (order == 0)
                return byCode[middle];
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }
}
