using System.Globalization;
using System.Runtime.InteropServices;

namespace Tambo.Bench.Running;

/// <summary>What the kernel says of a process and those it started (proc(5)).</summary>
internal static partial class ProcessFigures
{
    private const int RusageChildren = -1;

    /// <summary>User and system seconds; the kernel counts them in hundredths.</summary>
    public static double CpuSeconds(int process)
    {
        var fields = StatFields(process);
        var own = (Number(fields[11]) + Number(fields[12])) / 100.0;
        return own + Children(process).Sum(CpuSeconds);
    }

    /// <summary>User and system seconds of all processes this one started that have ended.</summary>
    public static double CpuSecondsOfEnded()
    {
        // struct rusage of a 64-bit Linux begins with user and system time, each in seconds and microseconds; 18 words in all.
        Span<long> usage = stackalloc long[18];
        if (GetUsage(RusageChildren, usage) != 0)
            throw new InvalidOperationException("getrusage failed.");
        return usage[0] + usage[2] + ((usage[1] + usage[3]) / 1e6);
    }

    /// <summary>Resident memory in bytes, of the process alone.</summary>
    public static long ResidentBytes(int process) => Status(process, "VmRSS:");

    /// <summary>The most resident memory until now, in bytes, of the process alone.</summary>
    public static long PeakBytes(int process) => Status(process, "VmHWM:");

    private static long Status(int process, string name)
    {
        var line = File.ReadLines(Path(process, "status")).First(line => line.StartsWith(name, StringComparison.Ordinal));
        return Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
    }

    [LibraryImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    private static partial int GetUsage(int who, Span<long> usage);

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
