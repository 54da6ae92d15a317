using System.Globalization;

namespace Tambo.Bench.Running;

/// <summary>What the kernel says of a process and those it started (proc(5)).</summary>
internal static class ProcessFigures
{
    /// <summary>User and system seconds; the kernel counts them in hundredths.</summary>
    public static double CpuSeconds(int process)
    {
        var fields = StatFields(process);
        var own = (Number(fields[11]) + Number(fields[12])) / 100.0;
        return own + Children(process).Sum(CpuSeconds);
    }

    /// <summary>Resident memory in bytes, of the process alone.</summary>
    public static long ResidentBytes(int process)
    {
        var line = File.ReadLines(Path(process, "status")).First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
    }

    private static IEnumerable<int> Children(int process) =>
        File.ReadAllText(Path(process, string.Create(CultureInfo.InvariantCulture, $"task/{process}/children")))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(child => int.Parse(child, CultureInfo.InvariantCulture));

    // The name in parentheses may hold spaces; the fields after it do not.
    private static string[] StatFields(int process)
    {
        var stat = File.ReadAllText(Path(process, "stat"));
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static string Path(int process, string file) => string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/{file}");
}
