using Tambo.Tests.Drills;

namespace Tambo.Tests;

/// <summary>Runs the tests; or, when a drill started this very program as its victim, what the drill asks of it.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => args is [DrillChild.Word, .. var rest]
        ? DrillChild.RunAsync(rest)
        : Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
}
