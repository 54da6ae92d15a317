namespace Tambo.Tests.Support;

/// <summary>The source tree these tests were built from, for the tests by which the code base checks itself.</summary>
public static class Repository
{
    /// <summary>The folder of Tambo.slnx.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Source files of the parts, without what the build makes.</summary>
    public static IEnumerable<string> Files(string folder, params string[] extensions) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories)
            .Where(path => extensions.Contains(Path.GetExtension(path)))
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(name => name is "bin" or "obj" or "node_modules" or "dist"));

    /// <summary>The path as the repository names it.</summary>
    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>
    /// Holds a text against the approved one of the tree. <c>./do bless</c> renews the approved ones, and only that.
    /// </summary>
    public static void CheckApproved(string file, string text)
    {
        var path = Path.Combine(Root, file);
        text = text.ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("TAMBO_BLESS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        Assert.True(File.Exists(path), $"{file} is missing; ./do bless makes it.");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), text);
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Tambo.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside the source tree.");
        return folder;
    }
}
