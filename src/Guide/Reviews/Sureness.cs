using Tambo.Guide.Directory;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Reviews;

/// <summary>How sure readers may be of a service, by the day somebody last made sure of it.</summary>
internal enum Sureness
{
    /// <summary>Within 90 days.</summary>
    Recent,

    /// <summary>Within 180 days.</summary>
    Ageing,

    /// <summary>Longer ago.</summary>
    Old,

    /// <summary>By nobody yet.</summary>
    Never,
}

/// <summary>The one rule by which lists, pages, figures and staff call a service confirmed, ageing or old. Pure.</summary>
internal static class Surenesses
{
    /// <summary>Days for which a confirmation is recent.</summary>
    public const int RecentDays = 90;

    /// <summary>Days after which it is old.</summary>
    public const int AgeingDays = 180;

    /// <summary>By the moment of the last confirmation. One that lies more than a day ahead was never made.</summary>
    public static Sureness Of(DateTimeOffset? confirmedAt, DateTimeOffset now) => confirmedAt is not { } at || at > now.AddDays(1) ? Sureness.Never
        : now - at <= TimeSpan.FromDays(RecentDays) ? Sureness.Recent
        : now - at <= TimeSpan.FromDays(AgeingDays) ? Sureness.Ageing : Sureness.Old;

    /// <summary>As readers are told: what is overdue for another look is not called recent.</summary>
    public static Sureness Told(Service service, DateTimeOffset now) =>
        Of(service.ConfirmedAt, now) is var sureness && sureness == Sureness.Recent && IsOverdue(service, now) ? Sureness.Ageing : sureness;

    /// <summary>True when the day is over by which it was to be confirmed again.</summary>
    public static bool IsOverdue(Service service, DateTimeOffset now) => service.ReviewDue is { } due && due < DateOnly.FromDateTime(now.UtcDateTime);

    /// <summary>Its colour: green, amber or red.</summary>
    public static NoticeTone Tone(this Sureness sureness) => sureness switch
    {
        Sureness.Recent => NoticeTone.Success,
        Sureness.Ageing => NoticeTone.Warning,
        _ => NoticeTone.Danger,
    };

    /// <summary>The last part of the keys of its texts.</summary>
    public static string Key(this Sureness sureness) => sureness switch
    {
        Sureness.Recent => "recent",
        Sureness.Ageing => "ageing",
        Sureness.Old => "old",
        _ => "never",
    };
}
