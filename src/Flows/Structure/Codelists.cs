using System.Collections.Frozen;
using Tambo.Platform.Places;

namespace Tambo.Flows.Structure;

/// <summary>The codes that a component may have, for the codelists that are shipped; a list that is not is open.</summary>
internal static class Codelists
{
    // Several reasons of one observation.
    private const char Joining = '+';

    private const string Areas = "CL_AREA";

    // What every list has: total, unknown, other, does not apply, no answer, not said.
    private static readonly FrozenSet<string> Everywhere = FrozenSet.ToFrozenSet(["_T", "_U", "_O", "_Z", "_N", "_X"], StringComparer.Ordinal);

    private static readonly Lazy<FrozenDictionary<string, FrozenSet<string>>> Lists = new(static () =>
    {
        var table = ShippedTable.Read("codelists", "codes.csv");
        var (list, code) = (table.Column("list"), table.Column("code"));
        return table.Rows.GroupBy(row => row[list], StringComparer.Ordinal)
            .ToFrozenDictionary(same => same.Key, same => same.Select(row => row[code]).ToFrozenSet(StringComparer.Ordinal), StringComparer.Ordinal);
    });

    private static readonly Lazy<FrozenSet<string>> Countries3 = new(static () => Countries.All.Select(country => country.Alpha3).ToFrozenSet(StringComparer.Ordinal));

    /// <summary>True when a component may have a code.</summary>
    public static bool Allows(Component component, string code) => component.Kind switch
    {
        ComponentKind.Age => AgeInterval.Read(code) is not null,
        ComponentKind.Period => Period.Read(code) is not null,
        ComponentKind.Code => code.Length > 0 && (!Lists.Value.TryGetValue(component.Codelist, out var codes) || Everywhere.Contains(code)
            || code.Split(Joining).All(part => codes.Contains(part) || (component.Codelist == Areas && IsArea(part)))),
        _ => true,
    };

    // ISO 3166-1, 8.1.3: codes that everybody may give a meaning of their own.
    private static bool IsOwn(string code) => code is ['A', 'A', _] or ['Z', 'Z', _] or ['X', _, _] or ['Q', >= 'M', _];

    // Areas within countries that are not shipped have P-codes all the same: letters of their country, then figures.
    private static bool IsArea(string code) => code.Length == 3 && code.All(char.IsAsciiLetter)
        ? Countries3.Value.Contains(code) || IsOwn(code)
        : AdminAreas.Find(code) is not null || (code.Length > 3 && code.Take(2).All(char.IsAsciiLetterUpper) && code.Any(char.IsAsciiDigit));
}
