using Tambo.Platform.Languages;

namespace Tambo.Flows.Assistant;

/// <summary>What a column can be, in the reader's words.</summary>
internal static class ColumnWords
{
    /// <summary>A role.</summary>
    public static string Role(string role, Texts texts) => texts["flows.reading.role." + (role.Length == 0 ? "none" : role.ToLowerInvariant())];
}
