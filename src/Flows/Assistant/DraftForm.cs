using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Imports;
using Tambo.Flows.Structure;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Flows.Assistant;

/// <summary>Reads what a person said of an unknown table from a form of plain fields; what they did not say stays as it was proposed.</summary>
internal static class DraftForm
{
    /// <summary>The ways of writing numbers to choose from: decimal mark and groups of thousands.</summary>
    public static IReadOnlyList<(string Key, string Decimal, string Thousands, string Example)> Numbers { get; } =
    [
        ("plain", ".", "", "1234.5"), ("points", ",", ".", "1.234,5"), ("commas", ".", ",", "1,234.5"), ("spaces", ",", " ", "1 234,5"), ("comma", ",", "", "1234,5"),
        ("points_spaces", ".", " ", "1 234.5"), ("quotes", ".", "'", "1'234.5"),
    ];

    /// <summary>What a further file may stand instead of.</summary>
    public static IReadOnlyList<string> Replacings { get; } = ["periods", "months", "years", "all", "nothing"];

    /// <summary>By what files may divide a series beside time: where it was counted, and what else columns say of places and people.</summary>
    public static IReadOnlyList<string> Parts(MappingDraft draft)
    {
        var said = draft.Columns.Select(column => column.Role).ToHashSet(StringComparer.Ordinal);
        var hasArea = said.Contains("REF_AREA") || draft.RefArea.Length > 0;
        return [.. Dividing.Where(code => code == ReplacedScope.Country ? hasArea : said.Contains(code) && Dataflow.Find(draft.Flow)?[code] is not null)];
    }

    // Nobody sends a file of one sex or age after another.
    private static readonly IReadOnlyList<string> Dividing = [ReplacedScope.Country, "POINT", "ROUTE", "DIRECTION", "CITIZENSHIP", "C_ORIGIN", "C_DEST"];

    private static readonly HashSet<string> AnyCode = new(StringComparer.Ordinal) { "", "_U", "_O", "_T", TableWords.Total };

    /// <summary>The name of a field of a column.</summary>
    public static string Field(string kind, int column) => string.Create(CultureInfo.InvariantCulture, $"{kind}{column}");

    /// <summary>The name of the field of a value.</summary>
    public static string Field(int column, int value) => string.Create(CultureInfo.InvariantCulture, $"v{column}-{value}");

    /// <summary>What was agreed on, with what has to be corrected.</summary>
    public static (MappingDraft Draft, Problem? Refusal) Read(IFormCollection form, TableProfile table, MappingDraft proposed)
    {
        var refused = new List<(string, ProblemKind)>();
        string Text(string name, string otherwise = "") => form.TryGetValue(name, out var sent) ? sent.ToString().ReplaceLineEndings(" ").Trim() : otherwise;
        // Another sheet has other columns: what was said of the first does not hold for it.
        var same = Text("seen") == Seen(table);
        var area = Text("area");
        var draft = proposed with
        {
            Name = Text("name", proposed.Name),
            Series = Text("series", proposed.Series).ToUpperInvariant(),
            Title = Text("title", proposed.Title),
            Publisher = Text("publisher", proposed.Publisher),
            Licence = Text("licence"),
            Link = Text("link"),
            Flow = Dataflow.Find(Text("flow", proposed.Flow))?.Code ?? proposed.Flow,
            Unit = Text("unit", proposed.Unit),
            RefArea = area.Length == 0 ? "" : CountryWords.Find(area) ?? "?",
            Direction = Text("direction"),
            Year = Text("year"),
            Replaces = Text("replaces") is { } replaces && Replacings.Contains(replaces) ? replaces : proposed.Replaces,
            Once = same ? Text("once") == "true" : proposed.Once,
            Training = Text("training") == "true",
            Columns = same ? [.. proposed.Columns.Select(column => Column(column, table, Text, refused))] : proposed.Columns,
        };
        draft = draft with { Within = [.. Parts(draft).Where(form["within"].Contains)] };
        Require(draft, refused);
        return (draft, refused.Count == 0 ? null : FormProblems.With([.. refused.DistinctBy(one => one.Item1)]));
    }

    /// <summary>Which table the fields of a form are about.</summary>
    public static string Seen(TableProfile table) => $"{table.Sheet}|{table.Columns.Count.ToString(CultureInfo.InvariantCulture)}|{table.IsTogether}";

    private static ColumnDraft Column(ColumnDraft proposed, TableProfile table, Func<string, string, string> text, List<(string, ProblemKind)> refused)
    {
        var at = proposed.Place;
        var role = text(Field("c", at), proposed.Role);
        if (!ColumnRoles.For(Dataflow.Flow).Contains(role))
            role = ColumnRoles.None;
        var draft = role == proposed.Role ? proposed : ProposeMapping.InRole(table, at, role);
        // Fields below a role are about the role that the person saw.
        if (text(Field("r", at), "?") != role)
            return draft;
        if (role == Dataflow.Period && text(Field("p", at), "") is { Length: > 0 } pattern)
            draft = draft with { Dates = [(pattern, text(Field("q", at), "M"))], MayBeSwapped = false };
        else if (role == Dataflow.Period && text(Field("q", at), "") is { Length: 1 } frequency)
            draft = draft with { Dates = [.. draft.Dates.Select(one => (one.Pattern, one.Frequency.Length == 0 ? "" : frequency))] };
        if (Numbers.FirstOrDefault(form => form.Key == text(Field("n", at), "")) is { Key: not null } number)
            draft = draft with { Number = (number.Decimal, number.Thousands) };
        if (role == ColumnRoles.Wide && text(Field("s", at), draft.Says) is var says && says != draft.Says)
        {
            var code = says.Length == 0 ? "" : AgeWords.SexAndAge(says) ?? "?";
            if (code is "?" or TableWords.Total)
                refused.Add((Field("s", at), FlowsProblems.CodeUnfit));
            draft = draft with { Says = code };
        }

        return draft with { Values = [.. draft.Values.Select(value => Value(role, at, value, text, refused))] };
    }

    private static ValueDraft Value(string role, int at, ValueDraft value, Func<string, string, string> text, List<(string, ProblemKind)> refused)
    {
        var field = Field(at, value.Place);
        var said = text(field, "\0");
        if (said == "\0" || said == Shown(role, value.Code))
            return value;
        if (Code(role, said) is { } code)
            return value with { Code = code };
        refused.Add((field, FlowsProblems.CodeUnfit));
        return value with { Code = said };
    }

    /// <summary>A code as the form shows it, and understands it again.</summary>
    public static string Shown(string role, string code) => role switch
    {
        "AGE" => AgeWords.Shown(code),
        ColumnRoles.SexAge when code.Split(' ') is [var sex, var age] => $"{sex} {AgeWords.Shown(age)}",
        _ => code,
    };

    /// <summary>The code that somebody means; null when it is none.</summary>
    public static string? Code(string role, string said)
    {
        if (AnyCode.Contains(said))
            return said;
        if (ColumnRoles.Countries.Contains(role))
            return said is "STLS" ? said : CountryWords.Find(said) ?? TableWords.Category("CITIZENSHIP", said);
        return role switch
        {
            "AGE" => AgeWords.Age(said),
            ColumnRoles.SexAge => AgeWords.SexAndAge(said),
            "SEX" => said is "M" or "F" ? said : TableWords.Category(role, said),
            Dataflow.Period => null,
            _ => TableWords.Category(role, said) ?? (said.All(letter => char.IsAsciiLetterUpper(letter) || letter == '_') ? said : null),
        };
    }

    private static void Require(MappingDraft draft, List<(string, ProblemKind)> refused)
    {
        if (draft.Name.Length is 0 or > 60 || !draft.Name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-'))
            refused.Add(("name", FlowsProblems.NameUnfit));
        if (draft.Series.Length is < 2 or > 60 || !draft.Series.All(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter) || letter == '_'))
            refused.Add(("series", FlowsProblems.SeriesUnfit));
        if (draft.Publisher.Length == 0)
            refused.Add(("publisher", FormProblems.Missing));
        if (draft.RefArea == "?")
            refused.Add(("area", FlowsProblems.CodeUnfit));
        if (draft.Unit is not ("PS" or "MV" or "EV"))
            refused.Add(("unit", FormProblems.Missing));
        var needsYear = draft.Columns.Any(column => column.Role == ColumnRoles.Wide && column.Dates is [("MMMM", _), ..]) && !draft.Columns.Any(column => column.Role == ColumnRoles.Year);
        if (needsYear && Period.Read(draft.Year) is not { Frequency: 'A' })
            refused.Add(("year", FlowsProblems.YearMissing));
        foreach (var pair in draft.Columns.Where(column => column.Role.Length > 0 && column.Role != ColumnRoles.Wide).GroupBy(column => column.Role).Where(same => same.Count() > 1))
            refused.Add((Field("c", pair.Last().Place), FlowsProblems.RoleTwice));
    }
}
