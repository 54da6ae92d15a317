namespace Tambo.Platform.Shell;

/// <summary>One answer that may be chosen.</summary>
/// <param name="Value">What the form sends.</param>
/// <param name="Label">What the person reads.</param>
/// <param name="Hint">A sentence that helps to choose, or null.</param>
public sealed record Choice(string Value, string Label, string? Hint = null);

/// <summary>How an answer is given; the single-line kinds are the HTML input types of the same name.</summary>
public enum FieldKind
{
    /// <summary>A line of text.</summary>
    Text,

    /// <summary>Several lines of text.</summary>
    Textarea,

    /// <summary>One of many.</summary>
    Select,

    /// <summary>One of few.</summary>
    Radio,

    /// <summary>Any of few.</summary>
    Checkboxes,

    /// <summary>Yes or not.</summary>
    Checkbox,

    /// <summary>Words to look for.</summary>
    Search,

    /// <summary>An e-mail address.</summary>
    Email,

    /// <summary>A telephone number.</summary>
    Tel,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A day.</summary>
    Date,

    /// <summary>A time of day.</summary>
    Time,

    /// <summary>A web address.</summary>
    Url,

    /// <summary>A secret.</summary>
    Password,

    /// <summary>A file.</summary>
    File,
}
