using Microsoft.AspNetCore.Http;

namespace Tambo.Guide.Staff;

/// <summary>The answers of a form by the names of its questions: as a record fills them in, or as a person sent them.</summary>
public sealed class FormValues
{
    private readonly Dictionary<string, IReadOnlyList<string>> values = new(StringComparer.Ordinal);

    /// <summary>The answer; empty when there is none.</summary>
    public string this[string name]
    {
        get => values.TryGetValue(name, out var all) && all.Count > 0 ? all[0] : "";
        set => values[name] = [value];
    }

    /// <summary>What a browser sent.</summary>
    public static FormValues Of(IFormCollection form)
    {
        var read = new FormValues();
        foreach (var (name, sent) in form)
            read.values[name] = [.. sent.Select(value => value ?? "")];
        return read;
    }

    /// <summary>True when the question was asked.</summary>
    public bool Has(string name) => values.ContainsKey(name);

    /// <summary>Every answer given to one question.</summary>
    public IReadOnlyList<string> All(string name) => values.GetValueOrDefault(name) ?? [];

    /// <summary>Gives several answers to one question.</summary>
    public void Set(string name, IReadOnlyList<string> all) => values[name] = all;

    /// <summary>True when a box was ticked.</summary>
    public bool Ticked(string name) => this[name] == "true";

    /// <summary>How many rows <c>prefix-0-field</c>, <c>prefix-1-field</c>, … there are.</summary>
    public int Rows(string prefix, string field)
    {
        var count = 0;
        while (count < 200 && values.ContainsKey(Row(prefix, count, field)))
            count++;
        return count;
    }

    /// <summary>The name of a field of a row.</summary>
    public static string Row(string prefix, int row, string field) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{prefix}-{row}-{field}");
}
