using Tambo.Guide.Notices;
using Tambo.Platform.Maps;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Pages;

/// <summary>One line of a list of services, ready to be read.</summary>
public sealed record OfferLine
{
    /// <summary>Its number in the list and on the map.</summary>
    public required int Number { get; init; }

    /// <summary>The service's page.</summary>
    public required string Href { get; init; }

    /// <summary>What it is called.</summary>
    public required Words Name { get; init; }

    /// <summary>Who offers it, when that says more than the name.</summary>
    public Words? Organization { get; init; }

    /// <summary>Whether it is open, in words.</summary>
    public required string State { get; init; }

    /// <summary>The colour of that.</summary>
    public required NoticeTone Tone { get; init; }

    /// <summary>How far, in words; null when no place to start from was given.</summary>
    public string? Distance { get; init; }

    /// <summary>Street and town, as far as they may be shown.</summary>
    public string Address { get; init; } = "";

    /// <summary>A number to call, or empty.</summary>
    public string Phone { get; init; } = "";

    /// <summary>The names of the needs it answers.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>When it was last made sure of, in a few words.</summary>
    public required string Freshness { get; init; }

    /// <summary>True when it costs nothing.</summary>
    public bool IsFree { get; init; }

    /// <summary>True when only the town is known.</summary>
    public bool IsApproximate { get; init; }

    /// <summary>True when the service says that it is closed for the time being.</summary>
    public bool IsSuspended { get; init; }
}

/// <summary>The list of services that a reader asked for, with the question as it was understood.</summary>
public sealed record SearchAnswer
{
    /// <summary>The question, as form values.</summary>
    public required SearchQuestion Question { get; init; }

    /// <summary>What readers of that place should know these days.</summary>
    public IReadOnlyList<NoticeLine> Notices { get; init; } = [];

    /// <summary>The lines of this page.</summary>
    public required IReadOnlyList<OfferLine> Lines { get; init; }

    /// <summary>How many there are on all pages.</summary>
    public required int Total { get; init; }

    /// <summary>How many pages there are.</summary>
    public required int Pages { get; init; }

    /// <summary>The place that distances start from, in words; null when none.</summary>
    public string? Place { get; init; }

    /// <summary>True when a place was written that nobody knows.</summary>
    public bool PlaceUnknown { get; init; }

    /// <summary>Other places of that name.</summary>
    public IReadOnlyList<string> OtherPlaces { get; init; } = [];

    /// <summary>The points of this page's map.</summary>
    public required IReadOnlyList<MapPoint> Points { get; init; }

    /// <summary>Languages that somebody in the directory speaks.</summary>
    public required IReadOnlyList<Choice> Languages { get; init; }
}
