using Tambo.Platform.Languages;
using Tambo.Platform.Places;

namespace Tambo.Guide.Pages;

/// <summary>A number to call when somebody is in danger.</summary>
/// <param name="For">general, police, ambulance or fire.</param>
/// <param name="Number">What is dialled.</param>
/// <param name="Verified">True when somebody has held it against its source.</param>
public sealed record EmergencyNumber(string For, string Number, bool Verified);

/// <summary>A country's emergency numbers.</summary>
public sealed record EmergencyCountry(string Code, string Name, IReadOnlyList<EmergencyNumber> Numbers);

/// <summary>The emergency numbers of the Americas, from the shipped table.</summary>
internal static class EmergencyNumbers
{
    private static readonly Lazy<ILookup<string, EmergencyNumber>> ByCountry = new(Load);

    /// <summary>All countries in the reader's alphabet, the node's own country first.</summary>
    public static IReadOnlyList<EmergencyCountry> In(Texts texts, string? ownCountry) =>
    [
        .. ByCountry.Value
            .Select(country => new EmergencyCountry(country.Key, Countries.Name(country.Key, texts), [.. country]))
            .OrderBy(country => country.Code != ownCountry)
            .ThenBy(country => country.Name, StringComparer.Create(texts.Culture, ignoreCase: true)),
    ];

    private static ILookup<string, EmergencyNumber> Load()
    {
        var table = ShippedTable.Read("emergency", "numbers.csv");
        int country = table.Column("country"), purpose = table.Column("for"), number = table.Column("number"), verified = table.Column("verified");
        return table.Rows.ToLookup(
            row => row[country],
            row => new EmergencyNumber(row[purpose], row[number], row[verified] == "true"),
            StringComparer.Ordinal);
    }
}
