using Tambo.Guide.Directory;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Staff;

/// <summary>One question about a part of a record, for example the number of a telephone.</summary>
/// <param name="Name">Its name within the row.</param>
/// <param name="Kind">How it is answered.</param>
public sealed record PartQuestion(string Name, FieldKind Kind = FieldKind.Text)
{
    /// <summary>The key of its label; by default that of the field of this name.</summary>
    public string LabelKey { get; init; } = "edit.field." + Name;

    /// <summary>Most characters.</summary>
    public int MaxLength { get; init; } = 500;

    /// <summary>The keyboard to show, or null.</summary>
    public string? InputMode { get; init; }
}

/// <summary>The questions about one kind of part, asked once a row.</summary>
/// <param name="Prefix">What the names of its rows begin with.</param>
/// <param name="TitleKey">The key of what the parts are called.</param>
/// <param name="Questions">What is asked of each.</param>
public sealed record PartQuestions(string Prefix, string TitleKey, IReadOnlyList<PartQuestion> Questions);

/// <summary>A question with the field of the part that answers it.</summary>
/// <param name="Question">The question.</param>
/// <param name="Say">What the part says.</param>
/// <param name="Read">The part with what the form says under a name; what cannot be is refused there.</param>
internal sealed record PartField<T>(PartQuestion Question, Func<T, string> Say, Func<T, FormReading, string, T> Read);

/// <summary>
/// One kind of part as rows of a form: each row a part, some rows to spare. An emptied row takes its part out; a part
/// without a row stays as it is. What no question asks about stays too.
/// </summary>
internal sealed class PartRows<T>(string prefix, string titleKey, params IReadOnlyList<PartField<T>> fields)
    where T : RecordPart, new()
{
    /// <summary>What marks a row: it is sent even when nothing else of the row is.</summary>
    private const string Marker = "id";

    /// <summary>The questions, for the page.</summary>
    public PartQuestions Asked { get; } = new(prefix, titleKey, [.. fields.Select(field => field.Question)]);

    /// <summary>Rows offered beyond those in use.</summary>
    public int Spare { get; init; } = 1;

    /// <summary>Looks at a changed part as a whole: before, after, the form, and the name of each of its fields.</summary>
    public Func<T, T, FormReading, Func<string, string>, T> Check { get; init; } = static (_, read, _, _) => read;

    /// <summary>Fills the rows.</summary>
    public void Write(FormValues values, IReadOnlyList<T> parts)
    {
        for (var row = 0; row < parts.Count + Spare; row++)
        {
            values[Name(row, Marker)] = row < parts.Count ? parts[row].Id.ToString("D") : "";
            foreach (var field in fields)
                values[Name(row, field.Question.Name)] = row < parts.Count ? field.Say(parts[row]) : "";
        }
    }

    /// <summary>The parts that a form means, in their order, new ones last.</summary>
    public List<T> Read(FormReading form, IReadOnlyList<T> before, DateTimeOffset now)
    {
        var rows = Enumerable.Range(0, form.Values.Rows(prefix, Marker)).ToLookup(row => form.Values[Name(row, Marker)]);
        var known = before.Select(part => part.Id.ToString("D")).ToHashSet(StringComparer.Ordinal);
        var kept = before.SelectMany(part => rows[part.Id.ToString("D")].Select(row => ReadRow(form, row, part)).DefaultIfEmpty(part).Take(1));
        var added = rows.Where(group => !known.Contains(group.Key)).SelectMany(group => group).Order()
            .Select(row => ReadRow(form, row, new T { Id = Guid.CreateVersion7(now) }));
        return [.. kept.Concat(added).OfType<T>()];
    }

    private T? ReadRow(FormReading form, int row, T before)
    {
        if (fields.All(field => form.Values[Name(row, field.Question.Name)].Trim().Length == 0))
            return null;
        var read = fields.Aggregate(before, (part, field) => field.Read(part, form, Name(row, field.Question.Name)));
        return read == before ? before : Check(before, read, form, name => Name(row, name));
    }

    private string Name(int row, string field) => FormValues.Row(prefix, row, field);
}
