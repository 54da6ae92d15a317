using System.Globalization;
using System.Net.Mail;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Staff;

/// <summary>Reads the answers of a form and notes what is wrong beside the field it stands in.</summary>
internal sealed class FormReading(FormValues values)
{
    /// <summary>Longest text of one line, in characters.</summary>
    public const int Line = 500;

    /// <summary>Longest text of several lines, in characters.</summary>
    public const int LongText = 10_000;

    private readonly List<(string Field, ProblemKind Kind)> refused = [];

    public FormValues Values => values;

    /// <summary>Everything that has to be corrected, or null.</summary>
    public Problem? Refusal => refused.Count == 0 ? null : FormProblems.With([.. refused.DistinctBy(r => r.Field)]);

    public void Refuse(string field, ProblemKind kind) => refused.Add((field, kind));

    /// <summary>The text without blanks around it and without what shows nothing; line ends are made one kind.</summary>
    public string Text(string name, int most = Line, bool required = false)
    {
        var text = values[name].ReplaceLineEndings("\n").Trim();
        if (required && TextCharacters.Mended(text).Length == 0)
            Refuse(name, FormProblems.Missing);
        if (text.Length > most || TextCharacters.HasControls(text))
            Refuse(name, GuideProblems.TextUnfit);
        return TextCharacters.Mended(text);
    }

    /// <summary>One of the known answers; what was there before when it is none of them.</summary>
    public string OneOf(string name, IReadOnlyList<string> known, string otherwise) =>
        known.Contains(values[name]) ? values[name] : otherwise;

    public double? Number(string name, double least, double most, ProblemKind kind)
    {
        var text = values[name].Trim().Replace(',', '.');
        if (text.Length == 0)
            return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        Refuse(name, kind);
        return null;
    }

    public DateOnly? Date(string name)
    {
        var text = values[name].Trim();
        if (text.Length == 0)
            return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return date;
        Refuse(name, GuideProblems.DateUnfit);
        return null;
    }

    /// <summary>A day as records write it; what a source wrote in its own way may stay.</summary>
    public string Day(string name, string before)
    {
        var text = Text(name);
        if (text != before)
            Date(name);
        return text;
    }

    public string Email(string name, string before)
    {
        var text = Text(name);
        // What a source wrote may be wrong; it is refused only when it was written here.
        if (text.Length > 0 && text != before && (!MailAddress.TryCreate(text, out var address) || address.Address != text))
            Refuse(name, FormProblems.Email);
        return text;
    }

    public string Web(string name, string before)
    {
        var text = Text(name, 2000);
        if (text.Length > 0 && text != before
            && !(Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Host.Length > 0))
            Refuse(name, GuideProblems.WebAddressUnfit);
        return text;
    }
}
