using System.Text.Json;

namespace Tambo.Cases.Deidentified;

/// <summary>A field of the standard, and which of our codes become which of its values. Without <see cref="From"/> it stays empty.</summary>
internal sealed record HtcdsColumn(string Field, string From, IReadOnlyDictionary<string, string> Values);

/// <summary>How cases of trafficking are said in the words of HTCDS 2.0 of IOM (CC BY 4.0): a data file.</summary>
internal sealed record HtcdsMapping(string Standard, string Publisher, string Address, string Licence, string Note, IReadOnlyList<HtcdsColumn> Columns)
{
    /// <summary>What ships.</summary>
    public static HtcdsMapping Shipped { get; } = Read();

    /// <summary>The values of a column: what our codes become, each once. A code that has no value there is left out, never guessed.</summary>
    public static IReadOnlyList<string> Said(HtcdsColumn column, IEnumerable<string> codes) =>
        [.. codes.Select(code => column.Values.GetValueOrDefault(code)).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static HtcdsMapping Read()
    {
        using var stream = typeof(HtcdsMapping).Assembly.GetManifestResourceStream("Tambo.Cases.Rules.htcds.json")!;
        return JsonSerializer.Deserialize<HtcdsMapping>(stream, JsonSerializerOptions.Web)!;
    }
}
