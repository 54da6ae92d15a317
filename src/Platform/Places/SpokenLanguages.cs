using Tambo.Platform.Languages;

namespace Tambo.Platform.Places;

/// <summary>A language that people speak, sign or write.</summary>
/// <param name="Code">What a language tag uses: two letters where ISO 639-1 has them, else three.</param>
/// <param name="Alpha3">The code of ISO 639-2 (terminological) or ISO 639-3.</param>
/// <param name="OwnName">Its name in itself, where we are sure of it.</param>
public sealed record SpokenLanguage(string Code, string Alpha3, string? OwnName)
{
    /// <summary>The bibliographic code of ISO 639-2 where it differs, else empty.</summary>
    internal string Bibliographic { get; init; } = "";

    internal LocalNames Names { get; init; } = new([], []);

    /// <summary>The name in the reader's language, else in English.</summary>
    public string Name(string languageTag) => Names.In(languageTag) ?? Code;
}

/// <summary>
/// The languages people speak, to say who is understood where: those of ISO 639-2 and indigenous, creole and
/// sign languages of the Americas. Not the languages of the interface.
/// </summary>
public static class SpokenLanguages
{
    private static readonly Lazy<CodeList<SpokenLanguage>> List = new(Load);

    /// <summary>All of them, ordered by code.</summary>
    public static IReadOnlyList<SpokenLanguage> All => List.Value.All;

    /// <summary>The language of a two-letter or three-letter code, in any case; <see langword="null"/> when there is none.</summary>
    public static SpokenLanguage? Find(string? code) => List.Value.Find(code);

    /// <summary>The name of a language in a language, falling back to English, then to the code as given.</summary>
    public static string Name(string code, string languageTag) => List.Value.Name(code, languageTag);

    /// <summary>The name of a language for a reader; on a page it says in which language it is when that is not the reader's.</summary>
    public static string Name(string code, Texts texts) => List.Value.Name(code, texts);

    /// <summary>All of them in the alphabetical order of a language.</summary>
    public static IReadOnlyList<SpokenLanguage> InOrderOf(string languageTag) => List.Value.InOrderOf(languageTag);

    private static CodeList<SpokenLanguage> Load()
    {
        var table = ShippedTable.Read("languages", "languages.csv");
        int code = table.Column("code"), alpha3 = table.Column("alpha3"), alpha3b = table.Column("alpha3b");
        var own = table.Column("own_name");
        var all = table.Rows.Select(row => new SpokenLanguage(row[code], row[alpha3], row[own].Length > 0 ? row[own] : null)
        {
            Bibliographic = row[alpha3b],
            Names = table.Names(row, row[code]),
        });
        return new CodeList<SpokenLanguage>([.. all], l => [l.Code, l.Alpha3, l.Bibliographic], l => l.Names);
    }
}
