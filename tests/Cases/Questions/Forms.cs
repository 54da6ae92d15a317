using DocumentFormat.OpenXml.Spreadsheet;
using Tambo.Tests.Platform.Files;

namespace Tambo.Tests.Cases.Questions;

/// <summary>Makes small forms of XLSForm.</summary>
internal static class Forms
{
    public static readonly string[] Survey = ["type", "name", "label::English (en)", "label::Español (es)", "required", "relevant", "constraint", "constraint_message::English (en)", "compartment"];

    /// <summary>A form of a made-up country that has everything that is understood.</summary>
    public static string[][] Rows { get; } =
    [
        ["begin group", "crossing", "The crossing", "El cruce"],
        ["note", "thanks", "You may leave out anything", "Puede dejar cualquier cosa"],
        ["select_one yesno", "by_boat", "Did you come by boat?", "¿Vino en barco?", "yes"],
        ["integer", "days", "How many days?", "¿Cuántos días?", "", "${by_boat} = 'yes'", ". >= 0 and . < 400", "Between 0 and 399"],
        ["end group"],
        ["select_multiple needs", "needs", "What do you need?", ""],
        ["text", "other_need", "What else?", "¿Qué más?", "", "selected(${needs}, 'other')"],
        ["date", "last_meal", "When did you eat last?"],
        ["decimal", "weight", "Weight in kg", "", "", "", ". > 0", "", "health"],
        ["text", "medicine", "Which medicine?", "", "", "${weight} < 40 or not(${by_boat} = 'no')", "", "", "health"],
    ];

    public static string[][] Choices { get; } =
    [
        ["yesno", "yes", "Yes", "Sí"], ["yesno", "no", "No", "No"], ["needs", "food", "Food", "Comida"], ["needs", "bed", "A bed", "Una cama"], ["needs", "other", "Something else", "Otra cosa"],
    ];

    public static byte[] Book(string[][]? rows = null, string[]? header = null, string[][]? choices = null, string[][]? settings = null, string? extra = null)
    {
        var sheets = new List<(string, bool, string[], Row[])>
        {
            ("survey", false, [], Lines([header ?? Survey, .. rows ?? Rows])),
            ("choices", false, [], Lines([["list_name", "name", "label::English (en)", "label::Español (es)"], .. choices ?? Choices])),
            ("settings", false, [], Lines(settings ?? [["form_id", "version", "form_title", "default_language"], ["quisqueya-entry", "7", "Entry questions of Quesada", "English (en)"]])),
        };
        if (extra is not null)
            sheets.Add((extra, false, [], Lines([["a"], ["b"]])));
        return Workbooks.New([.. sheets]).ToArray();
    }

    private static Row[] Lines(string[][] rows) =>
        [.. rows.Select((cells, at) => Workbooks.Row((uint)at + 1, [.. cells.Select((text, column) => (text, column)).Where(cell => cell.text.Length > 0).Select(cell => Workbooks.Text($"{(char)('A' + cell.column)}{at + 1}", cell.text))]))];
}
