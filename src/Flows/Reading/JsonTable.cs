using System.Text.Json;
using Tambo.Platform.Files;

namespace Tambo.Flows.Reading;

/// <summary>
/// A list of JSON records as a table. Fields within objects have names with points (<c>geo.lat</c>); lines are the numbers of the
/// records, from 1, because the whole file often stands on one line.
/// </summary>
internal sealed class JsonTable : TableSource
{
    // As many as delimited text may have: records that each have a field of their own are no table.
    private const int MostColumns = 4_000;

    private readonly Stream file;
    private readonly JsonLimits limits;
    private readonly string repeat;
    private readonly IssueReport issues;
    private readonly HeaderChoice? grid;
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);

    private JsonTable(Stream file, ReadingRules rules, IssueReport issues)
    {
        (this.file, this.issues, repeat) = (file, issues, rules.Repeat ?? "");
        limits = new JsonLimits { Path = rules.Rows is { Length: > 0 } path ? path.Split('.') : [] };
        var first = JsonReading.Items(file, limits).Take(HeaderRows.Looked).Select(item => item.Value).ToList();
        if (first.Count == 0)
            throw FlowsProblems.RowsMissing.With(("path", rules.Rows ?? ""));
        if (first.TrueForAll(item => item.ValueKind == JsonValueKind.Array))
        {
            // Lists within a list are a table with its header: HXL has such an encoding.
            grid = DelimitedTable.Choose([.. Grid(first)], rules) ?? throw FlowsProblems.HeaderMissing.With();
            Columns = grid.Columns;
            Check(Columns.Names.Count);
            return;
        }

        Lists = [.. first.SelectMany(item => JsonFields.Lists(item, "")).Distinct(StringComparer.Ordinal)];
        // Records need not all have the same fields: only a look at all of them tells which there are.
        foreach (var row in Fields(told: null))
        {
            foreach (var (name, _) in row.Fields)
                places.TryAdd(name, places.Count);
            Check(places.Count);
        }

        Columns = new TableColumns([.. places.OrderBy(place => place.Value).Select(place => place.Key)], []);
    }

    /// <inheritdoc />
    public override TableColumns Columns { get; }

    /// <inheritdoc />
    public override IReadOnlyList<string> Lists { get; } = [];

    /// <inheritdoc />
    public override int HeaderLine => grid?.Line ?? 0;

    /// <inheritdoc />
    public override (long Done, long Total) SoFar(long rows) => (file.Position, file.Length);

    /// <inheritdoc />
    public override int Threads(int most) => 1;

    /// <summary>Finds the records and their fields.</summary>
    public static new JsonTable Open(Stream file, ReadingRules rules, IssueReport issues) => new(file, rules, issues);

    /// <inheritdoc />
    public override Func<ValueBatch, int?> Reader(int[] wanted) => new RowBatches(Rows().GetEnumerator(), wanted).Next;

    private IEnumerable<RawRow> Rows()
    {
        if (grid is not null)
        {
            foreach (var row in Grid(JsonReading.Items(file, limits).Select(item => item.Value)))
                yield return row;
            yield break;
        }

        foreach (var (record, fields) in Fields(issues))
        {
            var cells = new string?[places.Count];
            foreach (var (name, value) in fields)
                cells[places[name]] = value;
            yield return new RawRow(record, cells);
        }
    }

    private IEnumerable<(int Record, IReadOnlyList<KeyValuePair<string, string>> Fields)> Fields(IssueReport? told)
    {
        var record = 0;
        foreach (var item in JsonReading.Items(file, limits))
        {
            record++;
            if (item.Value.ValueKind != JsonValueKind.Object)
                throw FlowsProblems.RowsMissing.With(("path", string.Join('.', limits.Path)));
            var any = false;
            foreach (var fields in JsonFields.Rows(item.Value, repeat))
            {
                any = true;
                yield return (record, fields);
            }

            if (!any)
                told?.Add(new RowIssue(record, null, TableIssues.RepeatEmpty, repeat, IssueSeverity.Note));
        }
    }

    private static void Check(int columns)
    {
        if (columns > MostColumns)
            throw FileProblems.TooManyColumns.With(("limit", MostColumns));
    }

    private static IEnumerable<RawRow> Grid(IEnumerable<JsonElement> rows) => rows.Select((row, at) =>
        new RawRow(at + 1, row.ValueKind == JsonValueKind.Array ? [.. row.EnumerateArray().Select(cell => JsonFields.Text(cell) is { Length: > 0 } text ? text : null)] : []));
}

/// <summary>The fields of a JSON record as cells; pure.</summary>
internal static class JsonFields
{
    /// <summary>
    /// The rows that a record comes to: one, or one for each element of the list that is repeated, with the fields around it in each.
    /// A list of plain values is one text; of a list of records that is not repeated the number of its records.
    /// </summary>
    public static IEnumerable<IReadOnlyList<KeyValuePair<string, string>>> Rows(JsonElement record, string repeat)
    {
        var fields = new List<KeyValuePair<string, string>>();
        var repeated = Collect(record, "", Slashed(repeat), fields);
        return repeated is { } list ? Expanded(list.Name, list.Elements, Slashed(repeat), fields) : Slashed(repeat).Length == 0 ? [fields] : [];
    }

    /// <summary>The names of lists of records within a record.</summary>
    public static IEnumerable<string> Lists(JsonElement record, string prefix)
    {
        if (record.ValueKind != JsonValueKind.Object)
            yield break;
        foreach (var property in record.EnumerateObject())
        {
            var name = prefix.Length == 0 ? property.Name : $"{prefix}.{property.Name}";
            if (property.Value.ValueKind == JsonValueKind.Array && property.Value.EnumerateArray().Any(element => element.ValueKind is JsonValueKind.Object))
                yield return name;
            foreach (var inner in Lists(property.Value, name))
                yield return inner;
        }
    }

    /// <summary>A plain value as text; empty when it is null.</summary>
    public static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        JsonValueKind.Array => string.Join(' ', value.EnumerateArray().Select(Text)),
        _ => value.GetRawText(),
    };

    private static IEnumerable<IReadOnlyList<KeyValuePair<string, string>>> Expanded(
        string name, JsonElement elements, string repeat, List<KeyValuePair<string, string>> around)
    {
        foreach (var element in elements.EnumerateArray())
        {
            var fields = new List<KeyValuePair<string, string>>(around);
            if (element.ValueKind != JsonValueKind.Object)
            {
                fields.Add(new(name, Text(element)));
                yield return fields;
                continue;
            }

            var inner = Collect(element, name, repeat, fields);
            if (inner is not { } list)
            {
                yield return fields;
                continue;
            }

            foreach (var row in Expanded(list.Name, list.Elements, repeat, fields))
                yield return row;
        }
    }

    // Adds the fields of an object and gives the list on the way to the one that is repeated, if there is one.
    private static (string Name, JsonElement Elements)? Collect(JsonElement from, string prefix, string repeat, List<KeyValuePair<string, string>> fields)
    {
        (string, JsonElement)? repeated = null;
        foreach (var property in from.EnumerateObject())
        {
            // Kobo repeats the names of all groups in each name; others leave them to the nesting.
            var name = prefix.Length == 0 || property.Name.StartsWith(Slashed(prefix) + "/", StringComparison.Ordinal) ? property.Name : $"{prefix}.{property.Name}";
            var value = property.Value;
            if (value.ValueKind == JsonValueKind.Object)
                repeated = Collect(value, name, repeat, fields) ?? repeated;
            else if (value.ValueKind == JsonValueKind.Array && (repeat + "/").StartsWith(Slashed(name) + "/", StringComparison.Ordinal))
                repeated = (name, value);
            else if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().Any(element => element.ValueKind is JsonValueKind.Object))
                fields.Add(new(name, value.GetArrayLength().ToString(System.Globalization.CultureInfo.InvariantCulture)));
            else
                fields.Add(new(name, Text(value)));
        }

        return repeated;
    }

    private static string Slashed(string path) => path.Replace('.', '/');
}
