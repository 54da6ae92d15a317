namespace Tambo.Flows.Reading;

/// <summary>The columns of a table by every name that a mapping may call them by; pure.</summary>
/// <param name="Names">Names in the header; those of several rows joined by a bar. A column without a name has an empty one.</param>
/// <param name="Tags">HXL tags in their plain spelling, one a column; empty when the table has none.</param>
internal sealed record TableColumns(IReadOnlyList<string> Names, IReadOnlyList<string> Tags)
{
    /// <summary>What stands before the names of columns of the table above in an export of a form.</summary>
    public const string Parent = "../";

    private static readonly HashSet<string> FormKeys = new(StringComparer.Ordinal) { "KEY", "_uuid", "_submission__uuid", "meta/instanceID", "meta-instanceID", "instanceID" };

    /// <summary>What stands between the rows of a header: <c>Men | 0-17</c>.</summary>
    public const string Between = " | ";

    /// <summary>
    /// Places, from 0, of the columns that a mapping means: by name, else by HXL tag, else by the last part of a name with
    /// groups before it (<c>group/field</c>, <c>group.field</c>), which forms of ODK and Kobo have.
    /// </summary>
    public IReadOnlyList<int> Find(string wanted)
    {
        var name = Plain(wanted);
        var found = Places(at => Plain(Names[at]).Equals(name, StringComparison.OrdinalIgnoreCase));
        if (found.Count > 0 || name.Length == 0)
            return found;
        if (name[0] == '#')
            return Tags.Count == 0 ? [] : Tagged(HxlTag.Plain(name));
        return InGroups(name);
    }

    /// <summary>
    /// The column of a question of which several answers may be chosen, and the answer that is meant (<c>reasons/work</c>), where the
    /// table has the answers in one cell (<c>work family</c>) and no column for each; null when it has not.
    /// </summary>
    public (int Place, string Answer)? FindAnswer(string wanted)
    {
        var slash = wanted.LastIndexOf('/');
        return slash > 0 && IsForm && !wanted.Contains('*', StringComparison.Ordinal) && Find(wanted).Count == 0 && Find(wanted[..slash]) is [var place] ? (place, wanted[(slash + 1)..].Trim()) : null;
    }

    /// <summary>What a cell with chosen answers says of one of them: 1 or 0; nothing where nothing was answered.</summary>
    public static string IsChosen(string cell, string answer) => string.IsNullOrWhiteSpace(cell) ? ""
        : cell.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Contains(answer, StringComparer.OrdinalIgnoreCase) ? "1" : "0";

    /// <summary>The same columns and one more; the same when it has no name.</summary>
    public TableColumns With(string? further) => further is null ? this : new TableColumns([.. Names, further], Tags.Count == 0 ? Tags : [.. Tags, ""]);

    /// <summary>
    /// The columns whose name fits a pattern with one <c>*</c>, each with what the star stands for; a pattern without a star is a name.
    /// </summary>
    public IEnumerable<(int Place, string Star)> Fitting(string pattern)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star < 0)
        {
            foreach (var place in Find(pattern))
                yield return (place, Names[place]);
            yield break;
        }

        var (before, after) = (Plain(pattern[..star]), Plain(pattern[(star + 1)..]));
        for (var at = 0; at < Names.Count; at++)
        {
            var name = Plain(Names[at]);
            if (name.Length >= before.Length + after.Length && name.StartsWith(before, StringComparison.OrdinalIgnoreCase) && name.EndsWith(after, StringComparison.OrdinalIgnoreCase))
                yield return (at, name[before.Length..^after.Length].Trim());
        }
    }

    /// <summary>Without blanks around it, and with one for each gap: cells of sheets are broken over lines.</summary>
    public static string Plain(string name) => string.Join(' ', name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private List<int> Tagged(string tag)
    {
        var same = Places(at => Tags[at] == tag);
        return same.Count > 0 ? same : Places(at => HxlTag.Fits(Tags[at], tag));
    }

    private List<int> Places(Predicate<int> fits) => [.. Enumerable.Range(0, Names.Count).Where(at => fits(at))];

    private bool IsForm => Names.Any(FormKeys.Contains);

    // The end of names with groups before it; of several tables that are joined that of the nearest one. Exports of forms write
    // groups with hyphens too, which are part of the name elsewhere (0-17).
    private IReadOnlyList<int> InGroups(string wanted)
    {
        var isForm = IsForm;
        string Path(string name) => isForm ? name.Replace('-', '/').Replace('.', '/').Replace(':', '/') : name.Replace('.', '/');
        var path = Path(wanted);
        var found = Places(at => Path(Plain(Names[at])) is var name && name.EndsWith(path, StringComparison.OrdinalIgnoreCase) && (name.Length == path.Length || name[^(path.Length + 1)] == '/'));
        return [.. found.GroupBy(at => Levels(Names[at])).MinBy(level => level.Key) ?? Enumerable.Empty<int>()];
    }

    private static int Levels(string name)
    {
        var levels = 0;
        while (name.AsSpan(levels * Parent.Length).StartsWith(Parent))
            levels++;
        return levels;
    }
}

/// <summary>Hashtags of the Humanitarian Exchange Language, which name columns in a row of their own; pure.</summary>
internal static class HxlTag
{
    /// <summary>True when a row is one of tags: several cells say something, and nearly all of them a tag.</summary>
    public static bool IsTagRow(IReadOnlyList<string?> cells)
    {
        var said = cells.Where(cell => !string.IsNullOrWhiteSpace(cell)).ToList();
        return said.Count > 1 && said.Count(cell => IsTag(cell!.Trim())) * 2 > said.Count;
    }

    /// <summary>One spelling of a tag: lower case, no blanks, attributes in alphabetical order.</summary>
    public static string Plain(string tag)
    {
        var parts = string.Concat(tag.Where(letter => !char.IsWhiteSpace(letter))).ToLowerInvariant().Split('+', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 0 ? "" : string.Join('+', parts.Take(1).Concat(parts.Skip(1).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)));
    }

    /// <summary>True when a plain tag has the hashtag of another and all its attributes.</summary>
    public static bool Fits(string tag, string wanted)
    {
        var (has, needs) = (tag.Split('+'), wanted.Split('+'));
        return has[0] == needs[0] && needs.Skip(1).All(attribute => has.AsSpan(1).Contains(attribute));
    }

    // HXL 1.1, "Hashtags": a number sign, a letter, letters, digits and underscores; attributes likewise after plus signs.
    private static bool IsTag(string cell) => cell.Length > 1 && cell[0] == '#' && char.IsAsciiLetter(cell[1])
        && cell.AsSpan(1).IndexOfAnyExceptInRange('\0', '\u007F') < 0 && cell.Skip(1).All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '+' or ' ');
}
