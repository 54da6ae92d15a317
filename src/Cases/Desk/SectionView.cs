using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tambo.Platform.Access;
using Tambo.Platform.Clocks;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Desk;

/// <summary>A question of a form.</summary>
/// <param name="Name">The form's name for it; each once on a page.</param>
/// <param name="Label">The question.</param>
/// <param name="Kind">How it is answered.</param>
public sealed record AskedField(string Name, string Label, FieldKind Kind = FieldKind.Text)
{
    /// <summary>True when it has to be answered.</summary>
    public bool Required { get; init; }

    /// <summary>What may be chosen.</summary>
    public IReadOnlyList<Choice> Choices { get; init; } = [];

    /// <summary>A sentence that helps.</summary>
    public string? Hint { get; init; }

    /// <summary>The answer so far.</summary>
    public string? Value { get; init; }

    /// <summary>The answers so far, where several may be given.</summary>
    public IReadOnlyCollection<string> Values { get; init; } = [];

    /// <summary>Most characters.</summary>
    public int MaxLength { get; init; } = 200;

    /// <summary>Kinds of files.</summary>
    public string? Accept { get; init; }
}

/// <summary>A form of a page.</summary>
/// <param name="Action">Where it is posted.</param>
/// <param name="Act">What it does there.</param>
/// <param name="Submit">The words of its button.</param>
public sealed record SectionForm(string Action, string Act, string Submit)
{
    /// <summary>What goes with it unseen.</summary>
    public IReadOnlyList<(string Name, string Value)> Hidden { get; init; } = [];

    /// <summary>Several buttons in the place of one, each with what it sends; on cards alone.</summary>
    public IReadOnlyList<(string Name, string Value, string Words)> Buttons { get; init; } = [];

    /// <summary>Its questions; a form of a card has none.</summary>
    public IReadOnlyList<AskedField> Fields { get; init; } = [];

    /// <summary>True when it sends a file.</summary>
    public bool Files { get; init; }
}

/// <summary>Something that is shown by itself.</summary>
/// <param name="Title">Its heading; empty without one.</param>
public sealed record SectionCard(string Title)
{
    /// <summary>States, each with how serious it is.</summary>
    public IReadOnlyList<(string Words, NoticeTone Tone)> Tags { get; init; } = [];

    /// <summary>When and by whom.</summary>
    public string Soft { get; init; } = "";

    /// <summary>What it says.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>Sources as they are cited, in English.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Where it leads.</summary>
    public IReadOnlyList<(string Address, string Words)> Links { get; init; } = [];

    /// <summary>What may be done with it.</summary>
    public IReadOnlyList<SectionForm> Forms { get; init; } = [];
}

/// <summary>A table of words and figures.</summary>
/// <param name="Columns">Headings.</param>
/// <param name="Rows">Cells.</param>
/// <param name="Scrolls">True to keep the grid on a phone.</param>
public sealed record SectionTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, bool Scrolls = false);

/// <summary>A part of a page under a heading.</summary>
/// <param name="Title">The heading; empty without one.</param>
public sealed record SectionBlock(string Title)
{
    /// <summary>What it shows.</summary>
    public IReadOnlyList<SectionCard> Cards { get; init; } = [];

    /// <summary>What stands there when it shows nothing.</summary>
    public string Empty { get; init; } = "";

    /// <summary>A table, or null.</summary>
    public SectionTable? Table { get; init; }

    /// <summary>Its forms.</summary>
    public IReadOnlyList<SectionForm> Forms { get; init; } = [];
}

/// <summary>A page of a case.</summary>
/// <param name="Title">What stands above it.</param>
public sealed record SectionView(string Title)
{
    /// <summary>A sentence below the title.</summary>
    public string Lead { get; init; } = "";

    /// <summary>What has to be known before the rest.</summary>
    public IReadOnlyList<(string Words, NoticeTone Tone)> Notices { get; init; } = [];

    /// <summary>What is done next most often, above its parts.</summary>
    public IReadOnlyList<(string Address, string Words)> Acts { get; init; } = [];

    /// <summary>Its parts.</summary>
    public IReadOnlyList<SectionBlock> Blocks { get; init; } = [];

    /// <summary>Where it leads.</summary>
    public IReadOnlyList<(string Address, string Words)> Links { get; init; } = [];

    /// <summary>True for a page of figures, which may be printed.</summary>
    public bool IsPrinted { get; init; }

    /// <summary>The act of the form that was refused; empty when none was.</summary>
    public string Refused { get; init; } = "";
}

/// <summary>What the pages of a case share: how a form is read, done and answered.</summary>
internal static class Sections
{
    /// <summary>Where a part of a case is.</summary>
    public static string AddressOf(Guid id, string section) => $"{CasesDesk.Root}/{id:D}/{section}";

    /// <summary>Draws a page; a refusal stands at the form that was refused.</summary>
    public static IResult Page(HttpContext context, SectionView view, Problem? problem) => StaffForm.Page<SectionPage>(
        context, problem, ("View", problem is null ? view : view with { Refused = context.Request.HasFormContentType ? context.Request.Form["act"].ToString() : "" }));

    /// <summary>Does what a form asks and leads back; what can be corrected is shown on the page.</summary>
    public static async Task<IResult> DoAsync(HttpContext context, string back, Func<StaffForm, Task> act, Func<Problem, Task<IResult>> again, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        try
        {
            await act(form);
        }
        catch (Problem problem) when (problem.Kind.Status is 409 or 412 or 413 or 415 or 422)
        {
            return await again(problem);
        }

        return Results.Redirect(back);
    }

    /// <summary>The version that a form was drawn from.</summary>
    public static int Version(this StaffForm form) =>
        int.TryParse(form.Text("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : throw PlatformProblems.Malformed.With();

    /// <summary>The key of what a form is about.</summary>
    public static Guid Key(this StaffForm form, string name) => Guid.TryParse(form.Text(name), out var id) ? id : throw PlatformProblems.Malformed.With();

    /// <summary>The key that was chosen, or null.</summary>
    public static Guid? Chosen(this StaffForm form, string name) => form.Text(name) is { Length: > 0 } said ? Guid.TryParse(said, out var id) ? id : throw PlatformProblems.Malformed.With() : null;

    /// <summary>The end of the day that was said, where the node is, or null.</summary>
    public static DateTimeOffset? DueAt(this StaffForm form, string name, NodeClock clock) =>
        form.Day(name, CasesProblems.DateUnfit) is { } day ? clock.EndOf(day) : null;

    /// <summary>Several lines, or null.</summary>
    public static string? Said(this StaffForm form, string name) => form.Words(name, 5000, CasesProblems.TextTooLong) is { Length: > 0 } said ? said : null;

    /// <summary>Refuses what was noted while the form was read.</summary>
    /// <exception cref="Problem">Something has to be corrected.</exception>
    public static void RequireFit(this StaffForm form)
    {
        if (form.Refusal is { } unfit)
            throw unfit;
    }

    /// <summary>A refusal with its fields under the names that a page has for them, on which each name stands once.</summary>
    public static Problem Renamed(Problem refused, Func<string, string> name) => new(refused.Kind, [.. refused.Values])
    {
        Fields = refused.Fields.Select(one => (Field: name(one.Key), one.Value)).DistinctBy(one => one.Field, StringComparer.Ordinal).ToDictionary(one => one.Field, one => one.Value, StringComparer.Ordinal),
        RetryAfter = refused.RetryAfter,
    };

    /// <summary>Codes as choices, with their words.</summary>
    public static IReadOnlyList<Choice> Of(Texts texts, string keys, IEnumerable<string> codes) => [.. codes.Select(code => new Choice(code, texts[keys + code]))];
}
