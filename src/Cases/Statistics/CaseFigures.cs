namespace Tambo.Cases.Statistics;

/// <summary>A table of counts of cases.</summary>
/// <param name="By">What its columns are: <c>state</c>, <c>month</c> or <c>place</c>.</param>
/// <param name="Rows">Kinds of cases; those of which nothing is told are put together as <c>others</c>.</param>
/// <param name="Columns">Codes of the columns; those of which nothing is told are put together as <c>others</c>.</param>
/// <param name="RowTotals">The total of each row, in cases, rounded; null where it is not told.</param>
/// <param name="ColumnTotals">The total of each column, in cases, rounded; null where it is not told.</param>
/// <param name="Cells">Counts by row and column, rounded; null where one is not told because it is small, or would give another away.</param>
public sealed record CaseFigureTable(
    string By, IReadOnlyList<string> Rows, IReadOnlyList<string> Columns, IReadOnlyList<long?> RowTotals, IReadOnlyList<long?> ColumnTotals, IReadOnlyList<IReadOnlyList<long?>> Cells);

/// <summary>How many cases have a profile of a group; a case may have several.</summary>
/// <param name="Group">The compartment that the profiles belong to.</param>
/// <param name="Count">In cases, rounded; null where it is not told.</param>
public sealed record ProfileFigure(string Group, long? Count);

/// <summary>Figures of cases as they stood at the end of the last whole month (UTC): nothing of them names or describes anybody.</summary>
/// <param name="AsOf">The first moment of the month that follows; cases opened before it count.</param>
/// <param name="Threshold">What every number is a multiple of; below twice this nothing is told.</param>
/// <param name="Total">How many cases, rounded; null when too few to say anything, or when it would say too much of its parts.</param>
/// <param name="Tables">Kinds by state, by month of opening and by place.</param>
/// <param name="Profiles">Groups of profiles.</param>
public sealed record CaseFigures(DateTimeOffset AsOf, int Threshold, long? Total, IReadOnlyList<CaseFigureTable> Tables, IReadOnlyList<ProfileFigure> Profiles);
