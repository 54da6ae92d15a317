using Tambo.Platform.Files;

namespace Tambo.Flows.Reading;

/// <summary>
/// The tables of a form's export, one for its submissions and one for each repeat: the texts of ODK Central's
/// <c>submissions.csv.zip</c>, or the sheets of a workbook of KoboToolbox. Rows know those above them by keys.
/// </summary>
internal sealed class FormTables : IDisposable
{
    private const string ParentIndex = "_parent_index";
    private const string ParentKey = "PARENT_KEY";

    // More than any form has. For each of them the others may be looked through: of thousands it would take hours.
    private const int MostTables = 100;

    // A sheet's name has at most so many letters; longer ones are cut.
    private const int SheetName = 31;

    private readonly Func<string, IEnumerable<RawRow>> rows;
    private readonly IDisposable held;
    private readonly Dictionary<string, FormTable> known = new(StringComparer.Ordinal);

    private FormTables(IReadOnlyList<string> names, Func<string, IEnumerable<RawRow>> rows, IDisposable held)
    {
        (Names, this.rows, this.held) = (names, rows, held);
        if (names.Count <= MostTables)
            return;
        held.Dispose();
        throw FlowsProblems.FormTablesMany.With(("count", names.Count), ("most", MostTables));
    }

    /// <summary>The tables, by the names of their files without the ending, or of their sheets.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>True for an archive that holds delimited texts and is no workbook.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">The archive is not in order.</exception>
    public static bool IsZip(Stream file)
    {
        try
        {
            using var archive = SafeArchive.OpenZip(file);
            return !archive.Entries.Any(entry => entry.Name == "[Content_Types].xml") && archive.Entries.Any(IsText);
        }
        catch (Tambo.Platform.Problems.Problem damaged) when (damaged.Kind == FileProblems.ZipDamaged)
        {
            // What cannot be listed is told as what most files of the kind are: a workbook.
            return false;
        }
        finally
        {
            file.Position = 0;
        }
    }

    /// <summary>The tables of an archive; other files in it, as photographs, are passed over.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">The archive is not in order, unpacks to more than it may, or holds more tables than any form has.</exception>
    public static FormTables OfZip(Stream file, IssueReport issues)
    {
        using var archive = SafeArchive.OpenZip(file);
        var entries = archive.Entries.Where(IsText).ToDictionary(entry => NameOf(entry.Name), entry => entry.Name, StringComparer.OrdinalIgnoreCase);
        return new FormTables([.. entries.Keys], Rows, new MemoryStream());

        IEnumerable<RawRow> Rows(string name)
        {
            using var text = new UnpackedText(file, entries[name]);
            using var reader = DelimitedReader.Open(text, issues, new DelimitedOptions(HeaderLine: 0), entries[name]);
            foreach (var row in reader.Rows())
                yield return row;
        }
    }

    /// <summary>The visible sheets of a workbook.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">It cannot be read, or has more sheets than any form has tables.</exception>
    public static FormTables OfWorkbook(Stream file, IssueReport issues)
    {
        var reader = SpreadsheetReader.Open(file, issues);
        return new FormTables([.. reader.Sheets.Where(sheet => !sheet.Hidden).Select(sheet => sheet.Name)], name => reader.Rows(name, 1), reader);
    }

    /// <summary>The sheets of a workbook whose rows stand below those of another one.</summary>
    public static IReadOnlyList<string> RepeatsOf(SpreadsheetReader reader) =>
        [.. reader.Sheets.Where(sheet => !sheet.Hidden && reader.Rows(sheet.Name, 1).FirstOrDefault()?.Cells.Contains(ParentIndex) == true).Select(sheet => sheet.Name)];

    /// <summary>The tables of repeats.</summary>
    public IReadOnlyList<string> Repeats => [.. Names.Where(name => Table(name).Above is not null)];

    /// <summary>The tables that stand below no other one.</summary>
    public IReadOnlyList<string> Roots => [.. Names.Where(name => Table(name) is { Above: null, Columns.Count: > 0 })];

    /// <summary>The tables that a mapping may mean by a repeat: the one of its name, else those of forms that end with it (<c>crossings-persons</c>, <c>crossings-persons~1</c>).</summary>
    public IReadOnlyList<string> Find(string repeat)
    {
        if (Names.FirstOrDefault(name => name.Equals(repeat, StringComparison.OrdinalIgnoreCase)) is { } same)
            return [same];
        var last = repeat[(repeat.LastIndexOfAny(['/', '.']) + 1)..];
        var sheet = last.Length > SheetName ? last[..SheetName] : last;
        bool Is(string name) => name.Equals(last, StringComparison.OrdinalIgnoreCase) || name.Equals(sheet, StringComparison.OrdinalIgnoreCase) || name.EndsWith("-" + last, StringComparison.OrdinalIgnoreCase);
        return [.. Names.Where(name => Is(name) || (name.LastIndexOf('~') is > 0 and var at && Is(name[..at])))];
    }

    /// <summary>What a table is.</summary>
    public FormTable Table(string name)
    {
        if (known.TryGetValue(name, out var present))
            return present;
        var header = rows(name).FirstOrDefault();
        var columns = header is null ? [] : header.Cells.Select(cell => cell?.Trim() ?? "").ToArray();
        int? Place(string column) => Array.IndexOf(columns, column) is >= 0 and var at ? at : null;
        return known[name] = new FormTable(name, columns, header?.Line ?? 0, Place("KEY") ?? Place("_index"), Place(ParentKey) ?? Place(ParentIndex), Place("_parent_table_name"));
    }

    /// <summary>The rows of a table below its header.</summary>
    public IEnumerable<RawRow> Below(FormTable table) => rows(table.Name).Skip(1);

    /// <summary>The table that the rows of another one stand below; null where it has none of it.</summary>
    public FormTable? Above(FormTable table)
    {
        const int Looked = 20;
        if (table.Above is not { } above)
            return null;
        var first = Below(table).Take(Looked).ToList();
        if (table.AboveTable is { } named)
        {
            var said = first.Select(row => row[named]?.Trim()).FirstOrDefault(name => name?.Length > 0);
            if (said is not null)
                return Names.FirstOrDefault(name => name == said || (said.Length > SheetName && name == said[..SheetName])) is { } sheet ? Table(sheet) : null;
        }

        // A key of a submission has no counted part; that of a row of a repeat ends with one: uuid:…/household[2].
        var keys = first.Select(row => row[above]?.Trim()).OfType<string>().Where(key => key.Length > 0).ToHashSet(StringComparer.Ordinal);
        var others = Names.Select(Table).Where(other => other.Key is not null && other.Name != table.Name).OrderBy(other => other.Above is null == keys.Any(key => key.EndsWith(']'))).ToList();
        if (keys.Any(key => Below(table).Take(Looked).Any(row => table.Key is { } own && row[own]?.Trim() == key)))
            return table;
        return others.Find(other => Below(other).Any(row => row[other.Key!.Value] is { } key && keys.Contains(key.Trim()))) ?? others.Find(other => other.Above is null);
    }

    /// <inheritdoc />
    public void Dispose() => held.Dispose();

    private static bool IsText(ArchiveEntry entry) => entry.Name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) && !entry.Name.StartsWith("__MACOSX/", StringComparison.Ordinal);

    private static string NameOf(string entry) => entry[..^".csv".Length];
}

/// <summary>One table of a form's export.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">The names of its columns.</param>
/// <param name="HeaderLine">The line on which they stand.</param>
/// <param name="Key">The column by which rows below know a row; null when none do.</param>
/// <param name="Above">The column with the key of the row above; null for submissions.</param>
/// <param name="AboveTable">The column that names the table above; null where keys say it.</param>
internal sealed record FormTable(string Name, IReadOnlyList<string> Columns, int HeaderLine, int? Key, int? Above, int? AboveTable);
