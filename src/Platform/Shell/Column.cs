using Microsoft.AspNetCore.Components;
using Tambo.Platform.Languages;

namespace Tambo.Platform.Shell;

/// <summary>One column of a <see cref="DataTable{TRow}"/>.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Cell">What it shows of a row.</param>
/// <param name="Numeric">True for figures, which stand at the end of their cell.</param>
public sealed record Column<TRow>(string Title, Func<TRow, Texts, RenderFragment> Cell, bool Numeric = false);

/// <summary>The usual kinds of column.</summary>
public static class Column
{
    /// <summary>A column of words; an empty cell says that the value is not known.</summary>
    public static Column<TRow> Words<TRow>(string title, Func<TRow, string?> value) =>
        new(title, (row, t) => Text(value(row) is { Length: > 0 } words ? words : t["shell.unknown"]));

    /// <summary>A column of figures in the reader's own format; unknown is said and never shown as zero.</summary>
    public static Column<TRow> Figures<TRow>(string title, Func<TRow, double?> value, string format = "#,0.##") =>
        new(title, (row, t) => Text(value(row)?.ToString(format, t.Culture) ?? t["shell.unknown"]), Numeric: true);

    /// <summary>A column whose words lead somewhere.</summary>
    public static Column<TRow> Link<TRow>(string title, Func<TRow, string> words, Func<TRow, string> href) =>
        new(title, (row, _) => builder =>
        {
            builder.OpenElement(0, "a");
            builder.AddAttribute(1, "href", href(row));
            builder.AddContent(2, words(row));
            builder.CloseElement();
        });

    /// <summary>A column of states, each with its own tone.</summary>
    public static Column<TRow> State<TRow>(string title, Func<TRow, (string Words, NoticeTone Tone)> state) =>
        new(title, (row, _) => builder =>
        {
            var (words, tone) = state(row);
            builder.OpenComponent<Tag>(0);
            builder.AddComponentParameter(1, nameof(Tag.Text), words);
            builder.AddComponentParameter(2, nameof(Tag.Tone), tone);
            builder.CloseComponent();
        });

    private static RenderFragment Text(string words) => builder => builder.AddContent(0, words);
}
