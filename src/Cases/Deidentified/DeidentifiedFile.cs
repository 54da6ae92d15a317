using System.Text.Json;
using Tambo.Cases.Access;

namespace Tambo.Cases.Deidentified;

/// <summary>A column of a file without names, for whoever reads it.</summary>
internal sealed record DescribedColumn(string Name, string Meaning, IReadOnlyList<string>? Levels = null, int? Level = null);

/// <summary>What is said of a file without names: how it was made, and what its columns mean.</summary>
internal sealed record FileDescription
{
    public required string Title { get; init; }

    public required string Purpose { get; init; }

    public string Month { get; init; } = "";

    public required int K { get; init; }

    public string? Study { get; init; }

    public required string Pseudonyms { get; init; }

    public required string Anonymity { get; init; }

    public required IReadOnlyList<DescribedColumn> Columns { get; init; }

    /// <summary>Persons who are not in it because too few were alike, rounded up to a multiple of k.</summary>
    public int? LeftOut { get; init; }

    public string? Credit { get; init; }
}

/// <summary>A file without names.</summary>
internal sealed record DeidentifiedFile(FileDescription Description, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    private static readonly JsonSerializerOptions Indented = new(CaseJson.Options) { WriteIndented = true };

    /// <summary>As a table.</summary>
    public byte[] AsCsv() => SafeTable.Write(Description.Columns.Select(column => column.Name), Rows);

    /// <summary>As JSON, with its description.</summary>
    public byte[] AsJson() => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            Description,
            Records = Rows.Select(row => Description.Columns.Select((column, at) => (column.Name, Value: row[at])).ToDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal)),
        },
        Indented);

    public override string ToString() => "•••";
}
