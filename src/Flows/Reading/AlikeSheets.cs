using System.Globalization;
using Tambo.Flows.Harmonising;

namespace Tambo.Flows.Reading;

/// <summary>Sheets of a workbook with equal headings, as a mapping that reads them as one table names them; pure.</summary>
/// <param name="Names">The sheets.</param>
/// <param name="Patterns">What a mapping says of them: a pattern where their names differ in the year alone and no other sheet fits it, so that next year's is read too; else the names.</param>
/// <param name="Column">What the column of their names is called: by what the names say, a year or a month, so that it is taken for one.</param>
/// <param name="Part">Which word of the name the column has; null for all of it.</param>
internal sealed record AlikeSheets(IReadOnlyList<string> Names, IReadOnlyList<string> Patterns, string Column, int? Part)
{
    /// <summary>What sheets of equal headings are.</summary>
    /// <param name="names">The sheets.</param>
    /// <param name="others">Sheets with other headings.</param>
    public static AlikeSheets Of(IReadOnlyList<string> names, IReadOnlyList<string> others)
    {
        var words = names[0].Split(' ');
        for (var at = 0; at < words.Length; at++)
        {
            var place = at;
            if (!names.All(name => name.Split(' ') is var own && own.Length > place && IsYear(own[place])))
                continue;
            var pattern = string.Join(' ', words.Select((word, index) => index == place ? "20*" : word));
            var isOne = names.All(name => WordForms.Fits(name, pattern)) && !others.Any(name => WordForms.Fits(name, pattern));
            return new AlikeSheets(names, isOne ? [pattern] : names, "year", words.Length == 1 ? null : place + 1);
        }

        return new AlikeSheets(names, names, names.All(name => DateWords.MonthOf(name, null) is >= 1) ? "month" : "sheet", null);
    }

    /// <summary>The part of a sheet's name that the column has.</summary>
    public string PartOf(string name) => Part is { } part ? name.Split(' ')[part - 1] : name;

    private static bool IsYear(string word) => word.Length == 4 && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= 1950 and <= 2100;
}
