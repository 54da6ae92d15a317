using Tambo.Flows.Reading;

namespace Tambo.Flows.Harmonising;

/// <summary>
/// What a table in SDMX-CSV (1.0: a column DATAFLOW; 2.0: STRUCTURE and STRUCTURE_ID) says in its own way: unknown values,
/// labels beside codes, and what is to be done with a row; pure.
/// </summary>
/// <param name="Action">The place of the column ACTION, or null.</param>
/// <param name="HasLabels">True when cells are <c>code: label</c>.</param>
internal sealed record SdmxCsv(int? Action, bool HasLabels)
{
    /// <summary>What a table is as SDMX-CSV; null when it is none.</summary>
    public static SdmxCsv? Of(TableColumns columns)
    {
        bool Is(int at, string name) => columns.Names.Count > at && Code(columns.Names[at]).Equals(name, StringComparison.OrdinalIgnoreCase);
        if (!Is(0, "DATAFLOW") && !(Is(0, "STRUCTURE") && Is(1, "STRUCTURE_ID")))
            return null;
        var action = Enumerable.Range(0, columns.Names.Count).FirstOrDefault(at => Is(at, "ACTION"), -1);
        return new SdmxCsv(action < 0 ? null : action, columns.Names.Skip(1).Any(name => name.Contains(": ", StringComparison.Ordinal)));
    }

    /// <summary>The code of a cell that has its label beside it.</summary>
    public static string Code(string cell) => cell.IndexOf(": ", StringComparison.Ordinal) is > 0 and var at ? cell[..at] : cell;

    /// <summary>A rule that reads values as SDMX-CSV writes them.</summary>
    public Func<string[], Outcome> Around(Func<string[], Outcome> decide, bool isMeasure) => values =>
    {
        // A dimension that is switched off (3.1, "~") is on rows that carry attributes of several observations, and no observation.
        if (values.Contains("~"))
            return new Outcome { LeftOut = "sdmx_attributes" };
        return decide([.. values.Select(value => value.Trim() switch
        {
            "NaN" when isMeasure => "",
            "#N/A" => "",
            var text => HasLabels && !isMeasure ? Code(text) : text,
        })]);
    };

    /// <summary>Rows that delete what was sent before cannot be observations.</summary>
    public static Outcome DecideAction(string[] values) =>
        values[0].Trim() is "D" or "Delete" ? Outcome.Bad(TableIssues.SdmxDelete) : new Outcome();
}
