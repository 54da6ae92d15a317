namespace Tambo.Flows.Reading;

/// <summary>The columns of a table by every name that a mapping may call them by; pure.</summary>
/// <param name="Names">Names in the header; those of several rows joined by a bar. A column without a name has an empty one.</param>
/// <param name="Tags">HXL tags in their plain spelling, one a column; empty when the table has none.</param>
internal sealed record TableColumns(IReadOnlyList<string> Names, IReadOnlyList<string> Tags)
{
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
        return Places(at => LastPart(Plain(Names[at])).Equals(name, StringComparison.OrdinalIgnoreCase));
    }

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

    private static string LastPart(string name) => name[(name.LastIndexOfAny(['/', '.']) + 1)..];
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
