using System.Text.Json.Serialization;
using Tambo.Cases.Access;
using Tambo.Platform.Access;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Screening;

/// <summary>How somebody was talked with; no rule reads it, and whatever is not said is not known.</summary>
internal sealed record ScreeningCircumstances
{
    /// <summary>Where; the names are the texts <c>screening.setting.{code}</c>.</summary>
    public static IReadOnlyList<string> Settings { get; } = ["border", "shelter", "consulate", "mobile_team", "return_reception", "other_place"];

    /// <summary>Whether nobody else heard; the names are the texts <c>screening.private.{code}</c>.</summary>
    public static IReadOnlyList<string> Privacies { get; } = [Yes, No, "not_known"];

    /// <summary>Who interpreted; the names are the texts <c>screening.interpreter.{code}</c>.</summary>
    public static IReadOnlyList<string> Interpreters { get; } = ["none", "professional", "telephone", "staff", Relative];

    /// <summary>Whether whoever asked was trained for it; the names are the texts <c>screening.trained.{code}</c>.</summary>
    public static IReadOnlyList<string> Trainings { get; } = [Yes, No];

    /// <summary>Whether they were of the sex that the person asked for; the names are the texts <c>screening.as_asked.{code}</c>.</summary>
    public static IReadOnlyList<string> Wishes { get; } = [Yes, No, "not_asked"];

    private const string Yes = "yes";
    private const string No = "no";
    private const string Relative = "relative";

    public string Setting { get; set; } = "";

    /// <summary>In which area, where it is another than the person's or an alert is in force there: the code of an area or a country.</summary>
    public string Area { get; set; } = "";

    /// <summary>yes, no, not_known.</summary>
    public string Private { get; set; } = "";

    /// <summary>A relative, or whoever came along, is one that a person cannot speak freely before.</summary>
    public string Interpreter { get; set; } = "";

    /// <summary>yes, no.</summary>
    public string Trained { get; set; } = "";

    /// <summary>yes, no, not_asked: of which sex whoever asks is, is nobody's to know.</summary>
    public string AsAsked { get; set; } = "";

    /// <summary>True when somebody else could hear.</summary>
    [JsonIgnore]
    public bool IsOverheard => Private == No;

    /// <summary>What has to be known of the answers; the names are the texts <c>screening.warning.{code}</c>.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Warnings =>
    [
        .. IsOverheard ? ["overheard"] : Array.Empty<string>(),
        .. Interpreter == Relative ? ["relative"] : Array.Empty<string>(),
        .. Trained == No ? ["untrained"] : Array.Empty<string>(),
        .. AsAsked == No ? ["not_as_asked"] : Array.Empty<string>(),
    ];

    /// <summary>True when nothing is said.</summary>
    [JsonIgnore]
    public bool IsEmpty => this == new ScreeningCircumstances();

    /// <summary>True for an instrument whose subject nobody is asked about where somebody else can hear; what is seen, and what is in the open, may be noted.</summary>
    public static bool OnlyAlone(string instrument) => ScreeningSeals.OfInstrument.GetValueOrDefault(instrument) != Compartments.General;

    /// <summary>What is said with a code that nobody knows.</summary>
    public void LookOver(List<(string Field, ProblemKind Kind)> wrong)
    {
        foreach (var (name, said, codes) in new[]
        {
            ("setting", Setting, Settings), ("private", Private, Privacies), ("interpreter", Interpreter, Interpreters), ("trained", Trained, Trainings), ("asAsked", AsAsked, Wishes),
        })
        {
            if (said.Length > 0 && !codes.Contains(said, StringComparer.Ordinal))
                wrong.Add(("circumstances." + name, CasesProblems.CodeUnknown));
        }

        if (Area.Length > 0 && CaseAreas.Find(Area) is null)
            wrong.Add(("circumstances.area", CasesProblems.AreaUnknown));
    }

    /// <summary>The fields of a form, each with its code.</summary>
    public static ScreeningCircumstances Read(StaffForm form) => new()
    {
        Setting = form.Text(Field + "setting"),
        Area = form.Text(Field + "area"),
        Private = form.Text(Field + "private"),
        Interpreter = form.Text(Field + "interpreter"),
        Trained = form.Text(Field + "trained"),
        AsAsked = form.Text(Field + "as_asked"),
    };

    /// <summary>The same as hidden fields of the next step.</summary>
    [JsonIgnore]
    public IEnumerable<(string Name, string Value)> Carried =>
        new[] { (Field + "setting", Setting), (Field + "area", Area), (Field + "private", Private), (Field + "interpreter", Interpreter), (Field + "trained", Trained), (Field + "as_asked", AsAsked) }.Where(one => one.Item2.Length > 0);

    /// <summary>How the names of its fields begin.</summary>
    public const string Field = "c_";

    public override string ToString() => "•••";
}
