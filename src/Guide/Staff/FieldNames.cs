using System.Globalization;
using Tambo.Guide.Directory;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;

namespace Tambo.Guide.Staff;

/// <summary>What people call the fields of a record: <c>phones/0/number</c> is "Telephone 1: number".</summary>
internal static class FieldNames
{
    /// <summary>The path of a difference in the reader's words.</summary>
    public static string Of(string path, Texts texts)
    {
        var words = new List<string>();
        var last = "";
        foreach (var step in path.Split('/'))
        {
            if (int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && words.Count > 0)
                words[^1] = $"{words[^1]} {(number + 1).ToString(CultureInfo.InvariantCulture)}";
            else if (last == "translations")
                words[^1] = texts.Format("edit.translation_into", ("language", SpokenLanguages.Name(step, texts)));
            // A translation of a part names it by its identifier, which tells a reader nothing.
            else if (!Guid.TryParse(step, out _))
                words.Add(texts.Knows("edit.field." + step) ? texts["edit.field." + step] : step.Replace('_', ' '));
            last = step;
        }

        return string.Join(": ", words);
    }

    /// <summary>True for what only programs read.</summary>
    public static bool IsForPrograms(FieldDifference difference) =>
        difference.Field.Split('/') is var steps && (steps[^1] is "id" or "source_hash" || (steps[0] == "translations" && steps[^1] is "field" or "language"));
}
