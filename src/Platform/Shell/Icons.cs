using System.Collections.Frozen;

namespace Tambo.Platform.Shell;

/// <summary>Our own line drawings on a 24 by 24 grid, so that a page can be followed by someone who reads little.</summary>
public static class Icons
{
    private static readonly FrozenDictionary<string, string> Paths = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["info"] = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v6M12 7.5v.1",
        ["warn"] = "M12 4 2.5 20h19zM12 10v4.5M12 17.3v.1",
        ["bad"] = "M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 7.5v5.5M12 16.3v.1",
        ["good"] = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12.3l2.7 2.7L16 9.5",
        ["search"] = "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.3 15.3 21 21",
        ["place"] = "M12 21.5s7-6.3 7-11.7a7 7 0 0 0-14 0c0 5.4 7 11.7 7 11.7zM12 7.3a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
        ["clock"] = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.5 2.5",
        ["phone"] = "M5 3h4l2 5-2.5 1.5a12 12 0 0 0 6 6L16 13l5 2v4c0 1-1 2-2 2C10.5 20.5 3.5 13.5 3 5c0-1 1-2 2-2z",
        ["share"] = "M12 15V3M8 6.5 12 3l4 3.5M6 11H5v10h14V11h-1",
        ["print"] = "M7 8V3h10v5M7 17H3V8h18v9h-4M7 14h10v7H7z",
        ["close"] = "M6 6l12 12M18 6 6 18",
        ["next"] = "M5 12h14M13 6l6 6-6 6",
        ["back"] = "M19 12H5M11 6l-6 6 6 6",
        ["out"] = "M10 5H5v14h14v-5M14 4h6v6M20 4l-9 9",
        ["languages"] = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3.5 9h17M3.5 15h17M12 3c-5 5-5 13 0 18 5-5 5-13 0-18z",
        ["roof"] = "M3 12 12 4l9 8M6 10v10h12V10M10 20v-6h4v6",
        ["bed"] = "M3 6v13M3 16h18v3M21 16v-3a3 3 0 0 0-3-3H3M7 10V8h4v2",
        ["health"] = "M9 3h6v6h6v6h-6v6H9v-6H3V9h6z",
        ["food"] = "M6 3v18M3 3v5a3 3 0 0 0 6 0V3M17 21v-8M17 13c-3 0-3-10 0-10s3 10 0 10z",
        ["water"] = "M12 3s7 7.5 7 12a7 7 0 0 1-14 0c0-4.5 7-12 7-12z",
        ["law"] = "M12 3v18M7 21h10M5 7h14M5 7l-3 7h6zM19 7l-3 7h6z",
        ["office"] = "M4 21V9l8-6 8 6v12M2 21h20M8 12v5M12 12v5M16 12v5",
        ["flag"] = "M6 22V3M6 4h13l-3 4.5 3 4.5H6",
        ["document"] = "M6 2.5h8l5 5v14H6zM14 2.5v5h5M9 13h7M9 17h7",
        ["school"] = "M2 9l10-5 10 5-10 5zM6 11.5V17c3 3 9 3 12 0v-5.5M22 9v6",
        ["work"] = "M3 8h18v12H3zM9 8V4h6v4M3 13h18M12 12v2",
        ["family"] = "M8 4a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM2.5 20c0-4 2-7 5.5-7s5.5 3 5.5 7M17 9.5a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 0 0 0-4.6zM13.5 20c.3-2 1.5-3.5 3.5-3.5s3.5 1.5 3.7 3.5",
        ["person"] = "M12 3a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM4 21c0-4 3-7 8-7s8 3 8 7",
        ["road"] = "M8 3 3 21M16 3l5 18M12 4v3M12 11v3M12 18v3",
        ["alert"] = "M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4M12 2v2",
        ["chart"] = "M4 3v18h17M8 17v-5M12.5 17V8M17 17v-7",
        ["map"] = "M3 6l6-3 6 3 6-3v15l-6 3-6-3-6 3zM9 3v15M15 6v15",
        ["wifi"] = "M2.5 9c6-5 13-5 19 0M6 13c4-3 8-3 12 0M9.5 16.7c2-1.3 3-1.3 5 0M12 20v.1",
        ["key"] = "M8 8a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM12 12.5h9M18 12.5V16M8 12.5v.1",
        ["list"] = "M8 6h13M8 12h13M8 18h13M3.5 6v.1M3.5 12v.1M3.5 18v.1",
        ["home"] = "M3 11l9-7 9 7M5.5 9.5V20h13V9.5",
        ["gear"] = "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v3M12 18.5v3M2.5 12h3M18.5 12h3M5.3 5.3l2.1 2.1M16.6 16.6l2.1 2.1M18.7 5.3l-2.1 2.1M7.4 16.6l-2.1 2.1",
        ["empty"] = "M3 13l3-8h12l3 8v7H3zM3 13h5l1.5 3h5L16 13h5",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every drawing's name.</summary>
    public static IEnumerable<string> Names => Paths.Keys.Order(StringComparer.Ordinal);

    /// <summary>The drawing as SVG path data.</summary>
    /// <exception cref="KeyNotFoundException">There is no drawing of this name.</exception>
    public static string Path(string name) => Paths[name];
}
