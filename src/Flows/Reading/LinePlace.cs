using System.Globalization;

namespace Tambo.Flows.Reading;

/// <summary>Where a line stands that is kept as one number: wherever lines are shown to people they are shown so.</summary>
/// <param name="Table">The sheet, or the file of an archive, that it is of; empty where the name of the file says it.</param>
/// <param name="Line">The line in it; 0 for all of it.</param>
public readonly record struct LinePlace(string Table, int Line)
{
    /// <summary>The place of a line.</summary>
    /// <param name="number">The line, as <see cref="TableLines"/> numbers it.</param>
    /// <param name="tables">The names of the tables that were read one after another.</param>
    public static LinePlace Of(int number, IReadOnlyList<string> tables)
    {
        if (tables.Count == 1)
            return new LinePlace(tables[0], number);
        if (number == 0)
            return new LinePlace("", 0);
        var (table, line) = TableLines.In(number);
        return new LinePlace(tables[table], line);
    }

    /// <summary>The file with the table of it.</summary>
    public string In(string file) => Table.Length == 0 ? file : $"{file}, {Table}";

    /// <summary>The line, behind its table where there is one.</summary>
    public override string ToString() => Table.Length == 0 ? Line.ToString(CultureInfo.InvariantCulture) : $"{Table}, {Line.ToString(CultureInfo.InvariantCulture)}";
}
