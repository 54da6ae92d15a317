namespace Tambo.Bench.Start;

/// <summary>The kinds of public page of the demonstration, by their addresses without the language.</summary>
internal static class PublicPages
{
    public static IReadOnlyList<string> Languages { get; } = ["es", "en", "fr", "pt", "ht"];

    /// <summary>The nearest 25 come first.</summary>
    public static IReadOnlyList<string> Paths { get; } =
        ["/services?near=Tijuana", "", "/services", "/services?need=health&near=Tijuana", "/emergency", "/about", "/data", "/contact"];
}
