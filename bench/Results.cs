namespace Tambo.Bench;

/// <summary>Files under bench/results, each with the machine, the command to repeat it, and its tables.</summary>
internal static class Results
{
    /// <summary>Writes a file and shows it.</summary>
    public static async Task WriteAsync(string name, string title, string tables)
    {
        var text = $"""
            # {title}

            {tables.TrimEnd()}

            Machine: {Machine.Line()}.

            Again: `./do bench {name}`

            """;
        await File.WriteAllTextAsync(Path.Combine(Machine.RepositoryRoot(), "bench", "results", name + ".md"), text);
        await Console.Out.WriteLineAsync(text);
    }

    /// <summary>A number after an option, or what it is without one: <c>--rounds 5</c>.</summary>
    public static int Option(string[] args, string name, int otherwise)
    {
        var at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? int.Parse(args[at + 1], System.Globalization.CultureInfo.InvariantCulture) : otherwise;
    }

    /// <summary>Tells whoever waits how far it is.</summary>
    public static Task ProgressAsync(FormattableString line) => Console.Error.WriteLineAsync(FormattableString.Invariant(line));
}
