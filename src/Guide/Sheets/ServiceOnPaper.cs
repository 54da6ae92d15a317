using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Guide.Pages;
using Tambo.Platform.Languages;

namespace Tambo.Guide.Sheets;

/// <summary>What anybody may know of a service, as short as a slip of paper: for parts that print one.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Language">The language of its name; null when it is the page's.</param>
/// <param name="Places">Where it is, each with its hours as far as they are known.</param>
/// <param name="Phones">Numbers to call.</param>
/// <param name="Path">Its page, below the language.</param>
public sealed record ServiceOnPaper(string Name, string? Language, IReadOnlyList<(string Address, IReadOnlyList<string> Hours)> Places, IReadOnlyList<string> Phones, string Path)
{
    /// <summary>The service as readers see it now; null when they do not see it.</summary>
    public static ServiceOnPaper? Of(DirectoryMoment moment, Guid service, Texts texts, DateTimeOffset now)
    {
        var offers = Offers.Of(moment.Public, service);
        if (offers.Count == 0)
            return null;
        var shown = ShowService.Answer(offers, texts, now);
        return new ServiceOnPaper(
            shown.Name.Text,
            shown.Name.Language,
            [.. shown.Places.Select(place => (place.Address, (IReadOnlyList<string>)[.. place.Week.Select(line => $"{line.Days} {line.Hours}".Trim())]))],
            [.. shown.Phones.Select(phone => phone.Number)],
            $"services/{service:D}");
    }
}
