using Tambo.Platform.Places;

namespace Tambo.Guide.Finding;

/// <summary>What a reader looks for.</summary>
internal sealed record Search
{
    /// <summary>Words.</summary>
    public string Words { get; init; } = "";

    /// <summary>Indexes of needs; any of them will do.</summary>
    public IReadOnlyList<int> Needs { get; init; } = [];

    /// <summary>Where from; null for everywhere.</summary>
    public GeoPoint? From { get; init; }

    /// <summary>Nothing farther; null for any distance.</summary>
    public double? Kilometres { get; init; }

    /// <summary>True to leave out what is closed now. What nobody knows stays, and says so.</summary>
    public bool OpenNow { get; init; }

    /// <summary>ISO 639 code of a language that must be spoken, or empty.</summary>
    public string Language { get; init; } = "";

    /// <summary>True for places that say they can be used with a disability.</summary>
    public bool Accessible { get; init; }

    /// <summary>True for what costs nothing.</summary>
    public bool Free { get; init; }

    /// <summary>True for what takes children.</summary>
    public bool ForChildren { get; init; }

    /// <summary>True when anything but the place is asked.</summary>
    public bool Narrows => Words.Length > 0 || Needs.Count > 0 || OpenNow || Language.Length > 0 || Accessible || Free || ForChildren;
}

/// <summary>An offer that was found.</summary>
/// <param name="Offer">The offer.</param>
/// <param name="Metres">How far, where that is known to the metre.</param>
/// <param name="About">How far its town is, in kilometres rounded to tens, where only that is known.</param>
internal sealed record Found(Offer Offer, double? Metres, int? About);
