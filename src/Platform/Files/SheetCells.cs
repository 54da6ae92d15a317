using System.Globalization;
using ExcelDataReader;

namespace Tambo.Platform.Files;

/// <summary>One cell as text; a number is marked, because adding it twice would falsify a figure.</summary>
internal readonly record struct SheetCell(string? Text, bool IsNumber);

/// <summary>Writes the cells of a sheet as text that means the same on every machine.</summary>
internal static class SheetCells
{
    internal static SheetCell[] Read(IExcelDataReader reader, int columns)
    {
        var cells = new SheetCell[columns];
        var count = Math.Min(columns, reader.FieldCount);
        for (var at = 0; at < count; at++)
        {
            var value = reader.GetValue(at);
            cells[at] = value switch
            {
                null => default,
                double number => new SheetCell(Number(number, reader.GetNumberFormatString(at)), true),
                int number => new SheetCell(number.ToString(CultureInfo.InvariantCulture), true),
                string text => new SheetCell(text.Length == 0 ? null : text, false),
                DateTime date => new SheetCell(Date(date), false),
                TimeSpan time => new SheetCell(Time(time), false),
                bool truth => new SheetCell(truth ? "true" : "false", false),
                _ => new SheetCell(Convert.ToString(value, CultureInfo.InvariantCulture), false),
            };
        }
        return cells;
    }

    /// <summary>
    /// Sheets keep numbers as binary fractions and show 15 significant digits at most; the conversion to decimal rounds to
    /// those 15, so 0.1 + 0.2 reads 0.3. A format of zeros alone (postal codes, document numbers) gives the leading zeros back.
    /// </summary>
    internal static string Number(double value, string? format)
    {
        if (!double.IsFinite(value))
            return value.ToString(CultureInfo.InvariantCulture);
        var size = Math.Abs(value);
        if (size is >= 1e28 || (size is < 1e-13 && size > 0))
            return value.ToString("G15", CultureInfo.InvariantCulture);
        var text = ((decimal)value).ToString("0.############################", CultureInfo.InvariantCulture);
        if (format is { Length: > 1 and <= 32 } && format.AsSpan().IndexOfAnyExcept('0') < 0 && value >= 0 && !text.Contains('.', StringComparison.Ordinal))
            return text.PadLeft(format.Length, '0');
        return text == "-0" ? "0" : text;
    }

    /// <summary>A date alone stays a date; day 0 of the sheet's calendar (1899) stands under times of day.</summary>
    internal static string Date(DateTime value)
    {
        if (value.Year < 1900)
            return Time(value.TimeOfDay);
        if (value.TimeOfDay == TimeSpan.Zero)
            return value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        // Sheets keep times as fractions of a day; half a millisecond is noise.
        var rounded = new DateTime((value.Ticks + (TimeSpan.TicksPerSecond / 2)) / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, DateTimeKind.Unspecified);
        return rounded.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
    }

    internal static string Time(TimeSpan value)
    {
        var seconds = (long)Math.Round(value.TotalSeconds, MidpointRounding.AwayFromZero);
        return string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}");
    }
}

/// <summary>Gives every cell of a merged range the words of its first cell, as a reader of the sheet sees them.</summary>
internal sealed class MergedCells
{
    private readonly ILookup<int, CellRange> _starts;
    private readonly List<(CellRange Range, SheetCell Value)> _open = [];
    private readonly int _columns;

    internal MergedCells(CellRange[]? ranges, SheetInfo sheet, long limit)
    {
        _columns = sheet.Columns;
        var inside = (ranges ?? []).Where(range => range is { FromRow: >= 0, FromColumn: >= 0 }
            && range.FromRow < sheet.Rows && range.FromColumn < sheet.Columns
            && range.ToRow >= range.FromRow && range.ToColumn >= range.FromColumn).ToList();
        var area = inside.Sum(range => (long)(Math.Min(range.ToRow, sheet.Rows - 1) - range.FromRow + 1)
            * (Math.Min(range.ToColumn, sheet.Columns - 1) - range.FromColumn + 1));
        // Ranges may not overlap in a sheet; where they do, the sheet was made to cost.
        if (area > limit)
            throw FileRefusal.TooManyCells(limit);
        _starts = inside.ToLookup(range => range.FromRow);
    }

    /// <summary>
    /// Fills one row and gives back the numbers that were not repeated: a total written across three cells is one total.
    /// Within the rows of a header, a number merged sideways is repeated too, because years head columns.
    /// </summary>
    /// <param name="row">The row, from 0.</param>
    /// <param name="cells">Its cells.</param>
    /// <param name="headerRows">Rows of the sheet, from the first, in which the header may stand.</param>
    internal List<(int Column, string? Number)> Fill(int row, SheetCell[] cells, int headerRows)
    {
        var kept = new List<(int Column, string? Number)>();
        foreach (var range in _starts[row])
        {
            var first = cells[range.FromColumn];
            if (first.Text is null)
                continue;
            if (first.IsNumber && !(range.ToRow == range.FromRow && row < headerRows))
                kept.Add((range.FromColumn, first.Text));
            else
                _open.Add((range, first));
        }
        foreach (var (range, value) in _open)
            for (var column = range.FromColumn; column <= range.ToColumn && column < _columns; column++)
                if (cells[column].Text is null)
                    cells[column] = value;
        _open.RemoveAll(one => one.Range.ToRow <= row);
        return kept;
    }
}
