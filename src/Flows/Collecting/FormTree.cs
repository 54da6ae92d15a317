using System.Globalization;
using Tambo.Flows.Reading;
using Tambo.Platform.Files;

namespace Tambo.Flows.Collecting;

/// <summary>Puts the tables of a form's export together again: each submission with what was asked several times in it.</summary>
internal static class FormTree
{
    private static readonly string[] Links = ["KEY", "PARENT_KEY", "_index", "_parent_index", "_parent_table_name"];

    /// <summary>The submissions, in the order of their table.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">What stands above a table cannot be told.</exception>
    public static FormFile Read(FormTables tables)
    {
        var root = tables.Roots is [var one] ? tables.Table(one)
            : throw (tables.Roots.Count == 0 ? FlowsProblems.ParentsCircular.With(("names", string.Join(", ", tables.Names))) : FlowsProblems.SheetAmbiguous.With(("names", string.Join(", ", tables.Roots))));
        var lost = new List<(int, string)>();
        var rows = new Dictionary<(string Table, string Key), Node>();
        var submissions = new List<Node>();
        foreach (var table in Ordered(tables, root, out var above))
        {
            foreach (var row in tables.Below(table))
            {
                var node = new Node(row.Line, Answers(table, row));
                if (Link(row, table.Key) is { } key && !rows.TryAdd((table.Name, key), node))
                {
                    // The same once more adds nothing; else nobody can say which of them is meant.
                    var first = rows[(table.Name, key)];
                    if (first.Answers.Count == node.Answers.Count && first.Answers.All(answer => node.Answers.GetValueOrDefault(answer.Key) == answer.Value))
                        continue;
                    // With it the whole submission: without one of the two it would tell of fewer people.
                    (first.Submission ?? first).IsContradicted = true;
                    if (table.Name != root.Name)
                        Lose(table, row, key);
                    continue;
                }

                if (table.Name == root.Name)
                    submissions.Add(node);
                else if (Link(row, table.Above) is { } parent && rows.TryGetValue((above[table.Name], parent), out var group))
                {
                    node.Submission = group.Submission ?? group;
                    group.Below.Add(node);
                }
                else
                {
                    Lose(table, row, Link(row, table.Above));
                }
            }
        }

        lost.AddRange(submissions.Where(node => node.IsContradicted).Select(node => (node.Line, $"{root.Name}: {string.Join(", ", Links.Select(node.Answers.GetValueOrDefault).OfType<string>())}")));
        return new FormFile(
            [.. submissions.Where(node => !node.IsContradicted).Select(node => new FormSubmission(node.Line, node.Answers) { Repeats = [.. node.Below.SelectMany(Flat)] })],
            [.. tables.Names.SelectMany(name => tables.Table(name).Columns).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal)])
        { Lost = lost };

        void Lose(FormTable table, RawRow row, string? key) => lost.Add((row.Line, string.Create(CultureInfo.InvariantCulture, $"{table.Name}, {row.Line}: {key}")));
    }

    // What stands above before what stands below.
    private static List<FormTable> Ordered(FormTables tables, FormTable root, out Dictionary<string, string> above)
    {
        above = new(StringComparer.Ordinal);
        foreach (var table in tables.Repeats.Select(tables.Table).Where(table => tables.Below(table).Any()))
            above[table.Name] = (tables.Above(table) ?? throw FlowsProblems.ParentTableMissing.With(("name", table.Name))).Name;
        var (ordered, rest) = (new List<FormTable> { root }, above.ToList());
        while (rest.Count > 0)
        {
            var next = rest.FindIndex(pair => ordered.Exists(table => table.Name == pair.Value));
            if (next < 0)
                throw FlowsProblems.ParentsCircular.With(("names", string.Join(", ", rest.Select(pair => pair.Key))));
            ordered.Add(tables.Table(rest[next].Key));
            rest.RemoveAt(next);
        }

        return ordered;
    }

    // What was asked in a repeat of a repeat stands with what was asked around it.
    private static IEnumerable<FormSubmission> Flat(Node node) => node.Below.Count == 0
        ? [new FormSubmission(node.Line, Without(node.Answers))]
        : node.Below.SelectMany(Flat).Select(inner => inner with { Answers = inner.Answers.Concat(Without(node.Answers)).DistinctBy(pair => pair.Key).ToDictionary(StringComparer.Ordinal) });

    private static Dictionary<string, string> Without(Dictionary<string, string> answers) =>
        answers.Where(pair => !Links.Contains(pair.Key) && !pair.Key.StartsWith("_submission_", StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal);

    private static Dictionary<string, string> Answers(FormTable table, RawRow row)
    {
        var answers = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var column = 0; column < table.Columns.Count; column++)
        {
            if (table.Columns[column] is { Length: > 0 } name && row[column] is { } answer && !string.IsNullOrWhiteSpace(answer))
                answers[name] = answer.Trim();
        }

        return answers;
    }

    private static string? Link(RawRow row, int? column) => column is { } at && row[at]?.Trim() is { Length: > 0 } key ? key : null;

    private sealed record Node(int Line, Dictionary<string, string> Answers)
    {
        public List<Node> Below { get; } = [];

        /// <summary>The submission that it stands in; null for one itself.</summary>
        public Node? Submission { get; set; }

        /// <summary>True when something stands twice in it, and differs.</summary>
        public bool IsContradicted { get; set; }
    }
}
