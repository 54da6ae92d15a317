using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Feedback;
using Tambo.Guide.Finding;
using Tambo.Guide.Pages;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Offline;

/// <summary>A pack as a reader sees it before taking it along.</summary>
/// <param name="Area">Its code.</param>
/// <param name="Name">What the area is called.</param>
/// <param name="Services">How many services at how many places, in words.</param>
/// <param name="Size">What it costs to download, in words.</param>
/// <param name="Date">The day it is of, in words.</param>
public sealed record PackLine(string Area, string Name, string Services, string Size, string Date);

/// <summary>Shows what works without internet: the packs of a language, and the search inside those on the device.</summary>
internal static class ShowOffline
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>The packs with their sizes, and what else is on the device.</summary>
    public static async Task<IResult> PacksAsync(
        HttpContext context, PackShelf shelf, LiveOffers offers, [FromKeyedServices(PackAddresses.Purpose)] SigningKey key, TimeProvider time, CancellationToken cancellationToken)
    {
        var texts = context.PageTexts();
        var version = (await offers.GetAsync(cancellationToken)).Directory.Version;
        var packs = await shelf.GetAsync(texts.Code, cancellationToken);
        var now = time.GetUtcNow();
        var lines = packs.Select(pack => new PackLine(
            pack.Area.Code, pack.Area.Name(texts), texts.Count("search.found", pack.Area.Offers.Select(offer => offer.Service.Id).Distinct().Count()),
            texts.Format("pack.size", ("kb", SizeOf(pack.Pack.Compressed.Length, texts))), ShowService.Date(now, texts))).ToList();
        return new PageResult<OfflinePage>(
            texts, ("Packs", lines), ("PublicKey", Convert.ToBase64String(key.PublicKey)), ("Fingerprint", key.Fingerprint), ("Said", SaidOfPacks(texts)))
        { Kept = PublicPages.Kept(context, version, time) };
    }

    /// <summary>The search inside packs; all of it happens on the device.</summary>
    public static IResult Find(HttpContext context, ChangeVersions versions, TimeProvider time)
    {
        var texts = context.PageTexts();
        return new PageResult<FindOfflinePage>(texts, ("Said", SaidOfPacks(texts)), ("Vocabulary", VocabularyOf(texts)))
        { Kept = PublicPages.Kept(context, versions.Of("guide").Shown, time) };
    }

    private static string SizeOf(int bytes, Texts texts) => (bytes / 1000.0).ToString(bytes < 10_000 ? "0.0" : "0", texts.Culture);

    /// <summary>The form of a message, which the device sends by itself when it can.</summary>
    public static async Task<IResult> FeedbackAsync(HttpContext context, TextCatalog catalog, LiveOffers offers, TimeProvider time, CancellationToken cancellationToken)
    {
        var all = await offers.GetAsync(cancellationToken);
        return GiveFeedback.Kept(
            context, catalog, all, await context.RequestServices.GetRequiredService<FeedbackDesk>().IsAppointedAsync(cancellationToken), PublicPages.Kept(context, all.Directory.Version, time));
    }

    /// <summary>The sentences whose keys begin so, as JSON for a page's script.</summary>
    internal static string Said(Texts texts, params string[] starts) => Said(texts, key => Array.Exists(starts, start => key.StartsWith(start, StringComparison.Ordinal)));

    /// <summary>The sentences that a device puts together from a pack.</summary>
    private static string SaidOfPacks(Texts texts) => Said(texts, key =>
        key.StartsWith("pack.", StringComparison.Ordinal) || key.StartsWith("date.", StringComparison.Ordinal) || key.StartsWith("need.", StringComparison.Ordinal) || key.StartsWith("outbox.", StringComparison.Ordinal)
        || (key.StartsWith("service.", StringComparison.Ordinal) && !key.StartsWith("service.source", StringComparison.Ordinal))
        || (key.StartsWith("hours.", StringComparison.Ordinal) && !IsForWrittenRules(key))
        || key.StartsWith("search.found.", StringComparison.Ordinal) || key.StartsWith("search.found_near.", StringComparison.Ordinal)
        || key is "search.metres" or "search.kilometres" or "search.about_kilometres" or "search.none" or "search.none.hint" or "search.here" or "search.place_unknown" or "search.town_only" or "search.map" or "search.map.source" or "shell.unknown");

    // Beside the sentences stands how the language counts, in the syntax that its file has, and what it falls back to.
    private static string Said(Texts texts, Predicate<string> isNeeded) => JsonSerializer.Serialize(
        texts.KnownKeys.Where(key => isNeeded(key)).Order(StringComparer.Ordinal).Select(key => KeyValuePair.Create(key, texts[key]))
            .Concat(texts.PluralRules.Select(rule => KeyValuePair.Create("plural." + rule.Form, rule.Rule)))
            .Append(KeyValuePair.Create("decimal", texts.Culture.NumberFormat.NumberDecimalSeparator))
            .Append(KeyValuePair.Create("comma", texts.Comma))
            .Append(KeyValuePair.Create("fallback", texts.FallbackLanguage.Code))
            .ToDictionary(StringComparer.Ordinal),
        Json);

    private static bool IsForWrittenRules(string key) =>
        new[] { "hours.issue", "hours.monthly", "hours.nth", "hours.every", "hours.day.kind", "hours.from", "hours.next" }.Any(start => key.StartsWith(start, StringComparison.Ordinal));

    private static string VocabularyOf(Texts texts) => JsonSerializer.Serialize(
        new
        {
            needs = Needs.All.Select(need => new
            {
                code = need.Code,
                name = texts[need.TextKey],
                said = TypedWords.StemsFor(need),
            }),
            small = SearchWords.Small.Order(StringComparer.Ordinal),
            prefixes = SearchWords.Stems.Prefixes,
            suffixes = SearchWords.Stems.Suffixes,
        },
        Json);
}
