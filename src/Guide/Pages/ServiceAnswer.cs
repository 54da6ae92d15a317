using Tambo.Platform.Maps;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Pages;

/// <summary>A number to call.</summary>
/// <param name="Number">As written.</param>
/// <param name="Dial">As a <c>tel:</c> link takes it; empty when it cannot be dialled.</param>
/// <param name="Note">What it is for, or empty.</param>
public sealed record PhoneLine(string Number, string Dial, Words Note);

/// <summary>Where a record comes from: a sentence with the name of the set in it.</summary>
/// <param name="Before">What stands before the name.</param>
/// <param name="Title">What the set is called.</param>
/// <param name="Url">Where it is published, when that may be linked; else null.</param>
/// <param name="After">What stands after the name.</param>
public sealed record SourceLine(string Before, string Title, string? Url, string After);

/// <summary>One day's hours, in words.</summary>
public sealed record HoursRow(string Days, string Hours);

/// <summary>A service at one place, ready to be read.</summary>
public sealed record PlaceAnswer
{
    /// <summary>The name of the place when it has one of its own.</summary>
    public required Words Name { get; init; }

    /// <summary>True when there is a number to call before going.</summary>
    public bool CanBeCalled { get; init; }

    /// <summary>Whether it is open, in words.</summary>
    public required string State { get; init; }

    /// <summary>The colour of that.</summary>
    public required NoticeTone Tone { get; init; }

    /// <summary>The regular hours; empty when nobody knows them.</summary>
    public required IReadOnlyList<HoursRow> Week { get; init; }

    /// <summary>Other hours on dates of the coming weeks.</summary>
    public required IReadOnlyList<HoursRow> Exceptions { get; init; }

    /// <summary>That today is a public holiday, or null.</summary>
    public string? Holiday { get; init; }

    /// <summary>What the source writes about its hours.</summary>
    public IReadOnlyList<Words> HoursNotes { get; init; } = [];

    /// <summary>Where it is, as far as may be said.</summary>
    public string Address { get; init; } = "";

    /// <summary>What to tell about a place of which not everything may be told: the text key, or null.</summary>
    public string? HiddenKey { get; init; }

    /// <summary>How to get there, in the words of the place.</summary>
    public required Words Directions { get; init; }

    /// <summary>A link that opens the phone's own map, or null.</summary>
    public string? GeoLink { get; init; }

    /// <summary>True when only the town is known.</summary>
    public bool IsApproximate { get; init; }

    /// <summary>What makes it usable with a disability.</summary>
    public IReadOnlyList<Words> Accessibility { get; init; } = [];

    /// <summary>Its point on the map, or null.</summary>
    public MapPoint? Point { get; init; }
}

/// <summary>Everything a reader may know of one service.</summary>
public sealed record ServiceAnswer
{
    /// <summary>What it is called.</summary>
    public required Words Name { get; init; }

    /// <summary>Who offers it.</summary>
    public Words? Organization { get; init; }

    /// <summary>What it is.</summary>
    public required Words Description { get; init; }

    /// <summary>Something to know before going.</summary>
    public required Words Alert { get; init; }

    /// <summary>True when something of it was translated by a machine and read over by nobody.</summary>
    public bool IsUnread => Name.IsUnread || Description.IsUnread || Alert.IsUnread || Application.IsUnread || Interpretation.IsUnread
        || Eligibility.Any(words => words.IsUnread) || Documents.Any(words => words.IsUnread) || Costs.Any(words => words.IsUnread);

    /// <summary>True when it is closed for the time being.</summary>
    public bool IsSuspended { get; init; }

    /// <summary>The names of the needs it answers.</summary>
    public required IReadOnlyList<string> Needs { get; init; }

    /// <summary>Where it is offered.</summary>
    public required IReadOnlyList<PlaceAnswer> Places { get; init; }

    /// <summary>Numbers to call.</summary>
    public required IReadOnlyList<PhoneLine> Phones { get; init; }

    /// <summary>An address to write to, or empty.</summary>
    public string Email { get; init; } = "";

    /// <summary>Its own page, when it is one that may be linked; else empty.</summary>
    public string Url { get; init; } = "";

    /// <summary>Languages spoken, in words.</summary>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>Whether an interpreter can be had.</summary>
    public required Words Interpretation { get; init; }

    /// <summary>Whom it is for.</summary>
    public required IReadOnlyList<Words> Eligibility { get; init; }

    /// <summary>What to bring.</summary>
    public required IReadOnlyList<Words> Documents { get; init; }

    /// <summary>How to ask for it.</summary>
    public required Words Application { get; init; }

    /// <summary>What it costs; free is said in words.</summary>
    public required IReadOnlyList<Words> Costs { get; init; }

    /// <summary>Free places, with when that was said.</summary>
    public required IReadOnlyList<string> Capacity { get; init; }

    /// <summary>When it was last made sure of, in words.</summary>
    public required string Freshness { get; init; }

    /// <summary>The colour of that.</summary>
    public required NoticeTone FreshnessTone { get; init; }

    /// <summary>Where the record comes from, or null when it was written here.</summary>
    public SourceLine? Source { get; init; }
}
