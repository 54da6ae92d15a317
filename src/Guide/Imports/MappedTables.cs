using System.IO.Enumeration;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tambo.Platform.Files;

namespace Tambo.Guide.Imports;

/// <summary>Runs the rows of a source through a mapping, which gives rows of HSDS tables.</summary>
internal sealed class MappedTables(Mapping mapping, IssueReport issues)
{
    private readonly Dictionary<Expression, MappedValue> ready = [];

    /// <summary>The HSDS rows, each at the line it came from.</summary>
    public List<TableRow> Of(ImportFiles files)
    {
        var made = new List<TableRow>(files.Rows.Count * 4);
        var refused = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, columns) in files.Columns)
        {
            foreach (var missing in TablesOf(name).SelectMany(t => t.Needs).Where(needed => !columns.Contains(needed)))
            {
                issues.Add(new RowIssue(1, null, ImportIssues.ColumnMissing, missing, IssueSeverity.Error, name));
                refused.Add(name);
            }
        }

        foreach (var row in files.Rows.Where(row => !refused.Contains(row.Table)))
        {
            foreach (var rule in TablesOf(row.Table).SelectMany(t => t.Rows))
                Make(rule, row, made);
        }

        foreach (var unknown in files.Rows.GroupBy(r => r.Table).Where(t => !TablesOf(t.Key).Any()))
            issues.Add(new RowIssue(0, null, ImportIssues.TableUnknown, unknown.Key, IssueSeverity.Note, unknown.First().Source));
        return made;
    }

    /// <summary>The columns that the mapping fills, by HSDS table: where a source has no value for one, it says that there is none.</summary>
    public Dictionary<string, HashSet<string>> ColumnsOf(ImportFiles files)
    {
        var filled = new Dictionary<string, HashSet<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, columns) in files.Columns)
        {
            foreach (var rule in TablesOf(name).SelectMany(table => table.Rows))
            {
                if (!filled.TryGetValue(rule.Into, out var into))
                    filled[rule.Into] = into = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
                into.UnionWith(rule.Fields.Keys);
                if (rule.Keep)
                    into.UnionWith(columns);
            }
        }

        return filled;
    }

    private IEnumerable<MappedTable> TablesOf(string name) =>
        mapping.Tables.Where(table => table.Names.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name)));

    private void Make(MappedRow rule, TableRow row, List<TableRow> made)
    {
        if (rule.Each is not { } each)
        {
            MakeOne(rule, row, row.Cells, made);
            return;
        }

        foreach (var value in Values(each, row, row.Cells))
        {
            var cells = (JsonObject)row.Cells.DeepClone();
            cells["$value"] = value;
            MakeOne(rule, row, cells, made);
        }
    }

    private void MakeOne(MappedRow rule, TableRow row, JsonObject cells, List<TableRow> made)
    {
        foreach (var condition in rule.When)
        {
            // What nobody can tell does not hold.
            if (Said(condition.Value, row, cells, static _ => { }) is not { } said)
                return;
            var value = said is [var first, ..] ? first : null;
            var holds = (condition.In, condition.NotIn) switch
            {
                ({ } accepted, _) => value is not null && accepted.Contains(value, StringComparer.OrdinalIgnoreCase),
                (_, { } refused) => value is null || !refused.Contains(value, StringComparer.OrdinalIgnoreCase),
                _ => value is not null,
            };
            if (!holds)
                return;
        }

        var target = rule.Keep ? (JsonObject)cells.DeepClone() : [];
        target.Remove("$value");
        foreach (var (field, expression) in rule.Fields)
        {
            target.Remove(field);
            if (Values(expression, row, cells) is [var value, ..])
                target[field] = value;
        }

        Defaults(rule.Into, target);
        made.Add(new TableRow(rule.Into, row.Line, row.Source, target));
    }

    private void Defaults(string table, JsonObject target)
    {
        if (mapping.Language.Length > 0 && table is "organizations" or "services" or "locations" or "service_at_location" or "taxonomy_terms" or "taxonomies")
            target.TryAdd("text_language", mapping.Language);
        if (table is not "locations")
            return;
        if (mapping.TimeZone.Length > 0)
            target.TryAdd("time_zone", mapping.TimeZone);
        if (mapping.Country.Length > 0)
            target.TryAdd("country", mapping.Country);
        if (mapping.PositionPrecision != "exact")
            target.TryAdd("position_precision", mapping.PositionPrecision);
    }

    private IReadOnlyList<string> Values(Expression expression, TableRow row, JsonObject cells) => Said(expression, row, cells, value =>
        issues.Add(new RowIssue(
            row.Line, null,
            expression.Category ? ImportIssues.CategoryUnknown : expression.PositionOf is null ? ImportIssues.ValueUnmapped : ImportIssues.PlaceUnknown,
            expression.Column is { } column ? $"{column}: {value}" : value, IssueSeverity.Warning, row.Source))) ?? [];

    // One value that a pattern cannot cope with costs that value and not the import: null, and an issue.
    private IReadOnlyList<string>? Said(Expression expression, TableRow row, JsonObject cells, Action<string> unmapped)
    {
        try
        {
            return Ready(expression).Of(cells, unmapped);
        }
        catch (RegexMatchTimeoutException slow)
        {
            issues.Add(new RowIssue(row.Line, null, ImportIssues.PatternSlow, slow.Input.Length > 60 ? slow.Input[..60] + "…" : slow.Input, IssueSeverity.Warning, row.Source));
            return null;
        }
    }

    private MappedValue Ready(Expression expression)
    {
        if (!ready.TryGetValue(expression, out var value))
            ready[expression] = value = new MappedValue(expression);
        return value;
    }
}
