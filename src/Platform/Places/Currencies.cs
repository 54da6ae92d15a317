using System.Globalization;

namespace Tambo.Platform.Places;

/// <summary>A currency of ISO 4217.</summary>
/// <param name="Code">Three letters, for example <c>HTG</c>.</param>
/// <param name="Numeric">Three digits, for example <c>332</c>.</param>
/// <param name="Decimals">How many decimals amounts have, where the standard says.</param>
public sealed record Currency(string Code, string Numeric, int? Decimals)
{
    internal LocalNames Names { get; init; } = new([], []);

    /// <summary>The name in the reader's language, else in English.</summary>
    public string Name(string languageTag) => Names.In(languageTag) ?? Code;
}

/// <summary>The currencies of the world, with their names in the languages of the shipped table.</summary>
public static class Currencies
{
    private static readonly Lazy<CodeList<Currency>> List = new(Load);

    /// <summary>All of them, ordered by code.</summary>
    public static IReadOnlyList<Currency> All => List.Value.All;

    /// <summary>The currency of a three-letter code, in any case; <see langword="null"/> when there is none.</summary>
    public static Currency? Find(string? code) => List.Value.Find(code);

    /// <summary>The name of a currency in a language, falling back to English, then to the code as given.</summary>
    public static string Name(string code, string languageTag) => List.Value.Name(code, languageTag);

    private static CodeList<Currency> Load()
    {
        var table = ShippedTable.Read("currencies", "currencies.csv");
        int code = table.Column("code"), numeric = table.Column("numeric"), decimals = table.Column("minor_unit");
        var all = table.Rows.Select(row => new Currency(
            row[code],
            row[numeric],
            row[decimals].Length > 0 ? int.Parse(row[decimals], CultureInfo.InvariantCulture) : null)
        {
            Names = table.Names(row, row[code]),
        });
        return new CodeList<Currency>([.. all], c => [c.Code], c => c.Names);
    }
}
