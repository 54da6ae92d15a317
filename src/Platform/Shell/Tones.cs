namespace Tambo.Platform.Shell;

/// <summary>How serious a notice or a tag is.</summary>
public enum NoticeTone
{
    /// <summary>Good to know.</summary>
    Info,

    /// <summary>It worked, it is open, it is verified.</summary>
    Success,

    /// <summary>Take care: old, nearly over, not verified.</summary>
    Warning,

    /// <summary>Stop: danger, refusal, something went wrong.</summary>
    Danger,

    /// <summary>A plain fact without a colour.</summary>
    Neutral,
}

internal static class Tones
{
    public static string Class(NoticeTone tone) => tone switch
    {
        NoticeTone.Success => "good",
        NoticeTone.Warning => "warn",
        NoticeTone.Danger => "bad",
        _ => "",
    };
}
