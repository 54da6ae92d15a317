using Tambo.Flows.Structure;
using Tambo.Platform.Places;

namespace Tambo.Flows.Serving;

/// <summary>A country as UNHCR's tables call it.</summary>
/// <param name="Iso">ISO 3166-1 alpha-3.</param>
/// <param name="Code">UNHCR's own code.</param>
/// <param name="Name">UNHCR's name.</param>
internal sealed record UnhcrCountry(string Iso, string Code, string Name)
{
    private static readonly Lazy<IReadOnlyList<UnhcrCountry>> Read = new(() =>
    {
        var table = ShippedTable.Read("unhcr", "countries.csv");
        var (iso, code, name) = (table.Column("iso"), table.Column("unhcr"), table.Column("name"));
        return [.. table.Rows.Select(row => new UnhcrCountry(row[iso], row[code], row[name]))];
    });

    /// <summary>All of them, by their ISO codes.</summary>
    public static IReadOnlyList<UnhcrCountry> All => Read.Value;

    /// <summary>Stands for all countries together, as UNHCR writes it.</summary>
    public const string Together = "-";

    // How our own codes for those of no country stand in UNHCR's tables.
    private static readonly Dictionary<string, string> Special = new(StringComparer.Ordinal) { ["_U"] = "UNK", ["STLS"] = "XXA" };

    private static readonly Lazy<Dictionary<string, UnhcrCountry>> ByIso = new(() => All.ToDictionary(country => country.Iso, StringComparer.Ordinal));

    /// <summary>The country of one of our codes.</summary>
    public static UnhcrCountry Of(string code)
    {
        var iso = Special.GetValueOrDefault(code) ?? code;
        return ByIso.Value.GetValueOrDefault(iso) ?? new UnhcrCountry(iso, iso, Countries.Find(iso)?.Name("en") ?? iso);
    }

    /// <summary>Our code of a country that a program names by UNHCR's code or by ISO's; null when there is none.</summary>
    public static string? Find(string code, bool iso) =>
        All.FirstOrDefault(country => (iso ? country.Iso : country.Code).Equals(code.Trim(), StringComparison.OrdinalIgnoreCase)) is not { } found ? null
        : Special.FirstOrDefault(pair => pair.Value == found.Iso).Key ?? found.Iso;
}

/// <summary>Which figures a program asks of UNHCR's interface.</summary>
/// <param name="Years">True for the years asked for.</param>
/// <param name="Origins">Our codes of the countries of origin; null for all of them together.</param>
/// <param name="Asylums">Our codes of the countries of asylum; null for all of them together.</param>
internal sealed record UnhcrChoice(Func<int, bool> Years, UnhcrSide Origins, UnhcrSide Asylums);

/// <summary>One side of such a question: some countries, each for itself; all, each for itself; or all together.</summary>
/// <param name="Codes">The countries; null for all.</param>
/// <param name="Each">True when each is told for itself.</param>
internal sealed record UnhcrSide(IReadOnlySet<string>? Codes, bool Each)
{
    /// <summary>True for a country that is asked for.</summary>
    public bool Holds(string code) => Codes is null || Codes.Contains(code);

    /// <summary>The country under which a figure stands.</summary>
    public string Group(string code) => Each ? code : UnhcrCountry.Together;
}

/// <summary>A row of UNHCR's tables: a year, our codes of where from and where to, further words, and its numbers.</summary>
internal sealed record UnhcrRow(int Year, string Origin, string Asylum, string Words, long?[] Numbers);

/// <summary>Puts observations together as UNHCR's tables do; pure.</summary>
internal static class UnhcrRows
{
    /// <summary>The rows of a question, by year, country of asylum, country of origin and words.</summary>
    /// <param name="observations">Observations that say when, where from and where to, then further things.</param>
    /// <param name="choice">Which are asked for.</param>
    /// <param name="further">What an observation says to the words of a row, and the place of its number in it; below zero for none.</param>
    /// <param name="numbers">Numbers of a row.</param>
    public static IReadOnlyList<UnhcrRow> Of(IEnumerable<ServedRow> observations, UnhcrChoice choice, Func<string[], (string Words, int Place)> further, int numbers)
    {
        var rows = new Dictionary<(int Year, string Asylum, string Origin, string Words), long?[]>();
        var years = new Dictionary<string, int?>(StringComparer.Ordinal);
        foreach (var row in observations)
        {
            var (time, origin, asylum) = (row.Codes[0], row.Codes[1], row.Codes[2]);
            if (!years.TryGetValue(time, out var year))
                years[time] = year = Period.Read(time) is { Frequency: 'A' } period && choice.Years(period.From.Year) ? period.From.Year : null;
            if (year is not { } known || !choice.Origins.Holds(origin) || !choice.Asylums.Holds(asylum) || further(row.Codes) is not (var words, >= 0 and var place))
                continue;
            var key = (known, choice.Asylums.Group(asylum), choice.Origins.Group(origin), words);
            if (!rows.TryGetValue(key, out var counted))
                rows[key] = counted = new long?[numbers];
            counted[place] = ServedRow.Sum(counted[place], row.Value);
        }

        return
        [
            .. rows.OrderBy(row => row.Key.Year).ThenBy(row => row.Key.Asylum, StringComparer.Ordinal).ThenBy(row => row.Key.Origin, StringComparer.Ordinal).ThenBy(row => row.Key.Words, StringComparer.Ordinal)
                .Select(row => new UnhcrRow(row.Key.Year, row.Key.Origin, row.Key.Asylum, row.Key.Words, row.Value)),
        ];
    }
}
