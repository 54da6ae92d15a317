using System.Globalization;

namespace Tambo.Platform.Database;

/// <summary>Instants as text that sorts by time: <c>2026-03-01T14:05:09.123Z</c>.</summary>
public static class Instants
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>The instant as stored.</summary>
    public static string Write(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>The stored instant.</summary>
    /// <exception cref="FormatException">The text is no such instant.</exception>
    public static DateTimeOffset Read(string text) =>
        DateTimeOffset.ParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
