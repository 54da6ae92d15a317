using Tambo.Guide.Notices;
using Tambo.Guide.Pages;
using Tambo.Platform.Maps;

namespace Tambo.Guide.Sheets;

/// <summary>One service on paper.</summary>
public sealed record SheetEntry
{
    /// <summary>Its number in the list and on the map.</summary>
    public required int Number { get; init; }

    /// <summary>What it is called.</summary>
    public required Words Name { get; init; }

    /// <summary>What is said behind the name of its language; else empty.</summary>
    public string NameMark { get; init; } = "";

    /// <summary>Where it is, as far as may be said.</summary>
    public string Address { get; init; } = "";

    /// <summary>A number to call.</summary>
    public string Phone { get; init; } = "";

    /// <summary>The week's hours in short.</summary>
    public string Hours { get; init; } = "";

    /// <summary>Languages spoken, in words.</summary>
    public string Languages { get; init; } = "";

    /// <summary>When it was last made sure of, in words.</summary>
    public string Freshness { get; init; } = "";
}

/// <summary>A sheet, ready to be printed.</summary>
public sealed record SheetAnswer
{
    /// <summary>What it lists, and near which place.</summary>
    public required string Title { get; init; }

    /// <summary>What readers of the place should know these days.</summary>
    public IReadOnlyList<NoticeLine> Notices { get; init; } = [];

    /// <summary>How many more notices there are than fit.</summary>
    public int NoticesLeftOut { get; init; }

    /// <summary>The day and hour it is from.</summary>
    public required string AsOf { get; init; }

    /// <summary>The two columns of the list.</summary>
    public required IReadOnlyList<IReadOnlyList<SheetEntry>> Columns { get; init; }

    /// <summary>How many more there are.</summary>
    public required int LeftOut { get; init; }

    /// <summary>The points of those that are listed.</summary>
    public required IReadOnlyList<MapPoint> Points { get; init; }

    /// <summary>The list on the web.</summary>
    public required string LiveAddress { get; init; }

    /// <summary>Where somebody can say what is wrong.</summary>
    public required string FeedbackAddress { get; init; }

    /// <summary>The site, as somebody writes it down.</summary>
    public required string Site { get; init; }

    /// <summary>The list that the sheet was made from.</summary>
    public required string BackHref { get; init; }
}
