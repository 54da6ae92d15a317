using CsvHelper;

namespace Tambo.Platform.Places;

/// <summary>
/// A table of the <c>data</c> folder beside the program. Columns are asked for by name, so that a table may gain
/// columns; a missing one is a broken installation and stops with the file's name.
/// </summary>
public sealed class ShippedTable
{
    private const string NamePrefix = "name_";
    private readonly string[] header;

    // Names of further languages, by the code of the thing.
    private readonly List<(string Tag, Dictionary<string, string> Names)> further;

    private ShippedTable(string[] header, List<string[]> rows, List<(string Tag, Dictionary<string, string> Names)> further)
    {
        this.further = further;
        this.header = header;
        Rows = rows;
        LanguageTags = [.. header.Where(h => h.StartsWith(NamePrefix, StringComparison.Ordinal)).Select(h => h[NamePrefix.Length..])];
    }

    /// <summary>The folder of the shipped data sets.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "data");

    /// <summary>The rows, each with a cell for every column.</summary>
    public IReadOnlyList<string[]> Rows { get; }

    /// <summary>The languages that the table has names in: one column <c>name_xx</c> each.</summary>
    internal string[] LanguageTags { get; }

    /// <summary>Reads a table of a set, and the names of its things in further languages: <c>names/{language}.csv</c> in the set's folder.</summary>
    public static ShippedTable Read(string set, string file)
    {
        var names = Path.Combine(Folder, set, "names");
        var further = !Directory.Exists(names) ? [] : Directory.EnumerateFiles(names, "*.csv").Order(StringComparer.Ordinal)
            .Select(path => (Path.GetFileNameWithoutExtension(path), ReadFile(path).Rows.ToDictionary(row => row[0], row => row[1], StringComparer.Ordinal)));
        var (header, rows) = ReadFile(Path.Combine(Folder, set, file));
        return new ShippedTable(header, rows, [.. further]);
    }

    private static (string[] Header, List<string[]> Rows) ReadFile(string path)
    {
        var options = CsvReaderOptions.Default with { Separator = ',', PoolStrings = true, FieldCountMismatch = CsvFieldCountHandling.Throw };
        using var reader = CsvReader.FromFile(path, options);
        reader.ReadHeader();
        string[] header = [.. reader.Headers];
        var rows = new List<string[]>();
        while (reader.Read())
            rows.Add(reader.Current.ToArray());
        return (header, rows);
    }

    /// <summary>True when there is such a column.</summary>
    public bool Has(string name) => Array.IndexOf(header, name) >= 0;

    /// <summary>The index of a column.</summary>
    public int Column(string name)
    {
        var index = Array.IndexOf(header, name);
        return index >= 0 ? index : throw new InvalidDataException($"A shipped table has no column '{name}', only {string.Join(", ", header)}.");
    }

    /// <summary>The names of one row by language.</summary>
    public IReadOnlyDictionary<string, string> NamesByLanguage(string[] row) =>
        LanguageTags.ToDictionary(tag => tag, tag => row[Column(NamePrefix + tag)], StringComparer.Ordinal);

    /// <summary>The names of one row, one for each of <see cref="LanguageTags"/>.</summary>
    internal LocalNames Names(string[] row) =>
        new(LanguageTags, [.. LanguageTags.Select(tag => row[Column(NamePrefix + tag)])]);

    /// <summary>The names of one row, those of further languages by the code of what it is about among them.</summary>
    internal LocalNames Names(string[] row, string code) => further.Count == 0 ? Names(row) : new(
        [.. LanguageTags, .. further.Select(file => file.Tag)],
        [.. LanguageTags.Select(tag => row[Column(NamePrefix + tag)]), .. further.Select(file => file.Names.GetValueOrDefault(code, ""))]);
}
