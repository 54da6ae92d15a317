using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Assistant;

/// <summary>Writes what a person and the assistant have agreed on as a mapping's file, as a statistician would; pure.</summary>
internal static class WriteMapping
{
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, IndentCharacter = ' ', IndentSize = 2, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The mapping's file.</summary>
    /// <param name="draft">What was agreed on.</param>
    /// <param name="version">Its version.</param>
    public static string Json(MappingDraft draft, int version)
    {
        var mapping = new JsonObject
        {
            ["name"] = draft.Name,
            ["version"] = version,
            ["dataflow"] = draft.Flow,
            ["series"] = Series(draft),
            ["replaces"] = draft.Replaces,
        };
        if (draft.Within.Count > 0 && draft.Replaces != "nothing")
            mapping["replaces_within"] = Texts(draft.Within);
        if (draft.Once)
            mapping["once"] = true;
        var file = new JsonObject();
        if (draft.Sheet.Length > 0)
            file["sheet"] = draft.Sheet;
        if (draft.Sheets is { } sheets)
        {
            file["sheets"] = Texts(sheets.Patterns);
            file["sheet_column"] = sheets.Column;
            if (sheets.Part is { } part)
                file["sheet_part"] = new JsonObject { ["between"] = " ", ["number"] = part };
        }

        if (draft.Repeat.Length > 0)
            file["repeat"] = draft.Repeat;
        if (file.Count > 0)
            mapping["file"] = file;
        mapping["constants"] = Constants(draft);
        if (LeaveOut(draft) is { Count: > 0 } left)
            mapping["leave_out"] = left;
        mapping["columns"] = Columns(draft);
        if (Pivot(draft) is { Count: > 0 } pivot)
            mapping["pivot"] = pivot;
        if (Hours(draft) is { } hours)
            mapping["hours"] = hours;
        return mapping.ToJsonString(Written) + "\n";
    }

    private static JsonObject Series(MappingDraft draft)
    {
        var series = new JsonObject { ["code"] = draft.Series };
        if (draft.Title.Length > 0)
            series["title"] = new JsonObject { [draft.Language] = draft.Title };
        series["publisher"] = draft.Publisher;
        if (draft.Licence.Length > 0)
            series["licence"] = draft.Licence;
        if (draft.Link.Length > 0)
            series["link"] = draft.Link;
        if (draft.Training)
            series["training"] = true;
        return series;
    }

    private static JsonObject Constants(MappingDraft draft)
    {
        var constants = new JsonObject { ["UNIT_MEASURE"] = draft.Unit };
        if (draft.RefArea.Length > 0 && !Has(draft, "REF_AREA"))
            constants["REF_AREA"] = draft.RefArea;
        if (draft.Direction.Length > 0 && !Has(draft, "DIRECTION") && Dataflow.Find(draft.Flow)?["DIRECTION"] is not null)
            constants["DIRECTION"] = draft.Direction;
        if (!Has(draft, Dataflow.Value) && !Has(draft, ColumnRoles.Wide))
            constants[Dataflow.Value] = "1";
        return constants;
    }

    private static JsonArray LeaveOut(MappingDraft draft)
    {
        var rules = new JsonArray();
        foreach (var column in draft.Columns)
        {
            var gone = column.Values.Where(value => value.Code == TableWords.Total).ToList();
            if (gone.Count == 0)
                continue;
            var patterns = gone.Select(value => TableWords.LeaveOut(value.Value)).OfType<string>().Where(pattern => pattern.EndsWith('*')).Distinct(StringComparer.Ordinal).ToList();
            var values = gone.Select(value => value.Value).Where(value => !patterns.Exists(pattern => WordForms.Fits(value, pattern))).ToList();
            var rule = new JsonObject { ["column"] = column.Name };
            if (values.Count > 0)
                rule["values"] = Texts(values);
            if (patterns.Count > 0)
                rule["patterns"] = Texts(patterns);
            rule["why"] = "total";
            rules.Add(rule);
        }

        return rules;
    }

    private static JsonArray Columns(MappingDraft draft)
    {
        var columns = new JsonArray();
        var year = draft.Columns.FirstOrDefault(column => column.Role == ColumnRoles.Year);
        var month = draft.Columns.FirstOrDefault(column => column.Role == ColumnRoles.Month);
        var isWide = draft.Columns.Any(column => column.Role == ColumnRoles.Wide && column.Dates.Count > 0);
        if (year is not null && !isWide && !Has(draft, Dataflow.Period))
        {
            columns.Add(month is null
                ? Column([year.Name], [Dataflow.Period], "dates", Dates([("yyyy", "A")]))
                : Column([year.Name, month.Name], [Dataflow.Period], "dates", Dates([("yyyy M", "M"), ("yyyy MM", "M"), ("yyyy MMMM", "M")])));
        }

        foreach (var column in draft.Columns)
        {
            if (column.Role == Dataflow.Period && !isWide)
                columns.Add(Column([column.Name], [column.Role], "dates", Dates(column.Dates)));
            else if (column.Role == Dataflow.Value)
                columns.Add(Column([column.Name], [column.Role], "number", Number(column)));
            else if (ColumnRoles.Countries.Contains(column.Role))
                columns.Add(Countries(column));
            else if (ColumnRoles.Categories.Contains(column.Role))
                columns.Add(Column([column.Name], column.Role == ColumnRoles.SexAge ? ["SEX", "AGE"] : [column.Role], "values", Values(column)));
            else if (ColumnRoles.Texts.Contains(column.Role))
                columns.Add(Column([column.Name], [column.Role], "text", true));
        }

        return columns;
    }

    private static JsonArray Pivot(MappingDraft draft)
    {
        var pivot = new JsonArray();
        var wide = draft.Columns.Where(column => column.Role == ColumnRoles.Wide).ToList();
        var year = draft.Columns.FirstOrDefault(column => column.Role == ColumnRoles.Year);
        foreach (var same in wide.Where(column => column.Dates.Count > 0).GroupBy(column => (column.Dates[0], column.Says, Rest(column))))
        {
            var ((pattern, frequency), says, rest) = same.Key;
            var isMonth = pattern == "MMMM";
            if (isMonth && year is null)
            {
                foreach (var column in same)
                    pivot.Add(Pivoted(column.Name, column, Codes(says, DateWords.MonthOf(Part(column), null) is { } month ? $"{draft.Year}-{month.ToString("00", CultureInfo.InvariantCulture)}" : "")));
                continue;
            }

            var one = Pivoted(rest.Length == 0 ? "*" : rest, same.First(), Codes(says, ""));
            one["dates"] = Dates([(isMonth ? "MMMM yyyy" : pattern, frequency)]);
            if (isMonth)
                one["with"] = Texts([year!.Name]);
            pivot.Add(one);
        }

        foreach (var column in wide.Where(column => column.Dates.Count == 0))
            pivot.Add(Pivoted(column.Name, column, Codes(column.Says, "")));
        return pivot;
    }

    // Hours are of points that are counted at: stocks and returns have none.
    private static JsonObject? Hours(MappingDraft draft)
    {
        var (observed, open, coverage) = (Of(ColumnRoles.HoursObserved), Of(ColumnRoles.HoursOpen), Of(ColumnRoles.Coverage));
        if ((observed ?? coverage) is not { } first || Dataflow.Find(draft.Flow)?["POINT"] is null)
            return null;
        var hours = new JsonObject { [observed is null ? "coverage" : "observed"] = first.Name };
        if (open is not null)
            hours["open"] = open.Name;
        if (Number(first) is { Count: > 0 } number)
            hours["number"] = number;
        return hours;

        ColumnDraft? Of(string role) => draft.Columns.FirstOrDefault(column => column.Role == role);
    }

    private static string Part(ColumnDraft column) => column.DatePart.Length > 0 ? column.DatePart : column.Name;

    // The heading with a star where the period stands; empty when the period is all of it.
    private static string Rest(ColumnDraft column) => column.DatePart.Length == 0 ? "" : column.Name.Replace(column.DatePart, "*", StringComparison.Ordinal);

    private static JsonObject Pivoted(string name, ColumnDraft column, JsonObject to)
    {
        var one = new JsonObject { ["column"] = name };
        if (to.Count > 0)
            one["to"] = to;
        one["number"] = Number(column);
        return one;
    }

    private static JsonObject Codes(string says, string period)
    {
        var to = new JsonObject();
        if (says.Split(' ') is [var sex, var age])
        {
            if (sex != "_T")
                to["SEX"] = sex;
            if (age != "_T")
                to["AGE"] = age;
        }

        if (period.Length > 0)
            to[Dataflow.Period] = period;
        return to;
    }

    private static JsonObject Countries(ColumnDraft column)
    {
        var said = new JsonObject();
        // A code of two letters is known where the column has them.
        var list = column.Values.Any(value => value.IsUnderstood && CountryWords.Find(value.Value) is null) ? CountryWords.ShortList : CountryWords.List;
        foreach (var value in column.Values.Where(value => value.Code.Length > 0 && value.Code != TableWords.Total && CountryWords.Find(value.Value, list) != value.Code))
            said[value.Value] = new JsonArray(new JsonObject { ["to"] = new JsonObject { [column.Role] = value.Code } });
        var made = Column([column.Name], [column.Role], "codes", list);
        if (said.Count > 0)
            made["values"] = said;
        return made;
    }

    private static JsonObject Values(ColumnDraft column)
    {
        var said = new JsonObject();
        foreach (var value in column.Values.Where(value => value.Code.Length > 0 && value.Code != TableWords.Total))
        {
            var to = new JsonObject();
            if (column.Role == ColumnRoles.SexAge)
            {
                var parts = value.Code.Split(' ');
                (to["SEX"], to["AGE"]) = (parts[0], parts[^1]);
            }
            else
            {
                to[column.Role] = value.Code;
            }

            said[value.Value] = new JsonArray(new JsonObject { ["to"] = to });
        }

        return said;
    }

    private static JsonObject Number(ColumnDraft column)
    {
        var form = new JsonObject();
        if (column.Number.Decimal != ".")
            form["decimal"] = column.Number.Decimal;
        if (column.Number.Thousands.Length > 0)
            form["thousands"] = column.Number.Thousands;
        if (column.Unknown.Count > 0)
            form["unknown"] = Texts(column.Unknown);
        return form;
    }

    private static JsonArray Dates(IReadOnlyList<(string Pattern, string Frequency)> patterns)
    {
        var dates = new JsonArray();
        foreach (var (pattern, frequency) in patterns)
        {
            var one = new JsonObject { ["pattern"] = pattern };
            if (frequency.Length > 0)
                one["frequency"] = frequency;
            dates.Add(one);
        }

        return dates;
    }

    private static JsonObject Column(IReadOnlyList<string> from, IReadOnlyList<string> to, string how, JsonNode said) => new() { ["from"] = Texts(from), ["to"] = Texts(to), [how] = said };

    private static JsonArray Texts(IReadOnlyList<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    private static bool Has(MappingDraft draft, string role) => draft.Columns.Any(column => column.Role == role);
}
