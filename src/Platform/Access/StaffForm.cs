using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Platform.Access;

/// <summary>A form of a staff page as it was sent, read answer by answer, with what is wrong noted beside its question.</summary>
public sealed class StaffForm(IFormCollection sent)
{
    private readonly List<(string Field, ProblemKind Kind)> refused = [];

    /// <summary>Everything that has to be corrected, or null.</summary>
    public Problem? Refusal => refused.Count == 0 ? null : FormProblems.With([.. refused.DistinctBy(one => one.Field)]);

    /// <summary>Reads what was sent.</summary>
    public static async Task<StaffForm> ReadAsync(HttpContext context, CancellationToken cancellationToken) => new(await SentForm.ReadAsync(context, cancellationToken));

    /// <summary>The page, with the status of the refusal that it shows if it shows one.</summary>
    public static PageResult<TPage> Page<TPage>(HttpContext context, Problem? problem, params (string Name, object? Value)[] parameters)
        where TPage : IComponent =>
        new(context.Texts(), [("Staff", StaffPage.Of(context)), ("Problem", problem), .. parameters]) { Status = problem?.Kind.Status ?? StatusCodes.Status200OK };

    /// <summary>Notes that an answer has to be corrected.</summary>
    public void Refuse(string field, ProblemKind kind) => refused.Add((field, kind));

    /// <summary>True when the form has the question at all.</summary>
    public bool Asks(string name) => sent.ContainsKey(name);

    /// <summary>An answer of one line.</summary>
    public string Text(string name, bool required = false)
    {
        var text = TextCharacters.Mended(sent[name].ToString()).Trim();
        if (text.Any(char.IsControl) || text.Length > 300)
            throw PlatformProblems.Malformed.With();
        if (required && text.Length == 0)
            Refuse(name, FormProblems.Missing);
        return text;
    }

    /// <summary>A box that is ticked.</summary>
    public bool Ticked(string name) => sent[name] == "true";

    /// <summary>All answers of a question that takes several, each once.</summary>
    public IReadOnlyList<string> Texts(string name) => [.. sent[name].OfType<string>().Select(text => TextCharacters.Mended(text).Trim()).Where(text => text.Length is > 0 and <= 300).Distinct(StringComparer.Ordinal).Take(1000)];

    /// <summary>An answer of several lines, which are kept.</summary>
    public string Words(string name, int most, ProblemKind kind)
    {
        var text = TextCharacters.Mended(sent[name].ToString()).Trim();
        if (text.Length > most)
            Refuse(name, kind);
        return text;
    }

    /// <summary>A whole number; null when there is none.</summary>
    public int? Whole(string name, ProblemKind kind)
    {
        var text = Text(name);
        if (text.Length == 0)
            return null;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number;
        Refuse(name, kind);
        return null;
    }

    /// <summary>A number of degrees; null when there is none.</summary>
    public double? Degrees(string name, double most, ProblemKind kind)
    {
        var text = Text(name).Replace(',', '.');
        if (text.Length == 0)
            return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var degrees) && Math.Abs(degrees) <= most)
            return degrees;
        Refuse(name, kind);
        return null;
    }

    /// <summary>A day; null when there is none.</summary>
    public DateOnly? Day(string name, ProblemKind kind)
    {
        var text = Text(name);
        if (text.Length == 0)
            return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day;
        Refuse(name, kind);
        return null;
    }
}
