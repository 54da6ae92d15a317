using Tambo.Guide.Pages;

namespace Tambo.Guide.Screens;

/// <summary>One slide: a service, or a notice, in one language.</summary>
public sealed record Slide
{
    /// <summary>The same for the same thing in the same language, so that a screen goes on where it was.</summary>
    public required string Key { get; init; }

    /// <summary>Language tag of its sentences.</summary>
    public required string Language { get; init; }

    /// <summary>ltr or rtl.</summary>
    public required string Direction { get; init; }

    /// <summary>What it is about, above the title.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The drawing beside that.</summary>
    public string Icon { get; init; } = "info";

    /// <summary>The name, or what the notice says first.</summary>
    public required Words Title { get; init; }

    /// <summary>What is said behind the title of its language; else empty.</summary>
    public string TitleMark { get; init; } = "";

    /// <summary>True for a notice that may not wait.</summary>
    public bool IsUrgent { get; init; }

    /// <summary>For whom a notice is and on which days; else empty.</summary>
    public string When { get; init; } = "";

    /// <summary>Seconds since 1970 from which a notice is shown no more; null for what stays.</summary>
    public long? Ends { get; init; }

    /// <summary>What the door says, now and in the next hours; empty for notices.</summary>
    public IReadOnlyList<StateAhead> States { get; init; } = [];

    /// <summary>Something to know before going; empty for none.</summary>
    public Words Alert { get; init; } = new("", null);

    /// <summary>What is said behind that of its language; else empty.</summary>
    public string AlertMark { get; init; } = "";

    /// <summary>Where, with the distance.</summary>
    public string Where { get; init; } = "";

    /// <summary>A number to call.</summary>
    public string Phone { get; init; } = "";

    /// <summary>Further lines.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>When a service was last made sure of, in words.</summary>
    public string Freshness { get; init; } = "";

    /// <summary>What its code leads to.</summary>
    public required string Address { get; init; }

    /// <summary>Said beside the code.</summary>
    public required string AddressLabel { get; init; }

    /// <summary>That nobody has read its language over; else empty.</summary>
    public string Unreviewed { get; init; } = "";

    /// <summary>Said when the network is lost, with a place for the time.</summary>
    public required string Stale { get; init; }
}

/// <summary>A screen, ready to turn.</summary>
public sealed record ScreenAnswer
{
    /// <summary>The question, as the address says it.</summary>
    public required ScreenQuestion Question { get; init; }

    /// <summary>The slides in their order.</summary>
    public required IReadOnlyList<Slide> Slides { get; init; }

    /// <summary>The place, in words.</summary>
    public required string Place { get; init; }

    /// <summary>The time zone of its clock, as browsers know it; empty when nobody knows it.</summary>
    public required string Zone { get; init; }

    /// <summary>The time on that clock when the page was made; empty when nobody knows it: then the device's own is shown.</summary>
    public required string Clock { get; init; }

    /// <summary>Seconds since 1970 when the page was made.</summary>
    public required long Made { get; init; }

    /// <summary>Seconds since 1970 after which the states are no longer known.</summary>
    public required long Until { get; init; }
}

/// <summary>The choices of a screen, and its address once they are made.</summary>
public sealed record SetupAnswer
{
    /// <summary>The choices so far.</summary>
    public required ScreenQuestion Question { get; init; }

    /// <summary>The screen's address; null while something is missing.</summary>
    public string? Address { get; init; }

    /// <summary>True when nobody knows the place that was written.</summary>
    public bool PlaceUnknown { get; init; }

    /// <summary>How the place was understood.</summary>
    public string Place { get; init; } = "";
}
