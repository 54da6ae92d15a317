using Tambo.Platform.Problems;

namespace Tambo.Flows;

/// <summary>Every way in which the flows refuse.</summary>
public static class FlowsProblems
{
    /// <summary>There is no mapping of that name.</summary>
    public static readonly ProblemKind MappingUnknown = new("flows.mapping_unknown", 422);

    /// <summary>The mapping's file is not in order.</summary>
    public static readonly ProblemKind MappingBroken = new("flows.mapping_broken", 422);

    /// <summary>The mapping names a column that the file does not have.</summary>
    public static readonly ProblemKind ColumnMissing = new("flows.column_missing", 422);

    /// <summary>No row of the file can be its header.</summary>
    public static readonly ProblemKind HeaderMissing = new("flows.header_missing", 422);

    /// <summary>The file has no list of records where it should stand.</summary>
    public static readonly ProblemKind RowsMissing = new("flows.rows_missing", 422);

    /// <summary>A sheet that a mapping means has not its columns.</summary>
    public static readonly ProblemKind SheetDiffers = new("flows.sheet_differs", 422);

    /// <summary>The export of a form has not the table in which the rows above those of a repeat stand.</summary>
    public static readonly ProblemKind ParentTableMissing = new("flows.parent_table_missing", 422);

    /// <summary>The tables of a form's export stand above one another in a circle.</summary>
    public static readonly ProblemKind ParentsCircular = new("flows.parents_circular", 422);

    /// <summary>Several sheets of a workbook have the columns of the mapping.</summary>
    public static readonly ProblemKind SheetAmbiguous = new("flows.sheet_ambiguous", 422);

    /// <summary>Only a hidden sheet has the columns of the mapping.</summary>
    public static readonly ProblemKind SheetHidden = new("flows.sheet_hidden", 422);

    /// <summary>A second table begins below the first.</summary>
    public static readonly ProblemKind SecondTable = new("flows.second_table", 422);

    /// <summary>The mapping names a component that its dataflow does not have, or leaves out one that it must have.</summary>
    public static readonly ProblemKind ComponentUnknown = new("flows.component_unknown", 422);

    /// <summary>No row of the file became an observation.</summary>
    public static readonly ProblemKind ImportEmpty = new("flows.import_empty", 422);

    /// <summary>Of a further file of a series more than a tenth of the rows cannot be used, and nobody said that it is to count nevertheless.</summary>
    public static readonly ProblemKind ManyRefused = new("flows.many_refused", 422);

    /// <summary>An archive or workbook holds more tables than any form has.</summary>
    public static readonly ProblemKind FormTablesMany = new("flows.form_tables_many", 413);

    /// <summary>The mapping says another kind of figures for a series than the node has it as.</summary>
    public static readonly ProblemKind SeriesDiffers = new("flows.series_differs", 409);

    /// <summary>A name that a mapping cannot have.</summary>
    public static readonly ProblemKind NameUnfit = new("flows.name_unfit", 422);

    /// <summary>A code that a series cannot have.</summary>
    public static readonly ProblemKind SeriesUnfit = new("flows.series_unfit", 422);

    /// <summary>A series that comes through another mapping already.</summary>
    public static readonly ProblemKind SeriesTaken = new("flows.series_taken", 422);

    /// <summary>A code that a column cannot have.</summary>
    public static readonly ProblemKind CodeUnfit = new("flows.code_unfit", 422);

    /// <summary>Two columns that are said to be the same thing.</summary>
    public static readonly ProblemKind RoleTwice = new("flows.role_twice", 422);

    /// <summary>Months in headings, and nothing says of which year.</summary>
    public static readonly ProblemKind YearMissing = new("flows.year_missing", 422);

    /// <summary>A question names what is no component of the figures, or is not written as one.</summary>
    public static readonly ProblemKind QuestionUnknown = new("flows.question_unknown", 400);

    /// <summary>An address has a parameter that is not understood, or not with this value.</summary>
    public static readonly ProblemKind ParameterUnknown = new("flows.parameter_unknown", 400);

    /// <summary>A question would add figures that count different things.</summary>
    public static readonly ProblemKind UnitsMixed = new("flows.units_mixed", 422);

    /// <summary>A question would add what stood at one time to what stood at another.</summary>
    public static readonly ProblemKind StocksAdded = new("flows.stocks_added", 422);

    /// <summary>A question would add what was answered in one survey, or to one question, to what was in another.</summary>
    public static readonly ProblemKind SurveysAdded = new("flows.surveys_added", 422);

    /// <summary>A question has more groups than can be summed at once.</summary>
    public static readonly ProblemKind QuestionTooLarge = new("flows.question_too_large", 422);

    /// <summary>Stored observations are not what was written; nothing is answered from them.</summary>
    public static readonly ProblemKind SegmentDamaged = new("flows.segment_damaged", 500);

    /// <summary>A file's observations would take more bytes than a segment can have.</summary>
    public static readonly ProblemKind SegmentTooLarge = new("flows.segment_too_large", 422);

    /// <summary>The file of a check is not in order.</summary>
    public static readonly ProblemKind CheckBroken = new("flows.check_broken", 422);

    /// <summary>Every refusal.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } = PlatformProblems.In(typeof(FlowsProblems));
}
