using System.Globalization;
using Tambo.Guide.Directory;
using Tambo.Platform.Languages;

namespace Tambo.Guide.Staff;

/// <summary>What people call the fields of a record: <c>phones/0/number</c> is "Telephone 1: number".</summary>
internal static class FieldNames
{
    /// <summary>The path of a difference in the reader's words.</summary>
    public static string Of(string path, Texts texts)
    {
        var words = new List<string>();
        foreach (var step in path.Split('/'))
        {
            if (int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && words.Count > 0)
                words[^1] = $"{words[^1]} {(number + 1).ToString(CultureInfo.InvariantCulture)}";
            else
                words.Add(texts.Knows("edit.field." + step) ? texts["edit.field." + step] : step.Replace('_', ' '));
        }

        return string.Join(": ", words);
    }

    /// <summary>True for what only programs read.</summary>
    public static bool IsForPrograms(FieldDifference difference) =>
        difference.Field.EndsWith("/id", StringComparison.Ordinal) || difference.Field == "id" || difference.Field.EndsWith("source_hash", StringComparison.Ordinal);
}
