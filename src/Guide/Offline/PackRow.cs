using System.Globalization;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Guide.Pages;
using Tambo.Platform.Languages;

namespace Tambo.Guide.Offline;

/// <summary>
/// One service at one place in one language, as a device keeps it: what a card and the page of a service show, as texts and
/// whole numbers in a fixed order. Made from what the service's public page shows and from nothing else.
/// </summary>
internal sealed class PackRow(IReadOnlyList<object> values)
{
    /// <summary>The names of the fields, in their order; web/src/pack.ts knows them by these places.</summary>
    public static IReadOnlyList<string> Fields { get; } =
    [
        "country", "city", "organization", "name", "id", "street", "latitude", "longitude", "flags", "needs", "languages", "hours", "zone", "phones", "email", "url",
        "description", "alert", "eligibility", "documents", "application", "costs", "interpretation", "directions", "accessibility", "notes",
        "confirmed", "confirmedBy", "reviewDue", "source", "capacity",
    ];

    /// <summary>Where the code of the service stands.</summary>
    public const int IdField = 4;

    /// <summary>The values, in the order of <see cref="Fields"/>.</summary>
    public IReadOnlyList<object> Values => values;

    /// <summary>The row as JSON: one list of texts and whole numbers. Rows are ordered and hashed by it.</summary>
    public string Json { get; } = PackJson.Array(values);

    /// <summary>The short code of the service, by which rows are put into groups.</summary>
    public string Code => (string)values[IdField];

    /// <summary>Fields that hold whole numbers near those of the row before.</summary>
    public static bool IsPosition(int field) => field is 6 or 7;

    /// <summary>Ten-thousandths of a degree are about ten metres: near enough to find a door.</summary>
    private const double StepsPerDegree = 10_000;

    /// <summary>The row of an offer in a language.</summary>
    public static PackRow Of(Offer offer, Texts texts, DateTimeOffset now)
    {
        var answer = ShowService.Answer([offer], texts, now);
        var place = answer.Places[0];
        var address = offer.Address;
        var service = offer.Service;
        return new PackRow(
        [
            offer.Country.Length > 0 ? offer.Country : address?.Country ?? "",
            address?.City is { Length: > 0 } city ? city : address?.StateProvince ?? "",
            Said(answer.Organization),
            Said(answer.Name),
            ServiceCode.Of(service.Id),
            address?.Address1 ?? "",
            Steps(offer.AnyPoint?.Latitude),
            Steps(offer.AnyPoint?.Longitude),
            FlagsOf(offer, place),
            string.Join(' ', offer.Needs.Select(need => Needs.All[need].Code)),
            string.Join(texts.Comma, answer.Languages),
            PackHours.Of(offer.Hours),
            offer.Hours.HasHours ? offer.Hours.Clock!.Id : "",
            string.Join('\n', answer.Phones.Select(phone => phone.Note.IsEmpty ? phone.Number : $"{phone.Number}\t{phone.Note.Text}")),
            answer.Email,
            answer.Url,
            Said(answer.Description),
            Said(answer.Alert),
            Lines(answer.Eligibility),
            Lines(answer.Documents),
            Said(answer.Application),
            Lines(answer.Costs),
            Said(answer.Interpretation),
            Said(place.Directions),
            Lines(place.Accessibility),
            Lines(place.HoursNotes),
            Day(service.ConfirmedAt),
            service.ConfirmedBy,
            service.ReviewDue?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "",
            answer.Source?.Title ?? "",
            string.Join('\n', service.Capacities.Where(capacity => capacity.Available is not null).Select(CapacityOf)),
        ]);
    }

    // How many are free, of what, and the day on which that was said: the device makes a sentence of it.
    private static string CapacityOf(Capacity capacity) => string.Join(
        '\t',
        ((int)capacity.Available!.Value).ToString(CultureInfo.InvariantCulture),
        (capacity.Unit?.Name ?? "").ReplaceLineEndings(" ").Replace('\t', ' '),
        Day(DateTimeOffset.TryParse(capacity.Updated, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var said) ? said : null));

    // A text in another language than the pack's begins with a tab, the language and a tab; one that a machine translated
    // and nobody has read over with a wave in the place of the language.
    private static string Said(Words? words) => words is null or { IsEmpty: true } ? ""
        : words.Language is { } language ? $"\t{language}\t{words.Text}"
        : words.IsUnread ? $"\t~\t{words.Text}"
        : words.Text;

    private static string Lines(IEnumerable<Words> all) => string.Join('\n', all.Select(words => Said(words with { Text = words.Text.ReplaceLineEndings(" ") })));

    private static int Steps(double? degrees) => (int)Math.Round((degrees ?? 0) * StepsPerDegree);

    private static string Day(DateTimeOffset? moment) => moment?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    private static int FlagsOf(Offer offer, PlaceAnswer place) =>
        Bit(0, offer.AnyPoint is not null) | Bit(1, offer.IsApproximate) | Bit(2, offer.IsAccessible) | Bit(3, offer.IsFree) | Bit(4, offer.IsForChildren)
        | Bit(5, offer.Service.Status == "temporarily closed") | Bit(6, place.HiddenKey == "service.area_only") | Bit(7, place.HiddenKey == "service.contact_only");

    private static int Bit(int place, bool isSet) => isSet ? 1 << place : 0;
}
