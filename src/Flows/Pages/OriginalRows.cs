using System.Text.Json;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Imports;
using Tambo.Flows.Reading;
using Tambo.Platform.Files;

namespace Tambo.Flows.Pages;

/// <summary>Lines of a file as they came: their values, by the names of its columns.</summary>
/// <param name="Columns">The names of the columns.</param>
/// <param name="Lines">The values of each line that was asked for.</param>
internal sealed record OriginalRows(IReadOnlyList<string> Columns, IReadOnlyDictionary<int, IReadOnlyList<string>> Lines)
{
    private const int MostValues = 1 << 14;

    /// <summary>Reads lines of a kept file in the way that its import did; it is read no further than the last of them.</summary>
    public static OriginalRows Read(Stream file, KeptMapping mapping, IReadOnlySet<int> lines, DateOnly today, CancellationToken cancellationToken)
    {
        var tables = TableSource.OpenAll(file, HarmoniseFile.RulesOf(mapping.Mapping, today), new IssueReport());
        try
        {
            var found = new Dictionary<int, IReadOnlyList<string>>();
            foreach (var table in tables)
                Read(table, lines, found, cancellationToken);
            return new OriginalRows(tables[0].Columns.Names, found);
        }
        finally
        {
            foreach (var table in tables)
                table.Dispose();
        }
    }

    private static void Read(TableSource table, IReadOnlySet<int> lines, Dictionary<int, IReadOnlyList<string>> found, CancellationToken cancellationToken)
    {
        int[] wanted = [.. Enumerable.Range(0, table.Columns.Names.Count)];
        var read = table.Reader(wanted);
        var batch = ValueBatch.For([.. wanted.Select(_ => new ValueBook())]);
        while (found.Count < lines.Count && read(batch) is not null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var row = 0; row < batch.Rows; row++)
            {
                if (lines.Contains(batch.Lines[row]))
                    found[batch.Lines[row]] = [.. wanted.Select(column => batch.Books[column][batch.Values[column][row]])];
            }

            // Nothing points at them any more.
            foreach (var book in batch.Books.Where(book => book.Count > MostValues))
                book.Forget();
        }
    }

    /// <summary>What a record says, by name.</summary>
    public static Dictionary<string, string> OfRecord(string text)
    {
        using var record = JsonDocument.Parse(text);
        var says = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var said in record.RootElement.EnumerateObject().Where(said => said.Value.ValueKind is not JsonValueKind.Null))
            says[said.Name] = said.Value.ToString();
        return says;
    }

    /// <summary>Reads records that are one line of JSON each: what each says, by name.</summary>
    public static async Task<OriginalRows> RecordsAsync(Stream file, IReadOnlySet<int> lines, CancellationToken cancellationToken)
    {
        var (columns, records) = (new List<string>(), new Dictionary<int, Dictionary<string, string>>());
        using var reader = new StreamReader(file, leaveOpen: true);
        for (var line = 1; records.Count < lines.Count && await reader.ReadLineAsync(cancellationToken) is { } text; line++)
        {
            if (!lines.Contains(line))
                continue;
            records[line] = OfRecord(text);
            columns.AddRange(records[line].Keys.Except(columns, StringComparer.Ordinal));
        }

        return new OriginalRows(columns, records.ToDictionary(record => record.Key, record => (IReadOnlyList<string>)[.. columns.Select(column => record.Value.GetValueOrDefault(column, ""))]));
    }
}
