using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tambo.Platform.Files;

namespace Tambo.Guide.Imports;

/// <summary>A file as it was handed in.</summary>
/// <param name="Name">Its name; a path inside a folder or archive.</param>
/// <param name="Bytes">Its bytes: readable, seekable.</param>
public sealed record ImportFile(string Name, Stream Bytes);

/// <summary>One row of a table, by the names of its columns; empty cells are absent.</summary>
internal sealed record TableRow(string Table, int Line, string Source, JsonObject Cells);

/// <summary>What the files of an import hold: tables and JSON records, in the order of the files.</summary>
/// <param name="issues">Takes what is not in order.</param>
/// <param name="steps">Is told of each row.</param>
/// <param name="files">How many files are read one after the other.</param>
internal sealed partial class ImportFiles(IssueReport issues, ImportSteps steps, int files)
{
    // A directory of 100,000 services has some 600,000 rows in all its tables; what is above is no directory.
    private const int MostRows = 1_000_000;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private static readonly string[] TableKinds = [".csv", ".tsv", ".txt"];
    private static readonly string[] WorkbookKinds = [".xlsx", ".xls", ".xlsm"];

    private Stream present = Stream.Null;
    private int filesRead = -1;

    /// <summary>Rows of every table.</summary>
    public List<TableRow> Rows { get; } = [];

    /// <summary>Records of every JSON file, with file and line.</summary>
    public List<(string Source, int Line, JsonNode? Node)> Objects { get; } = [];

    /// <summary>Every column name of every table, by table: a mapping that misses one says so once.</summary>
    public Dictionary<string, HashSet<string>> Columns { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads one file; an archive is opened through its safe door.</summary>
    public void Read(ImportFile file)
    {
        (present, filesRead) = (file.Bytes, filesRead + 1);
        present.Position = 0;
        if (Path.GetExtension(file.Name).Equals(".zip", StringComparison.OrdinalIgnoreCase))
            ReadArchive(file.Bytes);
        else
            ReadPlain(file.Name, file.Bytes);
    }

    private void ReadArchive(Stream bytes)
    {
        using var archive = SafeArchive.OpenZip(bytes);
        foreach (var entry in archive.Entries.Where(e => !IsNoise(e.Name)).OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            using var unpacked = archive.Read(entry);
            ReadPlain(entry.Name, unpacked);
        }
    }

    private void ReadPlain(string name, Stream bytes)
    {
        var kind = Path.GetExtension(name).ToLowerInvariant();
        if (IsNoise(name))
            return;
        if (kind == ".json")
            ReadJson(name, bytes);
        else if (Array.IndexOf(TableKinds, kind) >= 0)
            ReadTable(name, bytes);
        else if (Array.IndexOf(WorkbookKinds, kind) >= 0)
            ReadWorkbook(name, bytes);
    }

    // A data package describes the tables beside it, and archives carry files of the system that packed them.
    private static bool IsNoise(string name) =>
        Path.GetFileName(name) is "datapackage.json" or ".DS_Store" or "meta_table_descriptions.csv" || name.StartsWith("__MACOSX/", StringComparison.Ordinal);

    private void ReadJson(string name, Stream bytes)
    {
        foreach (var item in JsonReading.Items(bytes))
        {
            var node = NodeOf(item, name);
            // Tables as one object, each under the name of its file.
            if (node is JsonObject tables && tables.Count > 0 && tables.All(t => t.Key.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)))
                ReadTablesOf(tables, name, item.Line);
            else
                Objects.Add((name, item.Line, node));
            steps.HasReadRow(Share);
            if (Objects.Count > MostRows)
                throw GuideProblems.ImportTooMany.With(("limit", MostRows));
        }
    }

    private JsonNode? NodeOf(JsonItem item, string name)
    {
        // Half of a surrogate pair is valid JSON and no text: everything that reads it would fail.
        if (item.Value.GetRawText() is var raw && raw.Contains("\\ud", StringComparison.OrdinalIgnoreCase) && HalfPairs().Replace(raw, "\\ufffd") is var mended && mended != raw)
        {
            issues.Add(new RowIssue(item.Line, null, ImportIssues.TextMended, Path.GetFileName(name), IssueSeverity.Note, name));
            raw = mended;
        }

        try
        {
            return JsonNode.Parse(raw, documentOptions: Strict);
        }
        catch (JsonException)
        {
            // A name that stands twice in one object: nobody can tell which of the two is meant.
            return null;
        }
    }

    [GeneratedRegex(@"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}", RegexOptions.None, 60_000)]
    private static partial Regex HalfPairs();

    private void ReadTablesOf(JsonObject tables, string name, int line)
    {
        foreach (var (table, rows) in tables.ToList())
        {
            foreach (var row in (rows as JsonArray ?? []).OfType<JsonObject>().ToList())
            {
                ((JsonArray)rows!).Remove(row);
                Rows.Add(new TableRow(Path.GetFileNameWithoutExtension(table), line, name, row));
                if (!Columns.TryGetValue(Path.GetFileNameWithoutExtension(table), out var columns))
                    Columns[Path.GetFileNameWithoutExtension(table)] = columns = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
                columns.UnionWith(row.Select(cell => cell.Key));
            }
        }
    }

    private void ReadTable(string name, Stream bytes)
    {
        using var reader = DelimitedReader.Open(bytes, issues, source: name);
        Add(Path.GetFileNameWithoutExtension(name), name, reader.Header, reader.Rows());
    }

    private void ReadWorkbook(string name, Stream bytes)
    {
        using var reader = SpreadsheetReader.Open(bytes, issues, source: name);
        foreach (var sheet in reader.Sheets.Where(s => !s.Hidden))
        {
            var header = reader.FindHeader(sheet.Name);
            Add(sheet.Name, name, header, reader.Rows(sheet.Name, header?.Line).Where(row => header is null || row.Line > header.Line));
        }
    }

    private void Add(string table, string source, TableHeader? header, IEnumerable<RawRow> rows)
    {
        if (header is null)
            return;
        if (!Columns.TryGetValue(table, out var columns))
            Columns[table] = columns = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        columns.UnionWith(header.Names.OfType<string>());
        foreach (var row in rows)
        {
            var cells = new JsonObject();
            for (var i = 0; i < header.Names.Count; i++)
            {
                if (header.Names[i] is { Length: > 0 } column && row[i] is { } cell && !string.IsNullOrWhiteSpace(cell))
                    cells.TryAdd(column, cell);
            }

            if (cells.Count > 0)
                Rows.Add(new TableRow(table, row.Line, source, cells));
            steps.HasReadRow(Share);
            if (Rows.Count > MostRows)
                throw GuideProblems.ImportTooMany.With(("limit", MostRows));
        }
    }

    // Of an archive or workbook what is unpacked of it, about.
    private double Share => (filesRead + ((double)present.Position / Math.Max(1, present.Length))) / files;
}
