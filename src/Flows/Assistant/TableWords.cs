using System.Collections.Frozen;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Reading;
using Tambo.Platform.Places;

namespace Tambo.Flows.Assistant;

/// <summary>What headings and categories of tables mean, in the languages of the shipped words; pure on these.</summary>
internal static class TableWords
{
    /// <summary>A category that is a total of others.</summary>
    public const string Total = "-";

    /// <summary>Words that hold for any component.</summary>
    public const string Any = "*";

    private const string Note = "note";
    private const string Totals = "total";

    private static readonly Lazy<FrozenDictionary<string, string>> Headings = new(static () => Read("headings.csv", "concept").ToFrozenDictionary(row => row.Key, row => row.Code, StringComparer.Ordinal));
    private static readonly Lazy<FrozenDictionary<(string, string), string>> Categories = new(static () =>
        Read("categories.csv", "code").ToFrozenDictionary(row => (row.Component, row.Key), row => row.Code));

    /// <summary>Components that have words of their own, in the order in which they are tried.</summary>
    public static IReadOnlyList<string> Components { get; } = ["SEX", "SEX_AGE", "AGE", "DIRECTION", "ENTRY_STATUS", "TRANS_MODE", "REASON"];

    /// <summary>What a heading says: a component, YEAR, MONTH, SEX_AGE or TOTAL; null when it is not known. <paramref name="isWhole"/> tells whether all of it was understood.</summary>
    public static string? Heading(string name, out bool isWhole)
    {
        var folded = Spelling.Fold(name);
        isWhole = true;
        if (Headings.Value.GetValueOrDefault(folded) is { } whole)
            return whole;
        if (name.Contains(TableColumns.Between, StringComparison.Ordinal))
            return Heading(name[(name.LastIndexOf(TableColumns.Between, StringComparison.Ordinal) + TableColumns.Between.Length)..], out isWhole);
        isWhole = false;
        var padded = $" {folded} ";
        // One-letter headings as n say something only when they stand alone.
        return Headings.Value.Where(heading => heading.Key.Length > 2 && padded.Contains($" {heading.Key} ", StringComparison.Ordinal))
            .OrderByDescending(heading => heading.Key.Length).ThenBy(heading => heading.Key, StringComparer.Ordinal).Select(heading => heading.Value).FirstOrDefault();
    }

    /// <summary>The code of a word for a component, <see cref="Total"/> for totals; null when it is not known.</summary>
    public static string? Category(string component, string value)
    {
        var plain = WordForms.Plain(value).TrimEnd(':', '.', '*').Trim();
        return Categories.Value.GetValueOrDefault((component, plain)) ?? Categories.Value.GetValueOrDefault((Any, plain));
    }

    /// <summary>True for a word of any component that says nothing of its own, as unknown or other.</summary>
    public static bool IsCommon(string value) => Categories.Value.ContainsKey((Any, WordForms.Plain(value).TrimEnd(':', '.', '*').Trim()));

    /// <summary>The pattern of a total or a note that stands among the values of a column; null when a value is neither.</summary>
    public static string? LeaveOut(string value)
    {
        var plain = WordForms.Plain(value);
        if (Category(Any, value) == Total)
            return plain;
        var first = plain.Split([' ', ':', '.', '/'], 2)[0];
        if (first.Length < 3)
            return null;
        // Words as "all" begin places too.
        if (Categories.Value.ContainsKey((Totals, first)) && plain.Length > first.Length)
            return first + "*";
        return Categories.Value.ContainsKey((Note, first)) && (plain.Contains(':', StringComparison.Ordinal) || plain.Length > 40 || plain == first) ? first + "*" : null;
    }

    private static IEnumerable<(string Component, string Key, string Code)> Read(string file, string code)
    {
        var table = ShippedTable.Read("flow-words", file);
        var (codes, word) = (table.Column(code), table.Column("word"));
        var components = code == "code" ? table.Column("component") : -1;
        return table.Rows.Select(row => (components < 0 ? "" : row[components], components < 0 ? Spelling.Fold(row[word]) : WordForms.Plain(row[word]), row[codes]))
            .Where(row => row.Item2.Length > 0).DistinctBy(row => (row.Item1, row.Item2));
    }
}
