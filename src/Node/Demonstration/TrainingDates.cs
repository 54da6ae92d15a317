using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Tambo.Node.Demonstration;

/// <summary>
/// Keeps the made-up town up to date: what its file calls confirmed last week was confirmed last week, whenever a
/// training node is started first. Dates move by whole weeks, so that each stays on its day of the week.
/// </summary>
internal static partial class TrainingDates
{
    /// <summary>The Monday on which the file is true as it stands.</summary>
    public static DateOnly WrittenFor { get; } = new(2026, 11, 16);

    /// <summary>A text with every date in it moved to a day.</summary>
    public static string Moved(string json, DateOnly today)
    {
        var days = (int)Math.Floor((today.DayNumber - WrittenFor.DayNumber) / 7.0) * 7;
        return WholeDate().Replace(json, found =>
            DateOnly.TryParseExact(found.ValueSpan[1..^1], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                ? $"\"{date.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}\""
                : found.Value);
    }

    /// <summary>A file with every date in it moved to a day.</summary>
    public static Stream Moved(FileInfo file, DateOnly today) =>
        new MemoryStream(Encoding.UTF8.GetBytes(Moved(File.ReadAllText(file.FullName), today)));

    [GeneratedRegex("\"[0-9]{4}-[0-9]{2}-[0-9]{2}\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WholeDate();
}
