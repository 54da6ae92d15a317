using System.Globalization;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Serving;

/// <summary>The hashtags by which humanitarian programs know columns of figures (HXL 1.1; those of other publishers of such data where they have one).</summary>
internal static class HxlTags
{
    private static readonly Dictionary<string, string> OfComponents = new(StringComparer.OrdinalIgnoreCase)
    {
        [Dataflow.Series] = "#meta+series",
        [Dataflow.Unit] = "#meta+unit",
        [Dataflow.Period] = "#date+period",
        ["REF_AREA"] = "#country+code",
        ["POINT"] = "#loc+fmp+code",
        ["DIRECTION"] = "#indicator+direction",
        ["ENTRY_STATUS"] = "#x_status+entry",
        ["NATIONAL_CODE"] = "#x_status+national",
        ["SEX"] = "#gender+code",
        ["AGE"] = "#age+range",
        ["CITIZENSHIP"] = "#country+code+nationality",
        ["C_ORIGIN"] = "#country+code+origin",
        ["C_PREVIOUS"] = "#country+code+previous",
        ["C_NEXT"] = "#country+code+next",
        ["C_DEST"] = "#country+code+dest",
        ["ROUTE"] = "#x_route+code",
        ["TRANS_MODE"] = "#x_transport+code",
        ["REASON"] = "#cause+type",
        ["CAUSE"] = "#cause+type",
        ["VULN"] = "#affected+type",
        ["POP_GROUP"] = "#indicator+population_type",
        ["BASIS"] = "#meta+basis",
        ["ROUND"] = "#round+code",
        ["RETURN_TYPE"] = "#indicator+return_type",
        ["COLL_METHOD"] = "#meta+method",
        ["OBS_STATUS"] = "#meta+flag",
        ["CONF_STATUS"] = "#meta+confidentiality",
        ["DATA_SOURCE"] = "#meta+source",
        ["QUESTION"] = "#indicator+question",
        ["ANSWER"] = "#indicator+answer",
    };

    private static readonly Dictionary<string, string> OfMeasures = new(StringComparer.OrdinalIgnoreCase)
    {
        ["DEAD"] = "#affected+killed",
        ["MISSING"] = "#affected+missing",
        ["SURVIVORS"] = "#affected+survivors",
        ["FEMALE"] = "#affected+f",
        ["MALE"] = "#affected+m",
        ["CHILDREN"] = "#affected+children",
        ["LATITUDE"] = "#geo+lat",
        ["LONGITUDE"] = "#geo+lon",
    };

    /// <summary>The tag of a column that figures are grouped by; spans of time are periods.</summary>
    public static string OfColumn(string column, Component? component) => component is null ? "" : OfComponents.GetValueOrDefault(component.Code) ?? $"#x_{column.ToLowerInvariant()}";

    /// <summary>The tag of what is counted.</summary>
    public static string OfMeasure(string measure) => OfMeasures.GetValueOrDefault(measure) ?? "#affected+ind";

    /// <summary>What is added to the tag of what is counted for a sex and an interval of ages: <c>+f+children+age_5_11</c>.</summary>
    public static string Attributes(string sex, string age) => sex switch { "F" => "+f", "M" => "+m", "_U" => "+unknown_sex", "_O" => "+other_sex", _ => "" } + OfAge(age);

    // The words that UNHCR's tables have for these intervals; others are children when all in them are, and adults likewise.
    private static string OfAge(string age)
    {
        if (age == "_U")
            return "+unknown_age";
        if (AgeInterval.Read(age) is not { } ages || ages == AgeInterval.All)
            return "";
        var word = ages switch
        {
            (0, 4) => "+infants",
            (12, 17) => "+adolescents",
            ( >= 60, _) => "+elderly",
            (_, < 18) => "+children",
            ( >= 18, _) => "+adults",
            _ => "",
        };
        return word + (ages.Most == AgeInterval.NoLimit
            ? string.Create(CultureInfo.InvariantCulture, $"+age_{ages.Least}")
            : string.Create(CultureInfo.InvariantCulture, $"+age_{ages.Least}_{ages.Most}"));
    }
}
