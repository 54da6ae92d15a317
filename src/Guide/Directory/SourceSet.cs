namespace Tambo.Guide.Directory;

/// <summary>A publisher's set of records as readers know it: what it is called, where it is, on what terms.</summary>
public sealed record SourceSet
{
    /// <summary>The name within which its identifiers are unique.</summary>
    public string Name { get; init; } = "";

    /// <summary>What the publisher calls it.</summary>
    public string Title { get; init; } = "";

    /// <summary>Where it is published; empty when nowhere to be linked.</summary>
    public string Url { get; init; } = "";

    /// <summary>Where it is published, when that may be linked; else null.</summary>
    internal string? Link => WebLink.AddressOf(Url);

    /// <summary>On what terms, for example CC BY 4.0; empty when unknown.</summary>
    public string Licence { get; init; } = "";

    /// <summary>The title with its terms, as it stands where records are shown.</summary>
    public string FullTitle => Licence.Length == 0 ? Title : $"{Title} ({Licence})";
}
