using Tambo.Cases.Access;

namespace Tambo.Cases.Questions;

/// <summary>What may be chosen.</summary>
/// <param name="Name">Its code.</param>
/// <param name="Label">Its words, by language.</param>
internal sealed record FormChoice(string Name, IReadOnlyDictionary<string, string> Label);

/// <summary>A line of a form: a question, a note, or a group of both.</summary>
internal sealed record FormItem
{
    public const string Group = "group";
    public const string Note = "note";
    public const string Text = "text";
    public const string Integer = "integer";
    public const string Decimal = "decimal";
    public const string Date = "date";
    public const string SelectOne = "select_one";
    public const string SelectMultiple = "select_multiple";

    /// <summary>One of the kinds above.</summary>
    public required string Kind { get; init; }

    public required string Name { get; init; }

    /// <summary>The name of the group around it; empty when there is none.</summary>
    public string In { get; set; } = "";

    /// <summary>The words, by language.</summary>
    public IReadOnlyDictionary<string, string> Label { get; set; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Hint { get; set; } = new Dictionary<string, string>();

    /// <summary>The compartment in which the answer is sealed.</summary>
    public string Compartment { get; set; } = Compartments.General;

    public bool Required { get; init; }

    /// <summary>When it is asked; empty when always.</summary>
    public string Relevant { get; set; } = "";

    /// <summary>What has to be true of the answer; empty when nothing.</summary>
    public string Constraint { get; set; } = "";

    /// <summary>What is said when it is not, by language.</summary>
    public IReadOnlyDictionary<string, string> ConstraintMessage { get; set; } = new Dictionary<string, string>();

    public IReadOnlyList<FormChoice> Choices { get; set; } = [];

    /// <summary>True when somebody answers it.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsAsked => Kind is not (Group or Note);
}

/// <summary>A form of further questions, as data: what a country or an agency asks beside what everybody asks.</summary>
internal sealed record QuestionForm
{
    /// <summary>The languages in which a form may be written.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["en", "es", "fr", "pt", "ht"];

    public required string Id { get; init; }

    /// <summary>What the form says of its own version; the node numbers versions itself.</summary>
    public string Version { get; set; } = "";

    /// <summary>The title, by language.</summary>
    public IReadOnlyDictionary<string, string> Title { get; set; } = new Dictionary<string, string>();

    /// <summary>The language that is taken when there is nothing better.</summary>
    public string DefaultLanguage { get; set; } = "en";

    /// <summary>Groups, notes and questions in their order.</summary>
    public IReadOnlyList<FormItem> Items { get; set; } = [];

    /// <summary>A text in the first of some languages that has it; else in the form's own; else in any.</summary>
    public (string Text, string Language) Said(IReadOnlyDictionary<string, string> texts, params IReadOnlyList<string> languages)
    {
        foreach (var language in languages.Append(DefaultLanguage).Concat(Languages))
        {
            if (texts.TryGetValue(language, out var text))
                return (text, language);
        }

        return ("", languages.Count > 0 ? languages[0] : DefaultLanguage);
    }
}
