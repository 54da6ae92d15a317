using System.Text.RegularExpressions;
using Tambo.Tests.Support;

namespace Tambo.Tests.Architecture;

/// <summary>The code base checks itself: names, sizes, references, SQL.</summary>
public sealed partial class SourceTests
{
    private static readonly string[] ForbiddenWords =
        ["Manager", "Helper", "Util", "Handler", "Processor", "Impl", "Base", "Dto", "Vm", "Wrapper", "Common", "Service"];

    private static readonly string[] ForbiddenFolders =
        ["Models", "Services", "Handlers", "Repositories", "Dtos", "Helpers", "Common", "Utils", "Interfaces"];

    // HSDS's own service, and the descriptors that speak of it, keep the field's word.
    private static readonly string[] AllowedNames = ["Service", "Services"];

    [Fact]
    public void Type_names_say_what_they_are()
    {
        var offenders = Repository.Files("src", ".cs", ".razor")
            .SelectMany(path => TypeName().Matches(File.ReadAllText(path)).Select(match => (path, name: match.Groups[1].Value)))
            .Concat(Repository.Files("src", ".razor").Select(path => (path, name: Path.GetFileNameWithoutExtension(path))))
            .Where(type => Words(type.name).Any(word => ForbiddenWords.Contains(word)) && !IsHsdsService(type.path, type.name))
            .Select(type => $"{Repository.Relative(type.path)}: {type.name}");
        Assert.Empty(offenders);
    }

    [Fact]
    public void Folders_are_subjects()
    {
        var offenders = Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src"), "*", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj", StringComparison.Ordinal) && !path.Contains($"{Path.DirectorySeparatorChar}bin", StringComparison.Ordinal))
            .Where(path => ForbiddenFolders.Contains(Path.GetFileName(path)))
            .Select(Repository.Relative);
        Assert.Empty(offenders);
    }

    [Fact]
    public void No_file_is_longer_than_500_lines()
    {
        var offenders = Repository.Files("src", ".cs", ".razor").Concat(Repository.Files("tests", ".cs")).Concat(Repository.Files("bench", ".cs"))
            .Select(path => (path, lines: File.ReadLines(path).Count()))
            .Where(file => file.lines > 500)
            .Select(file => $"{Repository.Relative(file.path)}: {file.lines}");
        Assert.Empty(offenders);
    }

    [Fact]
    public void Sql_is_never_interpolated()
    {
        var offenders = Repository.Files("src", ".cs")
            .SelectMany(path => InterpolatedSql().Matches(File.ReadAllText(path)).Select(match => $"{Repository.Relative(path)}: {match.Value.Trim()}"));
        Assert.Empty(offenders);
    }

    [Theory]
    [InlineData("Platform", "platform")]
    [InlineData("Guide", "guide")]
    [InlineData("Flows", "flows")]
    [InlineData("Cases", "cases")]
    public void A_part_speaks_only_of_its_own_tables(string part, string prefix)
    {
        var offenders = Repository.Files($"src/{part}", ".cs", ".sql")
            .SelectMany(path => TableName().Matches(File.ReadAllText(path)).Select(match => (path, table: match.Groups[1].Value)))
            .Where(found => !found.table.StartsWith(prefix + "_", StringComparison.Ordinal))
            .Select(found => $"{Repository.Relative(found.path)}: {found.table}");
        Assert.Empty(offenders);
    }

    [Fact]
    public void Parts_are_referenced_in_one_direction()
    {
        Assert.DoesNotContain(References("Platform"), name => name.StartsWith("Tambo", StringComparison.Ordinal));
        Assert.Equal(["Tambo.Platform"], References("Guide"));
        Assert.Equal(["Tambo.Platform"], References("Flows"));
        Assert.Equal(["Tambo.Guide", "Tambo.Platform"], References("Cases").Order());
    }

    [Fact]
    public void Platform_knows_no_word_of_the_field()
    {
        string[] words = ["migrant", "shelter", "referral", "hsds", "screening", "consulate", "asylum"];
        var offenders = Repository.Files("src/Platform", ".cs")
            .SelectMany(path => File.ReadLines(path)
                .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))
                .SelectMany(line => words.Where(word => line.Contains(word, StringComparison.OrdinalIgnoreCase)).Select(word => $"{Repository.Relative(path)}: {word}")))
            .Distinct();
        Assert.Empty(offenders);
    }

    [Fact]
    public void The_licence_of_everything_it_stands_on_is_noted()
    {
        var noted = File.ReadAllText(Path.Combine(Repository.Root, "docs/dependencies.md"));
        var packages = PackageVersion().Matches(File.ReadAllText(Path.Combine(Repository.Root, "Directory.Packages.props"))).Select(match => match.Groups[1].Value)
            .Concat(((string[])["web", "bench/peers", "tests/Conformance"]).SelectMany(folder => NodePackages(Path.Combine(Repository.Root, folder, "package.json"))))
            .ToList();
        Assert.True(packages.Count > 25);
        Assert.Empty(packages.Where(package => !noted.Contains($"\n| {package} | ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_xml_door_is_SafeXml()
    {
        string[] doors = ["new XmlDocument", "XDocument.Load", "XDocument.Parse", "XmlReader.Create", "XElement.Load", "XElement.Parse", "XmlTextReader"];
        var offenders = Repository.Files("src", ".cs")
            .Where(path => Path.GetFileName(path) != "SafeXml.cs")
            .SelectMany(path => doors.Where(door => File.ReadAllText(path).Contains(door, StringComparison.Ordinal)).Select(door => $"{Repository.Relative(path)}: {door}"));
        Assert.Empty(offenders);
    }

    private static IEnumerable<string> References(string part) =>
        ProjectReference().Matches(File.ReadAllText(Path.Combine(Repository.Root, "src", part, $"Tambo.{part}.csproj")))
            .Select(match => match.Groups[1].Value);

    private static IEnumerable<string> Words(string name) => Word().Matches(name).Select(match => match.Value);

    private static bool IsHsdsService(string path, string name) =>
        path.Contains($"{Path.DirectorySeparatorChar}Guide{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        && Words(name).Where(word => ForbiddenWords.Contains(word)).All(word => AllowedNames.Contains(word));

    private static IEnumerable<string> NodePackages(string path)
    {
        using var package = System.Text.Json.JsonDocument.Parse(File.ReadAllText(path));
        foreach (var kind in (string[])["dependencies", "devDependencies"])
        {
            if (!package.RootElement.TryGetProperty(kind, out var named))
                continue;
            foreach (var one in named.EnumerateObject())
                yield return one.Name;
        }
    }

    [GeneratedRegex("<PackageVersion Include=\"([^\"]+)\"")]
    private static partial Regex PackageVersion();

    [GeneratedRegex(@"^\s*(?:public |internal |private |protected )?(?:static |sealed |abstract |readonly |partial |ref )*(?:class|record struct|record|struct|interface|enum) (\w+)", RegexOptions.Multiline)]
    private static partial Regex TypeName();

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex Word();

    [GeneratedRegex("""\$"+\s*(?:select|insert|update|delete|create|alter|drop)\s[^\n]*\{""", RegexOptions.IgnoreCase)]
    private static partial Regex InterpolatedSql();

    [GeneratedRegex(@"(?:\b(?:from|join|into|update|table(?: if not exists)?)\s+)((?:platform|guide|library|flows|cases|alerts|work|exchange|reports)_[a-z_]+)")]
    private static partial Regex TableName();

    [GeneratedRegex(@"ProjectReference Include=""[^""]*/(Tambo\.\w+)\.csproj""")]
    private static partial Regex ProjectReference();
}
