using System.Globalization;
using System.Text.RegularExpressions;
using Tambo.Cases.Register;
using Tambo.Platform.Parts;

namespace Tambo.Cases.Statistics;

/// <summary>
/// The figures of cases as they are handed over to whoever reports of the whole node: every month that was counted, as it is kept and told
/// (<see cref="CaseStatistics"/>), and nothing else.
/// </summary>
internal static partial class CaseIndicators
{
    private const int Milliseconds = 1000;
    private const string Cases = "cases.at_month_end";
    private const string Profiles = "cases.profiles_at_month_end";
    private const string Kind = "kind";
    private const string Profile = "profile";

    /// <summary>What the part hands over.</summary>
    public static FigureSource Source { get; } = new()
    {
        Code = "cases.statistics",
        Rule = "random_rounding",
        Permission = CasesRights.Statistics,
        Indicators =
        [
            // All that were opened until then, whether they have ended or not, which their state says.
            new Indicator(
                Cases,
                "cases",
                [
                    new FigureDimension(Kind, static code => IsPooled(code) || CaseKinds.Homes.ContainsKey(code)),
                    new FigureDimension("state", static code => code == RoundedCounts.Others || CaseStates.Next.ContainsKey(code)),
                    new FigureDimension("month", static code => code is RoundedCounts.Others or CountedCase.Earlier || DateOnly.TryParseExact(code, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)),
                    new FigureDimension("place", static code => IsPooled(code) || Area().IsMatch(code)),
                ]),
            // One case may have several.
            new Indicator(Profiles, "cases", [new FigureDimension(Profile, static code => CountedCase.Counted.Contains(code))]),
        ],
        ReadAsync = static async (services, actor, cancellationToken) =>
            [.. (await ((CaseStatistics)services.GetService(typeof(CaseStatistics))!).AllAsync(actor, cancellationToken)).SelectMany(Of)],
    };

    /// <summary>The figures of a month, one by one.</summary>
    internal static IEnumerable<HandedFigure> Of(CaseFigures month)
    {
        var period = month.AsOf.UtcDateTime.AddDays(-1).ToString("yyyy-MM", CultureInfo.InvariantCulture);
        yield return One(Cases, month.Total);
        // How many there are of a kind stands in each table, and is the same in all.
        if (month.Tables.Count > 0)
        {
            for (var row = 0; row < month.Tables[0].Rows.Count; row++)
                yield return One(Cases, month.Tables[0].RowTotals[row], (Kind, month.Tables[0].Rows[row]));
        }

        foreach (var table in month.Tables)
        {
            for (var column = 0; column < table.Columns.Count; column++)
            {
                yield return One(Cases, table.ColumnTotals[column], (table.By, table.Columns[column]));
                for (var row = 0; row < table.Rows.Count; row++)
                    yield return One(Cases, table.Cells[row][column], (Kind, table.Rows[row]), (table.By, table.Columns[column]));
            }
        }

        foreach (var profile in month.Profiles)
            yield return One(Profiles, profile.Count, (Profile, profile.Group));

        HandedFigure One(string indicator, long? value, params (string Dimension, string Code)[] of) =>
            new(indicator, period, of.ToDictionary(one => one.Dimension, one => one.Code, StringComparer.Ordinal), value, month.Threshold);
    }

    // As codes of areas and countries are written, and not whether they are on the present list: a month that was told stays told.
    [GeneratedRegex(@"\A[A-Z]{2}([0-9]{1,12}|-[A-Z0-9]{1,3})?\z", RegexOptions.ExplicitCapture, Milliseconds)]
    private static partial Regex Area();

    private static bool IsPooled(string code) => code is RoundedCounts.Others or CountedCase.Unknown;
}
