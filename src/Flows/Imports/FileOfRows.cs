using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Flows.Reading;

namespace Tambo.Flows.Imports;

/// <summary>The file that an import's rows are of, so that they can be told by where they stand in it.</summary>
/// <param name="Name">Its name; empty when the import is not known.</param>
/// <param name="Tables">Its sheets or files that were read, in their order; one empty name where its own says it.</param>
public sealed record FileOfRows(string Name, IReadOnlyList<string> Tables)
{
    /// <summary>The file of what lies in none.</summary>
    public static FileOfRows None { get; } = new("", [""]);

    /// <summary>The file with the sheet of a line, and the line in it.</summary>
    public (string File, int Line) Place(int line) => LinePlace.Of(line, Tables) is var place ? (place.In(Name), place.Line) : default;

    /// <summary>The files of imports.</summary>
    internal static async Task<IReadOnlyDictionary<Guid, FileOfRows>> OfAsync(DbConnection connection, IEnumerable<Guid> imports)
    {
        var files = new Dictionary<Guid, FileOfRows>();
        foreach (var id in imports.Distinct())
        {
            var (name, tables) = await connection.QuerySingleOrDefaultAsync<(string?, string?)>("select file_name, tables from flows_imports where id = @id", new { id });
            files[id] = name is null ? None : new FileOfRows(name, JsonSerializer.Deserialize<string[]>(tables!)!);
        }

        return files;
    }
}
