using Tambo.Platform.Languages;

namespace Tambo.Platform.Places;

/// <summary>A country or territory of ISO 3166-1.</summary>
/// <param name="Alpha2">Two letters, for example <c>HT</c>.</param>
/// <param name="Alpha3">Three letters, for example <c>HTI</c>.</param>
/// <param name="Numeric">Three digits, for example <c>332</c>.</param>
/// <param name="CallingCodes">What is dialled after the plus sign, digits only.</param>
/// <param name="Currency">ISO 4217 code, or <see langword="null"/> where there is none.</param>
public sealed record Country(string Alpha2, string Alpha3, string Numeric, IReadOnlyList<string> CallingCodes, string? Currency)
{
    internal LocalNames Names { get; init; } = new([], []);

    /// <summary>Its names in every language that is known.</summary>
    public IEnumerable<string> AllNames => Names.All;

    /// <summary>The name in the reader's language, else in English.</summary>
    public string Name(string languageTag) => Names.In(languageTag) ?? Alpha2;
}

/// <summary>The countries of the world, with their codes and their names in the languages of the shipped table.</summary>
public static class Countries
{
    private static readonly Lazy<CodeList<Country>> List = new(Load);

    /// <summary>All of them, ordered by two-letter code.</summary>
    public static IReadOnlyList<Country> All => List.Value.All;

    /// <summary>The country of a two-letter, three-letter or numeric code, in any case; <see langword="null"/> when there is none.</summary>
    public static Country? Find(string? code) => List.Value.Find(code);

    /// <summary>The name of a country in a language, falling back to English, then to the code as given.</summary>
    public static string Name(string code, string languageTag) => List.Value.Name(code, languageTag);

    /// <summary>The name of a country for a reader; on a page it says in which language it is when that is not the reader's.</summary>
    public static string Name(string code, Texts texts) => List.Value.Name(code, texts);

    /// <summary>All of them in the alphabetical order of a language.</summary>
    public static IReadOnlyList<Country> InOrderOf(string languageTag) => List.Value.InOrderOf(languageTag);

    private static CodeList<Country> Load()
    {
        var table = ShippedTable.Read("countries", "countries.csv");
        int alpha2 = table.Column("alpha2"), alpha3 = table.Column("alpha3"), numeric = table.Column("numeric");
        int calling = table.Column("calling_codes"), currency = table.Column("currency");
        var all = table.Rows.Select(row => new Country(
            row[alpha2],
            row[alpha3],
            row[numeric],
            row[calling].Split(' ', StringSplitOptions.RemoveEmptyEntries),
            row[currency].Length > 0 ? row[currency] : null)
        {
            Names = table.Names(row, row[alpha2]),
        });
        return new CodeList<Country>([.. all], c => [c.Alpha2, c.Alpha3, c.Numeric], c => c.Names);
    }
}
