using System.Text.RegularExpressions;
using Tambo.Cases.Access;
using Tambo.Platform.Files;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Questions;

/// <summary>
/// Reads a form of XLSForm (xlsform.org) from a workbook, as far as it is understood: texts, whole and decimal numbers, days, one
/// or several of a list, notes and groups. Whatever else stands in it is told by sheet and row, and then there is no form.
/// </summary>
internal static partial class ReadXlsForm
{
    /// <summary>Bytes of a workbook.</summary>
    public const int Largest = 2 * 1024 * 1024;

    private const int MostItems = 400;
    private const int MostChoices = 4000;
    private const int DeepestGroup = 6;
    private static readonly string[] Sheets = ["survey", "choices", "settings"];
    private static readonly string[] Meaningful = ["external_choices", "entities", "osm"];
    private static readonly string[] Spoken = ["label", "hint", "constraint_message"];
    private static readonly string[] OfSurvey = ["type", "name", "required", "relevant", "constraint", "compartment"];
    private static readonly string[] OfChoices = ["list_name", "name"];
    private static readonly string[] OfSettings = ["form_id", "version", "default_language"];
    private static readonly string[] Plain = [FormItem.Text, FormItem.Integer, FormItem.Decimal, FormItem.Date, FormItem.Note];

    /// <summary>The form; null when something is wrong with it, which the report says.</summary>
    /// <param name="workbook">The workbook; it can be sought in.</param>
    /// <param name="report">Hears what is wrong, by sheet and row.</param>
    /// <exception cref="Problem">It is no workbook, or has no sheet of questions.</exception>
    public static QuestionForm? From(Stream workbook, IssueReport report)
    {
        using var book = SpreadsheetReader.Open(workbook, report, new SpreadsheetLimits(Largest, 40 * 1024 * 1024, 10_000, 200, 400_000));
        if (!Has(book, "survey"))
            throw QuestionProblems.NoForm.With();
        foreach (var sheet in book.Sheets.Where(sheet => !Sheets.Contains(sheet.Name, StringComparer.OrdinalIgnoreCase)))
        {
            var means = Meaningful.Contains(sheet.Name, StringComparer.OrdinalIgnoreCase);
            report.Add(new RowIssue(0, null, means ? FormIssues.SheetUnsupported : FormIssues.SheetUnused, sheet.Name, means ? IssueSeverity.Error : IssueSeverity.Note, sheet.Name));
        }

        var form = Settings(book, report);
        // A label that names no language is in that of the form, if the form says which that is.
        var language = form.DefaultLanguage.Length > 0 ? form.DefaultLanguage : null;
        var lists = Lists(book, language, report);
        var items = Items(XlsSheet.Read(book, "survey", OfSurvey, Spoken, language, report), lists, report);
        foreach (var unused in lists.Where(list => !list.Value.Used))
            report.Add(new RowIssue(unused.Value.Line, null, FormIssues.ListUnused, unused.Key, IssueSeverity.Warning, "choices"));
        return report.Errors > 0 ? null : form with { DefaultLanguage = language ?? items.SelectMany(item => item.Label.Keys).FirstOrDefault("en"), Items = items };
    }

    private static bool Has(SpreadsheetReader book, string name) => book.Sheets.Any(sheet => string.Equals(sheet.Name, name, StringComparison.OrdinalIgnoreCase));

    private static QuestionForm Settings(SpreadsheetReader book, IssueReport report)
    {
        var none = new QuestionForm { Id = "", DefaultLanguage = "" };
        if (!Has(book, "settings"))
        {
            report.Add(new RowIssue(1, null, FormIssues.ColumnMissing, "form_id", IssueSeverity.Error, "settings"));
            return none;
        }

        // The language of the form stands in the sheet itself: its title is looked at with it.
        var quiet = new IssueReport();
        var first = XlsSheet.Read(book, "settings", OfSettings, ["form_title"], "en", quiet).Rows is [var only, ..] ? only["default_language"] : "";
        var code = first.Length == 0 ? null : XlsSheet.CodeOf(first);
        var sheet = XlsSheet.Read(book, "settings", OfSettings, ["form_title"], code ?? "en", report);
        if (sheet.Rows is not [var row])
        {
            sheet.Tell(2, FormIssues.TooMuch, "form_id", "form_id");
            return none;
        }

        if (first.Length > 0 && code is null)
            row.Refuse(FormIssues.LanguageUnknown, "default_language", first);
        if (!Name().IsMatch(row["form_id"]))
            row.Refuse(FormIssues.NameUnfit, "form_id", row["form_id"]);
        return new QuestionForm { Id = row["form_id"], Version = row["version"], Title = row.Said("form_title"), DefaultLanguage = code ?? "" };
    }

    private static Dictionary<string, ChoiceList> Lists(SpreadsheetReader book, string? language, IssueReport report)
    {
        var lists = new Dictionary<string, ChoiceList>(StringComparer.Ordinal);
        if (!Has(book, "choices"))
            return lists;
        var sheet = XlsSheet.Read(book, "choices", OfChoices, ["label"], language, report);
        if (sheet.Rows.Count > MostChoices)
            sheet.Tell(MostChoices + 2, FormIssues.TooMuch, "name", "");
        foreach (var row in sheet.Rows.Take(MostChoices))
        {
            var (list, name, label) = (row["list_name"], row["name"], row.Said("label"));
            if (list.Length == 0 || name.Length == 0 || name.Length > 64 || name.Any(char.IsWhiteSpace))
                row.Refuse(FormIssues.NameUnfit, list.Length == 0 ? "list_name" : "name", name);
            else if (label.Count == 0)
                row.Refuse(FormIssues.LabelMissing, "name", name);
            else
            {
                if (!lists.TryGetValue(list, out var there))
                    lists[list] = there = new ChoiceList(row.Line, []);
                if (there.Choices.Exists(choice => choice.Name == name))
                    row.Refuse(FormIssues.NameTwice, "name", name);
                else
                    there.Choices.Add(new FormChoice(name, label));
            }
        }

        return lists;
    }

    private static List<FormItem> Items(XlsSheet sheet, Dictionary<string, ChoiceList> lists, IssueReport report)
    {
        var (items, groups) = (new List<FormItem>(), new Stack<(FormItem Item, XlsRow Row)>());
        foreach (var row in sheet.Rows.Take(MostItems))
        {
            var type = Spaces().Replace(row["type"], " ");
            if (type is "end group" or "end_group")
            {
                if (!groups.TryPop(out _))
                    row.Refuse(FormIssues.GroupUnbalanced, "type", type);
                foreach (var said in OfSurvey.Skip(2).Where(column => row[column].Length > 0))
                    row.Refuse(FormIssues.ValueUnfit, said, row[said]);
                continue;
            }

            if (Item(type, row, lists, groups.TryPeek(out var around) ? around.Item : null) is not { } item)
                continue;
            if (items.Exists(known => known.Name == item.Name))
                row.Refuse(FormIssues.NameTwice, "name", item.Name);
            else
                Conditions(item, row, items);
            items.Add(item);
            if (item.Kind == FormItem.Group)
                groups.Push((item, row));
            if (groups.Count > DeepestGroup)
                row.Refuse(FormIssues.TooMuch, "type", type);
        }

        foreach (var (item, row) in groups)
            row.Refuse(FormIssues.GroupUnbalanced, "type", item.Name);
        if (sheet.Rows.Count > MostItems)
            sheet.Tell(sheet.Rows[MostItems].Line, FormIssues.TooMuch, "type", "");
        if (!items.Exists(item => item.IsAsked) && report.Errors == 0)
            sheet.Tell(2, FormIssues.ColumnMissing, "type", "type");
        return items;
    }

    private static FormItem? Item(string type, XlsRow row, Dictionary<string, ChoiceList> lists, FormItem? around)
    {
        var words = type.Split(' ');
        var kind = words switch
        {
            ["begin", "group"] or ["begin_group"] => FormItem.Group,
            [FormItem.SelectOne or FormItem.SelectMultiple, _] => words[0],
            [var one] when Plain.Contains(one, StringComparer.Ordinal) => one,
            _ => null,
        };
        if (kind is null)
        {
            row.Refuse(FormIssues.TypeUnsupported, "type", row["type"]);
            return null;
        }

        var choices = kind is FormItem.SelectOne or FormItem.SelectMultiple ? lists.GetValueOrDefault(words[1]) : null;
        if (kind is FormItem.SelectOne or FormItem.SelectMultiple && choices is null)
            row.Refuse(FormIssues.ListUnknown, "type", words[1]);
        if (choices is not null)
            choices.Used = true;
        var compartment = row["compartment"].Length > 0 ? row["compartment"].ToLowerInvariant() : around?.Compartment ?? Compartments.General;
        if (!Compartments.All.Contains(compartment, StringComparer.Ordinal))
            row.Refuse(FormIssues.CompartmentUnknown, "compartment", row["compartment"]);
        if (!Name().IsMatch(row["name"]))
            row.Refuse(FormIssues.NameUnfit, "name", row["name"]);
        bool? required = row["required"].ToLowerInvariant() switch { "" or "no" or "false" or "false()" => false, "yes" or "true" or "true()" => true, _ => null };
        if (required is null || (required == true && kind is FormItem.Group or FormItem.Note))
            row.Refuse(FormIssues.ValueUnfit, "required", row["required"]);
        var item = new FormItem
        {
            Kind = kind,
            Name = row["name"],
            In = around?.Name ?? "",
            Label = row.Said("label"),
            Hint = row.Said("hint"),
            Compartment = compartment,
            Required = required ?? false,
            Relevant = row["relevant"],
            Constraint = row["constraint"],
            ConstraintMessage = row.Said("constraint_message"),
            Choices = choices?.Choices ?? [],
        };
        if (item.Label.Count == 0 && kind != FormItem.Group)
            row.Refuse(FormIssues.LabelMissing, "name", item.Name);
        return item;
    }

    // A condition reads what was asked before, in its own compartment or in the one that everybody who helps may see: whether a
    // question is asked must not tell what was answered behind a closed door.
    private static void Conditions(FormItem item, XlsRow row, List<FormItem> before)
    {
        foreach (var (column, text) in new[] { ("relevant", item.Relevant), ("constraint", item.Constraint) })
        {
            if (text.Length == 0)
                continue;
            if (FormExpression.Read(text) is not { } read || (read.ReadsOwn && column == "relevant") || (column == "constraint" && !item.IsAsked))
            {
                row.Refuse(FormIssues.ConditionUnsupported, column, text);
                continue;
            }

            foreach (var name in read.Questions)
            {
                if (before.Find(known => known.Name == name) is not { IsAsked: true } question)
                    row.Refuse(FormIssues.ConditionAhead, column, name);
                else if (question.Compartment is var home && home != Compartments.General && home != item.Compartment)
                    row.Refuse(FormIssues.ConditionTells, column, name);
            }
        }

        // What a group asks for holds for all that is in it, in whatever compartment that is.
        for (var around = before.Find(known => known.Name == item.In); around is not null; around = before.Find(known => known.Name == around.In))
        {
            if (FormExpression.Read(around.Relevant)?.Questions.Select(name => before.Find(known => known.Name == name)).OfType<FormItem>()
                .FirstOrDefault(question => question.Compartment != Compartments.General && question.Compartment != item.Compartment) is { } closed)
                row.Refuse(FormIssues.ConditionTells, "compartment", closed.Name);
        }
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_.-]{0,63}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();

    private sealed class ChoiceList(int line, List<FormChoice> choices)
    {
        public int Line => line;

        public List<FormChoice> Choices => choices;

        public bool Used { get; set; }
    }
}
