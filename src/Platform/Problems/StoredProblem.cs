using System.Globalization;
using System.Text.Json;

namespace Tambo.Platform.Problems;

/// <summary>A refusal as it is stored, to be told later in whatever language somebody asks; pure.</summary>
internal sealed record StoredProblem(string Code, int Status, IReadOnlyList<StoredValue> Values, IReadOnlyList<StoredField> Fields)
{
    /// <summary>Writes it as JSON.</summary>
    public static string Write(Problem problem) => JsonSerializer.Serialize(new StoredProblem(
        problem.Kind.Code,
        problem.Kind.Status,
        [.. problem.Values.Select(value => StoredValue.Of(value.Name, value.Value))],
        [.. problem.Fields.Select(field => new StoredField(field.Key, field.Value.Code, field.Value.Status))]));

    /// <summary>The refusal that was written.</summary>
    public static Problem Read(string json)
    {
        var stored = JsonSerializer.Deserialize<StoredProblem>(json)!;
        return new Problem(new ProblemKind(stored.Code, stored.Status), [.. stored.Values.Select(value => (value.Name, value.Number is { } number ? number : (object?)value.Text))])
        {
            Fields = stored.Fields.ToDictionary(field => field.Name, field => new ProblemKind(field.Code, field.Status), StringComparer.Ordinal),
        };
    }
}

/// <summary>A value that a sentence names: a whole number, which each language writes in its own way, or a text.</summary>
internal sealed record StoredValue(string Name, long? Number, string? Text)
{
    /// <summary>The value as it is stored.</summary>
    public static StoredValue Of(string name, object? value) => value switch
    {
        int number => new StoredValue(name, number, null),
        long number => new StoredValue(name, number, null),
        _ => new StoredValue(name, null, Convert.ToString(value, CultureInfo.InvariantCulture)),
    };
}

/// <summary>What is wrong with a field of a form.</summary>
internal sealed record StoredField(string Name, string Code, int Status);
