using System.Text.Json;
using Tambo.Flows.Reading;
using Tambo.Platform.Files;

namespace Tambo.Flows.Collecting;

/// <summary>One submission of a form: what it answers, by the path of each question.</summary>
/// <param name="Line">The line of the table, or its place in the list, from 1.</param>
/// <param name="Answers">Answers by path, such as <c>group/women</c>.</param>
internal sealed record FormSubmission(int Line, IReadOnlyDictionary<string, string> Answers)
{
    // OData names a repeat so whose answers are in another list.
    private const string Elsewhere = "@odata.navigationLink";

    /// <summary>What was asked several times: the answers of each time.</summary>
    public IReadOnlyList<FormSubmission> Repeats { get; init; } = [];

    /// <summary>True when the form asks something several times, and the answers are not in the file.</summary>
    public bool LacksRepeats => Answers.Keys.Any(path => path.EndsWith(Elsewhere, StringComparison.Ordinal));

    /// <summary>The answer to a question, by its path or by its own name where only one path ends with it; null when there is none.</summary>
    public string? this[string question]
    {
        get
        {
            if (Answers.TryGetValue(question, out var answer))
                return answer;
            var same = Answers.Where(pair => EndsWith(pair.Key, question)).Take(2).ToList();
            return same.Count == 1 ? same[0].Value : null;
        }
    }

    /// <summary>True when a column or path is the question of a name.</summary>
    public static bool IsOf(string path, string question) => path == question || EndsWith(path, question);

    private static bool EndsWith(string path, string question) =>
        path.Length > question.Length && path.EndsWith(question, StringComparison.Ordinal) && "/-:.".Contains(path[^(question.Length + 1)], StringComparison.Ordinal);
}

/// <summary>What a file holds of a form.</summary>
/// <param name="Submissions">The submissions, in its order.</param>
/// <param name="Columns">The questions that it has columns for; null for lists, which leave out what was not answered.</param>
internal sealed record FormFile(IReadOnlyList<FormSubmission> Submissions, IReadOnlyList<string>? Columns)
{
    /// <summary>Rows that belong to no submission of the file, or to one that contradicts itself: line, and where and what.</summary>
    public IReadOnlyList<(int Line, string What)> Lost { get; init; } = [];
}

/// <summary>
/// Reads what ODK Central and KoboToolbox export of a form: a table with a column for each question, an archive or a workbook with
/// one for each repeat, or JSON, as a list or
/// under <c>value</c> (OData) or <c>results</c> (Kobo); groups of questions are paths.
/// </summary>
internal static class FormSubmissions
{
    private static readonly string[] Lists = ["value", "results", "submissions"];

    /// <summary>The submissions of a file, in its order.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">It is neither.</exception>
    public static async Task<FormFile> ReadAsync(Stream file, CancellationToken cancellationToken)
    {
        if (TableSource.KindOf(file) is var kind and (TableKind.FormExport or TableKind.Workbook))
        {
            using var tables = kind == TableKind.Workbook ? FormTables.OfWorkbook(file, new IssueReport()) : FormTables.OfZip(file, new IssueReport());
            return FormTree.Read(tables);
        }

        var first = new byte[64];
        var read = await file.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, cancellationToken);
        file.Position = 0;
        return System.Text.Encoding.UTF8.GetString(first, 0, read).TrimStart('\uFEFF', ' ', '\r', '\n', '\t') is ['[' or '{', ..] ? new FormFile(await JsonAsync(file, cancellationToken), null) : Table(file);
    }

    private static async Task<IReadOnlyList<FormSubmission>> JsonAsync(Stream file, CancellationToken cancellationToken)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(file, default, cancellationToken);
            var root = document.RootElement;
            var list = root.ValueKind == JsonValueKind.Object && Lists.FirstOrDefault(name => root.TryGetProperty(name, out var under) && under.ValueKind == JsonValueKind.Array) is { } found
                ? root.GetProperty(found) : root;
            if (list.ValueKind != JsonValueKind.Array)
                throw GroupProblems.Unreadable.With(("what", list.ValueKind.ToString()));
            var submissions = new List<FormSubmission>();
            foreach (var one in list.EnumerateArray())
            {
                submissions.Add(Of(one, "", submissions.Count + 1));
            }

            return submissions;
        }
        catch (JsonException broken)
        {
            throw GroupProblems.Unreadable.With(("what", broken.Path ?? ""));
        }
    }

    private static FormSubmission Of(JsonElement element, string path, int line)
    {
        var (answers, repeats) = (new Dictionary<string, string>(StringComparer.Ordinal), new List<FormSubmission>());
        Flatten(element, path, line, answers, repeats);
        return new FormSubmission(line, answers) { Repeats = repeats };
    }

    private static void Flatten(JsonElement element, string path, int line, Dictionary<string, string> answers, List<FormSubmission> repeats)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                    Flatten(property.Value, path.Length == 0 ? property.Name : $"{path}/{property.Name}", line, answers, repeats);
                break;
            case JsonValueKind.Array:
                var plain = element.EnumerateArray().Where(item => item.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null)).ToList();
                // Several that were chosen stand as in a table: with blanks between them.
                if (plain.Count > 0)
                    answers[path] = string.Join(' ', plain);
                foreach (var item in element.EnumerateArray().Where(item => item.ValueKind is JsonValueKind.Object))
                {
                    var one = Of(item, path, line);
                    repeats.AddRange(one.Repeats.Count == 0 ? [one] : one.Repeats.Select(inner => inner with { Answers = inner.Answers.Concat(one.Answers).DistinctBy(pair => pair.Key).ToDictionary(StringComparer.Ordinal) }));
                }

                break;
            case JsonValueKind.Null or JsonValueKind.Undefined:
                break;
            default:
                answers[path] = element.ToString();
                break;
        }
    }

    private static FormFile Table(Stream file)
    {
        using var reader = DelimitedReader.Open(file, new IssueReport());
        if (reader.Header is not { } header)
            throw GroupProblems.Unreadable.With(("what", "header"));
        var submissions = new List<FormSubmission>();
        foreach (var row in reader.Rows())
        {
            var answers = new Dictionary<string, string>(StringComparer.Ordinal);
            for (var column = 0; column < header.Names.Count; column++)
            {
                if (header.Names[column] is { Length: > 0 } name && row[column] is { } answer && !string.IsNullOrWhiteSpace(answer))
                    answers[name] = answer.Trim();
            }

            submissions.Add(new FormSubmission(row.Line, answers));
        }

        return new FormFile(submissions, [.. header.Names.OfType<string>().Where(name => name.Length > 0)]);
    }
}
