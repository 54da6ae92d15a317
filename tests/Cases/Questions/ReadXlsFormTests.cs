using Tambo.Cases.Questions;
using Tambo.Platform.Files;
using Tambo.Platform.Problems;

namespace Tambo.Tests.Cases.Questions;

/// <summary>A form is understood whole or refused by sheet and row; nothing of it is dropped in silence.</summary>
public sealed class ReadXlsFormTests
{
    [Fact]
    public void Everything_that_is_understood_is_read()
    {
        var (form, report) = Read(Forms.Book());
        Assert.Equal(0, report.Total);
        Assert.Equal(("quisqueya-entry", "7", "en", "Entry questions of Quesada"), (form!.Id, form.Version, form.DefaultLanguage, form.Title["en"]));
        Assert.Equal("crossing thanks by_boat days needs other_need last_meal weight medicine", string.Join(' ', form.Items.Select(item => item.Name)));
        Assert.Equal(("select_one", "crossing", true, "general", "yes no"), (form.Items[2].Kind, form.Items[2].In, form.Items[2].Required, form.Items[2].Compartment, string.Join(' ', form.Items[2].Choices.Select(choice => choice.Name))));
        Assert.Equal(["health", "health"], form.Items.Where(item => item.Compartment != "general").Select(item => item.Compartment));
        Assert.Equal("Sí", form.Items[2].Choices[0].Label["es"]);
        Assert.Equal(("¿Cuántos días?", "Between 0 and 399"), (form.Items[3].Label["es"], form.Items[3].ConstraintMessage["en"]));
        // Words that a language lacks are said in that of the form.
        Assert.Equal(("What do you need?", "en"), form.Said(form.Items[4].Label, "es", "ht"));
    }

    [Theory]
    [InlineData("geopoint|where|Where?", "form_type_unsupported", 2)]
    [InlineData("calculate|sum|Sum", "form_type_unsupported", 2)]
    [InlineData("begin repeat|r|R", "form_type_unsupported", 2)]
    [InlineData("select_one yesno or_other|a|A?", "form_type_unsupported", 2)]
    [InlineData("image|a|A?", "form_type_unsupported", 2)]
    [InlineData("start|start", "form_type_unsupported", 2)]
    [InlineData("select_one nowhere|a|A?", "form_list_unknown", 2)]
    [InlineData("text|a b|A?", "form_name_unfit", 2)]
    [InlineData("text||A?", "form_name_unfit", 2)]
    [InlineData("text|a|", "form_label_missing", 2)]
    [InlineData("text|a|A?||maybe", "form_value_unfit", 2)]
    [InlineData("text|a|A?|||${b} = '1'", "form_condition_ahead", 2)]
    [InlineData("text|a|A?|||${a} = '1'", "form_condition_ahead", 2)]
    [InlineData("text|a|A?|||today() > 3", "form_condition_unsupported", 2)]
    [InlineData("text|a|A?|||. = '1'", "form_condition_unsupported", 2)]
    [InlineData("text|a|A?||||regex(., '[a-z]+')", "form_condition_unsupported", 2)]
    [InlineData("text|a|A?||||. = 'x' and", "form_condition_unsupported", 2)]
    [InlineData("text|a|A?||||||shoe", "form_compartment_unknown", 2)]
    [InlineData("begin group|g|G\ntext|a|A?", "form_group_unbalanced", 2)]
    [InlineData("text|a|A?\nend group", "form_group_unbalanced", 3)]
    [InlineData("text|a|A?\ntext|a|B?", "form_name_twice", 3)]
    [InlineData("text|a|A?||||||violence\ntext|b|B?|||${a} = 'x'|||health", "form_condition_tells", 3)]
    [InlineData("text|a|A?||||||violence\nbegin group|g|G|||${a} = 'x'|||violence\ntext|b|B?||||||general\nend group", "form_condition_tells", 4)]
    public void Whatever_is_not_understood_is_told_by_its_row(string rows, string code, int line)
    {
        var (form, report) = Read(Forms.Book([.. rows.Split('\n').Select(row => row.Split('|'))], choices: Forms.Choices));
        Assert.Null(form);
        Assert.Contains(report.Kept, issue => issue.Code == code && issue.Line == line && issue.Source == "survey" && issue.Severity == IssueSeverity.Error);
    }

    [Theory]
    [InlineData("appearance", "form_column_unsupported")]
    [InlineData("calculation", "form_column_unsupported")]
    [InlineData("media::image::English (en)", "form_column_unsupported")]
    [InlineData("label::Deutsch (de)", "form_language_unknown")]
    [InlineData("label::English (en)", "form_column_twice")]
    public void A_column_that_says_something_nobody_understands_is_told(string header, string code)
    {
        var (form, report) = Read(Forms.Book([["text", "a", "A?", "x"]], ["type", "name", "label::English (en)", header], []));
        Assert.Null(form);
        Assert.Contains(report.Kept, issue => issue.Code == code && issue.Line == 1 && issue.Column == 4);
        // An empty one says nothing.
        Assert.NotNull(Read(Forms.Book([["text", "a", "A?"]], ["type", "name", "label::English (en)", header], [])).Form);
    }

    [Fact]
    public void Sheets_settings_and_lists_are_looked_over_too()
    {
        Assert.Contains(Read(Forms.Book(extra: "entities")).Report.Kept, issue => issue is { Code: "form_sheet_unsupported", Severity: IssueSeverity.Error });
        Assert.Contains(Read(Forms.Book(extra: "Notes of Ana")).Report.Kept, issue => issue is { Code: "form_sheet_unused", Severity: IssueSeverity.Note });
        Assert.Contains(Read(Forms.Book(choices: [.. Forms.Choices, ["spare", "a", "A"]])).Report.Kept, issue => issue is { Code: "form_list_unused", Severity: IssueSeverity.Warning, Line: 7 });
        Assert.Contains(Read(Forms.Book(choices: [.. Forms.Choices, ["yesno", "yes", "Yes again"]])).Report.Kept, issue => issue is { Code: "form_name_twice", Source: "choices" });
        Assert.Contains(Read(Forms.Book(settings: [["form_id", "style"], ["a", "pages"]])).Report.Kept, issue => issue is { Code: "form_column_unsupported", Source: "settings" });
        Assert.Contains(Read(Forms.Book(settings: [["form_id", "default_language"], ["a", "Deutsch (de)"]])).Report.Kept, issue => issue is { Code: "form_language_unknown" });
        // A label without a language, in a form that does not say which that is.
        Assert.Contains(Read(Forms.Book([["text", "a", "A?"]], ["type", "name", "label"], [], [["form_id"], ["a"]])).Report.Kept, issue => issue is { Code: "form_language_unknown", Source: "survey" });
        Assert.NotNull(Read(Forms.Book([["text", "a", "A?"]], ["type", "name", "label"], [], [["form_id", "default_language"], ["a", "Kreyòl (ht)"]])).Form);
        Assert.Equal("file.not_a_spreadsheet", Assert.Throws<Problem>(() => Read([1, 2, 3, 4])).Kind.Code);
    }

    [Theory]
    [InlineData("${a} = 'x'", true)]
    [InlineData("${a} != 'x'", false)]
    [InlineData("${n} > 4.5 and ${n} <= 5", true)]
    [InlineData("${n} = '5.0'", true)]
    [InlineData("${n} > 10 or selected(${m}, 'two')", true)]
    [InlineData("selected(${m}, 'tw')", false)]
    [InlineData("not(selected(${m}, 'one')) or not (${a} = 'x')", false)]
    [InlineData("${none} > 3", false)]
    [InlineData("${none} < 3", false)]
    [InlineData("${none} = ''", true)]
    [InlineData("${d} >= '2026-01-31' and ${d} < '2026-03-01'", true)]
    [InlineData("(${a} = 'x' or ${a} = 'y') and ${n} = 6", false)]
    [InlineData("${a} = 'x' or ${a} = 'y' and ${n} = 6", true)]
    [InlineData("-1 < ${n}", true)]
    public void A_condition_holds_as_the_format_says(string text, bool holds)
    {
        var answers = new Dictionary<string, IReadOnlyList<string>> { ["a"] = ["x"], ["n"] = ["5"], ["m"] = ["one", "two"], ["d"] = ["2026-02-01"] };
        Assert.Equal(holds, FormExpression.Read(text)!.Holds(name => answers.GetValueOrDefault(name) ?? [], []));
    }

    [Theory]
    [InlineData("")]
    [InlineData("${a}")]
    [InlineData("${a} = ")]
    [InlineData("${a = 'x'")]
    [InlineData("${a} = 'x")]
    [InlineData("${a} == 'x'")]
    [InlineData("${a} = 'x' 'y'")]
    [InlineData("${a} = 'x' AND ${a} = 'y'")]
    [InlineData("selected(${a})")]
    [InlineData("if(${a} = 'x', 1, 2)")]
    [InlineData("${a} + 1 = 2")]
    [InlineData("count-selected(${a}) > 1")]
    public void What_is_no_condition_is_none(string text) => Assert.Null(FormExpression.Read(text));

    [Fact]
    public void Parentheses_without_end_cost_nothing() => Assert.Null(FormExpression.Read(new string('(', 900) + "1 = 1" + new string(')', 90)));

    private static (QuestionForm? Form, IssueReport Report) Read(byte[] book)
    {
        var report = new IssueReport();
        return (ReadXlsForm.From(new MemoryStream(book), report), report);
    }
}
