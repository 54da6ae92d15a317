using System.Text.Json;
using Tambo.Platform.Files;

namespace Tambo.Flows.Collecting;

/// <summary>One submission of a form: what it answers, by the path of each question.</summary>
/// <param name="Line">The line of the table, or its place in the list, from 1.</param>
/// <param name="Answers">Answers by path, such as <c>group/women</c>.</param>
internal sealed record FormSubmission(int Line, IReadOnlyDictionary<string, string> Answers)
{
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

    private static bool EndsWith(string path, string question) =>
        path.Length > question.Length && path.EndsWith(question, StringComparison.Ordinal) && "/-:.".Contains(path[^(question.Length + 1)], StringComparison.Ordinal);
}

/// <summary>
/// Reads what ODK Central and KoboToolbox export of a form: a table with a column for each question, or JSON, as a list or
/// under <c>value</c> (OData) or <c>results</c> (Kobo); groups of questions are paths.
/// </summary>
internal static class FormSubmissions
{
    private static readonly string[] Lists = ["value", "results", "submissions"];

    /// <summary>The submissions of a file, in its order.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">It is neither.</exception>
    public static async Task<IReadOnlyList<FormSubmission>> ReadAsync(Stream file, CancellationToken cancellationToken)
    {
        var first = new byte[64];
        var read = await file.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, cancellationToken);
        file.Position = 0;
        return System.Text.Encoding.UTF8.GetString(first, 0, read).TrimStart('\uFEFF', ' ', '\r', '\n', '\t') is ['[' or '{', ..] ? await JsonAsync(file, cancellationToken) : Table(file);
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
                var answers = new Dictionary<string, string>(StringComparer.Ordinal);
                Flatten(one, "", answers);
                submissions.Add(new FormSubmission(submissions.Count + 1, answers));
            }

            return submissions;
        }
        catch (JsonException broken)
        {
            throw GroupProblems.Unreadable.With(("what", broken.Path ?? ""));
        }
    }

    private static void Flatten(JsonElement element, string path, Dictionary<string, string> answers)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                    Flatten(property.Value, path.Length == 0 ? property.Name : $"{path}/{property.Name}", answers);
                break;
            case JsonValueKind.Null or JsonValueKind.Undefined or JsonValueKind.Array:
                break;
            default:
                answers[path] = element.ToString();
                break;
        }
    }

    private static List<FormSubmission> Table(Stream file)
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

        return submissions;
    }
}
