using System.Globalization;
using Tambo.Platform.Places;

namespace Tambo.Guide.Directory;

/// <summary>What would tell where hidden places are, if it stood in a text: their addresses, names and positions.</summary>
internal sealed class Telltales
{
    // Shorter texts ("A", "12") would match by chance.
    private const int ShortestText = 5;

    // Fewer digits (a postal code) are a price or a year as often, and tell only beside a word of the street.
    private const int TellingDigits = 7;

    // Shorter words ("de", "the") stand everywhere.
    private const int ShortestWord = 4;

    // All are folded and stand between spaces, so that they are found as whole words only.
    private readonly HashSet<string> texts = new(StringComparer.Ordinal);
    private readonly HashSet<(string Number, string StreetWord)> numbers = [];
    private readonly HashSet<(string Latitude, string Longitude)> positions = [];

    /// <summary>Adds what would tell where a place is.</summary>
    /// <param name="place">The hidden place.</param>
    /// <param name="names">Those of its names that are not public.</param>
    public void Add(Location place, IEnumerable<string> names)
    {
        string[] streets = [.. place.Addresses.SelectMany(a => new[] { a.Address1, a.Address2 }).Select(Spelling.Fold)];
        string[] words = [.. streets.SelectMany(s => s.Split(' ')).Where(w => w.Length >= ShortestWord && w.All(char.IsLetter))];
        var spelled = place.Addresses.SelectMany(a => new[] { a.PostalCode, a.Attention })
            .Concat([place.ExternalIdentifier, place.Url])
            .Concat(names)
            .Concat(place.Translations.Select(t => t.Value))
            .Select(Spelling.Fold).Concat(streets).Where(text => text.Length >= ShortestText);
        foreach (var text in spelled)
        {
            if (text.Any(char.IsLetter) || text.Count(char.IsDigit) >= TellingDigits)
                texts.Add(Whole(text));
            else
                numbers.UnionWith(words.Select(word => (Whole(text), Whole(word))));
        }

        if (place is { Latitude: { } latitude, Longitude: { } longitude })
            positions.Add((TwoDecimals(latitude), TwoDecimals(longitude)));
    }

    /// <summary>True when a text tells where one of the places is, however it is accented, punctuated or capitalised.</summary>
    public bool AreIn(string text)
    {
        if (text.Length < ShortestText)
            return false;
        var folded = Whole(Spelling.Fold(text));
        return texts.Any(secret => folded.Contains(secret, StringComparison.Ordinal))
            || numbers.Any(n => folded.Contains(n.Number, StringComparison.Ordinal) && folded.Contains(n.StreetWord, StringComparison.Ordinal))
            || positions.Any(p => text.Contains(p.Latitude, StringComparison.Ordinal) && text.Contains(p.Longitude, StringComparison.Ordinal));
    }

    private static string Whole(string folded) => $" {folded} ";

    private static string TwoDecimals(double degrees) =>
        (Math.Truncate(degrees * 100) / 100).ToString("0.00", CultureInfo.InvariantCulture);
}
