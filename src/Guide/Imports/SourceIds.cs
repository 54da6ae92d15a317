using Tambo.Guide.Directory;

namespace Tambo.Guide.Imports;

/// <summary>How the identifiers of a source become those of the directory: a UUID stays, anything else is derived.</summary>
internal static class SourceIds
{
    /// <summary>One spelling for each identifier.</summary>
    public static string Plain(string id) => Guid.TryParse(id, out var uuid) ? uuid.ToString("D") : id.Trim();

    /// <summary>The identifier here; terms of the shipped categories are the same in every set.</summary>
    public static Guid Of(string sourceSet, string kind, string id) =>
        Guid.TryParse(id, out var uuid) ? uuid : StableId.Of(sourceSet, kind, id.Trim());
}
